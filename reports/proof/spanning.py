"""Longer periods in the proof: which there are, of which shorter ones they consist, and what a unit says over one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from reports import formulas
from reports.checks import ADDED_UP
from reports.folds import TimeFold, divided
from reports.models import Item, Period, Row, Section
from reports.numbers import kept
from reports.periods import Frequency, PeriodCode

Cells = dict[tuple[int, str], Decimal]
"""Numbers by indicator and row."""


def spans(asked: Iterable[tuple[int, int]], periods: Mapping[int, Period]) -> dict[tuple[int, int], list[Period]]:
    """The longer periods of each form that is not asked for them, with the shorter ones that it is asked for, in order.

    Months, quarters and halves make quarters, halves, years and spans to date; the longest that are asked count.
    """
    of_form: dict[int, list[Period]] = defaultdict(list)
    for form, period in asked:
        of_form[form].append(periods[period])
    by_window = {(one.rule, one.code): one for one in periods.values()}
    found = {}
    for form, given in of_form.items():
        longer = {
            (one.rule, code.code)
            for one in given
            for code in [*PeriodCode.parse(one.code).containing, PeriodCode.parse(one.code).to_date]
            if code is not None
        }
        for key in longer - {(one.rule, one.code) for one in given}:
            whole = by_window.get(key)
            within = [one for one in given if one.rule == key[0] and whole and _holds(whole, one)]
            if whole and (parts := [one for one in within if not any(_holds(other, one) for other in within)]):
                found[form, whole.pk] = sorted(parts, key=lambda one: one.first_day)
    return found


def _holds(longer: Period, shorter: Period) -> bool:
    lengths = (Frequency.WEEK, Frequency.ONCE)
    return (
        longer.pk != shorter.pk
        and shorter.frequency not in lengths
        and longer.first_day <= shorter.first_day
        and shorter.last_day <= longer.last_day
    )


class Questionnaire:
    """How one version computes its cells, told by indicators."""

    def __init__(self, items: Collection[Item], rows: Mapping[int, Sequence[Row]]) -> None:
        self.items = {item.code: item for item in items}
        self.by_indicator = {item.indicator_id: item for item in items if item.indicator_id}
        self.rows = {
            item.code: tuple(row.code for row in rows.get(item.section_id, ()) if not row.is_total) for item in items
        }
        self.total = {
            item.code: next((row.code for row in rows.get(item.section_id, ()) if row.is_total), None) for item in items
        }

    def over(self, indicator: int, row: str, folded: Cells) -> Decimal | None:
        """A cell of a longer period: computed again where it only adds up what is known, else as it folds itself."""
        item = self.by_indicator[indicator]
        if item.section.shape == Section.Shape.TASKS:
            return folded.get((indicator, row))
        parts = self._parts(item, row)
        if parts is None:
            return folded.get((indicator, row))
        numbers = [self.over(self.items[code].indicator_id or 0, named, folded) for code, named in parts]
        if any(number is None for number in numbers):
            return None
        known = dict(zip(parts, numbers, strict=True))
        if not item.formula:
            return sum((number for number in numbers if number is not None), Decimal())
        tables = {code: rows for code, rows in self.rows.items() if rows}
        return formulas.compile(item.formula).value(formulas.Known(known, row, tables))

    def _parts(self, item: Item, row: str) -> list[tuple[str, str]] | None:
        """The cells that this one adds up; None where it is typed in or does anything else."""
        if item.formula:
            tables = {code: rows for code, rows in self.rows.items() if rows}
            weights = formulas.weights(formulas.compile(item.formula), row, tables)
            parts = list(weights) if weights else None
        elif row and row == self.total[item.code] and item.kind in ADDED_UP:
            parts = [(item.code, each) for each in self.rows[item.code]]
        else:
            parts = None
        if not parts or any(code not in self.items or not self.items[code].indicator_id for code, _row in parts):
            return None
        return parts


def over_time(fold: str, numbers: Sequence[Decimal]) -> Decimal:
    """Numbers of one cell in the order of their periods."""
    match TimeFold(fold):
        case TimeFold.SUM:
            return sum(numbers, Decimal())
        case TimeFold.FIRST:
            return numbers[0]
        case TimeFold.LAST:
            return numbers[-1]
        case TimeFold.MEAN:
            return kept(divided(sum(numbers, Decimal()), Decimal(len(numbers)))) or Decimal()
