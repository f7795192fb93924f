"""The tasks of the programme: who leads what by when, and how far each has come by its lead's latest report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple, Self

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from accounts.requests import PortalRequest
from reports import labels
from reports.earlier import in_force
from reports.models import Report, Section, Task, TaskGroup, Value
from reports.numbers import written
from reports.pages import address, downloads
from reports.progress import WHOLE, Column, column_of, is_late

SHOWN = {
    "late": gettext_lazy("Past its last day"),
    "open": gettext_lazy("Not yet done"),
    "done": gettext_lazy("Done"),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it asks in vain is left out."""

    q: str = ""
    pillar: str = ""
    shown: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The known parts of the address's query."""
        given = {one.name: address.text(request, one.name) for one in fields(cls)}
        given["pillar"] = given["pillar"] if given["pillar"] in Task.Pillar.values else ""
        given["shown"] = given["shown"] if given["shown"] in SHOWN else ""
        return cls(**given)

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.q or self.pillar or self.shown)


class Said(NamedTuple):
    """What a report says of a task in one cell, and whether the person who looks may read the whole report."""

    number: Decimal | None
    text: str
    report: int
    period: str
    is_open: bool
    approved: bool


@dataclass(frozen=True)
class Line:
    """One task with what its lead last reported of it."""

    task: Task
    today: date
    percent: Said | None
    state: Said | None

    @property
    def said(self) -> Said | None:
        """The report that the line speaks from."""
        return self.percent or self.state

    @property
    def done(self) -> Decimal | None:
        return self.percent.number if self.percent else None

    @property
    def width(self) -> int:
        """How much of its bar is filled, of a hundred."""
        return int(min(max(self.done or 0, 0), WHOLE))

    @property
    def is_done(self) -> bool:
        return self.done is not None and self.done >= WHOLE

    @property
    def is_late(self) -> bool:
        return is_late(self.task.due_on, self.done, self.today)

    @property
    def has_begun(self) -> bool:
        return self.task.starts_on <= self.today

    def fits(self, shown: str) -> bool:
        """Whether it belongs to what is shown."""
        return {"late": self.is_late, "open": not self.is_done, "done": self.is_done}.get(shown, True)


@dataclass(frozen=True)
class Group:
    """One group of tasks."""

    group: TaskGroup
    lines: list[Line]


def show(request: PortalRequest) -> HttpResponseBase:
    """All tasks by group; alone where a script asks for it, as a file with `?export=csv`. Three queries."""
    wanted = Wanted.of(request)
    lines = [line for line in lines_of(tasks_of(wanted), request.user, request.at) if line.fits(wanted.shown)]
    if request.GET.get("export") == "csv":
        return downloads.csv(f"nhiem-vu-{request.at:%Y-%m-%d}", rows(lines))
    seen: dict[str, Any] = {
        "wanted": wanted,
        "groups": [Group(group, list(listed)) for group, listed in groupby(lines, key=lambda line: line.task.group)],
        "total": len(lines),
        "late": sum(line.is_late for line in lines),
        "done": sum(line.is_done for line in lines),
        "illustrated": any(line.task.illustration for line in lines),
        "pillars": Task.Pillar.choices,
        "choices": SHOWN.items(),
    }
    alone = request.htmx and not request.htmx.history_restore_request
    response = render(request, "portal/programme_results.html" if alone else "portal/programme.html", seen)
    patch_vary_headers(response, ["HX-Request"])
    return response


def tasks_of(wanted: Wanted) -> Sequence[Task]:
    """The tasks that are asked for, in the order of the programme."""
    tasks = Task.objects.select_related("group", "lead").order_by("group__position", "code")
    if wanted.pillar:
        tasks = tasks.filter(pillar=wanted.pillar)
    if wanted.q:
        units = Unit.objects.matching(wanted.q).order_by().values("pk")
        leads = Q(lead__in=units) | Q(pk__in=Task.objects.filter(supporting__in=units).values("pk"))
        tasks = tasks.filter(leads | Q(code__icontains=wanted.q) | Q(title__icontains=wanted.q))
    return list(tasks.prefetch_related("supporting"))


def lines_of(tasks: Sequence[Task], user: User, at: datetime) -> list[Line]:
    """The tasks with what their leads last reported: one query.

    Everybody reads what is approved; who may read the report, also what is submitted and stands.
    """
    said = _said(tasks, user, at)
    return [
        Line(
            task,
            at.date(),
            said.get((task.lead_id, task.code, Column.PERCENT)),
            said.get((task.lead_id, task.code, Column.STATE)),
        )
        for task in tasks
    ]


def _said(tasks: Sequence[Task], user: User, at: datetime) -> Mapping[tuple[int, str, Column | None], Said]:
    """The latest report's cells by unit, task and meaning of the column."""
    reading = Report.objects.visible_to(user, at).order_by()
    approved = Q(revision=F("revision__report__approved"))
    columns = Q(item__code__endswith=f"_{Column.PERCENT}") | Q(item__code__endswith=f"_{Column.STATE}")
    rows = (
        Value.objects.filter(
            approved | in_force() & Q(revision__report__in=reading),
            columns,
            item__section__shape=Section.Shape.TASKS,
            row__in=[task.code for task in tasks],
        )
        .annotate(
            readable=Exists(reading.filter(pk=OuterRef("revision__report"))),
            unit=F("revision__report__unit"),
            is_approved=Q(revision=F("revision__report__approved")),
        )
        .order_by("unit", "row", "item__code", "-revision__report__period__last_day")
        .distinct("unit", "row", "item__code")
        .values_list(
            *("unit", "row", "item__code", "number", "text"),
            *("revision__report", "revision__report__period__code", "readable", "is_approved"),
        )
    )
    return {(unit, row, column_of(code)): Said(*cell) for unit, row, code, *cell in rows}


def rows(lines: Sequence[Line]) -> Iterator[list[str]]:
    """The heads of the columns, then one row a task."""
    yield [
        *(_("Group"), _("Task"), _("Title"), _("Lead unit"), _("Supporting units"), _("Deliverable")),
        *(_("Starts on"), _("Due on"), _("Progress, %"), _("State"), _("Past its last day"), _("By the report of")),
    ]
    for line in lines:
        task = line.task
        yield [
            *(task.group.name, task.code, task.title, task.lead.name),
            *("; ".join(unit.name for unit in task.supporting.all()), task.deliverable),
            *(f"{task.starts_on:%d/%m/%Y}", f"{task.due_on:%d/%m/%Y}"),
            *("" if line.done is None else written(line.done, 0), line.state.text if line.state else ""),
            *(
                _("Past its last day") if line.is_late else "",
                labels.period_name(line.said.period) if line.said else "",
            ),
        ]
