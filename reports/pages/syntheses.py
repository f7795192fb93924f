"""Syntheses of districts: what can be brought together and signed, what was, and the owner's acceptance of one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports.actions import synthesising
from reports.models import Form, FormOwner, Period, Synthesis
from reports.workflow import Status

LATELY = 24
"""How many periods back are offered, and how many syntheses are listed."""


@dataclass(frozen=True)
class Offer:
    """What may be brought together of one form and period, and whether it is this person who signs it."""

    due: synthesising.Due
    may_sign: bool


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """What can be signed and what was; posted to, the synthesis that `of` names is signed."""
    if request.method == "POST":
        return _sign(request)
    return _page(request)


def _page(request: PortalRequest, words: str = "", status: int = 200) -> HttpResponse:
    user, at = request.user, request.at
    signed = Synthesis.objects.visible_to(user, at).select_related("form", "period", "unit", "by")
    counted = signed.annotate(
        held=Count("entries", distinct=True),
        lacks=Count("missing", distinct=True),
        approved=Count("reports", filter=Q(reports__status=Status.APPROVED), distinct=True),
    )
    seen = {
        "offers": _offers(request),
        "signed": counted.order_by("-at")[:LATELY],
        "words": words,
    }
    return render(request, "portal/syntheses.html", seen, status=status)


def _offers(request: PortalRequest) -> list[Offer]:
    """What is still to be brought together of the units that this person works in as a head or reviewer."""
    user, at = request.user, request.at
    units = {post.unit_id for post in user.posts(at) if post.role in (Role.HEAD, Role.REVIEWER)}
    found = list(synthesising.dues(units).values())[:LATELY]
    return [Offer(due, synthesising.signer(due.unit, by=user, at=at) is not None) for due in found]


def _sign(request: PortalRequest) -> HttpResponse:
    try:
        form, period, unit = (int(part) for part in request.POST.get("of", "")[:60].split(":"))
    except ValueError as error:
        raise BadRequest("A synthesis names form, period and unit by their keys.") from error
    found = (
        get_object_or_404(Form, pk=form),
        get_object_or_404(Period, pk=period),
        get_object_or_404(Unit, pk=unit),
    )
    try:
        synthesis = synthesising.sign(*found, by=request.user, at=request.at)
    except Refused as refusal:
        return _page(request, refusal.message, 409)
    messages.success(request, _("The synthesis was signed. The owner of the form accepts it next."))
    return redirect("synthesis", synthesis.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PortalRequest, pk: int) -> HttpResponse:
    """One synthesis: its reports as they stand now, and the missing; posted to, the owner accepts it."""
    user, at = request.user, request.at
    synthesis = get_object_or_404(
        Synthesis.objects.visible_to(user, at).select_related("form", "period", "unit", "by"), pk=pk
    )
    refused: dict[int, str] = {}
    if request.method == "POST":
        if not _accepts(synthesis, request):
            raise PermissionDenied(_("Only an approver of the form's owner accepts a synthesis."))
        moved = synthesising.accept(synthesis, by=user, at=at)
        refused = moved.refused
        words = ngettext("%(count)d report was approved.", "%(count)d reports were approved.", len(moved.steps))
        messages.success(request, words % {"count": len(moved.steps)})
        if not refused:
            return redirect("synthesis", pk)
    entries = list(
        synthesis.entries.select_related("report__unit", "report__current", "revision")
        .defer("report__current__snapshot", "revision__snapshot")
        .order_by("report__unit__sort_key")
    )
    standing = [
        one for one in entries if one.report.status == Status.CHECKED and one.report.current_id == one.revision_id
    ]
    seen: dict[str, Any] = {
        "synthesis": synthesis,
        "lines": [(entry, refused.get(entry.report_id, "")) for entry in entries],
        "missing": synthesis.missing.order_by("sort_key"),
        "standing": standing,
        "may_accept": bool(standing) and _accepts(synthesis, request),
    }
    return render(request, "portal/synthesis.html", seen)


def _accepts(synthesis: Synthesis, request: PortalRequest) -> bool:
    held = [post.unit_id for post in request.user.posts(request.at) if post.role == Role.APPROVER]
    owners = FormOwner.objects.filter(form=synthesis.form, valid__contains=request.at.date(), unit__in=held)
    return bool(held) and owners.exists()
