"""The receipt of a submitted revision: proof for the unit of what it sent and when the portal received it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import PortalRequest
from reports.models import CalendarDay
from reports.pages import report as screen
from reports.standing import standing
from reports.workflow import Action


def show(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """The receipt, for whoever may read the report; 404 for a revision that was never submitted."""
    report = screen.get(request, pk)
    step = get_object_or_404(
        report.steps.select_related("by", "revision"), action=Action.SUBMIT.value, revision__number=number
    )
    sent_back = report.steps.filter(action__in=[Action.RECALL, Action.RETURN], revision=step.revision_id).first()
    return render(
        request,
        "portal/report_receipt.html",
        {
            "report": report,
            "step": step,
            "number": step.receipt_name,
            "digest": [step.revision.digest[place : place + 8] for place in range(0, 64, 8)],
            "sent_back": sent_back,
            "recalled": sent_back is not None and sent_back.action == Action.RECALL,
            "stand": standing(report.deadline, report.received_at, request.at, CalendarDay.objects.as_calendar()),
        },
    )
