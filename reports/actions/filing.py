"""Fills reports in, cell by cell: each cell is saved or refused on its own, and computed cells follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Level
from reports import checks, content, labels
from reports.checks import ADDED_UP, BLANK, NUMERIC, Absence, Answer, Cell, Kind
from reports.models import Author, Part, PartDone, Report, Value
from reports.terms import Terms
from reports.workflow import FILLERS, Action, Status

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed into a cell, with the edit of the cell that the person saw (0: never filled).

    A number, or a text, or an absence; nothing of them blanks the cell. A note or a cause of None stays as it stands.
    """

    item: str
    number: Decimal | None = None
    edit: int = 0
    row: str = checks.WHOLE
    text: str = ""
    absence: Absence | None = None
    note: str | None = None
    cause: str | None = None

    @property
    def cell(self) -> Cell:
        return Cell(self.item, self.row)

    def upon(self, stands: Answer, *, typed: bool) -> Answer:
        """The answer that the cell comes to; one that is not typed in keeps it, and takes only a note and a cause."""
        note = stands.note if self.note is None else self.note.strip()
        cause = stands.cause if self.cause is None else self.cause
        if not typed:
            return replace(stands, cause=cause, note=note)
        return Answer(self.number, self.text, self.absence, cause, note)


@dataclass(frozen=True, slots=True)
class Filled:
    """A cell as it stands after a save."""

    item: str
    row: str
    answer: Answer
    edit: int

    @property
    def number(self) -> Decimal | None:
        return self.answer.number


@dataclass
class Saved:
    """What became of a save: cells that were saved, cells refused as stale, and what is wrong with the content.

    All cells are given as they stand afterwards; `stands` are those of the whole form, in its order. `edit_before` is
    the edit of the report before the save: who had seen that one knows all cells but the saved ones.
    """

    edit: int
    edit_before: int
    cells: list[Filled] = field(default_factory=list)
    stale: list[Filled] = field(default_factory=list)
    stands: list[Filled] = field(default_factory=list)
    problems: list[checks.Problem] = field(default_factory=list)

    @property
    def numbers(self) -> checks.Numbers:
        """All numbers by cell, the computed ones too."""
        return {Cell(one.item, one.row): one.number for one in self.stands}


def may_fill(report: Report, *, by: User, at: datetime) -> bool:
    """Whether this person may change values of the report now, of a part of it at least."""
    return report.status == Status.DRAFT and fillable_sections(report, by=by, at=at) != frozenset()


def fillable_sections(report: Report, *, by: User, at: datetime) -> frozenset[int] | None:
    """The keys of the sections that this person fills in while the report is a draft; None for all of them.

    The unit's reporters and heads fill in everything; others the parts given to them, or to a division of the unit that
    they fill in for, as long as they hold a post there. What was filed on paper is keyed in by the superior's reviewers
    as well, and confirmed by the unit's head. One query for those others, none for anybody else.
    """
    posts = by.posts(at)
    if any(post.role in FILLERS and post.unit_id == report.unit_id for post in posts):
        return None
    if content.keys_in(report, by=by, at=at):
        return None
    beneath = [post for post in posts if post.level == Level.DIVISION and post.path[-2] == report.unit_id]
    divisions = [post.unit_id for post in beneath if post.role in FILLERS]
    if not divisions and not any(post.unit_id == report.unit_id for post in posts):
        return frozenset()
    parts = Part.objects.filter(section__version=report.version_id, unit=report.unit_id)
    return frozenset(parts.filter(Q(person=by) | Q(division__in=divisions)).values_list("section", flat=True))


@transaction.atomic
def save_cells(report: Report, entries: Sequence[Entry], *, by: User, at: datetime) -> Saved:
    """Save typed cells of a draft, each by itself.

    A cell that somebody has changed since it was seen is not overwritten but given back in `stale` with what stands.
    Raises PermissionDenied for who does not fill in this report, Refused(`not_a_draft`) once it has left the draft,
    and ValidationError, keyed by cell, for cells that are not of the form or answers it does not take.
    """
    report, fillable = draft(report, by=by, at=at)
    terms = Terms.of(report)
    _refuse_wrong_entries(entries, terms)
    if fillable is not None and any(terms.by_code[entry.item].section_id not in fillable for entry in entries):
        raise PermissionDenied(_("You fill in only the parts of this report that are given to you or your division."))
    return _save(report, terms, entries, by=by)


