"""Measures a month: how the reviewing units kept their days, and how each unit's reports stand."""

# ruff: noqa: S608  (only the module's own words are put into the statements)

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, Self

from accounts.models import User
from reports.calendars import ZONE, due_day
from reports.lapses import due_after_outages
from reports.models import CalendarDay
from reports.record.candidates import NEAR, stages_since
from reports.record.reading import Bounds, Named, Owners, Reader, outages, rows_of
from reports.standing import Hand, stage_deadline


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How a unit reviewed what it was to pass on in a month, as a superior or for forms' owners.

    `median` are the working days that the report in the middle lay with it, `overran` how many it kept too long.
    """

    unit: Named
    hand: Hand
    reports: int
    median: Decimal
    overran: int

    @classmethod
    def of(cls, unit: Named, hand: Hand, kept: "Counter[Kept]") -> Self:
        """The measure of what it reviewed, of which each kind is counted."""
        median = Decimal(statistics.median(one.days for one in kept.elements()))
        return cls(unit, hand, kept.total(), median, sum(count for one, count in kept.items() if one.overran))


class Kept(NamedTuple):
    """How many working days a report lay with whoever reviewed it, and whether that was too long."""

    days: int
    overran: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How a unit's reports due in a month stand, and how many of those approved were right the first time."""

    unit: Named
    level: str
    kind: str
    expected: int
    on_time: int
    late: int
    missing: int
    exempt: int
    approved: int
    right_first_time: int


def reviewing(month: date, *, at: datetime, to: User, now: datetime | None = None) -> list[Reviewing]:
    """How each reviewing unit that the reader may see kept its days with what was due in a month, as of `at`.

    By unit. What lies with a unit and is not overdue is left out, as it may still be passed on in time.
    """
    bounds, reader = Bounds.of_month(month), Reader(to, now or at)
    calendar, down = CalendarDay.objects.as_calendar(), outages()
    since = stages_since(bounds, calendar)
    stages = rows_of(_STAGES, {"since": since, "until": bounds.until, "at": at})
    owners = Owners({stage[0] for stage in stages})
    reviews = []
    for form, own, above, allowed, since, until, count in stages:
        due = stage_deadline(datetime.combine(since, time(), ZONE), allowed, calendar)
        due = due_after_outages(down, at, due, calendar)
        ended = until or due_day(at)
        overran = ended > due_day(due)
        unit = above or owners.reviewing(form, own, due)
        if unit is not None and due in bounds and (until or overran):
            hand = Hand.SUPERIOR if above else Hand.OWNER
            reviews.append((unit, hand, form, Kept(calendar.between(since, ended), overran), count))
    units = {row[0]: row for row in rows_of(_UNITS, [list({unit for unit, *_rest in reviews})])}
    seen: dict[tuple[int, Hand], Counter[Kept]] = defaultdict(Counter)
    for unit, hand, form, kept, count in reviews:
        if reader.sees(units[unit][3], form):
            seen[unit, hand][kept] += count
    listed = [Reviewing.of(Named(*units[unit][:3]), hand, kept) for (unit, hand), kept in seen.items()]
    return sorted(listed, key=lambda one: (units[one.unit.pk][4], list(Hand).index(one.hand)))


def tallies(month: date, *, at: datetime, to: User, now: datetime | None = None, form: str = "") -> list[Tally]:
    """How each unit's reports that were due in a month stand as of `at`, of those that the reader may see; by unit.

    Those with all forms, or with the one of that code.
    """
    bounds, reader = Bounds.of_month(month), Reader(to, now or at)
    seen: dict[tuple[Any, ...], list[int]] = {}
    for unit, code, name, level, kind, path, of_form, *counted in rows_of(
        _STANDINGS, {"after": bounds.after, "until": bounds.until, "at": at, "form": form}
    ):
        if reader.sees(path, of_form):
            named = (Named(unit, code, name), level, kind)
            seen[named] = _plus(seen.get(named), counted)
    return [Tally(*named, *counted) for named, counted in seen.items()]


def _plus(sums: list[int] | None, added: list[int]) -> list[int]:
    return added if sums is None else [one + other for one, other in zip(sums, added, strict=True)]


_UNITS = "SELECT id, code, name, path, sort_key FROM accounts_unit WHERE id = ANY(%s)"

