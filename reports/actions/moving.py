"""Moves reports along the table of moves: rights, rule, compare-and-swap, Step; nothing hidden, nothing half done."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Place, Role
from reports import content, doorbell, labels
from reports.actions import requests
from reports.checks import Problem, Severity
from reports.models import Attachment, Author, FormOwner, Mark, Report, Revision, Step, Value
from reports.workflow import Action, Effect, Move, Needs, Status, moves_from

LONGEST_REASON = 4000


def reviewing_unit(report: Report, at: datetime) -> int | None:
    """The unit that reviews this report for the form's owner: today's owner, or its stand-in for the owner's own."""
    owner = FormOwner.objects.filter(form=report.form_id, valid__contains=at.date()).first()
    if owner is None:
        return None
    return owner.stand_in_id if owner.unit_id == report.unit_id else owner.unit_id


def moves_open(report: Report, *, by: User, at: datetime) -> list[Move]:
    """The moves of the table that this person may make with the report as it stands."""
    moves = moves_from(Status(report.status), report.route)
    held = {(post.role, post.unit_id) for post in by.posts(at)}
    places = {Place.OWN: report.unit_id, Place.SUPERIOR: report.superior_id}
    if any(role in (Role.REVIEWER, Role.APPROVER) for role, _unit in held):
        places[Place.OWNER] = reviewing_unit(report, at)
    return [move for move in moves if any((who.role, places.get(who.place)) in held for who in move.who)]


def hindrance(row: Move, says: content.Reading, *, by: User, at: datetime) -> Refused | None:
    """What would refuse this move of the report that was read, known before it is tried; a reason is still to come."""
    try:
        _refuse_unmet_needs(row, says, by=by, at=at, reason="-")
    except Refused as refusal:
        return refusal
    return None


@transaction.atomic
def move(report: Report, action: Action, *, by: User, at: datetime, edit: int, reason: str = "") -> Step:
    """Make one move of a report and record it.

    `edit` is the edit that the person saw: if the report has moved since, the move is refused (`moved_meanwhile`); if
    it was moved by this very request, sent twice, the same Step is given back. Raises PermissionDenied where the person
    has no such role, and Refused with a stable code where the table, the content or a colleague says no.
    """
    report = Report.objects.select_related("unit", "form", "version", "period", "current").locked(report.pk)
    steps = report.steps.select_related("by").order_by("seq")
    repeated = steps.filter(edit=edit, action=action, by=by).first()
    if repeated:
        return repeated
    last = steps.last()
    listed = [row for row in moves_from(Status(report.status), report.route) if row.action == action]
    if report.edit != edit:
        raise _moved_meanwhile(report, last)
    if not listed:
        raise Refused(
            "no_such_move",
            _("A report in the state “%(state)s” cannot be moved by “%(action)s”.")
            % {"state": labels.STATUSES[Status(report.status)], "action": labels.ACTIONS[action]},
        )
    row = next((row for row in moves_open(report, by=by, at=at) if row.action == action), None)
    if row is None:
        raise PermissionDenied(_("Your appointments do not allow this move of this report."))
    says = content.Reading(report)
    _refuse_unmet_needs(row, says, by=by, at=at, reason=reason.strip())
    step = Step.objects.create(
        report=report,
        seq=last.seq + 1 if last else 1,
        action=action,
        before=row.before,
        after=row.after,
        revision=report.current,
        edit=edit,
        by=by,
        at=at,
        reason=reason.strip(),
    )
    _apply(row, says, at=at)
    return step


def _moved_meanwhile(report: Report, last: Step | None) -> Refused:
    if last and last.edit + 1 == report.edit:
        words = _("%(person)s has already made the move “%(action)s” at %(time)s. Look at the report as it stands now.")
        facts = {
            "person": last.by,
            "action": labels.ACTIONS[Action(last.action)],
            "time": f"{timezone.localtime(last.at):%H:%M:%S}",
        }
        return Refused("moved_meanwhile", words % facts, edit=report.edit, status=report.status)
    words = _("The figures of this report have changed since you opened it. Look at them once more, then try again.")
    return Refused("moved_meanwhile", words, edit=report.edit, status=report.status)


