"""The standing list of a month as of the end of any day: counts, filters, files, and making the list known."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Self

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels, record
from reports.actions.discipline import listing
from reports.calendars import ZONE
from reports.courses import State
from reports.labels.discipline import LAPSE_KINDS
from reports.models import FormVersion, StandingList
from reports.pages import address, downloads
from reports.pages.discipline_rows import STATES, Row, table
from reports.pages.discipline_stage import Stage
from reports.pages.listing import PAGE, page_number, pager

MONTHS = 24
"""How many months are offered."""
CONTESTED = "contested"
STATUSES: dict[str, Any] = {
    **{one.value: STATES[one][0] for one in State if one != State.EXCLUDED},
    CONTESTED: gettext_lazy("Facts contested"),
}
SORTS = {
    "unit": lambda row: (),
    "deadline": lambda row: row.line.due,
    "days": lambda row: row.line.days,
    "repeats": lambda row: row.line.repeats,
}
"""What rows are sorted by; they come by unit."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it asks in vain is left out."""

    month: str = ""
    as_of: str = ""
    unit: str = ""
    form: str = ""
    kind: str = ""
    status: str = ""
    sort: str = ""
    reviewers: str = ""

    @classmethod
    def of(cls, request: PortalRequest) -> Self:
        """The known parts of the address's query; the present month where it names none, and no day to come."""
        given = {one.name: address.text(request, one.name) for one in fields(cls)}
        for name, known in (("kind", LAPSE_KINDS), ("status", STATUSES)):
            given[name] = given[name] if given[name] in known else ""
        if given["sort"].removeprefix("-") not in SORTS:
            given["sort"] = ""
        given["reviewers"] = "1" if given["reviewers"] == "1" and _sees_others(request) else ""
        if _first_day(given["month"]) is None:
            given["month"] = f"{request.at:%Y-%m}"
        day = _day(given["as_of"])
        given["as_of"] = given["as_of"] if day and day < request.at.date() else ""
        return cls(**given)

    @property
    def first_day(self) -> date:
        return _first_day(self.month) or date.min

    @property
    def narrows(self) -> bool:
        """Whether anything but the month, the day and the order is asked for."""
        return bool(self.unit or self.form or self.kind or self.status)

    def instant(self, now: datetime) -> datetime:
        """As of when: the end of the day that is asked for, else now."""
        day = _day(self.as_of)
        return datetime.combine(day + timedelta(days=1), time(), ZONE) if day else now

    def shows(self, row: Row) -> bool:
        """Whether a row is in the state that is asked for."""
        return self.status in ("", row.state) or (self.status == CONTESTED and row.contested)