# A stage begins by the step that brings the report to whoever reviews it, and ends by the next one. Filed on paper, it
# lies with its own unit until the figures are keyed in; where a synthesis is asked for, the owner waits for that.
_STAGES = f"""
    WITH stage AS (
        SELECT report.form_id, report.unit_id, step.seq, step.report_id,
               CASE WHEN step.after = 'submitted' AND (report.superior_id IS NOT NULL OR EXISTS (
                   SELECT FROM reports_step dropped WHERE dropped.report_id = step.report_id
                   AND dropped.action = 'drop_check' AND dropped.seq > step.seq
               )) THEN unit.parent_id END AS above,
               step.at AS came, report.synthesised, version.superior_days, version.owner_days, passed.at AS passed
        FROM reports_step step
        JOIN reports_report report ON report.id = step.report_id
        JOIN accounts_unit unit ON unit.id = report.unit_id
        JOIN reports_formversion version ON version.id = report.version_id
        LEFT JOIN reports_step passed
               ON passed.report_id = step.report_id AND passed.seq = step.seq + 1 AND passed.at <= %(at)s
        WHERE step.at BETWEEN %(since)s - CASE
                  WHEN EXISTS (SELECT FROM reports_respondent WHERE synthesised) THEN interval '90 days'
                  ELSE interval '0'
              END AND least(%(until)s, %(at)s)
          AND step.after IN ('submitted', 'checked')
          AND (step.action IN ('submit', 'check') OR step.action <> 'record' AND 'submit' = (
              SELECT action FROM reports_step receipt WHERE receipt.report_id = step.report_id
              AND receipt.seq < step.seq AND receipt.action IN ('submit', 'record') ORDER BY receipt.seq DESC LIMIT 1
          ))
    )
    SELECT form_id, own, above, allowed,
           (began AT TIME ZONE '{ZONE.key}')::date,
           ((passed - interval '1 microsecond') AT TIME ZONE '{ZONE.key}')::date, count(*)
    FROM (
        SELECT stage.*, CASE WHEN above IS NULL THEN owner_days ELSE superior_days END AS allowed,
               CASE WHEN EXISTS (
                   SELECT FROM reports_formowner owner
                   WHERE owner.form_id = stage.form_id AND owner.unit_id = stage.unit_id
               ) THEN unit_id END AS own,
               CASE WHEN NOT synthesised OR above IS NOT NULL THEN came ELSE (
                   SELECT min(synthesis.at) FROM reports_synthesisentry entry
                   JOIN reports_synthesis synthesis ON synthesis.id = entry.synthesis_id
                   WHERE entry.report_id = stage.report_id
                     AND synthesis.at BETWEEN came AND least(passed, %(at)s)
               ) END AS began
        FROM stage
    ) AS stage
    WHERE began IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
"""

_STANDINGS = f"""
    WITH near AS MATERIALIZED ({NEAR}), owed AS (
        SELECT report.id, report.unit_id, report.form_id, report.first_deadline
        FROM reports_form form CROSS JOIN near
        JOIN reports_report report ON report.form_id = form.id AND report.period_id = near.id
        WHERE report.first_deadline <= %(until)s AND report.deadline > %(after)s
        UNION
        SELECT report.id, report.unit_id, report.form_id, report.first_deadline
        FROM reports_deadlinechange change JOIN reports_report report ON report.id = change.report_id
        WHERE change.before <= %(until)s AND change.after > %(after)s
    ), due AS MATERIALIZED (
        SELECT owed.*, coalesce(moved.deadline, owed.first_deadline) AS deadline
        FROM owed LEFT JOIN (
            SELECT report_id, max(after) AS deadline FROM reports_deadlinechange WHERE recorded_at <= %(at)s
            GROUP BY report_id
        ) AS moved ON moved.report_id = owed.id
        WHERE coalesce(moved.deadline, owed.first_deadline) > %(after)s
          AND coalesce(moved.deadline, owed.first_deadline) <= %(until)s
          AND (%(form)s = '' OR owed.form_id IN (SELECT id FROM reports_form WHERE code = %(form)s))
    ), filed AS (
        SELECT step.report_id, step.revision_id,
               min(coalesce(step.received_at, step.at)) FILTER (WHERE step.action IN ('submit', 'record')) AS received,
               bool_or(step.action = 'recall' OR step.voids) AS void,
               bool_or(step.action = 'approve') AS approved,
               bool_or(step.action = 'return') AS returned,
               max(step.seq) FILTER (WHERE step.action = 'exempt') AS exempt,
               max(step.seq) FILTER (WHERE step.action = 'unexempt') AS unexempt
        FROM due JOIN reports_step step ON step.report_id = due.id
        WHERE step.at <= %(at)s
        GROUP BY step.report_id, step.revision_id
    ), stands AS (
        SELECT report_id, min(received) FILTER (WHERE NOT void) AS received,
               coalesce(bool_or(approved), FALSE) AS approved, coalesce(bool_or(returned), FALSE) AS returned,
               coalesce(max(exempt), 0) > coalesce(max(unexempt), 0) AS exempt
        FROM filed GROUP BY report_id
    )
    SELECT unit.id, unit.code, unit.name, unit.level, unit.kind, unit.path, due.form_id,
           count(*) FILTER (WHERE exempt IS NOT TRUE),
           count(*) FILTER (WHERE exempt IS NOT TRUE AND received <= deadline),
           count(*) FILTER (WHERE exempt IS NOT TRUE AND received > deadline),
           count(*) FILTER (WHERE exempt IS NOT TRUE AND received IS NULL AND deadline < %(at)s),
           count(*) FILTER (WHERE exempt),
           count(*) FILTER (WHERE approved),
           count(*) FILTER (WHERE approved AND NOT returned)
    FROM due JOIN accounts_unit unit ON unit.id = due.unit_id LEFT JOIN stands ON stands.report_id = due.id
    GROUP BY unit.id, due.form_id
    ORDER BY unit.sort_key, unit.id
"""
