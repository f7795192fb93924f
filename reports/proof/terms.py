"""What the definition of the figures speaks of besides the reports: who is asked what, and in which rows."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from reports.folds import SpaceFold
from reports.models import Indicator, Item, NotApplicable, Report, Row, Section, Source


@dataclass(frozen=True)
class Question:
    """How a version asks an indicator: of which units, of all where empty, and in which rows.

    `rows` is None where they are tasks of the programme: there, what is answered makes the rows.
    """

    units: frozenset[int]
    rows: frozenset[str] | None


class Terms:
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

    def asks(self, indicator: int, row: str, version: int) -> bool:
        """Whether a version asks the indicator, with both parts of a ratio, in that row."""
        asked = [self.questions[version].get(one) for one in (indicator, *self.parts(indicator))]
        return all(asked) and all(one is None or one.rows is None or row in one.rows for one in asked[1:])

    def rows(self, indicator: int, report: Report) -> frozenset[str] | None:
        """The rows in which the report is asked; a ratio has those of its numerator."""
        return self.questions[report.version_id][self.parts(indicator)[0]].rows

    def added(self, indicator: int, number: Decimal) -> Decimal:
        """What a number adds: itself, but a yes of many counts one."""
        return Decimal(number != 0) if self.indicators[indicator].space_fold == SpaceFold.COUNT else number

    def is_single(self, indicator: int) -> bool:
        """Whether one unit answers for all."""
        return any(self.indicators[part].space_fold == SpaceFold.NONE for part in self.parts(indicator))


def _questions() -> dict[int, dict[int, Question]]:
    """By version and indicator."""
    tables: dict[int, set[str]] = defaultdict(set)
    for section, code in Row.objects.filter(section__shape=Section.Shape.TABLE).values_list("section", "code"):
        tables[section].add(code)
    found: dict[int, dict[int, Question]] = defaultdict(dict)
    for item in Item.objects.select_related("section").prefetch_related("asked_of"):
        if item.indicator_id is not None:
            units = frozenset(unit.pk for unit in item.asked_of.all())
            tasks = item.section.shape == Section.Shape.TASKS
            rows = None if tasks else frozenset(tables.get(item.section_id, {""}))
            found[item.version_id][item.indicator_id] = Question(units, rows)
    return found
