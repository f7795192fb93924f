"""The review queue of a form and period: clean, needs eyes with the reasons, not yet in, done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts.requests import PortalRequest
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay, Report
from reports.pages.listing import page_number, pager, stand_of
from reports.pages.queue import (
    PARTS,
    WAITING,
    Asked,
    Entry,
    Part,
    Queue,
    chosen,
    entries_of,
    queues_of,
    reviewed,
    reviews,
)
from reports.pages.reasons import Reason, Wording
from reports.standing import Stand, standing
from reports.workflow import IN_BULK, STANDING, Action, Status

PAGE = 50
FAULTS = 6
"""How many of the reasons that reports share are shown at once; the others are a click away."""


@dataclass(frozen=True)
class Line:
    """A row of the table: how the report stands against its deadline, and the stage that waits against its own."""

    entry: Entry
    report: Report
    received: Stand
    stand: Stand
    reasons: list[Reason]

    @property
    def seen(self) -> str:
        """The report with the edit that is shown, as a form carries it."""
        return seen_in([self.entry])


@dataclass(frozen=True)
class Bulk:
    """What can be done to clean reports in one act: to how many, and those of them that other pages show."""

    action: Action
    count: int
    elsewhere: str


def refuse_who_reviews_nothing(request: PortalRequest) -> None:
    """Raise PermissionDenied for whoever neither checks nor approves."""
    if not reviews(request.user, request.at):
        raise PermissionDenied(_("Only those who check or approve reports have this queue."))


def seen_in(entries: Iterable[Entry]) -> str:
    """Reports with the edits that were shown, as one field of a form: "12:3 15:1"."""
    return " ".join(f"{entry.pk}:{entry.edit}" for entry in entries)


def show(request: PortalRequest) -> HttpResponse:
    """One part of one queue; alone where a script asks for it. As many queries for six hundred reports as for six."""
    refuse_who_reviews_nothing(request)
    user, at = request.user, request.at
    asked = Asked.of(request)
    queues = queues_of(user, at)
    queue = chosen(queues, asked.queue)
    seen: dict[str, Any] = {"queues": queues, "queue": queue, "parts": []}
    if queue is not None:
        calendar = CalendarDay.objects.as_calendar()
        reports = reviewed(user, at).filter(form=queue.version.form_id, period=queue.span)
        entries = entries_of(reports, user, at, calendar)
        seen |= part_of(entries, queue, asked, request, calendar)
        seen["elsewhere"] = [one for one in queues if one.waiting and one != queue]
        seen["expected"] = sum(entry.status != Status.EXEMPT for entry in entries)
        seen["submitted"] = sum(entry.status in STANDING for entry in entries)
        seen["approved"] = sum(entry.status == Status.APPROVED for entry in entries)
    alone = request.htmx and not request.htmx.history_restore_request
    response = render(request, "portal/review_results.html" if alone else "portal/review.html", seen)
    patch_vary_headers(response, ["HX-Request"])
    return response


def part_of(
    entries: Iterable[Entry], queue: Queue, asked: Asked, request: PortalRequest, calendar: WorkingCalendar
) -> dict[str, Any]:
    """One page of the part that the address asks for, and what the tabs say; four queries for names and details."""
    by_part: dict[Part, list[Entry]] = {part: [] for part in Part}
    anyhow = replace(asked, why="")
    for entry in entries:
        if anyhow.takes(entry):
            by_part[entry.part].append(entry)
    part = Part(asked.part) if asked.part else next((part for part in Part if by_part[part]), Part.CLEAN)
    listed = [entry for entry in by_part[part] if asked.takes(entry)]
    number = min(page_number(request), max(1, -(-len(listed) // PAGE)))
    page = listed[(number - 1) * PAGE : number * PAGE]
    wording = Wording.of(queue.version.pk, {key for entry in by_part[part] for key in entry.why}, page)
    faults = wording.faults(by_part[part])
    named = Report.objects.with_names().defer("current__snapshot").in_bulk([entry.pk for entry in page])
    return {
        "asked": asked,
        "part": part.value,
        "place": replace(asked, queue=queue.key, part=part.value).query,
        "parts": [{"key": one.value, "words": PARTS[one], "count": len(of)} for one, of in by_part.items()],
        "why": next((fault for fault in faults if fault.key == asked.why), None),
        "faults": faults[:FAULTS],
        "more_faults": faults[FAULTS:],
        "lines": [_line(entry, named[entry.pk], wording, request.at, calendar) for entry in page],
        "waits": part in WAITING,
        "bulks": bulks_of(listed, page) if part == Part.CLEAN else [],
        "ticks_all": part == Part.CLEAN and request.GET.get("all") == "1",
        "total": len(listed),
        "pager": pager(number, len(listed)),
    }


def _line(entry: Entry, report: Report, wording: Wording, at: datetime, calendar: WorkingCalendar) -> Line:
    received = stand_of(report, at, calendar)
    stand = standing(entry.due, None, at, calendar) if entry.part in WAITING else received
    return Line(entry, report, received, stand, wording.reasons(entry))


def bulks_of(listed: list[Entry], page: list[Entry]) -> list[Bulk]:
    """What can be done at once to these reports, of which one page is shown."""
    shown = {entry.pk for entry in page}
    by_action = {action: [entry for entry in listed if entry.move == action] for action in IN_BULK}
    return [
        Bulk(action, len(of), seen_in(entry for entry in of if entry.pk not in shown))
        for action, of in by_action.items()
        if of
    ]
