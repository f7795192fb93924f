"""What a revision says: its values against the items and rules of its form, and what is wrong with them."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db import connection

from accounts.models import User
from accounts.roles import Level, Role
from reports import checks, earlier
from reports.checks import BLANK, Answer, Cell
from reports.models import Report, Revision, Value
from reports.progress import Column
from reports.terms import APART, Answers, Apart, Terms, about
from reports.workflow import FILLERS, OWED, STANDING, Status


def history_of(report: Report, terms: Terms) -> checks.History:
    """What the unit reported before, and what is usual; the numbers that come from elsewhere are not among it."""
    renewed = [item.code for item in terms.items if terms.means(item) == Column.OBSTACLE and terms.lines(item)]
    return earlier.history_of(
        report,
        ratios=terms.compared_ratios,
        compared=terms.compared,
        total_rows=terms.total_rows,
        texts=renewed,
    )


def is_own(report: Report, *, by: User, at: datetime) -> bool:
    """Whether this person works in the unit that owes the report, or fills in for one of its divisions.

    What is not yet submitted is read only there; whose division has no part in the report does not see it at all.
    """
    return any(
        post.unit_id == report.unit_id
        or (post.level == Level.DIVISION and post.role in FILLERS and post.path[-2] == report.unit_id)
        for post in by.posts(at)
    )


def keys_in(report: Report, *, by: User, at: datetime) -> bool:
    """Whether this person, a reviewer of the superior, keys in figures that the unit has filed on paper."""
    above = any(post.role == Role.REVIEWER and post.unit_id == report.superior_id for post in by.posts(at))
    return above and report.status == Status.DRAFT and report.current.cause == Revision.Cause.KEYING


def readable(report: Report, *, by: User, at: datetime) -> int | None:
    """The key of the revision whose content this person may read now, or None where there is none yet.

    The unit's own people read the current one, and so do those who key in what it filed on paper; everybody else the
    latest that is submitted and stands.
    """
    if report.status in STANDING or is_own(report, by=by, at=at) or keys_in(report, by=by, at=at):
        return report.current_id
    return report.approved_id


_STORED = """
    SELECT json_agg(json_build_array(item.code, row, value.number::text, value.text, absence, cause, note, edit))
    FROM reports_value value JOIN reports_item item ON item.id = item_id
    WHERE revision_id = %(revision)s
"""

Stored = dict[Cell, tuple[Answer, int]]


def stored_in(revision: Revision | int | None) -> Stored:
    """What stands in the cells of a revision, each with its edit."""
    with connection.cursor() as cursor:
        cursor.execute(_STORED, {"revision": revision.pk if isinstance(revision, Revision) else revision})
        return _stored(*cursor.fetchall()[0])


def _stored(rows: Sequence[tuple[str, str, str | None, str, str, str, str, int]] | None) -> Stored:
    """What _STORED gives, by cell."""
    return {
        Cell(item, row): (
            Answer(
                Decimal(number) if number else None, text, checks.Absence(absence) if absence else None, cause, note
            ),
            edit,
        )
        for item, row, number, text, absence, cause, note, edit in rows or ()
    }


@dataclass
class Reading:
    """What a report says, read once: its terms, answers, what was known before, and what is wrong.

    `revision` is the key of the revision to read, the current one where none is named. Select the report's unit, period
    and version with it.
    """

    report: Report
    revision: int | None = None

    @cached_property
    def _read(self) -> tuple[Apart, Stored]:
        """What sets the unit apart, and what stands in the cells; one query."""
        report = self.report
        asked = about(report.version, report.unit, report.period.first_day)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {APART}, ({_STORED})", asked | {"revision": self.revision or report.current_id})
            *apart, stored = cursor.fetchall()[0]
        return Apart.read(*apart), _stored(stored)

    @cached_property
    def terms(self) -> Terms:
        return Terms.of(self.report, self._read[0])

    @cached_property
    def given(self) -> dict[Cell, Decimal | None]:
        """What another form is the source of, as it stands there now; a frozen revision has it written down."""
        is_open = self.report.status in OWED and self.revision in (None, self.report.current_id)
        return prefilled(self.report, self.terms) if is_open else {}

    @cached_property
    def stored(self) -> Stored:
        """What stands in the cells, each with its edit."""
        return self._read[1]

    @cached_property
    def answers(self) -> dict[Cell, Answer]:
        """The answers, with what comes from elsewhere."""
        stored = {cell: answer for cell, (answer, _edit) in self.stored.items()}
        return stored | {cell: Answer(number) for cell, number in self.given.items()}

    @cached_property
    def settled(self) -> dict[Cell, Answer]:
        """The same once more: what is computed from numbers that come from elsewhere follows them as they are now."""
        if not self.given:
            return self.answers
        numbers: checks.Numbers = {cell: answer.number for cell, answer in self.answers.items()}
        computed = self.terms.computed(numbers, self.history)
        return self.answers | {
            cell: replace(self.answers.get(cell, BLANK), number=number) for cell, number in computed.items()
        }

    @cached_property
    def history(self) -> checks.History:
        return history_of(self.report, self.terms)

    @cached_property
    def problems(self) -> list[checks.Problem]:
        return self.terms.problems(self.answers, self.history)


def prefilled(report: Report, terms: Terms) -> dict[Cell, Decimal | None]:
    """The numbers of the items whose source is another form: of the same unit's report for the same period there."""
    if not terms.elsewhere:
        return {}
    indicators = {terms.by_code[code].indicator_id: code for code in terms.elsewhere}
    rows = Value.objects.filter(
        earlier.in_force(),
        revision__report__unit=report.unit_id,
        revision__report__period__code=report.period.code,
        revision__report__form__code__in=set(terms.elsewhere.values()),
        item__indicator__in=indicators,
    ).values_list("item__indicator", "row", "number")
    found = {Cell(indicators[indicator], row): number for indicator, row, number in rows}
    wanted = [cell for cell in terms.cells if cell.item in terms.elsewhere]
    return {cell: found.get(cell) for cell in wanted}


def snapshot(report: Report, revision: Revision, answers: Answers, scans: Iterable[str] = ()) -> bytes:
    """The canonical bytes of a revision: JSON with sorted keys, numbers as shortest plain decimals, in UTF-8.

    Cells without an answer and a note are left out; a cell of a table is named item[row]. `scans` are the SHA-256 of
    the files of a report that was filed on paper.
    """
    content: dict[str, object] = {
        "form": report.form.code,
        "version": report.version.number,
        "period": report.period.code,
        "unit": report.unit.code,
        "revision": revision.number,
        "values": {
            f"{cell.item}[{cell.row}]" if cell.row else cell.item: written
            for cell, answer in answers.items()
            if (written := _written(answer))
        },
    }
    if files := sorted(scans):
        content["scans"] = files
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _written(answer: Answer) -> dict[str, str]:
    parts = {
        "number": "" if answer.number is None else format(answer.number.normalize(), "f"),
        "text": answer.text,
        "absence": answer.absence or "",
        "cause": answer.cause,
        "note": answer.note,
    }
    return {name: part for name, part in parts.items() if part}


def digest(content: bytes) -> str:
    """The SHA-256 of a snapshot, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
