"""A trend drawn by the server: lines told apart by the shape of their marks, with their way, at two sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
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
FEW_PERCENT = 20
"""Where no share is larger, a scale up to 100 would press them to its foot."""
APART = 18
"""Pixels between two labels that would touch."""


@dataclass(frozen=True)
class Line:
    """One series: its readings, confirmed and provisional, oldest first, and where its way to the targets lies then."""

    name: "str | StrPromise"
    readings: Sequence[Decimal | None]
    provisional: Sequence[Decimal | None]
    way: Sequence[Decimal | None] = ()


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
    way: str
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
class Scale:
    """What stands at the foot and at the top of a drawing, and how far its grid's lines are apart."""

    floor: Decimal
    top: Decimal
    step: Decimal

    @classmethod
    def of(cls, shown: Sequence[Decimal], unit: str) -> "Scale":
        """A scale that holds all of these: of shares up to 100, of anything else in about four round steps."""
        lowest, highest = min(shown, default=Decimal()), max(shown, default=Decimal())
        if unit == "%" and FEW_PERCENT < highest <= 100:
            foot = max(0, int(lowest // 20) * 20)
            return cls(Decimal(foot), Decimal(100), Decimal(10 if foot >= 40 else 20))
        step = _round_step((highest - lowest) / 4)
        floor = (lowest / step).to_integral_value(ROUND_FLOOR) * step
        return cls(floor, max((highest / step).to_integral_value(ROUND_CEILING) * step, floor + step), step)

    @property
    def lines(self) -> list[Decimal]:
        """Where the grid's lines lie, from the foot up."""
        return [self.floor + self.step * place for place in range(int((self.top - self.floor) / self.step) + 1)]


def _round_step(least: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten: the first that is not less."""
    if least <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least)


@dataclass(frozen=True)
class Trend:
    """A drawing of some lines over the same periods, in one unit of measure."""

    name: str
    lines: Sequence[Line]
    periods: Sequence[str]
    width: int
    height: int
    right: int
    unit: str = "%"
    decimals: int = 1

    left, top, bottom = 44, 12, 32

    @property
    def is_narrow(self) -> bool:
        return self.width < 600

    @property
    def has_provisional(self) -> bool:
        """Whether some period has only a provisional reading."""
        return any(mark.hollow for one in self.drawn for mark in one.marks)

    @cached_property
    def scale(self) -> Scale:
        shown = [
            number
            for line in self.lines
            for number in (*line.readings, *line.provisional, *line.way)
            if number is not None
        ]
        return Scale.of(shown, self.unit)

    def x(self, place: int) -> int:
        room = self.width - self.left - self.right
        return self.left + round(room * place / max(1, len(self.periods) - 1))

    def y(self, number: Decimal) -> int:
        room = self.height - self.top - self.bottom
        return self.top + round(room * float((self.scale.top - number) / (self.scale.top - self.scale.floor)))

    def measured(self, number: Decimal, decimals: int) -> str:
        """A number as it stands on the drawing; the unit of measure stands there only where it is a sign."""
        return f"{written(number, decimals)}{'%' if self.unit == '%' else ''}"

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
    def grid(self) -> list[tuple[str, int]]:
        """What stands at the grid's lines, and their heights."""
        decimals = max(0, -self.scale.step.adjusted())
        return [(self.measured(number, decimals), self.y(number)) for number in self.scale.lines]

    @property
    def has_way(self) -> bool:
        """Whether some line is on its way to a target."""
        return any(one.way for one in self.drawn)

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
        marks = []
        shape = _shape_of(number)
        for place, (confirmed, provisional) in enumerate(zip(line.readings, line.provisional, strict=True)):
            reading = provisional if confirmed is None else confirmed
            if reading is not None:
                x, y = self.x(place), self.y(reading)
                words = f"{line.name}, {self.periods[place]}: {self.measured(reading, self.decimals)}"
                marks.append(Mark(x, y, shape_at(shape, x, y), words, hollow=confirmed is None))
        latest = line.readings[-1] if line.readings else None
        return Drawn(
            line=line,
            number=number,
            path=self._path(line.readings),
            marks=marks,
            way=self._path(line.way),
            label_y=label_y,
            last="" if latest is None else self.measured(latest, self.decimals),
        )

    def _path(self, numbers: Sequence[Decimal | None]) -> str:
        """A line through the known numbers, broken where one is not known."""
        path, drawing = "", False
        for place, number in enumerate(numbers):
            if number is not None:
                path += f"{'L' if drawing else 'M'}{self.x(place)} {self.y(number)}"
            drawing = number is not None
        return path


def _apart(heights: dict[int, int]) -> dict[int, int]:
    """The same heights, pushed down where two would touch."""
    placed: dict[int, int] = {}
    lowest = -APART
    for number, height in sorted(heights.items(), key=lambda one: one[1]):
        lowest = max(height, lowest + APART)
        placed[number] = lowest
    return placed


def both_sizes(
    name: str, lines: Sequence[Line], periods: Sequence[str], *, unit: str = "%", decimals: int = 1
) -> tuple[Trend, Trend]:
    """The trend for a wide screen, with names at the ends of several lines, and for a phone."""
    wide = (1000, 190) if len(lines) > 1 else (700, 70)
    return (
        Trend(name, lines, periods, width=wide[0], height=300, right=wide[1], unit=unit, decimals=decimals),
        Trend(name, lines, periods, width=340, height=240, right=24, unit=unit, decimals=decimals),
    )
