"""The sheet of one report: its sections as lines, tables or tasks, each cell beside what is known from before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reports.actions import filing
from reports.checks import ADDED_UP, BLANK, NUMERIC, Answer, Cell, Numbers
from reports.content import Reading
from reports.labels import ALL_LEVELS
from reports.models import Item, Report, Section, Target
from reports.pages.boxes import Box, Found, Stale, Typed, blank, found, key_of, named, of_cell, progress
from reports.pages.documents import DocumentForm
from reports.pages.grounds import GroundsForm
from reports.terms import Line, Terms

FEW = 4  # blank cells that are worth naming


@dataclass
class Kept:
    """What a person typed or asked for and what was said to it, shown again so that nothing is lost."""

    status: int = 200
    words: str = ""
    typed: dict[Cell, Typed] = field(default_factory=dict)
    refused: dict[Cell, str] = field(default_factory=dict)
    stale: dict[Cell, Stale] = field(default_factory=dict)
    opened: Cell | None = None
    nil: str = ""
    move: str = ""
    remark: str = ""
    reason: str = ""
    grounds: GroundsForm | None = None
    document: DocumentForm | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column or of a row: an item, or a line of the table."""

    id: str
    title: str
    number: str = ""
    measure: str = ""
    guidance: str = ""
    detail: bool = False

    @classmethod
    def of(cls, what: Item | Line, place: str) -> "Heading":
        """The heading of an item or a line, with the id that its cells name."""
        if isinstance(what, Line):
            return cls(place, what.title)
        return cls(place, what.name, what.number, what.unit_of_measure, what.guidance, what.detail)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table as it is laid out."""

    heading: Heading
    boxes: list[Box]
    is_total: bool = False

    @property
    def speaking(self) -> list[Box]:
        """The cells beneath which something stands."""
        return [box for box in self.boxes if box.speaks]


@dataclass
class Part:
    """A section with its cells; `nil` says how many numbers are still blank in it."""

    section: Section
    items: list[Item]
    lines: list[Line]
    boxes: list[Box]
    nil: int = 0

    @property
    def is_figures(self) -> bool:
        """Whether anything in it is a number, so that it stands beside earlier ones."""
        return any(item.kind in NUMERIC for item in self.items)

    @property
    def looks_back(self) -> bool:
        """Whether some cell of it has a number of the last period."""
        return any(box.last is not None and box.is_typed for box in self.boxes)

    @property
    def columns(self) -> list[Heading]:
        across: Iterable[Item | Line] = self.lines if self.section.rows_across else self.items
        return [Heading.of(what, f"s{self.section.position}c{place}") for place, what in enumerate(across)]

    @property
    def rows(self) -> list[TableRow]:
        """The rows as they are laid out: those of the table, or its items where the rows go across."""
        by_cell = {box.cell: box for box in self.boxes}
        if self.section.rows_across:
            return [
                TableRow(self._row(item, place), [by_cell[Cell(item.code, line.code)] for line in self.lines])
                for place, item in enumerate(self.items)
            ]
        return [
            TableRow(
                self._row(line, place), [by_cell[Cell(item.code, line.code)] for item in self.items], line.is_total
            )
            for place, line in enumerate(self.lines)
        ]

    def _row(self, what: Item | Line, place: int) -> Heading:
        return Heading.of(what, f"s{self.section.position}r{place}")


@dataclass
class Sheet:
    """All cells of a report's revision, with what is wrong in them."""

    reading: Reading
    parts: list[Part]

    @property
    def terms(self) -> Terms:
        return self.reading.terms

    @cached_property
    def boxes(self) -> list[Box]:
        return [box for part in self.parts for box in part.boxes]

    @cached_property
    def summed_up(self) -> list[Box]:
        """What a summary shows: the lines, and of each table its total row, or all where it has none."""
        return [
            box
            for part in self.parts
            for box in part.boxes
            if box.is_numeric and (box.line.is_total or not any(line.is_total for line in part.lines))
        ]

    @cached_property
    def found(self) -> list[Found]:
        return found(self.terms, self.reading.problems)

    @property
    def blocking(self) -> list[Found]:
        """What still stands in the way of a submission."""
        return [one for one in self.found if one.blocks]

    @property
    def first_blocking(self) -> str:
        """The key of the first cell that stands in the way of a submission."""
        in_the_way = {box.cell for box in self.blank} | {one.cell for one in self.blocking}
        return next((box.key for box in self.boxes if box.cell in in_the_way), "")

    @cached_property
    def blank(self) -> list[Box]:
        """The cells that still have to be answered."""
        cells = set(blank(self.reading.problems))
        return [box for box in self.boxes if box.cell in cells]

    @property
    def last_blank(self) -> list[Box]:
        """The same once few of them are left: before that, their names would only be noise."""
        return self.blank if len(self.blank) <= FEW else []

    @property
    def done(self) -> int:
        return progress(self.terms, self.reading.answers)[0]

    @property
    def asked(self) -> int:
        return progress(self.terms, self.reading.answers)[1]

    @property
    def nil(self) -> int:
        """How many numbers are still blank."""
        return sum(part.nil for part in self.parts)

    @property
    def recipe(self) -> dict[str, dict[str, object]]:
        """By item code what a script needs to work cells out while one types."""
        return {
            item.code: {
                "decimals": item.decimals,
                "formula": self.terms.formula_of(item),
                "total": next((line.code for line in part.lines if line.is_total and item.kind in ADDED_UP), ""),
                "share": item.unit_of_measure == "%",
            }
            for part in self.parts
            for item in part.items
            if item.kind in NUMERIC
        }


