"""A trend drawn by the server: lines told apart by the shape of their marks, with their targets, at two sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from reports.numbers import written

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SHAPES = {
    "circle": "M{left} {y}a{half} {half} 0 1 0 {whole} 0a{half} {half} 0 1 0 -{whole} 0z",
    "square": "M{left} {top}h{whole}v{whole}h-{whole}z",
    "triangle": "M{x} {top}L{right} {bottom}H{left}z",
    "diamond": "M{x} {top}L{right} {y}L{x} {bottom}L{left} {y}z",
}
HALF = 5
APART = 18
"""Pixels between two labels that would touch."""


@dataclass(frozen=True)
class Line:
    """One series: its readings in percent, confirmed and provisional, oldest first, and its next target."""

    name: "str | StrPromise"
    readings: Sequence[Decimal | None]
    provisional: Sequence[Decimal | None]
    target: Decimal | None = None


@dataclass(frozen=True)
class Mark:
    """One reading as it is drawn."""

    x: int
    y: int
    shape: str
    words: str
    hollow: bool = False


@dataclass(frozen=True)
class Drawn:
    """One series as it is drawn; `number` is its colour's."""

    line: Line
    number: int
    path: str
    marks: Sequence[Mark]
    target_y: int | None
    label_y: int | None
    last: str

    @property
    def key(self) -> str:
        """Its mark alone, for a legend of 16 by 16 pixels."""
        return shape_at(_shape_of(self.number), 8, 8)


def _shape_of(number: int) -> str:
    return list(SHAPES)[(number - 1) % len(SHAPES)]


def shape_at(name: str, x: int, y: int) -> str:
    """The outline of a mark with its middle at that point."""
    return SHAPES[name].format(
        x=x, y=y, left=x - HALF, right=x + HALF, top=y - HALF, bottom=y + HALF, half=HALF, whole=2 * HALF
    )


@dataclass(frozen=True)
class Trend:
    """A drawing of some lines over the same periods, on a scale of percent."""

    name: str
    lines: Sequence[Line]
    periods: Sequence[str]
    width: int
    height: int
    right: int

    left, top, bottom = 44, 12, 32

    @property
    def is_narrow(self) -> bool:
        return self.width < 600

    @property
    def has_provisional(self) -> bool:
        """Whether some period has only a provisional reading."""
        return any(mark.hollow for one in self.drawn for mark in one.marks)

    @cached_property
    def floor(self) -> int:
        """The lowest percentage drawn, at a line of the grid below everything shown."""
        shown = [
            number
            for line in self.lines
            for number in (*line.readings, *line.provisional, line.target)
            if number is not None
        ]
        return max(0, int(min(shown, default=Decimal(0)) // 20) * 20)

    def x(self, place: int) -> int:
        room = self.width - self.left - self.right
        return self.left + round(room * place / max(1, len(self.periods) - 1))

    def y(self, percent: Decimal | int) -> int:
        room = self.height - self.top - self.bottom
        return self.top + round(room * (100 - float(percent)) / (100 - self.floor))

    @property
    def end(self) -> int:
        """Where the plot ends on the right."""
        return self.width - self.right

    @property
    def label_x(self) -> int:
        return self.end + 14

    @property
    def base(self) -> int:
        """Where the names of the periods stand."""
        return self.height - 10

    @property
    def grid(self) -> list[tuple[int, int]]:
        """Percentages and their heights."""
        step = 10 if self.floor >= 40 else 20
        return [(percent, self.y(percent)) for percent in range(self.floor, 101, step)]

    @property
    def names(self) -> list[tuple[str, int]]:
        """The names of the periods that there is room for, counted back from the latest, and where they stand."""
        last = len(self.periods) - 1
        step = 3 if self.is_narrow else 1 if len(self.periods) < 15 else 2
        return [(name, self.x(place)) for place, name in enumerate(self.periods) if (last - place) % step == 0]

    @cached_property
    def drawn(self) -> list[Drawn]:
        ends = {
            number: self.y(line.readings[-1])
            for number, line in enumerate(self.lines, 1)
            if line.readings and line.readings[-1] is not None
        }
        places = _apart(ends)
        return [self._draw(number, line, places.get(number)) for number, line in enumerate(self.lines, 1)]

    def _draw(self, number: int, line: Line, label_y: int | None) -> Drawn:
        marks, path, drawing = [], "", False
        shape = _shape_of(number)
        for place, (confirmed, provisional) in enumerate(zip(line.readings, line.provisional, strict=True)):
            reading = provisional if confirmed is None else confirmed
            if reading is not None:
                x, y = self.x(place), self.y(reading)
                words = f"{line.name}, {self.periods[place]}: {written(reading, 1)}%"
                marks.append(Mark(x, y, shape_at(shape, x, y), words, hollow=confirmed is None))
            if confirmed is not None:
                path += f"{'L' if drawing else 'M'}{self.x(place)} {self.y(confirmed)}"
            drawing = confirmed is not None
        latest = line.readings[-1] if line.readings else None
        return Drawn(
            line=line,
            number=number,
            path=path,
            marks=marks,
            target_y=None if line.target is None else self.y(line.target),
            label_y=label_y,
            last="" if latest is None else f"{written(latest, 1)}%",
        )


def _apart(heights: dict[int, int]) -> dict[int, int]:
    """The same heights, pushed down where two would touch."""
    placed: dict[int, int] = {}
    lowest = -APART
    for number, height in sorted(heights.items(), key=lambda one: one[1]):
        lowest = max(height, lowest + APART)
        placed[number] = lowest
    return placed


def both_sizes(name: str, lines: Sequence[Line], periods: Sequence[str]) -> tuple[Trend, Trend]:
    """The trend for a wide screen, with names at the ends of several lines, and for a phone."""
    wide = (1000, 190) if len(lines) > 1 else (700, 70)
    return (
        Trend(name, lines, periods, width=wide[0], height=300, right=wide[1]),
        Trend(name, lines, periods, width=340, height=240, right=24),
    )
