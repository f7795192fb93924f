"""Reports: which there are, how they stand, and what one may do with one."""

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from reports import standing, terms
from reports.actions import filing, moving
from reports.api.asking import CodeField, Exact, PeriodField, PortalView, choice, key, refuse_unknown_form
from reports.api.units import UnitName
from reports.labels import ACTIONS, STANDINGS, STATUSES
from reports.models import Report, Revision, Step
from reports.workflow import Action, Move, Needs, Status


class ReportQuestion(Exact):
    """Which reports."""

    form = CodeField(gettext_lazy("Only reports of the form with this code, such as BM-02."))
    period = PeriodField(required=False, help_text=gettext_lazy("Only reports of this period, such as 2022-05."))
    unit = key(gettext_lazy("Only reports of the unit with this id."))
    status = choice(STATUSES, gettext_lazy("Only reports in this state."))
    standing = choice(STANDINGS, gettext_lazy("Only reports that stand so against their deadline."))


LISTED = (
    *("superior", "signed", "status", "edit", "deadline", "received_at", "unit__level", "unit__code", "unit__name"),
    *("form__code", "version__number", "period__code"),
)
"""The columns that a list shows, and no others: a long list is mostly the work of reading columns."""


class StandSerializer(serializers.Serializer[standing.Stand]):
    """How a report stands against its deadline, with working days: late, overdue or left."""

    standing = serializers.ChoiceField(choices=list(STANDINGS.items()))
    days = serializers.IntegerField(
        help_text=gettext_lazy("Working days: how many late, overdue so far, or left; 0 on the last day.")
    )


class ReportRow(serializers.ModelSerializer[Report]):
    """A report as a list shows it."""

    form = serializers.CharField(source="form.code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    period = serializers.CharField(source="period.code", read_only=True)
    unit = UnitName(read_only=True)
    edit = serializers.IntegerField(
        read_only=True,
        help_text=gettext_lazy("Counts every change of content or state; a move carries the edit that its maker saw."),
    )
    received_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("When the report was first received; a recalled receipt does not count."),
    )
    stand = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields: tuple[str, ...] = (
            "id",
            "form",
            "version",
            "period",
            "unit",
            "superior",
            "signed",
            "status",
            "edit",
            "deadline",
            "received_at",
            "stand",
        )
        read_only_fields = fields

    @extend_schema_field(StandSerializer)
    def get_stand(self, report: Report) -> dict[str, Any]:
        """How the report stands as of the request."""
        view = self.context["view"]
        exempt = report.status == Status.EXEMPT
        stand = standing.standing(report.deadline, report.received_at, view.at, view.calendar, exempt=exempt)
        return {"standing": stand.standing, "days": stand.days}


class MoveSerializer(serializers.Serializer[Move]):
    """A move that you may make now."""

    action = serializers.ChoiceField(choices=list(ACTIONS.items()))
    after = serializers.ChoiceField(
        choices=list(STATUSES.items()), help_text=gettext_lazy("The state that the report then has.")
    )
    needs_reason = serializers.SerializerMethodField()

    def get_needs_reason(self, move: Move) -> bool:
        """Whether the move asks for a reason."""
        return bool(move.needs & (Needs.REASON | Needs.REASON_OR_REMARK))


class Receipt(serializers.Serializer[Step]):
    """What a submission gives: its number is that of the revision, its name what people quote."""

    name = serializers.CharField(
        source="receipt_name",
        read_only=True,
        help_text=gettext_lazy("Form, period, unit and revision, such as BM-02/2022-05/00001/1."),
    )
    number = serializers.IntegerField(source="revision.number", read_only=True)
    received_at = serializers.DateTimeField(source="at", read_only=True)
    by = serializers.CharField(source="by.full_name", read_only=True)
    digest = serializers.CharField(
        source="revision.digest", read_only=True, help_text=gettext_lazy("SHA-256 of the content that was submitted.")
    )


