"""Figures to be taken away: whole series as a file in an open format, and the structure that describes them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Unit
from reports.api.asking import CodeField, Exact, PeriodField, PortalView, choice, key, refuse_unknown_form
from reports.api.figures import has_units_beneath, read, refuse_unknown_indicator
from reports.api.files import AsItComes
from reports.exchange import statistics
from reports.labels import ORIGINS, SPANS, STATES
from reports.models import Figure, Report
from reports.periods import Frequency, PeriodCode, Window, WindowRule
from reports.querysets import FigureQuerySet

MARKS = {"json": "JSON", "csv": "CSV", "xlsx": "XLSX", "sdmx-csv": "SDMX-CSV 2.0"}


class ExportQuestion(Exact):
    """Which figures, and in which format."""

    format = choice(MARKS, gettext_lazy("What to send; json where it is left out."))
    unit = key(gettext_lazy("Only figures of the unit with this id, not of those below it."))
    form = CodeField(gettext_lazy("Only figures of the form with this code, such as BM-02."))
    period = serializers.ListField(
        child=PeriodField(),
        required=False,
        help_text=gettext_lazy("Only figures of this period, such as 2022-05; may be given several times."),
    )
    frequency = choice(SPANS, gettext_lazy("Only figures of periods of this kind."))
    origin = choice(ORIGINS, gettext_lazy("Only figures from reports of this level, or of all."))
    indicator = CodeField(gettext_lazy("Only figures of the indicator with this code."))
    state = choice(STATES, gettext_lazy("Only approved figures (confirmed), or those of all that is submitted."))

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With the two whose names are words of the language."""
        fields = super().get_fields()
        fields["from"] = PeriodField(
            required=False, help_text=gettext_lazy("Only periods that begin with this one or later, such as 2022-01.")
        )
        fields["to"] = PeriodField(
            required=False, help_text=gettext_lazy("Only periods that end with this one or earlier, such as 2022-12.")
        )
        return fields


@extend_schema_view(
    get=extend_schema(
        operation_id="export_figures",
        summary=gettext_lazy("All figures that you may read, as a file in an open format"),
        parameters=[ExportQuestion],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, statistics.FORMATS["xlsx"].content_type): OpenApiTypes.BINARY,
            (200, "application/vnd.sdmx.data+csv"): OpenApiTypes.STR,
        },
    )
)
class Export(PortalView[Figure]):
    """Figures as a file."""

    question = ExportQuestion
    pagination_class = None
    content_negotiation_class = AsItComes

    def get(self, request: Request) -> StreamingHttpResponse | FileResponse:
        """Those that are stored; of a unit with none beneath it, those of its own reports."""
        name = self.asked.get("format", "json")
        figures: FigureQuerySet | list[Figure] = statistics.in_order(self._stored())
        survey = statistics.Survey.of(figures)
        if not survey.count:
            figures = self._of_one_unit()
            survey = statistics.Survey.of(figures)
        _refuse_too_many(survey.count, statistics.FORMATS[name].most)
        return statistics.sent(figures, survey, name, at=self.at, described_at=reverse("api-figures-structure"))

    def _stored(self) -> FigureQuerySet:
        columns = {"unit": "scope", "origin": "origin", "indicator": "indicator__code", "state": "state"}
        given = {columns[name]: value for name, value in self.asked.items() if name in columns}
        return Figure.objects.readable_by(self.person, self.at).filter(self._periods(), **given)

    def _of_one_unit(self) -> list[Figure]:
        """Those of the unit's own reports, where there are none of it; refuses what does not exist."""
        refuse_unknown_form(self.asked.get("form"))
        refuse_unknown_indicator(self.asked.get("indicator"))
        if "unit" not in self.asked:
            return []
        unit = Unit.objects.filter(pk=self.asked["unit"]).first()
        if unit is None:
            raise ValidationError({"unit": _("There is no unit with this id.")})
        if has_units_beneath(unit):
            return []
        reports = Report.objects.visible_to(self.person, self.at).filter(self._periods(), unit=unit)
        return list(read(reports, self.asked))

    def _periods(self) -> Q:
        """The form and the periods that are asked for, of figures and reports alike."""
        columns = {"form": "form__code", "period": "period__code__in", "frequency": "period__frequency"}
        given = {columns[name]: value for name, value in self.asked.items() if name in columns}
        return Q(**given) & _between(self.asked.get("from"), self.asked.get("to"))


def _between(first: str | None, last: str | None) -> Q:
    """The periods whose window lies between those of two others, each by its own rule of windows."""
    if not (first or last):
        return Q()
    found = Q()
    for rule in WindowRule:
        of_rule = Q(period__rule=rule)
        if first:
            of_rule &= Q(period__first_day__gte=_window(first, rule).first)
        if last:
            of_rule &= Q(period__last_day__lte=_window(last, rule).last)
        found |= of_rule
    return found


def _window(code: str, rule: WindowRule) -> Window:
    """The period's window by this rule; a week has but its own days."""
    period = PeriodCode.parse(code)
    return period.window(WindowRule.CALENDAR if period.frequency == Frequency.WEEK else rule)


def _refuse_too_many(count: int, most: int) -> None:
    if count > most:
        raise ValidationError(
            {
                "format": _(
                    "These are %(count)d figures, and a file of this format holds at most %(most)d. Ask for fewer at a"
                    " time: of one form, unit, indicator, origin or state, or of fewer periods (from, to, frequency)."
                )
                % {"count": count, "most": most}
            }
        )


@extend_schema_view(
    get=extend_schema(
        operation_id="figures_structure",
        summary=gettext_lazy("The structure of exported figures with all codes, as an SDMX-ML 3.0 message"),
        responses={(200, "application/vnd.sdmx.structure+xml"): OpenApiTypes.STR},
    )
)
class Structure(PortalView[Figure]):
    """What the codes of exported figures mean."""

    pagination_class = None
    content_negotiation_class = AsItComes

    def get(self, request: Request) -> HttpResponse:
        """The same for everybody: it names units, forms and indicators, and no figure."""
        return HttpResponse(
            statistics.structure(at=self.at),
            content_type=statistics.STRUCTURE_TYPE,
            headers={
                "Content-Disposition": 'attachment; filename="so-lieu.sdmx.xml"',
                "Cache-Control": "private, no-store",
            },
        )
