"""Forms: what is asked, by whom, of whom, and by which rules."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from reports.api.asking import PortalView
from reports.api.units import UnitName
from reports.models import Form, FormOwner, FormVersion, Indicator, Item, Respondent, Rule


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    """One thing measured; a ratio names its two parts."""

    numerator = serializers.SlugRelatedField[Indicator](slug_field="code", read_only=True, allow_null=True)
    denominator = serializers.SlugRelatedField[Indicator](slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Indicator
        fields = (
            "code",
            "name",
            "unit_of_measure",
            "decimals",
            "space_fold",
            "time_fold",
            "numerator",
            "denominator",
        )
        read_only_fields = fields


class ItemSerializer(serializers.ModelSerializer[Item]):
    """One line of a form; one with a formula, or of a ratio, is computed and never typed in."""

    section = serializers.CharField(source="section.title", read_only=True)
    indicator = IndicatorSerializer(read_only=True)

    class Meta:
        model = Item
        fields = ("code", "section", "indicator", "required", "formula", "guidance", "detail")
        read_only_fields = fields


class RuleSerializer(serializers.ModelSerializer[Rule]):
    """Two formulas that must stand in a relation."""

    class Meta:
        model = Rule
        fields = ("code", "left", "operator", "right", "severity", "message")
        read_only_fields = fields


class RespondentSerializer(serializers.ModelSerializer[Respondent]):
    """Units of which level answer, by what route, and until when."""

    class Meta:
        model = Respondent
        fields = ("level", "signed", "checked_above", "working_days")
        read_only_fields = fields


class VersionName(serializers.ModelSerializer[FormVersion]):
    """A version with the days on which a period of it may begin."""

    basis = serializers.CharField(
        source="basis.number", read_only=True, help_text=gettext_lazy("The act that the form rests on.")
    )
    first_day = serializers.DateField(
        source="valid.lower", read_only=True, help_text=gettext_lazy("Periods that begin from this day on.")
    )
    last_day = serializers.SerializerMethodField(help_text=gettext_lazy("Null while the version holds."))

    class Meta:
        model = FormVersion
        fields: tuple[str, ...] = (
            "number",
            "title",
            "kind",
            "basis",
            "frequency",
            "window_rule",
            "first_day",
            "last_day",
        )
        read_only_fields = fields

    def get_last_day(self, version: FormVersion) -> date | None:
        """The last day on which a period of this version may begin."""
        return version.valid.upper - timedelta(days=1) if version.valid.upper else None


class VersionSerializer(VersionName):
    """All terms of a version."""

    respondents = RespondentSerializer(many=True, read_only=True)
    items = ItemSerializer(many=True, read_only=True)
    rules = RuleSerializer(many=True, read_only=True)

    class Meta(VersionName.Meta):
        fields = (
            *VersionName.Meta.fields,
            "superior_days",
            "owner_days",
            "correction_days",
            "note",
            "respondents",
            "items",
            "rules",
        )
        read_only_fields = fields


class FormRow(serializers.ModelSerializer[Form]):
    """A form with its owner of today and its versions."""

    owner = serializers.SerializerMethodField(help_text=gettext_lazy("The unit that reviews and approves today."))
    versions = VersionName(many=True, read_only=True)

    class Meta:
        model = Form
        fields = ("code", "owner", "versions")
        read_only_fields = fields

    @extend_schema_field(UnitName(allow_null=True))
    def get_owner(self, form: Form) -> dict[str, Any] | None:
        """The owner in force, fetched with the form."""
        return next((UnitName(owner.unit).data for owner in form.owners.all()), None)


class FormDetail(FormRow):
    """A form with all that its versions ask."""

    versions = VersionSerializer(many=True, read_only=True)


def _forms(day: date) -> QuerySet[Form]:
    """Forms with the owner of that day."""
    owners = FormOwner.objects.filter(valid__contains=day).select_related("unit")
    return Form.objects.prefetch_related(Prefetch("owners", owners))


@extend_schema_view(
    get=extend_schema(operation_id="forms", summary=gettext_lazy("Report regimes"), responses=FormRow(many=True))
)
class Forms(PortalView[Form]):
    """All forms."""

    def get(self, request: Request) -> Response:
        """By code."""
        forms = _forms(self.at.date()).prefetch_related(
            Prefetch("versions", FormVersion.objects.select_related("basis"))
        )
        return self.get_paginated_response(FormRow(self.paginate_queryset(forms), many=True).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="form",
        summary=gettext_lazy("One regime: its versions with items, rules and respondents"),
        responses=FormDetail,
    )
)
class OneForm(PortalView[Form]):
    """One form."""

    pagination_class = None

    def get(self, request: Request, code: str) -> Response:
        """All terms of all its versions."""
        if "\0" in code:
            raise Http404
        items = Item.objects.select_related("section", "indicator__numerator", "indicator__denominator")
        versions = FormVersion.objects.select_related("basis").prefetch_related(
            "respondents", "rules", Prefetch("items", items)
        )
        forms = _forms(self.at.date()).prefetch_related(Prefetch("versions", versions))
        return Response(FormDetail(get_object_or_404(forms, code=code)).data)
