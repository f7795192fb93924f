"""Formulas and rules that were read: what they name, and what they come to."""

import re
from dataclasses import dataclass, field
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache

from reports.formulas.nodes import (
    COMPARISONS,
    NOTHING,
    Absent,
    Cell,
    Earlier,
    Known,
    Name,
    Node,
    Sum,
    Values,
    Whole,
    walk,
)
from reports.formulas.reading import read

LARGEST = Decimal(10) ** 17  # a result beyond it is no figure of an office, and no column holds it

ARITHMETIC = Context(prec=34, traps=[DivisionByZero, InvalidOperation, Overflow])


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its text, and the codes of the items it names, in all and for what."""

    text: str
    tree: Node = field(compare=False, repr=False)
    names: frozenset[str]
    needs: frozenset[str]  # of the present period: what must be worked out first
    history: frozenset[str]  # of an earlier period
    over_rows: frozenset[str]  # inside a sum, in the row that is being added
    rows_named: frozenset[tuple[str, str]]  # as (code, row)

    @classmethod
    def of(cls, text: str, tree: Node) -> "Formula":
        """The formula with what its nodes name."""
        present = [node for node in walk(tree, but_not_into=Earlier) if isinstance(node, Name | Cell)]
        nodes = list(walk(tree))
        earlier = [each for node in nodes if isinstance(node, Earlier) for each in walk(node)]
        needs = frozenset(node.code for node in present)
        history = frozenset(node.code for node in earlier if isinstance(node, Name | Cell))
        return cls(
            text,
            tree,
            names=needs | history,
            needs=needs,
            history=history,
            over_rows=frozenset(code for node in nodes if isinstance(node, Sum) for code in node.codes),
            rows_named=frozenset((node.code, node.row) for node in nodes if isinstance(node, Cell)),
        )

    def value(self, values: Values | Known) -> Decimal | None:
        """The result, to 34 digits and not rounded further; None where it is not known.

        Not known is a formula that needs an absent value, divides by zero or exceeds LARGEST. Numbers by code
        alone are those of the present period's cells without a row.
        """
        known = values if isinstance(values, Known) else NOTHING
        cells = values.cells if isinstance(values, Known) else Whole(values)
        try:
            with localcontext(ARITHMETIC):
                number = self.tree.value(known, cells, known.row)
                return number if abs(number) < LARGEST else None
        except (Absent, DecimalException):
            return None

    def place(self, name: str) -> int:
        """At which character the formula first names that item, counted from 0."""
        found = re.search(rf"\b{re.escape(name)}\b(?!\s*\])", self.text)
        return found.start() if found else 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a rule asserts of two formulas; `operator` is a key of COMPARISONS."""

    left: Formula
    operator: str
    right: Formula

    def holds(self, values: Values | Known) -> bool | None:
        """Whether it is true; None where a side is not known."""
        left, right = self.left.value(values), self.right.value(values)
        if left is None or right is None:
            return None
        return COMPARISONS[self.operator](left, right)


@lru_cache(maxsize=1024)
def compile(text: str) -> Formula:  # noqa: A001 -- as re.compile
    """Read a formula; raises FormulaError at the character that cannot be read."""
    return Formula.of(text, read(text, "formula"))


@lru_cache(maxsize=1024)
def compile_rule(text: str) -> Comparison:
    """Read a rule, two formulas with one of COMPARISONS between them; raises FormulaError."""
    left, compared, right = read(text, "comparison")
    before, after = text[: compared.start_pos].strip(), text[compared.end_pos :].strip()
    return Comparison(Formula.of(before, left), str(compared), Formula.of(after, right))
