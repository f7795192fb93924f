"""Targets: how a figure stands to one, the straight way there, and when the present pace arrives.

Everything here speaks of exact figures: a screen rounds what it shows, never what it judges.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Better(StrEnum):
    """In which direction an indicator improves."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Comparator(StrEnum):
    """How a figure must stand to the target."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    EQUAL = "="
    ABOUT = "~"
    BETWEEN = "between"
    RANK_AT_MOST = "rank<="
    MILESTONE = "milestone"


BOUNDS = {
    Comparator.AT_LEAST: 1,
    Comparator.MORE_THAN: 1,
    Comparator.EQUAL: 1,
    Comparator.ABOUT: 1,
    Comparator.BETWEEN: 2,
    Comparator.RANK_AT_MOST: 1,
    Comparator.MILESTONE: 0,
}
"""How many bounds a comparator has."""

ABOUT = Decimal("0.05")
"""How far from its bound "≈" still counts as reached, as a share of the bound."""

FEWEST, MOST = 3, 12
"""How many of the latest confirmed figures a pace is read from."""

MONTH = Decimal("30.436875")
"""Days in a month, on the average of the calendar's 400 years."""

LAST_DAY = date(2099, 12, 31)
"""A date beyond this one is no forecast any more."""

EXACT = Context(prec=80, rounding=ROUND_DOWN)


class Point(NamedTuple):
    """A figure, and the last day of the data window that it speaks of; or a bound and the day it is due."""

    day: date
    number: Decimal


class Goal(NamedTuple):
    """A target with bounds: `low` alone, or both; `due` is the last day on which it can be reached in time."""

    comparator: Comparator
    low: Decimal
    high: Decimal | None
    due: date

    def is_met(self, number: Decimal) -> bool:
        return is_met(self.comparator, number, self.low, self.high)

    def nearest(self, number: Decimal) -> Decimal:
        """The bound that a figure outside the target comes to first."""
        return self.high if self.high is not None and number > self.high else self.low

    def edge(self, number: Decimal) -> Decimal:
        """Where a figure outside the target begins to count as reaching it: for "≈" that is before the bound."""
        if self.comparator != Comparator.ABOUT:
            return self.nearest(number)
        room = abs(self.low) * ABOUT
        return self.low - room if number < self.low else self.low + room


def is_met(comparator: Comparator, number: Decimal, low: Decimal, high: Decimal | None = None) -> bool:
    """Whether an exact figure reaches a target with these bounds. A milestone has no figure: ValueError."""
    match comparator:
        case Comparator.AT_LEAST:
            return number >= low
        case Comparator.MORE_THAN:
            return number > low
        case Comparator.EQUAL:
            return number == low
        case Comparator.ABOUT:
            return low - abs(low) * ABOUT <= number <= low + abs(low) * ABOUT
        case Comparator.BETWEEN:
            return high is not None and low <= number <= high
        case Comparator.RANK_AT_MOST:
            return number <= low
        case Comparator.MILESTONE:
            raise ValueError("A milestone is reached by a document, not by a figure.")


@dataclass(frozen=True)
class Trajectory:
    """Straight lines from the first confirmed figure to each target at the end of its year, one after another.

    Made of corners, their days ascending. It says nothing of days before the first corner or after the last.
    """

    corners: Sequence[Point]

    def at(self, day: date) -> Decimal | None:
        """Where the way lies on that day: exactly the bound on the day a target is due."""
        for start, end in pairwise(self.corners):
            if start.day <= day <= end.day:
                rise = EXACT.multiply(EXACT.subtract(end.number, start.number), Decimal((day - start.day).days))
                return EXACT.add(start.number, EXACT.divide(rise, Decimal((end.day - start.day).days)))
        return None

    def lead(self, stand: Point) -> Decimal | None:
        """By how much a figure is ahead of the way, less than 0 behind it; None on a day of which it says nothing.

        Ahead is further in the direction of the target: a rank that leads is a lower number.
        """
        for start, end in pairwise(self.corners):
            if start.day <= stand.day <= end.day:
                due = self.at(stand.day) or Decimal()
                ahead = EXACT.subtract(stand.number, due)
                return ahead if end.number > start.number else EXACT.minus(ahead)
        return None


def trajectory(first: Point, goals: Iterable[Goal]) -> Trajectory | None:
    """The way from the first confirmed figure to the targets that it did not reach yet, in the order they are due.

    A target that the line before it reaches already bends no line. None where no target lies ahead.
    """
    corners = [first]
    for goal in sorted(goals, key=lambda one: one.due):
        start = corners[-1]
        if goal.due > start.day and not goal.is_met(start.number) and goal.nearest(start.number) != start.number:
            corners.append(Point(goal.due, goal.nearest(start.number)))
    return Trajectory(corners) if len(corners) > 1 else None


def pace_needed(stand: Point, goal: Goal) -> Decimal | None:
    """What a figure has to change a month, from now on, to come to the target on its day; signed.

    None where it is reached already, or its day has passed.
    """
    days = (goal.due - stand.day).days
    if goal.is_met(stand.number) or days <= 0:
        return None
    missing = EXACT.subtract(goal.nearest(stand.number), stand.number)
    return EXACT.divide(EXACT.multiply(missing, MONTH), Decimal(days))


def pace(points: Sequence[Point]) -> Decimal | None:
    """What the latest figures, oldest first, changed a month: the slope of the line of least squares through them.

    None with fewer than three figures.
    """
    latest = points[-MOST:]
    if len(latest) < FEWEST:
        return None
    count = Decimal(len(latest))
    days = [Decimal((one.day - latest[0].day).days) for one in latest]
    numbers = [one.number for one in latest]
    below = EXACT.subtract(count * sum(day * day for day in days), sum(days) ** 2)
    products = [EXACT.multiply(day, number) for day, number in zip(days, numbers, strict=True)]
    above = EXACT.subtract(EXACT.multiply(count, _total(products)), EXACT.multiply(_total(days), _total(numbers)))
    return EXACT.divide(EXACT.multiply(above, MONTH), below) if below else None


def arrival(stand: Point, goal: Goal, monthly: Decimal) -> date | None:
    """The first day on which a figure that goes on at that pace a month reaches the target.

    None where it is reached already, where the pace leads away from it or nowhere, and after 2099.
    """
    missing = EXACT.subtract(goal.edge(stand.number), stand.number)
    away = monthly < 0 if missing >= 0 else monthly > 0
    if goal.is_met(stand.number) or away or not monthly:
        return None
    days = EXACT.divide(EXACT.multiply(missing, MONTH), monthly)
    whole = int(days)
    beyond = goal.comparator == Comparator.MORE_THAN and whole == days
    whole += 1 if whole < days or beyond else 0
    return stand.day + timedelta(days=whole) if whole <= (LAST_DAY - stand.day).days else None


def _total(numbers: Iterable[Decimal]) -> Decimal:
    total = Decimal()
    for number in numbers:
        total = EXACT.add(total, number)
    return total
