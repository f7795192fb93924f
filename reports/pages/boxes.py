"""One cell of a report's sheet: what stands in it, what it is compared with, and what is said at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from reports import labels
from reports.checks import BLANK, NUMERIC, WHOLE, Absence, Answer, Cell, Kind, Problem, Severity
from reports.filetypes import names_in
from reports.models import Item, Target
from reports.numbers import written
from reports.terms import Answers, Line, Terms

if TYPE_CHECKING:
    from reports.pages.remarks import Note


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into a cell, with the edit of the cell that they saw; a note or cause of None stays."""

    cell: Cell
    text: str
    edit: int
    no_data: bool = False
    note: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """A cell that somebody else changed while a person typed into it: what stands, its edit, and both in words."""

    stands: Answer
    edit: int
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A problem in words, at its cell."""

    cell: Cell
    name: str
    severity: Severity
    words: str
    noted: bool

    @property
    def key(self) -> str:
        return key_of(self.cell)

    @property
    def tone(self) -> str:
        """How it is marked: an error, a warning, or a warning that says why."""
        return "noted" if self.severity == Severity.WARNING and self.noted else self.severity.value

    @property
    def blocks(self) -> bool:
        """Whether the report cannot be submitted as long as it stands."""
        return self.tone != "noted"


@dataclass
class Box:
    """One cell: its answer, and all that is shown around it. `labelled` are the elements that name it to a reader.

    `remarks` are those that are still of concern. Who may pin further ones asks for that at the address `remark_at`,
    to which the cell's key is added; nobody else has one.
    """

    item: Item
    line: Line
    name: str
    labelled: str
    is_typed: bool
    answer: Answer = BLANK
    edit: int = 0
    formula: str = ""
    source: str = ""
    is_set_aside: bool = False
    last: Decimal | None = None
    last_year: Decimal | None = None
    targets: list[Target] = field(default_factory=list)
    says: list[Found] = field(default_factory=list)
    typed: Typed | None = None
    refused: str = ""
    stale: Stale | None = None
    opened: bool = False
    remarks: list["Note"] = field(default_factory=list)
    remark_at: str = ""

    @property
    def cell(self) -> Cell:
        return Cell(self.item.code, self.line.code)

    @property
    def key(self) -> str:
        return key_of(self.cell)

    @property
    def number(self) -> Decimal | None:
        return self.answer.number

    @property
    def decimals(self) -> int:
        return self.item.decimals

    @property
    def is_share(self) -> bool:
        """Whether it is counted in per cent, so that it changes by points."""
        return self.item.unit_of_measure == "%"

    @property
    def is_numeric(self) -> bool:
        return self.item.kind in NUMERIC and self.item.kind != Kind.YES_NO

    @property
    def control(self) -> str:
        """What it is answered with: number, choice, text, or nothing for a file."""
        match self.item.kind:
            case Kind.TEXT:
                return "text"
            case Kind.CHOICE | Kind.YES_NO:
                return "choice"
            case Kind.FILE:
                return ""
            case _number:
                return "number"

    @property
    def options(self) -> list[tuple[str, str]]:
        """The answers to choose from, each as it is sent and as it is read."""
        if self.item.kind == Kind.YES_NO:
            return [("1", _("Yes")), ("0", _("No"))]
        return [(option, option) for option in self.item.options]

    @property
    def stands(self) -> str:
        """The answer that is stored or worked out, as it would be typed; empty where there is none."""
        return as_typed(self.answer, self.item)

    @property
    def shown(self) -> str:
        """What the cell shows: what was typed and not taken, else what stands."""
        return self.stands if self.typed is None else self.typed.text

    @property
    def reads(self) -> str:
        """The answer for who only reads it: yes or no in words, and why there is none."""
        if self.is_set_aside:
            return str(labels.ABSENCES[Absence.NOT_APPLICABLE])
        return in_words(self.answer, self.item)

    @property
    def change(self) -> str:
        """How it moved since the last period: in per cent, a share by points; empty where that cannot be said."""
        if self.number is None or self.last is None or not (self.last or self.is_share):
            return ""
        if self.is_share:
            return _("{change} points").format(change=signed(self.number - self.last))
        return f"{signed((self.number - self.last) / self.last * 100)}%"

    @property
    def seen_edit(self) -> int:
        """The edit that a save from this page speaks of."""
        return self.stale.edit if self.stale else self.edit

    @property
    def no_data(self) -> bool:
        return self.typed.no_data if self.typed else self.answer.absence == Absence.NO_DATA

    @property
    def note(self) -> str:
        return self.typed.note if self.typed and self.typed.note is not None else self.answer.note

    @property
    def cause(self) -> str:
        return self.typed.cause if self.typed and self.typed.cause is not None else self.answer.cause

    @property
    def cause_words(self) -> str:
        return str(labels.CAUSES[self.answer.cause]) if self.answer.cause in labels.CAUSES else ""

    @property
    def warns(self) -> bool:
        return any(found.severity == Severity.WARNING for found in self.says)

    @property
    def explains(self) -> bool:
        """Whether its note is shown at once: it has something to explain, or somebody asked for it."""
        return self.opened or self.warns or self.no_data or bool(self.note or self.cause)

    @property
    def takes_note(self) -> bool:
        """Whether a person may explain it: a typed cell, or a computed one that stands out."""
        return self.is_typed or self.warns or bool(self.note or self.cause)

    @property
    def is_wrong(self) -> bool:
        return bool(self.refused or self.stale) or any(found.severity == Severity.ERROR for found in self.says)

    @property
    def speaks(self) -> bool:
        """Whether anything stands beneath it."""
        return bool(self.says or self.refused or self.stale or self.remarks) or self.explains


def key_of(cell: Cell) -> str:
    """What a cell is called in ids and in the names of a form: item, or item.row; without spaces and other signs."""
    return f"{cell.item}.{quote(cell.row, safe='')}" if cell.row else cell.item


def cell_of(key: str) -> Cell:
    """The cell of such a key."""
    item, _dot, row = key.partition(".")
    return Cell(item, unquote(row))


def named(item: Item, line: Line) -> str:
    """What people call a cell: the line, or row and column with the column's official number."""
    column = f"{item.name} {item.number}".strip()
    return f"{line.title} – {column}" if line.code != WHOLE else column


