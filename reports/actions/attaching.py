"""Attaches files to the items of a draft that ask for one, and takes them off again."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refused
from reports import scanner, store
from reports.actions import filing
from reports.checks import Answer, Cell, Kind
from reports.filetypes import LARGEST, Fault, Unfit, clean_name, listing, type_of
from reports.models import Attachment, Report
from reports.terms import Terms

logger = logging.getLogger(__name__)

MOST = 10
"""How many files answer one cell at most."""

MOST_OF_REPORT = 50
"""How many files a revision of a report holds at most."""

LARGEST_OF_REPORT = 100 * 1024**2
"""How many bytes they have together at most."""

FAULTS = {
    Fault.EMPTY: gettext_lazy("There is nothing in the file. Choose another one, or save it again first."),
    Fault.LARGE: gettext_lazy(
        "The file is too large: at most %(count)d MB. Scan in black and white or at 150 dpi, or send it in parts."
    ),
    Fault.UNKNOWN: gettext_lazy(
        "Attach a PDF, PNG or JPEG file, or a Word or Excel file (DOCX, XLSX). What counts is what is in the file, not "
        "what it is called."
    ),
    Fault.OLD_OFFICE: gettext_lazy(
        "This is a Word or Excel file of the old kind (.doc, .xls), or one with a password. Save it as DOCX, XLSX or "
        "PDF without a password."
    ),
    Fault.DAMAGED: gettext_lazy("The file is damaged, cut short or locked. Save, export or scan it again."),
    Fault.SWOLLEN: gettext_lazy(
        "This Word or Excel file unpacks to far more than its size, so it is not opened. Save it as PDF."
    ),
    Fault.MACROS: gettext_lazy("Files with macros are not taken. Save it as DOCX or XLSX without macros, or as PDF."),
}
"""Why a file is not taken, and what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is fit to be attached, with its bytes in the store."""

    name: str
    content_type: str
    size: int
    sha256: str


def attach(report: Report, cell: Cell, name: str, data: bytes, *, by: User, at: datetime) -> Attachment:
    """Attach a file to a cell of a draft; the same bytes at the same cell are attached once.

    The file is examined while the report is not locked, as a scanner takes its time. Raises as filing.save_cells and
    `keep` do, and ValidationError keyed `file` for a cell that asks for no file, or for more than fits.
    """
    with transaction.atomic():
        report, terms = _draft(report, cell, by, at)
        _refuse_too_many(report, terms, cell, data)
    file = keep(name, data)
    with transaction.atomic():
        report, terms = _draft(report, cell, by, at)
        _refuse_too_many(report, terms, cell, data)
        attachment, new = Attachment.objects.get_or_create(
            revision_id=report.current_id,
            item=terms.by_code[cell.item],
            row=cell.row,
            sha256=file.sha256,
            defaults={"name": file.name, "content_type": file.content_type, "size": file.size, "by": by, "at": at},
        )
        if new:
            _name_files(report, terms, cell, by)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Take a file off a cell of a draft; earlier revisions keep it, and so does the store. Raises as `attach` does."""
    if attachment.item is None:
        raise ValidationError({"file": _("The report was filed with this file, so it is not taken off.")})
    cell = Cell(attachment.item.code, attachment.row)
    report, terms = _draft(attachment.revision.report, cell, by, at)
    if attachment.revision_id != report.current_id:
        raise ValidationError({"file": _("This file is of an earlier revision, which does not change.")})
    attachment.delete()
    _name_files(report, terms, cell, by)


def keep(name: str, data: bytes) -> Kept:
    """Examine a file, have it scanned, and put it into the store; what is refused is not kept.

    Raises ValidationError keyed `file` for what is no file to be taken or holds a virus, Refused(`scanner_away`) where
    the scanner does not answer, and Refused(`store_away`) where the store does not take it. A file that no row comes to
    name is cleared up by `manage.py attachments`.
    """
    try:
        kind = type_of(data)
        virus = scanner.virus_in(data)
    except Unfit as unfit:
        raise ValidationError({"file": FAULTS[unfit.fault] % {"count": LARGEST // 1024**2}}) from unfit
    except scanner.ScannerAway as away:
        raise Refused(
            "scanner_away",
            _("The file was not taken, as it cannot be scanned for viruses at the moment. Try again in some minutes."),
        ) from away
    if virus:
        logger.warning("a file was refused for the virus %s", virus)
        words = _("The virus scanner found “%(virus)s” in the file, so it was not taken. Have your machine checked.")
        raise ValidationError({"file": words % {"virus": virus}})
    try:
        sha256 = store.keep(data)
    except OSError as error:
        logger.exception("the store of attached files does not take a file of %d bytes", len(data))
        raise Refused(
            "store_away",
            _(
                "The file could not be kept, as the portal's store does not take it. Tell the administrator, then try "
                "again."
            ),
        ) from error
    return Kept(clean_name(name, kind), kind.content_type, len(data), sha256)


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


def _refuse_too_many(report: Report, terms: Terms, cell: Cell, data: bytes) -> None:
    """Refuse what would be one file too many at its cell, or more than a report holds; not what is there already."""
    of_report = Attachment.objects.filter(revision=report.current_id)
    of_cell = of_report.filter(item=terms.by_code[cell.item], row=cell.row)
    if of_cell.filter(sha256=store.name_of(data)).exists():
        return
    held = of_report.aggregate(count=Count("pk"), size=Sum("size", default=0))
    if of_cell.count() >= MOST:
        words = _("At most %(count)d files answer one item. Take one off first, or put several pages into one PDF.")
        raise ValidationError({"file": words % {"count": MOST}})
    if held["count"] >= MOST_OF_REPORT:
        words = _("A report holds at most %(count)d files. Take one off first, or put several pages into one PDF.")
        raise ValidationError({"file": words % {"count": MOST_OF_REPORT}})
    if held["size"] + min(len(data), LARGEST) > LARGEST_OF_REPORT:
        words = _(
            "The files of a report have at most %(count)d MB together. Take one off first, or scan in black and white "
            "or at 150 dpi."
        )
        raise ValidationError({"file": words % {"count": LARGEST_OF_REPORT // 1024**2}})


def _name_files(report: Report, terms: Terms, cell: Cell, by: User) -> None:
    """Write the files' digests and names as the cell's answer: so it is checked, frozen and sealed as any other."""
    files = Attachment.objects.filter(revision=report.current_id, item=terms.by_code[cell.item], row=cell.row)
    filing.rewrite(report, terms, cell, Answer(text=listing(files.values_list("sha256", "name"))), by=by)
