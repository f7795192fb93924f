"""Whether a receipt is one that the portal gave: for anybody who holds it, signed in or not.

The answer names form, period, unit and revision and says what has become of it. It never shows a figure, and to
whoever does not know the digest it does not say whether there is such a report.
"""

import re
from typing import Any
from urllib.parse import urljoin

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PortalRequest
from reports import receipts
from reports.models import CalendarDay, Step

NUMBER = re.compile(r"[^/]{1,60}/[^/]{1,20}/[^/]{1,60}/[0-9]{1,4}")
DIGEST = re.compile(r"[0-9a-f]{64}")


class ReceiptForm(forms.Form):
    """What stands on a receipt, as one types it from paper."""

    number = forms.CharField(
        label=gettext_lazy("Number of the receipt"),
        help_text=gettext_lazy("As it stands on the receipt, such as BM-02/2022-05/00001/1."),
        max_length=200,
    )
    digest = forms.CharField(
        label=gettext_lazy("SHA-256 of the content"),
        help_text=gettext_lazy("64 digits and letters; spaces between them do not matter."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "use_required_attribute": False, **kwargs})

    def clean_number(self) -> str:
        """The number without the spaces that typing brings."""
        number = "".join(str(self.cleaned_data["number"]).split())
        if not NUMBER.fullmatch(number):
            raise ValidationError(
                _("The number has four parts with a stroke between them, such as BM-02/2022-05/00001/1.")
            )
        return number

    def clean_digest(self) -> str:
        """The digest in small letters, its groups joined."""
        digest = "".join(str(self.cleaned_data["digest"]).split()).lower()
        if not DIGEST.fullmatch(digest):
            raise ValidationError(
                _("The SHA-256 has 64 signs, each a digit or a letter from a to f. Signs typed: %(count)d.")
                % {"count": len(digest)}
            )
        return digest


@login_not_required
@never_cache
@require_safe
def ask(request: PortalRequest) -> HttpResponse:
    """The form; once it is filled in, the way to the answer."""
    asked = request.GET
    form = ReceiptForm(asked if "number" in asked or "digest" in asked else None)
    if form.is_valid():
        return redirect("verify-receipt", form.cleaned_data["number"], form.cleaned_data["digest"])
    return render(request, "portal/verify.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_safe
def answer(request: PortalRequest, name: str, digest: str) -> HttpResponse:
    """What a receipt's QR code leads to: 200 where the portal gave this receipt, 404 where it did not."""
    form = ReceiptForm({"number": name, "digest": digest})
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form}, status=422)
    step = receipts.find(form.cleaned_data["number"], form.cleaned_data["digest"])
    if step is None:
        return render(request, "portal/verify.html", {"form": form, "unknown": True}, status=404)
    receipt = receipts.receipt_of(step, at=request.at, calendar=CalendarDay.objects.as_calendar())
    return render(request, "portal/verify.html", {"form": ReceiptForm(), "receipt": receipt, "report": receipt.report})


def address_of(step: Step) -> str:
    """The address at which anybody can verify the receipt of this step."""
    path = reverse("verify-receipt", args=[step.receipt_name, step.revision.digest])
    return urljoin(settings.PORTAL_ADDRESS, path)
