"""Many moves in one request: reports checked or approved together, each for itself."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports.actions import moving
from reports.api.asking import LARGEST_KEY, Exact, PortalView, choice
from reports.api.content import LARGEST_EDIT
from reports.labels import ACTIONS
from reports.models import Report
from reports.workflow import IN_BULK, Action

MOST = 2000
"""How many reports are taken in one request."""

TOGETHER = {str(one): ACTIONS[one] for one in IN_BULK}
"""What can be done to many reports at once."""


class ReportSeen(Exact):
    """A report as it was seen."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, help_text=gettext_lazy("The id of the report."))
    edit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_EDIT, help_text=gettext_lazy("The edit of the report that you saw.")
    )


class MovesQuestion(Exact):
    """What to do with which reports."""

    action = choice(TOGETHER, gettext_lazy("What to do with the reports."), required=True)
    reports = serializers.ListField(
        child=ReportSeen(),
        allow_empty=False,
        max_length=MOST,
        help_text=gettext_lazy("The reports, each with the edit that you saw."),
    )


class MoveMade(serializers.Serializer[Any]):
    """A report that was moved."""

    id = serializers.IntegerField(source="report_id", read_only=True)
    step = serializers.IntegerField(
        source="seq", read_only=True, help_text=gettext_lazy("The number of its step in the history of the report.")
    )
    status = serializers.CharField(source="after", read_only=True)
    edit = serializers.SerializerMethodField(help_text=gettext_lazy("The edit that the next move carries."))

    def get_edit(self, step: Any) -> int:
        """The edit after the move."""
        edit: int = step.edit + 1
        return edit


class MoveRefused(serializers.Serializer[Any]):
    """A report that was left as it is, and why."""

    id = serializers.IntegerField(read_only=True)
    detail = serializers.CharField(read_only=True, help_text=gettext_lazy("Why, for people."))


class MovesMade(serializers.Serializer[Any]):
    """What became of the reports; each of them is named once."""

    made = MoveMade(many=True, read_only=True)
    refused = MoveRefused(many=True, read_only=True)


class Moves(PortalView[Report]):
    """Moves of many reports."""

    pagination_class = None

    @extend_schema(
        operation_id="make_moves",
        summary=gettext_lazy("Check or approve many reports at once; what is refused of one holds no other up"),
        request=MovesQuestion,
        responses=MovesMade,
    )
    def post(self, request: Request) -> Response:
        """Make them, each with its own step."""
        asked = self.body(MovesQuestion)
        edits = {one["id"]: one["edit"] for one in asked["reports"]}
        seen = set(Report.objects.visible_to(self.person, self.at).filter(pk__in=edits).values_list("pk", flat=True))
        moved = moving.move_all(
            {pk: edit for pk, edit in edits.items() if pk in seen}, Action(asked["action"]), by=self.person, at=self.at
        )
        unknown = dict.fromkeys(edits.keys() - seen, _("There is no such report, or you may no longer see it."))
        refused = [{"id": pk, "detail": words} for pk, words in sorted((moved.refused | unknown).items())]
        return Response(MovesMade({"made": moved.steps, "refused": refused}).data)
