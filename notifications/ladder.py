"""The ladder: which working days from a deadline speak to whom, and which rung each audience hears at an instant.

A rung is told from the instant it falls until a later rung that names the same person falls, and no rung is told after
24:00 of the LAST-th working day after the due day: a portal that was silent for longer, or was given the past to hold,
does not begin to remind of it. A ladder that goes on for longer is told up to its last rung's day.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from accounts.roles import Place, Role, Who
from reports.calendars import END_OF_DAY, ZONE, WorkingCalendar

MORNING = time(7, 30)

LAST = 5  # working days after the due day, or after anything else that is told of

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


WHO = {
    Audience.REPORTER: Role.REPORTER @ Place.OWN,
    Audience.HEAD: Role.HEAD @ Place.OWN,
    Audience.SUPERIORS_HEAD: Role.HEAD @ Place.SUPERIOR,
    Audience.OWNERS_REVIEWER: Role.REVIEWER @ Place.OWNER,
    Audience.INSPECTOR: Role.INSPECTOR @ Place.OWNER,  # wherever they are appointed: they serve the whole city
}

AUDIENCES = {who: audience for audience, who in WHO.items()}
"""The audience that names them."""

LISTED = (Audience.OWNERS_REVIEWER, Audience.INSPECTOR)
"""Those who hear of all that is overdue of a form in one list."""

IN_LISTS = frozenset(WHO[audience] for audience in LISTED)


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
    """One row of a ladder: so many working days from the day that something is due, at that hour, these are told."""

    days: int
    who: tuple[Who, ...]
    hour: time = MORNING

    def falls(self, day: date, calendar: WorkingCalendar) -> datetime:
        """The instant from which this rung of a deadline on that day is told, in ZONE."""
        return datetime.combine(calendar.after(day, self.days), self.hour, ZONE)


Ladder = Sequence[Rung]
"""Rungs in the order of their days."""

_REPORTER, _HEAD, _SUPERIORS_HEAD, _REVIEWERS, _INSPECTORS = (WHO[audience] for audience in Audience)

RUNGS = (
    #    days  who
    Rung(-5, (_REPORTER,)),
    Rung(-2, (_REPORTER, _HEAD)),
    Rung(0, (_REPORTER, _HEAD)),
    Rung(+1, (_HEAD,)),
    Rung(+3, (_HEAD, _SUPERIORS_HEAD)),
    Rung(+5, (_REVIEWERS, _INSPECTORS)),
)
"""The ladder of every form that has none of its own."""


def told(ladder: Ladder, day: date, at: datetime, calendar: WorkingCalendar) -> dict[Who, Rung]:
    """The rung that each audience hears at that instant of a deadline on that day: the highest that names it."""
    if at >= end_of(calendar.after(day, _last(ladder))):
        return {}
    return {who: rung for rung in ladder if rung.falls(day, calendar) <= at for who in rung.who}


def days_told(ladder: Ladder, at: datetime, calendar: WorkingCalendar) -> Iterator[tuple[date, dict[Who, Rung]]]:
    """Every day of which something is told at that instant, if something is due on it, and what is told to whom."""
    today = at.astimezone(ZONE).date()
    day = calendar.after(today, -_last(ladder) - 1)
    latest = calendar.after(today, 1 - min(0, ladder[0].days)) if ladder else day
    while day <= latest:
        if heard := told(ladder, day, at, calendar):
            yield day, heard
        day += timedelta(days=1)


def not_before(at: datetime, calendar: WorkingCalendar) -> datetime:
    """What happened at that instant or earlier is no longer told of: 24:00 of the working day before the LAST ones."""
    return end_of(calendar.after(at.astimezone(ZONE).date(), -LAST - 1))


def mornings(at: datetime, calendar: WorkingCalendar) -> tuple[datetime, datetime]:
    """The last working morning up to that instant, and the first after it: routine notices are gathered at each."""
    today = at.astimezone(ZONE).date()
    this = datetime.combine(today, MORNING, ZONE)
    if calendar.is_working(today) and this <= at:
        return this, datetime.combine(calendar.after(today, 1), MORNING, ZONE)
    before = datetime.combine(calendar.after(today, -1), MORNING, ZONE)
    return before, this if calendar.is_working(today) else datetime.combine(calendar.after(today, 1), MORNING, ZONE)


def stages(due_days: Collection[date], days: int, calendar: WorkingCalendar) -> Iterator[tuple[date, date]]:
    """On which days a stage of so many working days began that runs out on one of these days, and on which."""
    if not due_days:
        return
    day, latest = calendar.after(min(due_days), -days - 1), max(due_days)
    while day <= latest:
        if (due := calendar.after(day, days)) in due_days:
            yield day, due
        day += timedelta(days=1)


def start_of(day: date) -> datetime:
    """0:00 of that day."""
    return datetime.combine(day, time(), ZONE)


def end_of(day: date) -> datetime:
    """24:00 of that day."""
    return datetime.combine(day, time(), ZONE) + END_OF_DAY


def _last(ladder: Ladder) -> int:
    return max(LAST, ladder[-1].days) if ladder else LAST
