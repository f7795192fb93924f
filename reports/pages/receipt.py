"""The receipt of a submitted revision: proof for the unit of what it sent and when the portal received it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from accounts.requests import PortalRequest
from reports import receipts
from reports.exchange import documents
from reports.models import CalendarDay, Report
from reports.pages import verify
from reports.receipts import Receipt


def show(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """The receipt, for whoever may read the report; 404 for a revision that was never submitted."""
    receipt = _get(request, pk, number)
    address = verify.address_of(receipt.step)
    shown = {"receipt": receipt, "report": receipt.report, "step": receipt.step, "address": address}
    return render(request, "portal/report_receipt.html", shown | {"qr_code": documents.qr_code(address)})


def download(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """The same as a PDF."""
    receipt = _get(request, pk, number)
    name = "-".join(["bien-nhan", *receipt.name.split("/")])
    return HttpResponse(
        documents.receipt(receipt, verify.address_of(receipt.step)),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.pdf")},
    )


def _get(request: PortalRequest, pk: int, number: int) -> Receipt:
    reports = Report.objects.visible_to(request.user, request.at)
    given = receipts.given().defer("revision__snapshot")
    step = get_object_or_404(given, report__in=reports.filter(pk=pk), revision__number=number)
    return receipts.receipt_of(step, at=request.at, calendar=CalendarDay.objects.as_calendar())
