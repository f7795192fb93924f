"""Fills the closed periods of a demonstration, and what has come in for the running one, set by set.

Rows are copied in rather than moved one by one, in the order in which the database's own rules allow it: values into
open revisions, then the freezing, then the next revision. What the rules refuse, this cannot write either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction

from accounts.actions.staffing import Staff
from accounts.models import User
from accounts.roles import Level, Role
from reports import calendars, content, figures
from reports.illustration import RETURN_REASONS, Temper, working_hours_after
from reports.models import CalendarDay, FormVersion, Item, Mark, Report, Revision
from reports.periods import PeriodCode
from reports.workflow import Action, Status

RETURNED = 0.06
"""The share of reports that come back once."""

EARLY = 0.12
"""The share of reports that have come in before the office opens on the day they are due."""


@dataclass
class _Life:
    """What becomes of one report: its revisions' contents and its steps."""

    report: Report
    numbers: dict[str, int]
    steps: list[tuple[Action, Status, Status, User, datetime, str, int]] = field(default_factory=list)
    frozen: list[datetime] = field(default_factory=list)
    filled: bool = False

    def step(self, action: Action, before: Status, after: Status, by: Staff, *, at: datetime, reason: str = "") -> None:
        self.steps.append((action, before, after, by.user, at, reason, self.revisions))
        if action == Action.SUBMIT:
            self.frozen.append(at)

    @property
    def status(self) -> Status:
        return self.steps[-1][2] if self.steps else Status.DRAFT

    @property
    def revisions(self) -> int:
        """How many revisions there are: each return opens one more."""
        return 1 + sum(action == Action.RETURN for action, *_rest in self.steps)


@transaction.atomic
def fill(
    version: FormVersion, people: dict[tuple[Role, str], Staff], *, seed: int, kept_open: str, at: datetime
) -> int:
    """File, check and approve what plausible units would have by `at`; return how many reports were filed.

    `kept_open` is the code of the unit whose report of the period due now is left an empty draft.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a whole year is copied in, and the machine may be slow
    calendar = CalendarDay.objects.as_calendar()
    lives: list[_Life] = []
    reports = (
        Report.objects.filter(version=version)
        .select_related("unit", "superior", "period", "form", "version", "current")
        .order_by("unit", "period__first_day")
    )
    temper: Temper | None = None
    unit = 0
    for report in reports:
        if temper is None or report.unit_id != unit:
            code = report.unit.code
            unit, temper = report.unit_id, Temper(seed, code, Level(report.unit.level), punctual=code == kept_open)
        numbers = temper.month(PeriodCode.parse(report.period.code))
        if report.period.last_day < at.date() and not (report.unit.code == kept_open and report.deadline > at):
            lives.append(_live(report, temper, numbers, people=people, calendar=calendar, at=at))
    _write(lives, {item.code: item.pk for item in Item.objects.filter(version=version)})
    Mark.objects.all().delete()
    figures.rebuild()
    return sum(bool(life.frozen) for life in lives)


def _live(
    report: Report,
    temper: Temper,
    numbers: dict[str, int],
    *,
    people: dict[tuple[Role, str], Staff],
    calendar: calendars.WorkingCalendar,
    at: datetime,
) -> _Life:
    """The steps of one report up to `at`."""
    life = _Life(report, numbers)
    random = temper.random
    filed = temper.filed_at(report.deadline, report.period.last_day, calendar)
    if report.deadline > at:  # the running period: some are early birds, some have begun
        filed = at - timedelta(minutes=random.randrange(5, 20 * 60)) if random.random() < EARLY else None
        life.filled = filed is not None or random.random() < EARLY
    if filed is None or filed > at:
        return life
    life.filled = True
    code = report.unit.code
    reporter, head = people[Role.REPORTER, code], people[Role.HEAD, code]
    handed_up = filed - timedelta(minutes=random.randrange(5, 240))
    life.step(Action.HAND_UP, Status.DRAFT, Status.TO_SIGN, reporter, at=handed_up)
    life.step(Action.SUBMIT, Status.TO_SIGN, Status.SUBMITTED, head, at=filed)
    approver = people[Role.APPROVER, "VPUBND" if code == "STTTT" else "STTTT"]
    first = people[Role.REVIEWER, report.superior.code] if report.superior else approver
    moment = filed
    if random.random() < RETURNED:
        moment = working_hours_after(moment, 1, random, calendar)
        if moment > at:
            return life
        life.step(Action.RETURN, Status.SUBMITTED, Status.DRAFT, first, at=moment, reason=random.choice(RETURN_REASONS))
        moment = working_hours_after(moment, random.randint(1, 2), random, calendar)
        if moment > at:
            return life
        life.step(Action.SUBMIT, Status.DRAFT, Status.SUBMITTED, head, at=moment)
    status = Status.SUBMITTED
    if report.superior:
        moment = working_hours_after(moment, random.choice((0, 1, 1, 2)), random, calendar)
        if moment > at:
            return life
        life.step(Action.CHECK, Status.SUBMITTED, Status.CHECKED, first, at=moment)
        status = Status.CHECKED
    moment = working_hours_after(moment, random.randint(1, 5), random, calendar)
    if moment <= at:
        life.step(Action.APPROVE, status, Status.APPROVED, approver, at=moment)
    return life


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY the rows into the table."""
    names = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _write(lives: list[_Life], items: dict[str, int]) -> None:
    """Write contents and steps, revision by revision, then what the reports have come to."""
    current: dict[int, Revision] = {life.report.pk: life.report.current for life in lives}
    at_step: dict[tuple[int, int], int] = {(life.report.pk, 1): current[life.report.pk].pk for life in lives}
    number = 1
    written = [life for life in lives if life.filled]
    while written:
        _copy(
            "reports_value",
            ("revision_id", "item_id", '"row"', "number", "edit"),
            (
                (current[life.report.pk].pk, items[code], "", value, 1)
                for life in written
                for code, value in life.numbers.items()
            ),
        )
        _freeze([(life, current[life.report.pk]) for life in written if len(life.frozen) >= number])
        number += 1
        written = [life for life in written if life.revisions >= number]
        fresh = Revision.objects.bulk_create(
            Revision(report=life.report, number=number, cause=Revision.Cause.RETURN) for life in written
        )
        for life, revision in zip(written, fresh, strict=True):
            current[life.report.pk] = revision
            at_step[life.report.pk, number] = revision.pk
    _write_steps(lives, at_step)
    _write_reports(lives, current)


