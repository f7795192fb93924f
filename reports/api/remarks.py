"""What reviewers remark on a report, and what its unit answers."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import reviews
from reports.actions import moving, reviewing
from reports.api.asking import Exact
from reports.api.reports import OfOneReport
from reports.api.steps import PersonName
from reports.checks import Cell
from reports.models import Remark, Report
from reports.reviews import Said

LARGEST_NUMBER = 32_767


class RemarkRow(serializers.Serializer[Said]):
    """A remark on a cell of a submitted revision, or on one paragraph of the text in it, with the unit's answer."""

    id = serializers.IntegerField(source="remark.pk", read_only=True)
    revision = serializers.IntegerField(
        source="remark.revision.number", read_only=True, help_text=gettext_lazy("The revision that it speaks of.")
    )
    item = serializers.CharField(source="remark.item.code", read_only=True)
    row = serializers.CharField(
        source="remark.row",
        read_only=True,
        help_text=gettext_lazy("The row of its table; empty for an item of no table."),
    )
    paragraph = serializers.IntegerField(
        source="remark.paragraph",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("The paragraph of a text, from 1; null for the cell as a whole."),
    )
    quote = serializers.CharField(read_only=True, help_text=gettext_lazy("The words of that paragraph."))
    text = serializers.CharField(source="remark.text", read_only=True)
    by = PersonName(source="remark.by", read_only=True)
    at = serializers.DateTimeField(source="remark.at", read_only=True)
    sent = serializers.BooleanField(
        source="is_sent", read_only=True, help_text=gettext_lazy("Whether a return has sent it to the unit.")
    )
    answer = serializers.CharField(
        read_only=True,
        help_text=gettext_lazy("What the unit answers; outside of the unit it is read once it is submitted."),
    )
    answered_by = PersonName(read_only=True, allow_null=True)
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)
    settled_by = PersonName(source="remark.settled_by", read_only=True, allow_null=True)
    settled_at = serializers.DateTimeField(
        source="remark.settled_at",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("When a reviewer ticked it off."),
    )


class RemarkQuestion(Exact):
    """A remark to pin."""

    item = serializers.CharField(max_length=100, help_text=gettext_lazy("The code of the item."))
    row = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    paragraph = serializers.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_NUMBER,
        help_text=gettext_lazy("The paragraph of a text, from 1; left out, the remark is on the cell as a whole."),
    )
    text = serializers.CharField(max_length=reviewing.LONGEST, help_text=gettext_lazy("What is wrong, for people."))
    revision = serializers.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_NUMBER,
        help_text=gettext_lazy("The revision that you saw: if it was submitted anew since, the remark is refused."),
    )


class RemarkChange(Exact):
    """What to change of a remark: its words while it is unsent, the unit's answer, or the reviewer's tick."""

    text = serializers.CharField(
        required=False, max_length=reviewing.LONGEST, help_text=gettext_lazy("Other words for an unsent remark.")
    )
    answer = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=reviewing.LONGEST,
        help_text=gettext_lazy("The unit's answer; an empty one takes it back."),
    )
    settled = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Whether the remark is ticked off, for who reviews the report.")
    )

    def validate(self, change: dict[str, Any]) -> dict[str, Any]:
        """The three are for different people, so one of them is sent at a time."""
        if len(change) != 1:
            raise serializers.ValidationError(_("Send one of text, answer and settled."))
        return change


class OfRemarks(OfOneReport):
    """Views of the remarks on a report."""

    def said(self, report: Report) -> list[Said]:
        """The remarks that the person reads."""
        reviews_it = reviewing.may_remark(moving.moves_open(report, by=self.person, at=self.at))
        return reviews.remarks_of(report, by=self.person, at=self.at, reviews=reviews_it)

    def one(self, report: Report, remark: int) -> Said:
        """The remark with that id; one that the person does not read does not exist for them."""
        for said in self.said(report):
            if said.remark.pk == remark:
                return said
        raise Http404


@extend_schema_view(
    get=extend_schema(
        operation_id="remarks",
        summary=gettext_lazy("The remarks on a report; unsent ones for who reviews it"),
        responses=RemarkRow(many=True),
    ),
    post=extend_schema(
        operation_id="pin_remark",
        summary=gettext_lazy("Pin a remark to a cell; the next return sends it"),
        request=RemarkQuestion,
        responses={201: OpenApiResponse(RemarkRow, gettext_lazy("The remark was pinned."))},
    ),
)
class Remarks(OfRemarks):
    """The remarks on a report."""

    def get(self, request: Request, pk: int) -> Response:
        """By revision, then in the form's order."""
        said: Any = self.said(self.report(pk))
        rows: Any = self.paginate_queryset(said)
        return self.get_paginated_response(RemarkRow(rows, many=True).data)

    def post(self, request: Request, pk: int) -> Response:
        """Pin one."""
        report = self.report(pk)
        asked = self.body(RemarkQuestion)
        remark = reviewing.pin(
            report,
            Cell(asked["item"], asked["row"]),
            asked["text"],
            paragraph=asked["paragraph"],
            revision=asked["revision"],
            by=self.person,
            at=self.at,
        )
        return Response(RemarkRow(self.one(report, remark.pk)).data, status=201)


@extend_schema_view(
    get=extend_schema(operation_id="remark", summary=gettext_lazy("One remark"), responses=RemarkRow),
    patch=extend_schema(
        operation_id="change_remark",
        summary=gettext_lazy("Reword an unsent remark, answer a sent one, or tick an answered one off"),
        request=RemarkChange,
        responses=RemarkRow,
    ),
    delete=extend_schema(
        operation_id="unpin_remark", summary=gettext_lazy("Take an unsent remark off"), responses={204: None}
    ),
)
class OneRemark(OfRemarks):
    """One remark on a report."""

    pagination_class = None

    def get(self, request: Request, pk: int, remark: int) -> Response:
        """As the person reads it."""
        return Response(RemarkRow(self.one(self.report(pk), remark)).data)

    def patch(self, request: Request, pk: int, remark: int) -> Response:
        """Change the one thing that was sent."""
        report = self.report(pk)
        said = self.one(report, remark)
        self._change(said.remark, self.body(RemarkChange))
        return Response(RemarkRow(self.one(self.report(pk), remark)).data)

    def delete(self, request: Request, pk: int, remark: int) -> Response:
        """Take it off."""
        reviewing.unpin(self.one(self.report(pk), remark).remark, by=self.person, at=self.at)
        return Response(status=204)

    def _change(self, remark: Remark, change: Mapping[str, Any]) -> None:
        if "text" in change:
            reviewing.reword(remark, change["text"], by=self.person, at=self.at)
        elif "answer" in change:
            reviewing.answer(remark, change["answer"], by=self.person, at=self.at)
        else:
            reviewing.settle(remark, settled=change["settled"], by=self.person, at=self.at)
