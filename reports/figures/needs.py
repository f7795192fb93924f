"""What the figures of a longer period are made of: which shorter ones the form asks, and which cells of them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from reports import formulas
from reports.checks import ADDED_UP
from reports.models import Item, Period, Report, Row, Section
from reports.periods import PeriodCode, WindowRule


class Shorter(NamedTuple):
    """The periods within a longer one that a form was asked for, and the first day of the last of them."""

    periods: list[int]
    last: date


class Made(NamedTuple):
    """That a cell enters a measure of a longer period with a factor.

    The measure is an indicator, or the upper (`u`) or lower (`l`) part of a ratio; any other has the part `n`. Rows are
    None where the measure has whatever rows its answers have.
    """

    measure: int
    part: str
    row: str | None
    cell: int
    cell_row: str | None
    factor: Decimal


def shorter_of(form: int, period: Period) -> Shorter | None:
    """The periods that the form was asked for within a longer one; None where it is asked for that one itself.

    Of a month within a half-year that is asked as quarters too, only the longest that are asked count.
    """
    if Report.objects.filter(form=form, period=period).exists():
        return None
    within = Period.objects.filter(
        rule=period.rule, first_day__gte=period.first_day, last_day__lte=period.last_day, frequency__in=_LENGTHS
    )
    asked = list(within.filter(reports__form=form).distinct().order_by("first_day", "-last_day"))
    kept = [one for one in asked if not any(_holds(other, one) for other in asked)]
    return Shorter([one.pk for one in kept], max((one.first_day for one in kept), default=period.first_day))


def longer_of(form: int, period: Period) -> list[Period]:
    """The longer periods whose figures this one moves, entered where they are new.

    Of the spans to date, those that end with a period that the form was asked for.
    """
    code = PeriodCode.parse(period.code)
    of_year = Period.objects.filter(rule=period.rule, frequency=period.frequency, code__startswith=f"{code.year:04}")
    asked = of_year.filter(reports__form=form).distinct().values_list("code", flat=True)
    ends = {PeriodCode.parse(one).last_month for one in asked} if code.cumulated else set()
    wanted = [*code.containing, *(one for one in code.cumulated if one.last_month in ends)]
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
    """What every measure that the form asks in these periods is made of, as its last version there says."""
    versions = Report.objects.filter(form=form, period__in=periods).values("version")
    asked = Item.objects.filter(version__in=versions).select_related("section", "indicator")
    items: dict[int, list[Item]] = defaultdict(list)
    for item in asked.order_by("version__number", "position"):
        items[item.version_id].append(item)
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in Row.objects.filter(section__version__in=versions).order_by("position"):
        rows[row.section_id].append(row)
    found: dict[int, list[Made]] = {}
    for of_version in items.values():
        found |= _of_version(of_version, rows)
    return [one for made in found.values() for one in made]


def _of_version(items: list[Item], rows: dict[int, list[Row]]) -> dict[int, list[Made]]:
    """What the measures of one version are made of, by indicator."""
    version = _Version(items, rows)
    asking = {item.indicator_id: item for item in items}
    found: dict[int, list[Made]] = {}
    for item in items:
        asked = item.indicator
        if asked is None:
            continue
        if asked.numerator_id is None:
            found[asked.pk] = list(version.made(asked.pk, "n", item))
        elif asked.numerator_id in asking and asked.denominator_id in asking:
            parts = {"u": asking[asked.numerator_id], "l": asking[asked.denominator_id]}
            found[asked.pk] = [one for name, part in parts.items() for one in version.made(asked.pk, name, part)]
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

    def made(self, measure: int, part: str, item: Item) -> Iterator[Made]:
        """What one part of a measure is made of, in each row of its item."""
        if item.section.shape == Section.Shape.TASKS:
            yield Made(measure, part, None, item.indicator_id or 0, None, Decimal(1))
            return
        total = self.totals[item.code]
        for row in [*self.lines[item.code], *([total] if total else [])] or [""]:
            for (code, cell_row), factor in self._cells(item.code, row).items():
                yield Made(measure, part, row, self.items[code].indicator_id or 0, cell_row, factor)

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
