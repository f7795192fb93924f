"""The files of a report: attached and taken off on its screen, and sent only to who may read its content."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import content
from reports.actions import attaching
from reports.checks import Cell, Kind
from reports.exchange import files as outgoing
from reports.filetypes import LARGEST, TYPES
from reports.models import Attachment, Item, Report
from reports.pages.boxes import key_of

ACCEPTED = ",".join(name for kind in TYPES for name in (kind.content_type, *kind.endings))
"""What the browser offers to choose from (a phone then turns its pictures into JPEG); what counts is the content."""

LONGEST_NAME_SAID = 80


@dataclass(frozen=True)
class Folder:
    """A cell that asks for files, with those attached to it; `title` names the row where it is of a table."""

    item: Item
    cell: Cell
    title: str
    files: Sequence[Attachment]
    may_attach: bool

    @property
    def key(self) -> str:
        return key_of(self.cell)


@dataclass(frozen=True)
class Folders:
    """All cells of a report that ask for files, and the files that it was filed with as a whole."""

    folders: list[Folder]
    whole: list[Attachment]
    accepted: str = ACCEPTED
    megabytes: int = LARGEST // 1024**2
    largest: int = LARGEST
    most: int = attaching.MOST

    @property
    def count(self) -> int:
        return len(self.whole) + sum(len(folder.files) for folder in self.folders)


def folders_of(reading: content.Reading, fillable: frozenset[int] | None) -> Folders | None:
    """The files of the revision that was read, by the cells that ask for some; None where there are neither."""
    terms = reading.terms
    asking = [item for _section, items in terms.sections for item in items if item.kind == Kind.FILE]
    revision = reading.revision or reading.report.current_id
    attached = list(Attachment.objects.filter(revision=revision).select_related("by"))
    if not asking and not attached:
        return None
    folders = [
        Folder(
            item,
            cell,
            line.title,
            [one for one in attached if (one.item_id, one.row) == (item.pk, line.code)],
            cell in terms.typed and (fillable is None or item.section_id in fillable),
        )
        for item in asking
        for line in terms.lines(item)
        if not line.is_total
        for cell in [Cell(item.code, line.code)]
    ]
    return Folders(folders, [one for one in attached if one.item_id is None])


@require_POST
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Attach the `file` that was sent to `item` and `row`, or take the file with the key `remove` off.

    What was done or refused is said on the report's page, at the cell: a page that is called again sends no file again.
    A script is answered without content, and calls the page when it has sent all of its files.
    """
    report = get_object_or_404(Report.objects.visible_to(request.user, request.at), pk=pk)
    sent = request.POST
    if "remove" in sent:
        cell = _detach(report, sent["remove"], request)
    else:
        cell = Cell(sent.get("item", ""), sent.get("row", ""))
        _attach(report, cell, request)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(f"{reverse('report', args=[pk])}#files-{key_of(cell)}")


def _attach(report: Report, cell: Cell, request: PortalRequest) -> None:
    file = request.FILES.get("file")
    data = file.read(LARGEST + 1) if file else b""
    name = file.name if file and file.name else ""
    try:
        attached = attaching.attach(report, cell, name, data, by=request.user, at=request.at)
    except (Refused, ValidationError) as refusal:
        words = refusal.message if isinstance(refusal, Refused) else " ".join(refusal.messages)
        if file is None:  # none was chosen, or the line broke before it had arrived
            words = _("No file arrived. Choose it and attach it once more.")
        else:
            words = _("“%(name)s” was not attached. %(words)s") % {"name": name[:LONGEST_NAME_SAID], "words": words}
        messages.error(request, words, extra_tags=key_of(cell))
    else:
        messages.success(request, _("“%(name)s” is attached.") % {"name": attached.name})


def _detach(report: Report, key: str, request: PortalRequest) -> Cell:
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise BadRequest("A file is named by its key.")
    of_report = Attachment.objects.filter(revision__report=report).select_related("item", "revision__report")
    attachment = get_object_or_404(of_report, pk=key)
    cell = Cell(attachment.item.code if attachment.item else "", attachment.row)
    try:
        attaching.detach(attachment, by=request.user, at=request.at)
    except (Refused, ValidationError) as refusal:
        words = refusal.message if isinstance(refusal, Refused) else " ".join(refusal.messages)
        messages.error(request, words, extra_tags=key_of(cell))
    else:
        messages.success(request, _("“%(name)s” was taken off.") % {"name": attachment.name})
    return cell


@require_safe
def send(request: PortalRequest, pk: int, file: int) -> FileResponse:
    """One file, to be saved and never shown in place."""
    user, at = request.user, request.at
    report = get_object_or_404(Report.objects.visible_to(user, at), pk=pk)
    return outgoing.sent(get_object_or_404(outgoing.open_to(report, by=user, at=at), pk=file))
