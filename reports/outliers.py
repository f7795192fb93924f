"""What stands out: the modified z-score of a number among others, from medians, so that one outlier hides no other.

Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): 0.6745 (x − median) / MAD, suspicious beyond 3.5.
"""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import NamedTuple

THRESHOLD = Decimal("3.5")
CONSISTENT = Decimal("0.6745")  # makes the median deviation comparable with a standard deviation
FEWEST = 6  # numbers that say something of what is usual


class Spread(NamedTuple):
    """What is usual: the median, and the median of the absolute deviations from it (MAD)."""

    median: Decimal
    deviation: Decimal


def spread(numbers: Sequence[Decimal]) -> Spread | None:
    """The spread of these numbers; None for fewer than FEWEST."""
    if len(numbers) < FEWEST:
        return None
    middle = median(numbers)
    return Spread(middle, median(abs(number - middle) for number in numbers))


def stands_out(number: Decimal, usual: Spread | None) -> bool:
    """Whether the modified z-score of a number exceeds 3.5; never where too little is known or nothing ever varied."""
    if usual is None or not usual.deviation:
        return False
    return CONSISTENT * abs(number - usual.median) > THRESHOLD * usual.deviation
