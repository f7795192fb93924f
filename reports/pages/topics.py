"""What a leader sees first: each indicator with targets, a card for each level of origin, and the trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Unit
from reports import labels, targets
from reports.models import Figure, Indicator, Target
from reports.pages import charts
from reports.pages.readings import NOTHING, Book, Pair, Subject, measured
from reports.pages.spans import Choice, Span, Timetable
from reports.pages.ways import Way
from reports.targets import Comparator, Point, Trajectory

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

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
        if _is_nothing(gap, indicator):
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


@dataclass(frozen=True)
class Card:
    """One figure at a glance."""

    heading: "str | StrPromise"
    origin: str
    indicator: Indicator
    pair: Pair
    before: Pair
    previous: Span | None
    aims: Sequence[Aim]
    pace: Decimal | None
    lead: Decimal | None
    way: Way

    @property
    def change(self) -> Decimal | None:
        """Against the previous period; None where one of the two is not known."""
        if self.pair.reading is None or self.before.reading is None:
            return None
        return self.pair.reading - self.before.reading

    @property
    def change_words(self) -> str:
        """The change in words; nothing where there is no confirmed figure to compare."""
        if self.pair.reading is None:
            return ""
        if self.change is None or self.previous is None:
            return _("No comparison with the previous period")
        facts = {
            "size": measured(abs(self.change), self.indicator),
            "period": labels.period_name(self.previous.code).lower(),
        }
        if self.change > 0:
            return _("Up %(size)s on %(period)s") % facts
        if self.change < 0:
            return _("Down %(size)s on %(period)s") % facts
        return _("As in %(period)s") % facts

    @property
    def lead_words(self) -> str:
        """Where the figure stands on the way to the next target; nothing where no way is drawn."""
        if self.lead is None:
            return ""
        if _is_nothing(self.lead, self.indicator):
            return _("On the trajectory")
        size = {"size": measured(abs(self.lead), self.indicator)}
        return (
            _("%(size)s ahead of the trajectory") % size
            if self.lead > 0
            else _("%(size)s behind the trajectory") % size
        )

    @property
    def pace_words(self) -> str:
        """What changed a month of late."""
        if self.pace is None:
            return ""
        return _("Present pace: %(pace)s a month") % {"pace": pace_of(self.pace, self.indicator)}


@dataclass(frozen=True)
class Topic:
    """One indicator that has targets: a card for each level of origin, their trend, and the same as a table."""

    indicator: Indicator
    subject: Subject
    form: int
    period: Choice
    cards: Sequence[Card]
    lines: Sequence[charts.Line]
    history: Sequence[tuple[Span, Sequence[Pair]]]

    @cached_property
    def trends(self) -> Sequence[charts.Trend]:
        """The trend, wide and narrow; drawn only where it is shown."""
        return charts.both_sizes(
            self.indicator.name,
            self.lines,
            [span.short for span in self.period.year],
            unit=self.indicator.unit_of_measure,
            decimals=self.indicator.decimals,
        )

    @property
    def form_code(self) -> str:
        """The code of its form, in the address of what a stored figure is made of."""
        return next((figure.form.code for card in self.cards if (figure := card.pair.any)), "")

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        return "-".join(filter(None, ["topic", str(self.subject.indicator), self.subject.row]))


@dataclass(frozen=True)
class Scope:
    """A unit whose figures are shown: in which periods, out of which book, against which targets.

    `firsts` are the first confirmed figures there are, where each way begins.
    """

    unit: Unit
    timetable: Timetable
    book: Book
    targets: Sequence[Target]
    firsts: Sequence[Figure]

    @property
    def headings(self) -> "dict[str, StrPromise | str]":
        """What each level of origin is called here; what the unit itself reports bears its name."""
        own = {self.unit.level: self.unit.name} if self.unit.level in labels.ORIGINS else {}
        return labels.ORIGINS | own

    def pair(self, form: int, origin: str, subject: Subject, span: Span | None) -> Pair:
        """The unit's figure in that period."""
        return self.book.get(span, form, self.unit.pk, origin, subject)

    def form_of(self, subject: Subject) -> int | None:
        """Which form tells of it: the one whose period is the latest; None where no report has answered it yet."""
        found = [
            (choice.chosen.last_day, -form)
            for form in self.book.forms_of(self.unit.pk, subject)
            if (choice := self.timetable.of(form))
        ]
        return -max(found)[1] if found else None

    def topics(self, origins: Sequence[str]) -> list[Topic]:
        """Every indicator that has targets for some of these levels of origin and figures of them here."""
        found = []
        for subject in dict.fromkeys(Subject(one.indicator_id, one.row) for one in self.targets):
            form = self.form_of(subject)
            choice = self.timetable.of(form)
            if form is None or choice is None:
                continue
            aimed = [
                origin
                for origin in origins
                if self._targets(subject, origin)
                and any(self.pair(form, origin, subject, span).is_answered for span in choice.year)
            ]
            if aimed:
                found.append(self._topic(subject, form, choice, aimed))
        return found

    def _targets(self, subject: Subject, origin: str) -> list[Target]:
        return [one for one in self._bounded.get(subject, []) if one.origin == origin]

    @cached_property
    def _bounded(self) -> dict[Subject, list[Target]]:
        """The targets that a figure can reach."""
        found: dict[Subject, list[Target]] = {}
        for one in self.targets:
            if one.low is not None:
                found.setdefault(Subject(one.indicator_id, one.row), []).append(one)
        return found

    def _topic(self, subject: Subject, form: int, choice: Choice, origins: Sequence[str]) -> Topic:
        indicator = self._targets(subject, origins[0])[0].indicator
        made = [self._card(subject, form, choice, origin) for origin in origins]
        return Topic(
            indicator=indicator,
            subject=subject,
            form=form,
            period=choice,
            cards=[card for card, _line in made],
            lines=[line for _card, line in made],
            history=[
                (span, [self.pair(form, origin, subject, span) for origin in origins]) for span in reversed(choice.year)
            ],
        )

    def _card(self, subject: Subject, form: int, choice: Choice, origin: str) -> tuple[Card, charts.Line]:
        """A card and its line in the trend."""
        aimed = self._targets(subject, origin)
        pairs = [(span, self.pair(form, origin, subject, span)) for span in choice.year]
        pair = pairs[-1][1]
        points = [
            Point(span.last_day, one.exact) for span, one in pairs if one.exact is not None and _speaks(one.confirmed)
        ]
        stand = None if pair.exact is None else Point(choice.chosen.last_day, pair.exact)
        pace = targets.pace(points)
        way = self._way(subject, form, origin, aimed)
        speaks = _speaks(pair.confirmed)
        card = Card(
            heading=self.headings[origin],
            origin=origin,
            indicator=aimed[0].indicator,
            pair=pair,
            before=self.pair(form, origin, subject, choice.previous) if choice.previous else NOTHING,
            previous=choice.previous,
            aims=[Aim(one, stand, pace, speaks) for one in aimed],
            pace=pace,
            lead=way.lead(stand) if way and stand and speaks else None,
            way=Way(_with_first(way, points), way, aimed),
        )
        line = charts.Line(
            name=card.heading,
            readings=[one.reading for _span, one in pairs],
            provisional=[one.provisional_reading for _span, one in pairs],
            way=[way.at(span.last_day) for span in choice.year] if way else [],
        )
        return card, line

    def _way(self, subject: Subject, form: int, origin: str, aimed: Sequence[Target]) -> Trajectory | None:
        """From the first confirmed figure to the targets; None where there is none or all are reached already."""
        first = self._firsts.get((form, origin, subject))
        if first is None:
            return None
        return targets.trajectory(first, [goal for one in aimed if (goal := one.goal)])

    @cached_property
    def _firsts(self) -> dict[tuple[int, str, Subject], Point]:
        return {
            (one.form_id, one.origin, Subject(one.indicator_id, one.row)): Point(one.period.last_day, exact)
            for one in self.firsts
            if (exact := one.exact) is not None
        }


def _is_nothing(gap: Decimal, indicator: Indicator) -> bool:
    """Whether a screen would round it to 0."""
    return abs(gap) * 2 < Decimal(1).scaleb(-indicator.decimals)


def _speaks(figure: Figure | None) -> bool:
    """Whether a figure speaks for at least half of the units: with fewer it tells more of who came first."""
    return figure is not None and figure.count * 2 >= figure.expected


def _with_first(way: Trajectory | None, points: Sequence[Point]) -> list[Point]:
    """The confirmed figures, with the first there ever was before those of the trend."""
    if way and points and way.corners[0].day < points[0].day:
        return [way.corners[0], *points]
    return list(points)
