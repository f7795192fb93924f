"""Units beside each other over a year: where a figure is high or low, and how much of the units it speaks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.exchange.tables import Cell as FileCell
from reports.models import Figure, Form, Indicator, Report, Target
from reports.numbers import written
from reports.pages import address, downloads, values
from reports.pages import forms as shown_forms
from reports.pages.place import line_above
from reports.pages.readings import Book, Pair, Subject, read_from, told_by
from reports.pages.spans import Span, spans_of
from reports.pages.timetables import asked_period, timetable

MONTHS, STEPS = 12, 5
ORIGINS = (Level.COMMUNE, Level.DISTRICT, Level.DEPARTMENT, labels.ALL_LEVELS, Level.CITY)
"""Of which level the figure is shown where nothing is asked: the first of these that it has."""

READING, COVERAGE = "reading", "coverage"


class Cell(NamedTuple):
    """One unit in one period: what stands there, how dark it is (0 is blank), and a sign with its words."""

    text: str
    shade: int
    sign: str
    words: str


@dataclass(frozen=True)
class Subjects:
    """What can be shown of a form, and what is."""

    indicators: Sequence[Indicator]
    indicator: Indicator
    origins: Sequence[str]
    origin: str
    row: str


def show(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The units beneath one unit over its latest twelve periods; 404 where there is none with figures."""
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    readable = Figure.objects.readable_by(request.user, request.at)
    spans = spans_of(readable.filter(scope=unit))
    if not spans:
        raise Http404("no figures of units beneath this one may be read")
    times = timetable(spans, *asked_period(request), today=request.at.date())
    forms, form = shown_forms.choice_of(request, times.forms)
    period = times.forms[form.pk]
    columns = period.year[-MONTHS:]
    told = _subjects(request, readable.filter(scope=unit, form=form, period=period.chosen.pk))
    subject = Subject(told.indicator.pk, told.row)
    book, units = _beneath(request, readable, unit, form, columns, told)
    measure = COVERAGE if request.GET.get("measure") == COVERAGE else READING
    lines = [(one, [book.get(span, form.pk, one.pk, told.origin, subject) for span in columns]) for one in units]
    if request.GET.get("export") == "csv":
        return _download(unit, columns, lines)
    targets = list(Target.objects.filter(indicator=told.indicator, row=told.row, origin=told.origin, low__isnull=False))
    readings = [pair.reading for _unit, pairs in lines for pair in pairs if pair.reading is not None]
    scale = (min(readings), max(readings)) if readings else None
    cells = [(one, [_cell(pair, told.indicator, measure, scale, targets) for pair in pairs]) for one, pairs in lines]
    return render(
        request,
        "portal/heatmap.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "period": times.period,
            "segments": times.segments,
            "forms": forms,
            "form": form,
            "told": told,
            "origins": [(one, labels.ORIGINS[one]) for one in told.origins],
            "measure": measure,
            "columns": columns,
            "cells": cells,
            "scale": scale,
            "target": targets[0] if targets else None,
            "by_period": not period.is_folded,
        },
    )


def _subjects(request: PortalRequest, figures: "QuerySet[Figure]") -> Subjects:
    """What the address asks for among what there is, else what has a target; 404 for what there is not."""
    known = list(figures.order_by().values_list("indicator", "origin", "row").distinct())
    indicators = list(Indicator.objects.filter(pk__in={one for one, _origin, _row in known}).order_by("code"))
    code = address.text(request, "indicator")
    if code:
        indicator = next((one for one in indicators if one.code == code), None)
    else:
        aimed = set(Target.objects.filter(low__isnull=False).values_list("indicator", flat=True))
        indicator = next((one for one in indicators if one.pk in aimed), indicators[0] if indicators else None)
    if indicator is None:
        raise Http404(f"no figures of the indicator {code!r}")
    of_it = {(origin, row) for one, origin, row in known if one == indicator.pk}
    origins = [origin for origin in ORIGINS if origin in {origin for origin, _row in of_it}]
    origin = address.text(request, "origin") or origins[0]
    rows = sorted(row for of, row in of_it if of == origin)
    row = address.text(request, "row") or next((one for one in ("", "total") if one in rows), rows[0] if rows else "")
    if row not in rows:
        raise Http404("no such level or row")
    return Subjects(indicators, indicator, origins, origin, row)