class ReportDetail(ReportRow):
    """A report with what you may do with it."""

    first_day = serializers.DateField(source="period.first_day", read_only=True)
    last_day = serializers.DateField(source="period.last_day", read_only=True)
    revision = serializers.IntegerField(
        source="current.number", read_only=True, help_text=gettext_lazy("The revision being written or last submitted.")
    )
    cause = serializers.ChoiceField(
        choices=Revision.Cause.choices,
        source="current.cause",
        read_only=True,
        help_text=gettext_lazy("Why that revision was opened."),
    )
    approved = serializers.IntegerField(
        source="approved.number",
        read_only=True,
        default=None,
        help_text=gettext_lazy("The approved revision in force, if there is one."),
    )
    may_fill = serializers.SerializerMethodField(help_text=gettext_lazy("Whether you may change its values now."))
    moves = serializers.SerializerMethodField(help_text=gettext_lazy("The moves that you may make now."))
    receipts = serializers.SerializerMethodField()

    class Meta(ReportRow.Meta):
        fields = (
            *ReportRow.Meta.fields,
            "first_deadline",
            "first_day",
            "last_day",
            "revision",
            "cause",
            "approved",
            "may_fill",
            "moves",
            "receipts",
        )
        read_only_fields = fields

    def get_may_fill(self, report: Report) -> bool:
        """Whether the person may change values."""
        view = self.context["view"]
        return filing.may_fill(report, by=view.person, at=view.at)

    @extend_schema_field(MoveSerializer(many=True))
    def get_moves(self, report: Report) -> list[Any]:
        """The rows of the table that are open to the person."""
        view = self.context["view"]
        moves: Any = moving.moves_open(report, by=view.person, at=view.at)
        return list(MoveSerializer(moves, many=True).data)

    @extend_schema_field(Receipt(many=True))
    def get_receipts(self, report: Report) -> list[Any]:
        """Every submission's receipt, the first first."""
        return list(Receipt(receipts(report), many=True).data)


def receipts(report: Report) -> Any:
    """The steps that gave receipts."""
    return report.steps.filter(action=Action.SUBMIT).select_related("by", "revision").defer("revision__snapshot")


@extend_schema_view(
    get=extend_schema(
        operation_id="reports",
        summary=gettext_lazy("Reports that you may read, the latest period first"),
        parameters=[ReportQuestion],
        responses=ReportRow(many=True),
    )
)
class Reports(PortalView[Report]):
    """Reports that one may read."""

    question = ReportQuestion

    def get(self, request: Request) -> Response:
        """Filter by form, period, unit, state and standing."""
        columns = {"form": "form__code", "period": "period__code", "unit": "unit", "status": "status"}
        reports = Report.objects.visible_to(self.person, self.at).filter(
            **{columns[name]: value for name, value in self.asked.items() if name in columns}
        )
        if "standing" in self.asked:
            reports = reports.standing_as(standing.Standing(self.asked["standing"]), self.at, self.calendar)
        rows = self.paginate_queryset(reports.select_related("unit", "form", "version", "period").only(*LISTED))
        if not rows:
            refuse_unknown_form(self.asked.get("form"))
        return self.get_paginated_response(ReportRow(rows, many=True, context=self.get_serializer_context()).data)


class OfOneReport(PortalView[Report]):
    """Views of one report that the person may read; another's does not exist for them."""

    def report(self, pk: int, *beside: str) -> Report:
        """The report of the address, and what stands `beside` it."""
        visible = Report.objects.visible_to(self.person, self.at)
        # Not the version, which never changes: with each further table the database has many more plans to weigh.
        named = visible.select_related("unit", "form", "period", "current", *beside)
        report = get_object_or_404(named.defer("current__snapshot", *(f"{one}__snapshot" for one in beside)), pk=pk)
        report.version = terms.version_of(report)
        return report


@extend_schema_view(
    get=extend_schema(
        operation_id="report",
        summary=gettext_lazy("One report: its standing, its receipts and the moves you may make"),
        responses=ReportDetail,
    )
)
class OneReport(OfOneReport):
    """One report."""

    pagination_class = None

    def get(self, request: Request, pk: int) -> Response:
        """The report and what the person may do with it."""
        return Response(ReportDetail(self.report(pk, "approved"), context=self.get_serializer_context()).data)


@extend_schema_view(
    get=extend_schema(operation_id="receipt", summary=gettext_lazy("The receipt of one submission"), responses=Receipt)
)
class OneReceipt(OfOneReport):
    """One receipt."""

    pagination_class = None

    def get(self, request: Request, pk: int, number: int) -> Response:
        """By the number of the submitted revision."""
        return Response(Receipt(get_object_or_404(receipts(self.report(pk)), revision__number=number)).data)
