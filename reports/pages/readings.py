"""Figures as leaders read them: the confirmed one beside the provisional, against the targets and the period before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Unit
from reports import labels
from reports.models import Figure, Indicator, Report, Target
from reports.numbers import written
from reports.pages import charts
from reports.pages.spans import Choice, Span
from reports.workflow import STANDING, State

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Numbers = Mapping[int, Mapping[int, Decimal]]
"""The numbers of revisions: by revision, then by indicator."""


class Pair(NamedTuple):
    """One figure in both its states; the provisional one is None where the person may not read it."""

    confirmed: Figure | None
    provisional: Figure | None

    @property
    def any(self) -> Figure | None:
        return self.confirmed or self.provisional

    @property
    def reading(self) -> Decimal | None:
        """The confirmed reading."""
        return self.confirmed.reading if self.confirmed else None

    @property
    def provisional_reading(self) -> Decimal | None:
        return self.provisional.reading if self.provisional else None


NOTHING = Pair(None, None)


class Key(NamedTuple):
    """What tells figures apart on a page."""

    period: int
    scope: int
    origin: str
    indicator: int


@dataclass
class Book:
    """All figures of a page, looked up by what they are of."""

    pairs: dict[Key, Pair] = field(default_factory=dict)

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> "Book":
        states: dict[Key, dict[str, Figure]] = defaultdict(dict)
        for figure in figures:
            key = Key(figure.period_id, figure.scope_id, figure.origin, figure.indicator_id)
            states[key][figure.state] = figure
        return cls({key: Pair(both.get(State.CONFIRMED), both.get(State.PROVISIONAL)) for key, both in states.items()})

    def get(self, period: Span | None, scope: int, origin: str, indicator: int) -> Pair:
        return self.pairs.get(Key(period.pk, scope, origin, indicator), NOTHING) if period else NOTHING


def read_from(report: Report, indicator: Indicator, numbers: Numbers) -> Pair:
    """The figure of a unit with none beneath it, read from its one report: nothing of the kind is stored."""
    standing = report.current_id if report.status in STANDING else report.approved_id

    def figure(state: State, revision: int | None) -> Figure:
        known = numbers.get(revision, {}) if revision else {}
        number = known.get(indicator.pk)
        upper, lower = known.get(indicator.numerator_id or 0), known.get(indicator.denominator_id or 0)
        both = upper is not None and lower is not None
        return Figure(
            form_id=report.form_id,
            period_id=report.period_id,
            scope_id=report.unit_id,
            origin=report.unit.level,
            indicator=indicator,
            state=state,
            total=number,
            lowest=number,
            highest=number,
            numerator=upper if both else None,
            denominator=lower if both else None,
            count=int(both or number is not None),
            expected=1,
            submitted=int(standing is not None),
            approved=int(report.approved_id is not None),
            without_data=int(revision is not None and not both and number is None),
        )

    return Pair(figure(State.CONFIRMED, report.approved_id), figure(State.PROVISIONAL, standing))


@dataclass(frozen=True)
class Aim:
    """A target and where a figure stands on it."""

    target: Target
    reading: Decimal | None

    @property
    def is_met(self) -> bool:
        return self.reading is not None and self.target.is_met_by(self.reading)

    @property
    def words(self) -> str:
        if self.reading is None:
            return _("No figure yet")
        return _("Reached") if self.is_met else _("Not reached yet")

    @property
    def gap_words(self) -> str:
        """By how much the figure is above the target, or how much is missing."""
        if self.reading is None or self.reading == self.target.low:
            return ""
        size = {"size": measured(abs(self.reading - self.target.low), self.target.indicator)}
        return _("%(size)s above it") % size if self.is_met else _("%(size)s short of it") % size


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
    def scale(self) -> int:
        """The confirmed reading on a scale of 1000, for a bar."""
        return _on_scale(self.pair.reading)

    @property
    def provisional_scale(self) -> int:
        return _on_scale(self.pair.provisional_reading)

    @property
    def ticks(self) -> list[int]:
        """The targets on the same scale."""
        return sorted({min(_on_scale(aim.target.low), 995) for aim in self.aims})


def _on_scale(percent: Decimal | None) -> int:
    return 0 if percent is None else min(1000, int(percent * 10))


def measured(size: Decimal, indicator: Indicator) -> str:
    """A difference in words: of shares in points, of anything else in its unit of measure."""
    number = written(size, indicator.decimals)
    if indicator.unit_of_measure == "%":
        return _("%(number)s points") % {"number": number}
    return f"{number} {indicator.unit_of_measure}"


@dataclass(frozen=True)
class Topic:
    """One indicator that has targets: a card for each level of origin, their trend, and the same as a table."""

    indicator: Indicator
    cards: Sequence[Card]
    trends: Sequence[charts.Trend]
    history: Sequence[tuple[Span, Sequence[Pair]]]


@dataclass(frozen=True)
class Scope:
    """A unit whose figures are shown: in which period, out of which book, against which targets."""

    unit: Unit
    period: Choice
    book: Book
    targets: Sequence[Target]

    @property
    def headings(self) -> "dict[str, StrPromise | str]":
        """What each level of origin is called here; what the unit itself reports bears its name."""
        own = {self.unit.level: self.unit.name} if self.unit.level in labels.ORIGINS else {}
        return labels.ORIGINS | own

    def pair(self, origin: str, indicator: Indicator, span: Span | None = None) -> Pair:
        """The unit's figure in that period, or in the chosen one."""
        return self.book.get(span or self.period.chosen, self.unit.pk, origin, indicator.pk)

    def before(self, origin: str, indicator: Indicator) -> Pair:
        """The unit's figure in the period before the chosen one."""
        return self.pair(origin, indicator, self.period.previous) if self.period.previous else NOTHING

    def topics(self, origins: Sequence[str]) -> list[Topic]:
        """Every indicator that has targets for some of these levels of origin and figures of them here."""
        found = []
        for indicator in {one.indicator_id: one.indicator for one in self.targets}.values():
            aimed = [
                origin
                for origin in origins
                if self._targets(indicator, origin)
                and any(self.pair(origin, indicator, span).any for span in self.period.year)
            ]
            if aimed:
                found.append(self._topic(indicator, aimed))
        return found

    def _targets(self, indicator: Indicator, origin: str) -> list[Target]:
        return [one for one in self.targets if (one.indicator_id, one.origin) == (indicator.pk, origin)]

    def _topic(self, indicator: Indicator, origins: Sequence[str]) -> Topic:
        year = self.period.year
        return Topic(
            indicator=indicator,
            cards=[self._card(indicator, origin) for origin in origins],
            trends=charts.both_sizes(
                indicator.name, [self._line(indicator, origin) for origin in origins], [span.short for span in year]
            ),
            history=[(span, [self.pair(origin, indicator, span) for origin in origins]) for span in reversed(year)],
        )

    def _card(self, indicator: Indicator, origin: str) -> Card:
        pair = self.pair(origin, indicator)
        return Card(
            heading=self.headings[origin],
            origin=origin,
            indicator=indicator,
            pair=pair,
            before=self.before(origin, indicator),
            previous=self.period.previous,
            aims=[Aim(one, pair.reading) for one in self._targets(indicator, origin)],
        )

    def _line(self, indicator: Indicator, origin: str) -> charts.Line:
        year = [self.pair(origin, indicator, span) for span in self.period.year]
        targets = self._targets(indicator, origin)
        return charts.Line(
            name=self.headings[origin],
            readings=[pair.reading for pair in year],
            provisional=[pair.provisional_reading for pair in year],
            target=next((one.low for one in targets if one.year >= self.period.chosen.year), None),
        )
