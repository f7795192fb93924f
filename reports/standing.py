"""How a report stands against its deadline as of an instant: on time, late, missing, or still to come."""

from datetime import datetime, time
from enum import StrEnum
from typing import NamedTuple

from reports.calendars import END_OF_DAY, ZONE, WorkingCalendar, days_late, due_day

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
