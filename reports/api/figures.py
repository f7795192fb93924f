"""Figures: what a unit's reports add up to, and for how many of them they speak."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit
from accounts.roles import Level
from reports.api.asking import CodeField, Exact, PeriodField, PlainNumber, PortalView, choice, key, refuse_unknown_form
from reports.labels import ALL_LEVELS, ORIGINS, STATES
from reports.models import Figure, Indicator, Item, Report, Value
from reports.periods import PeriodCode
from reports.querysets import ReportQuerySet
from reports.workflow import STANDING, State


class FigureQuestion(Exact):
    """Which figures; a series is asked by `from` and `to`, two periods of one kind."""

    unit = key(gettext_lazy("Figures of the unit with this id and everything below it."), required=True)
    form = CodeField(gettext_lazy("Only figures of the form with this code, such as BM-02."))
    period = serializers.ListField(
        child=PeriodField(),
        required=False,
        help_text=gettext_lazy(
            "Only figures of this period, such as 2022-05, 2022-Q2, 2022-H1, 2022 or 2022-YTD05 (five months);"
            " may be given several times."
        ),
    )
    origin = choice(ORIGINS, gettext_lazy("Only figures from reports of this level, or of all."))
    indicator = CodeField(gettext_lazy("Only figures of the indicator with this code."))
    state = choice(STATES, gettext_lazy("Only approved figures (confirmed), or those of all that is submitted."))

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from`, a word that Python keeps for itself, and `to`."""
        return super().get_fields() | {
            "from": PeriodField(
                required=False,
                help_text=gettext_lazy("A series: only figures of this period and later ones of its kind."),
            ),
            "to": PeriodField(
                required=False,
                help_text=gettext_lazy("A series: only figures of this period and earlier ones of its kind."),
            ),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Two ends of a series are periods of one kind, the first before the last."""
        first, last = (PeriodCode.parse(attrs[name]) if name in attrs else None for name in ("from", "to"))
        if first and last and first.frequency != last.frequency:
            raise serializers.ValidationError({"to": [_("Give two periods of one kind, such as two months.")]})
        if first and last and first > last:
            raise serializers.ValidationError({"to": [_("A series ends no earlier than it begins.")]})
        return attrs


class Coverage(serializers.Serializer[Figure]):
    """For how many reports a figure speaks; of a longer period, of all its shorter ones."""

    expected = serializers.IntegerField(read_only=True, help_text=gettext_lazy("Reports that are owed."))
    submitted = serializers.IntegerField(read_only=True, help_text=gettext_lazy("Reports submitted that stand."))
    approved = serializers.IntegerField(read_only=True, help_text=gettext_lazy("Reports approved."))
    answered = serializers.IntegerField(
        source="count", read_only=True, help_text=gettext_lazy("Reports that the figure speaks for.")
    )
    units = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("Units with a number, by which a mean is divided.")
    )
    without_data = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("Reports read that gave no number here.")
    )


class TargetStanding(serializers.Serializer[Any]):
    """How a figure stands to one of its targets."""

    year = serializers.IntegerField(read_only=True, allow_null=True)
    comparator = serializers.CharField(read_only=True)
    low = PlainNumber()
    high = PlainNumber()
    reached = serializers.BooleanField(
        read_only=True, allow_null=True, help_text=gettext_lazy("Judged on the exact figure; null where there is none.")
    )


class FigureRow(serializers.ModelSerializer[Figure]):
    """One figure; numbers are exact, only `quotient` is rounded, half up."""

    unit = serializers.IntegerField(source="scope_id", read_only=True)
    form = serializers.CharField(source="form.code", read_only=True)
    period = serializers.CharField(source="period.code", read_only=True)
    indicator = serializers.CharField(source="indicator.code", read_only=True)
    unit_of_measure = serializers.CharField(source="indicator.unit_of_measure", read_only=True)
    total = PlainNumber(help_text=gettext_lazy("The sum; null for a ratio."))
    lowest = PlainNumber()
    highest = PlainNumber()
    numerator = PlainNumber(help_text=gettext_lazy("The folded upper part of a ratio."))
    denominator = PlainNumber(help_text=gettext_lazy("The folded lower part of a ratio."))
    quotient = serializers.SerializerMethodField(
        help_text=gettext_lazy("Numerator ÷ denominator in the indicator's unit of measure; null for all but ratios.")
    )
    coverage = Coverage(source="*", read_only=True)
    targets = serializers.SerializerMethodField(
        help_text=gettext_lazy("The targets of this indicator, row and level of origin, and whether they are reached.")
    )

    class Meta:
        model = Figure
        fields = (
            "unit",
            "form",
            "period",
            "origin",
            "indicator",
            "unit_of_measure",
            "row",
            "state",
            "total",
            "lowest",
            "highest",
            "numerator",
            "denominator",
            "quotient",
            "coverage",
            "targets",
        )
        read_only_fields = fields

    @extend_schema_field(TargetStanding(many=True))
    def get_targets(self, figure: Figure) -> list[dict[str, Any]]:
        """Those that have a bound; milestones are reached by documents alone. Prefetch the indicator's targets."""
        asked = [
            one
            for one in figure.indicator.targets.all()
            if (one.row, one.origin) == (figure.row, figure.origin) and one.low is not None
        ]
        exact = figure.exact if asked else None
        return [
            {
                "year": one.year,
                "comparator": one.comparator,
                "low": _plain(one.low),
                "high": _plain(one.high),
                "reached": None if exact is None else one.is_met_by(exact),
            }
            for one in asked
        ]

    @extend_schema_field(PlainNumber())
    def get_quotient(self, figure: Figure) -> str | None:
        """Divided on reading."""
        divided = figure.indicator.ratio(figure.numerator, figure.denominator)
        return _plain(divided)


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else PlainNumber().to_representation(number)


@extend_schema_view(
    get=extend_schema(
        operation_id="figures",
        summary=gettext_lazy("Figures of a unit that you may read, the latest period first"),
        parameters=[FigureQuestion],
        responses=FigureRow(many=True),
    )
)
class Figures(PortalView[Figure]):
    """Figures of one unit."""

    question = FigureQuestion

    def get(self, request: Request) -> Response:
        """Those folded over the units below; of a unit with none beneath it, those of its own reports."""
        unit = Unit.objects.filter(pk=self.asked["unit"]).first()
        if unit is None:
            raise ValidationError({"unit": _("There is no unit with this id.")})
        if has_units_beneath(unit):
            rows = self.paginate_queryset(self._folded(unit))
        else:
            rows = self.paginate_queryset(self._read(unit))
        if not rows:
            refuse_unknown_form(self.asked.get("form"))
            refuse_unknown_indicator(self.asked.get("indicator"))
        return self.get_paginated_response(FigureRow(rows, many=True).data)

    def _folded(self, unit: Unit) -> Any:
        columns = {"form": "form__code", "period": "period__code__in", "indicator": "indicator__code"}
        columns |= {"origin": "origin", "state": "state"}
        return (
            Figure.objects.readable_by(self.person, self.at)
            .filter(scope=unit, **{columns[name]: value for name, value in self.asked.items() if name in columns})
            .filter(self._series())
            .select_related("form", "period")
            .prefetch_related("indicator__targets")
            .order_by("-period__last_day", "form__code", "indicator__code", "origin", "row", "state")
        )

    def _read(self, unit: Unit) -> list[Figure]:
        columns = {"form": "form__code", "period": "period__code__in"}
        reports = Report.objects.visible_to(self.person, self.at).filter(
            self._series(), unit=unit, **{columns[name]: value for name, value in self.asked.items() if name in columns}
        )
        return list(read(reports, self.asked))

    def _series(self) -> Q:
        """The periods from one to another of the same kind, whose codes sort as the periods do."""
        ends = {"period__code__gte": self.asked.get("from"), "period__code__lte": self.asked.get("to")}
        asked = {name: code for name, code in ends.items() if code is not None}
        kinds = {str(PeriodCode.parse(code).frequency) for code in asked.values()}
        return Q(**asked, period__frequency__in=kinds) if asked else Q()


def has_units_beneath(unit: Unit) -> bool:
    """Whether figures are folded for it; of any other unit they are read from its reports."""
    return Unit.objects.filter(parent=unit).exclude(level=Level.DIVISION).exists()


def refuse_unknown_indicator(code: str | None) -> None:
    """Explain an empty answer: an indicator that was asked for and does not exist."""
    if code is not None and not Indicator.objects.filter(code=code).exists():
        raise ValidationError({"indicator": _("There is no indicator with this code.")})


def read(reports: ReportQuerySet, asked: Mapping[str, Any]) -> Iterator[Figure]:
    """The figures of units with none beneath them: each report speaks for itself, in the shape of folded figures.

    Those of the origin, the indicator and the state that are asked for, or of all.
    """
    for figure in _read(reports):
        known = {"origin": figure.origin, "indicator": figure.indicator.code, "state": figure.state}
        if all(asked.get(name, one) == one for name, one in known.items()):
            yield figure


def _read(reports: ReportQuerySet) -> Iterator[Figure]:
    chosen = list(reports.select_related("unit", "form", "period").order_by("-period__last_day", "form__code"))
    asked: dict[int, list[tuple[Indicator, list[str]]]] = defaultdict(list)
    items = Item.objects.filter(version__in={report.version_id for report in chosen}, indicator__isnull=False)
    items = items.select_related("indicator__numerator", "indicator__denominator", "section")
    for item in items.prefetch_related("section__rows", "indicator__targets").order_by("indicator__code"):
        if item.indicator:
            asked[item.version_id].append((item.indicator, sorted(row.code for row in item.section.rows.all()) or [""]))
    revisions = {pk for report in chosen for pk in (report.current_id, report.approved_id)}
    values = Value.objects.filter(revision__in=revisions, number__isnull=False)
    numbers: dict[int | None, dict[tuple[int | None, str], Decimal | None]] = defaultdict(dict)
    for revision, measured, row, number in values.values_list("revision", "item__indicator", "row", "number"):
        numbers[revision][measured, row] = number
    for report in chosen:
        standing = report.current_id if report.status in STANDING else report.approved_id
        for indicator, rows in asked[report.version_id]:
            origins = [Level.CITY.value] if indicator.is_single else sorted((report.unit.level, ALL_LEVELS))
            states = ((State.CONFIRMED, report.approved_id), (State.PROVISIONAL, standing))
            for origin, row in product(origins, rows):
                for state, read_revision in states:
                    figure = Figure(
                        form=report.form,
                        period=report.period,
                        scope=report.unit,
                        origin=origin,
                        indicator=indicator,
                        row=row,
                        state=state.value,
                        expected=1,
                        submitted=int(standing is not None),
                        approved=int(report.approved_id is not None),
                    )
                    yield _measured(figure, numbers[read_revision])


def _measured(figure: Figure, given: dict[tuple[int | None, str], Decimal | None]) -> Figure:
    """The figure with what one report gives: a number, or both parts of a ratio."""
    number = given.get((figure.indicator_id, figure.row))
    figure.total = figure.lowest = figure.highest = number
    divided = (figure.indicator.numerator_id, figure.indicator.denominator_id)
    parts = [given.get((part, figure.row)) if part else None for part in divided]
    if None not in parts:
        figure.numerator, figure.denominator = parts
    figure.count = figure.units = int(number is not None or figure.numerator is not None)
    figure.without_data = figure.read - figure.count
    return figure
