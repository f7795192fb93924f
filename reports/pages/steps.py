"""Making a move: what is refused comes back to the screen with whatever was typed."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import labels
from reports.actions import moving
from reports.models import Report
from reports.pages import assignments, queue
from reports.pages import report as screen
from reports.pages.grounds import GroundsForm
from reports.pages.sheet import Kept
from reports.workflow import Action, Status, moves_from


def make(request: PortalRequest, pk: int) -> HttpResponse:
    """Make the move that was sent; a submission leads to its receipt, in a queue to the next one, else back to it."""
    if request.method != "POST":
        return redirect("report", pk)
    report = screen.get(request, pk)
    sent = request.POST
    try:
        action, edit = Action(sent.get("action", "")), int(sent.get("edit", "")[:9])
    except ValueError as error:
        raise BadRequest("A move names a known action and the edit that was seen.") from error
    place = queue.place_of(request, report)
    given = _given(report, action, request)
    kept = Kept(status=400, move=action, reason=sent.get("reason", ""), grounds=given)
    if given is None or given.is_valid():
        try:
            grounds = given.grounds() if given else None
            step = moving.move(report, action, by=request.user, at=request.at, edit=edit, grounds=grounds)
        except Refused as refusal:
            kept.status = 409
            if given is not None and refusal.code in ("reason_missing", "reason_too_long"):
                given.add_error("reason", refusal.message)
            else:
                kept.words = refusal.message
        except PermissionDenied as denied:
            kept.status, kept.words = 403, str(denied)
        except ValidationError as error:
            if given is not None:
                given.refuse(error.message_dict)
        else:
            messages.success(request, f"{report.unit}: {labels.DONE[action]}" if place else labels.DONE[action])
            if action in (Action.HAND_UP, Action.SUBMIT):
                assignments.warn_of_unfinished(request, report)
            if step.is_receipt:
                return redirect("receipt", pk, step.revision.number)
            return redirect(place.onward) if place else redirect("report", pk)
    return screen.page(request, screen.get(request, pk), kept)


def _given(report: Report, action: Action, request: PortalRequest) -> GroundsForm | None:
    """What was told with the move, if the report as it stands has this move at all."""
    rows = moves_from(Status(report.status), report.route)
    row = next((row for row in rows if row.action == action), None)
    return GroundsForm(row, request.POST, request.FILES) if row else None
