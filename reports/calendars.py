"""Working days and deadlines: until when a report may be filed, and how late it is afterwards."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from reports.periods import Frequency, PeriodCode, Window

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

END_OF_DAY = timedelta(days=1)

SATURDAY = 5

#                day off                worked in exchange
MISSING_SWAPS = {date(2026, 1, 2): date(2026, 1, 10)}


class TooSoon(ValueError):
    """A deadline would leave less than one working day after the window (NĐ 09/2019/NĐ-CP, art. 8.5)."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: Monday to Friday, less `days_off`, plus the swapped `working` days.

    `days_off` are public holidays and compensatory days (Bộ luật Lao động 2019, art. 112); a day in both
    sets is worked.
    """

    days_off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day."""
        return day in self.working or (day.weekday() < SATURDAY and day not in self.days_off)

    def after(self, day: date, days: int) -> date:
        """The n-th working day after a day; before it where n is negative; the day itself for 0."""
        step = timedelta(days=1 if days > 0 else -1)
        left = abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days d there are with first < d ≤ last; 0 where last is not later than first."""
        return max(0, self._worked_by(last) - self._worked_by(first))

    def _worked_by(self, day: date) -> int:
        """Working days from 1 January of the year 1, a Monday, to that day."""
        weeks, rest = divmod(day.toordinal(), 7)
        return weeks * 5 + min(rest, 5) - bisect_right(self._lost, day) + bisect_right(self._won, day)

    @cached_property
    def _lost(self) -> list[date]:
        return sorted(day for day in self.days_off - self.working if day.weekday() < SATURDAY)

    @cached_property
    def _won(self) -> list[date]:
        return sorted(day for day in self.working if day.weekday() >= SATURDAY)


class Shift(StrEnum):
    """Where a deadline on a day off moves (Bộ luật Dân sự 2015, art. 148: to the next working day)."""

    NEXT = "next"
    PREVIOUS = "previous"
    NONE = "none"


@dataclass(frozen=True)
class WorkingDaysAfter:
    """Due so many working days (1 or more) after the window's last day, `at` that time of the day due.

    Times of day are counted from the day's midnight: 24:00, the default, is END_OF_DAY. Raises TooSoon for
    less than one working day.
    """

    days: int
    at: timedelta = END_OF_DAY

    def __post_init__(self) -> None:
        _refuse_no_time_of_day(self.at)
        if self.days < 1:
            raise TooSoon("A report is due at the earliest on the first working day after its data window.")

    def day_due(self, period: PeriodCode, window: Window, calendar: WorkingCalendar) -> date:
        """The day the rule names, before any shift."""
        return calendar.after(window.last, self.days)


@dataclass(frozen=True)
class DayOfMonth:
    """Due on a fixed day of the period's last month (`months_after` 0) or of the month after (1).

    A day the month does not have is its last day. Weeks have no such month: ValueError.
    """

    day: int
    months_after: int = 0
    at: timedelta = END_OF_DAY

    def __post_init__(self) -> None:
        _refuse_no_time_of_day(self.at)
        if not 1 <= self.day <= 31 or self.months_after not in (0, 1):
            raise ValueError("A fixed day lies between 1 and 31, in the period's last month or the month after.")

    def day_due(self, period: PeriodCode, window: Window, calendar: WorkingCalendar) -> date:
        """The day the rule names, before any shift."""
        if period.frequency == Frequency.WEEK:
            raise ValueError("A weekly form is due working days after its window, not on a day of a month.")
        month = PeriodCode(Frequency.MONTH, period.end.year, period.end.month)
        if self.months_after:
            month = month.next
        return month.end.replace(day=min(self.day, month.end.day))


@dataclass(frozen=True)
class OnDay:
    """Due on just that day, as whoever asks for a report once has chosen."""

    day: date
    at: timedelta = END_OF_DAY

    def __post_init__(self) -> None:
        _refuse_no_time_of_day(self.at)

    @classmethod
    def until(cls, instant: datetime) -> Self:
        """The rule that is due at that instant."""
        day = due_day(instant)
        return cls(day, instant - _instant(day, timedelta()))

    def day_due(self, period: PeriodCode, window: Window, calendar: WorkingCalendar) -> date:
        """The day the rule names, before any shift."""
        return self.day


DeadlineRule = WorkingDaysAfter | DayOfMonth | OnDay

Level = TypeVar("Level", bound=str)


def deadline(
    rule: DeadlineRule,
    period: PeriodCode,
    window: Window,
    calendar: WorkingCalendar,
    shift: Shift = Shift.NEXT,
) -> datetime:
    """The instant until which a report of that period is on time, in ZONE; 24:00 of D is D+1 00:00:00.

    Raises TooSoon where the rule leaves less than one working day after the window, counted in days.
    """
    day = _shifted(rule.day_due(period, window, calendar), calendar, shift)
    if calendar.between(window.last, day) < 1:
        raise TooSoon(
            f"The deadline on {day} leaves no working day after the data window, which ends on {window.last}."
        )
    return _instant(day, rule.at)


def deadlines(
    rules: Mapping[Level, DeadlineRule],
    period: PeriodCode,
    window: Window,
    calendar: WorkingCalendar,
    shift: Shift = Shift.NEXT,
    *,
    checked: Collection[Level] = (),
) -> dict[Level, datetime]:
    """The deadline of each level, aware, in ZONE.

    `checked` are the levels whose reports a superior checks first. They are due on an earlier day than all
    others: where the two meet on one day, the upper one moves to the next working day. Raises TooSoon.
    """
    each = {level: deadline(rule, period, window, calendar, shift) for level, rule in rules.items()}
    last_checked = max((due_day(each[level]) for level in checked if level in each), default=date.min)
    for level, rule in rules.items():
        if level not in checked and due_day(each[level]) <= last_checked:
            each[level] = _instant(calendar.after(last_checked, 1), rule.at)
    return each


def due_day(instant: datetime) -> date:
    """The day an instant belongs to, in ZONE: 24:00 of day D, which is D+1 00:00:00, belongs to D."""
    return (instant - timedelta(microseconds=1)).astimezone(ZONE).date()


def days_late(deadline: datetime, received: datetime, calendar: WorkingCalendar) -> int:
    """Working days after the deadline's day up to the receipt's day: 0 on time, otherwise at least 1."""
    if received <= deadline:
        return 0
    return max(1, calendar.between(due_day(deadline), due_day(received)))


def seed(years: Iterable[int]) -> list[tuple[date, bool, str]]:
    """What to fill the table of days with: (day, worked or not, name in Vietnamese), by day.

    Public holidays and compensatory days are not worked; weekend days worked in exchange are. It knows what
    the `holidays` library knows, and the swaps the library lacks. Later corrections come from people.
    """
    from holidays import country_holidays

    wanted = set(years)
    known = country_holidays("VN", years=sorted(wanted), language="vi")
    days = {day: (False, name) for day, name in known.items()}
    days |= dict.fromkeys(known.weekend_workdays, (True, "Ngày làm bù"))
    for off, worked in MISSING_SWAPS.items():
        days[off] = (False, f"Ngày nghỉ (thay cho ngày {worked:%d/%m/%Y})")
        days[worked] = (True, "Ngày làm bù")
    return [(day, *days[day]) for day in sorted(days) if day.year in wanted]


def _shifted(day: date, calendar: WorkingCalendar, shift: Shift) -> date:
    if shift == Shift.NONE or calendar.is_working(day):
        return day
    return calendar.after(day, 1 if shift == Shift.NEXT else -1)


def _instant(day: date, at: timedelta) -> datetime:
    return datetime.combine(day, time(), ZONE) + at


def _refuse_no_time_of_day(at: timedelta) -> None:
    if not timedelta() < at <= END_OF_DAY:
        raise ValueError("A deadline's time of day lies after 00:00 and not after 24:00.")
