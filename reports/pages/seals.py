"""The seals of the journal, for inspectors: whether it agrees with itself, seals to keep, and kept ones to try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PortalRequest
from accounts.roles import Role
from reports import journal
from reports.actions import verifying
from reports.calendars import ZONE
from reports.exchange import seals
from reports.filetypes import LARGEST
from reports.models import Seal
from reports.pages import address
from reports.seals import Kept

SHOWN = 31
LATE = timedelta(hours=26)
"""After how long without a verification, or a seal, the page says so: each is due once a night."""


class KeptForm(forms.Form):
    """A seal that somebody has kept."""

    file = forms.FileField(
        label=gettext_lazy("The file of a seal"),
        help_text=gettext_lazy("As it was downloaded, such as niem-phong-00012-2022-05-17.txt."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": seals.ENDING}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "use_required_attribute": False, **kwargs})

    def clean_file(self) -> Kept:
        """The seal that the file holds."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError(
                _("The file is too large: at most %(count)d MB. Larger seals are verified by the command.")
                % {"count": LARGEST // 1024**2}
            )
        return seals.read(file.read())


@dataclass(frozen=True)
class Line:
    """A seal, how many chains it lists, and how many days before it passed without one."""

    seal: Seal
    heads: int
    unsealed: int


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """The seals, the latest first; posted to, a kept one is tried against the chains as they are now."""
    _refuse_others(request)
    form = KeptForm(request.POST, request.FILES) if request.method == "POST" else KeptForm()
    shown: dict[str, Any] = {"form": form}
    if form.is_valid():
        kept: Kept = form.cleaned_data["file"]
        shown |= {"kept": kept, "outcome": journal.agrees(kept)}
    before = _number(address.text(request, "before"))
    found = Seal.objects.order_by("-number")
    page = list((found.filter(number__lt=before) if before else found).annotate(count=Count("heads"))[: SHOWN + 1])
    newest, night = found.first(), verifying.last()
    shown |= {
        "lines": _lines(page),
        "earlier": len(page) > SHOWN,
        "night": night,
        "night_is_late": night is not None and request.at - night.at > LATE,
        "newest": newest,
        "seal_is_late": newest is not None and request.at - newest.at > LATE,
        "is_first_page": not before,
    }
    return render(request, "portal/seals.html", shown, status=422 if form.errors else 200)


@require_safe
def send(request: PortalRequest, number: int) -> StreamingHttpResponse:
    """A seal as a file to be kept outside the portal."""
    _refuse_others(request)
    seal = get_object_or_404(Seal, number=number)
    return StreamingHttpResponse(
        seals.written(seal),
        content_type="text/plain; charset=us-ascii",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=seals.name_of(seal))},
    )


def _refuse_others(request: PortalRequest) -> None:
    if not request.user.holds(Role.INSPECTOR, request.at):
        raise PermissionDenied(_("Only inspectors keep and verify the seals of the journal."))


def _lines(found: Sequence[Any]) -> list[Line]:
    """The seals as lines; the first of the next page is read along for the days between, and is none itself."""
    days = [seal.at.astimezone(ZONE).date() for seal in found]
    unsealed = [max(0, (day - before).days - 1) for day, before in pairwise(days)]
    return [Line(seal, seal.count, gap) for seal, gap in zip(found[:SHOWN], [*unsealed, 0], strict=False)]


def _number(text: str) -> int:
    """The number of a seal that is written there; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
