"""The ladder: which working days from a deadline speak to whom, and which rung a person hears at an instant.

A rung is told from the instant it falls until a later rung that names the same person falls, and no rung is told after
24:00 of the LAST-th working day after the due day: a portal that was silent for longer, or was given the past to hold,
does not begin to remind of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from accounts.roles import Role
from reports.calendars import END_OF_DAY, ZONE, WorkingCalendar, due_day

MORNING = time(7, 30)

FARTHEST = 20
"""How many working days before or after a deadline a rung may lie at most."""


class Audience(StrEnum):
    """Whom a rung names: people of the unit that owes, the heads above it, and those of the form's owner and the city.

    The last two hear of all that is overdue of a form in one list.
    """

    REPORTER = "reporter"
    HEAD = "head"
    SUPERIORS_HEAD = "superiors_head"
    OWNERS_REVIEWER = "owners_reviewer"
    INSPECTOR = "inspector"


class NoticeKind(StrEnum):
    """What a notice tells of."""

    RUNG = "rung"
    OVERDUE_LIST = "overdue_list"
    OPENED = "opened"
    MOVED = "moved"
    RETURNED = "returned"
    CORRECTION_DUE = "correction_due"
    TO_SIGN = "to_sign"
    REVIEW_OVERDUE = "review_overdue"
    REVIEW_OVERDUE_HEAD = "review_overdue_head"
    LAPSE_ASKED = "lapse_asked"
    LAPSE_EXPLAINED = "lapse_explained"
    LAPSE_RULED = "lapse_ruled"
    LIST_ANNOUNCED = "list_announced"
    LIST_ISSUED = "list_issued"
    DIRECTIVE = "directive"
    DIRECTIVE_RUNG = "directive_rung"


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of the ladder: so many working days from the day a report is due, at that hour, these roles are told."""

    days: int
    roles: tuple[Role, ...]
    hour: time = MORNING

    def falls(self, deadline: datetime, calendar: WorkingCalendar) -> datetime:
        """The instant from which this rung of a deadline is told, in ZONE."""
        return datetime.combine(calendar.after(due_day(deadline), self.days), self.hour, ZONE)

    def occasion(self, deadline: datetime) -> str:
        """What names this rung of this deadline: of a moved deadline it is another."""
        return f"rung:{self.days}:{due_day(deadline)}"


RUNGS = (
    #    days  who
    Rung(-2, (Role.REPORTER, Role.HEAD)),
    Rung(0, (Role.REPORTER, Role.HEAD)),
    Rung(+1, (Role.HEAD,)),
)

TOLD_OF_CHANGES = (Role.REPORTER, Role.HEAD)
"""Who is told that the deadline of a report that their unit still owes was moved."""

LAST = 5  # working days after the due day


def fallen(deadline: datetime, at: datetime, calendar: WorkingCalendar) -> tuple[Rung, ...]:
    """The rungs of a deadline that may be told at that instant, the latest first; none long after the deadline."""
    if at >= _end(calendar.after(due_day(deadline), LAST)):
        return ()
    return tuple(rung for rung in reversed(RUNGS) if rung.falls(deadline, calendar) <= at)


def rung_for(roles: Collection[Role], deadline: datetime, at: datetime, calendar: WorkingCalendar) -> Rung | None:
    """The one rung that a person with these roles hears at that instant: the highest of those that name them."""
    return next((rung for rung in fallen(deadline, at, calendar) if not set(roles).isdisjoint(rung.roles)), None)


def reach(at: datetime, calendar: WorkingCalendar) -> tuple[datetime, datetime]:
    """After which instant, and not after which, a deadline lies if any of its rungs may be told at that instant."""
    today = at.astimezone(ZONE).date()
    return _end(calendar.after(today, -LAST - 1)), _end(calendar.after(today, 1 - RUNGS[0].days))


def _end(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE) + END_OF_DAY
