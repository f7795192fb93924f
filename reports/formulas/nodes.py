"""What a formula is made of, and what each part is worth.

Each node gives its value from what is known, the cells of one period and the present row. It raises Absent, or a
DecimalException such as a division by zero, where there is none.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Literal

OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

CALLS: dict[str, Callable[..., Decimal]] = {"-": operator.neg, "abs": abs, "min": min, "max": max}

COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "=": operator.eq,
    "!=": operator.ne,
}

Values = Mapping[str, Decimal | None]
Cells = Mapping[tuple[str, str], Decimal | None]


class Absent(Exception):
    """A value the formula names is not known, so neither is the result."""


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers a formula may name, by (code of the item, row); an item that is no table has the row "".

    `row` is the present row, and `rows` says by the code of a table which rows a sum runs over: all but its
    total row. The two earlier periods are given in the same shape.
    """

    cells: Cells
    row: str = ""
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    previous: Cells = field(default_factory=dict)
    same_last_year: Cells = field(default_factory=dict)


class Whole(Mapping[tuple[str, str], Decimal | None]):
    """Numbers by the code of the item alone, seen as the cells of the row ""."""

    __slots__ = ("values_by_code",)

    def __init__(self, values: Values) -> None:
        self.values_by_code = values

    def __getitem__(self, cell: tuple[str, str]) -> Decimal | None:
        code, row = cell
        return None if row else self.values_by_code.get(code)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((code, "") for code in self.values_by_code)

    def __len__(self) -> int:
        return len(self.values_by_code)


NOTHING = Known({})


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    number: Decimal
    depth: int = 1
    parts: tuple[()] = ()

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The number itself."""
        return self.number


@dataclass(frozen=True, slots=True)
class Name:
    """The code of an item."""

    code: str
    depth: int = 1
    parts: tuple[()] = ()

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The item's cell in the present row; where the item has no such row, its cell without a row."""
        number = cells.get((self.code, row))
        if number is None and row and (self.code, row) not in cells and row not in known.rows.get(self.code, ()):
            number = cells.get((self.code, ""))
        if number is None:
            raise Absent(self.code)
        return number


@dataclass(frozen=True, slots=True)
class Cell:
    """The code of an item, and a row of its table."""

    code: str
    row: str
    depth: int = 1
    parts: tuple[()] = ()

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """What was answered in that row, whichever is the present one."""
        number = cells.get((self.code, self.row))
        if number is None:
            raise Absent(self.code, self.row)
        return number


@dataclass(frozen=True, slots=True)
class Chain:
    """Terms added and subtracted, or factors multiplied and divided, from left to right."""

    first: "Node"
    steps: tuple[tuple[str, "Node"], ...]
    depth: int

    @property
    def parts(self) -> tuple["Node", ...]:
        """All that is chained."""
        return self.first, *(part for _, part in self.steps)

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The first part, with each step applied to it in turn."""
        total = self.first.value(known, cells, row)
        for sign, part in self.steps:
            total = OPERATIONS[sign](total, part.value(known, cells, row))
        return total


@dataclass(frozen=True, slots=True)
class Call:
    """A sign before a part, or a function that needs all it is given; `function` is a key of CALLS."""

    function: str
    parts: tuple["Node", ...]
    depth: int

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """What the function makes of its parts."""
        return CALLS[self.function](*[part.value(known, cells, row) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Given:
    """A part, and what stands for it where it is not known."""

    parts: tuple["Node", "Node"]
    depth: int

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The first part that is known."""
        part, otherwise = self.parts
        try:
            return part.value(known, cells, row)
        except (Absent, DecimalException):
            return otherwise.value(known, cells, row)


@dataclass(frozen=True, slots=True)
class Sum:
    """A part added up over the rows of the tables it names; `codes` are all items it names without a row."""

    parts: tuple["Node"]
    codes: frozenset[str]
    depth: int
    place: int = field(compare=False)

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The sum; absent without a row, where one row is absent, and of tables that have different rows."""
        tables = [known.rows[code] for code in self.codes if code in known.rows]
        if not tables or not tables[0] or any(set(table) != set(tables[0]) for table in tables[1:]):
            raise Absent(*self.codes)
        (part,) = self.parts
        return sum([part.value(known, cells, each) for each in tables[0]], Decimal())


@dataclass(frozen=True, slots=True)
class Earlier:
    """A part as it was in an earlier period."""

    period: Literal["previous", "same_last_year"]
    parts: tuple["Node"]
    depth: int
    place: int = field(compare=False)

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The part's value from the cells of that period, in the same row."""
        (part,) = self.parts
        return part.value(known, known.previous if self.period == "previous" else known.same_last_year, row)


@dataclass(frozen=True, slots=True)
class Choice:
    """Two parts, of which a condition chooses."""

    condition: "Condition"
    then: "Node"
    otherwise: "Node"
    depth: int

    @property
    def parts(self) -> tuple["Condition | Node", ...]:
        """The condition and the two it chooses from."""
        return self.condition, self.then, self.otherwise

    def value(self, known: Known, cells: Cells, row: str) -> Decimal:
        """The chosen part; the other one is not looked at."""
        chosen = self.then if self.condition.holds(known, cells, row) else self.otherwise
        return chosen.value(known, cells, row)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two parts compared in a condition; `operator` is a key of COMPARISONS."""

    operator: str
    parts: tuple["Node", "Node"]
    depth: int

    def holds(self, known: Known, cells: Cells, row: str) -> bool:
        """Whether it is true."""
        left, right = self.parts
        return COMPARISONS[self.operator](left.value(known, cells, row), right.value(known, cells, row))


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions joined with "or", which one true one decides, or with "and", which one false one decides."""

    decided_by: bool
    parts: tuple["Condition", ...]
    depth: int

    def holds(self, known: Known, cells: Cells, row: str) -> bool:
        """What a known condition decides, in whatever order they stand; absent where one that may decide is absent."""
        missing = False
        for part in self.parts:
            try:
                if part.holds(known, cells, row) is self.decided_by:
                    return self.decided_by
            except (Absent, DecimalException):
                missing = True
        if missing:
            raise Absent
        return not self.decided_by


@dataclass(frozen=True, slots=True)
class Denied:
    """A condition with "not" before it."""

    parts: tuple["Condition"]
    depth: int

    def holds(self, known: Known, cells: Cells, row: str) -> bool:
        """Whether the condition is false."""
        (part,) = self.parts
        return not part.holds(known, cells, row)


Node = Number | Name | Cell | Chain | Call | Given | Sum | Earlier | Choice
Condition = Compared | Joined | Denied


def walk(node: Node | Condition, *, but_not_into: type[Earlier] | tuple[()] = ()) -> Iterator[Node | Condition]:
    """The node and all that stands inside it, in the order of the text."""
    yield node
    if not isinstance(node, but_not_into):
        for part in node.parts:
            yield from walk(part, but_not_into=but_not_into)
