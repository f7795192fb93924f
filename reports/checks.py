"""What is wrong with a set of answers, as a list, and what its computed items come to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from reports.formulas import COMPARISONS, Formula, FormulaError, Known
from reports.numbers import LONGEST, TOO_LONG
from reports.outliers import Spread, stands_out

WHOLE = ""  # the row of an item that is no table

SMALL = 30  # two numbers below it are never compared for their change

NOTHING_TO_TELL = frozenset({"không", "không có", "chưa có", "không phát sinh", "không có vướng mắc"})
"""Texts that may well be the same in every period."""

LONGEST_TEXT = 20_000  # characters of a narrative


class Kind(StrEnum):
    """What an item takes."""

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    FILE = "file"


NUMERIC = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.YES_NO)
"""The kinds whose answer is a number; yes is 1 and no is 0."""

ADDED_UP = (Kind.NUMBER, Kind.MONEY)
"""The kinds that the total row of a table adds up, and whose change from the last period means something."""


class Severity(StrEnum):
    """What a problem does: block the submission, or ask for a note."""

    ERROR = "error"
    WARNING = "warning"


class Absence(StrEnum):
    """Why an answer has no number: not known yet, or never asked of this unit."""

    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


class Cell(NamedTuple):
    """One place to answer: an item, and its row where the item is a table's."""

    item: str
    row: str = WHOLE


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered in a cell; a nil is the number 0, and an answer with nothing in it is a blank.

    `cause` (a key of labels.CAUSES) and `note` explain an absence or a warning; they answer nothing by themselves.
    """

    number: Decimal | None = None
    text: str = ""
    absence: Absence | None = None
    cause: str = ""
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether the cell is still unanswered."""
        return self.number is None and not self.text.strip() and self.absence is None

    @property
    def is_noted(self) -> bool:
        """Whether it explains itself: by a note, or by a cause that says enough alone."""
        return bool(self.note.strip()) or self.cause not in ("", "other")


BLANK = Answer()

