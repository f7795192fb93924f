"""Figures as leaders read them: the confirmed one beside the provisional, looked up by what they are of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.roles import Level
from reports.models import Figure, Indicator, Report
from reports.numbers import written
from reports.pages.spans import Span
from reports.workflow import STANDING, State

Numbers = Mapping[int, Mapping[tuple[int, str], Decimal]]
"""The numbers of revisions: by revision, then by indicator and row."""


@dataclass(frozen=True)
class Pair:
    """One figure in both its states; the provisional one is None where the person may not read it."""

    confirmed: Figure | None
    provisional: Figure | None

    def __iter__(self) -> Iterator[Figure | None]:
        return iter((self.confirmed, self.provisional))

    @property
    def any(self) -> Figure | None:
        return self.confirmed or self.provisional

    @cached_property
    def reading(self) -> Decimal | None:
        """The confirmed reading."""
        return self.confirmed.reading if self.confirmed else None

    @cached_property
    def exact(self) -> Decimal | None:
        """The confirmed figure before it is rounded."""
        return self.confirmed.exact if self.confirmed else None

    @cached_property
    def provisional_reading(self) -> Decimal | None:
        return self.provisional.reading if self.provisional else None

    @property
    def is_answered(self) -> bool:
        """Whether any report has given it a number, as far as the person may know."""
        return any(figure.count for figure in self if figure)


NOTHING = Pair(None, None)


class Subject(NamedTuple):
    """What a figure is of: an indicator, and the row where it stands in a table."""

    indicator: int
    row: str = ""


class Key(NamedTuple):
    """What tells figures apart on a page."""

    period: int
    form: int
    scope: int
    origin: str
    indicator: int
    row: str


@dataclass
class Book:
    """All figures of a page, looked up by what they are of."""

    pairs: dict[Key, Pair] = field(default_factory=dict)

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> "Book":
        states: dict[Key, dict[str, Figure]] = defaultdict(dict)
        for figure in figures:
            states[key_of(figure)][figure.state] = figure
        return cls({key: Pair(both.get(State.CONFIRMED), both.get(State.PROVISIONAL)) for key, both in states.items()})

    def get(self, period: Span | None, form: int, scope: int, origin: str, subject: Subject) -> Pair:
        return self.pairs.get(Key(period.pk, form, scope, origin, *subject), NOTHING) if period else NOTHING

    def forms_of(self, scope: int, subject: Subject) -> set[int]:
        """The forms in which the unit has an answered figure of that."""
        return self._answered.get((scope, subject), set())

    @cached_property
    def _answered(self) -> dict[tuple[int, Subject], set[int]]:
        forms: dict[tuple[int, Subject], set[int]] = defaultdict(set)
        for key, pair in self.pairs.items():
            if pair.is_answered:
                forms[key.scope, Subject(key.indicator, key.row)].add(key.form)
        return forms


def told_by(figures: "QuerySet[Figure]", known: Mapping[int, Indicator]) -> list[Figure]:
    """These figures with indicators that are read already."""
    found = list(figures.prefetch_related(None))
    for figure in found:
        figure.indicator = known[figure.indicator_id]
    return found


def key_of(figure: Figure) -> Key:
    """Where a figure stands in the book."""
    return Key(figure.period_id, figure.form_id, figure.scope_id, figure.origin, figure.indicator_id, figure.row)


def origin_of(report: Report, indicator: Indicator) -> str:
    """Of which origin a report's number is: of its unit's level, or of the city where one unit answers for it.

    Select the indicator with its parts.
    """
    return Level.CITY if indicator.is_single else report.unit.level


def read_from(report: Report, indicator: Indicator, numbers: Numbers, row: str = "", *, origin: str = "") -> Pair:
    """The figure of a unit with none beneath it, read from its one report: nothing of the kind is stored.

    Of the level of its unit, unless another origin is named. Select the report with its unit.
    """
    standing = report.current_id if report.status in STANDING else report.approved_id

    def figure(state: State, revision: int | None) -> Figure:
        known = numbers.get(revision, {}) if revision else {}
        number = known.get((indicator.pk, row))
        upper, lower = known.get((indicator.numerator_id or 0, row)), known.get((indicator.denominator_id or 0, row))
        both = upper is not None and lower is not None
        return Figure(
            form_id=report.form_id,
            period_id=report.period_id,
            scope_id=report.unit_id,
            origin=origin or report.unit.level,
            indicator=indicator,
            row=row,
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


def measured(size: Decimal, indicator: Indicator, decimals: int | None = None) -> str:
    """A difference in words: of shares in points, of anything else in its unit of measure."""
    number = written(size, indicator.decimals if decimals is None else decimals)
    if indicator.unit_of_measure == "%":
        return _("%(number)s points") % {"number": number}
    return f"{number} {indicator.unit_of_measure}".rstrip()
