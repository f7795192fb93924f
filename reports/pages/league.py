"""Units of one kind beside each other: ranked by what their own reports say, searched and paged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.labels import LEVELS, Kind
from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports.exchange.tables import Cell
from reports.models import Figure, Form, Indicator, Item, Report, Target, Value
from reports.pages import address, downloads
from reports.pages import forms as shown_forms
from reports.pages.listing import PAGE, page_number, pager
from reports.pages.place import line_above
from reports.pages.spans import Choice, Span, spans_of
from reports.pages.timetables import asked_period, timetable
from reports.querysets import ReportQuerySet
from reports.workflow import STANDING, Status

PLACED = (Level.COMMUNE, Level.DISTRICT, Level.DEPARTMENT)


class Place(NamedTuple):
    """A unit and its report: the confirmed reading, else the provisional one; and its rank among its kind."""

    unit: int
    code: str
    name: str
    above: str
    kind: str
    report: int
    status: str
    confirmed: Decimal | None
    provisional: Decimal | None
    rank: int | None = None

    @property
    def status_words(self) -> str:
        """What keeps it from having a confirmed figure."""
        if self.confirmed is not None:
            return ""
        return _("submitted, not approved yet") if self.status in STANDING else _("not submitted")


def show(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The units of one level and kind beneath a unit; 404 where none of their figures may be read."""
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    spans = spans_of(Figure.objects.readable_by(request.user, request.at).filter(scope=unit))
    if not spans:
        raise Http404("no figures of units beneath this one may be read")
    times = timetable(spans, *asked_period(request), today=request.at.date())
    forms, form = shown_forms.choice_of(request, times.forms)
    span = _asked_span(times.forms[form.pk])
    indicator, row = _subject(request, form)
    reports = Report.objects.visible_to(request.user, request.at).filter(
        unit__path__contains=[unit.pk], form=form, period=span.pk
    )
    levels = [
        level for level in PLACED if level in set(reports.order_by().values_list("unit__level", flat=True).distinct())
    ]
    level = address.text(request, "level") or (levels[0] if levels else "")
    every = _places(reports.filter(unit__level=level).exclude(status=Status.EXEMPT), indicator, row)
    kinds = _kinds(every)
    kind = address.text(request, "kind") or next(iter(kinds), "")
    ranked = _ranked([one for one in every if one.kind == kind])
    text = address.text(request, "q")
    if text:
        found = set(Unit.objects.matching(text).order_by().values_list("pk", flat=True))
        ranked = [one for one in ranked if one.unit in found]
    if request.GET.get("export") == "csv":
        return _download(ranked, unit, span, indicator)
    number = page_number(request)
    shown = ranked[(number - 1) * PAGE : number * PAGE]
    return render(
        request,
        "portal/league.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "period": times.period,
            "segments": times.segments,
            "span": span,
            "forms": forms,
            "form": form,
            "indicator": indicator,
            "levels": [(one, LEVELS[one]) for one in levels],
            "level": level,
            "kinds": [(one, Kind(one).label, count) for one, count in kinds.items()],
            "kind": kind,
            "asked": text,
            "ranked": shown,
            "total": len(ranked),
            "spoken": sum(one.confirmed is not None for one in ranked),
            "pager": pager(number, len(ranked)),
        },
    )


def _asked_span(choice: Choice) -> Span:
    """A period that the form is asked for: of a longer one the last that it holds."""
    return choice.parts[-1] if choice.parts else choice.chosen


def _subject(request: PortalRequest, form: Form) -> tuple[Indicator, str]:
    """The indicator that the address names, else the first of the form that has a target; and the row it is read in."""
    asked = Indicator.objects.filter(pk__in=Item.objects.filter(version__form=form).values("indicator"))
    code = address.text(request, "indicator")
    target = Target.objects.filter(indicator__in=asked, low__isnull=False).first()
    if code:
        return get_object_or_404(asked, code=code), address.text(request, "row")
    if target is not None:
        return asked.get(pk=target.indicator_id), target.row
    found = asked.first()
    if found is None:
        raise Http404("the form asks nothing that is measured")
    return found, ""


def _places(reports: ReportQuerySet, indicator: Indicator, row: str) -> list[Place]:
    """What each report says; two queries, however many there are."""
    facts = list(
        reports.order_by("unit__sort_key").values_list(
            *("unit", "unit__code", "unit__name", "unit__parent__name", "unit__kind", "pk", "status"),
            *("approved_id", "current_id"),
        )
    )
    parts = [part for part in (indicator.pk, indicator.numerator_id, indicator.denominator_id) if part]
    read = {one for *_rest, approved, current in facts for one in (approved, current) if one}
    known: dict[tuple[int, int | None], Decimal | None] = {
        (revision, asked): number
        for revision, asked, number in Value.objects.filter(
            revision__in=read, item__indicator__in=parts, row=row, number__isnull=False
        ).values_list("revision", "item__indicator", "number")
    }
    return [
        Place(
            *(unit, code, name, above, kind, report, status),
            _reading(indicator, known, approved),
            _reading(indicator, known, current if status in STANDING else approved),
        )
        for unit, code, name, above, kind, report, status, approved, current in facts
    ]


def _reading(
    indicator: Indicator, known: Mapping[tuple[int, int | None], Decimal | None], revision: int | None
) -> Decimal | None:
    if revision is None:
        return None
    if indicator.numerator_id is None:
        return known.get((revision, indicator.pk))
    above, below = (known.get((revision, part)) for part in (indicator.numerator_id, indicator.denominator_id))
    return indicator.ratio(above, below)


def _kinds(places: Sequence[Place]) -> dict[str, int]:
    """How many units of each kind there are, the most frequent first: only units of one kind are compared."""
    counts: dict[str, int] = {}
    for one in places:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: -one[1]))


def _ranked(places: Sequence[Place]) -> list[Place]:
    """The places by their confirmed readings, the highest first; equals share a rank, the unknown come last."""
    known = [one for one in places if one.confirmed is not None]
    known.sort(key=lambda one: one.confirmed or Decimal(), reverse=True)
    ranks: dict[Decimal | None, int] = {}
    for rank, one in enumerate(known, 1):
        ranks.setdefault(one.confirmed, rank)
    unknown = [one for one in places if one.confirmed is None]
    return [one._replace(rank=ranks[one.confirmed]) for one in known] + unknown


def _download(places: Sequence[Place], unit: Unit, span: Span, indicator: Indicator) -> HttpResponseBase:
    """What is shown, all pages of it."""
    heading = [_("Rank"), _("Code"), _("Unit"), _("Unit above"), _("Confirmed"), _("Provisional"), _("State")]
    rows: list[Sequence[Cell]] = [heading]
    rows += [
        [one.rank, one.code, one.name, one.above, one.confirmed, one.provisional, one.status_words] for one in places
    ]
    return downloads.csv(f"{indicator.code}-{unit.code}-{span.code}", rows)
