"""The documents by which a unit issued its report, as its page shows them, and the form to enter one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.requests import PortalRequest
from reports.actions import issuing
from reports.actions.grounds import LONGEST_DOCUMENT
from reports.models import IssuedDocument, Report
from reports.pages.fields import day_field


class DocumentForm(forms.Form):
    """Number, date and scan of a document."""

    number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=LONGEST_DOCUMENT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = day_field(gettext_lazy("Date of the document"))
    file = forms.FileField(
        label=gettext_lazy("The issued document, scanned"),
        required=False,
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "prefix": "issued", **kwargs})


@dataclass(frozen=True)
class Issued:
    """What was entered of a report, the latest first, and the form for who may enter more."""

    documents: list[IssuedDocument]
    form: DocumentForm | None


def of_report(report: Report, request: PortalRequest, form: DocumentForm | None = None) -> Issued | None:
    """The documents of a report; None where there is nothing to show and nothing to enter."""
    may_enter = report.received_at is not None and issuing.may_enter(report, by=request.user, at=request.at)
    documents = list(IssuedDocument.objects.filter(report=report).select_related("by").order_by("-pk"))
    if not documents and not may_enter:
        return None
    return Issued(documents, (form or DocumentForm()) if may_enter else None)
