"""The figures of one unit, and the way down from any of them to the values it is made of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.exchange.tables import Cell
from reports.models import Figure, Indicator, Item, Report, Target, Value
from reports.pages import address, downloads
from reports.pages.readings import Book, Key, Numbers, Pair, Scope, read_from
from reports.pages.spans import Choice, Span, choice, spans_of
from reports.workflow import STANDING

ORIGINS = (labels.ALL_LEVELS, Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True)
class Line:
    """One indicator of the form over the unit's subtree."""

    indicator: Indicator
    detail: bool
    pair: Pair
    before: Pair

    @property
    def change(self) -> Decimal | None:
        if self.pair.reading is None or self.before.reading is None:
            return None
        return self.pair.reading - self.before.reading


@dataclass(frozen=True)
class Part:
    """What one unit beneath contributes to a figure: a figure of its own, or the value of its one report."""

    unit: Unit
    pair: Pair
    report: Report | None = None


@dataclass(frozen=True)
class Breakdown:
    """One of the lines and the parts that its figure is made of."""

    line: Line
    parts: Sequence[Part]
    lines: Sequence[Line]

    @property
    def divided(self) -> list[Indicator]:
        """A ratio's numerator and denominator; nothing for any other indicator."""
        asked = {line.indicator.pk: line.indicator for line in self.lines}
        ratio = (self.line.indicator.numerator_id or 0, self.line.indicator.denominator_id or 0)
        return [asked[pk] for pk in ratio] if asked.keys() >= set(ratio) else []

    @property
    def hidden(self) -> int:
        """How many of the reports that it counts are not among the parts, as the person may not see them."""
        whole = self.line.pair.any
        return (whole.expected if whole else 0) - sum(part.pair.any.expected for part in self.parts if part.pair.any)


def show(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The figures of a unit that others stand beneath, or the values that a single unit has reported.

    404 for a unit of which the person may read nothing.
    """
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    spans = spans_of(Figure.objects.readable_by(request.user, request.at).filter(scope=unit).spans())
    if spans:
        return _of_many(request, unit, choice(spans, request.GET.get("period", "")))
    return _of_one(request, unit)


def line_above(unit: Unit) -> list[Unit]:
    """The units above this one, from the city down; select them with the unit."""
    above: list[Unit] = []
    while unit.parent is not None:
        unit = unit.parent
        above.insert(0, unit)
    return above


def _of_many(request: PortalRequest, unit: Unit, period: Choice) -> HttpResponseBase:
    targets = list(Target.objects.select_related("indicator", "basis"))
    now = Q(scope=unit, period__in=[span.pk for span in (period.chosen, period.previous) if span])
    trend = Q(scope=unit, period__in=period.read, indicator__in={one.indicator_id for one in targets})
    beneath = Q(
        scope__parent=unit, period=period.chosen.pk, origin=address.text(request, "origin") or labels.ALL_LEVELS
    )
    code = address.text(request, "indicator") or next((one.indicator.code for one in targets), "")
    if code:
        beneath &= Q(indicator__code=code)
    readable = Figure.objects.readable_by(request.user, request.at)
    figures = list(readable.filter(now | trend | beneath).with_names().in_form_order())
    scope = Scope(unit, period, Book.of(figures), targets)
    own = {one.origin for one in figures if (one.scope_id, one.period_id) == (unit.pk, period.chosen.pk)}
    origins = [origin for origin in ORIGINS if origin in own]
    origin = _chosen(request, "origin", origins)
    lines = _lines(scope, figures, origin)
    codes = [line.indicator.code for line in lines]
    line = lines[codes.index(_chosen(request, "indicator", codes, code))]
    reports = _reports(request, unit, line.indicator, period.chosen)
    breakdown = Breakdown(line, _parts(scope, origin, line.indicator, figures, reports), lines)
    if request.GET.get("export") == "csv":
        return _download_parts(breakdown, unit, period.chosen)
    return render(
        request,
        "portal/figures.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "period": period,
            "topics": scope.topics(origins),
            "origins": [(one, scope.headings[one]) for one in origins],
            "origin": origin,
            "origin_words": scope.headings[origin],
            "lines": lines,
            "breakdown": breakdown,
            "provisional": any(line.pair.provisional for line in lines),
        },
    )


def _chosen(request: PortalRequest, name: str, known: Sequence[str], default: str = "") -> str:
    """A choice given in the address, else the default where there is such, else the first; 404 for an unknown one."""
    asked = address.text(request, name)
    if not asked:
        return default if default in known else known[0]
    if asked not in known:
        raise Http404(f"no such {name}: {asked!r}")
    return asked


def _lines(scope: Scope, figures: Sequence[Figure], origin: str) -> list[Line]:
    """All indicators of the form in its order."""
    here = (scope.unit.pk, origin, scope.period.chosen.pk)
    found = {one.indicator_id: one for one in figures if (one.scope_id, one.origin, one.period_id) == here}
    return [
        Line(
            indicator=figure.indicator,
            detail=bool(getattr(figure, "detail", False)),
            pair=scope.pair(origin, figure.indicator),
            before=scope.before(origin, figure.indicator),
        )
        for figure in found.values()
    ]


def _reports(request: PortalRequest, unit: Unit, indicator: Indicator, span: Span) -> list[tuple[Report, Pair]]:
    """The visible reports of the unit itself and of those directly beneath it, with their value of the indicator."""
    reports = list(
        Report.objects.visible_to(request.user, request.at)
        .filter(Q(unit=unit) | Q(unit__parent=unit), period=span.pk)
        .with_names()
    )
    numbers = numbers_of(reports, indicator)
    return [(report, read_from(report, indicator, numbers)) for report in reports]


def numbers_of(reports: Sequence[Report], *indicators: Indicator) -> Numbers:
    """The numbers of the revisions that stand or are approved; of these indicators and their parts, or of all."""
    revisions = {report.current_id for report in reports if report.status in STANDING}
    revisions |= {report.approved_id for report in reports if report.approved_id}
    values = Value.objects.filter(revision__in=revisions, row="", number__isnull=False)
    if indicators:
        asked = {pk for one in indicators for pk in (one.pk, one.numerator_id, one.denominator_id)}
        values = values.filter(item__indicator__in=asked - {None})
    numbers: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for revision, asked_for, number in values.values_list("revision", "item__indicator", "number"):
        if number is not None:
            numbers[revision][asked_for] = number
    return numbers


def _parts(
    scope: Scope,
    origin: str,
    indicator: Indicator,
    figures: Sequence[Figure],
    reports: Sequence[tuple[Report, Pair]],
) -> list[Part]:
    """The figures of the units beneath that have some, and the values of the unit's own report and of the others."""
    unit, span = scope.unit, scope.period.chosen
    beneath = {figure.scope_id: figure.scope for figure in figures if figure.scope_id != unit.pk}
    parts = [
        Part(one, pair) for one in beneath.values() if (pair := scope.book.get(span, one.pk, origin, indicator.pk)).any
    ]
    parts += [
        Part(report.unit, pair, report)
        for report, pair in reports
        if report.unit_id not in beneath and origin in (report.unit.level, labels.ALL_LEVELS)
    ]
    return sorted(
        parts, key=lambda one: (one.unit.pk != unit.pk, one.unit.level != Level.DEPARTMENT, one.unit.sort_key)
    )


def _of_one(request: PortalRequest, unit: Unit) -> HttpResponseBase:
    """The values of a unit with none beneath it, period by period, read from its reports."""
    reports = list(
        Report.objects.visible_to(request.user, request.at).filter(unit=unit).with_names().order_by("-period__last_day")
    )
    if not reports:
        raise Http404("no report of this unit may be read")
    spans = [
        Span(
            one.period_id, one.period.code, one.period.first_day, one.period.last_day, int(one.approved_id is not None)
        )
        for one in reports
    ]
    period = choice(spans, request.GET.get("period", ""))
    columns = [report for report in reports if report.period_id in period.read]
    numbers = numbers_of(columns)
    items = list(Item.objects.filter(version=columns[0].version_id).select_related("indicator"))
    pairs = {
        (report.period_id, item.indicator_id): read_from(report, item.indicator, numbers)
        for report in columns
        for item in items
    }
    book = Book({Key(at, unit.pk, unit.level, indicator): pair for (at, indicator), pair in pairs.items()})
    scope = Scope(unit, period, book, list(Target.objects.select_related("indicator", "basis")))
    rows = [(item, [pairs[report.period_id, item.indicator_id] for report in columns]) for item in items]
    if request.GET.get("export") == "csv":
        return _download_values(unit, columns, rows)
    return render(
        request,
        "portal/values.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "period": period,
            "topics": scope.topics([unit.level]),
            "reports": columns,
            "rows": rows,
        },
    )