def _refuse_unmet_needs(row: Move, says: content.Reading, *, by: User, at: datetime, reason: str) -> None:
    """Refuse the move where what its row of the table needs does not hold."""
    report = says.report
    if Needs.REASON in row.needs and not reason:
        raise Refused("reason_missing", _("Say why: the unit will read your reason."))
    if len(reason) > LONGEST_REASON:
        raise Refused(
            "reason_too_long",
            _("The reason is too long: write at most %(count)d characters.") % {"count": LONGEST_REASON},
        )
    if Needs.WINDOW_ENDED in row.needs and at.date() <= report.period.last_day:
        raise Refused(
            "window_open",
            _("The data window runs until the end of %(day)s; the report can be submitted from the day after.")
            % {"day": f"{report.period.last_day:%d/%m/%Y}"},
        )
    if Needs.NO_ERRORS in row.needs:
        _refuse_problems(says.problems, notes=Needs.WARNINGS_NOTED in row.needs)
    if Needs.FOUR_EYES in row.needs and _has_written(report, by):
        raise Refused(
            "four_eyes",
            _("You filled in or submitted this report yourself; somebody else has to check and approve it."),
        )


def _refuse_problems(problems: list[Problem], *, notes: bool) -> None:
    """Refuse what has errors, and where `notes` are needed also what has warnings that nobody has explained."""
    errors = [one for one in problems if one.severity == Severity.ERROR]
    if errors:
        words = _("The report still has %(count)d errors. Mend the marked cells, then try again.")
        raise Refused("has_errors", words % {"count": len(errors)}, problems=_told(errors))
    unnoted = [one for one in problems if one.blocks]
    if unnoted and notes:
        words = _("%(count)d figures stand out and nobody has said why. Choose a cause or write a note at each.")
        raise Refused("warnings_unanswered", words % {"count": len(unnoted)}, problems=_told(unnoted))


def _told(problems: list[Problem]) -> list[dict[str, str]]:
    return [{"item": one.item, "row": one.row, "code": one.code} for one in problems]


def _has_written(report: Report, person: User) -> bool:
    return (
        Author.objects.filter(report=report, user=person).exists()
        or report.steps.filter(by=person, action=Action.SUBMIT).exists()
    )


def _apply(row: Move, says: content.Reading, *, at: datetime) -> None:
    """Carry out what the row does to state and content, and mark the figures it moves."""
    report = says.report
    match row.effect:
        case Effect.FREEZES:
            _freeze(says, at=at)
            requests.ask(says, at=at)
            report.received_at = report.received_at or at
        case Effect.REOPENS:
            _reopen(report, row.action)
        case Effect.ACCEPTS:
            report.approved = report.current
    report.status = row.after
    report.edit = F("edit") + 1
    report.save(update_fields=["status", "edit", "current", "approved", "received_at"])
    if row.effect is not Effect.KEEPS:
        Mark.objects.create(form_id=report.form_id, period_id=report.period_id, unit_id=report.unit_id)
        doorbell.ring("reports.tasks.fold_figures")


def _freeze(says: content.Reading, *, at: datetime) -> None:
    """Freeze the current revision with its snapshot; what comes from another form is written down as it is now."""
    revision = says.report.current
    unwritten = {cell: answer for cell, answer in says.settled.items() if says.stored.get(cell, (None,))[0] != answer}
    Value.objects.bulk_create(
        [
            Value(revision=revision, item=says.terms.by_code[cell.item], row=cell.row, number=answer.number)
            for cell, answer in unwritten.items()
        ],
        update_conflicts=True,
        unique_fields=["revision", "item", "row"],
        update_fields=["number"],
    )
    revision.snapshot = content.snapshot(says.report, revision, says.settled)
    revision.digest = content.digest(revision.snapshot)
    revision.frozen_at = at
    revision.save(update_fields=["snapshot", "digest", "frozen_at"])


def _reopen(report: Report, action: Action) -> None:
    """Open the next revision with a copy of the content; a recalled receipt no longer counts.

    The cells keep their edits, so that a save from a page of the last revision is stale where the cell has moved since.
    """
    last = report.current
    report.current = Revision.objects.create(report=report, number=last.number + 1, cause=action)
    values = Value.objects.filter(revision=last).values(
        "item_id", "row", "number", "text", "absence", "cause", "note", "edit"
    )
    Value.objects.bulk_create([Value(revision=report.current, **value) for value in values])
    files = Attachment.objects.filter(revision=last).values(
        "item_id", "row", "name", "content_type", "size", "sha256", "by_id", "at"
    )
    Attachment.objects.bulk_create([Attachment(revision=report.current, **file) for file in files])
    if action == Action.RECALL:
        standing = report.steps.filter(action=Action.SUBMIT).exclude(revision=last)
        recalled = Revision.objects.filter(report=report, cause=Revision.Cause.RECALL).values("number")
        report.received_at = standing.exclude(revision__number__in=[row["number"] - 1 for row in recalled]).aggregate(
            first=Min("at")
        )["first"]
