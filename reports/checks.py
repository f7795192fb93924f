"""What is wrong with a set of answers, as a list, and what its computed items come to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from reports.formulas import COMPARISONS, Formula, FormulaError, Values
from reports.numbers import LONGEST, TOO_LONG

WHOLE = ""  # the row of an item that is no table


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


class Severity(StrEnum):
    """What a problem does: block the submission, or ask for a note."""

    ERROR = "error"
    WARNING = "warning"


class Absence(StrEnum):
    """Why an answer has no number: not known yet, or never asked of this unit."""

    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, order=True, slots=True)
class Cell:
    """One place to answer: an item, and its row where the item is a table."""

    item: str
    row: str = WHOLE


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered in a cell; a nil is the number 0, and an answer with nothing in it is a blank."""

    number: Decimal | None = None
    text: str = ""
    absence: Absence | None = None

    @property
    def is_blank(self) -> bool:
        """Whether the cell is still unanswered."""
        return self.number is None and not self.text.strip() and self.absence is None


BLANK = Answer()


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """What an item asks: a computed one has a formula and is never typed in."""

    code: str
    required: bool = False
    computed: Formula | None = None
    decimals: int = 0
    minimum: Decimal | None = Decimal(0)
    rows: tuple[str, ...] = (WHOLE,)


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """What must hold between two formulas; `operator` is a key of formulas.COMPARISONS."""

    code: str
    left: Formula
    operator: str
    right: Formula
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one cell; `code` and `parameters` are put into words by labels.

    | code          | parameters                                            |
    |---------------|-------------------------------------------------------|
    | unanswered    | none                                                  |
    | below_minimum | number, minimum                                       |
    | too_precise   | number, decimals (how many are allowed)               |
    | too_long      | number, digits (how many before the comma)            |
    | rule_broken   | rule (its code), left and right (numbers), operator   |
    """

    item: str
    row: str
    severity: Severity
    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)


def order(items: Iterable[ItemSpec]) -> tuple[ItemSpec, ...]:
    """The computed items, each after those its formula names.

    Raises FormulaError, at its place in the formula, for a name that is no item of the form and for items
    that need one another in a circle.
    """
    known = {item.code: item for item in items}
    formulas = {code: item.computed for code, item in known.items() if item.computed}
    for formula in formulas.values():
        for name in sorted(formula.names - set(known)):
            raise FormulaError("The formula names no item of this form here.", formula.place(name))
    try:
        needs = {code: formula.names for code, formula in formulas.items()}
        return tuple(known[code] for code in TopologicalSorter(needs).static_order() if code in formulas)
    except CycleError as circle:
        named, naming = circle.args[1][:2]
        place = formulas[naming].place(named)
        raise FormulaError("Here computed items need one another in a circle.", place) from None


def computed(items: Sequence[ItemSpec], values: Values) -> dict[str, Decimal | None]:
    """What each computed item comes to, from the numbers typed in one row; None where it is not known.

    Results are not rounded: screens round on reading. Raises FormulaError as `order` does.
    """
    known = dict(values)
    results: dict[str, Decimal | None] = {}
    for item in order(items):
        if item.computed:
            known[item.code] = results[item.code] = item.computed.value(known)
    return results


def problems(items: Sequence[ItemSpec], rules: Sequence[RuleSpec], answers: Mapping[Cell, Answer]) -> list[Problem]:
    """All that is wrong with the answers: first cell by cell, in the form's order, then rule by rule.

    A rule with a side that is not known is skipped: the blank itself is the problem, if it is one.
    """
    rows = dict.fromkeys(row for item in items for row in item.rows)
    known = {row: _numbers(items, answers, row) for row in rows}
    return [
        *(problem for item in items for row in item.rows for problem in _of_cell(item, row, answers)),
        *(problem for rule in rules for row in rows for problem in _of_rule(items, rule, row, known[row])),
    ]


def _numbers(items: Sequence[ItemSpec], answers: Mapping[Cell, Answer], row: str) -> Values:
    typed = {item.code: answers.get(Cell(item.code, row), BLANK).number for item in items if not item.computed}
    return typed | computed(items, typed)


def _of_cell(item: ItemSpec, row: str, answers: Mapping[Cell, Answer]) -> Iterator[Problem]:
    if item.computed:
        return
    answer = answers.get(Cell(item.code, row), BLANK)
    if item.required and answer.is_blank:
        yield Problem(item.code, row, Severity.ERROR, "unanswered")
    if answer.number is not None:
        for code, limits in _breaches(item, answer.number):
            yield Problem(item.code, row, Severity.ERROR, code, {"number": answer.number} | limits)


def _breaches(item: ItemSpec, number: Decimal) -> Iterator[tuple[str, dict[str, object]]]:
    if abs(number) >= TOO_LONG:
        yield "too_long", {"digits": LONGEST}
    elif 10**item.decimals % number.as_integer_ratio()[1]:
        yield "too_precise", {"decimals": item.decimals}
    if item.minimum is not None and number < item.minimum:
        yield "below_minimum", {"minimum": item.minimum}


def _of_rule(items: Sequence[ItemSpec], rule: RuleSpec, row: str, values: Values) -> Iterator[Problem]:
    left, right = rule.left.value(values), rule.right.value(values)
    if left is None or right is None or COMPARISONS[rule.operator](left, right):
        return
    sides = {"rule": rule.code, "left": left, "operator": rule.operator, "right": right}
    yield Problem(_first_typed(items, rule), row, rule.severity, "rule_broken", sides)


def _first_typed(items: Sequence[ItemSpec], rule: RuleSpec) -> str:
    """The first item the rule names that a person types in; the first it names where all are computed."""
    named = [name for side in (rule.left, rule.right) for name in sorted(side.names, key=side.place)]
    typed = {item.code for item in items if not item.computed}
    return next((name for name in named if name in typed), next(iter(named), ""))
