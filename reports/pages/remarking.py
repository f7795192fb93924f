"""Remarks that a report's screen sends: pinned by reviewers, answered by the unit, ticked off after that."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import reviews
from reports.actions import moving, reviewing
from reports.pages import queue
from reports.pages import report as screen
from reports.pages.boxes import key_of
from reports.pages.remarks import place_of
from reports.pages.sheet import Kept


@require_POST
def pin(request: PortalRequest, pk: int) -> HttpResponse:
    """Pin the remark that was sent: its `text`, the `remark` that names the cell, and the `revision` that was seen."""
    report = screen.get(request, pk)
    sent = request.POST
    cell, paragraph = place_of(sent.get("remark", ""))
    revision, text = sent.get("revision", ""), _text(request)
    if not (revision.isascii() and revision.isdigit() and len(revision) < 6):
        raise BadRequest("A remark names the revision that was seen.")
    try:
        reviewing.pin(report, cell, text, paragraph=paragraph, revision=int(revision), by=request.user, at=request.at)
    except (Refused, PermissionDenied, ValidationError) as refusal:
        kept = replace(_kept(refusal), remark=sent.get("remark", ""), reason=text)
        return screen.page(request, screen.get(request, pk), kept)
    messages.success(request, _("The remark was pinned. The unit reads it once you return the report."))
    return _back(request, pk, f"cell-{key_of(cell)}")


@require_POST
def change(request: PortalRequest, pk: int, remark: int) -> HttpResponse:
    """Do to a remark what `do` says: reword or unpin it, answer it or take the answer back, settle it or open it again.

    A remark that the person does not read is a 404.
    """
    report = screen.get(request, pk)
    user, at = request.user, request.at
    may_remark = reviewing.may_remark(moving.moves_open(report, by=user, at=at))
    read = reviews.remarks_of(report, by=user, at=at, reviews=may_remark)
    found = next((one.remark for one in read if one.remark.pk == remark), None)
    if found is None:
        raise Http404("no remark that may be read")
    text = _text(request)
    try:
        match request.POST.get("do", ""):
            case "reword":
                reviewing.reword(found, text, by=user, at=at)
            case "unpin":
                reviewing.unpin(found, by=user, at=at)
            case "mended":
                reviewing.answer(found, str(reviewing.MENDED), by=user, at=at)
            case "answer":
                reviewing.answer(found, text, by=user, at=at)
            case "settle" | "unsettle" as done:
                reviewing.settle(found, settled=done == "settle", by=user, at=at)
            case _:
                raise BadRequest("A remark is reworded, unpinned, mended, answered, settled or unsettled.")
    except (Refused, PermissionDenied, ValidationError) as refusal:
        return screen.page(request, screen.get(request, pk), replace(_kept(refusal), reason=text))
    return _back(request, pk, "remarks")


def _back(request: PortalRequest, pk: int, place: str) -> HttpResponse:
    """To that place of the report, and to where in a queue one was."""
    return redirect(f"{reverse('report', args=[pk])}{queue.carried(request)}#{place}")


def _text(request: PortalRequest) -> str:
    return request.POST.get("text", "").replace("\0", "").replace("\r\n", "\n")


def _kept(refusal: Refused | PermissionDenied | ValidationError) -> Kept:
    if isinstance(refusal, Refused):
        return Kept(status=409, words=refusal.message)
    if isinstance(refusal, ValidationError):
        return Kept(status=422, words=" ".join(cast(Sequence[str], refusal.messages)))
    return Kept(status=403, words=str(refusal))
