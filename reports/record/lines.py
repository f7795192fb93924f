"""Lists what was overrun in a span of time as of an instant, with what was said, ruled and objected by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from accounts.models import User
from reports.calendars import WorkingCalendar
from reports.courses import Course
from reports.lapses import REPEATED_MONTHS, Exclusion, Found, LapseKind, lapses
from reports.models import CalendarDay, Report
from reports.record.candidates import candidates
from reports.record.reading import Bounds, Facts, Named, Owners, Reader, recorded, rows_of
from reports.standing import Hand


class Explained(NamedTuple):
    """The latest explanation of a lapse; `file` is the name of its evidence, empty where there is none."""

    pk: int
    cause: str
    text: str
    file: str
    by: str
    capacity: str
    at: datetime


class Ruled(NamedTuple):
    """The latest ruling on a lapse."""

    pk: int
    excused: bool
    reason: str
    by: str
    at: datetime


class Objected(NamedTuple):
    """The latest objection to a lapse in a list; `upheld` is None, and `answer` empty, while nobody has answered."""

    pk: int
    text: str
    at: datetime
    upheld: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class Line:
    """A lapse in a standing list, or what would have been one, as of an instant.

    `unit` is the unit whose lapse it is, and `respondent` the one that owes the report: another one where a review took
    too long. `period` is its code. `lapse` is the key of the Lapse once it is recorded, `asked` and `explain_by` when
    its head was asked to explain it and until when. `repeats` counts the unit's lapses with the form in the twelve
    months before.
    """

    report: int
    unit: Named
    respondent: Named
    form: Named
    period: str
    kind: LapseKind
    hand: Hand
    since: datetime
    due: datetime
    until: datetime | None
    days: int
    excluded: Exclusion | None
    lapse: int | None = None
    asked: datetime | None = None
    explain_by: datetime | None = None
    explanation: Explained | None = None
    ruling: Ruled | None = None
    objection: Objected | None = None
    repeats: int = 0

    @property
    def course(self) -> Course:
        """How far it has come."""
        return Course(
            self.excluded is not None,
            self.explain_by,
            self.explanation is not None,
            self.ruling.excused if self.ruling else None,
            self.objection.upheld if self.objection else None,
        )

    @property
    def counts(self) -> bool:
        """Whether it stands against the unit."""
        return self.course.counts

    @property
    def key(self) -> tuple[int, int, str, datetime]:
        """What tells its Lapse from others."""
        return (self.report, self.unit.pk, self.kind.value, self.since)


def standing_list(month: date, *, at: datetime, to: User, now: datetime | None = None) -> list[Line]:
    """Every lapse due in a month (its first day), as of `at`, that the reader may see; excluded ones as well.

    The list as of a past instant is the same whenever it is taken. The reader's rights are those of `now`, where that
    is another instant than `at`. By unit, form and when it was due.
    """
    lines = due_between(Bounds.of_month(month), at=at, reader=Reader(to, now or at))
    return [replace(line, repeats=count) for line, count in zip(lines, repeats(lines, at=at), strict=True)]


def due_between(
    bounds: Bounds, *, at: datetime, reader: Reader | None = None, reports: Iterable[int] | None = None
) -> list[Line]:
    """The lines due within those bounds as of `at`, their repeats not counted.

    Those of all units, or of what somebody may read; of all reports, or of those with these keys.
    """
    calendar = CalendarDay.objects.as_calendar()
    keys = candidates(bounds, at, calendar) if reports is None else reports
    return _lines(list(_found(keys, bounds, at, calendar)), at, reader)


def repeats(lines: Sequence[Line], *, at: datetime) -> list[int]:
    """How many lapses each of these lines' units had with the form in the twelve months before it, as known by `at`.

    Reviews are counted apart from what the unit owed itself. What was excused by then, or found wrong, or whose
    deadline was moved after it was recorded, does not count.
    """
    if not lines:
        return []
    kinds = [line.kind.value for line in lines]
    given = {
        "reports": [line.report for line in lines],
        "units": [line.unit.pk for line in lines],
        "forms": [line.form.pk for line in lines],
        "kinds": kinds,
        "sinces": [line.since for line in lines],
        "dues": [line.due for line in lines],
        "at": at,
        "months": REPEATED_MONTHS,
    }
    counted = {place - 1: count for place, count in rows_of(_REPEATS, given)}
    return [counted.get(place, 0) for place in range(len(lines))]


def _found(
    keys: Iterable[int], bounds: Bounds, at: datetime, calendar: WorkingCalendar
) -> Iterable[tuple[Facts, Found]]:
    for facts, of_report in recorded(Report.objects.filter(pk__in=list(keys))).values():
        for found in lapses(of_report, at, calendar):
            if found.due in bounds:
                yield facts, found


def _lines(rows: list[tuple[Facts, Found]], at: datetime, reader: Reader | None) -> list[Line]:
    owners = Owners({facts.form.pk for facts, _found in rows})
    whose = [(_unit(facts, found, owners), facts, found) for facts, found in rows]
    wanted = {unit for unit, _facts, _found in whose} | {facts.unit for facts, _found in rows}
    units = {row[0]: row for row in rows_of(_UNITS, [[pk for pk in wanted if pk is not None]])}
    said = {row[:4]: row[4:] for row in rows_of(_SAID, {"reports": [facts.report for facts, _f in rows], "at": at})}
    lines = []
    for unit, facts, found in whose:
        if unit is None or (reader and not reader.sees(units[unit][3], facts.form.pk)):
            continue
        line = Line(
            facts.report,
            Named(*units[unit][:3]),
            Named(*units[facts.unit][:3]),
            facts.form,
            facts.period,
            *found,
        )
        lines.append((units[unit][4], line.form.code, line.due, line.report, _with_said(line, said.get(line.key))))
    return [row[-1] for row in sorted(lines, key=lambda row: row[:-1])]


def _unit(facts: Facts, found: Found, owners: Owners) -> int | None:
    """Whose lapse it is; None where no unit is, as a form has had no owner that day."""
    match found.hand:
        case Hand.SUPERIOR:
            return facts.above
        case Hand.OWNER:
            return owners.reviewing(facts.form.pk, facts.unit, found.due)
        case _:
            return facts.unit


def _with_said(line: Line, said: tuple[Any, ...] | None) -> Line:
    """The line with its Lapse and what was said of it, from the columns of _SAID."""
    if said is None:
        return line
    lapse, asked, explain_by, *rest = said
    explanation, ruling, objection = rest[:7], rest[7:12], rest[12:]
    return replace(
        line,
        lapse=lapse,
        asked=asked,
        explain_by=explain_by,
        explanation=Explained(*explanation) if explanation[0] else None,
        ruling=Ruled(*ruling) if ruling[0] else None,
        objection=Objected(*objection) if objection[0] else None,
    )


_UNITS = "SELECT id, code, name, path, sort_key FROM accounts_unit WHERE id = ANY(%s)"

_SAID = """
    SELECT lapse.report_id, lapse.unit_id, lapse.kind, lapse.since, lapse.id,
           CASE WHEN lapse.asked_at <= %(at)s THEN lapse.asked_at END,
           CASE WHEN lapse.asked_at <= %(at)s THEN lapse.explain_by END,
           explained.*, ruled.*, objected.*
    FROM reports_lapse lapse
    LEFT JOIN LATERAL (
        SELECT said.id, said.cause, said.text, said.name, person.full_name, said.capacity, said.at
        FROM reports_explanation said JOIN accounts_user person ON person.id = said.by_id
        WHERE said.lapse_id = lapse.id AND said.at <= %(at)s ORDER BY said.at DESC, said.id DESC LIMIT 1
    ) AS explained ON TRUE
    LEFT JOIN LATERAL (
        SELECT said.id, said.excused, said.reason, person.full_name, said.at
        FROM reports_ruling said JOIN accounts_user person ON person.id = said.by_id
        WHERE said.lapse_id = lapse.id AND said.at <= %(at)s ORDER BY said.at DESC, said.id DESC LIMIT 1
    ) AS ruled ON TRUE
    LEFT JOIN LATERAL (
        SELECT said.id, said.text, said.at,
               CASE WHEN said.answered_at <= %(at)s THEN said.upheld END,
               CASE WHEN said.answered_at <= %(at)s THEN said.answer ELSE '' END
        FROM reports_objection said
        WHERE said.lapse_id = lapse.id AND said.at <= %(at)s ORDER BY said.at DESC, said.id DESC LIMIT 1
    ) AS objected ON TRUE
    WHERE lapse.report_id = ANY(%(reports)s) AND lapse.recorded_at <= %(at)s
