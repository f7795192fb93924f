"""What a form asks of one unit in one period: its items and rules, the rows of its tables, and who says what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db import connection

from accounts.models import Unit
from reports import checks, formulas
from reports.checks import Answer, Cell, Kind
from reports.models import FormVersion, Item, Report, Row, Rule, Section, Task
from reports.numbers import kept
from reports.progress import Column, column_of
from reports.shelf import Shelf

Answers = Mapping[Cell, Answer]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: fixed by the form, or a task that the unit leads."""

    code: str
    title: str
    is_total: bool = False


APART = """
    ARRAY(
        SELECT item.id FROM reports_item_asked_of asked JOIN reports_item item ON item.id = asked.item_id
        WHERE item.version_id = %(version)s GROUP BY item.id HAVING NOT bool_or(asked.unit_id = %(unit)s)
    ), ARRAY(
        SELECT item.code || ' ' || form.code
        FROM reports_item item
        JOIN reports_source source USING (indicator_id) JOIN reports_form form ON form.id = source.form_id
        WHERE item.version_id = %(version)s AND source.level = %(level)s AND source.valid @> %(first_day)s
          AND source.form_id <> %(form)s
    ), ARRAY(
        SELECT item.code FROM reports_item item JOIN reports_notapplicable aside USING (indicator_id)
        WHERE item.version_id = %(version)s AND aside.unit_id = %(unit)s AND aside.valid @> %(first_day)s
    ), (
        SELECT md5(string_agg(indicator::text, '' ORDER BY indicator.id))
        FROM reports_item item JOIN reports_indicator indicator ON indicator.id = item.indicator_id
        WHERE item.version_id = %(version)s
    )
"""
"""The columns of Apart, for a statement that reads more beside them; its parameters are those of `about`."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What sets a unit apart from the others that a version asks, in one period; the rest depends on the version alone.

    `not_asked` are the keys of the items that only others are asked. `elsewhere` and `set_aside` are as in Terms.
    `wording` tells apart how the indicators read: their names may be corrected while reports use the version.
    """

    not_asked: frozenset[int] = frozenset()
    elsewhere: frozenset[tuple[str, str]] = frozenset()
    set_aside: frozenset[str] = frozenset()
    wording: str = ""

    @classmethod
    def of(cls, version: FormVersion, unit: Unit, first_day: date) -> "Apart":
        """Read it; one query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {APART}", about(version, unit, first_day))
            return cls.read(*cursor.fetchall()[0])

    @classmethod
    def read(cls, not_asked: list[int], elsewhere: list[str], set_aside: list[str], wording: str | None) -> "Apart":
        """What the columns APART hold."""
        sources = [pair.split(" ", 1) for pair in elsewhere]
        return cls(
            frozenset(not_asked), frozenset((item, form) for item, form in sources), frozenset(set_aside), wording or ""
        )


def about(version: FormVersion, unit: Unit, first_day: date) -> dict[str, Any]:
    """The parameters of APART."""
    return {
        "version": version.pk,
        "form": version.form_id,
        "unit": unit.pk,
        "level": unit.level,
        "first_day": first_day,
    }


@dataclass
class Terms:
    """What a form's version asks of one unit in one period, ready to be shown and evaluated.

    `rows` are the rows of each table by its section's key. `elsewhere` says by item code which form an item's number
    comes from (report once); `set_aside` are the items that do not concern the unit. Nobody changes them: units that
    nothing sets apart share theirs.
    """

    version: FormVersion
    items: list[Item]
    rules: list[Rule]
    rows: dict[int, list[Line]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    set_aside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, report: Report, apart: Apart | None = None) -> "Terms":
        """What is asked of a report, whose version is therefore in use and does not change: it is read once a process.

        One query for what sets the unit apart, unless that is given, and one more for the tasks of the unit. Select
        the report's unit, period and version with it.
        """
        period = report.period
        if apart is None:
            apart = Apart.of(report.version, report.unit, period.first_day)
        key = (report.version_id, apart)
        terms = _in_use.get(key)
        if terms is None:
            terms = cls._read(report.version, apart)
            _in_use.keep(key, terms)
        return terms._with_tasks(report.unit, period.first_day, period.last_day)

    @classmethod
    def asked(cls, version: FormVersion, unit: Unit | None, first_day: date, last_day: date) -> "Terms":
        """What a version asks of that unit, or of anybody, for a period with that window; it may be a draft."""
        apart = Apart.of(version, unit, first_day) if unit else Apart()
        return cls._read(version, apart)._with_tasks(unit, first_day, last_day)

    @classmethod
    def _read(cls, version: FormVersion, apart: Apart) -> "Terms":
        """All but the tasks; two queries, one more for the rows of tables."""
        items = Item.objects.filter(version=version).select_related(
            "section", "indicator__numerator", "indicator__denominator"
        )
        found = [item for item in items if item.pk not in apart.not_asked]
        rows = _rows({item.section_id: item.section for item in found})
        rules = list(Rule.objects.filter(version=version))
        return cls(version, found, rules, rows, dict(apart.elsewhere), apart.set_aside)

    def _with_tasks(self, unit: Unit | None, first_day: date, last_day: date) -> "Terms":
        """These terms with the tasks that the unit leads, or some, as the rows of every table of tasks."""
        tables = {item.section_id for item in self.items if item.section.shape == Section.Shape.TASKS}
        if not tables:
            return self
        led = Task.objects.filter(starts_on__lte=last_day, due_on__gte=first_day)
        lines = [Line(task.code, task.title) for task in (led.filter(lead=unit) if unit else led[:3])]
        return replace(self, rows=self.rows | dict.fromkeys(tables, lines))

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
    def compared(self) -> frozenset[str]:
        """The items whose numbers are looked at beside the unit's own earlier ones: those typed in, if they add up."""
        return frozenset(
            spec.code
            for spec in self.questionnaire.items
            if spec.kind in checks.ADDED_UP and not spec.computed and not spec.given
        )

    @cached_property
    def total_rows(self) -> frozenset[str]:
        """The codes of the total rows of its tables."""
        return frozenset(line.code for lines in self.rows.values() for line in lines if line.is_total)

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


def _rows(sections: Mapping[int, Section]) -> dict[int, list[Line]]:
    """The fixed rows of those sections that are tables, by the section's key."""
    rows: dict[int, list[Line]] = {pk: [] for pk, one in sections.items() if one.shape != Section.Shape.LINES}
    if any(one.shape == Section.Shape.TABLE for one in sections.values()):
        for row in Row.objects.filter(section__in=rows).order_by("section", "position"):
            rows[row.section_id].append(Line(row.code, row.title, row.is_total))
    return rows


_in_use: Shelf[tuple[int, Apart], Terms] = Shelf(most=128)
"""The terms of versions that reports use, without tasks; triggers freeze all that they are made of."""


def version_of(report: Report) -> FormVersion:
    """The version with which a report was opened, read once a process: all of it is frozen, but the day it ends."""
    version = _versions.get(report.version_id)
    if version is None:
        version = FormVersion.objects.get(pk=report.version_id)
        _versions.keep(version.pk, version)
    return version


_versions: Shelf[int, FormVersion] = Shelf(most=128)
"""The versions that reports use."""