def _beneath(  # noqa: PLR0917  (what a table is of)
    request: PortalRequest,
    readable: "QuerySet[Figure]",
    unit: Unit,
    form: Form,
    columns: Sequence[Span],
    told: Subjects,
) -> tuple[Book, list[Unit]]:
    """The figures of the units beneath: stored ones, and of units with none beneath them what their reports say."""
    periods = [span.pk for span in columns]
    asked = readable.filter(
        scope__parent=unit, form=form, period__in=periods, indicator=told.indicator, row=told.row, origin=told.origin
    )
    known = {told.indicator.pk: told.indicator}
    figures: list[Figure] = told_by(asked.select_related("scope"), known)
    units = {one.scope_id: one.scope for one in figures}
    reports = list(
        Report.objects.visible_to(request.user, request.at)
        .filter(Q(unit__level=told.origin) if told.origin != labels.ALL_LEVELS else Q())
        .filter(unit__parent=unit, form=form, period__in=periods)
        .exclude(unit__in=units)
        .select_related("unit")
    )
    numbers = values.numbers_of(reports, told.indicator)
    for report in reports:
        figures += read_from(report, told.indicator, numbers, told.row, origin=told.origin)  # type: ignore[arg-type]
        units[report.unit_id] = report.unit
    return Book.of(figures), sorted(units.values(), key=lambda one: one.sort_key)


def _cell(
    pair: Pair,
    indicator: Indicator,
    measure: str,
    scale: tuple[Decimal, Decimal] | None,
    targets: Iterable[Target],
) -> Cell:
    counted = pair.confirmed or pair.any
    if counted is None or not counted.expected:
        return Cell("–", 0, "", _("not expected"))
    if measure == COVERAGE:
        whole = counted.approved == counted.expected
        shade = counted.approved * STEPS // counted.expected
        words = _("complete") if whole else _("not complete")
        return Cell(f"{counted.approved}/{counted.expected}", shade, "check" if whole else "", words)
    if pair.reading is None or scale is None:
        return Cell("–", 0, "", _("No confirmed figure yet"))
    partial = "" if counted.is_whole else f"{counted.count}/{counted.expected}"
    met = pair.exact is not None and any(one.is_met_by(pair.exact) for one in targets)
    words = ", ".join(filter(None, [_("reaches a target") if met else "", partial]))
    return Cell(
        written(pair.reading, indicator.decimals), shade_of(pair.reading, *scale), "target" if met else "", words
    )


def shade_of(number: Decimal, lowest: Decimal, highest: Decimal) -> int:
    """How dark a number stands among others, from 1 for the lowest to 5 for the highest."""
    if highest == lowest:
        return (STEPS + 1) // 2
    return min(STEPS, int((number - lowest) * STEPS / (highest - lowest)) + 1)


def _download(unit: Unit, columns: Sequence[Span], lines: Sequence[tuple[Unit, Sequence[Pair]]]) -> HttpResponseBase:
    """The same as a file: of each period the figure, how many reports it speaks for, and of how many."""
    heading: list[FileCell] = [_("Code"), _("Unit")]
    for span in columns:
        heading += [span.code, f"{span.code}: " + _("counted"), f"{span.code}: " + _("expected")]
    rows: list[Sequence[FileCell]] = [heading]
    for one, pairs in lines:
        row: list[FileCell] = [one.code, one.name]
        for pair in pairs:
            figure = pair.confirmed
            row += [pair.reading, figure.count, figure.expected] if figure else [None, None, None]
        rows.append(row)
    return downloads.csv(f"{unit.code}-{columns[-1].code}", rows)
