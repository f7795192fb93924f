"""The queues of those who check and approve: which there are, what each report in one is to them, and the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import PortalRequest
from accounts.roles import Role
from accounts.vietnamese import folded
from reports import labels
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay, FormVersion, Period, Report, Step, SynthesisEntry
from reports.pages import address, reasons
from reports.pages.turns import FACTS, due_of, task_of
from reports.querysets import ReportQuerySet
from reports.workflow import OWED, Action, Status

LOOKING_BACK = timedelta(days=400)
"""How far back queues are listed; an older report is found among the reports, and under my work while it waits."""


class Part(StrEnum):
    """The parts of a queue: what waits for me, without and with a reason to look closer; and the others."""

    CLEAN = "clean"
    EYES = "eyes"
    NOT_IN = "not_in"
    DONE = "done"


PARTS = {
    Part.CLEAN: gettext_lazy("Clean"),
    Part.EYES: gettext_lazy("Needs eyes"),
    Part.NOT_IN: gettext_lazy("Not yet in"),
    Part.DONE: gettext_lazy("Done"),
}
WAITING = (Part.CLEAN, Part.EYES)


@dataclass(frozen=True, slots=True)
class Queue:
    """One form and period that this person reviews, and how many of its reports wait."""

    version: FormVersion
    span: Period
    waiting: int

    @property
    def form(self) -> str:
        return self.version.form.code

    @property
    def period(self) -> str:
        return self.span.code

    @property
    def window(self) -> str:
        return labels.window_words(self.span.first_day, self.span.last_day)

    @property
    def key(self) -> str:
        return f"{self.form}:{self.period}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in a queue, light enough to be made for every one of them.

    `due`: until when the stage that waits here is to be passed on, else the report's own deadline. `move` is what can
    be done to it together with others: check or approve, or neither.
    """

    pk: int
    edit: int
    part: Part
    status: Status
    due: datetime
    unit: str
    search: str
    move: Action | None
    why: tuple[str, ...]
    unsettled: int
    unsent: int

    @property
    def order(self) -> tuple[bool, datetime, str]:
        """The oldest first; before what another reviewer holds, what its unit still owes."""
        return (self.part == Part.NOT_IN and self.status not in OWED, self.due, self.unit)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for of a queue: a part, a unit by name or code, a reason."""

    queue: str = ""
    part: str = ""
    q: str = ""
    why: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """What is known of it."""
        part = address.text(request, "part")
        return cls(
            address.text(request, "queue"),
            part if part in set(Part) else "",
            address.text(request, "q"),
            address.text(request, "why"),
        )

    @property
    def query(self) -> str:
        """The same as an address, to be carried on."""
        given = {"queue": self.queue, "part": self.part, "q": self.q, "why": self.why}
        return urlencode({name: text for name, text in given.items() if text})

    def takes(self, entry: Entry) -> bool:
        """Whether the unit and the reason are those asked for."""
        return folded(self.q) in entry.search and (not self.why or self.why in entry.why)


SEEN = (
    *(fact for fact in FACTS if fact != "turned_by"),  # which only tells drafts apart
    *reasons.FACTS,
    *("edit", "waits", "ours", "decides", "unit__search_key", "unit__parent__search_key"),
)
"""What is read of every report of a queue."""


def reviewed(user: User, at: datetime) -> ReportQuerySet:
    """The reports that pass through this person's hands."""
    return Report.objects.visible_to(user, at).reviewed_by(user, at)


def reviews(user: User, at: datetime) -> bool:
    """Whether this person checks or approves anything at all."""
    return any(post.role in (Role.REVIEWER, Role.APPROVER) for post in user.posts(at))


def superiors(user: User, at: datetime) -> frozenset[int]:
    """The units for which this person checks the reports of those below."""
    return frozenset(post.unit_id for post in user.posts(at) if post.role == Role.REVIEWER)


def waiting_for(user: User, at: datetime) -> Q:
    """Which of the reviewed reports wait for this person; one that is accepted in a synthesis waits for that first."""
    entered = Exists(SynthesisEntry.objects.filter(revision=OuterRef("current")))
    return (
        Q(status=Status.SUBMITTED, on_paper=False, superior__in=superiors(user, at))
        | Q(status=Status.SUBMITTED, on_paper=False, superior=None, ours=True)
        | Q(status=Status.CHECKED, ours=True) & (Q(synthesised=False) | entered)
        | Q(status=Status.APPROVED, amendment_asked=True, decides=True)
    )


