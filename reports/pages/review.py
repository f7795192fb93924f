"""What waits to be checked and approved, by form and period: waiting for me, not yet in, done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import PortalRequest
from accounts.roles import Role
from accounts.vietnamese import folded
from reports import labels
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay, Report
from reports.pages import address
from reports.pages.listing import page_number, pager
from reports.pages.turns import FACTS, Turn, turn_of
from reports.querysets import ReportQuerySet
from reports.standing import Stand, standing
from reports.workflow import OWED, STANDING, Status

PAGE = 50
LOOKING_BACK = timedelta(days=400)
"""How far back queues are listed; an older report is found among the reports, and under my work while it waits."""


class Part(StrEnum):
    """The three parts of a queue."""

    WAITING = "waiting"
    NOT_IN = "not_in"
    DONE = "done"


PARTS = {
    Part.WAITING: gettext_lazy("Waiting for me"),
    Part.NOT_IN: gettext_lazy("Not yet in"),
    Part.DONE: gettext_lazy("Done"),
}


@dataclass(frozen=True, slots=True)
class Queue:
    """One form and period that this person reviews."""

    form: str
    title: str
    period: str
    window: str
    waiting: int

    @property
    def key(self) -> str:
        return f"{self.form}:{self.period}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in a queue, light enough to be made for every one of them."""

    pk: int
    part: Part
    status: Status
    due: datetime
    stand: Stand
    unit: str
    search: str

    @property
    def order(self) -> tuple[bool, datetime, str]:
        """The oldest first; before what another reviewer holds, what its unit still owes."""
        return (self.part == Part.NOT_IN and self.status not in OWED, self.due, self.unit)


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    entry: Entry
    report: Report


def show(request: PortalRequest) -> HttpResponse:
    """One part of one queue; alone where a script asks for it. Eight queries whatever the number of reports."""
    user, at = request.user, request.at
    if not any(post.role in (Role.REVIEWER, Role.APPROVER) for post in user.posts(at)):
        raise PermissionDenied(_("Only those who check or approve reports have this queue."))
    mine = Report.objects.visible_to(user, at).reviewed_by(user, at)
    queues = queues_of(mine, user, at)
    queue = chosen(queues, request.GET.get("queue", ""))
    seen: dict[str, Any] = {"queues": queues, "queue": queue, "parts": []}
    if queue is not None:
        entries = entries_of(mine, queue, user, at, CalendarDay.objects.as_calendar())
        seen |= part_of(entries, request)
        seen["elsewhere"] = [one for one in queues if one.waiting and one != queue]
        seen["expected"] = len(entries)
        seen["submitted"] = sum(entry.status in STANDING for entry in entries)
        seen["approved"] = sum(entry.status == Status.APPROVED for entry in entries)
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "portal/review_results.html", seen)
    else:
        response = render(request, "portal/review.html", seen)
    patch_vary_headers(response, ["HX-Request"])
    return response


def queues_of(mine: ReportQuerySet, user: User, at: datetime) -> list[Queue]:
    """The forms and periods of the last year that this person reviews, newest first, and what waits; one query."""
    superior = [post.unit_id for post in user.posts(at) if post.role == Role.REVIEWER]
    waiting = (
        Q(status=Status.SUBMITTED, superior__in=superior)
        | Q(status=Status.SUBMITTED, superior=None, ours=True)
        | Q(status=Status.CHECKED, ours=True)
    )
    rows = (
        mine.filter(period__last_day__gt=at.date() - LOOKING_BACK)
        .values("form__code", "version__title", "period__code", "period__first_day", "period__last_day")
        .annotate(waiting=Count("pk", filter=waiting))
        .order_by("-period__last_day", "form__code")
    )
    return [
        Queue(
            form=row["form__code"],
            title=row["version__title"],
            period=row["period__code"],
            window=labels.window_words(row["period__first_day"], row["period__last_day"]),
            waiting=row["waiting"],
        )
        for row in rows
    ]


def chosen(queues: list[Queue], key: str) -> Queue | None:
    """The queue that the address names; else the newest with something waiting, else the newest."""
    named = [queue for queue in queues if queue.key == key]
    waiting = [queue for queue in queues if queue.waiting]
    return next(iter(named or waiting or queues), None)


def entries_of(mine: ReportQuerySet, queue: Queue, user: User, at: datetime, calendar: WorkingCalendar) -> list[Entry]:
    """Every report of the queue with its part and its deadline, the oldest first; one query."""
    superior = {post.unit_id for post in user.posts(at) if post.role == Role.REVIEWER}
    rows = (
        mine.filter(form__code=queue.form, period__code=queue.period)
        .with_turn()
        .order_by()
        .values(*FACTS, "ours", "unit__search_key", "unit__parent__search_key")
    )
    entries = []
    for row in rows:
        part = part_in(Status(row["status"]), ours=row["ours"], above=row["superior_id"], superior=superior)
        if part == Part.WAITING:
            turn: Turn = turn_of(row, at, calendar)
            due, stand = turn.due, turn.stand
        else:
            due, stand = row["deadline"], standing(row["deadline"], row["received_at"], at, calendar)
        search = f"{row['unit__search_key']} {row['unit__parent__search_key']}"
        entries.append(Entry(row["pk"], part, Status(row["status"]), due, stand, row["unit__sort_key"], search))
    return sorted(entries, key=lambda entry: entry.order)


def part_in(status: Status, *, ours: bool, above: int | None, superior: set[int]) -> Part:
    """Where a report stands, seen from a reviewer of these superiors, or of the form's owner (`ours`)."""
    match status:
        case Status.SUBMITTED if above in superior or (above is None and ours):
            return Part.WAITING
        case Status.CHECKED:
            return Part.WAITING if ours else Part.DONE
        case Status.APPROVED:
            return Part.DONE
        case _:
            return Part.NOT_IN


def part_of(entries: Iterable[Entry], request: PortalRequest) -> dict[str, Any]:
    """One page of the part that the address asks for, and what the tabs say; one query for the names."""
    q = address.text(request, "q")
    by_part: dict[Part, list[Entry]] = {part: [] for part in Part}
    for entry in entries:
        if folded(q) in entry.search:
            by_part[entry.part].append(entry)
    asked = next((part for part in Part if part == address.text(request, "part")), None)
    part = asked or next((part for part in Part if by_part[part]), Part.WAITING)
    number = min(page_number(request), max(1, -(-len(by_part[part]) // PAGE)))
    page = by_part[part][(number - 1) * PAGE : number * PAGE]
    names = Report.objects.with_names().defer("current__snapshot").in_bulk([entry.pk for entry in page])
    return {
        "q": q,
        "asked": asked and asked.value,
        "part": part.value,
        "parts": [{"key": one.value, "words": PARTS[one], "count": len(listed)} for one, listed in by_part.items()],
        "lines": [Line(entry, names[entry.pk]) for entry in page],
        "total": len(by_part[part]),
        "pager": pager(number, len(by_part[part])),
    }
