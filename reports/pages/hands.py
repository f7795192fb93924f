"""In whose hands a report has lain: a bar and a table beneath its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from reports import labels, schedules
from reports.calendars import ZONE, WorkingCalendar
from reports.models import Report, Step
from reports.periods import Window
from reports.standing import Allowed, Held, Share, Turned, hands, shares
from reports.workflow import Action, Status


@dataclass(frozen=True, slots=True)
class Stretch:
    """One time in one pair of hands, as the bar draws it: from and how wide, in thousandths of the whole."""

    held: Held
    start: int
    width: int

    @property
    def words(self) -> str:
        return str(labels.HANDS[self.held.hand])


@dataclass(frozen=True, slots=True)
class Part:
    """What one pair of hands held the report for in all."""

    share: Share
    percent: int

    @property
    def words(self) -> str:
        return str(labels.HANDS[self.share.hand])


@dataclass(frozen=True, slots=True)
class Lain:
    """The time of a report from its opening to its approval, or to now."""

    stretches: list[Stretch]
    parts: list[Part]
    days: int

    @property
    def overrun(self) -> list[Stretch]:
        """The times in which somebody kept the report beyond what is allowed."""
        return [one for one in self.stretches if one.held.overran]


def of_report(report: Report, steps: Sequence[Step], at: datetime, calendar: WorkingCalendar) -> Lain | None:
    """The time of a report that has been moved, the steps given latest first; None of one that never was.

    Select its version and period with it; no query.
    """
    if not steps:
        return None
    version, period = report.version, report.period
    turned = [Turned(one.at, Action(one.action), Status(one.after)) for one in reversed(steps)]
    if schedules.is_asked_by_hand(version):
        opened = turned[0].at  # when it was asked for is not kept
    else:
        day = schedules.opens_on(version, Window(period.first_day, period.last_day))
        opened = datetime.combine(day, time(), ZONE)
    allowed = Allowed(
        report.deadline,
        report.signed,
        report.superior_id is not None,
        version.superior_days,
        version.owner_days,
        version.correction_days,
    )
    held = hands(opened, turned, at, allowed, calendar)
    whole = sum((one.time for one in held), timedelta()) or timedelta(seconds=1)
    stretches, start = [], timedelta()
    for one in held:
        stretches.append(Stretch(one, round(start / whole * 1000), round(one.time / whole * 1000)))
        start += one.time
    parts = [Part(share, round(share.time / whole * 100)) for share in shares(held)]
    return Lain(stretches, parts, sum(one.days for one in held))