@transaction.atomic
def answer_nil(report: Report, *, section: int | None = None, by: User, at: datetime) -> Saved:
    """Answer every number that is still blank, of a section or of the whole report, with a deliberate 0.

    Raises as save_cells does.
    """
    report, fillable = draft(report, by=by, at=at)
    terms = Terms.of(report)
    stored = content.stored_in(report.current_id)
    nil = [
        Entry(cell.item, Decimal(), stored.get(cell, (BLANK, 0))[1], cell.row)
        for cell in left_blank(terms, stored, section)
        if fillable is None or terms.by_code[cell.item].section_id in fillable
    ]
    return _save(report, terms, nil, by=by)


def left_blank(terms: Terms, stored: Mapping[Cell, tuple[Answer, int]], section: int | None = None) -> list[Cell]:
    """The numbers that nobody has answered yet, of a section or of the whole report: what a nil would answer."""
    return [
        cell
        for cell in terms.cells
        if cell in terms.typed
        and terms.by_code[cell.item].kind in ADDED_UP
        and section in (None, terms.by_code[cell.item].section_id)
        and stored.get(cell, (BLANK, 0))[0].is_blank
    ]


def draft(report: Report, *, by: User, at: datetime) -> tuple[Report, frozenset[int] | None]:
    """The report locked, if this person may fill it in now, with the sections that they fill in.

    Raises PermissionDenied and Refused as save_cells does.
    """
    report = Report.objects.select_related("unit", "period", "version").locked(report.pk)
    fillable = fillable_sections(report, by=by, at=at)
    if fillable == frozenset():
        raise PermissionDenied(_("Only the reporters and heads of the unit fill in its report."))
    if report.status != Status.DRAFT:
        raise _no_longer_a_draft(report)
    return report, fillable


def _no_longer_a_draft(report: Report) -> Refused:
    """Say who has moved the report, how and when: who was still typing knows then whom to ask."""
    last = report.steps.select_related("by").order_by("seq").last()
    if last is None:
        words = _("The report is no longer a draft, so its figures cannot be changed. What you typed was not saved.")
        return Refused("not_a_draft", words, status=report.status)
    words = _(
        "%(person)s made the move “%(action)s” at %(time)s on %(day)s, so the figures can no longer be changed. "
        "What you typed was not saved."
    )
    at = timezone.localtime(last.at)
    facts = {
        "person": last.by or _("The portal"),
        "action": labels.ACTIONS[Action(last.action)],
        "time": f"{at:%H:%M:%S}",
        "day": f"{at:%d/%m/%Y}",
    }
    return Refused("not_a_draft", words % facts, status=report.status, action=last.action, at=last.at.isoformat())


def _save(report: Report, terms: Terms, entries: Iterable[Entry], *, by: User) -> Saved:
    stored = content.stored_in(report.current_id)
    cells = dict(stored)
    saved = Saved(edit=report.edit, edit_before=report.edit)
    for entry in {entry.cell: entry for entry in entries}.values():
        stands, edit = cells.get(entry.cell, (BLANK, 0))
        # Files are attached and taken off by themselves; a cell that names some keeps them.
        has_files = terms.by_code[entry.item].kind == Kind.FILE and bool(stands.text)
        is_typed = entry.cell in terms.typed and not has_files
        answer = entry.upon(stands, typed=is_typed)
        # A computed cell moves whenever its parts do; only a colleague's words on it are not to be overwritten.
        is_seen = edit in (0, entry.edit) or not (is_typed or stands.is_noted)
        if not is_seen and answer != stands:
            saved.stale.append(Filled(*entry.cell, stands, edit))
        else:
            saved.cells.append(_set(cells, entry.cell, answer))
    given = content.prefilled(report, terms)
    history = content.history_of(report, terms)
    stands_elsewhere = {cell: (Answer(number), 0) for cell, number in given.items()}
    numbers: checks.Numbers = {cell: answer.number for cell, (answer, _edit) in (cells | stands_elsewhere).items()}
    for cell, number in terms.computed(numbers, history).items():
        if cell.item in terms.by_code:
            saved.cells.append(_set(cells, cell, replace(cells.get(cell, (BLANK, 0))[0], number=number)))
    changed = {cell: filled for cell, filled in cells.items() if cell not in stored or stored[cell][1] != filled[1]}
    if changed:
        _store(changed, report, terms, by)
        saved.edit = report.edit
    saved.stands = [Filled(*cell, *cells.get(cell, (BLANK, 0))) for cell in terms.cells]
    answers = {cell: answer for cell, (answer, _edit) in cells.items()}
    answers |= {cell: Answer(number) for cell, number in given.items()}
    saved.problems = terms.problems(answers, history)
    return saved


