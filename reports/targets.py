"""Targets: how a figure stands to one, and the way there."""

from decimal import Decimal
from enum import StrEnum


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


def is_met(comparator: Comparator, number: Decimal, low: Decimal, high: Decimal | None = None) -> bool:
    """Whether a figure reaches a target with these bounds. A milestone has no figure: ValueError."""
    match comparator:
        case Comparator.AT_LEAST:
            return number >= low
        case Comparator.MORE_THAN:
            return number > low
        case Comparator.EQUAL:
            return number == low
        case Comparator.ABOUT:
            return abs(number - low) <= abs(low) * ABOUT
        case Comparator.BETWEEN:
            return high is not None and low <= number <= high
        case Comparator.RANK_AT_MOST:
            return number <= low
        case Comparator.MILESTONE:
            raise ValueError("A milestone is reached by a document, not by a figure.")
