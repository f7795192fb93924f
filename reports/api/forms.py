"""Forms: what is asked, by whom, of whom, and by which rules."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from reports import labels
from reports.api.asking import PortalView
from reports.api.units import UnitName
from reports.models import Form, FormOwner, FormVersion, Indicator, Item, Respondent, Row, Rule, Section


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
    """One line of a form or column of a table; one with a formula, or of a ratio, is computed and never typed in."""

    section = serializers.CharField(source="section.title", read_only=True)
    name = serializers.CharField(
        read_only=True, help_text=gettext_lazy("What people read beside it: its own title, else the indicator's name.")
    )
    kind = serializers.ChoiceField(choices=list(labels.KINDS.items()), read_only=True)
    number = serializers.CharField(read_only=True, help_text=gettext_lazy("Its number in the official form, as (3)."))
    options = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text=gettext_lazy("The answers of a choice.")
    )
    indicator = IndicatorSerializer(
        read_only=True, allow_null=True, help_text=gettext_lazy("Null for a choice, a text and a file.")
    )

    class Meta:
        model = Item
        fields = (
            "code",
            "section",
            "kind",
            "name",
            "title",
            "number",
            "indicator",
            "required",
            "formula",
            "guidance",
            "detail",
            "negative",
            "options",
        )
        read_only_fields = fields


class RowSerializer(serializers.ModelSerializer[Row]):
    """A fixed row of a table; the total is computed."""

    class Meta:
        model = Row
        fields = ("code", "title", "is_total")
        read_only_fields = fields


class SectionSerializer(serializers.ModelSerializer[Section]):
    """A part of a form under its own heading; one of tasks has a row for each task that the unit leads."""

    shape = serializers.ChoiceField(choices=Section.Shape.choices, read_only=True)
    rows = RowSerializer(many=True, read_only=True)
    items = serializers.SlugRelatedField[Item](slug_field="code", many=True, read_only=True)

    class Meta:
        model = Section
        fields = ("title", "guidance", "shape", "rows_across", "rows_title", "rows", "items")
        read_only_fields = fields


class RuleSerializer(serializers.ModelSerializer[Rule]):
    """Two formulas that must stand in a relation."""

    class Meta:
        model = Rule
        fields = ("code", "left", "operator", "right", "severity", "message")
        read_only_fields = fields


class RespondentSerializer(serializers.ModelSerializer[Respondent]):
    """Units of which level answer, by what route, and until when: working days after the window, or a fixed day."""

    months_after = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("0: the fixed day is of the period's last month; 1: of the month after.")
    )
    due_time = serializers.TimeField(read_only=True, allow_null=True, help_text=gettext_lazy("Null is 24:00."))

    class Meta:
        model = Respondent
        fields = (
            "level",
            "everyone",
            "signed",
            "checked_above",
            "synthesised",
            "working_days",
            "day_of_month",
            "months_after",
            "due_time",
        )
        read_only_fields = fields


class VersionName(serializers.ModelSerializer[FormVersion]):
    """A version with the days on which a period of it may begin."""

    basis = serializers.CharField(
        source="basis.number",
        read_only=True,
        default=None,
        allow_null=True,
        help_text=gettext_lazy("The act that the form rests on."),
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
        upper = version.valid.upper if version.valid else None
        return upper - timedelta(days=1) if upper else None


class VersionSerializer(VersionName):
    """All terms of a version."""

    respondents = RespondentSerializer(many=True, read_only=True)
    sections = SectionSerializer(many=True, read_only=True)
    items = ItemSerializer(many=True, read_only=True)
    rules = RuleSerializer(many=True, read_only=True)

    class Meta(VersionName.Meta):
        fields = (
            *VersionName.Meta.fields,
            "superior_days",
            "owner_days",
            "correction_days",
            "change_percent",
            "recipient",
            "note",
            "respondents",
            "sections",
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
    """Forms with the owner of that day; one that has only drafts is not there yet."""
    owners = FormOwner.objects.filter(valid__contains=day).select_related("unit")
    versions = FormVersion.objects.filter(form=OuterRef("pk"))
    shown = Form.objects.filter(Exists(versions.exclude(valid=None)) | ~Exists(versions))
    return shown.prefetch_related(Prefetch("owners", owners))


def _versions() -> QuerySet[FormVersion]:
    """Versions that hold for some periods: a draft is for those who design it."""
    return FormVersion.objects.filter(valid__isnull=False).select_related("basis")


@extend_schema_view(
    get=extend_schema(operation_id="forms", summary=gettext_lazy("Report regimes"), responses=FormRow(many=True))
)
class Forms(PortalView[Form]):
    """All forms."""

    def get(self, request: Request) -> Response:
        """By code."""
        forms = _forms(self.at.date()).prefetch_related(Prefetch("versions", _versions()))
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
        versions = _versions().prefetch_related(
            "respondents", "rules", "sections__rows", "sections__items", Prefetch("items", items)
        )
        forms = _forms(self.at.date()).prefetch_related(Prefetch("versions", versions))
        return Response(FormDetail(get_object_or_404(forms, code=code)).data)
