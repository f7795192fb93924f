"""A person's calendar of deadlines, for the calendar program that knows its secret address."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.requests import PortalRequest
from notifications import feed
from notifications.actions import feeding


@login_not_required
@require_safe
def calendar(request: PortalRequest, secret: str) -> HttpResponse:
    """The calendar that this secret opens; a program that has it already is told so."""
    opened = feeding.opened_by(secret)
    if opened is None:
        raise Http404
    content = feed.written(opened.person, at=request.at)
    feeding.note_reading(opened, at=request.at)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response
