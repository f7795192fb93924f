"""Saving typed cells: the sheet sends them as it goes; without JavaScript the whole sheet is sent by a button."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports import labels
from reports.actions import filing
from reports.checks import NUMERIC, Absence, Answer, Cell, Kind
from reports.models import Author, Item, Report
from reports.numbers import NumberRefused, parse
from reports.pages import boxes
from reports.pages import report as screen
from reports.pages.boxes import Stale, Typed
from reports.pages.sheet import Kept
from reports.terms import Terms

LONGEST_EDIT = 9  # digits


class Malformed(ValueError):
    """What was sent has not the shape that the sheet sends."""


def save(request: PortalRequest, pk: int) -> HttpResponse:
    """Save typed cells, each by itself: JSON in and out for the sheet, a form for a page without JavaScript.

    A form that names a section in `nil` answers its blank numbers with 0 instead.
    """
    if request.method != "POST":
        return redirect("report", pk)
    if request.content_type == "application/json":
        return _save_quietly(request, pk)
    if "nil" in request.POST:
        return _answer_nil(request, pk)
    return _save_and_show(request, pk)


def _save_quietly(request: PortalRequest, pk: int) -> JsonResponse:
    """`{"edit", "cells": [{"item", "row", "typed", "edit", …}]}` → what became of each, and what follows from it.

    `edit` is the report's as the sheet last saw it: if nobody else has saved since, only this save's cells are told.
    """
    try:
        report = screen.get(request, pk)
        seen, typed = _read(request.body)
        terms = Terms.of(report)
        saved, kept = _save(request, report, terms, typed)
    except Http404:
        return _refusal(404, "not_found", _("There is no such report, or you may no longer see it."))
    except Malformed:
        return _refusal(400, "malformed", _("The cells were not sent in the form that is expected."))
    except PermissionDenied as denied:
        return _refusal(403, "forbidden", str(denied))
    except Refused as refusal:
        return _refusal(503 if refusal.code == "busy" else 409, refusal.code, refusal.message)
    stands = {Cell(one.item, one.row): one.answer for one in saved.stands}
    done, asked = boxes.progress(terms, stands)
    told = saved.cells if seen == saved.edit_before else saved.stands
    sent = {one.cell for one in typed}
    return JsonResponse(
        {
            "edit": saved.edit,
            "saved_at": f"{request.at:%H:%M:%S}",
            "cells": [
                _told(cell, one.answer, terms) | {"edit": one.edit}
                for one in told
                for cell in [Cell(one.item, one.row)]
                if cell in terms.typed or cell in sent or one.answer.note or one.answer.cause
            ],
            "refused": [_at(cell) | {"words": words} for cell, words in kept.refused.items()],
            "stale": [
                _told(cell, stale.stands, terms) | {"edit": stale.edit, "words": stale.words}
                for cell, stale in kept.stale.items()
            ],
            "computed": [
                _at(cell) | {"written": boxes.in_writing(number, terms.by_code[cell.item])}
                for cell, number in terms.with_ratios(saved.numbers).items()
                if _is_computed(cell, terms)
            ],
            "problems": [
                _at(one.cell) | {"name": one.name, "tone": one.tone, "severity": one.severity, "words": one.words}
                for one in boxes.found(terms, saved.problems)
            ],
            "blank": [_at(cell) for cell in boxes.blank(saved.problems)],
            "progress": {"done": done, "asked": asked},
        }
    )


def _at(cell: Cell) -> dict[str, Any]:
    return {"item": cell.item, "row": cell.row}


def _told(cell: Cell, answer: Answer, terms: Terms) -> dict[str, Any]:
    """An answer as the sheet is told it."""
    return _at(cell) | {
        "written": boxes.as_typed(answer, terms.by_code[cell.item]),
        "absence": answer.absence or "",
        "note": answer.note,
        "cause": answer.cause,
    }


def _is_computed(cell: Cell, terms: Terms) -> bool:
    given = cell.item in terms.elsewhere or cell.item in terms.set_aside
    return cell not in terms.typed and not given


def _save_and_show(request: PortalRequest, pk: int) -> HttpResponse:
    """Save the cells that were changed, and lead back; or show the sheet again with what was typed."""
    report = screen.get(request, pk)
    terms = Terms.of(report)
    typed = _changed(request, terms)
    try:
        _saved, kept = _save(request, report, terms, typed)
    except PermissionDenied as denied:
        kept = Kept(status=403, words=str(denied), typed={one.cell: one for one in typed})
    except Refused as refusal:
        kept = Kept(status=409, words=refusal.message, typed={one.cell: one for one in typed})
    if kept.status == 200:
        messages.success(request, _("Saved at %(time)s.") % {"time": f"{request.at:%H:%M:%S}"})
        return redirect("report", pk)
    return screen.page(request, screen.get(request, pk), kept)


def _answer_nil(request: PortalRequest, pk: int) -> HttpResponse:
    """Answer the blank numbers of a section, or of the whole report, with a deliberate 0."""
    report = screen.get(request, pk)
    asked = request.POST["nil"]
    section = None if asked == screen.WHOLE_REPORT else int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    try:
        saved = filing.answer_nil(report, section=section, by=request.user, at=request.at)
    except PermissionDenied as denied:
        return screen.page(request, screen.get(request, pk), Kept(status=403, words=str(denied)))
    except Refused as refusal:
        return screen.page(request, screen.get(request, pk), Kept(status=409, words=refusal.message))
    terms = Terms.of(report)
    count = sum((one.item, one.row) in terms.typed for one in saved.cells)
    words = ngettext("%(count)d blank cell was answered with 0.", "%(count)d blank cells were answered with 0.", count)
    messages.success(request, words % {"count": count})
    return redirect("report", pk)


def _save(request: PortalRequest, report: Report, terms: Terms, typed: Iterable[Typed]) -> tuple[filing.Saved, Kept]:
    """Save what can be saved; bad cells never block good ones."""
    kept = Kept()
    entries = {}
    texts = {}
    for one in typed:
        entry, words = _entry(one, terms)
        if words:
            kept.refused[one.cell] = words
            kept.typed[one.cell] = one
        else:
            entries[one.cell] = entry
            texts[one.cell] = one
    saved = filing.save_cells(report, list(entries.values()), by=request.user, at=request.at)
    if saved.stale:
        who = _others(report, request)
        for stands in saved.stale:
            cell = Cell(stands.item, stands.row)
            kept.typed[cell] = texts[cell]
            mine = entries[cell].upon(stands.answer, typed=cell in terms.typed)
            kept.stale[cell] = _stale(stands, terms.by_code[cell.item], mine, who)
    if kept.refused or kept.stale:
        kept.status = 422
        kept.words = _("Some cells were not saved. Look at the marked cells; everything else is saved.")
    return saved, kept


def _entry(typed: Typed, terms: Terms) -> tuple[filing.Entry, str]:
    """The answer that was typed, or why it is not taken."""
    item = terms.by_code.get(typed.cell.item)
    number, text, words = _answer(typed.text, item) if item else (None, "", "")
    entry = filing.Entry(
        typed.cell.item,
        number,
        typed.edit,
        typed.cell.row,
        text=text,
        absence=Absence.NO_DATA if typed.no_data else None,
        note=typed.note,
        cause=typed.cause,
    )
    return entry, filing.objection(entry, terms) or words


def _answer(typed: str, item: Item) -> tuple[Decimal | None, str, str]:
    """What was typed as number and text, and why the item does not take it."""
    if item.kind == Kind.YES_NO:
        said = typed.strip().casefold()
        if said in ("1", _("Yes").casefold()):
            return Decimal(1), "", ""
        if said in ("0", _("No").casefold()):
            return Decimal(0), "", ""
        return None, "", str(labels.PROBLEMS["no_such_choice"]) % {"text": typed.strip()[:40]} if said else ""
    if item.kind not in NUMERIC:
        return None, typed.replace("\r\n", "\n").strip(), ""
    try:
        number = parse(typed, item.decimals, negative=item.negative) if typed.strip() else None
    except NumberRefused as refusal:
        return None, "", labels.typing_words(refusal.code, typed, item.decimals)
    return number, "", ""


def _stale(cell: filing.Filled, item: Item, mine: Answer, who: str) -> Stale:
    """Both answers in words; a long text of one's own still stands in its field and is not said again."""
    stands = _said(cell.answer, item, mine)
    if item.kind == Kind.TEXT and mine.text:
        words = _("Meanwhile this text was changed %(who)s to: “%(stands)s” Choose which is right.")
    else:
        words = _(
            "You typed “%(typed)s”, but meanwhile the cell was changed to “%(stands)s” %(who)s. Choose which is right."
        )
    return Stale(
        cell.answer, cell.edit, words % {"typed": _said(mine, item, cell.answer), "stands": stands, "who": who}
    )


