"""How a figure stands to its targets, in words: reached or not, by how much, and when at the present pace."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from reports import labels, targets
from reports.models import Indicator, Target
from reports.pages.readings import measured
from reports.targets import Comparator, Point

ONE_SIDED = (Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.RANK_AT_MOST)
"""Of these a figure can be more than is asked."""


@dataclass(frozen=True)
class Aim:
    """A target and how a figure stands to it: the exact one decides, the rounded one is shown.

    `speaks` says whether the figure speaks for enough units to tell from it how things go on.
    """

    target: Target
    stand: Point | None
    pace: Decimal | None = None
    speaks: bool = True

    @property
    def is_met(self) -> bool:
        return self.stand is not None and self.target.is_met_by(self.stand.number)

    @property
    def words(self) -> str:
        if self.stand is None:
            return _("No figure yet")
        return _("Reached") if self.is_met else _("Not reached yet")

    @property
    def bound(self) -> str:
        """What is to be reached: "≥ 60%"."""
        return bound_of(self.target)

    @property
    def gap_words(self) -> str:
        """By how much the figure is beyond the target, or how much is missing."""
        goal, comparator = self.target.goal, Comparator(self.target.comparator)
        if self.stand is None or goal is None or (self.is_met and comparator not in ONE_SIDED):
            return ""
        gap = self.stand.number - goal.nearest(self.stand.number)
        if not gap:
            return ""
        size = {"size": self._size(abs(gap))}
        if self.is_met:
            return _("%(size)s better than it") % size
        if gap > 0 and comparator != Comparator.RANK_AT_MOST:
            return _("%(size)s beyond it") % size
        return _("%(size)s short of it") % size

    @property
    def pace_words(self) -> str:
        """What is still needed a month."""
        goal = self.target.goal
        needed = targets.pace_needed(self.stand, goal) if self.stand and goal and self.speaks else None
        if needed is None:
            return ""
        return _("Needs %(pace)s a month") % {"pace": pace_of(needed, self.target.indicator)}

    @property
    def arrival(self) -> date | None:
        """When it is reached at the present pace."""
        goal = self.target.goal
        if self.stand is None or goal is None or self.pace is None or not self.speaks:
            return None
        return targets.arrival(self.stand, goal, self.pace)

    @property
    def arrival_words(self) -> str:
        if self.stand is None or self.is_met or self.pace is None or not self.speaks:
            return ""
        day = self.arrival
        if day is None:
            return _("At the present pace: not reached")
        month = {"month": labels.period_name(f"{day:%Y-%m}").lower()}
        if self.is_in_time:
            return _("At the present pace: reached in %(month)s") % month
        return _("At the present pace: reached in %(month)s, too late") % month

    @property
    def is_in_time(self) -> bool:
        """Whether the present pace reaches it by its day."""
        return bool(self.arrival and self.target.due and self.arrival <= self.target.due)

    def _size(self, gap: Decimal) -> str:
        """The gap in words; one that would be rounded to nothing is told as less than the smallest."""
        indicator = self.target.indicator
        if is_nothing(gap, indicator):
            return _("less than %(size)s") % {"size": measured(Decimal(1).scaleb(-indicator.decimals), indicator)}
        return measured(gap, indicator)


def bound_of(target: Target) -> str:
    """What a target asks for: its bound with its comparator; of a milestone its words."""
    if target.low is None:
        return target.words
    return labels.bound_words(target.comparator, target.low, target.high, target.indicator.unit_of_measure)


def pace_of(monthly: Decimal, indicator: Indicator) -> str:
    """A change a month with its sign, to one decimal more than the indicator has: +0,35 points."""
    sign = "−" if monthly < 0 else "+"
    return f"{sign}{measured(abs(monthly), indicator, indicator.decimals + 1)}"


def is_nothing(gap: Decimal, indicator: Indicator) -> bool:
    """Whether a screen would round it to 0."""
    return abs(gap) * 2 < Decimal(1).scaleb(-indicator.decimals)
