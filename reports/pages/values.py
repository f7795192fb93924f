"""The values of a unit with none beneath it, period by period, read from its own reports."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.requests import PortalRequest
from reports.models import Figure, Indicator, Item, Report, Row, Target, Value
from reports.pages import downloads
from reports.pages import forms as shown_forms
from reports.pages.place import line_above
from reports.pages.readings import Book, Numbers, Pair, Subject, origin_of, read_from
from reports.pages.spans import spans_of_reports
from reports.pages.timetables import Timetable, asked_period, timetable
from reports.pages.topics import Scope
from reports.workflow import STANDING

PARTS = ("indicator__numerator", "indicator__denominator")


@dataclass(frozen=True)
class Line:
    """One number of the form, with its value in each report."""

    item: Item
    indicator: Indicator
    row: Row | None
    pairs: Sequence[Pair]

    @property
    def name(self) -> str:
        return self.row.title if self.row else self.item.name

    @property
    def full_name(self) -> str:
        return f"{self.item.name}: {self.row.title}" if self.row else self.item.name


def show(request: PortalRequest, unit: Unit) -> HttpResponseBase:
    """The values of one form of the unit, beside the targets that any of its forms answers."""
    reports = list(
        Report.objects.visible_to(request.user, request.at)
        .filter(unit=unit)
        .with_names()
        .order_by("-period__last_day", "-period__first_day", "form__code")
    )
    if not reports:
        raise Http404("no report of this unit may be read")
    times = timetable(spans_of_reports(reports), *asked_period(request), today=request.at.date())
    targets = list(Target.objects.select_related("indicator", "basis"))
    read = [one for one in reports if (choice := times.of(one.form_id)) and one.period_id in choice.read]
    forms, form = shown_forms.choice_of(request, times.forms)
    columns = [one for one in read if one.form_id == form.pk]
    numbers = numbers_of(read)
    lines = _lines(columns, numbers)
    if request.GET.get("export") == "csv":
        return _download(unit, columns, lines)
    scope = _scope(unit, times, read, numbers, targets)
    return render(
        request,
        "portal/values.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "period": times.period,
            "segments": times.segments,
            "topics": scope.topics(sorted({key.origin for key in scope.book.pairs})),
            "forms": forms,
            "form": form,
            "reports": columns,
            "lines": lines,
        },
    )


def numbers_of(reports: Sequence[Report], *indicators: Indicator) -> Numbers:
    """The numbers of the revisions that stand or are approved; of these indicators and their parts, or of all."""
    revisions = {report.current_id for report in reports if report.status in STANDING}
    revisions |= {report.approved_id for report in reports if report.approved_id}
    known = Value.objects.filter(revision__in=revisions, number__isnull=False)
    if indicators:
        asked = {pk for one in indicators for pk in (one.pk, one.numerator_id, one.denominator_id)}
        known = known.filter(item__indicator__in=asked - {None})
    numbers: dict[int, dict[tuple[int, str], Decimal]] = defaultdict(dict)
    for revision, asked_for, row, number in known.values_list("revision", "item__indicator", "row", "number"):
        if number is not None and asked_for is not None:
            numbers[revision][asked_for, row] = number
    return numbers


def _lines(reports: Sequence[Report], numbers: Numbers) -> list[Line]:
    """Every number of the latest version that the reports answer, in its order; of a table, row by row."""
    rows = Row.objects.order_by("position")
    items = (
        Item.objects.filter(version=reports[0].version_id, indicator__isnull=False)
        .select_related("section", "indicator")
        .prefetch_related(Prefetch("section__rows", rows))
    )
    found = []
    for item in items:
        asked: list[Row | None] = list(item.section.rows.all())
        for row in asked or [None]:
            if item.indicator:
                code = row.code if row else ""
                pairs = [read_from(report, item.indicator, numbers, code) for report in reports]
                found.append(Line(item, item.indicator, row, pairs))
    return found


def _scope(
    unit: Unit, times: Timetable, reports: Sequence[Report], numbers: Numbers, targets: Sequence[Target]
) -> Scope:
    """The unit beside the targets, its figures read from its reports; each way begins at the first of them shown."""
    aimed = {Subject(one.indicator_id, one.row) for one in targets if one.low is not None}
    asked = Item.objects.filter(
        version__in={one.version_id for one in reports}, indicator__in={one.indicator for one in aimed}
    )
    items: dict[int, list[Indicator]] = defaultdict(list)
    for item in asked.select_related(*PARTS):
        if item.indicator:
            items[item.version_id].append(item.indicator)
    figures: list[Figure] = []
    for report in reversed(reports):
        for indicator in items[report.version_id]:
            for row in {one.row for one in aimed if one.indicator == indicator.pk}:
                figures += filter(None, read_from(report, indicator, numbers, row, origin=origin_of(report, indicator)))
    firsts: dict[tuple[int, int, str], Figure] = {}
    periods = {one.period_id: one.period for one in reports}
    for figure in figures:
        if figure.state == "confirmed" and figure.exact is not None:
            figure.period = periods[figure.period_id]
            firsts.setdefault((figure.form_id, figure.indicator_id, figure.row), figure)
    return Scope(unit, times, Book.of(figures), targets, list(firsts.values()))


def _download(unit: Unit, reports: Sequence[Report], lines: Sequence[Line]) -> HttpResponseBase:
    """A unit's values, one column a period."""
    heading = [_("Indicator"), _("Unit of measure"), *(report.period.code for report in reports)]
    rows = [[line.full_name, line.indicator.unit_of_measure, *(_shown(pair) for pair in line.pairs)] for line in lines]
    return downloads.csv(f"{unit.code}-{reports[0].period.code}", [heading, *rows])


def _shown(pair: Pair) -> Decimal | None:
    """The approved reading, else the one that stands."""
    return pair.provisional_reading if pair.reading is None else pair.reading
