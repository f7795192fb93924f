"""The language of formulas: what a computed item adds up and what a rule compares, never run as code.

A formula reads `signed / (signed + paper) * 100`: numbers with a decimal point, codes of items, + - * /, a
sign and parentheses. A rule compares two of them, once: `online + in_person <= received`.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import (
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import cache, lru_cache
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

LONGEST = 500  # characters of a formula
LONGEST_NUMBER = 30  # characters of a number written in it
DEEPEST = 30  # levels of parentheses and signs
LARGEST = Decimal(10) ** 17  # a result beyond it is no figure of an office, and no column holds it

ARITHMETIC = Context(prec=34, traps=[DivisionByZero, InvalidOperation, Overflow])

GRAMMAR = r"""
    formula:    sum
    comparison: sum COMPARED sum

    ?sum:     product
            | product ((PLUS | MINUS) product)+  -> chain
    ?product: factor
            | factor ((TIMES | OVER) factor)+    -> chain
    ?factor:  MINUS factor                       -> negative
            | NUMBER                             -> number
            | NAME                               -> name
            | "(" sum ")"

    PLUS:     "+"
    MINUS:    "-"
    TIMES:    "*"
    OVER:     "/"
    COMPARED: /<=|>=|!=|<|>|=/
    NUMBER:   /[0-9]+([.][0-9]+)?/
    NAME:     /[a-z][a-z0-9_]*/

    %ignore /[ \t\r\n]+/
"""

OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "=": operator.eq,
    "!=": operator.ne,
}

Values = Mapping[str, Decimal | None]


class FormulaError(ValueError):
    """A formula that cannot be read: why, in one sentence, and at which character, counted from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class Absent(Exception):
    """A value the formula names is not known, so neither is the result."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    number: Decimal
    names: frozenset[str] = frozenset()
    depth: int = 1

    def value(self, values: Values) -> Decimal:
        """The number itself."""
        return self.number


@dataclass(frozen=True, slots=True)
class Name:
    """The code of an item."""

    code: str
    names: frozenset[str]
    depth: int = 1

    def value(self, values: Values) -> Decimal:
        """What the item was answered; raises Absent where it was not."""
        number = values.get(self.code)
        if number is None:
            raise Absent(self.code)
        return number


@dataclass(frozen=True, slots=True)
class Negative:
    """A sign before a part."""

    part: "Node"
    names: frozenset[str]
    depth: int

    def value(self, values: Values) -> Decimal:
        """The part with its sign turned."""
        return -self.part.value(values)


@dataclass(frozen=True, slots=True)
class Chain:
    """Terms added and subtracted, or factors multiplied and divided, from left to right."""

    first: "Node"
    steps: tuple[tuple[str, "Node"], ...]
    names: frozenset[str]
    depth: int

    def value(self, values: Values) -> Decimal:
        """The first part, with each step applied to it in turn."""
        total = self.first.value(values)
        for sign, part in self.steps:
            total = OPERATIONS[sign](total, part.value(values))
        return total


Node = Number | Name | Negative | Chain


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its text, and the codes of the items it names."""

    text: str
    names: frozenset[str]
    tree: Node = field(compare=False, repr=False)

    def value(self, values: Values) -> Decimal | None:
        """The result, to 34 digits and not rounded further; None where it is not known.

        Not known is a formula that names an absent value, divides by zero or exceeds LARGEST.
        """
        try:
            with localcontext(ARITHMETIC):
                number = self.tree.value(values)
                return number if abs(number) < LARGEST else None
        except (Absent, DecimalException):
            return None

    def place(self, name: str) -> int:
        """At which character the formula first names that item, counted from 0."""
        found = re.search(rf"\b{re.escape(name)}\b", self.text)
        return found.start() if found else 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a rule asserts of two formulas; `operator` is a key of COMPARISONS."""

    left: Formula
    operator: str
    right: Formula

    def holds(self, values: Values) -> bool | None:
        """Whether it is true; None where a side is not known."""
        left, right = self.left.value(values), self.right.value(values)
        if left is None or right is None:
            return None
        return COMPARISONS[self.operator](left, right)


@lru_cache(maxsize=1024)
def compile(text: str) -> Formula:  # noqa: A001 -- as re.compile
    """Read a formula; raises FormulaError at the character that cannot be read."""
    tree: Node = _read(text, "formula")
    return Formula(text, tree.names, tree)


@lru_cache(maxsize=1024)
def compile_rule(text: str) -> Comparison:
    """Read a rule, two formulas with one of COMPARISONS between them; raises FormulaError."""
    left, compared, right = _read(text, "comparison")
    before, after = text[: compared.start_pos].strip(), text[compared.end_pos :].strip()
    return Comparison(Formula(before, left.names, left), str(compared), Formula(after, right.names, right))


def _read(text: str, start: str) -> Any:
    if len(text) > LONGEST:
        raise FormulaError("The formula is too long.", LONGEST)
    try:
        return _parser().parse(text, start=start)
    except UnexpectedInput as unexpected:
        raise _refusal(unexpected, text) from None


def _refusal(unexpected: UnexpectedInput, text: str) -> FormulaError:
    """The parser's complaint in the words of whoever wrote the formula."""
    if not text.strip():
        return FormulaError("The formula is empty.", 0)
    if isinstance(unexpected, UnexpectedCharacters):
        return FormulaError("This character has no meaning in a formula.", cast("int", unexpected.pos_in_stream))
    if isinstance(unexpected, UnexpectedToken) and unexpected.token.type != "$END":
        position = unexpected.token.start_pos or 0
        if unexpected.token.type == "COMPARED":
            return FormulaError("Only a rule compares, and only once.", position)
        return FormulaError("Something is missing before this place.", position)
    return FormulaError("The formula ends too early.", len(text))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", start=["formula", "comparison"], transformer=_Build())


class _Build(Transformer[Token, Any]):
    """Makes the nodes while the text is read, so that no depth of parentheses can exhaust the stack."""

    def number(self, parts: list[Token]) -> Number:
        (written,) = parts
        if len(written) > LONGEST_NUMBER:
            raise FormulaError("This number is too long.", written.start_pos or 0)
        return Number(Decimal(written))

    def name(self, parts: list[Token]) -> Name:
        (code,) = parts
        return Name(str(code), frozenset([str(code)]))

    def negative(self, parts: list[Any]) -> Negative:
        sign, part = parts
        return Negative(part, part.names, _deeper(sign, [part]))

    def chain(self, parts: list[Any]) -> Chain:
        nodes, signs = parts[::2], parts[1::2]
        names = frozenset[str]().union(*(node.names for node in nodes))
        steps = tuple(zip(map(str, signs), nodes[1:], strict=True))
        return Chain(nodes[0], steps, names, _deeper(signs[0], nodes))

    def formula(self, parts: list[Node]) -> Node:
        return parts[0]

    def comparison(self, parts: list[Any]) -> list[Any]:
        return parts


def _deeper(sign: Token, nodes: list[Node]) -> int:
    depth = 1 + max(node.depth for node in nodes)
    if depth > DEEPEST:
        raise FormulaError("The formula is nested too deeply.", sign.start_pos or 0)
    return depth
