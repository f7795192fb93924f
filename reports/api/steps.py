"""The moves of a report: its history, and making the next one."""

from base64 import b64decode
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.labels import CAPACITIES
from accounts.models import User
from reports import content
from reports.actions import moving
from reports.actions.grounds import Grounds
from reports.api.asking import Exact, Shape, choice
from reports.api.content import LARGEST_EDIT
from reports.api.reports import OfOneReport, Receipt
from reports.labels import ACTIONS
from reports.models import Report, Step
from reports.workflow import Action


class PersonName(Shape[User]):
    """Who did something."""

    class Meta:
        model = User
        fields = ("id", "full_name")
        read_only_fields = fields


class StepRow(Shape[Step]):
    """One move, kept for ever."""

    number = serializers.IntegerField(
        source="seq", read_only=True, help_text=gettext_lazy("Counts the steps of the report, from 1.")
    )
    revision = serializers.IntegerField(source="revision.number", read_only=True)
    edit = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("The edit of the report that the move was made from.")
    )
    by = PersonName(read_only=True, allow_null=True)
    capacity = serializers.SerializerMethodField(
        help_text=gettext_lazy("As what the person signed for the unit; null for whoever did not sign.")
    )
    reason = serializers.SerializerMethodField(
        help_text=gettext_lazy("Why; empty for others where it is meant for the unit's own people.")
    )

    class Meta:
        model = Step
        fields: tuple[str, ...] = (
            *("number", "action", "before", "after", "revision", "edit", "by", "capacity", "at"),
            *("reason", "document", "received_at", "voids", "remarks", "digest"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=list(CAPACITIES.items()), allow_null=True))
    def get_capacity(self, step: Step) -> str | None:
        """None where nobody signed."""
        return step.capacity or None

    def get_reason(self, step: Step) -> str:
        """What a head says of a draft is read where drafts are read."""
        return step.reason if self.context["own"] or not step.is_within else ""


class ReportNow(Shape[Report]):
    """A report after a move: its state, and the edit that the next move carries."""

    class Meta:
        model = Report
        fields = ("id", "status", "edit")
        read_only_fields = fields


class StepMade(StepRow):
    """A move that was made, the report after it, and the receipt where the move gave one."""

    report = ReportNow(read_only=True)
    receipt = serializers.SerializerMethodField(help_text=gettext_lazy("Null unless the report was submitted."))

    class Meta(StepRow.Meta):
        fields = (*StepRow.Meta.fields, "report", "receipt")
        read_only_fields = fields

    @extend_schema_field(Receipt(allow_null=True))
    def get_receipt(self, step: Step) -> dict[str, Any] | None:
        """The receipt of a submission."""
        return Receipt(step).data if step.is_receipt else None


class ScanSerializer(Exact):
    """A scanned file."""

    name = serializers.CharField(max_length=300, help_text=gettext_lazy("The name of the file."))
    content = serializers.CharField(help_text=gettext_lazy("Its bytes in Base64."))

    def validate_content(self, text: str) -> bytes:
        """The bytes."""
        try:
            return b64decode(text, validate=True)
        except ValueError as error:
            raise serializers.ValidationError(_("This is not Base64.")) from error


class MoveQuestion(Exact):
    """The move to make, from the report as it was seen."""

    action = choice(ACTIONS, gettext_lazy("What to do with the report."), required=True)
    edit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_EDIT, help_text=gettext_lazy("The edit of the report that you saw.")
    )
    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=4000,
        help_text=gettext_lazy("Why; the table of moves says which of them need it."),
    )
    document = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=100,
        help_text=gettext_lazy("The number of the paper that the move rests on, such as a request to amend."),
    )
    received_at = serializers.DateTimeField(
        required=False, default=None, allow_null=True, help_text=gettext_lazy("When a report filed on paper came in.")
    )
    scan = ScanSerializer(
        required=False, default=None, allow_null=True, help_text=gettext_lazy("The scan of a report filed on paper.")
    )
    voids = serializers.BooleanField(
        required=False,
        default=False,
        help_text=gettext_lazy("Of a return: what was filed is no report, so its receipt does not count."),
    )


@extend_schema_view(
    get=extend_schema(
        operation_id="steps", summary=gettext_lazy("The history of a report"), responses=StepRow(many=True)
    ),
    post=extend_schema(
        operation_id="make_step",
        summary=gettext_lazy("Make a move; the same request sent twice gives the same step"),
        request=MoveQuestion,
        responses={
            201: OpenApiResponse(StepMade, gettext_lazy("The move was made.")),
            200: OpenApiResponse(StepMade, gettext_lazy("This request had been made before; here is its step.")),
        },
    ),
)
class Steps(OfOneReport):
    """The moves of a report."""

    def get(self, request: Request, pk: int) -> Response:
        """Every step, the first first."""
        report = self.report(pk)
        steps: Any = report.steps.select_related("by", "revision").defer("revision__snapshot")
        rows = StepRow(self.paginate_queryset(steps), many=True, context=self._context(report))
        return self.get_paginated_response(rows.data)

    def post(self, request: Request, pk: int) -> Response:
        """Make the move."""
        report = self.report(pk)
        asked = self.body(MoveQuestion)
        grounds = Grounds(
            reason=asked["reason"],
            document=asked["document"],
            received_at=asked["received_at"],
            scan=asked["scan"] and (asked["scan"]["name"], asked["scan"]["content"]),
            voids=asked["voids"],
        )
        step = moving.move(
            report, Action(asked["action"]), by=self.person, at=self.at, edit=asked["edit"], grounds=grounds
        )
        repeated = step.at != self.at
        return Response(StepMade(step, context=self._context(report)).data, status=200 if repeated else 201)

    def _context(self, report: Report) -> dict[str, bool]:
        return {"own": content.is_own(report, by=self.person, at=self.at)}
