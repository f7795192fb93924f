"""Opens periods: one report for every unit that owes one, with all its terms pinned."""

from datetime import datetime

from django.db import connection, transaction

from accounts.roles import Level
from reports import calendars, doorbell
from reports.models import CalendarDay, FormVersion, Period
from reports.periods import Frequency, PeriodCode, WindowRule

_OPEN = """
    WITH terms AS (
        SELECT *
        FROM unnest(%(levels)s::text[], %(signed)s::boolean[], %(checked)s::boolean[], %(deadlines)s::timestamptz[])
            AS terms (level, signed, checked_above, deadline)
    ), missing AS (
        SELECT nextval(pg_get_serial_sequence('reports_report', 'id')) AS report_id,
               nextval(pg_get_serial_sequence('reports_revision', 'id')) AS revision_id,
               unit.id AS unit_id, terms.signed, terms.deadline,
               CASE WHEN terms.checked_above THEN unit.parent_id END AS superior_id
        FROM accounts_unit unit JOIN terms USING (level)
        WHERE unit.valid @> %(last_day)s::date
          AND NOT EXISTS (SELECT FROM reports_report
                          WHERE form_id = %(form)s AND period_id = %(period)s AND unit_id = unit.id)
    ), opened AS (
        INSERT INTO reports_report (id, unit_id, form_id, version_id, period_id, superior_id, signed, status, edit,
                                    first_deadline, deadline, current_id)
        SELECT report_id, unit_id, %(form)s, %(version)s, %(period)s, superior_id, signed, 'draft', 1,
               deadline, deadline, revision_id
        FROM missing
        ON CONFLICT DO NOTHING
        RETURNING id, unit_id, current_id
    ), blank AS (
        INSERT INTO reports_revision (id, report_id, number, cause, digest)
        SELECT current_id, id, 1, 'opening', '' FROM opened
    )
    INSERT INTO reports_mark (form_id, period_id, unit_id) SELECT %(form)s, %(period)s, unit_id FROM opened
"""


@transaction.atomic
def open_period(version: FormVersion, code: PeriodCode) -> int:
    """Create the reports that units owe to this version of a form for one period; return how many were created.

    Respondents are the units in force on the last day of the data window. Safe to repeat: reports that exist stay as
    they are, and units added since are caught up.
    """
    rule = WindowRule(version.window_rule)
    window = code.window(rule)
    period, _ = Period.objects.get_or_create(
        rule=rule,
        code=code.code,
        defaults={"frequency": code.frequency, "first_day": window.first, "last_day": window.last},
    )
    respondents = list(version.respondents.all())
    due = calendars.deadlines(
        {Level(one.level): calendars.WorkingDaysAfter(one.working_days) for one in respondents},
        code,
        window,
        CalendarDay.objects.as_calendar(),
        checked=[Level(one.level) for one in respondents if one.checked_above],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "form": version.form_id,
                "version": version.pk,
                "period": period.pk,
                "last_day": window.last,
                "levels": [one.level for one in respondents],
                "signed": [one.signed for one in respondents],
                "checked": [one.checked_above for one in respondents],
                "deadlines": [due[Level(one.level)] for one in respondents],
            },
        )
        created: int = cursor.rowcount
    if created:
        doorbell.ring("reports.tasks.fold_figures")
    return created


def open_due_periods(*, at: datetime) -> int:
    """Open every period whose data window has begun; return how many reports were created.

    The running period is always looked at again, so that units added late are caught up; an earlier one only while it
    has not been opened.
    """
    created = 0
    versions = FormVersion.objects.filter(valid__startswith__lte=at.date()).exclude(frequency=Frequency.ONCE)
    for version in versions.prefetch_related("respondents"):
        opened = set(
            Period.objects.filter(reports__version=version).order_by().values_list("code", flat=True).distinct()
        )
        running = PeriodCode.of(at.date(), Frequency(version.frequency), WindowRule(version.window_rule))
        for code in codes_of(version, until=running):
            if code == running or code.code not in opened:
                created += open_period(version, code)
    return created


def codes_of(version: FormVersion, *, until: PeriodCode) -> list[PeriodCode]:
    """The periods whose data window begins while the version holds, up to and including `until`."""
    rule = WindowRule(version.window_rule)
    codes = []
    code = PeriodCode.of(version.valid.lower, until.frequency, rule)
    if code.window(rule).first < version.valid.lower:
        code = code.next
    while code <= until and (version.valid.upper is None or code.window(rule).first < version.valid.upper):
        codes.append(code)
        code = code.next
    return codes
