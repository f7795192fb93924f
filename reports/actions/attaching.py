"""Attaches files to the items of a draft that ask for one, and takes them off again."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports import store
from reports.actions import filing
from reports.checks import Answer, Cell, Kind
from reports.filetypes import LARGEST, clean_name, listing, type_of
from reports.models import Attachment, Report
from reports.terms import Terms

MOST = 10
"""How many files answer one cell at most."""


@transaction.atomic
def attach(report: Report, cell: Cell, name: str, data: bytes, *, by: User, at: datetime) -> Attachment:
    """Attach a file to a cell of a draft; the same bytes at the same cell are attached once.

    Raises as filing.save_cells does, and ValidationError keyed `file` for what is no file to be taken.
    """
    report, terms = _draft(report, cell, by, at)
    if len(data) > LARGEST:
        words = _("The file is too large: at most %(count)d MB.")
        raise ValidationError({"file": words % {"count": LARGEST // 1024**2}})
    kind = type_of(data)
    if kind is None:
        raise ValidationError(
            {"file": _("Attach a PDF, PNG or JPEG file, or a Word or Excel file (DOCX, XLSX) without macros.")}
        )
    attached = Attachment.objects.filter(revision=report.current_id, item=terms.by_code[cell.item], row=cell.row)
    if attached.count() >= MOST:
        raise ValidationError({"file": _("At most %(count)d files answer one item.") % {"count": MOST}})
    attachment, new = attached.get_or_create(
        sha256=store.keep(data),
        defaults={
            "revision_id": report.current_id,
            "item": terms.by_code[cell.item],
            "row": cell.row,
            "name": clean_name(name, kind),
            "content_type": kind.content_type,
            "size": len(data),
            "by": by,
            "at": at,
        },
    )
    if new:
        _name_files(report, terms, cell, by)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Take a file off a draft; earlier revisions keep it, and so does the store. Raises as `attach` does."""
    cell = Cell(attachment.item.code, attachment.row)
    report, terms = _draft(attachment.revision.report, cell, by, at)
    if attachment.revision_id != report.current_id:
        raise ValidationError({"file": _("This file is of an earlier revision, which does not change.")})
    attachment.delete()
    _name_files(report, terms, cell, by)


def _draft(report: Report, cell: Cell, by: User, at: datetime) -> tuple[Report, Terms]:
    """The report locked with its terms, if this person may attach something at that cell."""
    report, fillable = filing.draft(report, by=by, at=at)
    terms = Terms.of(report)
    item = terms.by_code.get(cell.item)
    if item is None or item.kind != Kind.FILE or cell not in terms.typed:
        raise ValidationError({"file": _("This form has no such cell for files.")})
    if fillable is not None and item.section_id not in fillable:
        raise PermissionDenied(_("You fill in only the parts of this report that are given to you or your division."))
    return report, terms


def _name_files(report: Report, terms: Terms, cell: Cell, by: User) -> None:
    """Write the files' digests and names as the cell's answer: so it is checked, frozen and sealed as any other."""
    files = Attachment.objects.filter(revision=report.current_id, item=terms.by_code[cell.item], row=cell.row)
    filing.rewrite(report, terms, cell, Answer(text=listing(files.values_list("sha256", "name"))), by=by)
