"""Units: the tree of the city as of a day."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.labels import LEVELS
from accounts.models import Unit
from reports.api.asking import CodeField, Exact, PortalView, choice, key


class UnitQuestion(Exact):
    """Which units."""

    level = choice(LEVELS, gettext_lazy("Only units of this level."))
    on = serializers.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("Units in force on this day, such as 2022-05-16; today where it is left out."),
        error_messages={"invalid": gettext_lazy("This is not a day: write it as 2022-05-16.")},
    )
    q = CodeField(gettext_lazy("Part of the name or the code, with or without diacritics."))
    parent = key(gettext_lazy("Only units directly below the unit with this id."))  # type: ignore[assignment]


class UnitName(serializers.ModelSerializer[Unit]):
    """A unit where another thing names it."""

    class Meta:
        model = Unit
        fields = ("id", "level", "code", "name")
        read_only_fields = fields


class UnitRow(serializers.ModelSerializer[Unit]):
    """A unit with its place in the tree and the days on which it exists."""

    path = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, help_text=gettext_lazy("Ids from the city down to the unit.")
    )
    first_day = serializers.DateField(source="valid.lower", read_only=True)
    last_day = serializers.SerializerMethodField(help_text=gettext_lazy("Null while the unit exists."))

    class Meta:
        model = Unit
        fields = ("id", "level", "kind", "code", "name", "short_name", "parent", "path", "first_day", "last_day")
        read_only_fields = fields

    def get_last_day(self, unit: Unit) -> date | None:
        """The last day on which the unit exists."""
        return unit.valid.upper - timedelta(days=1) if unit.valid.upper else None


class UnitDetail(UnitRow):
    """A unit with the units above it by name."""

    above = serializers.SerializerMethodField(help_text=gettext_lazy("The units above, from the city down."))

    class Meta(UnitRow.Meta):
        fields = (*UnitRow.Meta.fields, "above")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    @extend_schema_field(UnitName(many=True))
    def get_above(self, unit: Unit) -> list[Any]:
        """The units above by name, in one query."""
        named = {above.pk: above for above in Unit.objects.filter(pk__in=unit.path[:-1])}
        return list(UnitName([named[pk] for pk in unit.path[:-1]], many=True).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="units",
        summary=gettext_lazy("Units in force on a day"),
        parameters=[UnitQuestion],
        responses=UnitRow(many=True),
    )
)
class Units(PortalView[Unit]):
    """Units in force on a day, sorted as Vietnamese sorts."""

    question = UnitQuestion

    def get(self, request: Request) -> Response:
        """Filter by level, day, text and superior."""
        units = Unit.objects.in_force(self.asked.get("on", self.at.date()))
        if "level" in self.asked:
            units = units.of_level(self.asked["level"])
        if "parent" in self.asked:
            units = units.filter(parent=self.asked["parent"])
        if "q" in self.asked:
            units = units.matching(self.asked["q"])
        rows = self.paginate_queryset(units)
        return self.get_paginated_response(UnitRow(rows, many=True).data)


@extend_schema_view(
    get=extend_schema(operation_id="unit", summary=gettext_lazy("One unit, ended ones too"), responses=UnitDetail)
)
class OneUnit(PortalView[Unit]):
    """One unit, in force or not."""

    pagination_class = None

    def get(self, request: Request, pk: int) -> Response:
        """The unit and those above it."""
        return Response(UnitDetail(get_object_or_404(Unit.objects.all(), pk=pk)).data)
