"""The proof of the figures: everything computed a second time, from the values alone, by a path that shares nothing
with the engine but the definition.

The engine folds in SQL; here Python adds up report by report. Both read one snapshot of the database.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.roles import Level
from reports.folds import SpaceFold
from reports.models import Figure, Indicator, Item, NotApplicable, Report, Row, Section, Source, Value
from reports.workflow import STANDING, State, Status

ALL = "all"
_MEASURES = (
    "total",
    "lowest",
    "highest",
    "numerator",
    "denominator",
    "count",
    "expected",
    "submitted",
    "approved",
    "without_data",
)

Key = tuple[int, int, int, str, int, str, str]
"""Period, form, scope, origin, indicator, row, state."""


@dataclass(frozen=True)
class Difference:
    """A stored figure that the values do not give, or one they give that is not stored."""

    key: Key
    measure: str
    stored: object
    recomputed: object

    def __str__(self) -> str:
        period, form, scope, origin, indicator, row, state = self.key
        place = f"period={period} form={form} scope={scope} origin={origin} indicator={indicator} row={row!r} {state}"
        return f"{place}: {self.measure} is {self.stored}, the values give {self.recomputed}"


Answer = tuple[Decimal, ...]
"""What one report gives to a figure: its number, or the two parts of its ratio."""


@dataclass(frozen=True)
class _Question:
    """How a version asks an indicator: of which units, of all where empty, and in which rows.

    `rows` is None where they are tasks of the programme: there, what is answered makes the rows.
    """

    units: frozenset[int]
    rows: frozenset[str] | None


class _Terms:
    """What the definition speaks of besides the reports, read once."""

    def __init__(self) -> None:
        self.indicators: dict[int, Indicator] = Indicator.objects.in_bulk()
        self.questions = _questions()
        self.aside: dict[tuple[int, int], list[DateRange]] = defaultdict(list)
        for indicator, unit, days in NotApplicable.objects.values_list("indicator", "unit", "valid"):
            self.aside[indicator, unit].append(days)
        self.sources: dict[tuple[int, str], list[tuple[DateRange, int]]] = defaultdict(list)
        for indicator, level, days, form in Source.objects.values_list("indicator", "level", "valid", "form"):
            self.sources[indicator, level].append((days, form))

    def parts(self, indicator: int) -> list[int]:
        """The numerator and the denominator of a ratio; any other indicator is its own part."""
        known = self.indicators[indicator]
        if known.numerator_id is None or known.denominator_id is None:
            return [indicator]
        return [known.numerator_id, known.denominator_id]

    def is_asked(self, indicator: int, report: Report) -> bool:
        """Whether the figure reads this report: it is asked the indicator, whole, and no other form is the source."""
        return all(self._is_asked(one, report) for one in (indicator, *self.parts(indicator)))

    def _is_asked(self, indicator: int, report: Report) -> bool:
        question = self.questions[report.version_id].get(indicator)
        day = report.period.first_day
        return (
            question is not None
            and (not question.units or report.unit_id in question.units)
            and not any(day in days for days in self.aside[indicator, report.unit_id])
            and not any(
                day in days and form != report.form_id for days, form in self.sources[indicator, report.unit.level]
            )
        )

    def rows(self, indicator: int, report: Report) -> frozenset[str] | None:
        """The rows in which the report is asked; a ratio has those of its numerator."""
        return self.questions[report.version_id][self.parts(indicator)[0]].rows

    def is_single(self, indicator: int) -> bool:
        """Whether one unit answers for all."""
        return any(self.indicators[part].space_fold == SpaceFold.NONE for part in self.parts(indicator))

    def answers(self, indicator: int, numbers: dict[int, dict[str, Decimal]]) -> dict[str, Answer]:
        """What a revision says, by row; only where every part is known."""
        parts = [numbers.get(part, {}) for part in self.parts(indicator)]
        return {row: tuple(part[row] for part in parts) for row in set(parts[0]).intersection(*parts)}


def _questions() -> dict[int, dict[int, _Question]]:
    """By version and indicator."""
    tables: dict[int, set[str]] = defaultdict(set)
    for section, code in Row.objects.filter(section__shape=Section.Shape.TABLE).values_list("section", "code"):
        tables[section].add(code)
    found: dict[int, dict[int, _Question]] = defaultdict(dict)
    for item in Item.objects.select_related("section").prefetch_related("asked_of"):
        if item.indicator_id is not None:
            units = frozenset(unit.pk for unit in item.asked_of.all())
            tasks = item.section.shape == Section.Shape.TASKS
            rows = None if tasks else frozenset(tables.get(item.section_id, {""}))
            found[item.version_id][item.indicator_id] = _Question(units, rows)
    return found


@dataclass
class _Counts:
    expected: int = 0
    submitted: int = 0
    approved: int = 0


@transaction.atomic
def verify() -> tuple[int, list[Difference]]:
    """Compare in a transaction of its own, on one snapshot of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
    return compare()