def queues_of(user: User, at: datetime) -> list[Queue]:
    """The forms and periods of the last year that this person reviews, newest first, and what waits; four queries.

    The many reports are asked for their keys alone: names are read once for each queue, and not sorted by the thousand.
    """
    spans = Period.objects.filter(last_day__gt=at.date() - LOOKING_BACK).in_bulk()
    pairs = reviewed(user, at).filter(period__in=spans).order_by().values_list("version", "period")
    waiting = {
        (version, period): count
        for version, period, count in pairs.filter(waiting_for(user, at)).annotate(count=Count("pk"))
    }
    versions = FormVersion.objects.select_related("form").in_bulk()
    queues = [Queue(versions[pair[0]], spans[pair[1]], waiting.get(pair, 0)) for pair in pairs.distinct()]
    return sorted(queues, key=lambda queue: (-queue.span.last_day.toordinal(), queue.form))


def chosen(queues: list[Queue], key: str) -> Queue | None:
    """The queue that the address names; else the newest with something waiting, else the newest."""
    named = [queue for queue in queues if queue.key == key]
    waiting = [queue for queue in queues if queue.waiting]
    return next(iter(named or waiting or queues), None)


def entries_of(reports: ReportQuerySet, user: User, at: datetime, calendar: WorkingCalendar) -> list[Entry]:
    """These reviewed reports, each with its part and its deadline, the oldest first; one query."""
    recorded = Exists(Step.objects.filter(report=OuterRef("pk"), action=Action.RECORD))
    rows = (
        reports.with_turn()
        .with_remarks()
        .annotate(
            # What was recorded off-system was keyed in since, by another revision: few reports' steps are looked at.
            recorded=Case(When(current__number__gt=1, then=recorded), default=Value(value=False)),
            waits=waiting_for(user, at),
        )
        .order_by()
        .values(*SEEN)
    )
    return sorted((_entry(row, calendar) for row in rows), key=lambda entry: entry.order)


def _entry(row: dict[str, Any], calendar: WorkingCalendar) -> Entry:
    status, due, move = Status(row["status"]), row["deadline"], None
    why: tuple[str, ...] = ()
    if row["waits"]:
        why, move = reasons.keys_of(row), _move(row, status)
        due, _received = due_of(row, task_of(row), calendar)
        part = Part.EYES if why else Part.CLEAN
    elif status in (Status.APPROVED, Status.EXEMPT) or (status == Status.CHECKED and not row["ours"]):
        part = Part.DONE
    else:
        part = Part.NOT_IN
    search = f"{row['unit__search_key']} {row['unit__parent__search_key']}"
    return Entry(
        *(row["pk"], row["edit"], part, status, due, row["unit__sort_key"], search),
        *(move, why, row["unsettled"], row["unsent"]),
    )


def _move(row: dict[str, Any], status: Status) -> Action | None:
    if status == Status.SUBMITTED and row["superior_id"]:
        return Action.CHECK
    return Action.APPROVE if row["decides"] and status != Status.APPROVED else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report stands among those of its queue that wait, with what made it need eyes; 0 where it has left."""

    asked: Asked
    number: int
    total: int
    previous: int | None
    next: int | None
    reasons: list[reasons.Reason]

    @property
    def part(self) -> str:
        return str(PARTS[Part(self.asked.part)] if self.asked.part else _("Waiting for you"))

    @property
    def onward(self) -> str:
        """The address of the next report, or of the queue after the last one."""
        where = reverse("review") if self.next is None else reverse("report", args=[self.next])
        return f"{where}?{self.asked.query}"


def place_of(request: PortalRequest, report: Report) -> Place | None:
    """The place of a report that was opened from what waits in its queue; none otherwise. Five queries at most."""
    asked = Asked.of(request)
    parts = [asked.part] if asked.part else WAITING
    if asked.queue != f"{report.form.code}:{report.period.code}" or not set(parts) <= set(WAITING):
        return None
    user, at = request.user, request.at
    if not reviews(user, at):
        return None
    same = reviewed(user, at).filter(form=report.form_id, period=report.period_id).filter(waiting_for(user, at))
    entries = entries_of(same, user, at, CalendarDay.objects.as_calendar())
    listed = [entry for entry in entries if entry.part in parts and asked.takes(entry)]
    number = next((place for place, entry in enumerate(listed, 1) if entry.pk == report.pk), 0)
    here = listed[number - 1] if number else None
    wording = reasons.Wording.of(report.version_id, here.why, [here]) if here and here.why else None
    return Place(
        asked,
        number,
        len(listed),
        previous=listed[number - 2].pk if number > 1 else None,
        next=listed[number].pk if number < len(listed) else None,
        reasons=wording.reasons(here) if wording and here else [],
    )


def carried(request: HttpRequest) -> str:
    """The place in a queue as a move carries it on: "?queue=…&part=…", or nothing."""
    asked = Asked.of(request)
    return f"?{asked.query}" if asked.queue else ""
