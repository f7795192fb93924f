"""The content of a report: its cells, what is wrong with them, and saving them."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import content, labels
from reports.actions import filing
from reports.api.asking import Exact, MachineNumber, PlainNumber, choice
from reports.api.reports import OfOneReport
from reports.checks import BLANK, LONGEST_TEXT, Absence, Answer, Cell, Problem
from reports.labels import problem_words
from reports.models import Report, Revision, Rule
from reports.terms import Terms

LARGEST_EDIT = 2**31 - 1


class AnswerSerializer(serializers.Serializer[Any]):
    """What stands in one cell: a number, a text, or why there is neither; and what explains it."""

    item = serializers.CharField(read_only=True)
    row = serializers.CharField(
        read_only=True, help_text=gettext_lazy("The row of its table; empty for an item of no table.")
    )
    number = PlainNumber(help_text=gettext_lazy("Null where there is none; yes is 1 and no is 0."))
    text = serializers.CharField(read_only=True, help_text=gettext_lazy("Of a text, or the choice that was made."))
    absence = serializers.ChoiceField(
        choices=list(labels.ABSENCES.items()),
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Why there is neither a number nor a text, if somebody said so."),
    )
    cause = serializers.ChoiceField(
        choices=list(labels.CAUSES.items()),
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Why the answer stands out, if somebody said so."),
    )
    note = serializers.CharField(read_only=True, help_text=gettext_lazy("What explains the answer."))


class CellSerializer(AnswerSerializer):
    """One cell as it stands."""

    edit = serializers.IntegerField(
        read_only=True,
        help_text=gettext_lazy("Counts the changes of this cell, 0 while it was never filled; send it with an answer."),
    )
    typed = serializers.BooleanField(
        read_only=True, help_text=gettext_lazy("False for a cell that is computed or comes from another form.")
    )


class StaleCell(AnswerSerializer):
    """A cell that was not saved, as somebody has changed it since: what stands, and the number that was sent."""

    edit = serializers.IntegerField(read_only=True, help_text=gettext_lazy("The edit to send to overwrite it."))
    sent = PlainNumber(help_text=gettext_lazy("The number that was sent and not saved."))


class ProblemSerializer(serializers.Serializer[Problem]):
    """One thing wrong at one cell."""

    item = serializers.CharField(read_only=True)
    row = serializers.CharField(read_only=True)
    severity = serializers.ChoiceField(choices=Rule.Severity.choices, read_only=True)
    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True, help_text=gettext_lazy("What is wrong, for people."))
    noted = serializers.BooleanField(
        read_only=True, help_text=gettext_lazy("Whether its cell says why; a warning without a note blocks submission.")
    )


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
    """An answer for one cell: a number, a text, or why there is neither."""

    item = serializers.CharField(max_length=100, help_text=gettext_lazy("The code of the item."))
    number = MachineNumber(
        allow_null=True,
        required=False,
        help_text=gettext_lazy("A string with a decimal point, or an integer; null empties the cell."),
    )
    text = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("A text, or one of the choices."),
    )
    absence = choice(labels.ABSENCES, gettext_lazy("Needs a note; only the owner sets an item aside."))
    cause = choice(labels.CAUSES, gettext_lazy("Why the answer stands out; left out, it stays."))
    note = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=filing.LONGEST_NOTE,
        help_text=gettext_lazy("What explains the answer; left out, it stays."),
    )
    edit = serializers.IntegerField(
        min_value=0, max_value=LARGEST_EDIT, help_text=gettext_lazy("The edit of the cell that you saw.")
    )
    row = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)

    def validate(self, cell: dict[str, Any]) -> dict[str, Any]:
        """An entry that says nothing would empty the cell by mistake."""
        if not {"number", "text", "absence"} & set(cell):
            raise serializers.ValidationError(
                {"number": _("Send a number, a text or an absence; the number null empties the cell.")}
            )
        return cell


class CellsSerializer(Exact):
    """The cells to save, each of them once."""

    cells = EntrySerializer(many=True, allow_empty=False)

    def validate_cells(self, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Two numbers for one cell would leave it to chance which one is kept."""
        named = [(cell["item"], cell["row"]) for cell in cells]
        twice = sorted({filing.name_of(Cell(*cell)) for cell in named if named.count(cell) > 1})
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
        readable = content.readable(report, by=self.person, at=self.at)
        if readable is None:
            terms = Terms.of(report)
            return Response(ContentSerializer(_content(report, None, terms, {}, [])).data)
        revision = report.current if readable == report.current_id else report.approved
        reading = content.Reading(report, readable)
        cells = reading.stored | {cell: (Answer(number), 0) for cell, number in reading.given.items()}
        return Response(ContentSerializer(_content(report, revision, reading.terms, cells, reading.problems)).data)

    def patch(self, request: Request, pk: int) -> Response:
        """Save the cells; stale ones are given back with both answers."""
        report = self.report(pk)
        entries = [_entry(cell) for cell in self.body(CellsSerializer)["cells"]]
        saved = filing.save_cells(report, entries, by=self.person, at=self.at)
        terms = Terms.of(report)
        cells = {Cell(one.item, one.row): (one.answer, one.edit) for one in saved.stands}
        stands = _content(report, report.current, terms, cells, saved.problems)
        sent = {entry.cell: entry.number for entry in entries}
        stale = [
            _answer(cell, one.answer) | {"edit": one.edit, "sent": sent[cell]}
            for one in saved.stale
            for cell in [Cell(one.item, one.row)]
        ]
        return Response(SavedSerializer({**stands, "edit": saved.edit, "stale": stale}).data)


def _entry(cell: dict[str, Any]) -> filing.Entry:
    absence = cell.get("absence")
    return filing.Entry(**{**cell, "absence": Absence(absence) if absence else None})


def _answer(cell: Cell, answer: Answer) -> dict[str, object]:
    return {
        "item": cell.item,
        "row": cell.row,
        "number": answer.number,
        "text": answer.text,
        "absence": answer.absence,
        "cause": answer.cause or None,
        "note": answer.note,
    }


def _content(
    report: Report,
    revision: Revision | None,
    terms: Terms,
    cells: Mapping[Cell, tuple[Answer, int]],
    problems: Iterable[Problem],
) -> dict[str, object]:
    """All cells of the form in its order, with ratios worked out, and what is wrong with them in words."""
    numbers = terms.with_ratios({cell: answer.number for cell, (answer, _edit) in cells.items()})
    messages = {rule.code: rule.message for rule in terms.rules}
    rows = []
    for _section, items in terms.sections:
        for item in items:
            for line in terms.lines(item):
                cell = Cell(item.code, line.code)
                answer, edit = cells.get(cell, (BLANK, 0))
                if item.code in terms.set_aside:
                    answer = Answer(absence=Absence.NOT_APPLICABLE)
                number = numbers.get(cell)
                if item.is_ratio and number is not None:
                    answer = Answer(number.quantize(Decimal(1).scaleb(-item.decimals), ROUND_HALF_UP))
                rows.append(_answer(cell, answer) | {"edit": edit, "typed": cell in terms.typed})
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
                "noted": one.noted,
            }
            for one in problems
        ],
    }
