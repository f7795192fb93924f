"""What the figures would become if a report were approved."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import impact
from reports.actions.situations import Situation
from reports.api.asking import PlainNumber
from reports.api.reports import OfOneReport
from reports.api.units import UnitName
from reports.impact import Shift
from reports.workflow import MOVES, Action


class ShiftRow(serializers.Serializer[Shift]):
    """A confirmed figure that would move, as it is read before and after; rounded half up, null where not known."""

    unit = UnitName(source="now.scope", read_only=True)
    period = serializers.CharField(source="now.period.code", read_only=True)
    origin = serializers.CharField(source="now.origin", read_only=True)
    indicator = serializers.CharField(source="now.indicator.code", read_only=True)
    row = serializers.CharField(source="now.row", read_only=True)
    unit_of_measure = serializers.CharField(source="now.indicator.unit_of_measure", read_only=True)
    before = PlainNumber(allow_null=True)
    after = PlainNumber(allow_null=True)


@extend_schema_view(
    get=extend_schema(
        operation_id="impact",
        summary=gettext_lazy("Which confirmed figures would move if the report were approved, from what to what"),
        responses=ShiftRow(many=True),
    )
)
class Impact(OfOneReport):
    """What an approval would change."""

    def get(self, request: Request, pk: int) -> Response:
        """For those who approve the report; nothing where it does not wait for approval."""
        report = self.report(pk)
        situation = Situation([report], by=self.person, at=self.at)
        if not any(situation.post_for(report, move) for move in MOVES if move.action == Action.APPROVE):
            raise PermissionDenied(_("Only those who approve the report see what its approval would change."))
        shifts: Any = self.paginate_queryset(impact.impact_of(report))
        return self.get_paginated_response(ShiftRow(shifts, many=True).data)