def _freeze(revisions: list[tuple[_Life, Revision]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE frozen (id bigint, frozen_at timestamptz, snapshot bytea, digest text)")
    rows = []
    for life, revision in revisions:
        numbers = {code: Decimal(number) for code, number in life.numbers.items()}
        snapshot = content.snapshot(life.report, revision, numbers)
        rows.append((revision.pk, life.frozen[revision.number - 1], snapshot, content.digest(snapshot)))
    _copy("frozen", ("id", "frozen_at", "snapshot", "digest"), rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_revision AS revision SET frozen_at = frozen.frozen_at, snapshot = frozen.snapshot,"
            " digest = frozen.digest FROM frozen WHERE revision.id = frozen.id"
        )
        cursor.execute("DROP TABLE frozen")


def _write_steps(lives: list[_Life], at_step: dict[tuple[int, int], int]) -> None:
    _copy(
        "reports_step",
        ("report_id", "seq", "action", "before", "after", "revision_id", "edit", "by_id", '"at"', "reason"),
        (
            (life.report.pk, seq, action, before, after, at_step[life.report.pk, revision], seq + 1, by.pk, at, reason)
            for life in lives
            for seq, (action, before, after, by, at, reason, revision) in enumerate(life.steps, 1)
        ),
    )
    _copy(
        "reports_author",
        ("report_id", "user_id"),
        ((life.report.pk, life.steps[0][3].pk) for life in lives if life.steps),
    )


def _write_reports(lives: list[_Life], current: dict[int, Revision]) -> None:
    for life in lives:
        life.report.status = life.status
        life.report.current = current[life.report.pk]
        life.report.approved = current[life.report.pk] if life.status == Status.APPROVED else None
        life.report.received_at = life.frozen[0] if life.frozen else None
        life.report.edit = 2 + len(life.steps) if life.filled else 1
    Report.objects.bulk_update(
        [life.report for life in lives if life.filled],
        ["status", "current", "approved", "received_at", "edit"],
        batch_size=1000,
    )