def _said(answer: Answer, item: Item, other: Answer) -> str:
    """An answer in words, with its cause and note where the other answer has others."""
    said = [boxes.in_words(answer, item) or "–"]
    if (answer.cause, answer.note) != (other.cause, other.note):
        said += [str(labels.CAUSES[answer.cause])] if answer.cause else []
        said += [answer.note] if answer.note else []
    return " – ".join(said)


def _others(report: Report, request: PortalRequest) -> str:
    """Who can have changed a cell: the others who fill in this report, or oneself in another window."""
    others = Author.objects.filter(report=report).exclude(user=request.user).values_list("user__full_name", flat=True)
    names = ", ".join(others.order_by("user__sort_key"))
    return _("by %(names)s") % {"names": names} if names else _("in another window of yours")


def _read(body: bytes) -> tuple[int | None, list[Typed]]:
    """The report's edit and the cells that the sheet sent; raises Malformed."""
    try:
        sent = json.loads(body)
        seen = sent.get("edit")
        return seen if type(seen) is int else None, [_typed(cell) for cell in sent["cells"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Malformed from error


def _typed(cell: dict[str, Any]) -> Typed:
    item, text, edit = cell["item"], cell["typed"], cell["edit"]
    row, absence, note, cause = (cell.get(name) for name in ("row", "absence", "note", "cause"))
    words = (item, text, *(word for word in (row, absence, note, cause) if word is not None))
    if not (all(isinstance(word, str) for word in words) and type(edit) is int):
        raise Malformed
    return Typed(
        Cell(_clean(item), _clean(row or "")),
        _clean(text),
        edit,
        no_data=absence == Absence.NO_DATA,
        note=None if note is None else _clean(note),
        cause=cause,
    )


def _clean(text: str) -> str:
    """The text without what no column holds: null characters and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _changed(request: PortalRequest, terms: Terms) -> list[Typed]:
    """The cells of a sent form whose answer or note is no longer what the page showed."""
    sent = request.POST
    changed = []
    for cell in terms.cells:
        key = boxes.key_of(cell)
        if f"cell-{key}" not in sent and f"note-{key}" not in sent:
            continue
        text = sent.get(f"cell-{key}", "")
        now = [_line_ends(text)]
        was = [_line_ends(sent.get(f"was-{key}", ""))]
        note = cause = None
        absent = ""
        if f"note-{key}" in sent:
            note, cause = _line_ends(_clean(sent[f"note-{key}"])), sent.get(f"cause-{key}", "")
            absent = sent.get(f"absent-{key}", "")
            now += [note, cause, absent]
            was += [_line_ends(sent.get(f"was-{name}-{key}", "")) for name in ("note", "cause", "absent")]
        if now != was:
            edit = _edit(sent.get(f"edit-{key}", ""))
            changed.append(Typed(cell, _clean(text), edit, bool(absent), note, cause))
    return changed


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n")


def _edit(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_EDIT else 0


def _refusal(status: int, code: str, words: str) -> JsonResponse:
    return JsonResponse({"code": code, "words": words}, status=status)
