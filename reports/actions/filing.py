"""Fills reports in, cell by cell: each cell is saved or refused on its own, and computed cells follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from reports import checks, content
from reports.models import Author, Item, Report, Value
from reports.workflow import FILLERS, Status

BOUND = Decimal(10) ** 15


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
    """What became of a save: cells as they stand now, cells refused as stale, and what is wrong with the content."""

    edit: int
    cells: list[Cell] = field(default_factory=list)
    stale: list[Cell] = field(default_factory=list)
    problems: list[checks.Problem] = field(default_factory=list)


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
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
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
    saved = Saved(edit=report.edit)
    written: list[Value] = []
    for entry in entries:
        value = stored.get((terms.by_code[entry.item].pk, entry.row))
        if value is not None and value.edit != entry.edit and value.number != entry.number:
            saved.stale.append(Cell(entry.item, entry.row, value.number, value.edit))
        else:
            written.append(_written(value, report, terms.by_code[entry.item], entry.row, entry.number))
    numbers = {value.item_id: value.number for value in [*stored.values(), *written]}
    named = {item.code: numbers.get(item.pk) for item in terms.items}
    for code, number in terms.computed(named).items():
        named[code] = number
        item = terms.by_code[code]
        written.append(_written(stored.get((item.pk, "")), report, item, "", number))
    if len(saved.stale) < len(entries):
        _store(written, report, by)
        saved.edit = report.edit
        codes = {item.pk: item.code for item in terms.items}
        saved.cells = [Cell(codes[value.item_id], value.row, value.number, value.edit) for value in written]
    saved.problems = terms.problems(named)
    return saved


def _written(value: Value | None, report: Report, item: Item, row: str, number: Decimal | None) -> Value:
    if value is None:
        return Value(revision_id=report.current_id, item=item, row=row, number=number, edit=1)
    if value.number != number:
        value.number = number
        value.edit += 1
    return value


def _store(values: list[Value], report: Report, by: User) -> None:
    """Write the cells in one statement, count the edit, and remember who wrote."""
    Value.objects.bulk_create(
        values,
        update_conflicts=True,
        unique_fields=["revision", "item", "row"],
        update_fields=["number", "edit"],
    )
    Author.objects.bulk_create([Author(report=report, user=by)], ignore_conflicts=True)
    report.edit += 1
    report.save(update_fields=["edit"])


def _refuse_wrong_entries(entries: Sequence[Entry], terms: content.Terms) -> None:
    """Refuse the save where a cell is not of the form, is computed, or is given a number it cannot take."""
    wrong: dict[str, str] = {}
    for entry in entries:
        item = terms.by_code.get(entry.item)
        number = entry.number
        if item is None or entry.row:
            wrong[entry.item] = _("This form has no such cell.")
        elif item.formula or item.indicator.numerator_id:
            wrong[entry.item] = _("This cell is computed and cannot be typed in.")
        elif number is None:
            continue
        elif not number.is_finite() or abs(number) >= BOUND:
            wrong[entry.item] = _("The number is too large: at most 15 digits before the comma.")
        elif number < 0:
            wrong[entry.item] = _("The number cannot be negative.")
        elif number != round(number, item.indicator.decimals):
            wrong[entry.item] = _("The number has more decimals than this indicator takes (%(decimals)d).") % {
                "decimals": item.indicator.decimals
            }
    if wrong:
        raise ValidationError(wrong)
