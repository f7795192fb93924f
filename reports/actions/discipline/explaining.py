"""Explains lapses: the head of the unit says what the cause was, with evidence if there is any."""

from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.refusals import Refused
from reports import doorbell
from reports.actions import attaching
from reports.actions.discipline.rights import fault_of_text, signer
from reports.lapses import LapseCause
from reports.models import Explanation, Lapse


def may_explain(lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person signs for the unit whose lapse it is, and it was asked about and is not ruled on."""
    return lapse.asked_at is not None and signer(lapse, by=by, at=at) is not None and not lapse.rulings.exists()


def explain(
    lapse: Lapse, *, cause: str, text: str, file: tuple[str, bytes] | None = None, by: User, at: datetime
) -> Explanation:
    """Explain a lapse: a preset cause, the text, and evidence (name and bytes); the last explanation counts.

    One that comes late is taken, and its instant shows it. Raises PermissionDenied for anybody who does not sign for
    the unit, Refused where nobody asked (`not_asked`) or the owner has ruled (`already_ruled`), ValidationError by
    field (`cause`, `text`), and as attaching.keep for the file.
    """
    post = signer(lapse, by=by, at=at)
    if post is None:
        raise PermissionDenied(_("Only who signs for the unit explains its lapses."))
    _refuse_not_now(lapse)
    wrong = {}
    if cause not in set(LapseCause):
        wrong["cause"] = _("Choose a cause.")
    if fault := fault_of_text(text, _("Say what the cause was and what your unit does about it.")):
        wrong["text"] = fault
    if wrong:
        raise ValidationError(wrong)
    kept = asdict(attaching.keep(*file)) if file else {}  # examined before anything is locked
    with transaction.atomic():
        journal.sign(by=by, at=at)
        _refuse_not_now(Lapse.objects.select_for_update(of=("self",)).get(pk=lapse.pk))
        said = Explanation.objects.create(
            lapse=lapse, cause=cause, text=text.strip(), by=by, capacity=post.capacity, at=at, **kept
        )
    doorbell.ring("notifications.tasks.remind")
    return said


def _refuse_not_now(lapse: Lapse) -> None:
    if lapse.asked_at is None:
        raise Refused("not_asked", _("Nobody has asked to explain this lapse."))
    if lapse.rulings.exists():
        raise Refused("already_ruled", _("The form's owner has ruled on this lapse already. Nothing was changed."))
