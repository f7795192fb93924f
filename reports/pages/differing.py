"""What differs between two revisions of a report, as a screen shows it: cell by cell, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from reports import content, labels, reviews
from reports.checks import BLANK, NUMERIC, Answer, Cell, Kind
from reports.differences import Difference, Piece, reworded
from reports.models import Item, Revision, Step
from reports.numbers import written
from reports.pages.boxes import in_words, key_of, names
from reports.reviews import Said
from reports.terms import Terms
from reports.workflow import Action, Move

REVIEWING = (Action.CHECK, Action.RETURN, Action.APPROVE)
"""Who has one of these open reviews the report, and first wants to know what is new in it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A cell that differs, or that was remarked on, as it reads before and after."""

    name: str
    item: Item
    difference: Difference
    remarks: list[Said]

    @property
    def key(self) -> str:
        return key_of(self.difference.cell)

    @property
    def differs(self) -> bool:
        return self.difference.before != self.difference.after

    @property
    def before(self) -> str:
        return in_words(self.difference.before, self.item)

    @property
    def after(self) -> str:
        return in_words(self.difference.after, self.item)

    @property
    def change(self) -> str:
        """By how much a number moved, with its sign; a share by points."""
        return moved(self.difference.change, self.item)

    @property
    def wording(self) -> list[Piece]:
        """A text paragraph by paragraph, in which what is gone stands before what is new; of other answers nothing."""
        if self.item.kind != Kind.TEXT or not (self.difference.before.text and self.difference.after.text):
            return []
        return reworded(self.difference.before.text, self.difference.after.text)

    @property
    def notes(self) -> tuple[str, str] | None:
        """What explains the answer before and after, where that differs."""
        before, after = explained(self.difference.before), explained(self.difference.after)
        return (before, after) if before != after else None


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the last submission, for who reviews the report."""

    before: Revision
    rows: list[Row]


def since_last_submission(reading: content.Reading, steps: Sequence[Step], moves: list[Move]) -> Changes | None:
    """What the revision that was read differs in from the one submitted before it, for who reviews the report now.

    None for others, and where the report was submitted for the first time. One query.
    """
    if not any(move.action in REVIEWING for move in moves):
        return None
    earlier = [one for one in reviews.submitted_in(steps) if one.pk != reading.report.current_id]
    if not earlier:
        return None
    return Changes(earlier[0], rows_of(reviews.compared(reading, earlier[0].pk), [], reading.terms))


def rows_of(found: list[Difference], remarks: list[Said], terms: Terms) -> list[Row]:
    """The cells that differ and those remarked on, in the form's order."""
    by_cell = {one.cell: one for one in found}
    said: dict[Cell, list[Said]] = {}
    for one in remarks:
        said.setdefault(one.cell, []).append(one)
    return [
        Row(name, terms.by_code[cell.item], by_cell.get(cell, Difference(cell, BLANK, BLANK)), said.get(cell, []))
        for cell, name in names(terms).items()
        if cell in by_cell or cell in said
    ]


def moved(change: Decimal | None, item: Item) -> str:
    """A change of a number as people read it: +12, −0,5 points; empty where there is none."""
    if change is None or not change or item.kind not in NUMERIC or item.kind == Kind.YES_NO:
        return ""
    text = written(abs(change), item.decimals)
    signed = f"−{text}" if change < 0 else f"+{text}"
    return _("{change} points").format(change=signed) if item.unit_of_measure == "%" else signed


def explained(answer: Answer) -> str:
    """The cause and the note of an answer in one line; empty where it has neither."""
    cause = str(labels.CAUSES[answer.cause]) if answer.cause in labels.CAUSES else ""
    return ". ".join(part for part in (cause, answer.note) if part)
