"""Formulas that only add up: which cells they name, and how often each is counted."""

from collections.abc import Mapping
from decimal import Decimal

from reports.formulas.formula import Formula
from reports.formulas.nodes import Call, Cell, Chain, Condition, Name, Node, Number, Sum

Weights = dict[tuple[str, str], Decimal]
"""How often each cell, by (code of the item, row), enters a sum."""

Rows = Mapping[str, tuple[str, ...]]
"""The rows of each table by the code of its items, all but the total row."""


def weights(formula: Formula, row: str, rows: Rows) -> Weights | None:
    """The cells that the formula adds up in that row, each with its factor; None for one that does anything else.

    Such a formula holds for what is added up over periods as it holds in each of them.
    """
    found = _weights(formula.tree, row, rows)
    return {cell: factor for cell, factor in found.items() if factor} or None if found else None


def _weights(node: Node | Condition, row: str, rows: Rows) -> Weights | None:
    match node:
        case Name(code):
            return {(code, row if code in rows else ""): Decimal(1)}
        case Cell(code, named):
            return {(code, named): Decimal(1)}
        case Call("-", (part,)):
            return _times(_weights(part, row, rows), Decimal(-1))
        case Sum(parts=(part,), codes=codes):
            tables = {tuple(sorted(rows[code])) for code in codes if code in rows}
            return _added([_weights(part, each, rows) for each in tables.pop()]) if len(tables) == 1 else None
        case Chain(steps=steps) if all(sign in "+-" for sign, _part in steps):
            signs = [Decimal(1), *(Decimal(1 if sign == "+" else -1) for sign, _part in steps)]
            return _added([_times(_weights(part, row, rows), one) for part, one in zip(node.parts, signs, strict=True)])
        case Chain(Number(number), (("*", part),)) | Chain(part, (("*", Number(number)),)):
            return _times(_weights(part, row, rows), number)
        case _:
            return None


def _times(found: Weights | None, factor: Decimal) -> Weights | None:
    return None if found is None else {cell: weight * factor for cell, weight in found.items()}


def _added(parts: list[Weights | None]) -> Weights | None:
    total: Weights = {}
    for part in parts:
        if part is None:
            return None
        for cell, weight in part.items():
            total[cell] = total.get(cell, Decimal()) + weight
    return total
