"""Making a move: what is refused comes back to the screen with whatever was typed."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import labels
from reports.actions import moving
from reports.actions.grounds import Grounds
from reports.pages import assignments
from reports.pages import report as screen
from reports.pages.sheet import Kept
from reports.workflow import Action


def make(request: PortalRequest, pk: int) -> HttpResponse:
    """Make the move that was sent; a submission leads to its receipt, any other move back to the report."""
    if request.method != "POST":
        return redirect("report", pk)
    report = screen.get(request, pk)
    sent = request.POST
    try:
        action, edit = Action(sent.get("action", "")), int(sent.get("edit", "")[:9])
    except ValueError as error:
        raise BadRequest("A move names a known action and the edit that was seen.") from error
    reason = sent.get("reason", "").replace("\0", "")
    try:
        step = moving.move(report, action, by=request.user, at=request.at, edit=edit, grounds=Grounds(reason))
    except Refused as refusal:
        kept = Kept(status=409, words=refusal.message, move=action, reason=reason)
    except PermissionDenied as denied:
        kept = Kept(status=403, words=str(denied), move=action, reason=reason)
    else:
        messages.success(request, labels.DONE[action])
        if action in (Action.HAND_UP, Action.SUBMIT):
            assignments.warn_of_unfinished(request, report)
        if step.is_receipt:
            return redirect("receipt", pk, step.revision.number)
        return redirect("report", pk)
    return screen.page(request, screen.get(request, pk), kept)
