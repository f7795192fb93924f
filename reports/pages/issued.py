"""Entering the document by which a unit issued its report, and sending its scan to who may read the report."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports.actions import issuing
from reports.exchange import files as outgoing
from reports.filetypes import LARGEST
from reports.models import IssuedDocument, Report
from reports.pages import report as screen
from reports.pages.documents import DocumentForm
from reports.pages.sheet import Kept


@require_POST
def enter(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter a document; what is refused is said at its field on the report's page."""
    report = screen.get(request, pk)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        file = given["file"]
        scan = (file.name, file.read(LARGEST + 1)) if file else None
        try:
            issuing.enter(report, given["number"], given["day"], scan=scan, by=request.user, at=request.at)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("The document was entered."))
            return redirect(f"{reverse('report', args=[pk])}#issued")
    return screen.page(request, report, Kept(status=400, document=form))


@require_safe
def send(request: PortalRequest, pk: int, document: int) -> FileResponse:
    """The scan of one document, to be saved."""
    report = get_object_or_404(Report.objects.visible_to(request.user, request.at), pk=pk)
    scanned = IssuedDocument.objects.filter(report=report).exclude(sha256="")
    return outgoing.sent(get_object_or_404(scanned, pk=document))
