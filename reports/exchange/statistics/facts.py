"""Figures as rows of a table for programs: which columns there are, what they mean, and what stands in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from reports.exchange.tables import Cell
from reports.folds import EXACT, SpaceFold
from reports.models import Figure, Form, Indicator, Period, Row
from reports.querysets import FigureQuerySet

AT_ONCE = 2_000
"""How many figures are fetched at a time."""


@dataclass(frozen=True)
class Fact:
    """A figure whose form, period, unit and indicator are at hand, with the title of its row."""

    figure: Figure
    row_name: str

    @property
    def parts(self) -> tuple[Decimal | None, Decimal | None]:
        """What the figure is divided from: a ratio's parts; a mean's sum and its units; nothing for any other."""
        match self.figure.indicator.space_fold:
            case SpaceFold.RATIO:
                return self.figure.numerator, self.figure.denominator
            case SpaceFold.MEAN if self.figure.units:
                return self.figure.total, Decimal(self.figure.units)
            case _whole:
                return None, None


@dataclass(frozen=True)
class Column:
    """A column: its heading for people, what it means, and what stands in it."""

    words: Any
    meaning: Any
    of: Callable[[Fact], Cell]


def plain(number: Decimal | None) -> Decimal | None:
    """The same number without needless zeros, to its last digit; written out with the format f."""
    return None if number is None else EXACT.normalize(number)


COLUMNS: Mapping[str, Column] = {
    "form": Column(_("Form"), _("The code of the form."), lambda fact: fact.figure.form.code),
    "period": Column(
        _("Period"),
        _("2022-W07, 2022-05, 2022-Q2, 2022-H1, 2022; 2022-YTD05 is January to May; 2022-05-20 was asked once."),
        lambda fact: fact.figure.period.code,
    ),
    "frequency": Column(
        _("Kind of period"),
        _("week, month, quarter, half, year, to_date or once."),
        lambda fact: fact.figure.period.frequency,
    ),
    "window_rule": Column(
        _("Rule of the data window"),
        _("decree: from the 15th to the 14th (Decree 09/2019, article 12); calendar: the period's own days."),
        lambda fact: fact.figure.period.rule,
    ),
    "window_from": Column(
        _("Window from"), _("The first day of the data window."), lambda fact: fact.figure.period.first_day.isoformat()
    ),
    "window_to": Column(
        _("Window to"), _("The last day of the data window."), lambda fact: fact.figure.period.last_day.isoformat()
    ),
    "unit": Column(
        _("Unit code"),
        _("The code of the unit whose area the figure covers; a text."),
        lambda fact: fact.figure.scope.code,
    ),
    "unit_name": Column(_("Unit"), _("The name of that unit."), lambda fact: fact.figure.scope.name),
    "level": Column(_("Level"), _("The level of that unit."), lambda fact: fact.figure.scope.level),
    "origin": Column(
        _("Level of origin"),
        _("Of which level the reports are: department, district, commune; city where one unit answers for all; all."),
        lambda fact: fact.figure.origin,
    ),
    "indicator": Column(_("Indicator code"), _("The code of the indicator."), lambda fact: fact.figure.indicator.code),
    "indicator_name": Column(_("Indicator"), _("The name of the indicator."), lambda fact: fact.figure.indicator.name),
    "row": Column(_("Row code"), _("The row of a table; empty outside tables."), lambda fact: fact.figure.row),
    "row_name": Column(_("Row"), _("The title of that row."), lambda fact: fact.row_name),
    "state": Column(
        _("State"), _("confirmed: of approved reports; provisional: of all that stand."), lambda fact: fact.figure.state
    ),
    "value": Column(
        _("Figure"),
        _("Empty where no report gave a number. Only what is divided is rounded, half up."),
        lambda fact: plain(fact.figure.reading),
    ),
    "unit_of_measure": Column(
        _("Unit of measure"), _("In what the figure is measured."), lambda fact: fact.figure.indicator.unit_of_measure
    ),
    "decimals": Column(
        _("Decimals"), _("With how many decimals the figure is shown."), lambda fact: fact.figure.indicator.decimals
    ),
    "numerator": Column(
        _("Numerator"),
        _("Of a ratio its folded upper part, of a mean its sum; exact."),
        lambda fact: plain(fact.parts[0]),
    ),
    "denominator": Column(
        _("Denominator"),
        _("Of a ratio its folded lower part, of a mean how many units have a number; exact."),
        lambda fact: plain(fact.parts[1]),
    ),
    "expected": Column(_("Expected"), _("Reports that are owed."), lambda fact: fact.figure.expected),
    "submitted": Column(_("Submitted"), _("Reports submitted that stand."), lambda fact: fact.figure.submitted),
    "approved": Column(_("Approved"), _("Reports approved."), lambda fact: fact.figure.approved),
    "answered": Column(_("Answered"), _("Reports that the figure speaks for."), lambda fact: fact.figure.count),
    "without_data": Column(
        _("Without data"), _("Reports read that gave no number here."), lambda fact: fact.figure.without_data
    ),
}
"""What every format of figures holds, under these names."""


@dataclass(frozen=True)
class Survey:
    """How many figures there are, and of which forms, periods and indicators."""

    count: int
    forms: frozenset[int]
    periods: frozenset[int]
    indicators: frozenset[int]

    @classmethod
    def of(cls, figures: FigureQuerySet | list[Figure]) -> Self:
        """Of figures that are stored, in one query; or of those at hand."""
        found: Iterable[tuple[int, int, int, int]]
        if isinstance(figures, QuerySet):
            kinds = figures.order_by().values("form", "period", "indicator").annotate(many=Count("pk"))
            found = list(kinds.values_list("form", "period", "indicator", "many"))
        else:
            found = [(one.form_id, one.period_id, one.indicator_id, 1) for one in figures]
        return cls(
            count=sum(many for _form, _period, _indicator, many in found),
            forms=frozenset(form for form, _period, _indicator, _many in found),
            periods=frozenset(period for _form, period, _indicator, _many in found),
            indicators=frozenset(indicator for _form, _period, indicator, _many in found),
        )


@dataclass(frozen=True)
class Names:
    """Everything that figures refer to, by key."""

    forms: Mapping[int, Form]
    periods: Mapping[int, Period]
    units: Mapping[int, Unit]
    indicators: Mapping[int, Indicator]
    rows: Mapping[tuple[int, str], str]

    @classmethod
    def read(cls) -> Self:
        """Five queries, however many figures are to be named."""
        return cls(
            forms=Form.objects.in_bulk(),
            periods=Period.objects.in_bulk(),
            units=Unit.objects.only("code", "name", "level").in_bulk(),
            indicators=Indicator.objects.in_bulk(),
            rows=row_titles(),
        )

    def named(self, figure: Figure) -> Fact:
        """The figure with what it refers to."""
        figure.form = self.forms[figure.form_id]
        figure.period = self.periods[figure.period_id]
        figure.scope = self.units[figure.scope_id]
        figure.indicator = self.indicators[figure.indicator_id]
        return Fact(figure, self.rows.get((figure.form_id, figure.row), ""))


def row_titles() -> dict[tuple[int, str], str]:
    """The titles of the rows of all tables, by form and code; as the latest version in force has had them."""
    known = Row.objects.filter(section__version__valid__isnull=False).order_by("section__version__number")
    return {(form, code): title for form, code, title in known.values_list("section__version__form", "code", "title")}


def facts(figures: FigureQuerySet | list[Figure]) -> Iterator[Fact]:
    """The figures in their order, fetched as they are taken."""
    names = None
    for figure in figures.iterator(AT_ONCE) if isinstance(figures, QuerySet) else figures:
        # Read after the figures, so that whatever they refer to is there.
        names = names or Names.read()
        yield names.named(figure)


def in_order(figures: FigureQuerySet) -> FigureQuerySet:
    """Series beside each other: by form, unit, indicator and row, and each by time."""
    return figures.order_by(
        *("form__code", "scope__sort_key", "scope", "indicator__code", "row", "origin", "state"),
        *("period__frequency", "period__first_day", "period__last_day"),
    )
