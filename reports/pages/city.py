"""The city's figures beside its targets: for leaders with one minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.labels import Kind
from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.exchange.tables import Cell
from reports.models import Figure, Form, Target
from reports.pages import downloads
from reports.pages.milestones import others
from reports.pages.readings import Book, Pair, told_by
from reports.pages.spans import Span, spans_of
from reports.pages.timetables import asked_period, timetable
from reports.pages.topics import Scope, Topic
from reports.workflow import State

ORIGINS = (Level.CITY, labels.ALL_LEVELS, Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)
KINDS = (Kind.URBAN_DISTRICT, Kind.RURAL_DISTRICT, Kind.TOWN)


@dataclass(frozen=True)
class District:
    """A district in the league: the figure of its own report, and that of its communes'."""

    unit: Unit
    own: Pair
    communes: Pair

    @property
    def coverage(self) -> Decimal | None:
        """The share of its communes that the confirmed figure speaks for."""
        figure = self.communes.confirmed
        return Decimal(figure.count) / figure.expected if figure and figure.expected else None


MEASURES: dict[str, Callable[[District], Decimal | None]] = {
    "own": lambda place: place.own.reading,
    "communes": lambda place: place.communes.reading,
    "coverage": lambda place: place.coverage,
}


def show(request: PortalRequest) -> HttpResponseBase:
    """The city's figures beside its targets, their trend, and the league of its districts."""
    city = get_object_or_404(Unit.objects.of_level(Level.CITY).in_force(request.at.date()))
    targets = list(Target.objects.select_related("indicator", "basis"))
    aimed = {one.indicator_id: one.indicator for one in targets}
    every = Figure.objects.readable_by(request.user, request.at)
    readable = every.filter(indicator__in=list(aimed))
    answered = set(readable.filter(scope=city).order_by().values_list("form", flat=True).distinct())
    spans = spans_of(every.filter(scope=city), Form.objects.filter(pk__in=answered))
    today = request.at.date()
    if not spans:
        return render(request, "portal/city.html", {"city": city, "others": others(targets, [], today)})
    times = timetable(spans, *asked_period(request), today=today)
    of_districts = Q(scope__level=Level.DISTRICT, origin__in=[Level.DISTRICT, Level.COMMUNE])
    asked = readable.with_names()
    figures = told_by(asked.filter(Q(scope=city) & times.trend), aimed)
    of_places = told_by(asked.filter(of_districts & times.now).select_related("scope"), aimed)
    firsts = told_by(readable.filter(times.own, scope=city).first_confirmed(), aimed)
    scope = Scope(city, times, Book.of([*figures, *of_places]), targets, firsts)
    found = scope.topics(ORIGINS)
    leading = next((topic for topic in found if _has_league(topic)), None)
    places = _places(of_places, scope, leading) if leading else []
    kind, sort = request.GET.get("kind", ""), request.GET.get("sort") or "-communes"
    shown = _sorted([place for place in places if kind in ("", place.unit.kind)], sort)
    if request.GET.get("export") == "csv":
        return _download(shown, (leading.period if leading else times.period).chosen)
    return render(
        request,
        "portal/city.html",
        {
            "city": city,
            "period": times.period,
            "segments": times.segments,
            "topics": found,
            "levelled": [topic for topic in found if len(topic.cards) > 1],
            "single": [topic for topic in found if len(topic.cards) == 1],
            "others": others(targets, found, today),
            "leading": leading,
            "districts": shown,
            "some_hidden": leading is not None and _some_hidden(leading, places),
            "provisional": any(figure.state == State.PROVISIONAL for figure in figures),
            "provisional_districts": any(place.communes.provisional or place.own.provisional for place in places),
            "kinds": KINDS,
            "kind": kind,
            "sort": sort,
        },
    )


def _has_league(topic: Topic) -> bool:
    """Whether districts or communes answer it."""
    return any(card.origin in (Level.DISTRICT, Level.COMMUNE) for card in topic.cards)


def _places(figures: Sequence[Figure], scope: Scope, topic: Topic) -> list[District]:
    """The districts that the person may read, by name."""
    span = topic.period.chosen
    districts = {figure.scope_id: figure.scope for figure in figures}
    return [
        District(
            unit,
            own=scope.book.get(span, topic.form, unit.pk, Level.DISTRICT, topic.subject),
            communes=scope.book.get(span, topic.form, unit.pk, Level.COMMUNE, topic.subject),
        )
        for unit in sorted(districts.values(), key=lambda one: one.sort_key)
    ]


def _some_hidden(topic: Topic, places: Sequence[District]) -> bool:
    """Whether the city counts more communes than the districts shown."""
    whole = next((card.pair.any for card in topic.cards if card.origin == Level.COMMUNE), None)
    shown = sum(place.communes.any.expected for place in places if place.communes.any)
    return whole is not None and shown < whole.expected


def _sorted(places: Sequence[District], asked: str) -> list[tuple[int | None, District]]:
    """The places in the asked order, each with its rank by its own or its communes' figure; the unknown come last."""
    column, down = asked.removeprefix("-"), asked.startswith("-")
    rank = _ranks(places, MEASURES["own" if column == "own" else "communes"])
    measure = MEASURES.get(column)
    if measure is None:
        ordered = list(reversed(places)) if down else list(places)
    else:
        known = [(number, place) for place in places if (number := measure(place)) is not None]
        known.sort(key=lambda one: one[0], reverse=down)
        ordered = [place for _number, place in known] + [place for place in places if measure(place) is None]
    return [(rank.get(place.unit.pk), place) for place in ordered]


def _ranks(places: Sequence[District], measure: Callable[[District], Decimal | None]) -> dict[int, int]:
    """The rank of each place that has a figure; equals share theirs."""
    known = [(number, place.unit.pk) for place in places if (number := measure(place)) is not None]
    numbers = sorted((number for number, _pk in known), reverse=True)
    return {pk: numbers.index(number) + 1 for number, pk in known}


def _download(places: Sequence[tuple[int | None, District]], span: Span) -> StreamingHttpResponse:
    heading = [
        *(_("Rank"), _("Code"), _("District")),
        *(_("Own share, confirmed (%)"), _("Own share, provisional (%)")),
        *(_("Communes' share, confirmed (%)"), _("Communes' share, provisional (%)")),
        *(_("Communes expected"), _("Communes submitted"), _("Communes approved")),
    ]
    rows: list[Sequence[Cell]] = [heading]
    for rank, place in places:
        counted = place.communes.any
        counts = (counted.expected, counted.submitted, counted.approved) if counted else (None, None, None)
        own, communes = place.own, place.communes
        shares = (own.reading, own.provisional_reading, communes.reading, communes.provisional_reading)
        rows.append([rank, place.unit.code, place.unit.name, *shares, *counts])
    return downloads.csv(f"districts-{span.code}", rows)