def sheet_of(reading: Reading, kept: Kept) -> Sheet:
    """The sheet of what was read; the queries of the reading and one for the targets."""
    sheet = Sheet(reading, [])
    terms, history = reading.terms, reading.history
    answers = _answers(reading)
    before, year_before = terms.with_ratios(history.previous), terms.with_ratios(history.same_last_year)
    said = of_cell(sheet.found)
    aims = _targets(reading.report, terms)
    to_nil = [terms.by_code[cell.item].section_id for cell in filing.left_blank(terms, reading.stored)]
    for section, items in terms.sections:
        lines = terms.lines(items[0])
        part = Part(section, items, lines, [], to_nil.count(section.pk))
        for place, item in enumerate(items):
            is_typed, formula = terms.is_typed(item), terms.formula_of(item)
            for row, line in enumerate(lines):
                cell = Cell(item.code, line.code)
                part.boxes.append(
                    Box(
                        item,
                        line,
                        named(item, line),
                        labelled(section, cell, place, row),
                        is_typed and not line.is_total,
                        answer=answers.get(cell, BLANK),
                        edit=reading.stored.get(cell, (BLANK, 0))[1],
                        formula=formula,
                        source=terms.elsewhere.get(item.code, ""),
                        is_set_aside=item.code in terms.set_aside,
                        last=before.get(cell),
                        last_year=year_before.get(cell),
                        targets=aims.get(cell, []),
                        says=said.get(cell, []),
                        typed=kept.typed.get(cell),
                        refused=kept.refused.get(cell, ""),
                        stale=kept.stale.get(cell),
                        opened=_is_opened(cell, kept.opened),
                    )
                )
        sheet.parts.append(part)
    return sheet


def _is_opened(cell: Cell, opened: Cell | None) -> bool:
    """Whether the note of a cell was asked for: of it alone, of its whole row, or of all rows of its item."""
    if opened is None or opened == Cell(""):
        return False
    return opened.item in ("", cell.item) and opened.row in ("", cell.row)


def _answers(reading: Reading) -> Mapping[Cell, Answer]:
    """The answers with the ratios, which are worked out on reading."""
    numbers: Numbers = {cell: answer.number for cell, answer in reading.answers.items()}
    return {
        **{cell: Answer(number) for cell, number in reading.terms.with_ratios(numbers).items()},
        **reading.answers,
    }


def labelled(section: Section, cell: Cell, item: int, row: int) -> str:
    """The ids of the elements that name a cell: its line, or its row and its column."""
    if section.shape == Section.Shape.LINES:
        return f"name-{key_of(cell)}"
    if section.shape == Section.Shape.TASKS:
        return f"s{section.position}r{row} name-{key_of(cell)}"
    across, down = (row, item) if section.rows_across else (item, row)
    return f"s{section.position}r{down} s{section.position}c{across}"


def _targets(report: Report, terms: Terms) -> dict[Cell, list[Target]]:
    """The targets that are still ahead, by the line they are of; tables show none."""
    lines = {item.indicator_id: item.code for item in terms.items if item.section.shape == Section.Shape.LINES}
    lines.pop(None, None)
    found: dict[Cell, list[Target]] = {}
    if lines:
        ahead = Target.objects.filter(
            indicator__in=lines,
            row="",
            low__isnull=False,
            origin__in=[report.unit.level, ALL_LEVELS],
            year__gte=report.period.last_day.year,
        )
        for target in ahead.order_by("year"):
            found.setdefault(Cell(lines[target.indicator_id]), []).append(target)
    return found
