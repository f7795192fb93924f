"""What a form asks of one unit in one period: its items and rules, the rows of its tables, and who says what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Unit
from reports import checks, formulas
from reports.checks import Answer, Cell, Kind
from reports.models import FormVersion, Item, NotApplicable, Report, Row, Rule, Section, Source, Task
from reports.numbers import kept
from reports.progress import Column, column_of

Answers = Mapping[Cell, Answer]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: fixed by the form, or a task that the unit leads."""

    code: str
    title: str
    is_total: bool = False


@dataclass
class Terms:
    """What a form's version asks of one unit in one period, ready to be shown and evaluated.

    `rows` are the rows of each table by its section's key. `elsewhere` says by item code which form an item's number
    comes from (report once); `set_aside` are the items that do not concern the unit.
    """

    version: FormVersion
    items: list[Item]
    rules: list[Rule]
    rows: dict[int, list[Line]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    set_aside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, report: Report) -> "Terms":
        """What is asked of a report; two queries, one more for the rows of tables and one for the tasks of the unit.

        Select the report's unit, period and version with it.
        """
        return cls.asked(report.version, report.unit, report.period.first_day, report.period.last_day)

    @classmethod
    def asked(cls, version: FormVersion, unit: Unit | None, first_day: date, last_day: date) -> "Terms":
        """What a version asks of that unit, or of anybody, for a period with that window."""
        items = Item.objects.filter(version=version).select_related(
            "section", "indicator__numerator", "indicator__denominator"
        )
        elsewhere: dict[str, str] = {}
        set_aside: frozenset[str] = frozenset()
        if unit is not None:
            that = {"indicator": OuterRef("indicator"), "valid__contains": first_day}
            other = Source.objects.filter(**that, level=unit.level).exclude(form=version.form_id)
            items = (
                items.filter(Q(asked_of=None) | Q(asked_of=unit))
                .annotate(source=Subquery(other.values("form__code")[:1]))
                .annotate(is_set_aside=Exists(NotApplicable.objects.filter(**that, unit=unit)))
            )
        found = list(items)
        if unit is not None:
            elsewhere = {item.code: source for item in found if (source := getattr(item, "source", None))}
            set_aside = frozenset(item.code for item in found if getattr(item, "is_set_aside", False))
        rows = _rows({item.section_id: item.section for item in found}, unit, first_day, last_day)
        return cls(version, found, list(Rule.objects.filter(version=version)), rows, elsewhere, set_aside)

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @property
    def sections(self) -> list[tuple[Section, list[Item]]]:
        """The sections that ask something of the unit, with their items; one of tasks only where it leads some."""
        parts = [(section, list(items)) for section, items in groupby(self.items, key=lambda item: item.section)]
        return [(section, items) for section, items in parts if self.rows.get(section.pk) != []]

    def lines(self, item: Item) -> list[Line]:
        """The rows in which an item is asked, one without a code where it is no table's."""
        return self.rows.get(item.section_id, [Line(checks.WHOLE, "")])

    @cached_property
    def cells(self) -> list[Cell]:
        """Every cell of the form in its order, those that are computed too; ratios are none."""
        return [
            Cell(item.code, line.code)
            for _section, items in self.sections
            for item in items
            if not item.is_ratio
            for line in self.lines(item)
        ]

    @cached_property
    def typed(self) -> frozenset[Cell]:
        """The cells that people type in: neither computed nor a total, nor given from elsewhere, nor set aside."""
        return frozenset(
            Cell(item.code, line.code)
            for _section, items in self.sections
            for item in items
            if self.is_typed(item)
            for line in self.lines(item)
            if not line.is_total
        )

    def is_typed(self, item: Item) -> bool:
        """Whether a person types this item in, in whatever rows it has."""
        given = item.code in self.elsewhere or item.code in self.set_aside
        return not item.formula and not item.is_ratio and not given

    @cached_property
    def questionnaire(self) -> checks.Questionnaire:
        """The pure rules of the form."""
        stored = [item for _section, items in self.sections for item in items if not item.is_ratio]
        # A formula may name what is not asked of this unit: it is then not known, and never typed in.
        names = {item.code for item in stored}
        missing = {
            name
            for item in stored
            if item.formula
            for name in formulas.compile(item.formula).names
            if name not in names
        }
        return checks.Questionnaire(
            items=(*(self._spec(item) for item in stored), *(checks.ItemSpec(name, given=True) for name in missing)),
            rules=tuple(
                checks.RuleSpec(
                    code=rule.code,
                    left=formulas.compile(rule.left),
                    operator=rule.operator,
                    right=formulas.compile(rule.right),
                    severity=checks.Severity(rule.severity),
                )
                for rule in self.rules
            ),
            ratios={cell: formulas.compile(text) for cell, text in self.compared_ratios.items()},
            change_percent=self.version.change_percent,
        )

    def _spec(self, item: Item) -> checks.ItemSpec:
        lines = self.lines(item)
        return checks.ItemSpec(
            code=item.code,
            required=item.required,
            computed=formulas.compile(item.formula) if item.formula else None,
            decimals=item.decimals,
            minimum=None if item.negative else Decimal(),
            rows=tuple(line.code for line in lines if not line.is_total),
            total=next((line.code for line in lines if line.is_total), None),
            kind=Kind(item.kind),
            options=tuple(item.options),
            given=not self.is_typed(item) and not item.formula,
            renewed=self.means(item) == Column.OBSTACLE,
        )

    def means(self, item: Item) -> Column | None:
        """What the item says of each task where it is a column of a table of tasks."""
        return column_of(item.code) if item.section.shape == Section.Shape.TASKS else None

    def formula_of(self, item: Item) -> str:
        """How an item that is never typed in comes about; empty for one that is, and for a ratio without its parts.

        A ratio divides the items that ask for its two parts, in per cent where that is its unit of measure.
        """
        return self.ratios.get(item.code, "") if item.is_ratio else item.formula

    @cached_property
    def ratios(self) -> dict[str, str]:
        """The formulas of the ratios whose two parts the form asks for, by item code."""
        asking = {item.indicator_id: item.code for item in self.items if item.indicator_id}
        found = {}
        for item in self.items:
            ratio = item.indicator
            if ratio is None or ratio.numerator_id is None:
                continue
            above, below = asking.get(ratio.numerator_id), asking.get(ratio.denominator_id or 0)
            if above and below:
                found[item.code] = f"{above} / {below} * 100" if ratio.unit_of_measure == "%" else f"{above} / {below}"
        return found

    @cached_property
    def compared_ratios(self) -> dict[Cell, str]:
        """The formulas of the ratios that are looked at beside those of peers: of a table only those of its total."""
        found = {}
        for code, text in self.ratios.items():
            rows = self.lines(self.by_code[code])
            for line in rows:
                if line.is_total or len(rows) == 1:
                    found[Cell(code, line.code)] = text
        return found

    def with_ratios(self, numbers: checks.Numbers) -> dict[Cell, Decimal | None]:
        """These numbers and the ratios, which are never stored; not rounded, None where a part is not known."""
        found = {Cell(*cell): number for cell, number in numbers.items()}
        for item in self.items:
            if item.is_ratio:
                formula = formulas.compile(self.ratios[item.code]) if item.code in self.ratios else None
                for line in self.lines(item):
                    known = formulas.Known(numbers, line.code)
                    found[Cell(item.code, line.code)] = formula.value(known) if formula else None
        return found

    def computed(self, numbers: checks.Numbers, history: checks.History) -> dict[Cell, Decimal | None]:
        """The computed cells' numbers as they are stored, totals of tables among them, given the typed ones."""
        return {cell: kept(number) for cell, number in self.questionnaire.computed(numbers, history).items()}

    def problems(self, answers: Answers, history: checks.History) -> list[checks.Problem]:
        """Everything that is wrong with these answers."""
        return self.questionnaire.problems(answers, history)


def _rows(sections: Mapping[int, Section], unit: Unit | None, first_day: date, last_day: date) -> dict[int, list[Line]]:
    """The rows of those sections that have some, by the section's key."""
    rows: dict[int, list[Line]] = {pk: [] for pk, one in sections.items() if one.shape != Section.Shape.LINES}
    if any(one.shape == Section.Shape.TABLE for one in sections.values()):
        for row in Row.objects.filter(section__in=rows).order_by("section", "position"):
            rows[row.section_id].append(Line(row.code, row.title, row.is_total))
    tasks = [pk for pk, one in sections.items() if one.shape == Section.Shape.TASKS]
    if tasks:
        led = Task.objects.filter(starts_on__lte=last_day, due_on__gte=first_day)
        lines = [Line(task.code, task.title) for task in (led.filter(lead=unit) if unit else led[:3])]
        rows |= dict.fromkeys(tasks, lines)
    return rows
