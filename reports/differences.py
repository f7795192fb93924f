"""What differs between two sets of answers, cell by cell."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
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


def _said(answer: Answer, notes: bool) -> tuple[object, ...]:
    words = (answer.cause, answer.note) if notes else ()
    return (answer.number, answer.text, answer.absence, *words)
