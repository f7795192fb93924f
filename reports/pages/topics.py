"""What a leader sees first: each indicator with targets, a card for each level of origin, and the trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from accounts.models import Unit
from reports import labels, targets
from reports.models import Figure, Indicator, Target
from reports.pages import charts
from reports.pages.aims import Aim
from reports.pages.cards import Card, Compared
from reports.pages.readings import Book, Pair, Subject
from reports.pages.spans import Choice, Span
from reports.pages.timetables import Timetable
from reports.pages.ways import Way
from reports.targets import Point, Trajectory

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


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
        return next((str(getattr(figure, "form_code", "")) for card in self.cards if (figure := card.pair.any)), "")

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

    def compared(self, form: int, origin: str, subject: Subject, span: Span | None) -> Compared:
        """The unit's figure in a period that another one is compared with."""
        return Compared(span, self.pair(form, origin, subject, span))

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
        # A longer period is compared with its targets and tells nothing of the way there: the way is one of like
        # periods, which are those that the form is asked for.
        pace = None if choice.is_folded else targets.pace(points)
        way = None if choice.is_folded else self._way(subject, form, origin, aimed)
        speaks = _speaks(pair.confirmed) and not choice.is_folded
        card = Card(
            heading=self.headings[origin],
            origin=origin,
            indicator=aimed[0].indicator,
            pair=pair,
            before=self.compared(form, origin, subject, choice.compared),
            last_year=self.compared(form, origin, subject, choice.last_year),
            to_date=self.compared(form, origin, subject, choice.to_date),
            aims=[Aim(one, stand, pace, speaks) for one in aimed],
            pace=pace,
            lead=way.lead(stand) if way and stand and speaks else None,
            way=Way([] if choice.is_folded else _with_first(way, points), way, aimed),
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


def _speaks(figure: Figure | None) -> bool:
    """Whether a figure speaks for at least half of the units: with fewer it tells more of who came first."""
    return figure is not None and figure.count * 2 >= figure.expected


def _with_first(way: Trajectory | None, points: Sequence[Point]) -> list[Point]:
    """The confirmed figures, with the first there ever was before those of the trend."""
    if way and points and way.corners[0].day < points[0].day:
        return [way.corners[0], *points]
    return list(points)
