"""Periods and their data windows: which days a report speaks of, and what a period is called."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Self


class Frequency(StrEnum):
    """How often a form is asked. A form asked once is named after the last day of the span that is chosen for it.

    No form is asked from the year's beginning to some month (luỹ kế): figures of such spans are folded.
    """

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    ONCE = "once"
    TO_DATE = "to_date"


class WindowRule(StrEnum):
    """Which days' data a period holds: cut on the 14th by decree, or the period's own days."""

    DECREE = "decree"
    CALENDAR = "calendar"


class PeriodRefused(ValueError):
    """There is no such period, or it has no such window; the message says so in one sentence."""


class Window(NamedTuple):
    """The data window of a period, both days included (thời gian chốt số liệu)."""

    first: date
    last: date


FIRST_YEAR, LAST_YEAR = 1900, 2199

MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}

MARK = {
    Frequency.WEEK: "-W{:02}",
    Frequency.MONTH: "-{:02}",
    Frequency.QUARTER: "-Q{}",
    Frequency.HALF: "-H{}",
    Frequency.YEAR: "",
    Frequency.ONCE: "-{:%m-%d}",
    Frequency.TO_DATE: "-YTD{:02}",
}

SHAPE = re.compile(
    r"(?P<of>[0-9]{4})"
    r"(-W(?P<week>[0-9]{2})|-(?P<month>[0-9]{2})|-Q(?P<quarter>[0-9])|-H(?P<half>[0-9])|(?P<year>)"
    r"|-(?P<once>[0-9]{2}-[0-9]{2})|-YTD(?P<to_date>[0-9]{2}))"
)

ASKED = tuple(one for one in Frequency if one != Frequency.TO_DATE)
"""How often a form can be asked."""

THURSDAY = 3


@dataclass(frozen=True, order=True, slots=True)
class PeriodCode:
    """One period: 2026-W07 (ISO week), 2026-07, 2026-Q3, 2026-H1 or 2026; or 2026-05-20, of a form asked once.

    2026-YTD05 are the first five months of 2026; those of three, six and twelve are the quarter, the half and the year.

    Periods of one frequency sort by time. A week's year is its ISO year; a year's number is 1. What is asked once is
    named after the last day of its span, and its number is that day's in the year; the whole span stands in the Period.
    Raises PeriodRefused for a number the year does not have.
    """

    frequency: Frequency
    year: int
    number: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise PeriodRefused(f"A period lies between {FIRST_YEAR} and {LAST_YEAR}, not in {self.year}.")
        count = _count(self.frequency, self.year)
        if not 1 <= self.number <= count:
            raise PeriodRefused(
                f"{self.year} has no {self.frequency} number {self.number}: they run from 1 to {count}."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period a code names; raises PeriodRefused with the accepted shapes in its words."""
        shape = SHAPE.fullmatch(text)
        if shape is None:
            raise PeriodRefused(
                f"“{text[:40]}” is not a period: "
                "write 2026-W07, 2026-07, 2026-Q3, 2026-H1, 2026, 2026-YTD05 or 2026-05-20."
            )
        frequency = next(one for one in MARK if shape[one] is not None)
        if frequency == Frequency.ONCE:
            return cls._asked_once(text)
        return cls(frequency, int(shape["of"]), int(shape[frequency] or 1))

    @classmethod
    def of(cls, day: date, frequency: Frequency, rule: WindowRule, week_starts_on: int = 0) -> Self:
        """The one period of this frequency whose window holds that day.

        `week_starts_on` is 0 for Monday … 6 for Sunday and matters to weeks only. Raises PeriodRefused for
        weeks by decree.
        """
        if frequency == Frequency.WEEK:
            _refuse_decree(rule)
            into_week = (day.weekday() - week_starts_on) % 7
            thursday = day + timedelta(days=(THURSDAY - week_starts_on) % 7 - into_week)
            return cls(frequency, *thursday.isocalendar()[:2])
        if frequency == Frequency.ONCE:
            return cls(frequency, day.year, day.timetuple().tm_yday)
        after_the_cut = rule == WindowRule.DECREE and day.day >= 15
        return cls._at(frequency, (day.year * 12 + day.month - 1 + after_the_cut) // MONTHS[frequency])

    @property
    def code(self) -> str:
        """The code as written in addresses, files and the database."""
        named_by = self.start if self.frequency == Frequency.ONCE else self.number
        return f"{self.year:04}" + MARK[self.frequency].format(named_by)

    def __str__(self) -> str:
        return self.code

    @property
    def start(self) -> date:
        """The period's own first day, by the calendar; a week's Monday. What is asked once knows its last day only."""
        if self.frequency == Frequency.WEEK:
            return date.fromisocalendar(self.year, self.number, 1)
        if self.frequency == Frequency.ONCE:
            return date(self.year, 1, 1) + timedelta(days=self.number - 1)
        if self.frequency == Frequency.TO_DATE:
            return date(self.year, 1, 1)
        return date(self.year, (self.number - 1) * MONTHS[self.frequency] + 1, 1)

    @property
    def end(self) -> date:
        """The period's own last day, by the calendar; a week's Sunday."""
        if self.frequency == Frequency.WEEK:
            return self.start + timedelta(days=6)
        if self.frequency == Frequency.ONCE:
            return self.start
        month = self.last_month
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def previous(self) -> Self:
        """The period just before this one."""
        return self._moved(-1)

    @property
    def next(self) -> Self:
        """The period just after this one."""
        return self._moved(1)

    @property
    def same_last_year(self) -> Self:
        """The same period of the year before (cùng kỳ năm trước); week 53 answers to week 52, 29 to 28 February."""
        if self.frequency == Frequency.ONCE:
            month, day = self.start.month, self.start.day
            leap = (month, day) == (2, 29)
            return self.of(date(self.year - 1, month, day - leap), self.frequency, WindowRule.CALENDAR)
        return type(self)(self.frequency, self.year - 1, min(self.number, _count(self.frequency, self.year - 1)))

    @property
    def containing(self) -> tuple[Self, ...]:
        """The longer periods that contain this one, shortest first; a week and what is asked once belong to none."""
        if self.frequency not in MONTHS:
            return ()
        months = MONTHS[self.frequency]
        return tuple(
            type(self)(longer, self.year, (self.number * months - 1) // length + 1)
            for longer, length in MONTHS.items()
            if length > months
        )

    @property
    def last_month(self) -> int:
        """The month of the year with which a period of months ends."""
        return self.number * MONTHS.get(self.frequency, 1)

    @property
    def to_date(self) -> Self | None:
        """From the beginning of the year to the end of this period (luỹ kế); None for a week and what is asked once."""
        if self.frequency not in MONTHS and self.frequency != Frequency.TO_DATE:
            return None
        names = {1: Frequency.MONTH, 3: Frequency.QUARTER, 6: Frequency.HALF, 12: Frequency.YEAR}
        name = names.get(self.last_month)
        if name is None:
            return type(self)(Frequency.TO_DATE, self.year, self.last_month)
        return type(self)(name, self.year, 1)

    def window(self, rule: WindowRule, week_starts_on: int = 0) -> Window:
        """The days whose data this period holds.

        By decree (NĐ 09/2019/NĐ-CP, art. 12): from the 15th of the month before the period to the 14th of its
        last month. By the calendar: the period's own days. Both rules tile. A week that does not start on
        Monday (0) is named after the ISO week most of its days fall in, which is the one whose Thursday it
        holds. The decree knows no week: PeriodRefused. What is asked once has just its last day here.
        """
        if self.frequency == Frequency.WEEK:
            _refuse_decree(rule)
            offset = week_starts_on if week_starts_on <= THURSDAY else week_starts_on - 7
            first = self.start + timedelta(days=offset)
            return Window(first, first + timedelta(days=6))
        if self.frequency == Frequency.ONCE:
            return Window(self.start, self.end)
        if rule == WindowRule.DECREE:
            day_before = self.start - timedelta(days=1)
            return Window(day_before.replace(day=15), self.end.replace(day=14))
        return Window(self.start, self.end)

    @classmethod
    def _asked_once(cls, text: str) -> Self:
        try:
            return cls.of(date.fromisoformat(text), Frequency.ONCE, WindowRule.CALENDAR)
        except ValueError as error:
            raise PeriodRefused(f"There is no day {text}.") from error

    @classmethod
    def _at(cls, frequency: Frequency, index: int) -> Self:
        """The period with that index, counting periods of this frequency from the year 0."""
        a_year = 12 // MONTHS.get(frequency, 1)
        return cls(frequency, index // a_year, index % a_year + 1)

    def _moved(self, steps: int) -> Self:
        if self.frequency == Frequency.WEEK:
            return type(self)(self.frequency, *(self.start + timedelta(weeks=steps)).isocalendar()[:2])
        if self.frequency == Frequency.ONCE:
            return self.of(self.start + timedelta(days=steps), self.frequency, WindowRule.CALENDAR)
        a_year = _count(self.frequency, self.year)
        return self._at(self.frequency, self.year * a_year + self.number - 1 + steps)


def _count(frequency: Frequency, year: int) -> int:
    """How many periods of this frequency the year has; 28 December always lies in the last ISO week."""
    if frequency == Frequency.WEEK:
        return date(year, 12, 28).isocalendar().week
    if frequency == Frequency.ONCE:
        return date(year, 12, 31).timetuple().tm_yday
    return 12 // MONTHS.get(frequency, 1)


def _refuse_decree(rule: WindowRule) -> None:
    if rule == WindowRule.DECREE:
        raise PeriodRefused("Decree 09/2019/NĐ-CP gives weeks no data window: a weekly form follows the calendar.")
