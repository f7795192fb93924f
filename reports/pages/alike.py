"""One remark to all units whose reports of a form and period have the same fault at the same cell."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports.actions import reviewing
from reports.models import CalendarDay, Report
from reports.pages.bulk import edits_of, made, visible
from reports.pages.queue import Asked, Queue, queues_of
from reports.pages.reasons import Wording, cell_of
from reports.pages.review import refuse_who_reviews_nothing
from reports.standing import stage_deadline
from reports.workflow import Action


def show(request: PortalRequest) -> HttpResponse:
    """The units with the fault that the address names, and the remark; once it is sent, what became of each."""
    refuse_who_reviews_nothing(request)
    asked = Asked.of(request)
    queue = next((one for one in queues_of(request.user, request.at) if one.key == asked.queue), None)
    told = cell_of(asked.why)
    if queue is None or told is None:
        raise Http404
    code, cell = told
    seen: dict[str, Any] = {"place": asked.query, "queue": queue, "action": Action.RETURN.value, "text": ""}
    status, chosen = 200, None
    if request.method == "POST":
        edits = edits_of(request.POST.getlist("seen"))
        status, chosen, seen["text"] = 409, set(edits), request.POST.get("text", "").replace("\0", "")
        named = visible(edits, request)
        try:
            moved = reviewing.return_alike(edits, cell, seen["text"], by=request.user, at=request.at)
        except ValidationError as error:
            seen["refused"] = " ".join(error.messages)
        except Refused as refusal:
            seen["refused"] = refusal.message
        else:
            return render(request, "portal/review_made.html", seen | made(moved, named, edits))
    reports = reviewing.with_fault(queue.version.form_id, queue.span.pk, code, cell, by=request.user, at=request.at)
    return render(
        request, "portal/review_alike.html", seen | _asked(reports, chosen, asked, queue, request), status=status
    )


def _asked(
    reports: list[Report], chosen: set[int] | None, asked: Asked, queue: Queue, request: PortalRequest
) -> dict[str, Any]:
    """The units, at first as many ticked as one act takes, and until when they are to correct their reports."""
    ticked = chosen if chosen is not None else {report.pk for report in reports[: reviewing.MOST_AT_ONCE]}
    days = reports[0].version.correction_days if reports else 0
    return {
        "words": Wording.of(queue.version.pk, [asked.why]).words(asked.why),
        "units": [(report, report.pk in ticked) for report in reports],
        "most": reviewing.MOST_AT_ONCE,
        "longest": reviewing.LONGEST,
        "due": stage_deadline(request.at, days, CalendarDay.objects.as_calendar()),
    }
