"""The home of every role: what is mine to do, oldest first, by when, and what follows if I don't."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.labels import LEVELS
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports.calendars import ZONE, WorkingCalendar, due_day
from reports.models import CalendarDay, Report
from reports.pages import discipline_mine, requests
from reports.pages.turns import Task, Turn, turns
from reports.querysets import ReportQuerySet
from reports.standing import Standing, standing
from reports.workflow import FILLERS, STANDING, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

AT_MOST = 12
"""How many reports a group shows; the rest is a click away."""
TASKED = (*FILLERS, Role.REVIEWER, Role.APPROVER)
"""The roles that reports can wait for; whoever has none of them only watches."""
LONGEST = 8
"""How many of the longest overdue reports are named to those who watch."""


class Words(NamedTuple):
    """What a group is called, what follows if it is left, and what its button says."""

    title: "StrPromise"
    consequence: "StrPromise"
    verb: "StrPromise"


GROUPS = {
    Task.CORRECT: Words(
        _("Returned, to be corrected"),
        _("Read the reason, mend the figures and send them again. Delay beyond the term counts against the unit."),
        _("Correct"),
    ),
    Task.KEY_IN: Words(
        _("Filed on paper, figures to be keyed in"),
        _("The paper has been received. Its figures count only once they are keyed in and submitted by the unit."),
        _("Key in the figures"),
    ),
    Task.AMEND: Words(
        _("To be amended"),
        _("What was approved stays in force until the amendment is approved. Delay counts against the unit."),
        _("Amend"),
    ),
    Task.FILL_IN: Words(
        _("To be filled in"),
        _("After its deadline a report counts as late, and the head of the unit is told on the next working day."),
        _("Fill in"),
    ),
    Task.SIGN: Words(
        _("To be signed"),
        _("A report is sent only once it is signed. After its deadline it counts as late."),
        _("Read and sign"),
    ),
    Task.CHECK: Words(
        _("To be checked"),
        _("Unchecked reports do not reach the owner of the form. Delay beyond the term counts against your unit."),
        _("Check"),
    ),
    Task.APPROVE: Words(
        _("To be approved"),
        _("Until it is approved, its figures stay provisional. Delay beyond the term counts against your unit."),
        _("Read and approve"),
    ),
    Task.DECIDE: Words(
        _("Asked to amend"),
        _("The unit asks to change approved figures. Until you decide, they stay in force as they are."),
        _("Read and decide"),
    ),
}
REVIEWS = (Task.CHECK, Task.APPROVE, Task.DECIDE)
"""What is done to reports of others; such a report opens in its queue."""


@dataclass
class Line:
    """One report that waits, with its names."""

    turn: Turn
    report: Report

    @property
    def opens_on(self) -> date:
        """The first day on which the report can be submitted."""
        return self.report.period.last_day + timedelta(days=1)


@dataclass
class Group:
    """The reports that ask the same of this person."""

    task: Task
    turns: list[Turn]
    lines: list[Line] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return GROUPS[self.task]

    @property
    def overdue(self) -> int:
        return sum(turn.is_overdue for turn in self.turns)

    @property
    def hidden(self) -> int:
        """How many are not shown here."""
        return len(self.turns) - len(self.lines)

    @property
    def is_review(self) -> bool:
        return self.task in REVIEWS

    @property
    def quotes(self) -> bool:
        """Whether the reason of the last step says what is to be done."""
        return self.task in (Task.CORRECT, Task.AMEND, Task.DECIDE)

    @property
    def status(self) -> str:
        """The state of its reports, for the list that shows all of them; empty where they have several."""
        return {Task.SIGN: Status.TO_SIGN.value, Task.KEY_IN: ""}.get(self.task, Status.DRAFT.value)


@dataclass(frozen=True)
class Due:
    """Reports of one form, period and level that are due on one day of the month."""

    day: date
    form: str
    period: dict[str, Any]
    level: str
    expected: int
    submitted: int
    approved: int


@dataclass(frozen=True)
class Day:
    """A day of the small calendar."""

    date: date
    inside: bool
    working: bool
    today: bool
    due: tuple[Due, ...]


def show(request: PortalRequest) -> HttpResponse:
    """My work; eight queries whatever the number of reports, and one more each for who answers, explains and rules."""
    user, at = request.user, request.at
    visible = Report.objects.visible_to(user, at)
    working = CalendarDay.objects.as_calendar()
    mine = turns(visible.awaiting(user, at), at, working)
    month = dues(visible, at)
    asked, asked_total = requests.waiting(request, AT_MOST)
    discipline = discipline_mine.waiting(request, working, AT_MOST)
    watches = not any(post.role in TASKED for post in user.posts(at))
    return render(
        request,
        "portal/work.html",
        {
            "groups": groups(mine),
            "asked": asked,
            "asked_total": asked_total,
            "discipline": discipline,
            "total": len(mine),
            "overdue": sum(turn.is_overdue for turn in mine),
            "due_today": sum(turn.is_due_today for turn in mine),
            "next_due": next((due for due in month if due.day >= at.date()), None),
            "area": None if mine or asked or discipline else area(visible, at),
            "longest": longest(visible, at, working) if watches else [],
            "watches": watches,
            "month": at.date(),
            "weeks": weeks(at.date(), month, working),
            "dues": month,
        },
    )


def groups(mine: Iterable[Turn]) -> list[Group]:
    """The turns by task, each with the names of its first few reports; one query for all names."""
    by_task: dict[Task, list[Turn]] = {task: [] for task in Task}
    for turn in mine:
        by_task[turn.task].append(turn)
    found = [Group(task, listed) for task, listed in by_task.items() if listed]
    shown = [turn.report for group in found for turn in group.turns[:AT_MOST]]
    reports = Report.objects.with_names().with_turn().with_remarks().defer("current__snapshot")
    named = reports.in_bulk(shown) if shown else {}
    for group in found:
        group.lines = [Line(turn, named[turn.report]) for turn in group.turns[:AT_MOST]]
    return found


def dues(visible: ReportQuerySet, at: datetime) -> list[Due]:
    """What is due this month, by day, form, period and level, with how much of it has come in; one query."""
    first = at.date().replace(day=1)
    begins = datetime.combine(first, time(), ZONE)
    ends = datetime.combine((first + timedelta(days=32)).replace(day=1), time(), ZONE)
    rows = (
        visible.exclude(status=Status.EXEMPT)
        .filter(deadline__gt=begins, deadline__lte=ends)
        .values("deadline", "form__code", "period__code", "period__first_day", "period__last_day", "unit__level")
        .annotate(
            expected=Count("pk"),
            submitted=Count("pk", filter=Q(status__in=STANDING) | Q(approved__isnull=False)),
            approvals=Count("pk", filter=Q(approved__isnull=False)),
        )
        .order_by("deadline", "form__code", "unit__level")
    )
    return [
        Due(
            day=due_day(row["deadline"]),
            form=row["form__code"],
            period={"code": row["period__code"], "first": row["period__first_day"], "last": row["period__last_day"]},
            level=str(LEVELS[row["unit__level"]]),
            expected=row["expected"],
            submitted=row["submitted"],
            approved=row["approvals"],
        )
        for row in rows
    ]


def weeks(today: date, month: list[Due], working: WorkingCalendar) -> list[list[Day]]:
    """The month of that day, week by week from Monday."""
    return [
        [
            Day(
                date=day,
                inside=day.month == today.month,
                working=working.is_working(day),
                today=day == today,
                due=tuple(due for due in month if due.day == day),
            )
            for day in week
        ]
        for week in Calendar().monthdatescalendar(today.year, today.month)
    ]


def area(visible: ReportQuerySet, at: datetime) -> dict[str, int]:
    """How the reports that one may read stand now; one query."""
    tonight = datetime.combine(at.date(), time(), ZONE) + timedelta(days=1)
    return visible.exclude(status=Status.EXEMPT).aggregate(
        overdue=Count("pk", filter=Q(received_at=None, deadline__lt=at)),
        due_today=Count("pk", filter=Q(received_at=None, deadline__gte=at, deadline__lte=tonight)),
        in_review=Count("pk", filter=Q(status__in=[Status.SUBMITTED, Status.CHECKED])),
    )


def longest(visible: ReportQuerySet, at: datetime, working: WorkingCalendar) -> list[dict[str, Any]]:
    """The few reports that are overdue the longest; one query."""
    missing = visible.standing_as(Standing.MISSING, at, working).with_names().defer("current__snapshot")
    return [
        {"report": report, "stand": standing(report.deadline, None, at, working)}
        for report in missing.order_by("deadline", "unit__sort_key")[:LONGEST]
    ]
