"""What becomes of one report of a demonstration: when it is filed, returned, checked and approved, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from accounts.actions.staffing import Staff
from accounts.models import User
from accounts.roles import Role
from reports.calendars import ZONE, WorkingCalendar
from reports.checks import Answer, Cell
from reports.illustration import Temper, sentences, working_hours_after
from reports.models import Report
from reports.standing import stage_deadline
from reports.workflow import STANDING, Action, Status

RETURNED = 0.06
"""The share of reports that come back once."""

EARLY = 0.12
"""The share of reports that have come in before the office opens on the day they are due; as many are begun."""

HANDED_UP = 0.4
"""The share of those begun that wait for the head's signature."""

People = Mapping[tuple[Role, str], Staff]
"""The person of a role in a unit, by its code."""


@dataclass
class Life:
    """One report's contents, the same in each revision, with what stands out of them, and its steps."""

    report: Report
    answers: dict[Cell, Answer]
    steps: list[tuple[Action, Status, Status, User, datetime, str, int]] = field(default_factory=list)
    frozen: list[datetime] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)  # until when each correction is owed
    author: User | None = None
    standing_out: list[tuple[str, str, str]] = field(default_factory=list)

    def step(self, action: Action, before: Status, after: Status, by: Staff, *, at: datetime, reason: str = "") -> None:
        self.steps.append((action, before, after, by.user, at, reason, self.revisions))
        if action == Action.SUBMIT:
            self.frozen.append(at)

    @property
    def status(self) -> Status:
        return self.steps[-1][2] if self.steps else Status.DRAFT

    @property
    def stands(self) -> bool:
        """Whether others can read its numbers."""
        return self.status in STANDING

    @property
    def revisions(self) -> int:
        """How many revisions there are: each return opens one more."""
        return 1 + sum(action == Action.RETURN for action, *_rest in self.steps)


@dataclass(frozen=True)
class Way:
    """Who has a hand in a report of one unit: its own people, its superior's reviewer, the approver for the owner."""

    reporter: Staff
    head: Staff
    reviewer: Staff | None
    approver: Staff

    @classmethod
    def of(cls, report: Report, people: People, owner: str, stand_in: str) -> "Way":
        """The way of a report of a form with that owner; the stand-in approves the owner's own. Units by code."""
        code = report.unit.code
        return cls(
            reporter=people[Role.REPORTER, code],
            head=people[Role.HEAD, code],
            reviewer=people[Role.REVIEWER, report.superior.code] if report.superior else None,
            approver=people[Role.APPROVER, stand_in if code == owner else owner],
        )


SLOW = 0.02
"""The share of superiors that check two working days later than they do, period by period."""


def live(
    life: Life,
    way: Way,
    temper: Temper,
    random: Random,
    calendar: WorkingCalendar,
    *,
    at: datetime,
    slow: bool = False,
) -> None:
    """Take the steps of a report whose window has ended, up to `at`; `slow` is its superior in this period."""
    report = life.report
    filed = temper.filed_at(report.deadline, report.period.last_day, calendar, random)
    if report.deadline > at:  # the running period: some are early birds, some have begun
        filed = _before_the_office_opens(report, random, at) if random.random() < EARLY else None
        if filed is None and random.random() < EARLY:
            life.author = way.reporter.user
            if report.signed and random.random() < HANDED_UP:
                handed_up = _before_the_office_opens(report, random, at)
                life.step(Action.HAND_UP, Status.DRAFT, Status.TO_SIGN, way.reporter, at=handed_up)
    if filed is None or filed > at:
        return
    life.author = way.reporter.user
    _submit(life, way, random, filed)
    _review(life, way, random, calendar, filed=filed, at=at, slow=slow)


def _before_the_office_opens(report: Report, random: Random, at: datetime) -> datetime:
    earliest = datetime.combine(report.period.last_day, time(), ZONE) + timedelta(days=1, minutes=10)
    since = max(earliest, at - timedelta(hours=20))
    return (since + (at - since) * random.uniform(0.0, 0.99)).replace(microsecond=0)


def _submit(life: Life, way: Way, random: Random, filed: datetime) -> None:
    if not life.report.signed:
        life.step(Action.SUBMIT, Status.DRAFT, Status.SUBMITTED, way.reporter, at=filed)
        return
    handed_up = filed - timedelta(minutes=random.randrange(5, 240))
    life.step(Action.HAND_UP, Status.DRAFT, Status.TO_SIGN, way.reporter, at=handed_up)
    life.step(Action.SUBMIT, Status.TO_SIGN, Status.SUBMITTED, way.head, at=filed)


def _review(
    life: Life, way: Way, random: Random, calendar: WorkingCalendar, *, filed: datetime, at: datetime, slow: bool
) -> None:
    """Some are returned and sent again; then the superior checks, where one does, and the owner approves."""
    moment = filed
    if random.random() < RETURNED:
        moment = working_hours_after(moment, 1, random, calendar)
        if moment > at:
            return
        first = way.reviewer or way.approver
        reason = random.choice(sentences.RETURN_REASONS[life.report.form.code])
        life.step(Action.RETURN, Status.SUBMITTED, Status.DRAFT, first, at=moment, reason=reason)
        life.due.append(stage_deadline(moment, life.report.version.correction_days, calendar))
        moment = working_hours_after(moment, random.randint(1, 2), random, calendar)
        if moment > at:
            return
        sender = way.head if life.report.signed else way.reporter
        life.step(Action.SUBMIT, Status.DRAFT, Status.SUBMITTED, sender, at=moment)
    if way.reviewer:
        moment = working_hours_after(moment, random.choice((0, 1, 1, 2)) + 2 * slow, random, calendar)
        if moment > at:
            return
        life.step(Action.CHECK, Status.SUBMITTED, Status.CHECKED, way.reviewer, at=moment)
    moment = working_hours_after(moment, random.randint(1, 5), random, calendar)
    if moment <= at:
        life.step(Action.APPROVE, life.status, Status.APPROVED, way.approver, at=moment)
