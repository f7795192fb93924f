"""The revisions of a report, and what differs between two of them."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import content, labels, reviews
from reports.api.asking import Exact, PlainNumber
from reports.api.remarks import LARGEST_NUMBER
from reports.api.reports import OfOneReport
from reports.checks import Answer
from reports.differences import Difference
from reports.models import Revision


class RevisionRow(serializers.ModelSerializer[Revision]):
    """One revision of a report."""

    due_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Until when a correction, an amendment or the keying of figures is owed."),
    )
    frozen_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=gettext_lazy("When it was submitted; null for a draft.")
    )
    digest = serializers.CharField(read_only=True, help_text=gettext_lazy("SHA-256 of the content; empty for a draft."))
    dropped = serializers.BooleanField(
        read_only=True, help_text=gettext_lazy("Whether it was an amendment that was given up.")
    )

    class Meta:
        model = Revision
        fields = ("number", "cause", "due_at", "frozen_at", "digest", "dropped")
        read_only_fields = fields


@extend_schema_view(
    get=extend_schema(
        operation_id="revisions",
        summary=gettext_lazy("The revisions of a report that you may read, the latest first"),
        responses=RevisionRow(many=True),
    )
)
class Revisions(OfOneReport):
    """The revisions of a report."""

    def get(self, request: Request, pk: int) -> Response:
        """All of them to the unit's own people; to others those that were submitted and stand."""
        revisions: Any = reviews.revisions_of(self.report(pk), by=self.person, at=self.at)
        return self.get_paginated_response(RevisionRow(self.paginate_queryset(revisions), many=True).data)


class DifferencesQuestion(Exact):
    """Which two revisions; by default the latest that you may read and the one before it."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One of the two has a name that Python keeps for itself."""
        words = {"from": gettext_lazy("The number of the one."), "to": gettext_lazy("The number of the other.")}
        return {
            name: serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER, help_text=text)
            for name, text in words.items()
        }


class StoodSerializer(serializers.Serializer[Answer]):
    """What stood in a cell."""

    number = PlainNumber()
    text = serializers.CharField(read_only=True)
    absence = serializers.ChoiceField(choices=list(labels.ABSENCES.items()), read_only=True, allow_null=True)
    cause = serializers.ChoiceField(choices=list(labels.CAUSES.items()), read_only=True, allow_null=True)
    note = serializers.CharField(read_only=True)


class DifferenceRow(serializers.Serializer[Difference]):
    """A cell that differs in its answer, or in what explains it."""

    item = serializers.CharField(source="cell.item", read_only=True)
    row = serializers.CharField(source="cell.row", read_only=True)
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    change = PlainNumber(help_text=gettext_lazy("By how much its number moved; null where either is not known."))

    @extend_schema_field(StoodSerializer)
    def get_before(self, one: Difference) -> dict[str, object]:
        """The earlier answer."""
        return _stood(one.before)

    @extend_schema_field(StoodSerializer)
    def get_after(self, one: Difference) -> dict[str, object]:
        """The later answer."""
        return _stood(one.after)


class DifferencesSerializer(serializers.Serializer[Any]):
    """What differs between two revisions; nothing where there are not two that you may read."""

    before = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=gettext_lazy("The number of the earlier revision.")
    )
    after = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=gettext_lazy("The number of the later revision.")
    )
    cells = DifferenceRow(many=True, read_only=True)


@extend_schema_view(
    get=extend_schema(
        operation_id="differences",
        summary=gettext_lazy("What differs between two revisions of a report, cell by cell"),
        parameters=[DifferencesQuestion],
        responses=DifferencesSerializer,
    )
)
class Differences(OfOneReport):
    """What differs between two revisions."""

    pagination_class = None
    question = DifferencesQuestion

    def get(self, request: Request, pk: int) -> Response:
        """In the form's order; a revision that the person may not read does not exist for them."""
        report = self.report(pk)
        revisions = reviews.revisions_of(report, by=self.person, at=self.at)
        try:
            pair = reviews.pair_of(revisions, self.asked.get("from"), self.asked.get("to"))
        except LookupError:
            raise Http404 from None
        if pair is None:
            return Response(DifferencesSerializer({"before": None, "after": None, "cells": []}).data)
        before, after = pair
        cells = reviews.compared(content.Reading(report, after.pk), before.pk)
        told = {"before": before.number, "after": after.number, "cells": cells}
        return Response(DifferencesSerializer(told).data)


def _stood(answer: Answer) -> dict[str, object]:
    told = {
        "number": answer.number,
        "text": answer.text,
        "absence": answer.absence,
        "cause": answer.cause or None,
        "note": answer.note,
    }
    return dict(StoodSerializer(told).data)  # type: ignore[arg-type]
