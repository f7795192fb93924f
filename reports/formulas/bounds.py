"""Finds the rules that no answers could ever satisfy, from the bounds between which each part must lie."""

from collections.abc import Callable, Collection
from decimal import Decimal, DecimalException, localcontext
from typing import NamedTuple, assert_never

from reports.formulas.formula import ARITHMETIC, Comparison
from reports.formulas.nodes import CALLS, Absent, Call, Cell, Chain, Choice, Earlier, Given, Name, Node, Number, Sum


class Bounds(NamedTuple):
    """Between which two numbers a part lies, both included."""

    low: Decimal
    high: Decimal


NONE, ENDLESS = Decimal(0), Decimal("Infinity")

# Beyond these bounds, each comparison is false.
NEVER: dict[str, Callable[[Bounds, Bounds], bool]] = {
    "<=": lambda left, right: left.low > right.high,
    "<": lambda left, right: left.low >= right.high,
    ">=": lambda left, right: left.high < right.low,
    ">": lambda left, right: left.high <= right.low,
    "=": lambda left, right: left.low > right.high or left.high < right.low,
    "!=": lambda left, right: left.low == left.high == right.low == right.high,
}


def never_holds(comparison: Comparison, *, signed: Collection[str] = ()) -> bool:
    """Whether a rule is broken by every answer: never true wrongly, though not every such rule is found.

    Numbers are taken to be zero or more, but for the items in `signed`, such as computed differences. A rule
    with a side that can never be known is skipped, not broken.
    """
    left, right = comparison.left.tree, comparison.right.tree
    try:
        with localcontext(ARITHMETIC):
            apart = NEVER[comparison.operator](_bounds(left, signed), _bounds(right, signed))
    except (Absent, DecimalException):
        return False
    return apart or (left == right and comparison.operator in {"<", ">", "!="})


def _bounds(node: Node, signed: Collection[str]) -> Bounds:
    """Where the values of a node lie that are known at all; rounding keeps order, so the bounds' own is no harm."""
    match node:
        case Number():
            return Bounds(node.number, node.number)
        case Name() | Cell():
            return Bounds(-ENDLESS if node.code in signed else NONE, ENDLESS)
        case Chain():
            total = _bounds(node.first, signed)
            for sign, part in node.steps:
                total = _chained(sign, total, _bounds(part, signed))
            return total
        case Call():
            return _called(node.function, [_bounds(part, signed) for part in node.parts])
        case Given():
            return _one_of(node.parts, signed)
        case Choice():
            return _one_of((node.then, node.otherwise), signed)
        case Earlier():
            return _bounds(node.parts[0], signed)
        case Sum():
            low, high = _bounds(node.parts[0], signed)
            return Bounds(low if low >= 0 else -ENDLESS, high if high <= 0 else ENDLESS)
        case _:
            assert_never(node)


def _one_of(parts: tuple[Node, ...], signed: Collection[str]) -> Bounds:
    """The bounds of whichever part it is, leaving out those that are never known."""
    found = []
    for part in parts:
        try:
            found.append(_bounds(part, signed))
        except Absent:
            continue
    if not found:
        raise Absent
    return Bounds(min(one.low for one in found), max(one.high for one in found))


def _called(function: str, parts: list[Bounds]) -> Bounds:
    if function in {"min", "max"}:
        choose = CALLS[function]
        return Bounds(choose(*(one.low for one in parts)), choose(*(one.high for one in parts)))
    ((low, high),) = parts
    if function == "abs":
        return Bounds(NONE if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high)))
    return Bounds(-high, -low)


def _chained(sign: str, left: Bounds, right: Bounds) -> Bounds:
    if sign == "+":
        return Bounds(left.low + right.low, left.high + right.high)
    if sign == "-":
        return Bounds(left.low - right.high, left.high - right.low)
    if sign == "/" and right == (NONE, NONE):
        raise Absent
    if sign == "/" and right.low < 0 < right.high:
        return Bounds(-ENDLESS, ENDLESS)
    combine = _times if sign == "*" else _over if right.low >= 0 else _under
    ends = [combine(one, other) for one in left for other in right]
    return Bounds(min(ends), max(ends))


def _times(one: Decimal, other: Decimal) -> Decimal:
    """A product; nothing of what has no end is nothing."""
    return one * other if one and other else NONE


def _over(one: Decimal, other: Decimal) -> Decimal:
    """A quotient by what is zero or more; by next to nothing it has no end."""
    if not other:
        return ENDLESS.copy_sign(one) if one else NONE
    return NONE if one.is_infinite() and other.is_infinite() else one / other


def _under(one: Decimal, other: Decimal) -> Decimal:
    """A quotient by what is zero or less."""
    return _over(-one, -other)