Numbers = Mapping[tuple[str, str], Decimal | None]
"""Numbers by item and row."""


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """What an item asks: a computed one has a formula and is never typed in.

    `rows` are the rows of its table without the `total` row, which is not typed in either. `given` are items whose
    numbers come from elsewhere: shown, but neither required nor checked. A `renewed` text is to be written anew each
    period: one that was only copied is asked about.
    """

    code: str
    required: bool = False
    computed: Formula | None = None
    decimals: int = 0
    minimum: Decimal | None = Decimal(0)
    rows: tuple[str, ...] = (WHOLE,)
    total: str | None = None
    kind: Kind = Kind.NUMBER
    options: tuple[str, ...] = ()
    given: bool = False
    renewed: bool = False

    @property
    def all_rows(self) -> tuple[str, ...]:
        """Its rows, the total last."""
        return self.rows if self.total is None else (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """What must hold between two formulas; `operator` is a key of formulas.COMPARISONS."""

    code: str
    left: Formula
    operator: str
    right: Formula
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class History:
    """What is known from before, by item and row: the period before, the same period last year, and what is usual.

    `previous_texts` are the texts of the period before, of the items that are to be written anew.
    """

    previous: Numbers = field(default_factory=dict)
    same_last_year: Numbers = field(default_factory=dict)
    own: Mapping[tuple[str, str], Spread] = field(default_factory=dict)
    peers: Mapping[Cell, Spread] = field(default_factory=dict)
    previous_texts: Mapping[tuple[str, str], str] = field(default_factory=dict)


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one cell; `code` and `parameters` are put into words by labels.

    | code               | parameters                                            |
    |--------------------|-------------------------------------------------------|
    | unanswered         | none                                                  |
    | below_minimum      | number, minimum                                       |
    | too_precise        | number, decimals (how many are allowed)               |
    | too_long           | number, digits (how many before the comma)            |
    | text_too_long      | characters (how many are allowed)                     |
    | no_such_choice     | text                                                  |
    | no_reason          | none: an absence without its reason                   |
    | rule_broken        | rule (its code), left and right (numbers), operator   |
    | large_change       | number, previous, percent (the limit)                 |
    | unusual            | number, median: among the unit's own earlier ones     |
    | unlike_peers       | number, median: of units of its kind                  |
    | obstacle_unchanged | none: the text of the last period was only copied     |

    A warning is `noted` once its cell says why.
    """

    item: str
    row: str
    severity: Severity
    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    noted: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the report cannot be submitted as long as it stands."""
        return self.severity == Severity.ERROR or not self.noted


def order(items: Iterable[ItemSpec]) -> tuple[ItemSpec, ...]:
    """The computed items, each after those its formula needs of the same report.

    Raises FormulaError, at its place in the formula, for a name that is no item of the form and for items
    that need one another in a circle.
    """
    known = {item.code: item for item in items}
    formulas = {code: item.computed for code, item in known.items() if item.computed}
    for formula in formulas.values():
        for name in sorted(formula.names - set(known)):
            raise FormulaError("The formula names no item of this form here.", formula.place(name))
    try:
        needs = {code: formula.needs for code, formula in formulas.items()}
        return tuple(known[code] for code in TopologicalSorter(needs).static_order() if code in formulas)
    except CycleError as circle:
        named, naming = circle.args[1][:2]
        place = formulas[naming].place(named)
        raise FormulaError("Here computed items need one another in a circle.", place) from None


@dataclass(frozen=True)
class Questionnaire:
    """The items and rules of a form as asked of one unit, ready to be computed and checked.

    `ratios` are formulas of quotients by cell, looked at beside those of peers; `change_percent` is the change
    from the last period beyond which a note is asked for, None for never.
    """

    items: tuple[ItemSpec, ...]
    rules: tuple[RuleSpec, ...] = ()
    ratios: Mapping[Cell, Formula] = field(default_factory=dict)
    change_percent: int | None = None

    def computed(self, numbers: Numbers, history: History = NO_HISTORY) -> dict[Cell, Decimal | None]:
        """What each computed cell comes to, from the typed ones: totals of tables, then formulas; None if unknown.

        Results are not rounded: screens round on reading. Raises FormulaError as `order` does.
        """
        return self._work_out(dict(numbers), history)

    def problems(self, answers: Mapping[Cell, Answer], history: History = NO_HISTORY) -> list[Problem]:
        """All that is wrong with the answers: cell by cell in the form's order, rule by rule, then what is unusual.

        A rule with a side that is not known is skipped: the blank itself is the problem, if it is one.
        """
        cells: dict[tuple[str, str], Decimal | None] = {
            cell: answer.number for cell, answer in answers.items() if cell.item not in self._computed_codes
        }
        self._work_out(cells, history)
        known = {row: self._known(cells, history, row) for row in self._rows}
        found = [
            *(problem for item in self.items for row in item.rows for problem in _of_cell(item, row, answers)),
            *(problem for asked in self._asked for problem in self._of_rule(*asked, answers, known)),
            *self._copied(answers, history),
        ]
        broken = {(problem.item, problem.row) for problem in found}
        return found + [
            one for one in self._unusual(cells, answers, history, known) if (one.item, one.row) not in broken
        ]

    @cached_property
    def _in_order(self) -> tuple[ItemSpec, ...]:
        return order(self.items)

    @cached_property
    def _by_code(self) -> dict[str, ItemSpec]:
        return {item.code: item for item in self.items}

    @cached_property
    def _computed_codes(self) -> frozenset[str]:
        return frozenset(item.code for item in self.items if item.computed)

    @cached_property
    def _rows(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([WHOLE, *(row for item in self.items for row in item.all_rows)]))

    @cached_property
    def _added_rows(self) -> dict[str, tuple[str, ...]]:
        return {item.code: item.rows for item in self.items}

    @cached_property
    def _asked(self) -> list[tuple[RuleSpec, tuple[str, ...], str]]:
        """Each rule with the rows it is asked in and the item it is told at."""
        return [(rule, *self._place(rule)) for rule in self.rules]

    def _known(self, cells: Numbers, history: History, row: str) -> Known:
        return Known(cells, row, self._added_rows, history.previous, history.same_last_year)

    def _work_out(self, cells: dict[tuple[str, str], Decimal | None], history: History) -> dict[Cell, Decimal | None]:
        """Add the computed cells to `cells`, and give them alone."""
        results: dict[Cell, Decimal | None] = {}
        for item in self.items:
            if item.total is not None and not item.computed and item.kind in ADDED_UP:
                known = [cells.get((item.code, row)) for row in item.rows]
                numbers = [number for number in known if number is not None]
                whole = sum(numbers, Decimal()) if len(numbers) == len(known) else None
                cells[item.code, item.total] = results[Cell(item.code, item.total)] = whole
        for item in self._in_order:
            if item.computed:
                for row in item.all_rows:
                    result = item.computed.value(self._known(cells, history, row))
                    cells[item.code, row] = results[Cell(item.code, row)] = result
        return results

    def _place(self, rule: RuleSpec) -> tuple[tuple[str, ...], str]:
        """The rows in which a rule is asked, the total last, and the first item it names that a person types in."""
        named = [
            name
            for side in (rule.left, rule.right)
            for name in sorted(side.names, key=side.place)
            if name in self._by_code
        ]
        whole = set[str]()
        for side in (rule.left, rule.right):
            whole |= side.over_rows | {name for name, _row in side.rows_named}
        bare = [name for name in named if name not in whole]
        rows = next((self._by_code[name].all_rows for name in bare if self._by_code[name].rows != (WHOLE,)), (WHOLE,))
        typed = next((name for name in named if not self._by_code[name].computed), next(iter(named), ""))
        return rows, typed

    def _of_rule(
        self,
        rule: RuleSpec,
        rows: tuple[str, ...],
        item: str,
        answers: Mapping[Cell, Answer],
        known: Mapping[str, Known],
    ) -> Iterator[Problem]:
        spec = self._by_code.get(item)
        total = spec.total if spec else None
        broken = False
        for row in rows:
            if broken and row == total:
                return  # the rows have said it already
            left, right = rule.left.value(known[row]), rule.right.value(known[row])
            if left is None or right is None or COMPARISONS[rule.operator](left, right):
                continue
            broken = True
            place = row if spec is None or row in spec.all_rows else spec.all_rows[-1]
            sides = {"rule": rule.code, "left": left, "operator": rule.operator, "right": right}
            noted = answers.get(Cell(item, place), BLANK).is_noted
            yield Problem(item, place, rule.severity, "rule_broken", sides, noted)

    def _unusual(
        self, cells: Numbers, answers: Mapping[Cell, Answer], history: History, known: Mapping[str, Known]
    ) -> Iterator[Problem]:
        """At most one warning a cell: a large change, else what is unusual for the unit; ratios beside their peers."""
        for spec in self.items:
            if spec.kind not in ADDED_UP or spec.computed or spec.given:
                continue
            for row in spec.rows if spec.total is None else (spec.total,):
                number = cells.get((spec.code, row))
                if number is None:
                    continue
                found = self._change(number, history.previous.get((spec.code, row)))
                usual = history.own.get((spec.code, row))
                if found is None and usual and stands_out(number, usual):
                    found = ("unusual", {"number": number, "median": usual.median})
                if found:
                    noted = answers.get(Cell(spec.code, row), BLANK).is_noted
                    yield Problem(spec.code, row, Severity.WARNING, *found, noted)
        for cell, usual in history.peers.items():
            formula = self.ratios.get(cell)
            number = formula.value(known[cell.row]) if formula else None
            if formula and number is not None and stands_out(number, usual):
                item = min(formula.names, key=formula.place)
                noted = answers.get(Cell(item, cell.row), BLANK).is_noted
                facts = {"number": number, "median": usual.median}
                yield Problem(item, cell.row, Severity.WARNING, "unlike_peers", facts, noted)

    def _copied(self, answers: Mapping[Cell, Answer], history: History) -> Iterator[Problem]:
        """A warning at every text to be written anew that says just what it said in the period before."""
        for spec in self.items:
            for row in spec.rows if spec.renewed else ():
                answer = answers.get(Cell(spec.code, row), BLANK)
                before = history.previous_texts.get((spec.code, row), "")
                said = " ".join(answer.text.split())
                if said and said == " ".join(before.split()) and said.rstrip(".").lower() not in NOTHING_TO_TELL:
                    yield Problem(spec.code, row, Severity.WARNING, "obstacle_unchanged", noted=answer.is_noted)

    def _change(self, number: Decimal, previous: Decimal | None) -> tuple[str, dict[str, object]] | None:
        if self.change_percent is None or previous is None or (number < SMALL and previous < SMALL):
            return None
        if abs(number - previous) * 100 <= self.change_percent * abs(previous):
            return None
        return "large_change", {"number": number, "previous": previous, "percent": self.change_percent}


def _of_cell(item: ItemSpec, row: str, answers: Mapping[Cell, Answer]) -> Iterator[Problem]:
    if item.computed or item.given:
        return
    answer = answers.get(Cell(item.code, row), BLANK)
    if item.required and answer.is_blank:
        yield Problem(item.code, row, Severity.ERROR, "unanswered")
    if answer.absence == Absence.NO_DATA and not answer.note.strip():
        yield Problem(item.code, row, Severity.ERROR, "no_reason")
    for code, limits in breaches(item, answer):
        yield Problem(item.code, row, Severity.ERROR, code, limits)


def breaches(item: ItemSpec, answer: Answer) -> Iterator[tuple[str, dict[str, object]]]:
    """What an item does not take of an answer, as (code, parameters) of a Problem."""
    number = answer.number
    if number is not None:
        if abs(number) >= TOO_LONG:
            yield "too_long", {"number": number, "digits": LONGEST}
        elif 10**item.decimals % number.as_integer_ratio()[1]:
            yield "too_precise", {"number": number, "decimals": item.decimals}
        if item.minimum is not None and number < item.minimum:
            yield "below_minimum", {"number": number, "minimum": item.minimum}
        if item.kind == Kind.YES_NO and number not in (0, 1):
            yield "no_such_choice", {"text": format(number, "f")}
    if item.kind == Kind.CHOICE and answer.text and answer.text not in item.options:
        yield "no_such_choice", {"text": answer.text}
    if len(answer.text) > LONGEST_TEXT:
        yield "text_too_long", {"characters": LONGEST_TEXT}


def problems(
    items: Sequence[ItemSpec], rules: Sequence[RuleSpec], answers: Mapping[Cell, Answer], history: History = NO_HISTORY
) -> list[Problem]:
    """All that is wrong with the answers to these items under these rules: Questionnaire.problems in one call."""
    return Questionnaire(tuple(items), tuple(rules)).problems(answers, history)
