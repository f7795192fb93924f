"""Rules on lapses: the form's owner excuses one or does not, with its reason; what is ruled later counts."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from reports import doorbell
from reports.actions.discipline.rights import fault_of_text, refuse_own_unit
from reports.models import FormOwner, Lapse, Ruling


def may_rule(lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person rules on the lapse, and the time has come."""
    own = any(post.unit_id == lapse.unit_id for post in by.posts(at))
    return not own and _decides(lapse, by=by, at=at) and is_ready(lapse, at=at)


def is_ready(lapse: Lapse, *, at: datetime) -> bool:
    """Whether the lapse is explained, or the time to explain it is over."""
    over = lapse.explain_by is not None and at > lapse.explain_by
    return over or lapse.explanations.exists()


@transaction.atomic
def rule(lapse: Lapse, *, excused: bool, reason: str, by: User, at: datetime) -> Ruling:
    """Excuse a lapse or not, once it is explained or the time to explain it is over.

    An approver of the form's owner rules; on a lapse of the owner itself, one of its stand-in. Raises PermissionDenied
    for anybody else, Refused for one's own unit (`ones_own`) and before its time (`not_explained`), ValidationError
    (`reason`).
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.APPROVER, at):
        raise PermissionDenied(_("Only an approver of the form's owner rules on a lapse."))
    refuse_own_unit(lapse.unit_id, by=by, at=at)
    if not _decides(lapse, by=by, at=at):
        raise PermissionDenied(_("Only an approver of the form's owner rules on a lapse."))
    lapse = Lapse.objects.select_for_update(of=("self",)).get(pk=lapse.pk)
    if not is_ready(lapse, at=at):
        raise Refused("not_explained", _("The lapse is not explained yet, and its unit still has time to explain it."))
    if fault := fault_of_text(reason, _("Say why: the unit will read your reason.")):
        raise ValidationError({"reason": fault})
    ruling = Ruling.objects.create(lapse=lapse, excused=excused, reason=reason.strip(), by=by, at=at)
    doorbell.ring("notifications.tasks.remind")
    return ruling


def _decides(lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person is an approver where lapses with the form are ruled on; today's owner rules on them all."""
    owner = FormOwner.objects.filter(form=lapse.report.form_id, valid__contains=at.date()).first()
    if owner is None:
        return False
    unit = owner.stand_in_id if owner.unit_id == lapse.unit_id else owner.unit_id
    return any(post.role == Role.APPROVER and post.unit_id == unit for post in by.posts(at))
