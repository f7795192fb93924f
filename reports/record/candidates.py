"""Finds the reports that may have lapsed in a span of time, out of all that there are."""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from datetime import datetime, time, timedelta

from django.db.models import Max

from reports.calendars import ZONE, WorkingCalendar
from reports.models import FormVersion
from reports.record.reading import Bounds, rows_of
from reports.schedules import LONGEST_AFTER

LONGEST_OUTAGE = timedelta(days=15)
"""No outage moves what is due by more."""


def stages_since(bounds: Bounds, calendar: WorkingCalendar) -> datetime:
    """From when on a stage that is due within those bounds can have begun; one query."""
    terms = FormVersion.objects.aggregate(
        superior=Max("superior_days"), owner=Max("owner_days"), correction=Max("correction_days")
    )
    day = (bounds.after - LONGEST_OUTAGE).astimezone(ZONE).date()
    longest = max(days or 0 for days in terms.values())
    return datetime.combine(calendar.after(day, -longest), time(), ZONE)


def candidates(bounds: Bounds, at: datetime, calendar: WorkingCalendar) -> list[int]:
    """The keys of the reports that may have a lapse due within those bounds as of `at`; one query.

    Those that certainly have none are left out, as they are most; which of the others have one, lapses.lapses says.
    """
    first = stages_since(bounds, calendar)
    days = [first.date() + timedelta(days=one) for one in range((bounds.until - first).days + 2)]
    given = {
        "after": bounds.after,
        "until": min(bounds.until, at),
        "at": at,
        "since": first,
        "slack": LONGEST_OUTAGE,
        "days": days,
        "numbers": [calendar.between(days[0], day) for day in days],
        "worked": [calendar.is_working(day) for day in days],
    }
    return [pk for (pk,) in rows_of(_CANDIDATES, given)]


NEAR = f"""
    SELECT id FROM reports_period
    WHERE frequency = 'once'
       OR last_day BETWEEN (%(after)s - interval '{LONGEST_AFTER.days + 5} days')::date AND %(until)s::date
"""
"""The periods of which a report can be due within bounds: no deadline by rule lies further behind its window."""

# First what may be late by its own deadline. Then stages that were passed on after their last working day, by the
# numbers of the days.
_CANDIDATES = f"""
    WITH day AS MATERIALIZED (
        SELECT * FROM unnest(%(days)s::date[], %(numbers)s::integer[], %(worked)s::boolean[])
        AS day (day, number, worked)
    ), near AS MATERIALIZED ({NEAR}), filing AS (
        SELECT report.id
        FROM reports_form form CROSS JOIN near
        JOIN reports_report report ON report.form_id = form.id AND report.period_id = near.id
        WHERE report.first_deadline <= %(until)s AND report.deadline > %(after)s
        UNION
        SELECT report_id FROM reports_deadlinechange WHERE before <= %(until)s AND after > %(after)s
    )
    SELECT filing.id
    FROM filing JOIN reports_report report USING (id)
    WHERE report.received_at IS NULL OR report.received_at > report.first_deadline OR EXISTS (
        SELECT FROM reports_step step
        WHERE step.report_id = report.id AND (step.action IN ('recall', 'record', 'exempt', 'unexempt') OR step.voids)
    )
    UNION
    SELECT stage.report_id
    FROM (
        SELECT step.report_id, step.seq, step.action, step.at AS began, CASE
                   WHEN step.action = 'return' THEN version.correction_days
                   WHEN step.after = 'checked' THEN version.owner_days
                   WHEN report.superior_id IS NOT NULL OR EXISTS (
                       SELECT FROM reports_step dropped WHERE dropped.report_id = step.report_id
                       AND dropped.action = 'drop_check' AND dropped.seq > step.seq
                   ) THEN version.superior_days
                   ELSE version.owner_days
               END AS days
        FROM reports_step step
        JOIN reports_report report ON report.id = step.report_id
        JOIN reports_formversion version ON version.id = report.version_id
        WHERE step.at BETWEEN %(since)s AND %(until)s
          AND (step.action = 'return' OR step.after IN ('submitted', 'checked'))
        UNION ALL
        SELECT checked.report_id, checked.seq, checked.action, synthesis.at, version.owner_days
        FROM reports_synthesis synthesis
        JOIN reports_synthesisentry entry ON entry.synthesis_id = synthesis.id
        JOIN reports_report report ON report.id = entry.report_id
        JOIN reports_formversion version ON version.id = report.version_id
        JOIN reports_step checked ON checked.report_id = entry.report_id AND checked.after = 'checked'
        WHERE synthesis.at BETWEEN %(since)s AND %(until)s
    ) AS stage
    JOIN day AS began ON began.day = (stage.began AT TIME ZONE '{ZONE.key}')::date
    JOIN day AS due ON due.worked AND due.number = began.number + stage.days
    CROSS JOIN LATERAL (
        SELECT min(next.at) AS at FROM reports_step next
        WHERE next.report_id = stage.report_id AND next.seq > stage.seq
          AND (stage.action <> 'return' OR next.after NOT IN ('draft', 'to_sign'))
    ) AS passed
    WHERE due.day BETWEEN (%(after)s - %(slack)s)::date AND %(until)s::date
      AND least(passed.at, %(at)s) > (due.day + 1)::timestamp AT TIME ZONE '{ZONE.key}'
"""
