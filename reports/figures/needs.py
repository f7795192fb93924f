"""What the figures of a longer period are made of: which shorter ones the form asks, and which cells of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef

from reports import formulas
from reports.checks import ADDED_UP
from reports.figures.statements import ANY_ROW
from reports.models import FormVersion, Item, Period, Report, Row, Section
from reports.periods import Frequency, PeriodCode, WindowRule
from reports.workflow import Status


class Shorter(NamedTuple):
    """The periods within a longer one that a form was asked for, and the first day of the last of them."""

    periods: list[int]
    last: date


class Made(NamedTuple):
    """That a cell enters a measure of a longer period with a factor, in the reports by this version.

    It holds for the units whose reports are by the versions of `history`, their keys as PostgreSQL writes an array. The
    measure is an indicator, or the upper (`u`) or lower (`l`) part of a ratio; any other has the part `n`. It is known
    where so many cells are as are `needed`. Rows are ANY_ROW where the measure has whatever rows its answers have.
    """

    history: str
    version: int
    measure: int
    part: str
    row: str
    cell: int
    cell_row: str
    factor: Decimal
    needed: int


def shorter_of(form: int, period: Period) -> Shorter | None:
    """The periods that the form was asked for within a longer one; None where it is asked for that one itself.

    Of a month within a half-year that is asked as quarters too, only the longest that are asked count.
    """
    return _made_of(period, _asked(form, period))


def alike(form: int, period: Period, others: Iterable[int]) -> list[int]:
    """Those of other periods that are longer ones made of the same shorter periods, with this one, by their keys.

    In November the year is made of the same months as the year to date, and has the same figures.
    """
    beside = list(Period.objects.filter(pk__in=others, rule=period.rule, first_day=period.first_day))
    asked = _asked(form, max([period, *beside], key=lambda one: one.last_day))
    made = _made_of(period, asked)
    found = {one.pk for one in beside if made is not None and _made_of(one, asked) == made}
    return sorted({period.pk, *found})


def _asked(form: int, within: Period) -> list[Period]:
    """The periods that the form was asked for within one, which may be among them."""
    periods = Period.objects.filter(
        rule=within.rule, first_day__gte=within.first_day, last_day__lte=within.last_day, frequency__in=_LENGTHS
    )
    itself = Period.objects.filter(pk=within.pk)
    return list((periods | itself).filter(_is_asked(form)).order_by("first_day", "-last_day"))


def _is_asked(form: int) -> Exists:
    """Whether the form was asked for a period; one report tells, however many there are."""
    return Exists(Report.objects.filter(form=form, period=OuterRef("pk")))


def _made_of(period: Period, asked: list[Period]) -> Shorter | None:
    """What a period is made of, given what was asked within it or beyond; None where it was asked itself."""
    if period in asked:
        return None
    within = [one for one in asked if _holds(period, one)]
    kept = [one for one in within if not any(_holds(other, one) for other in within)]
    return Shorter([one.pk for one in kept], max((one.first_day for one in kept), default=period.first_day))


def longer_of(form: int, period: Period) -> list[Period]:
    """The longer periods whose figures this one moves, entered where they are new.

    Of the spans to date, those that end with a period that the form was asked for, of whatever length. One that the
    form is asked for itself does not move.
    """
    code = PeriodCode.parse(period.code)
    if code.to_date is None:
        return []
    of_year = Period.objects.filter(rule=period.rule, frequency__in=_LENGTHS, code__startswith=f"{code.year:04}")
    asked = set(of_year.filter(_is_asked(form)).values_list("code", flat=True))
    ended = {span for one in asked if (span := PeriodCode.parse(one).to_date) and span.last_month >= code.last_month}
    spans = [*code.containing, *sorted(span for span in ended if span.frequency == Frequency.TO_DATE)]
    wanted = [span for span in spans if span.code not in asked]
    if not wanted:
        return []
    known = Period.objects.filter(rule=period.rule, code__in=[one.code for one in wanted])
    if len(found := list(known)) < len(wanted):
        Period.objects.bulk_create(
            [
                Period(rule=period.rule, code=one.code, frequency=one.frequency, first_day=first, last_day=last)
                for one in wanted
                for first, last in [one.window(WindowRule(period.rule))]
            ],
            ignore_conflicts=True,
        )
        found = list(known.all())
    return found


_LENGTHS = ("month", "quarter", "half", "year")


def _holds(longer: Period, shorter: Period) -> bool:
    return longer.pk != shorter.pk and longer.first_day <= shorter.first_day and longer.last_day >= shorter.last_day


def made_of(form: int, periods: list[int]) -> list[Made]:
    """What every measure that the form asks in these periods is made of, for units with one history or another.

    Of each row of a measure, as the last version of that history says that asks it; it is made of the reports alone by
    versions that ask it.
    """
    filed = Report.objects.filter(form=form, period__in=periods).exclude(status=Status.EXEMPT).order_by()
    used = FormVersion.objects.filter(Exists(filed.filter(version=OuterRef("pk"))), form=form)
    numbers = {pk: at for at, pk in enumerate(used.order_by("valid").values_list("pk", flat=True))}
    of_units = {tuple(numbers)}
    if len(numbers) > 1:
        seen = filed.values("unit").annotate(seen=ArrayAgg("version", distinct=True)).values_list("seen", flat=True)
        of_units = {tuple(sorted(one, key=numbers.__getitem__)) for one in seen}
    asked = Item.objects.filter(version__in=numbers).select_related("section", "indicator")
    items: dict[int, list[Item]] = defaultdict(list)
    for item in asked.order_by("position"):
        items[item.version_id].append(item)
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in Row.objects.filter(section__version__in=numbers).order_by("position"):
        rows[row.section_id].append(row)
    ways = {version: _of_version(of_version, rows) for version, of_version in items.items()}
    return [one for history in of_units for one in _of_history(history, ways)]


Cell = tuple[str, int, str, Decimal, int]
"""A part of a measure, a cell that enters it with its row and factor, and how many cells the part needs."""

Ways = dict[tuple[int, str], list[Cell]]
"""What the measures of a version are made of, by indicator and row."""


def _of_history(history: tuple[int, ...], ways: dict[int, Ways]) -> Iterator[Made]:
    name = "{" + ",".join(str(pk) for pk in sorted(history)) + "}"
    last: Ways = {}
    for version in history:
        last |= ways.get(version, {})
    for version in history:
        for measure, row in ways.get(version, {}):
            for part, cell, cell_row, factor, needed in last[measure, row]:
                yield Made(name, version, measure, part, row, cell, cell_row, factor, needed)


def _of_version(items: list[Item], rows: dict[int, list[Row]]) -> Ways:
    """What the measures of one version are made of; of a ratio, in the rows that both its parts have."""
    version = _Version(items, rows)
    asking = {item.indicator_id: item for item in items}
    found: Ways = {}
    for item in items:
        asked = item.indicator
        if asked is None:
            continue
        parts = {"n": asked.pk} if asked.numerator_id is None else {"u": asked.numerator_id, "l": asked.denominator_id}
        if all(pk in asking for pk in parts.values()):
            named = {part: asking[pk] for part, pk in parts.items()}
            common = set.intersection(*(set(version.rows(one)) for one in named.values()))
            for row in common:
                found[asked.pk, row] = [cell for part, one in named.items() for cell in version.made(part, one, row)]
    return found


class _Version:
    """One version's items by code, and the cells that each of their cells adds up."""

    def __init__(self, items: list[Item], rows: dict[int, list[Row]]) -> None:
        self.items = {item.code: item for item in items}
        self.lines = {item.code: [one.code for one in rows[item.section_id] if not one.is_total] for item in items}
        self.totals = {
            item.code: next((one.code for one in rows[item.section_id] if one.is_total), None) for item in items
        }
        self.tables = {code: tuple(lines) for code, lines in self.lines.items() if lines}

    def rows(self, item: Item) -> list[str]:
        """The rows in which an item is asked."""
        if item.section.shape == Section.Shape.TASKS:
            return [ANY_ROW]
        total = self.totals[item.code]
        return [*self.lines[item.code], *([total] if total else [])] or [""]

    def made(self, part: str, item: Item, row: str) -> list[Cell]:
        """What a part of a measure is made of in one of the rows of its item."""
        cells = self._cells(item.code, row) if row != ANY_ROW else {(item.code, row): Decimal(1)}
        return [
            (part, self.items[code].indicator_id or 0, cell_row, factor, len(cells))
            for (code, cell_row), factor in cells.items()
        ]

    def _cells(self, code: str, row: str) -> formulas.Weights:
        """The cells that are typed in, or that cannot be taken apart, and add up to this one."""
        item = self.items[code]
        itself = {(code, row): Decimal(1)}
        if item.formula:
            parts = formulas.weights(formulas.compile(item.formula), row, self.tables)
        elif row and row == self.totals[code] and item.kind in ADDED_UP:
            parts = {(code, line): Decimal(1) for line in self.lines[code]}
        else:
            return itself
        if not parts or any(name not in self.items or self.items[name].indicator_id is None for name, _row in parts):
            return itself
        found: formulas.Weights = {}
        for (name, named), factor in parts.items():
            for cell, inner in self._cells(name, named).items():
                found[cell] = found.get(cell, Decimal()) + factor * inner
        return found
