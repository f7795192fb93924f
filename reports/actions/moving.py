"""Moves reports along the table of moves: rights, rule, compare-and-swap, Step; nothing hidden, nothing half done."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Post, Role
from reports import content, doorbell, labels
from reports.actions import attaching, freezing, requests
from reports.actions.grounds import Grounds, refuse_not_now, refuse_unmet
from reports.actions.situations import Situation
from reports.chain import MAY_SAY, SAID, link
from reports.models import Attachment, CalendarDay, Mark, Remark, Report, Revision, Step
from reports.querysets import ReportQuerySet
from reports.standing import KEYING_DAYS, stage_deadline
from reports.workflow import IN_BULK, Action, Effect, Move, Status, moves_from


def moves_open(report: Report, *, by: User, at: datetime) -> list[Move]:
    """The moves of the table that this person may make with the report as it stands."""
    return Situation([report], by=by, at=at).moves_open(report)


def hindrance(row: Move, says: content.Reading, *, by: User, at: datetime) -> Refused | None:
    """What would refuse this move of the report that was read, before it is tried; its grounds are still to come."""
    try:
        refuse_unmet(row, says, Situation([says.report], by=by, at=at), None)
    except Refused as refusal:
        return refusal
    return None


def move(report: Report, action: Action, *, by: User, at: datetime, edit: int, grounds: Grounds | None = None) -> Step:
    """Make one move of a report and record it.

    `edit` is the edit that the person saw: if the report has moved since, the move is refused (`moved_meanwhile`); if
    it was moved by this very request, sent twice, the same Step is given back. Raises PermissionDenied where the person
    has no such role, ValidationError by field for grounds that cannot be, and Refused with a stable code where the
    table, the content or a colleague says no.
    """
    grounds = grounds or Grounds()
    scan = None
    if action == Action.RECORD and grounds.scan:
        # Examined before the report is locked, as a virus scanner takes its time; of a request sent twice, only once.
        fresh = _named().get(pk=report.pk)
        if fresh.edit == edit:
            _row(fresh, action, Situation([fresh], by=by, at=at))
            scan = attaching.keep(*grounds.scan)
    with transaction.atomic():
        return _move(report, action, by=by, at=at, edit=edit, grounds=grounds, scan=scan)


def _move(
    report: Report, action: Action, *, by: User, at: datetime, edit: int, grounds: Grounds, scan: attaching.Kept | None
) -> Step:
    report = Report.objects.lock(report)
    if report.edit != edit:
        return _repeated(report, action, by, edit)
    situation = Situation([report], by=by, at=at)
    row, post = _row(report, action, situation)
    says = content.Reading(report)
    refuse_unmet(row, says, situation, grounds)
    step = _step(report, row, situation, grounds, post)
    if scan:
        Attachment.objects.create(revision=report.current, by=by, at=at, **asdict(scan))
    _apply(row, says, step, situation)
    step.digest = _digest(step, situation)
    step.save(force_insert=True)
    if step.action == Action.RECALL or step.voids:
        report.received_at = freezing.first_receipt(report)
    if step.remarks:
        Remark.objects.filter(revision=step.revision_id).unsent().update(step=step)
    if row.effect is Effect.KEEPS:
        report.save(update_fields=MOVED)
    else:
        _save_and_mark(report)
    return step


@dataclass
class Moved:
    """What became of many moves: the steps that were made, and why the others were not, by the report's key."""

    steps: list[Step] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def move_all(edits: Mapping[int, int], action: Action, *, by: User, at: datetime) -> Moved:
    """Check or approve many reports in one act, each with its own Step; `edits` are those seen, by the report's key.

    Whatever is refused of one does not hold the others up: the sentence stands in `refused`. A report that somebody is
    working on just now is refused as well; of one that this very request has moved before, the same Step is given back.
    Nine statements, however many reports.
    """
    if action not in IN_BULK:
        raise Refused("not_in_bulk", _("Only checking and approving can be done to many reports at once."))
    moved = Moved()
    free = Report.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk").filter(pk__in=edits)
    held = set(free.values_list("pk", flat=True))
    moved.refused = dict.fromkeys(set(edits) - held, _("Somebody else is working on this report just now."))
    reports = list(_named().filter(pk__in=held).order_by("pk"))
    situation = Situation(reports, by=by, at=at)
    done: list[tuple[Report, Move]] = []
    repeated: list[Step] = []
    for report in reports:
        last = situation.last_steps.get(report.pk)
        try:
            if last and (last.edit, last.action, last.by_id) == (edits[report.pk], action, by.pk):
                repeated.append(last)
                continue
            if report.edit != edits[report.pk]:
                raise _moved_meanwhile(report, last)
            row, post = _row(report, action, situation)
            refuse_unmet(row, content.Reading(report), situation, Grounds())
        except (Refused, PermissionDenied) as refusal:
            moved.refused[report.pk] = str(refusal)
            continue
        step = _step(report, row, situation, Grounds(), post)
        step.digest = _digest(step, situation)
        moved.steps.append(step)
        done.append((report, row))
    Step.objects.bulk_create(moved.steps)
    accepted = {"approved": F("current")} if action == Action.APPROVE else {}
    status = {Action.CHECK: Status.CHECKED, Action.APPROVE: Status.APPROVED}[action]
    Report.objects.filter(pk__in=[report.pk for report, _row in done]).update(
        status=status, edit=F("edit") + 1, **accepted
    )
    _mark_all([report for report, row in done if row.effect is not Effect.KEEPS])
    moved.steps += repeated
    return moved


