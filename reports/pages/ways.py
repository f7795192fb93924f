"""The way of one figure to its targets, drawn small: what was confirmed so far, and the straight line to each year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from reports import labels
from reports.models import Target
from reports.targets import Point, Trajectory

WIDTH, HEIGHT = 320, 116
LEFT, RIGHT, TOP, FOOT = 14, 26, 26, 22


class Sign(NamedTuple):
    """A target as it is drawn: its mark, its bound in words above it and its year beneath."""

    x: int
    y: int
    words: str
    year: str
    anchor: str


@dataclass(frozen=True)
class Way:
    """Confirmed figures, oldest first, the way ahead of them where there is one, and the targets at their days."""

    points: Sequence[Point]
    way: Trajectory | None
    targets: Sequence[Target]

    width, height, base = WIDTH, HEIGHT, HEIGHT - 5

    @cached_property
    def ends(self) -> list[Point]:
        """The bounds of the targets at their days, the nearest first."""
        goals = [target.goal for target in self.targets]
        return sorted(Point(goal.due, goal.nearest(self.points[-1].number)) for goal in goals if goal)

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to see: a figure, and a target after it."""
        return bool(self.points and self.ends) and self.ends[-1].day > self.points[0].day

    @property
    def line(self) -> str:
        """Through the confirmed figures."""
        return self._path(self.points)

    @property
    def ahead(self) -> str:
        """The straight way from target to target."""
        return self._path(self.way.corners) if self.way else ""

    @property
    def latest(self) -> tuple[int, int]:
        """Where the latest figure stands."""
        return self._at(self.points[-1])

    @property
    def first_year(self) -> int:
        return self.points[0].day.year

    @property
    def signs(self) -> list[Sign]:
        """The targets, each with its bound and year; the last one's words end at the edge."""
        found = []
        for target in self.targets:
            goal = target.goal
            if goal and target.low is not None:
                x, y = self._at(Point(goal.due, goal.nearest(self.points[-1].number)))
                unit = target.indicator.unit_of_measure
                words = labels.bound_words(target.comparator, target.low, target.high, unit if unit == "%" else "")
                found.append(Sign(x, y, words, str(goal.due.year), "end" if x > WIDTH - 40 else "middle"))
        return found

    def _path(self, points: Sequence[Point]) -> str:
        return "".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(map(self._at, points)))

    def _at(self, point: Point) -> tuple[int, int]:
        first, last = self._days
        lowest, highest = self._heights
        across = (point.day - first).days / max(1, (last - first).days)
        up = float((point.number - lowest) / (highest - lowest)) if highest > lowest else 0.5
        return LEFT + round((WIDTH - LEFT - RIGHT) * across), HEIGHT - FOOT - round((HEIGHT - TOP - FOOT) * up)

    @cached_property
    def _days(self) -> tuple[date, date]:
        return self.points[0].day, max(self.ends[-1].day, self.points[-1].day)

    @cached_property
    def _heights(self) -> tuple[Decimal, Decimal]:
        numbers = [one.number for one in (*self.points, *self.ends)]
        return min(numbers), max(numbers)
