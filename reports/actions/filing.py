"""Fills reports in, cell by cell: each cell is saved or refused on its own, and computed cells follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from reports import checks, content
from reports.models import Author, Item, Report, Value
from reports.numbers import TOO_LONG
from reports.workflow import FILLERS, Status

FINEST = Decimal("0.000001")
"""How finely a number is stored: a computed one is compared with what stands only when it is cut to that."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A number typed into a cell (None blanks it), with the edit of the cell that the person saw (0: never filled)."""

    item: str
    number: Decimal | None
    edit: int
    row: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands after a save."""

    item: str
    row: str
    number: Decimal | None
    edit: int


@dataclass
class Saved:
    """What became of a save: cells that were saved, cells refused as stale, and what is wrong with the content.

    All cells are given as they stand afterwards; `stands` are those of the whole form, in its order.
    """

    edit: int
    cells: list[Cell] = field(default_factory=list)
    stale: list[Cell] = field(default_factory=list)
    stands: list[Cell] = field(default_factory=list)
    problems: list[checks.Problem] = field(default_factory=list)

    @property
    def numbers(self) -> dict[str, Decimal | None]:
        """All numbers by item code, the computed ones too."""
        return {cell.item: cell.number for cell in self.stands}


def may_fill(report: Report, *, by: User, at: datetime) -> bool:
    """Whether this person may change the report's values now."""
    return report.status == Status.DRAFT and _is_filler(report, by, at)


def _is_filler(report: Report, by: User, at: datetime) -> bool:
    return any(post.role in FILLERS and post.unit_id == report.unit_id for post in by.posts(at))


@transaction.atomic
def save_cells(report: Report, entries: Sequence[Entry], *, by: User, at: datetime) -> Saved:
    """Save typed cells of a draft, each by itself.

    A cell that somebody has changed since it was seen is not overwritten but given back in `stale` with the value that
    stands. Raises PermissionDenied for who does not fill in this report, Refused(`not_a_draft`) once it has left the
    draft, and ValidationError, keyed by item, for cells that are not of the form or numbers it does not take.
    """
    report = Report.objects.locked(report.pk)
    if not _is_filler(report, by, at):
        raise PermissionDenied(_("Only the reporters and heads of the unit fill in its report."))
    if report.status != Status.DRAFT:
        raise Refused(
            "not_a_draft",
            _("The report is no longer a draft, so its figures cannot be changed. What you typed was not saved."),
            status=report.status,
        )
    terms = content.Terms.of(report.version_id)
    _refuse_wrong_entries(entries, terms)
    stored = {(value.item_id, value.row): value for value in Value.objects.filter(revision=report.current_id)}
    cells = {key: (value.number, value.edit) for key, value in stored.items()}
    saved = Saved(edit=report.edit)
    for entry in {(entry.item, entry.row): entry for entry in entries}.values():
        item = terms.by_code[entry.item]
        number, edit = cells.get((item.pk, entry.row), (None, 0))
        if edit not in (0, entry.edit) and number != entry.number:
            saved.stale.append(Cell(entry.item, entry.row, number, edit))
        else:
            saved.cells.append(_set(cells, item, entry.row, entry.number))
    named = {item.code: cells.get((item.pk, ""), (None, 0))[0] for item in terms.items}
    for code, result in terms.computed(named).items():
        number = named[code] = None if result is None else result.quantize(FINEST, ROUND_HALF_UP)
        saved.cells.append(_set(cells, terms.by_code[code], "", number))
    changed = {key: cell for key, cell in cells.items() if key not in stored or stored[key].edit != cell[1]}
    if changed:
        _store(changed, report, by)
        saved.edit = report.edit
    saved.stands = [Cell(item.code, "", *cells.get((item.pk, ""), (None, 0))) for item in terms.items]
    saved.problems = terms.problems(named)
    return saved


Contents = dict[tuple[int, str], tuple[Decimal | None, int]]
"""Number and edit by item's key and row."""


def _set(cells: Contents, item: Item, row: str, number: Decimal | None) -> Cell:
    """Put a number into its cell; the cell's edit moves where that changes anything."""
    stands, edit = cells.get((item.pk, row), (None, 0))
    if number != stands:
        edit += 1
        cells[item.pk, row] = number, edit
    return Cell(item.code, row, number, edit)


def _store(changed: Contents, report: Report, by: User) -> None:
    """Write the cells in one statement, count the edit, and remember who wrote."""
    Value.objects.bulk_create(
        [
            Value(revision_id=report.current_id, item_id=item, row=row, number=number, edit=edit)
            for (item, row), (number, edit) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["revision", "item", "row"],
        update_fields=["number", "edit"],
    )
    Author.objects.bulk_create([Author(report=report, user=by)], ignore_conflicts=True)
    report.edit += 1
    report.save(update_fields=["edit"])


def objection(entry: Entry, terms: content.Terms) -> str:
    """Why the form does not take this entry, in a whole sentence; empty where it does."""
    item = terms.by_code.get(entry.item)
    number = entry.number
    if item is None or entry.row:
        return _("This form has no such cell.")
    if not terms.is_typed(item):
        return _("This cell is computed and cannot be typed in.")
    if number is None:
        return ""
    if not number.is_finite() or abs(number) >= TOO_LONG:
        return _("The number is too large: at most 15 digits before the comma.")
    if number < 0:
        return _("The number cannot be negative.")
    if number != round(number, item.indicator.decimals):
        return _("The number has more decimals than this indicator takes (%(decimals)d).") % {
            "decimals": item.indicator.decimals
        }
    return ""


def _refuse_wrong_entries(entries: Sequence[Entry], terms: content.Terms) -> None:
    """Refuse the save where the form does not take one of its entries."""
    wrong = {entry.item: words for entry in entries if (words := objection(entry, terms))}
    if wrong:
        raise ValidationError(wrong)