def rewrite(report: Report, terms: Terms, cell: Cell, answer: Answer, *, by: User) -> None:
    """Put another answer into a cell of a report that `draft` has locked; its note stays."""
    stands, edit = content.stored_in(report.current_id).get(cell, (BLANK, 0))
    _store({cell: (replace(answer, cause=stands.cause, note=stands.note), edit + 1)}, report, terms, by)


Contents = dict[Cell, tuple[Answer, int]]
"""Answer and edit by cell."""


def _set(cells: Contents, cell: Cell, answer: Answer) -> Filled:
    """Put an answer into its cell; the cell's edit moves where that changes anything."""
    stands, edit = cells.get(cell, (BLANK, 0))
    if answer != stands:
        edit += 1
        cells[cell] = answer, edit
    return Filled(*cell, answer, edit)


def _store(changed: Mapping[Cell, tuple[Answer, int]], report: Report, terms: Terms, by: User) -> None:
    """Write the cells in one statement, count the edit, and remember who wrote.

    A part that somebody else than its filler has changed is no longer done.
    """
    Value.objects.bulk_create(
        [
            Value(
                revision_id=report.current_id,
                item_id=terms.by_code[cell.item].pk,
                row=cell.row,
                number=answer.number,
                text=answer.text,
                absence=answer.absence or "",
                cause=answer.cause,
                note=answer.note,
                edit=edit,
            )
            for cell, (answer, edit) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["revision", "item", "row"],
        update_fields=["number", "text", "absence", "cause", "note", "edit"],
    )
    typed = {terms.by_code[cell.item].section_id for cell in changed if cell in terms.typed}
    PartDone.objects.filter(report=report, section__in=typed).exclude(by=by).delete()
    Author.objects.bulk_create([Author(report=report, user=by)], ignore_conflicts=True)
    report.edit += 1
    report.save(update_fields=["edit"])


def objection(entry: Entry, terms: Terms) -> str:
    """Why the form does not take this entry, in a whole sentence; empty where it does."""
    item = terms.by_code.get(entry.item)
    if item is None or entry.row not in {line.code for line in terms.lines(item)}:
        return _("This form has no such cell.")
    answered = entry.number is not None or entry.text or entry.absence
    if entry.cell not in terms.typed and answered:
        return (
            _("This cell is computed and cannot be typed in.")
            if item.code not in terms.elsewhere
            else _("This number comes from form %(form)s and is changed there.") % {"form": terms.elsewhere[item.code]}
        )
    if entry.number is not None and not entry.number.is_finite():
        return _("The number is too large: at most 15 digits before the comma.")
    if (entry.number is not None and item.kind not in NUMERIC) or (entry.text and item.kind in NUMERIC):
        return _("This cell takes another kind of answer.")
    if entry.text and item.kind == Kind.FILE:
        return _("Files are attached here, not typed in.")
    if entry.cause and entry.cause not in labels.CAUSES:
        return _("There is no such cause to choose.")
    if len(entry.note or "") > LONGEST_NOTE:
        return _("The note is too long: write at most %(count)d characters.") % {"count": LONGEST_NOTE}
    if entry.absence == Absence.NOT_APPLICABLE:
        return _("Only the owner of the form can say that this does not concern the unit.")
    if entry.absence and not (entry.note or "").strip():
        return _("Say why there are no data.")
    if entry.absence and (entry.number is not None or entry.text):
        return _("A cell has either an answer or no data, not both.")
    return refused_answer(terms, entry)


def refused_answer(terms: Terms, entry: Entry) -> str:
    """Why the item does not take this number or text, in a whole sentence; empty where it does."""
    spec = next(spec for spec in terms.questionnaire.items if spec.code == entry.item)
    for code, limits in checks.breaches(spec, Answer(entry.number, entry.text)):
        return labels.problem_words(checks.Problem(entry.item, entry.row, checks.Severity.ERROR, code, limits), {})
    return ""


def _refuse_wrong_entries(entries: Sequence[Entry], terms: Terms) -> None:
    """Refuse the save where the form does not take one of its entries."""
    wrong = {name_of(entry.cell): words for entry in entries if (words := objection(entry, terms))}
    if wrong:
        raise ValidationError(wrong)


def name_of(cell: Cell) -> str:
    """What a cell is called where one text has to say it: item, or item[row]."""
    return f"{cell.item}[{cell.row}]" if cell.row else cell.item
