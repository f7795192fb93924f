"""Attached files as they go out: to whom, and never to be shown in place."""

import logging
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import FileResponse, Http404

from accounts.models import User
from reports import content, store
from reports.models import Attachment, Report

logger = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""Whatever a file turns out to be, no browser runs it, shows it within a page or keeps it."""


class Named(Protocol):
    """What names a file of the store: an attachment, an issued document, a directive …"""

    pk: Any
    name: Any
    content_type: Any
    sha256: Any


def open_to(report: Report, *, by: User, at: datetime) -> QuerySet[Attachment]:
    """The files of a report that this person may have; that they may read the report is settled before.

    The unit's own people have those of every revision, others those of the revision that they may read.
    """
    files = Attachment.objects.filter(revision__report=report)
    if content.is_own(report, by=by, at=at):
        return files
    return files.filter(revision=content.readable(report, by=by, at=at))


def sent(named: Named) -> FileResponse:
    """The file, streamed, to be saved under its name (RFC 6266). Raises Http404 where the store lacks it."""
    try:
        data = store.path_of(named.sha256).open("rb")
    except FileNotFoundError as missing:
        logger.error("a file is not in the store: %s=%s sha256=%s", type(named).__name__, named.pk, named.sha256)
        raise Http404("the file is not in the store") from missing
    return FileResponse(
        data,
        as_attachment=True,
        filename=named.name,
        content_type=named.content_type,
        headers=HEADERS,
    )
