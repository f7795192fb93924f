"""Saving typed cells: the grid sends them as it goes; without JavaScript the whole sheet is sent by a button."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import labels
from reports.actions import filing
from reports.content import Terms
from reports.models import Author, Item, Report
from reports.numbers import NumberRefused, parse
from reports.pages import report as screen
from reports.pages import sheet
from reports.pages.sheet import Kept, Stale, Typed


class Malformed(ValueError):
    """What was sent has not the shape that the grid sends."""


def save(request: PortalRequest, pk: int) -> HttpResponse:
    """Save typed cells, each by itself: JSON in and out for the grid, a form for a page without JavaScript."""
    if request.method != "POST":
        return redirect("report", pk)
    if request.content_type == "application/json":
        return _save_quietly(request, pk)
    return _save_and_show(request, pk)


def _save_quietly(request: PortalRequest, pk: int) -> JsonResponse:
    """`{"cells": [{"item", "typed", "edit"}]}` → what became of each, and what follows from it."""
    try:
        report = screen.get(request, pk)
        typed = _read(request.body)
        terms = Terms.of(report.version_id)
        saved, kept = _save(request, report, terms, typed)
    except Http404:
        return _refusal(404, "not_found", _("There is no such report, or you may no longer see it."))
    except Malformed:
        return _refusal(400, "malformed", _("The cells were not sent in the form that is expected."))
    except PermissionDenied as denied:
        return _refusal(403, "forbidden", str(denied))
    except Refused as refusal:
        return _refusal(409, refusal.code, refusal.message)
    numbers = terms.with_ratios(saved.numbers)
    done, asked = sheet.progress(terms, numbers)
    return JsonResponse(
        {
            "edit": saved.edit,
            "saved_at": f"{request.at:%H:%M:%S}",
            "cells": [
                {
                    "item": cell.item,
                    "written": sheet.in_writing(cell.number, terms.by_code[cell.item]),
                    "edit": cell.edit,
                }
                for cell in saved.stands
                if terms.is_typed(terms.by_code[cell.item])
            ],
            "refused": [{"item": item, "words": words} for item, words in kept.refused.items()],
            "stale": [
                {"item": item, "stands": stale.stands, "edit": stale.edit, "words": stale.words}
                for item, stale in kept.stale.items()
            ],
            "computed": {
                item.code: sheet.in_writing(numbers[item.code], item)
                for item in terms.items
                if not terms.is_typed(item)
            },
            "problems": [
                {"item": one.item, "name": one.name, "severity": one.severity, "words": one.words}
                for one in sheet.found(terms, saved.problems)
            ],
            "blank": sheet.blank(saved.problems),
            "progress": {"done": done, "asked": asked},
        }
    )


def _save_and_show(request: PortalRequest, pk: int) -> HttpResponse:
    """Save the cells that were changed, and lead back; or show the sheet again with what was typed."""
    report = screen.get(request, pk)
    terms = Terms.of(report.version_id)
    typed = _changed(request, terms)
    try:
        _saved, kept = _save(request, report, terms, typed)
    except PermissionDenied as denied:
        kept = Kept(status=403, words=str(denied), typed={cell.item: cell.text for cell in typed})
    except Refused as refusal:
        kept = Kept(status=409, words=refusal.message, typed={cell.item: cell.text for cell in typed})
    if kept.status == 200:
        messages.success(request, _("Saved at %(time)s.") % {"time": f"{request.at:%H:%M:%S}"})
        return redirect("report", pk)
    return screen.page(request, screen.get(request, pk), kept)


def _save(request: PortalRequest, report: Report, terms: Terms, typed: Iterable[Typed]) -> tuple[filing.Saved, Kept]:
    """Save what can be saved; bad cells never block good ones."""
    kept = Kept()
    entries = []
    texts = {}
    for cell in typed:
        entry, words = _entry(cell, terms)
        if words:
            kept.refused[cell.item] = words
            kept.typed[cell.item] = cell.text
        else:
            entries.append(entry)
            texts[cell.item] = cell.text
    saved = filing.save_cells(report, entries, by=request.user, at=request.at)
    if saved.stale:
        who = _others(report, request)
        for stands in saved.stale:
            text = kept.typed[stands.item] = texts[stands.item]
            kept.stale[stands.item] = _stale(stands, terms.by_code[stands.item], text, who)
    if kept.refused or kept.stale:
        kept.status = 422
        kept.words = _("Some cells were not saved. Look at the marked cells; everything else is saved.")
    return saved, kept


def _entry(cell: Typed, terms: Terms) -> tuple[filing.Entry, str]:
    """The number that was typed, or why it is not taken."""
    item = terms.by_code.get(cell.item)
    decimals = item.indicator.decimals if item else 0
    try:
        number = parse(cell.text, decimals) if cell.text.strip() else None
    except NumberRefused as refusal:
        blank = filing.Entry(cell.item, None, cell.edit)
        return blank, filing.objection(blank, terms) or labels.typing_words(refusal.code, cell.text, decimals)
    entry = filing.Entry(cell.item, number, cell.edit)
    return entry, filing.objection(entry, terms)


def _stale(cell: filing.Cell, item: Item, typed: str, who: str) -> Stale:
    stands = sheet.in_writing(cell.number, item)
    words = _(
        "You typed “%(typed)s”, but meanwhile the cell was changed to “%(stands)s” %(who)s. Choose which is right."
    )
    return Stale(stands, cell.edit, words % {"typed": typed.strip(), "stands": stands or "–", "who": who})


def _others(report: Report, request: PortalRequest) -> str:
    """Who can have changed a cell: the others who fill in this report, or oneself in another window."""
    others = Author.objects.filter(report=report).exclude(user=request.user).values_list("user__full_name", flat=True)
    names = ", ".join(others.order_by("user__sort_key"))
    return _("by %(names)s") % {"names": names} if names else _("in another window of yours")


def _read(body: bytes) -> list[Typed]:
    """The cells that the grid sent; raises Malformed."""
    try:
        sent = json.loads(body)
        return [_typed(cell) for cell in sent["cells"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Malformed from error


def _typed(cell: dict[str, Any]) -> Typed:
    item, text, edit = cell["item"], cell["typed"], cell["edit"]
    if not (isinstance(item, str) and isinstance(text, str) and type(edit) is int):
        raise Malformed
    return Typed(item, text, edit)


def _changed(request: PortalRequest, terms: Terms) -> list[Typed]:
    """The cells of a sent form whose text is no longer what the page showed."""
    sent = request.POST
    texts = {item.code: sent.get(f"cell-{item.code}") for item in terms.items}
    return [
        Typed(code, text, _edit(sent.get(f"edit-{code}", "")))
        for code, text in texts.items()
        if text is not None and text != sent.get(f"was-{code}", "")
    ]


def _edit(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _refusal(status: int, code: str, words: str) -> JsonResponse:
    return JsonResponse({"code": code, "words": words}, status=status)
