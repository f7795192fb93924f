"""How a report stands against its deadline as of an instant, and in whose hands its time has passed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from accounts.roles import Place, Role
from reports.calendars import END_OF_DAY, ZONE, WorkingCalendar, days_late, due_day
from reports.workflow import Action, Status, route, turn

SOON = 2  # working days before the deadline's day


class Standing(StrEnum):
    """What can be said of a report's timeliness as of an instant."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    EXEMPT = "exempt"


class Stand(NamedTuple):
    """A standing and its days, in working days.

    Late: by how many; missing: so far; both at least 1. Not due and due soon: how many are left, 0 on the
    last day. On time and exempt: 0.
    """

    standing: Standing
    days: int


def standing(
    deadline: datetime,
    first_receipt: datetime | None,
    at: datetime,
    calendar: WorkingCalendar,
    *,
    soon: int = SOON,
    exempt: bool = False,
) -> Stand:
    """How a report stands as of `at`; all instants aware.

    Received at or before the deadline is on time, one second later is late. A receipt after `at` is not known
    yet. `first_receipt` leaves out receipts that were recalled or returned as not a report.
    """
    if exempt:
        return Stand(Standing.EXEMPT, 0)
    if first_receipt is not None and first_receipt <= at:
        late = days_late(deadline, first_receipt, calendar)
        return Stand(Standing.LATE if late else Standing.ON_TIME, late)
    if at > deadline:
        return Stand(Standing.MISSING, days_late(deadline, at, calendar))
    left = calendar.between(due_day(at), due_day(deadline))
    return Stand(Standing.DUE_SOON if left <= soon else Standing.NOT_DUE, left)


def stage_deadline(since: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """Until when a stage that holds a report since that instant is to pass it on: 24:00 of its last working day."""
    last = calendar.after(since.astimezone(ZONE).date(), days)
    return datetime.combine(last, time(), ZONE) + END_OF_DAY


KEYING_DAYS = 2
"""Within how many working days the figures of a report filed on paper are keyed in."""


class Hand(StrEnum):
    """In whose hands a report lies."""

    REPORTER = "reporter"
    HEAD = "head"
    SUPERIOR = "superior"
    OWNER = "owner"


class Turned(NamedTuple):
    """A step, as far as it passes a report on: when, by which action, into which state."""

    at: datetime
    action: Action
    after: Status


@dataclass(frozen=True, slots=True)
class Allowed:
    """How long each may hold a report: the unit until its deadline, everybody else so many working days.

    `checked_above` says whether a superior checks the report now; a check that was dropped stands among its steps.
    """

    deadline: datetime
    signed: bool
    checked_above: bool
    superior_days: int
    owner_days: int
    correction_days: int


class Held(NamedTuple):
    """A time in one pair of hands: from, until, the working days that began in it, and when it had to be passed on.

    The unit's reporter and head share what they are given; it was overrun by whoever held the report as it ran out.
    """

    hand: Hand
    since: datetime
    until: datetime
    days: int
    due: datetime

    @property
    def time(self) -> timedelta:
        return self.until - self.since

    @property
    def overran(self) -> bool:
        """Whether the report was kept beyond what is allowed."""
        return self.since <= self.due < self.until


def hands(
    opened: datetime, turned: Sequence[Turned], at: datetime, allowed: Allowed, calendar: WorkingCalendar
) -> list[Held]:
    """In whose hands a report has lain from its opening up to its approval, or to `at`; all instants aware.

    Each time follows the one before without a gap, but for those in which it was approved or exempt and in nobody's.
    Steps that leave the report in the same hands, and with the same time allowed, part nothing.
    """
    known = [one for one in turned if one.at <= at]
    dropped = [place for place, one in enumerate(turned) if one.action == Action.DROP_CHECK]
    found: list[Held] = []
    due, on_paper = allowed.deadline, False
    starts = [Turned(opened, Action.HAND_BACK, Status.DRAFT), *known, Turned(at, Action.KEEP, Status.APPROVED)]
    # The opening is as if the report had been handed to its reporter, and whatever holds it now is cut off at `at`.
    for place, (start, end) in enumerate(pairwise(starts)):
        on_paper = start.action == Action.RECORD or (on_paper and start.after in (Status.SUBMITTED, Status.EXEMPT))
        above = allowed.checked_above or any(place <= one for one in dropped)
        way = route(signed=allowed.signed, checked_above=above)
        who = _turn(start.after, way, on_paper=on_paper)
        if who is None:
            continue
        hand = _HANDS[who.place, who.role]
        due = _due(start, hand, due, allowed, calendar)
        if end.at < start.at:
            continue
        last = found[-1] if found else None
        if last and (last.hand, last.until, last.due) == (hand, start.at, due):
            found[-1] = _held(hand, last.since, end.at, due, calendar)
        else:
            found.append(_held(hand, start.at, end.at, due, calendar))
    return found


class Share(NamedTuple):
    """How long one pair of hands held a report in all: the time, its working days, and whether it ever overran."""

    hand: Hand
    time: timedelta
    days: int
    overran: bool


def shares(held: Iterable[Held]) -> list[Share]:
    """What each pair of hands held the report for in all, in the order of the way; nothing for who never held it."""
    times = list(held)
    by_hand = {hand: [one for one in times if one.hand == hand] for hand in Hand}
    return [
        Share(
            hand,
            sum((one.time for one in ones), timedelta()),
            sum(one.days for one in ones),
            any(one.overran for one in ones),
        )
        for hand, ones in by_hand.items()
        if ones
    ]


_turn = cache(turn)

_HANDS = {
    (Place.OWN, Role.REPORTER): Hand.REPORTER,
    (Place.OWN, Role.HEAD): Hand.HEAD,
    (Place.SUPERIOR, Role.REVIEWER): Hand.SUPERIOR,
    (Place.OWNER, Role.APPROVER): Hand.OWNER,
}


def _due(start: Turned, hand: Hand, before: datetime, allowed: Allowed, calendar: WorkingCalendar) -> datetime:
    """Until when these hands have the report that has come to them; the unit's share one deadline among themselves."""
    match hand, start.action:
        case Hand.SUPERIOR, _:
            return stage_deadline(start.at, allowed.superior_days, calendar)
        case Hand.OWNER, _:
            return stage_deadline(start.at, allowed.owner_days, calendar)
        case _, Action.RETURN | Action.AMEND:
            return stage_deadline(start.at, allowed.correction_days, calendar)
        case _, Action.RECORD:
            return stage_deadline(start.at, KEYING_DAYS, calendar)
        case _, Action.RECALL:
            return allowed.deadline
        case _:
            return before


def _held(hand: Hand, since: datetime, until: datetime, due: datetime, calendar: WorkingCalendar) -> Held:
    return Held(hand, since, until, calendar.between(due_day(since), due_day(until)), due)
