"""The files of a report: attached and taken off on its screen, and sent only to who may read its content."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import content, store
from reports.actions import attaching
from reports.checks import Cell, Kind
from reports.filetypes import LARGEST, TYPES
from reports.models import Attachment, Item, Report

logger = logging.getLogger(__name__)

ACCEPTED = ",".join(ending for kind in TYPES for ending in kind.endings)
"""What the browser offers to choose from; what counts is the content."""


@dataclass(frozen=True)
class Folder:
    """A cell that asks for files, with those attached to it; `title` names the row where it is of a table."""

    item: Item
    row: str
    title: str
    files: Sequence[Attachment]
    may_attach: bool


@dataclass(frozen=True)
class Folders:
    """All cells of a report that ask for files."""

    folders: list[Folder]
    accepted: str = ACCEPTED
    megabytes: int = LARGEST // 1024**2

    @property
    def count(self) -> int:
        return sum(len(folder.files) for folder in self.folders)


def folders_of(reading: content.Reading, fillable: frozenset[int] | None) -> Folders | None:
    """The cells of the revision that was read which ask for files; None where the form asks for none. One query."""
    terms = reading.terms
    asking = [item for _section, items in terms.sections for item in items if item.kind == Kind.FILE]
    if not asking:
        return None
    revision = reading.revision or reading.report.current_id
    attached = list(Attachment.objects.filter(revision=revision).select_related("by"))
    return Folders(
        [
            Folder(
                item,
                line.code,
                line.title,
                [one for one in attached if (one.item_id, one.row) == (item.pk, line.code)],
                Cell(item.code, line.code) in terms.typed and (fillable is None or item.section_id in fillable),
            )
            for item in asking
            for line in terms.lines(item)
            if not line.is_total
        ]
    )


@require_POST
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Attach the `file` that was sent to `item` and `row`, or take the file with the key `remove` off."""
    report = get_object_or_404(Report.objects.visible_to(request.user, request.at), pk=pk)
    sent = request.POST
    try:
        if "remove" in sent:
            _detach(report, sent["remove"], request)
        else:
            _attach(report, Cell(sent.get("item", ""), sent.get("row", "")), request)
    except Refused as refusal:
        messages.error(request, refusal.message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{request.path.removesuffix('files/')}#files")


def _attach(report: Report, cell: Cell, request: PortalRequest) -> None:
    file = request.FILES.get("file")
    data = file.read(LARGEST + 1) if file else b""
    name = file.name if file and file.name else ""
    attached = attaching.attach(report, cell, name, data, by=request.user, at=request.at)
    messages.success(request, _("“%(name)s” is attached.") % {"name": attached.name})


def _detach(report: Report, key: str, request: PortalRequest) -> None:
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise BadRequest("A file is named by its key.")
    of_report = Attachment.objects.filter(revision__report=report).select_related("item", "revision__report")
    attachment = get_object_or_404(of_report, pk=key)
    attaching.detach(attachment, by=request.user, at=request.at)
    messages.success(request, _("“%(name)s” was taken off.") % {"name": attachment.name})


@require_safe
def send(request: PortalRequest, pk: int, file: int) -> FileResponse:
    """One file, to be saved and never shown in place.

    The unit's own people read those of every revision, others those of the revision that they may read.
    """
    user, at = request.user, request.at
    report = get_object_or_404(Report.objects.visible_to(user, at), pk=pk)
    attachment = get_object_or_404(Attachment, pk=file, revision__report=report)
    own = content.is_own(report, by=user, at=at)
    if not own and attachment.revision_id != content.readable(report, by=user, at=at):
        raise Http404("a file of a revision that this person does not read")
    try:
        data = store.path_of(attachment.sha256).open("rb")
    except FileNotFoundError as missing:
        logger.error("file of a report is not in the store: attachment=%s sha256=%s", attachment.pk, attachment.sha256)
        raise Http404("the file is not in the store") from missing
    response = FileResponse(data, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