def _first_day(month: str) -> date | None:
    day = _day(f"{month}-01")
    return day if day and 2000 <= day.year < 2100 else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Counts:
    """A month in figures, of the units and the form that are asked for."""

    on_time: int
    due: int
    right_first: int
    approved: int
    late: int
    missing: int
    excused: int
    excluded: int

    @classmethod
    def of(cls, tallies: Sequence[record.Tally], rows: Sequence[Row]) -> Self:
        """What the tallies and the rows of the same reports add up to."""
        on_time, late, missing = (sum(getattr(one, name) for one in tallies) for name in ("on_time", "late", "missing"))
        return cls(
            on_time,
            on_time + late + missing,
            sum(one.right_first_time for one in tallies),
            sum(one.approved for one in tallies),
            late,
            missing,
            sum(row.state == State.EXCUSED for row in rows),
            sum(row.state == State.EXCLUDED for row in rows),
        )

    @property
    def on_time_share(self) -> Decimal | None:
        return Decimal(self.on_time) / self.due if self.due else None

    @property
    def right_first_share(self) -> Decimal | None:
        return Decimal(self.right_first) / self.approved if self.approved else None


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponseBase:
    """The list; alone where a script asks for it, as a file with `?export=csv` or `xlsx`; posted to, it goes on."""
    if request.method == "POST":
        return _go_on(request)
    wanted = Wanted.of(request)
    now, at, month = request.at, wanted.instant(request.at), wanted.first_day
    every = [Row.of(line, at) for line in record.standing_list(month, at=at, to=request.user, now=now)]
    found = _units_named(wanted.unit)
    counted = [
        row for row in every if (found is None or row.line.unit.pk in found) and wanted.form in ("", row.line.form.code)
    ]
    asked = [row for row in counted if wanted.kind in ("", row.line.kind)]
    listed = _sorted([row for row in asked if row.state != State.EXCLUDED and wanted.shows(row)], wanted.sort)
    excluded = [row for row in asked if row.state == State.EXCLUDED] if not wanted.status else []
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request, wanted, [*listed, *excluded])
    number = min(page_number(request), max(1, -(-len(listed) // PAGE)))
    tallies = record.tallies(month, at=at, to=request.user, now=now, form=wanted.form)
    seen: dict[str, Any] = {
        "wanted": wanted,
        "month": month,
        "as_of": at,
        "lines": _placed(listed[(number - 1) * PAGE : number * PAGE]),
        "total": len(listed),
        "pager": pager(number, len(listed)),
        "excluded": _placed(excluded),
        "counts": Counts.of([one for one in tallies if found is None or one.unit.pk in found], counted),
        "reviewing": record.reviewing(month, at=at, to=request.user, now=now) if wanted.reviewers else [],
        "sees_others": _sees_others(request),
        "stage": Stage.of(month, every, request) if not wanted.as_of else None,
    }
    alone = request.htmx and not request.htmx.history_restore_request
    name = "portal/discipline_results.html" if alone else "portal/discipline.html"
    response = render(request, name, seen | ({} if alone else _choices(request, wanted)))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _sees_others(request: PortalRequest) -> bool:
    """Whether this person reads of more than a commune, which has none beneath it and reviews nobody."""
    return any(post.level != Level.COMMUNE for post in request.user.posts(request.at))


def _units_named(text: str) -> set[int] | None:
    """The units of that name or code and those right beneath them; None where none is named."""
    if not text:
        return None
    named = Unit.objects.matching(text)
    below = Unit.objects.filter(parent__in=named.order_by().values("pk"), parent__parent__isnull=False)
    return {*named.order_by().values_list("pk", flat=True), *below.values_list("pk", flat=True)}


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key and sort != "unit" else rows


def _placed(rows: Sequence[Row]) -> list[Row]:
    """The rows of a page with the districts of their communes; one query."""
    units = Unit.objects.select_related("parent").in_bulk({row.line.unit.pk for row in rows})
    above = {pk: unit.parent.name for pk, unit in units.items() if unit.parent and unit.parent.parent_id}
    return [replace(row, above=above.get(row.line.unit.pk, "")) for row in rows]


def _choices(request: PortalRequest, wanted: Wanted) -> dict[str, Any]:
    """What the filters offer; one query."""
    latest = request.at.year * 12 + request.at.month - 1
    codes = {f"{one // 12}-{one % 12 + 1:02}" for one in range(latest, latest - MONTHS, -1)}
    versions = FormVersion.objects.order_by("form__code", "-number").distinct("form__code")
    return {
        "months": [(code, labels.period_name(code)) for code in sorted(codes | {wanted.month}, reverse=True)],
        "forms": versions.values_list("form__code", "title"),
        "kinds": LAPSE_KINDS.items(),
        "statuses": STATUSES.items(),
    }


def _export(request: PortalRequest, wanted: Wanted, rows: Sequence[Row]) -> HttpResponseBase:
    """What is shown, all pages of it, as a file."""
    name = f"chap-hanh-bao-cao-{wanted.month}"
    if request.GET["export"] == "csv":
        return downloads.csv(name, table(rows))
    return downloads.xlsx(name, table(rows), title=labels.period_name(wanted.month))


def _go_on(request: PortalRequest) -> HttpResponse:
    """Announce the list of a month, or issue it; what is refused is said on the page."""
    month = _first_day(request.POST.get("month", "")[:10])
    if month is None:
        raise BadRequest("A list is named by its month, such as 2022-04.")
    try:
        if request.POST.get("do") == "announce":
            made = listing.announce(month, by=request.user, at=request.at)
            words = _("The list was announced. Its units can correct facts until %(instant)s.")
            messages.success(request, words % {"instant": labels.deadline_words(made.correct_by)})
        else:
            listing.issue(get_object_or_404(StandingList, month=month), by=request.user, at=request.at)
            messages.success(request, _("The list was issued. It is kept as it stands, and can be downloaded below."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{request.path}?month={month:%Y-%m}")