def compare() -> tuple[int, list[Difference]]:
    """Recompute every figure from the values; return how many were compared and every difference, in order."""
    stored = {
        (one.period_id, one.form_id, one.scope_id, one.origin, one.indicator_id, one.row, one.state): one
        for one in Figure.objects.iterator()
    }
    recomputed = dict(_recomputed())
    differences = []
    for key in sorted(stored.keys() | recomputed.keys()):
        figure, again = stored.get(key), recomputed.get(key)
        for measure in _MEASURES:
            was = getattr(figure, measure, "absent")
            gives = again[measure] if again else "absent"
            if was != gives:
                differences.append(Difference(key, measure, was, gives))
    return len(stored.keys() | recomputed.keys()), differences


def _recomputed() -> Iterator[tuple[Key, dict[str, object]]]:
    """Every figure that the values give, one form and period at a time."""
    terms = _Terms()
    for form, period in Report.objects.order_by("form", "period").values_list("form", "period").distinct():
        yield from _figures(form, period, terms)


def _figures(form: int, period: int, terms: _Terms) -> Iterator[tuple[Key, dict[str, object]]]:
    owed = Report.objects.filter(form=form, period=period).exclude(status=Status.EXEMPT)
    reports = list(owed.select_related("unit", "period"))
    numbers = _numbers(form, period, terms)
    scopes = {scope for report in reports for scope in report.unit.path[:-1]}
    counts: dict[tuple[int, str, int], _Counts] = defaultdict(_Counts)
    found: dict[tuple[int, str, int, str, State], list[Answer]] = defaultdict(list)
    for report in reports:
        standing = report.current_id if report.status in STANDING else report.approved_id
        revisions = {State.CONFIRMED: report.approved_id, State.PROVISIONAL: standing}
        for indicator in terms.questions[report.version_id]:
            if not terms.is_asked(indicator, report):
                continue
            origins = [Level.CITY.value] if terms.is_single(indicator) else [report.unit.level, ALL]
            for scope, origin in product(scopes.intersection(report.unit.path), origins):
                count = counts[scope, origin, indicator]
                count.expected += 1
                count.submitted += standing is not None
                count.approved += report.approved_id is not None
                for state, revision in revisions.items():
                    answers = terms.answers(indicator, numbers[revision or 0])
                    rows = terms.rows(indicator, report)
                    for row in answers if rows is None else rows:
                        found[scope, origin, indicator, row, state] += [answers[row]] if row in answers else []
    for (scope, origin, indicator, row, state), given in found.items():
        key = (period, form, scope, origin, indicator, row, str(state))
        known = len(given) == 1 or not terms.is_single(indicator)
        yield key, _measures(given, counts[scope, origin, indicator], state, known=known)


def _numbers(form: int, period: int, terms: _Terms) -> dict[int, dict[int, dict[str, Decimal]]]:
    """What adds up, by revision, indicator and row: numbers as they are, but a yes of many counts one."""
    numbers: dict[int, dict[int, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    values = Value.objects.filter(
        revision__report__form=form,
        revision__report__period=period,
        number__isnull=False,
        item__indicator__numerator=None,
    )
    for revision, indicator, row, number in values.values_list("revision", "item__indicator", "row", "number"):
        if number is not None and indicator is not None:
            counts = terms.indicators[indicator].space_fold == SpaceFold.COUNT
            numbers[revision][indicator][row] = Decimal(number != 0) if counts else number
    return numbers


def _measures(answers: list[Answer], count: _Counts, state: State, *, known: bool) -> dict[str, object]:
    """`known` is whether the answers add up to one figure."""
    plain = [answer[0] for answer in answers if len(answer) == 1]
    parts = [answer for answer in answers if len(answer) > 1]
    read = count.approved if state == State.CONFIRMED else count.submitted
    return {
        "total": sum(plain) if plain and known else None,
        "lowest": min(plain, default=None),
        "highest": max(plain, default=None),
        "numerator": sum(answer[0] for answer in parts) if parts and known else None,
        "denominator": sum(answer[1] for answer in parts) if parts and known else None,
        "count": len(answers),
        "expected": count.expected,
        "submitted": count.submitted,
        "approved": count.approved,
        "without_data": read - len(answers),
    }