@transaction.atomic
def drop_checks(*, at: datetime) -> int:
    """Send on reports whose superior has ended: the portal itself drops the check, by a Step; return how many."""
    waiting = Report.objects.filter(superior__isnull=False, status__in=[Status.DRAFT, Status.TO_SIGN, Status.SUBMITTED])
    ended = waiting.exclude(superior__valid__contains=at.date()).exclude(superior__valid__startswith__gt=at.date())
    dropped = 0
    for pk in ended.order_by("pk").values_list("pk", flat=True):
        report = _named().locked(pk)
        row = next((row for row in moves_from(Status(report.status), report.route) if not row.who), None)
        if row is None:
            continue
        situation = Situation([report], by=User(), at=at)
        step = _step(report, row, situation, Grounds(), None)
        step.digest = _digest(step, situation)
        step.save(force_insert=True)
        report.superior = None
        report.edit += 1
        report.save(update_fields=["superior", "edit"])
        dropped += 1
    return dropped


MOVED = ("status", "edit", "current", "approved", "received_at", "on_paper", "amendment_asked")
"""The columns of a report that moves change."""


def _named() -> ReportQuerySet:
    return Report.objects.select_related("unit", "form", "version", "period", "current", "superior").defer(
        "current__snapshot"
    )


def _repeated(report: Report, action: Action, by: User, edit: int) -> Step:
    """The Step of this very request, if it was made before; else it comes too late."""
    steps = report.steps.select_related("by", "revision").defer("revision__snapshot")
    made = steps.filter(edit=edit, action=action, by=by).first()
    if made is None:
        raise _moved_meanwhile(report, steps.order_by("seq").last())
    return made


def _moved_meanwhile(report: Report, last: Step | None) -> Refused:
    if last and last.edit + 1 == report.edit:
        words = _("%(person)s has already made the move “%(action)s” at %(time)s. Look at the report as it stands now.")
        facts = {
            "person": last.by or _("The portal"),
            "action": labels.ACTIONS[Action(last.action)],
            "time": f"{timezone.localtime(last.at):%H:%M:%S}",
        }
        return Refused("moved_meanwhile", words % facts, edit=report.edit, status=report.status)
    words = _("The figures of this report have changed since you opened it. Look at them once more, then try again.")
    return Refused("moved_meanwhile", words, edit=report.edit, status=report.status)


def _row(report: Report, action: Action, situation: Situation) -> tuple[Move, Post]:
    """The row of the table by which the person makes this move, and by which of their posts."""
    listed = [
        row
        for row in moves_from(Status(report.status), report.route)
        if row.action == action and situation.leads_back(report, row)
    ]
    if not listed:
        raise Refused(
            "no_such_move",
            _("A report in the state “%(state)s” cannot be moved by “%(action)s”.")
            % {"state": labels.STATUSES[Status(report.status)], "action": labels.ACTIONS[action]},
        )
    theirs = [(row, post) for row in listed if (post := situation.post_for(report, row))]
    if not theirs:
        raise PermissionDenied(_("Your appointments do not allow this move of this report."))
    for row, post in theirs:
        if situation.holds(report, row.when):
            return row, post
    refuse_not_now(report, theirs[0][0], situation)
    raise PermissionDenied(_("Your appointments do not allow this move of this report."))


