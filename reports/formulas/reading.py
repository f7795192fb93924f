"""Reads the text of a formula into its nodes, or says where it cannot be read and why."""

import re
from decimal import Decimal
from functools import cache
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from reports.formulas.nodes import (
    Call,
    Cell,
    Chain,
    Choice,
    Compared,
    Condition,
    Denied,
    Earlier,
    Given,
    Joined,
    Name,
    Node,
    Number,
    Sum,
    walk,
)

LONGEST = 500  # characters of a formula
LONGEST_NUMBER = 30  # characters of a number written in it
DEEPEST = 30  # levels of functions and signs, and of parentheses around them

RESERVED = frozenset("sum previous same_last_year given min max abs if and or not".split())  # no codes of items

GRAMMAR = r"""
    formula:    terms
    comparison: terms COMPARED terms

    ?terms:   factors
            | factors ((PLUS | MINUS) factors)+              -> chain
    ?factors: factor
            | factor ((TIMES | OVER) factor)+                -> chain
    ?factor:  MINUS factor                                   -> call
            | NUMBER                                         -> number
            | NAME                                           -> name
            | NAME "[" ROW "]"                               -> cell
            | "(" terms ")"
            | SUM "(" terms ")"                              -> total
            | (PREVIOUS | SAME_LAST_YEAR) "(" terms ")"      -> earlier
            | GIVEN "(" terms "," terms ")"                  -> given
            | (MIN | MAX) "(" terms ("," terms)+ ")"         -> call
            | ABS "(" terms ")"                              -> call
            | IF "(" any "," terms "," terms ")"             -> choice

    ?any:     all
            | all (OR all)+                                  -> joined
    ?all:     one
            | one (AND one)+                                 -> joined
    ?one:     NOT one                                        -> denied
            | terms COMPARED terms                           -> compared
            | "(" any ")"

    PLUS:           "+"
    MINUS:          "-"
    TIMES:          "*"
    OVER:           "/"
    COMPARED:       /<=|>=|!=|<|>|=/
    SUM:            "sum"
    PREVIOUS:       "previous"
    SAME_LAST_YEAR: "same_last_year"
    GIVEN:          "given"
    MIN:            "min"
    MAX:            "max"
    ABS:            "abs"
    IF:             "if"
    NOT:            "not"
    AND.2:          /and(?![a-z0-9_])/
    OR.2:           /or(?![a-z0-9_])/
    NUMBER:         /[0-9]+([.][0-9]+)?/
    NAME:           /[a-z][a-z0-9_]*/
    ROW:            /[a-z0-9][a-z0-9_]*/

    %ignore /[ \t\r\n]+/
"""

JOINING = "Only the condition of an if joins comparisons, with and, or and not."
OUT_OF_PLACE = {
    "COMPARED": "Only a rule or the condition of an if compares, and only once.",
    "AND": JOINING,
    "OR": JOINING,
    "NOT": JOINING,
    "COMMA": "No comma can stand here; decimals follow a point.",
}


class FormulaError(ValueError):
    """A formula that cannot be read: why, in one sentence, and at which character, counted from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def read(text: str, start: str) -> Any:
    """The tree of a "formula", or the two trees of a "comparison" with its sign between them."""
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
        token, position = unexpected.token, unexpected.token.start_pos or 0
        name = re.search(r"[a-z][a-z0-9_]*\s*$", text[:position])
        if token.type == "LPAR" and name:
            return FormulaError("There is no function of this name.", name.start())
        return FormulaError(OUT_OF_PLACE.get(token.type, "Something is missing before this place."), position)
    return FormulaError("The formula ends too early.", len(text))


@cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        start=["formula", "comparison"],
        transformer=_Build(),
        lexer_callbacks={"NAME": _unreserved},
    )


def _unreserved(name: Token) -> Token:
    """The words of conditions are no codes of items where no condition stands either."""
    if name in RESERVED:
        raise FormulaError(JOINING, name.start_pos or 0)
    return name


class _Build(Transformer[Token, Any]):
    """Makes the nodes while the text is read, so that no depth of parentheses can exhaust the stack."""

    def number(self, parts: list[Token]) -> Number:
        (written,) = parts
        if len(written) > LONGEST_NUMBER:
            raise FormulaError("This number is too long.", written.start_pos or 0)
        return Number(Decimal(written))

    def name(self, parts: list[Token]) -> Name:
        return Name(str(parts[0]))

    def cell(self, parts: list[Token]) -> Cell:
        code, row = parts
        return Cell(str(code), str(row))

    def chain(self, parts: list[Any]) -> Chain:
        nodes, signs = parts[::2], parts[1::2]
        return Chain(nodes[0], tuple(zip(map(str, signs), nodes[1:], strict=True)), _deeper(signs[0], nodes))

    def call(self, parts: list[Any]) -> Call:
        function, *nodes = parts
        return Call(str(function), tuple(nodes), _deeper(function, nodes))

    def given(self, parts: list[Any]) -> Given:
        word, part, otherwise = parts
        return Given((part, otherwise), _deeper(word, parts[1:]))

    def total(self, parts: list[Any]) -> Sum:
        word, part = parts
        depth = _deeper(word, [part])
        for node in walk(part):
            if isinstance(node, Sum):
                raise FormulaError("A sum cannot stand inside another sum.", node.place)
        codes = frozenset(node.code for node in walk(part) if isinstance(node, Name))
        if not codes:
            raise FormulaError("This sum names no item whose rows it could add up.", word.start_pos or 0)
        return Sum((part,), codes, depth, word.start_pos or 0)

    def earlier(self, parts: list[Any]) -> Earlier:
        word, part = parts
        depth = _deeper(word, [part])
        for node in walk(part):
            if isinstance(node, Earlier):
                raise FormulaError("An earlier period cannot be asked for inside another one.", node.place)
        return Earlier(cast("Literal['previous', 'same_last_year']", str(word)), (part,), depth, word.start_pos or 0)

    def choice(self, parts: list[Any]) -> Choice:
        word, condition, then, otherwise = parts
        return Choice(condition, then, otherwise, _deeper(word, parts[1:]))

    def compared(self, parts: list[Any]) -> Compared:
        left, sign, right = parts
        return Compared(str(sign), (left, right), _deeper(sign, [left, right]))

    def joined(self, parts: list[Any]) -> Joined:
        return Joined(parts[1] == "or", tuple(parts[::2]), _deeper(parts[1], parts[::2]))

    def denied(self, parts: list[Any]) -> Denied:
        word, part = parts
        return Denied((part,), _deeper(word, [part]))

    def formula(self, parts: list[Node]) -> Node:
        return parts[0]

    def comparison(self, parts: list[Any]) -> list[Any]:
        return parts


def _deeper(sign: Token, nodes: list[Node | Condition]) -> int:
    depth = 1 + max(node.depth for node in nodes)
    if depth > DEEPEST:
        raise FormulaError("The formula is nested too deeply.", sign.start_pos or 0)
    return depth
