"""What would have come of the recorded facts under another policy: how reports would stand, and what would be told."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from accounts.roles import Who
from notifications.foretelling import Heard, foretold
from notifications.ladder import Ladder, Rung
from reports.calendars import WorkingCalendar, due_day
from reports.lapses import Change, Excludes, Recorded, due_after_outages, standing_as_of
from reports.standing import Stand, Standing
from reports.workflow import RECEIPTS, Action

ARRIVED = (Standing.ON_TIME, Standing.LATE, Standing.EXEMPT)
"""A report that stands so is no longer owed."""

ARRIVING = (*RECEIPTS, Action.EXEMPT)
TAKING_BACK = (Action.RECALL, Action.UNEXEMPT)
"""What may make a report owed again, beside a return as no report."""


def under(recorded: Recorded, before: datetime, after: datetime, calendar: WorkingCalendar) -> Recorded:
    """The same facts with the deadline that another policy gives by rule, in place of the one that was given by rule.

    Where the rules agree, the facts stay as they are. Else extensions hold until the day they name, an incident gives
    what it would have given to the new deadline, and corrections of the calendar are in the rule already.
    """
    if before == after:
        return recorded
    changes = [one for one in recorded.changes if one.cause == Excludes.EXTENSION and one.after > after]
    for outage in recorded.outages:
        until = max((one.after for one in changes), default=after)
        if outage.began_at >= recorded.opened:
            moved = due_after_outages([outage], outage.confirmed_at, until, calendar)
            if moved > until:
                changes.append(Change(outage.confirmed_at, moved, Excludes.INCIDENT, outage.words))
    return replace(recorded, first_deadline=after, changes=tuple(sorted(changes, key=lambda one: one.recorded_at)))


@dataclass
class Teller:
    """What a ladder tells by a calendar; what it tells of one day is worked out once."""

    ladder: Ladder
    calendar: WorkingCalendar
    _known: dict[tuple[date, datetime], list[Heard]] = field(default_factory=dict)

    def of(self, recorded: Recorded, at: datetime) -> Iterator["Telling"]:
        """All that was to be told of a report up to `at`: by the deadline known then, while the report was owed."""
        told: set[tuple[int, date, Who]] = set()
        owed = Owed(recorded, self.calendar)
        for since, until, deadline in _known_deadlines(recorded, at):
            due = due_day(deadline)
            for heard in self._foretold(due, since):
                key = (heard.rung.days, due, heard.who)
                if heard.at < until and key not in told and owed.at(heard.at):
                    told.add(key)
                    yield Telling(heard.at, due, heard.rung, heard.who)

    def _foretold(self, due: date, since: datetime) -> list[Heard]:
        if (due, since) not in self._known:
            self._known[due, since] = foretold(self.ladder, due, since, self.calendar)
        return self._known[due, since]


class Telling(NamedTuple):
    """That a rung of the deadline on that day was to be told to an audience."""

    at: datetime
    due: date
    rung: Rung
    who: Who


class Owed:
    """When a report was still to be sent, by what was recorded until then."""

    def __init__(self, recorded: Recorded, calendar: WorkingCalendar) -> None:
        self._recorded, self._calendar = recorded, calendar
        self._first = min((one.at for one in recorded.steps if one.action in ARRIVING), default=None)
        self._came_back = any(one.action in TAKING_BACK or one.voids for one in recorded.steps)

    def at(self, at: datetime) -> bool:
        """Whether it was at that instant."""
        if self._first is None or at < self._first:
            return True
        return self._came_back and standing_as_of(self._recorded, at, self._calendar).standing not in ARRIVED


def _known_deadlines(recorded: Recorded, at: datetime) -> Iterator[tuple[datetime, datetime, datetime]]:
    """From when until when which deadline was known, one after the other; a deadline only moves later."""
    since, deadline = recorded.opened, recorded.first_deadline
    for change in recorded.changes:
        if change.after > deadline:
            yield since, min(change.recorded_at, at), deadline
            since, deadline = max(since, change.recorded_at), change.after
    yield since, at, deadline


@dataclass
class Tally:
    """How many reports stand how."""

    expected: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0

    def add(self, stand: Stand) -> None:
        """Count one more report; one that is exempt is not expected."""
        match stand.standing:
            case Standing.EXEMPT:
                return
            case Standing.ON_TIME:
                self.on_time += 1
            case Standing.LATE:
                self.late += 1
            case Standing.MISSING:
                self.missing += 1
        self.expected += 1

    @property
    def behind(self) -> int:
        """Late or missing."""
        return self.late + self.missing


@dataclass
class Both:
    """The same reports as they stand, and as they would."""

    was: Tally = field(default_factory=Tally)
    would: Tally = field(default_factory=Tally)

    def add(self, was: Stand, would: Stand) -> None:
        """Count one more report."""
        self.was.add(was)
        self.would.add(would)

    @property
    def more(self) -> int:
        """How many more would be late or missing; negative for fewer."""
        return self.would.behind - self.was.behind

    @property
    def fewer(self) -> int:
        """How many fewer would be."""
        return -self.more

    @property
    def differs(self) -> bool:
        return self.was != self.would
