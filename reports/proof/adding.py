"""The proof's own way from values to figures: report by report and unit by unit, in Python."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, product
from typing import NamedTuple

from accounts.roles import Level
from reports.folds import TimeFold
from reports.models import Item, Period, Report, Row, Value
from reports.numbers import kept
from reports.proof.spanning import Cells, Questionnaire, over_time
from reports.proof.terms import Terms
from reports.workflow import STANDING, State, Status

ALL = "all"
STOCKS = (TimeFold.FIRST, TimeFold.LAST)

Key = tuple[int, int, int, str, int, str, str]
"""Period, form, scope, origin, indicator, row, state."""

Numbers = Mapping[int, Cells]
"""What each revision says, by indicator and row."""


class Answer(NamedTuple):
    """What a unit gives to a figure: its number or the two parts of its ratio, and in how many of its reports.

    `known` of those that count as expected, `read` of those that the figure's state reads.
    """

    parts: tuple[Decimal, ...]
    known: int = 1
    read: int = 1


@dataclass
class _Tally:
    """One figure being added up, in both its states."""

    expected: int = 0
    submitted: int = 0
    approved: int = 0
    fixed: bool = False
    answers: dict[State, list[Answer]] = field(default_factory=lambda: {state: [] for state in State})


def figures_of(
    form: int, period: int, shorter: Sequence[Period], terms: Terms, *, longer: bool = False
) -> Iterator[tuple[Key, dict[str, object]]]:
    """The figures of one form and period, from the reports of the periods that it is asked for."""
    owed = Report.objects.filter(form=form, period__in=shorter).exclude(status=Status.EXEMPT)
    reports = list(owed.select_related("unit", "period").order_by("unit", "period__first_day"))
    numbers = _numbers(reports)
    scopes = {scope for report in reports for scope in report.unit.path[:-1]}
    last = max((one.first_day for one in shorter), default=None)
    ways = _ways(reports) if longer else {}
    found: dict[tuple[int, str, int, str], _Tally] = defaultdict(_Tally)
    for _unit, group in groupby(reports, key=lambda report: report.unit_id):
        of_unit = list(group)
        asked_at_all = {indicator for report in of_unit for indicator in terms.questions[report.version_id]}
        for indicator in asked_at_all:
            asked = [report for report in of_unit if terms.is_asked(indicator, report)]
            if not asked:
                continue
            stock = longer and terms.indicators[indicator].time_fold in STOCKS
            counted = [one for one in asked if one.period.first_day == last] if stock else asked
            if longer:
                given = {
                    state: _timed(indicator, of_unit, asked, counted, state, numbers, ways, terms) for state in State
                }
            else:
                given = {state: _said(indicator, asked[0], state, numbers, terms) for state in State}
            origins = [Level.CITY.value] if terms.is_single(indicator) else [of_unit[0].unit.level, ALL]
            for scope, origin in product(scopes.intersection(of_unit[0].unit.path), origins):
                for report in counted:
                    for row in _rows(indicator, report, numbers, terms):
                        tally = found[scope, origin, indicator, row]
                        tally.expected += 1
                        tally.submitted += _revision(report, State.PROVISIONAL) is not None
                        tally.approved += report.approved_id is not None
                        tally.fixed |= terms.rows(indicator, report) is not None
                for state, said in given.items():
                    for row, answer in said.items():
                        found[scope, origin, indicator, row].answers[state].append(answer)
    for (scope, origin, indicator, row), tally in found.items():
        for state, answers in tally.answers.items():
            if tally.expected and (tally.fixed or answers):
                key = (period, form, scope, origin, indicator, row, str(state))
                yield key, _measures(tally, state, known=len(answers) == 1 or not terms.is_single(indicator))


def _revision(report: Report, state: State) -> int | None:
    """The revision that a figure of this state reads."""
    standing = report.current_id if report.status in STANDING else report.approved_id
    return report.approved_id if state == State.CONFIRMED else standing


def _numbers(reports: Sequence[Report]) -> Numbers:
    """The numbers of every revision that is read; ratios are no values."""
    revisions = {revision for report in reports for state in State if (revision := _revision(report, state))}
    numbers: dict[int, Cells] = defaultdict(dict)
    values = Value.objects.filter(revision__in=revisions, number__isnull=False, item__indicator__numerator=None)
    for revision, indicator, row, number in values.values_list("revision", "item__indicator", "row", "number"):
        if number is not None and indicator is not None:
            numbers[revision][indicator, row] = number
    return numbers


def _rows(indicator: int, report: Report, numbers: Numbers, terms: Terms) -> frozenset[str]:
    """The rows in which the report is expected to answer; of tasks, those of which it speaks."""
    rows: frozenset[str] | None = terms.rows(indicator, report)
    if rows is not None:
        return rows
    above = terms.parts(indicator)[0]
    read = {revision for state in State if (revision := _revision(report, state))}
    return frozenset(row for one in read for asked, row in numbers.get(one, {}) if asked == above)


def _said(indicator: int, report: Report, state: State, numbers: Numbers, terms: Terms) -> dict[str, Answer]:
    """What one report says, by row; only where every part is known."""
    said = numbers.get(_revision(report, state) or 0, {})
    parts = terms.parts(indicator)
    rows = {row for asked, row in said if asked == parts[0]}
    whole = [row for row in rows if all((part, row) in said for part in parts)]
    return {row: Answer(tuple(terms.added(part, said[part, row]) for part in parts)) for row in whole}


def _timed(  # noqa: PLR0917  (all of them are read)
    indicator: int,
    reports: Sequence[Report],
    asked: Sequence[Report],
    counted: Sequence[Report],
    state: State,
    numbers: Numbers,
    ways: Mapping[int, Questionnaire],
    terms: Terms,
) -> dict[str, Answer]:
    """What a unit says over a longer period, by row; a ratio folds the reports alone that give both its parts.

    How it is computed says the last of the unit's reports by a version that asks it.
    """
    parts = terms.parts(indicator)
    said = {report.pk: numbers.get(_revision(report, state) or 0, {}) for report in asked}
    rows = {row for report in asked for row in _rows(indicator, report, numbers, terms)}
    found = {}
    for row in rows:
        whole = [report for report in asked if all((part, row) in said[report.pk] for part in parts)]
        asked_row = [report for report in asked if row in _rows(indicator, report, numbers, terms)]
        used = whole if len(parts) > 1 else asked_row
        if not used:
            continue
        folded = _folded([said[report.pk] for report in used], terms)
        way = next(ways[one.version_id] for one in reversed(reports) if terms.asks(indicator, row, one.version_id))
        over = [way.over(part, row, folded) for part in parts]
        if any(number is None for number in over):
            continue
        answered = tuple(
            terms.added(part, kept(number) or Decimal())
            for part, number in zip(parts, over, strict=True)
            if number is not None
        )
        if terms.indicators[indicator].time_fold in STOCKS:
            due = [report for report in counted if row in _rows(indicator, report, numbers, terms)]
            read = [report for report in due if _revision(report, state) is not None]
            if due:
                found[row] = Answer(answered, len(due), len(read))
        else:
            found[row] = Answer(answered, len(whole), len(whole))
    return found


def _folded(said: Sequence[Cells], terms: Terms) -> Cells:
    """Every cell over the periods of these reports."""
    given: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for cells in said:
        for cell, number in cells.items():
            given[cell].append(number)
    return {cell: over_time(terms.indicators[cell[0]].time_fold, known) for cell, known in given.items()}


def _ways(reports: Sequence[Report]) -> dict[int, Questionnaire]:
    """How each version of these reports computes its cells."""
    versions = {report.version_id for report in reports}
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in Row.objects.filter(section__version__in=versions):
        rows[row.section_id].append(row)
    items: dict[int, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(version__in=versions).select_related("section"):
        items[item.version_id].append(item)
    return {version: Questionnaire(asked, rows) for version, asked in items.items()}


def _measures(tally: _Tally, state: State, *, known: bool) -> dict[str, object]:
    """`known` is whether the answers add up to one figure."""
    answers = tally.answers[state]
    plain = [one.parts[0] for one in answers if len(one.parts) == 1]
    parts = [one.parts for one in answers if len(one.parts) > 1]
    read = tally.approved if state == State.CONFIRMED else tally.submitted
    return {
        "total": sum(plain) if plain and known else None,
        "lowest": min(plain, default=None),
        "highest": max(plain, default=None),
        "numerator": sum(one[0] for one in parts) if parts and known else None,
        "denominator": sum(one[1] for one in parts) if parts and known else None,
        "count": sum(one.known for one in answers),
        "units": len(answers),
        "expected": tally.expected,
        "submitted": tally.submitted,
        "approved": tally.approved,
        "without_data": read - sum(one.read for one in answers),
    }
