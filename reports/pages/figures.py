"""The figures of one unit, and the way down from any of them to the values it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.models import Figure, Form, Indicator, Row, Target
from reports.pages import address, values
from reports.pages import forms as shown_forms
from reports.pages.breakdowns import Breakdown, download, parts_of
from reports.pages.cards import Compared
from reports.pages.place import line_above
from reports.pages.readings import Book, Pair, Subject, told_by
from reports.pages.spans import Choice, spans_of
from reports.pages.timetables import Timetable, asked_period, timetable
from reports.pages.topics import Scope
from reports.silence import bounds_of
from reports.workflow import State

ORIGINS = (labels.ALL_LEVELS, Level.CITY, Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True)
class Line:
    """One indicator of the form over the unit's subtree; in a table, one row of it."""

    indicator: Indicator
    row: Row | None
    detail: bool
    pair: Pair
    before: Compared
    last_year: Compared
    to_date: Compared

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
        """Against the previous period."""
        return self.before.change_to(self.pair)

    @property
    def change_on_last_year(self) -> Decimal | None:
        """Against the same period of the year before."""
        return self.last_year.change_to(self.pair)


def show(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The figures of a unit that others stand beneath, or the values that a single unit has reported.

    404 for a unit of which the person may read nothing.
    """
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    spans = spans_of(Figure.objects.readable_by(request.user, request.at).filter(scope=unit))
    if spans:
        return _of_many(request, unit, timetable(spans, *asked_period(request), today=request.at.date()))
    return values.show(request, unit)


def _of_many(request: PortalRequest, unit: Unit, times: Timetable) -> HttpResponseBase:
    targets = list(Target.objects.select_related("indicator", "basis"))
    forms, form = shown_forms.choice_of(request, times.forms)
    period = times.forms[form.pk]
    now = Q(form=form, period__in=[*period.beside, *(span.pk for span in period.parts)])
    aimed = {one.indicator_id: one.indicator for one in targets}
    trend = times.trend & Q(indicator__in=list(aimed))
    readable = Figure.objects.readable_by(request.user, request.at)
    own = list(
        readable.filter(Q(scope=unit) & (now | trend))
        .with_names()
        .prefetch_related(None)
        .prefetch_related("indicator")
        .in_form_order()
    )
    firsts = readable.filter(times.own, scope=unit, indicator__in=list(aimed)).first_confirmed()
    scope = Scope(unit, times, Book.of(own), targets, told_by(firsts, aimed))
    here = [one for one in own if (one.form_id, one.period_id) == (form.pk, period.chosen.pk)]
    origins = [origin for origin in ORIGINS if any(one.origin == origin for one in here)]
    origin = _chosen(request, "origin", origins)
    lines = _lines(scope, form, period, [one for one in here if one.origin == origin])
    line = _line(request, lines, targets)
    beneath = readable.filter(
        scope__parent=unit, form=form, period=period.chosen.pk, origin=origin, indicator=line.indicator
    )
    figures = told_by(beneath.with_names().select_related("scope"), {line.indicator.pk: line.indicator})
    parts = parts_of(request, unit, form=form, span=period.chosen, origin=origin, line=line, figures=figures)
    shorter = [(span, scope.pair(form.pk, origin, line.subject, span)) for span in period.parts]
    breakdown = Breakdown(line, parts, lines, shorter)
    if request.GET.get("export") == "csv":
        return download(breakdown, unit, period.chosen)
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
            "bounds": _bounds(scope, form, period, origin, breakdown),
            "provisional": any(one.state == State.PROVISIONAL for one in own),
        },
    )


def _bounds(
    scope: Scope, form: Form, period: Choice, origin: str, breakdown: Breakdown
) -> tuple[Decimal, Decimal] | None:
    """Within which readings a ratio lies, given the silent units; told of a period that the form is asked for."""
    line, figure = breakdown.line, breakdown.line.pair.confirmed
    if figure is None or figure.is_whole or period.is_folded or not breakdown.divided:
        return None
    above, below = breakdown.divided
    found = bounds_of(
        above,
        below,
        line.subject.row,
        form=form,
        period=period.chosen.pk,
        scope=scope.unit,
        origin=origin,
        numerator=figure.numerator,
        denominator=figure.denominator,
    )
    if found is None:
        return None
    low, high = (line.indicator.ratio(bound, Decimal(1)) for bound in found)
    return (low, high) if low is not None and high is not None else None


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
            before=scope.compared(form.pk, origin, subject, period.compared),
            last_year=scope.compared(form.pk, origin, subject, period.last_year),
            to_date=scope.compared(form.pk, origin, subject, period.to_date),
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
