"""What differs between two sets of answers, cell by cell."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import SequenceMatcher
from typing import NamedTuple

from reports.checks import BLANK, Answer, Cell


class Difference(NamedTuple):
    """A cell that says something else than before; `change` is the difference of its numbers where both are known."""

    cell: Cell
    before: Answer
    after: Answer

    @property
    def change(self) -> Decimal | None:
        if self.before.number is None or self.after.number is None:
            return None
        return self.after.number - self.before.number


def differences(
    cells: Iterable[Cell], before: Mapping[Cell, Answer], after: Mapping[Cell, Answer], *, notes: bool = True
) -> list[Difference]:
    """The cells whose answers differ, in the order given; without `notes`, what explains an answer makes none."""
    pairs = (Difference(cell, before.get(cell, BLANK), after.get(cell, BLANK)) for cell in cells)
    return [one for one in pairs if _said(one.before, notes) != _said(one.after, notes)]


class Piece(NamedTuple):
    """A paragraph of a text beside its earlier wording: what became of it, "kept", "gone" or "new", and its words."""

    fate: str
    text: str


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a narrative: its lines that say something. Where one is named by number, the first is 1."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def reworded(before: str, after: str) -> list[Piece]:
    """Two wordings of a text as one list of paragraphs, in which what is gone stands before what is new."""
    old, new = paragraphs(before), paragraphs(after)
    pieces: list[Piece] = []
    for what, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            pieces += [Piece("kept", text) for text in old[first:last]]
        else:
            pieces += [Piece("gone", text) for text in old[first:last]]
            pieces += [Piece("new", text) for text in new[start:end]]
    return pieces


def _said(answer: Answer, notes: bool) -> tuple[object, ...]:
    words = (answer.cause, answer.note) if notes else ()
    return (answer.number, answer.text, answer.absence, *words)
