"""Remarks as a report's screen shows them: at their cells, as a checklist, and in the dialogs of moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

from accounts.requests import PortalRequest
from reports import reviews
from reports.actions import filing, reviewing
from reports.checks import Cell
from reports.content import Reading
from reports.differences import paragraphs
from reports.models import Remark, Report, Step
from reports.pages.boxes import cell_of, key_of, names
from reports.pages.sheet import Kept, Sheet
from reports.reviews import Said
from reports.terms import Terms
from reports.workflow import OWED, Move


@dataclass(frozen=True, slots=True)
class Note:
    """A remark as the screen shows it, and what this person may do with it.

    One that was never sent is `left_behind` where the report has been submitted anew since.
    """

    said: Said
    name: str
    left_behind: bool = False
    may_answer: bool = False
    may_change: bool = False
    may_settle: bool = False

    @property
    def remark(self) -> Remark:
        return self.said.remark

    @property
    def key(self) -> str:
        return key_of(self.said.cell)

    @property
    def state(self) -> str:
        """How far it is: unsent, open, answered or settled."""
        if not self.said.is_sent:
            return "unsent"
        return "open" if self.said.is_open else "settled" if self.said.is_settled else "answered"


COUNTED = {
    "unsent": gettext_lazy("%(count)d not sent yet"),
    "open": gettext_lazy("%(count)d not answered"),
    "answered": gettext_lazy("%(count)d answered"),
    "settled": gettext_lazy("%(count)d ticked off"),
}
"""How many remarks are in each state, in words."""


@dataclass
class Checklist:
    """The remarks of a report as one person reads them; `earlier` are those of rounds that are over."""

    notes: list[Note] = field(default_factory=list)
    earlier: list[Note] = field(default_factory=list)
    may_remark: bool = False
    longest: int = reviewing.LONGEST

    def in_state(self, state: str) -> list[Note]:
        return [note for note in self.notes if note.state == state]

    @property
    def unsent(self) -> list[Note]:
        """Those that the next return sends."""
        return [note for note in self.in_state("unsent") if not note.left_behind]

    @property
    def open(self) -> list[Note]:
        """Those that the unit has still to answer."""
        return self.in_state("open")

    @property
    def words(self) -> str:
        """How many there are in each state, such as: 3 remarks, 1 not answered."""
        told = [(words, len(self.in_state(state))) for state, words in COUNTED.items()]
        return ", ".join(words % {"count": count} for words, count in told if count)


@dataclass(frozen=True, slots=True)
class Asked:
    """The cell, or the paragraph of it, that somebody is about to remark on."""

    cell: Cell
    name: str
    paragraph: int | None
    quote: str

    @property
    def key(self) -> str:
        return key_of(self.cell)


def checklist_of(
    report: Report,
    says: Reading | None,
    steps: Sequence[Step],
    request: PortalRequest,
    *,
    moves: list[Move],
    fillable: frozenset[int] | None,
) -> Checklist:
    """The remarks of a report, for who reads its screen; no query where there can be none, else reviews.remarks_of's.

    `moves` are those open to the person, and `fillable` the sections that they fill in while it is a draft.
    """
    user, at = request.user, request.at
    may_remark = reviewing.may_remark(moves)
    if not may_remark and not any(step.remarks for step in steps):
        return Checklist()
    said = reviews.remarks_of(report, by=user, at=at, reviews=may_remark)
    called = names(says.terms if says else Terms.of(report)) if said else {}
    if report.status not in OWED:
        fillable = frozenset()
    elif said and fillable == frozenset():
        fillable = filing.fillable_sections(report, by=user, at=at)
    last = max((one.remark.step.seq for one in said if one.remark.step), default=0)
    found = Checklist(may_remark=may_remark)
    for one in said:
        step, item = one.remark.step, one.remark.item
        is_last = step is not None and step.seq == last
        note = Note(
            one,
            called.get(one.cell) or item.name,
            left_behind=step is None and one.remark.revision_id != report.current_id,
            may_answer=is_last and (fillable is None or item.section_id in fillable),
            may_change=may_remark and not one.is_sent,
            may_settle=may_remark and one.is_answered,
        )
        (found.notes if is_last or step is None or not one.is_settled else found.earlier).append(note)
    return found


def pin_to(sheet: Sheet, checklist: Checklist, carried: str) -> None:
    """Put the remarks that are still of concern to their cells, and let reviewers pin others.

    `carried` is the query of the address that leads on, if there is one.
    """
    at_cell: dict[Cell, list[Note]] = {}
    for note in checklist.notes:
        if note.state != "settled":
            at_cell.setdefault(note.said.cell, []).append(note)
    address = f"{carried}&remark=" if carried else "?remark="
    for box in sheet.boxes:
        box.remark_at = address if checklist.may_remark else ""
        box.remarks = at_cell.get(box.cell, [])


def asked_for(sheet: Sheet | None, kept: Kept, checklist: Checklist) -> Asked | None:
    """What `?remark=` names, an item's cell or one paragraph of it, for who may remark on it."""
    if sheet is None or not kept.remark or not checklist.may_remark:
        return None
    cell, paragraph = place_of(kept.remark)
    box = next((box for box in sheet.boxes if box.cell == cell), None)
    if box is None:
        return None
    told = paragraphs(box.answer.text) if paragraph else []
    quote = told[paragraph - 1] if paragraph and paragraph <= len(told) else ""
    return Asked(cell, box.name, paragraph if quote else None, quote)


def place_of(text: str) -> tuple[Cell, int | None]:
    """The cell, and the paragraph if one is named, of a key such as narrative:2; no paragraph is numbered 0."""
    key, _colon, number = text.partition(":")
    return cell_of(key), int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
