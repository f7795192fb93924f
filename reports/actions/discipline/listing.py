"""Makes a month's standing list: announced to its units, open to correction of facts, answered, issued and kept."""

import hashlib
import json
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from reports import doorbell
from reports.actions.discipline.rights import fault_of_text, refuse_no_inspector, refuse_own_unit, signer
from reports.calendars import ZONE
from reports.lapses import CORRECTION_HOURS
from reports.models import Lapse, Objection, StandingList
from reports.record import Bounds, Line, due_between, standing_list


def is_over(month: date, at: datetime) -> bool:
    """Whether a month (its first day) is over, so that its list can be announced."""
    return at >= Bounds.of_month(month).until


def may_announce(month: date, *, by: User, at: datetime) -> bool:
    """Whether this person announces the list of a month now; whether it was announced already is not asked."""
    return by.holds(Role.INSPECTOR, at) and is_over(month, at)


def may_issue(announced: StandingList, *, by: User, at: datetime) -> bool:
    """Whether this person issues the list now, once every objection is answered."""
    return by.holds(Role.INSPECTOR, at) and announced.issued_at is None and at >= announced.correct_by


def may_answer(objection: Objection, *, by: User, at: datetime) -> bool:
    """Whether this person answers the objection: an inspector, and not of the unit that objects."""
    own = any(post.unit_id == objection.lapse.unit_id for post in by.posts(at))
    return objection.answered_at is None and by.holds(Role.INSPECTOR, at) and not own


@transaction.atomic
def announce(month: date, *, by: User, at: datetime) -> StandingList:
    """Announce the list of a month (its first day) that is over; its units have 48 hours to correct facts.

    Raises PermissionDenied for anybody but an inspector, Refused (`month_running`, `already_announced`).
    """
    journal.sign(by=by, at=at)
    refuse_no_inspector(by=by, at=at)
    if not is_over(month, at):
        raise Refused("month_running", _("A list is announced once its month is over."))
    announced, new = StandingList.objects.get_or_create(
        month=month,
        defaults={
            "announced_by": by,
            "announced_at": at,
            "correct_by": at + timedelta(hours=CORRECTION_HOURS),
        },
    )
    if not new:
        raise Refused("already_announced", _("The list of this month has been announced already."))
    doorbell.ring("notifications.tasks.remind")
    return announced


def may_object(announced: StandingList, lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person signs for the lapse's unit while the list is open to corrections."""
    return announced.issued_at is None and at <= announced.correct_by and signer(lapse, by=by, at=at) is not None


@transaction.atomic
def object_to(announced: StandingList, lapse: Lapse, *, text: str, by: User, at: datetime) -> Objection:
    """Say what is wrong with a lapse of an announced list, for the unit whose it is.

    Raises PermissionDenied for who does not sign for the unit, Refused (`too_late`, `not_listed`, `already_objected`),
    ValidationError (`text`).
    """
    journal.sign(by=by, at=at)
    if signer(lapse, by=by, at=at) is None:
        raise PermissionDenied(_("Only who signs for the unit says what is wrong with its lapses."))
    announced = StandingList.objects.select_for_update(of=("self",)).get(pk=announced.pk)
    if announced.issued_at is not None or at > announced.correct_by:
        raise Refused("too_late", _("The time to correct facts of this list is over."))
    month = Bounds.of_month(announced.month)
    if not any(line.lapse == lapse.pk for line in due_between(month, at=at, reports=[lapse.report_id])):
        raise Refused("not_listed", _("This lapse does not stand in the list of that month."))
    if fault := fault_of_text(text, _("Say which fact is wrong, and how it was.")):
        raise ValidationError({"text": fault})
    if announced.objections.filter(lapse=lapse, answered_at=None).exists():
        raise Refused("already_objected", _("An objection to this lapse waits for its answer already."))
    objection = Objection.objects.create(standing_list=announced, lapse=lapse, text=text.strip(), by=by, at=at)
    doorbell.ring("notifications.tasks.remind")
    return objection


@transaction.atomic
def answer(objection: Objection, *, upheld: bool, answer: str, by: User, at: datetime) -> Objection:
    """Uphold an objection, so that the lapse is set aside, or not; and say why.

    Raises PermissionDenied for anybody but an inspector, Refused for one's own unit (`ones_own`) and what is answered
    (`already_answered`), ValidationError (`answer`).
    """
    journal.sign(by=by, at=at)
    refuse_no_inspector(by=by, at=at)
    objection = Objection.objects.select_related("lapse").select_for_update(of=("self",)).get(pk=objection.pk)
    refuse_own_unit(objection.lapse.unit_id, by=by, at=at)
    if objection.answered_at is not None:
        raise Refused("already_answered", _("This objection has been answered meanwhile. Nothing was changed."))
    if fault := fault_of_text(answer, _("Say why: the unit will read your answer.")):
        raise ValidationError({"answer": fault})
    objection.upheld, objection.answer = upheld, answer.strip()
    objection.answered_by, objection.answered_at = by, at
    objection.save(update_fields=["upheld", "answer", "answered_by", "answered_at"])
    doorbell.ring("notifications.tasks.remind")
    return objection


@transaction.atomic
def issue(announced: StandingList, *, by: User, at: datetime) -> StandingList:
    """Issue a list whose time for corrections is over and whose objections are answered; from then on it is kept.

    Its content is what record.standing_list gives as of that instant: `lines` are the lapses that count, `set_aside`
    those excused or whose facts were found wrong, `excluded` what was none by rule. Raises PermissionDenied for anybody
    but an inspector, Refused (`still_open`, `objections_open`, `already_issued`).
    """
    journal.sign(by=by, at=at)
    refuse_no_inspector(by=by, at=at)
    announced = StandingList.objects.select_for_update(of=("self",)).get(pk=announced.pk)
    if announced.issued_at is not None:
        raise Refused("already_issued", _("This list has been issued already."))
    if at < announced.correct_by:
        raise Refused("still_open", _("The units still have time to correct facts of this list."))
    if announced.objections.filter(answered_at=None).exists():
        raise Refused("objections_open", _("Answer every objection first; then the list can be issued."))
    announced.content = content(announced.month, standing_list(announced.month, at=at, to=by), at)
    announced.sha256 = digest(announced.content)
    announced.issued_by, announced.issued_at = by, at
    announced.save(update_fields=["content", "sha256", "issued_by", "issued_at"])
    doorbell.ring("notifications.tasks.remind")
    return announced


def content(month: date, lines: list[Line], at: datetime) -> dict[str, Any]:
    """What is issued of a month's lines as of an instant, as plain values."""
    return {
        "month": f"{month:%Y-%m}",
        "as_of": instant(at),
        "lines": [plain(line) for line in lines if line.counts],
        "set_aside": [plain(line) for line in lines if line.excluded is None and not line.counts],
        "excluded": [plain(line) for line in lines if line.excluded is not None],
    }


def digest(issued: dict[str, Any]) -> str:
    """The SHA-256 of an issued content's canonical text: sorted names, no spaces, UTF-8."""
    text = json.dumps(issued, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A line, or a part of one, as JSON has it; instants in the city's zone."""
    match value:
        case datetime():
            return instant(value)
        case Line():
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case tuple() if hasattr(value, "_asdict"):
            return {name: plain(part) for name, part in value._asdict().items()}
        case str():
            return str(value)
        case _:
            return value


def instant(moment: datetime) -> str:
    """An instant as the lists write it."""
    return moment.astimezone(ZONE).isoformat()
