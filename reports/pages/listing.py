"""Every report that one may read, filtered, sorted and paged; all of it kept in the address."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.labels import LEVELS
from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay, FormVersion, Period, Report
from reports.pages import address, downloads
from reports.querysets import ReportQuerySet
from reports.standing import Stand, Standing, standing
from reports.workflow import OWED, Status

PAGE = 50
BEHIND = "behind"
STANDINGS: dict[str, Any] = {
    BEHIND: gettext_lazy("Late or missing"),
    **labels.STANDINGS,
}
IN_REVIEW = "in_review"
STATUSES: dict[str, Any] = {
    "owed": gettext_lazy("Not yet submitted"),
    IN_REVIEW: gettext_lazy("Being checked or approved"),
    **labels.STATUSES,
}
STATUS_GROUPS = {"owed": OWED, IN_REVIEW: (Status.SUBMITTED, Status.CHECKED)}
SORTS = {
    "unit": ("unit__sort_key", "-period__last_day"),
    "period": ("period__last_day", "unit__sort_key"),
    "status": ("status", "unit__sort_key"),
    "deadline": ("deadline", "unit__sort_key"),
    "received": ("received_at", "unit__sort_key"),
}
NEWEST = ("-period__last_day", "form__code", "unit__sort_key")


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it asks in vain is left out."""

    q: str = ""
    form: str = ""
    period: str = ""
    level: str = ""
    status: str = ""
    standing: str = ""
    sort: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The known parts of the address's query."""
        given = {one.name: address.text(request, one.name) for one in fields(cls)}
        known = {"level": LEVELS, "status": STATUSES, "standing": STANDINGS}
        for name, values in known.items():
            given[name] = given[name] if given[name] in values else ""
        if given["sort"].removeprefix("-") not in SORTS:
            given["sort"] = ""
        return cls(**given)

    @property
    def given(self) -> dict[str, str]:
        """The parts that say something."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}

    @property
    def narrows(self) -> bool:
        """Whether anything but the order is asked for."""
        return bool(self.given.keys() - {"sort"})

    def of_reports(self, reports: ReportQuerySet, at: datetime, calendar: WorkingCalendar) -> ReportQuerySet:
        """The reports that are asked for."""
        if self.q:
            units = Unit.objects.matching(self.q).order_by().values("pk")
            reports = reports.filter(Q(unit__in=units) | Q(unit__parent__in=units, unit__parent__parent__isnull=False))
        if self.form:
            reports = reports.filter(form__code=self.form)
        if self.period:
            reports = reports.filter(period__code=self.period)
        if self.level:
            reports = reports.filter(unit__level=self.level)
        if self.status:
            reports = reports.filter(status__in=STATUS_GROUPS.get(self.status, [self.status]))
        if self.standing == BEHIND:
            late = reports.standing_as(Standing.LATE, at, calendar)
            return late | reports.standing_as(Standing.MISSING, at, calendar)
        if self.standing:
            return reports.standing_as(Standing(self.standing), at, calendar)
        return reports

    @property
    def order(self) -> tuple[str, ...]:
        """The fields to sort by; reversed where the name of the sort begins with a minus."""
        first, *rest = SORTS.get(self.sort.removeprefix("-"), NEWEST)
        return (f"-{first}" if self.sort.startswith("-") else first, *rest, "pk")


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    report: Report
    stand: Stand


def show(request: PortalRequest) -> HttpResponseBase:
    """The table; alone where a script asks for it, as a file with `?export=csv`."""
    at = request.at
    calendar = CalendarDay.objects.as_calendar()
    wanted = Wanted.of(request)
    found = wanted.of_reports(Report.objects.visible_to(request.user, at), at, calendar).order_by(*wanted.order)
    if request.GET.get("export") == "csv":
        return export(found, at, calendar)
    number = page_number(request)
    reports, total = paged(found, number)
    if not reports and number > 1:
        return redirect(f"{request.path}?{urlencode(wanted.given)}")
    seen: dict[str, Any] = {
        "wanted": wanted,
        "lines": [Line(report, stand_of(report, at, calendar)) for report in reports],
        "total": total,
        "pager": pager(number, total),
    }
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "portal/listing_results.html", seen)
        shown = wanted.given | ({"page": str(number)} if number > 1 else {})
        response["HX-Push-Url"] = f"{request.path}?{urlencode(shown)}"
    else:
        response = render(request, "portal/listing.html", seen | choices(request))
    patch_vary_headers(response, ["HX-Request"])
    return response


def stand_of(report: Report, at: datetime, calendar: WorkingCalendar) -> Stand:
    """How a report stands against its deadline now."""
    exempt = report.status == Status.EXEMPT
    return standing(report.deadline, report.received_at, at, calendar, exempt=exempt)


def page_number(request: HttpRequest) -> int:
    """The page that the address asks for, counted from 1."""
    page = address.text(request, "page")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1


def paged(found: ReportQuerySet, number: int) -> tuple[list[Report], int]:
    """The reports of one page with their names, and how many there are in all; one query."""
    count = found.order_by().annotate(every=Value(1)).values("every").annotate(total=Count("pk")).values("total")
    rows = found.with_names().defer("current__snapshot").annotate(total=Subquery(count))
    reports = list(rows[(number - 1) * PAGE : number * PAGE])
    return reports, reports[0].total if reports else 0  # type: ignore[attr-defined]


def pager(number: int, total: int) -> dict[str, int | None]:
    """Where a page lies among the others."""
    last = max(1, -(-total // PAGE))
    return {
        "number": number,
        "last": last,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < last else None,
        "first_row": (number - 1) * PAGE + 1,
        "last_row": min(number * PAGE, total),
    }


def choices(request: PortalRequest) -> dict[str, Any]:
    """What the filters offer; two queries."""
    versions = FormVersion.objects.order_by("form__code", "-number").distinct("form__code")
    periods: dict[str, set[str]] = {}
    asked = Period.objects.filter(Exists(Report.objects.filter(period=OuterRef("pk"))))
    for code, first, last in asked.order_by("-last_day").values_list("code", "first_day", "last_day"):
        periods.setdefault(code, set()).add(labels.window_words(first, last))
    return {
        "forms": versions.values_list("form__code", "title"),
        "periods": [
            (code, f"{labels.period_name(code)} ({min(windows)})" if len(windows) == 1 else labels.period_name(code))
            for code, windows in periods.items()
        ],
        "levels": [(level, word) for level, word in LEVELS.items() if level not in (Level.CITY, Level.DIVISION)],
        "statuses": STATUSES.items(),
        "standings": STANDINGS.items(),
        "sees_others": any(post.level != Level.COMMUNE for post in request.user.posts(request.at)),
    }


def export(found: ReportQuerySet, at: datetime, calendar: WorkingCalendar) -> StreamingHttpResponse:
    """What is shown, all pages of it, as a file."""
    return downloads.csv(f"bao-cao-{at:%Y-%m-%d}", rows(found, at, calendar))


def rows(found: ReportQuerySet, at: datetime, calendar: WorkingCalendar) -> Iterator[list[str]]:
    """The heads of the columns, then one row a report."""
    yield [
        *(_("Unit code"), _("Unit"), _("Unit above"), _("Level"), _("Form"), _("Period"), _("Window from")),
        *(_("Window to"), _("Status"), _("Deadline"), _("Received"), _("Standing"), _("Working days late")),
    ]
    facts = found.values_list(
        *("unit__code", "unit__name", "unit__parent__name", "unit__level", "form__code", "period__code"),
        *("period__first_day", "period__last_day", "status", "deadline", "received_at"),
    )
    for code, name, above, level, form, period, first, last, status, deadline, received in facts.iterator():
        stand = standing(deadline, received, at, calendar, exempt=status == Status.EXEMPT)
        late = stand.days if stand.standing in (Standing.LATE, Standing.MISSING) else 0
        yield [
            *(code, name, above or "", str(LEVELS[level]), form, labels.period_name(period)),
            *(f"{first:%d/%m/%Y}", f"{last:%d/%m/%Y}", str(labels.STATUSES[status]), written(deadline)),
            *(written(received), str(labels.STANDINGS[stand.standing]), str(late)),
        ]


def written(instant: datetime | None) -> str:
    """An instant that spreadsheets can sort."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}" if instant else ""
