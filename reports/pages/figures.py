"""The figures of one unit, and the way down from any of them to the values it is made of."""

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
from reports.models import Figure, Form, Indicator, Report, Row, Target
from reports.pages import address, downloads, values
from reports.pages import forms as shown_forms
from reports.pages.place import line_above
from reports.pages.readings import Book, Pair, Subject, read_from
from reports.pages.spans import Choice, Span, spans_of
from reports.pages.timetables import Timetable, asked_period, timetable
from reports.pages.topics import Scope
from reports.workflow import State

ORIGINS = (labels.ALL_LEVELS, Level.CITY, Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True)
class Line:
    """One indicator of the form over the unit's subtree; in a table, one row of it."""

    indicator: Indicator
    row: Row | None
    detail: bool
    pair: Pair
    before: Pair

    @property
    def subject(self) -> Subject:
        return Subject(self.indicator.pk, self.row.code if self.row else "")

    @property
    def name(self) -> str:
        """What tells it apart from the line above."""
        return self.row.title if self.row else self.indicator.name

    @property
    def full_name(self) -> str:
        return f"{self.indicator.name}: {self.row.title}" if self.row else self.indicator.name

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
        return _of_many(request, unit, timetable(spans, *asked_period(request), today=request.at.date()))
    return values.show(request, unit)


def _of_many(request: PortalRequest, unit: Unit, times: Timetable) -> HttpResponseBase:
    targets = list(Target.objects.select_related("indicator", "basis"))
    forms, form = shown_forms.choice_of(request, times.forms)
    period = times.forms[form.pk]
    now = Q(form=form, period__in=[span.pk for span in (period.chosen, period.previous) if span])
    trend = times.trend & Q(indicator__in={one.indicator_id for one in targets})
    readable = Figure.objects.readable_by(request.user, request.at)
    own = list(readable.filter(Q(scope=unit) & (now | trend)).with_names().in_form_order())
    scope = Scope(unit, times, Book.of(own), targets, list(readable.filter(scope=unit).of_targets().first_confirmed()))
    here = [one for one in own if (one.form_id, one.period_id) == (form.pk, period.chosen.pk)]
    origins = [origin for origin in ORIGINS if any(one.origin == origin for one in here)]
    origin = _chosen(request, "origin", origins)
    lines = _lines(scope, form, period, [one for one in here if one.origin == origin])
    line = _line(request, lines, targets)
    beneath = readable.filter(
        scope__parent=unit, form=form, period=period.chosen.pk, origin=origin, indicator=line.indicator
    )
    figures = list(beneath.with_names())
    parts = _parts(request, unit, form=form, span=period.chosen, origin=origin, line=line, figures=figures)
    breakdown = Breakdown(line, parts, lines)
    if request.GET.get("export") == "csv":
        return _download_parts(breakdown, unit, period.chosen)
    return render(
        request,
        "portal/figures.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "period": times.period,
            "segments": times.segments,
            "topics": [topic for topic in scope.topics(origins_of(own)) if topic.form == form.pk],
            "forms": forms,
            "form": form,
            "form_period": period,
            "origins": [(one, scope.headings[one]) for one in origins],
            "origin": origin,
            "origin_words": scope.headings[origin],
            "lines": lines,
            "breakdown": breakdown,
            "provisional": any(one.state == State.PROVISIONAL for one in own),
        },
    )


def origins_of(figures: Sequence[Figure]) -> list[str]:
    """The levels of origin that figures have, in their order."""
    known = {one.origin for one in figures}
    return [origin for origin in ORIGINS if origin in known]


def _chosen(request: PortalRequest, name: str, known: Sequence[str], default: str = "") -> str:
    """A choice given in the address, else the default where there is such, else the first; 404 for an unknown one."""
    asked = address.text(request, name)
    if not asked:
        return default if default in known else known[0]
    if asked not in known:
        raise Http404(f"no such {name}: {asked!r}")
    return asked


def _lines(scope: Scope, form: Form, period: Choice, figures: Sequence[Figure]) -> list[Line]:
    """All indicators of the form in its order, each with its rows in theirs."""
    rows = rows_of([form.pk]) if any(one.row for one in figures) else {}
    found = {Subject(one.indicator_id, one.row): one for one in figures}
    order = {indicator: place for place, indicator in enumerate(dict.fromkeys(one.indicator_id for one in figures))}
    origin = figures[0].origin
    lines = [
        Line(
            indicator=figure.indicator,
            row=rows.get((form.pk, subject.row)) if subject.row else None,
            detail=bool(getattr(figure, "detail", False)),
            pair=scope.pair(form.pk, origin, subject, period.chosen),
            before=scope.pair(form.pk, origin, subject, period.previous),
        )
        for subject, figure in found.items()
    ]
    return sorted(lines, key=lambda one: (order[one.indicator.pk], one.row.position if one.row else 0))


def rows_of(forms: Sequence[int]) -> dict[tuple[int, str], Row]:
    """The rows of the tables of these forms, by form and code; those of the latest version."""
    known = Row.objects.filter(section__version__form__in=forms).order_by("section__version__number")
    return {(one.section.version.form_id, one.code): one for one in known.select_related("section__version")}


def _line(request: PortalRequest, lines: Sequence[Line], targets: Sequence[Target]) -> Line:
    """The line that the address names, else the first that has a target, else the first; 404 for an unknown one."""
    aimed = {Subject(one.indicator_id, one.row): one.indicator.code for one in targets}
    first = next((aimed[line.subject] for line in lines if line.subject in aimed), "")
    code = _chosen(request, "indicator", [line.indicator.code for line in lines], first)
    rows = {line.subject.row: line for line in lines if line.indicator.code == code}
    total = next((row for row, line in rows.items() if line.row and line.row.is_total), "")
    return rows[_chosen(request, "row", list(rows), total)]


def _parts(
    request: PortalRequest,
    unit: Unit,
    *,
    form: Form,
    span: Span,
    origin: str,
    line: Line,
    figures: Sequence[Figure],
) -> list[Part]:
    """The figures of the units beneath that have some, and the values of the unit's own report and of the others."""
    book, folded = Book.of(figures), {figure.scope_id: figure.scope for figure in figures}
    reports = list(
        Report.objects.visible_to(request.user, request.at)
        .filter(Q(unit=unit) | Q(unit__parent=unit), form=form, period=span.pk)
        .with_names()
    )
    numbers = values.numbers_of(reports, line.indicator)
    read = [(report, read_from(report, line.indicator, numbers, line.subject.row)) for report in reports]
    parts = [
        Part(one, pair)
        for one in folded.values()
        if (pair := book.get(span, form.pk, one.pk, origin, line.subject)).any
    ]
    parts += [
        Part(report.unit, pair, report)
        for report, pair in read
        if report.unit_id not in folded
        and (origin in (report.unit.level, labels.ALL_LEVELS) or (origin == Level.CITY and pair.is_answered))
    ]
    return sorted(
        parts, key=lambda one: (one.unit.pk != unit.pk, one.unit.level != Level.DEPARTMENT, one.unit.sort_key)
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
    subject = "-".join(filter(None, [breakdown.line.indicator.code, breakdown.line.subject.row]))
    return downloads.csv(f"{subject}-{unit.code}-{span.code}", rows)