def _step(report: Report, row: Move, situation: Situation, grounds: Grounds, post: Post | None) -> Step:
    """The Step of this move, not yet linked into the chain."""
    last = situation.last_steps.get(report.pk)
    signs = post is not None and post.role == Role.HEAD and post.unit_id == report.unit_id
    return Step(
        report=report,
        seq=last.seq + 1 if last else 1,
        action=row.action,
        before=row.before,
        after=row.after,
        revision=report.current,
        edit=report.edit,
        by=situation.by if row.who else None,
        capacity=post.capacity if signs and post else "",
        at=situation.at,
        reason=grounds.reason.strip(),
        document=grounds.document.strip(),
        received_at=grounds.received_at if row.action == Action.RECORD else None,
        voids=grounds.voids and row.action == Action.RETURN,
        remarks=len(situation.unsent.get(report.pk, ())) if row.action == Action.RETURN else 0,
        content=report.current.digest,
    )


def _digest(step: Step, situation: Situation) -> str:
    last = situation.last_steps.get(step.report_id)
    return link(last.digest if last else "", {name: getattr(step, name) for name in (*SAID, *MAY_SAY)})


def _apply(row: Move, says: content.Reading, step: Step, situation: Situation) -> None:
    """Carry out what the row does to state and content; the report is saved by who calls."""
    report, at = says.report, step.at
    report.on_paper = row.action == Action.RECORD or (report.on_paper and row.effect is Effect.EXCUSES)
    report.amendment_asked = row.action == Action.ASK_TO_AMEND
    match row.effect:
        case Effect.FREEZES:
            step.content = freezing.freeze(says, at=at).digest
            if row.action == Action.SUBMIT:
                requests.ask(says, at=at)
            report.received_at = min(report.received_at or step.counted_at, step.counted_at)
        case Effect.REOPENS:
            report.current = freezing.reopen(report, row.action, due_at=_due(report, row, step, situation))
        case Effect.DROPS:
            step.content = freezing.freeze(says, at=at, dropped=True).digest
            report.current = cast(Revision, report.approved)
        case Effect.ACCEPTS:
            report.approved = report.current
    report.status = row.after
    report.edit += 1


def _due(report: Report, row: Move, step: Step, situation: Situation) -> datetime | None:
    """Until when the content that is opened again is owed; a recalled report keeps its own deadline."""
    calendar = CalendarDay.objects.as_calendar()
    match row.action:
        case Action.RETURN | Action.AMEND:
            return stage_deadline(step.at, report.version.correction_days, calendar)
        case Action.KEY_IN:
            return stage_deadline(situation.last_steps[report.pk].at, KEYING_DAYS, calendar)
        case _:
            return None


_SAVE_AND_MARK = """
    WITH moved AS (
        UPDATE reports_report
        SET status = %(status)s, edit = %(edit)s, current_id = %(current_id)s, approved_id = %(approved_id)s,
            received_at = %(received_at)s, on_paper = %(on_paper)s, amendment_asked = %(amendment_asked)s
        WHERE id = %(id)s
        RETURNING form_id, period_id, unit_id
    )
    INSERT INTO reports_mark (form_id, period_id, unit_id) SELECT form_id, period_id, unit_id FROM moved
"""


def _save_and_mark(report: Report) -> None:
    """Save what a move changes of a report, and mark the figures that it moves; one statement, as deadline day asks."""
    with connection.cursor() as cursor:
        cursor.execute(_SAVE_AND_MARK, {**vars(report), "status": str(report.status)})
    doorbell.ring("reports.tasks.fold_figures")


def _mark_all(reports: list[Report]) -> None:
    """Mark the figures that these reports move."""
    if reports:
        Mark.objects.bulk_create(
            Mark(form_id=one.form_id, period_id=one.period_id, unit_id=one.unit_id) for one in reports
        )
        doorbell.ring("reports.tasks.fold_figures")