def names(terms: Terms) -> dict[Cell, str]:
    """What people call each cell of a form."""
    return {
        Cell(item.code, line.code): named(item, line)
        for _section, items in terms.sections
        for item in items
        for line in terms.lines(item)
    }


def in_writing(number: Decimal | None, item: Item) -> str:
    """The number of an item as its cell shows it; empty where there is none."""
    return "" if number is None else written(number, item.decimals)


def as_typed(answer: Answer, item: Item) -> str:
    """An answer as a person would type or choose it; empty where there is none."""
    if item.kind == Kind.YES_NO:
        return "" if answer.number is None else str(int(answer.number))
    return in_writing(answer.number, item) if item.kind in NUMERIC else answer.text


def in_words(answer: Answer, item: Item) -> str:
    """An answer as a person reads it; empty where the cell is blank."""
    if answer.absence:
        return str(labels.ABSENCES[answer.absence])
    if item.kind == Kind.YES_NO and answer.number is not None:
        return _("Yes") if answer.number else _("No")
    if item.kind == Kind.FILE:
        return "; ".join(names_in(answer.text))
    return as_typed(answer, item)


def signed(change: Decimal) -> str:
    """A change with its sign and one decimal: +12,5."""
    text = written(change, 1)
    return text.replace("-", "−") if text.startswith("-") or text == "0,0" else f"+{text}"


def found(terms: Terms, problems: Iterable[Problem]) -> list[Found]:
    """What is wrong, in words; a cell still empty is no fault yet and is counted by `blank`."""
    messages = {rule.code: rule.message for rule in terms.rules}
    called = names(terms)
    return [
        Found(
            cell,
            called.get(cell, problem.item),
            problem.severity,
            labels.problem_words(problem, messages),
            problem.noted,
        )
        for problem in problems
        if problem.code != "unanswered"
        for cell in [Cell(problem.item, problem.row)]
    ]


def blank(problems: Iterable[Problem]) -> list[Cell]:
    """The cells that still have to be answered."""
    return [Cell(problem.item, problem.row) for problem in problems if problem.code == "unanswered"]


def progress(terms: Terms, answers: Answers) -> tuple[int, int]:
    """How many of the cells that have to be answered are, and how many there are."""
    required = [cell for cell in terms.cells if cell in terms.typed and terms.by_code[cell.item].required]
    return sum(not answers.get(cell, BLANK).is_blank for cell in required), len(required)


def of_cell(said: Iterable[Found]) -> Mapping[Cell, list[Found]]:
    """What is said, by cell."""
    by_cell: dict[Cell, list[Found]] = {}
    for one in said:
        by_cell.setdefault(one.cell, []).append(one)
    return by_cell