def _download_parts(breakdown: Breakdown, unit: Unit, span: Span) -> HttpResponseBase:
    """One figure with its parts; the last line is the figure itself."""
    heading = [
        *(_("Code"), _("Unit"), _("Numerator, confirmed"), _("Denominator, confirmed")),
        *(_("Confirmed"), _("Provisional"), _("Expected"), _("Submitted"), _("Approved"), _("Without data")),
    ]
    whole = Part(unit, breakdown.line.pair)
    rows: list[Sequence[Cell]] = [heading]
    for part in (*breakdown.parts, whole):
        confirmed, counted = part.pair.confirmed, part.pair.any
        rows.append(
            [
                part.unit.code,
                part.unit.name,
                confirmed.numerator if confirmed else None,
                confirmed.denominator if confirmed else None,
                part.pair.reading,
                part.pair.provisional_reading,
                *((counted.expected, counted.submitted, counted.approved, counted.without_data) if counted else ()),
            ]
        )
    return downloads.csv(f"{breakdown.line.indicator.code}-{unit.code}-{span.code}", rows)


def _download_values(
    unit: Unit, reports: Sequence[Report], rows: Sequence[tuple[Item, Sequence[Pair]]]
) -> HttpResponseBase:
    """A unit's values, one column a period."""
    heading = [_("Indicator"), _("Unit of measure"), *(report.period.code for report in reports)]
    values = [
        [item.indicator.name, item.indicator.unit_of_measure, *(_shown(pair) for pair in pairs)] for item, pairs in rows
    ]
    return downloads.csv(f"{unit.code}-{reports[0].period.code}", [heading, *values])


def _shown(pair: Pair) -> Decimal | None:
    """The approved reading, else the one that stands."""
    return pair.provisional_reading if pair.reading is None else pair.reading