"""

_REPEATS = """
    SELECT line.place, count(*)
    FROM unnest(%(reports)s::bigint[], %(units)s::bigint[], %(forms)s::bigint[], %(kinds)s::text[],
                %(sinces)s::timestamptz[], %(dues)s::timestamptz[])
         WITH ORDINALITY AS line (report, unit, form, kind, since, due, place)
    JOIN reports_lapse earlier ON earlier.unit_id = line.unit
     AND earlier.due < line.due AND earlier.due >= line.due - make_interval(months => %(months)s)
    JOIN reports_report report ON report.id = earlier.report_id AND report.form_id = line.form
    WHERE earlier.recorded_at <= %(at)s AND (earlier.kind = 'review') = (line.kind = 'review')
      AND (earlier.report_id, earlier.kind, earlier.since) <> (line.report, line.kind, line.since)
      AND NOT coalesce((
          SELECT excused FROM reports_ruling ruling WHERE ruling.lapse_id = earlier.id AND ruling.at <= %(at)s
          ORDER BY ruling.at DESC, ruling.id DESC LIMIT 1
      ), FALSE)
      AND NOT EXISTS (
          SELECT FROM reports_objection wrong
          WHERE wrong.lapse_id = earlier.id AND wrong.upheld AND wrong.answered_at <= %(at)s
      )
      AND NOT EXISTS (
          SELECT FROM reports_deadlinechange change WHERE change.report_id = earlier.report_id
          AND change.recorded_at > earlier.recorded_at AND change.recorded_at <= %(at)s
      )
    GROUP BY line.place
"""
