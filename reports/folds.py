"""How values fold into figures: over the units of an area, and over the periods of a longer one.

None is a value nobody knows: it is never added and never counted. Only `quotient` rounds.
"""

from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

EXACT = Context(prec=60)
DIVISION = Context(prec=60, rounding=ROUND_DOWN)


class SpaceFold(StrEnum):
    """How an indicator folds over units. A ratio folds its two parts; `none` has one answering unit."""

    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    NONE = "none"
    RATIO = "ratio"


class TimeFold(StrEnum):
    """How an indicator folds over periods: flows add up, stocks are the first or last known."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    MEAN = "mean"


class Parts(NamedTuple):
    """The two folded parts of a ratio; both None where no unit gave both."""

    numerator: Decimal | None
    denominator: Decimal | None


def over_units(fold: SpaceFold, values: Iterable[Decimal | None]) -> Decimal | None:
    """The figure of many units, in any order; None where none of them is known.

    `count` counts the answers that are not 0, the yeses. Raises ValueError for `none` with more than one
    known value, and for `ratio`, which has no values but parts.
    """
    if fold == SpaceFold.RATIO:
        raise ValueError("A ratio folds its two parts, never itself: ask ratio and quotient.")
    known = [value for value in values if value is not None]
    if not known:
        return None
    if fold == SpaceFold.NONE and len(known) > 1:
        raise ValueError("One unit answers an indicator that does not fold.")
    return OVER_UNITS[fold](known)


def over_time(fold: TimeFold, values: Iterable[Decimal | None]) -> Decimal | None:
    """One unit's figure of a longer period, from its shorter ones in order; None where none is known."""
    known = [value for value in values if value is not None]
    return OVER_TIME[fold](known) if known else None


def ratio(pairs: Iterable[tuple[Decimal | None, Decimal | None]]) -> Parts:
    """The folded parts of a ratio from (numerator, denominator) of each unit.

    A unit enters only with both parts, so that neither stands for more units than the other.
    """
    whole = [(above, below) for above, below in pairs if above is not None and below is not None]
    if not whole:
        return Parts(None, None)
    return Parts(_sum(above for above, _ in whole), _sum(below for _, below in whole))


def divided(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Numerator ÷ denominator, cut off after 60 digits and not rounded; None where it is not known or divides by 0."""
    if numerator is None or denominator is None or not denominator:
        return None
    return DIVISION.divide(numerator, denominator)


def quotient(numerator: Decimal | None, denominator: Decimal | None, decimals: int) -> Decimal | None:
    """Numerator ÷ denominator, half up to that many decimals; None where it is not known or divides by 0."""
    # Cut off first: rounding twice would turn 0.4999… into 0.5 and that into 1.
    cut = divided(numerator, denominator)
    return None if cut is None else cut.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, DIVISION)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, Decimal())


def _mean(numbers: list[Decimal]) -> Decimal:
    return DIVISION.divide(_sum(numbers), Decimal(len(numbers)))


def _count(numbers: list[Decimal]) -> Decimal:
    return Decimal(sum(number != 0 for number in numbers))


def _first(numbers: list[Decimal]) -> Decimal:
    return numbers[0]


def _last(numbers: list[Decimal]) -> Decimal:
    return numbers[-1]


OVER_UNITS: dict[SpaceFold, Callable[[list[Decimal]], Decimal]] = {
    SpaceFold.SUM: _sum,
    SpaceFold.MEAN: _mean,
    SpaceFold.MIN: min,
    SpaceFold.MAX: max,
    SpaceFold.COUNT: _count,
    SpaceFold.NONE: _first,
}

OVER_TIME: dict[TimeFold, Callable[[list[Decimal]], Decimal]] = {
    TimeFold.SUM: _sum,
    TimeFold.FIRST: _first,
    TimeFold.LAST: _last,
    TimeFold.MEAN: _mean,
}
