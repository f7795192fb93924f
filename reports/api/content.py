"""The content of a report: its cells, what is wrong with them, and saving them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import content
from reports.actions import filing
from reports.api.asking import Exact, MachineNumber, PlainNumber
from reports.api.reports import OfOneReport
from reports.checks import Problem
from reports.labels import problem_words
from reports.models import Report, Revision, Rule, Value

LARGEST_EDIT = 2**31 - 1


class CellSerializer(serializers.Serializer[Any]):
    """One cell as it stands."""

    item = serializers.CharField(read_only=True)
    row = serializers.CharField(read_only=True, help_text=gettext_lazy("Empty, as the form has no table here."))
    number = PlainNumber(help_text=gettext_lazy("Null while the cell is empty."))
    edit = serializers.IntegerField(
        read_only=True,
        help_text=gettext_lazy("Counts the changes of this cell, 0 while it was never filled; send it with a number."),
    )
    typed = serializers.BooleanField(read_only=True, help_text=gettext_lazy("False for a cell that is computed."))


class StaleCell(serializers.Serializer[Any]):
    """A cell that was not saved, as somebody has changed it since: the number that stands and the one that was sent."""

    item = serializers.CharField(read_only=True)
    row = serializers.CharField(read_only=True)
    number = PlainNumber(help_text=gettext_lazy("The number that stands."))
    edit = serializers.IntegerField(read_only=True, help_text=gettext_lazy("The edit to send to overwrite it."))
    sent = PlainNumber(help_text=gettext_lazy("The number that was sent and not saved."))


class ProblemSerializer(serializers.Serializer[Problem]):
    """One thing wrong at one cell."""

    item = serializers.CharField(read_only=True)
    row = serializers.CharField(read_only=True)
    severity = serializers.ChoiceField(choices=Rule.Severity.choices, read_only=True)
    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True, help_text=gettext_lazy("What is wrong, for people."))


class ContentSerializer(serializers.Serializer[Any]):
    """What a revision says; all cells of the form in its order."""

    revision = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy(
            "Null where there is nothing that you may read yet: until it is submitted, only the unit reads it."
        ),
    )
    frozen_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=gettext_lazy("When the revision was submitted.")
    )
    edit = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("The edit of the report, for its next move.")
    )
    cells = CellSerializer(many=True, read_only=True)
    problems = ProblemSerializer(many=True, read_only=True)


class SavedSerializer(ContentSerializer):
    """The content after a save, and the cells that were not saved."""

    stale = StaleCell(many=True, read_only=True)


class EntrySerializer(Exact):
    """A number for one cell."""

    item = serializers.CharField(max_length=100, help_text=gettext_lazy("The code of the item."))
    number = MachineNumber(
        allow_null=True, help_text=gettext_lazy("A string with a decimal point, or an integer; null empties the cell.")
    )
    edit = serializers.IntegerField(
        min_value=0, max_value=LARGEST_EDIT, help_text=gettext_lazy("The edit of the cell that you saw.")
    )
    row = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class CellsSerializer(Exact):
    """The cells to save, each of them once."""

    cells = EntrySerializer(many=True, allow_empty=False)

    def validate_cells(self, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Two numbers for one cell would leave it to chance which one is kept."""
        named = [(cell["item"], cell["row"]) for cell in cells]
        twice = sorted({item for item, row in named if named.count((item, row)) > 1})
        if twice:
            raise serializers.ValidationError(
                _("A cell is sent only once; these are sent twice: %(items)s.") % {"items": ", ".join(twice)}
            )
        return cells


@extend_schema_view(
    get=extend_schema(
        operation_id="values", summary=gettext_lazy("The values of a report"), responses=ContentSerializer
    ),
    patch=extend_schema(
        operation_id="save_values",
        summary=gettext_lazy("Save values of a draft, each cell by itself"),
        request=CellsSerializer,
        responses=SavedSerializer,
    ),
)
class Values(OfOneReport):
    """The values of a report."""

    pagination_class = None

    def get(self, request: Request, pk: int) -> Response:
        """The revision that the person may read."""
        report = self.report(pk)
        terms = content.Terms.of(report.version_id)
        readable = content.readable(report, by=self.person, at=self.at)
        if readable is None:
            return Response(ContentSerializer(_content(report, None, terms, {}, [])).data)
        revision = report.current if readable == report.current_id else report.approved
        stored = Value.objects.filter(revision=readable).values_list("item__code", "number", "edit")
        cells = {code: (number, edit) for code, number, edit in stored}
        problems = terms.problems({code: number for code, (number, _edit) in cells.items()})
        return Response(ContentSerializer(_content(report, revision, terms, cells, problems)).data)

    def patch(self, request: Request, pk: int) -> Response:
        """Save the cells; stale ones are given back with both numbers."""
        report = self.report(pk)
        entries = [filing.Entry(**cell) for cell in self.body(CellsSerializer)["cells"]]
        saved = filing.save_cells(report, entries, by=self.person, at=self.at)
        terms = content.Terms.of(report.version_id)
        cells = {cell.item: (cell.number, cell.edit) for cell in saved.stands}
        stands = _content(report, report.current, terms, cells, saved.problems)
        sent = {entry.item: entry.number for entry in entries}
        stale = [
            {"item": cell.item, "row": cell.row, "number": cell.number, "edit": cell.edit, "sent": sent[cell.item]}
            for cell in saved.stale
        ]
        return Response(SavedSerializer({**stands, "edit": saved.edit, "stale": stale}).data)


def _content(
    report: Report,
    revision: Revision | None,
    terms: content.Terms,
    cells: Mapping[str, tuple[Decimal | None, int]],
    problems: Iterable[Problem],
) -> dict[str, object]:
    """All cells of the form in its order, with ratios worked out, and what is wrong with them in words."""
    numbers = {item.indicator_id: cells.get(item.code, (None, 0))[0] for item in terms.items}
    messages = {rule.code: rule.message for rule in terms.rules}
    rows = []
    for item in terms.items:
        number, edit = cells.get(item.code, (None, 0))
        above, below = item.indicator.numerator_id, item.indicator.denominator_id
        if above and below:
            number = item.indicator.ratio(numbers.get(above), numbers.get(below))
        rows.append({"item": item.code, "row": "", "number": number, "edit": edit, "typed": terms.is_typed(item)})
    return {
        "revision": revision and revision.number,
        "frozen_at": revision and revision.frozen_at,
        "edit": report.edit,
        "cells": rows,
        "problems": [
            {
                "item": one.item,
                "row": one.row,
                "severity": one.severity,
                "code": one.code,
                "message": problem_words(one, messages),
            }
            for one in problems
        ],
    }
