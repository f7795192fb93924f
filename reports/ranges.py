"""Within which bounds a ratio lies, whatever the silent units turn out to say.

A silent unit weighs as much as its last confirmed denominator, or as the median of its level where it never had one;
its ratio is taken as the lowest, and as the highest, that a unit of its level has said.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from reports.folds import EXACT, divided


class Silent(NamedTuple):
    """The units of one level that said nothing: the sum of the denominators known of them, and how many have none.

    `median` is that of the denominators of the level, `lowest` and `highest` are its ratios; each None where no unit of
    the level has said anything.
    """

    known: Decimal
    unknown: int
    median: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None

    @property
    def weight(self) -> Decimal | None:
        """The denominator that all of them together would add; None where it cannot be told."""
        if not self.unknown:
            return self.known
        return None if self.median is None else EXACT.add(self.known, EXACT.multiply(self.median, self.unknown))


class Bounds(NamedTuple):
    """A ratio at its lowest and at its highest, exact and as a part of 1."""

    lowest: Decimal
    highest: Decimal


def bounds(numerator: Decimal | None, denominator: Decimal | None, levels: Iterable[Silent]) -> Bounds | None:
    """The ratio of those who spoke and, at their level's lowest and highest, of the silent.

    None where nobody is silent, and where nothing is known by which to reckon with them.
    """
    silent = [level for level in levels if level.known or level.unknown]
    if not silent:
        return None
    below, low, high = denominator or Decimal(), numerator or Decimal(), numerator or Decimal()
    for level in silent:
        weight = level.weight
        if weight is None or level.lowest is None or level.highest is None:
            return None
        below = EXACT.add(below, weight)
        low = EXACT.add(low, EXACT.multiply(weight, level.lowest))
        high = EXACT.add(high, EXACT.multiply(weight, level.highest))
    lowest, highest = divided(low, below), divided(high, below)
    return None if lowest is None or highest is None else Bounds(lowest, highest)
