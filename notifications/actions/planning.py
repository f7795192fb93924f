"""Plans notices: whoever owes a report is told each rung of its deadline once, and each change of the deadline once.

Everything is derived anew from the reports, their deadlines and the appointments in force, so a planner that was dead
for days catches up by running once, and any number of planners may run at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import Appointment
from notifications import ladder
from notifications.choices import Channel
from notifications.labels import DeliveryState
from reports import doorbell
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay, Report
from reports.workflow import OWED

_TELL = """
    WITH named AS ({named}), told AS (
        INSERT INTO notifications_notice (person_id, kind, report_id, occasion, rung, deadline, owed_at)
        SELECT person_id, kind, report_id, occasion, rung, deadline, %s
        FROM named
        WHERE NOT EXISTS (SELECT FROM notifications_notice already
                          WHERE (already.person_id, already.report_id, already.occasion)
                              = (named.person_id, named.report_id, named.occasion))
        ORDER BY person_id, report_id
        ON CONFLICT DO NOTHING
        RETURNING id, person_id
    ), sent AS (
        INSERT INTO notifications_delivery (notice_id, person_id, channel, state, due_at)
        SELECT told.id, told.person_id, %s, %s, %s
        FROM told JOIN accounts_user person ON person.id = told.person_id
        WHERE person.email <> ''
        ORDER BY told.id
    )
    SELECT count(*) FROM told
"""

_BY_LADDER = """
    SELECT DISTINCT ON (report.id, appointment.user_id)
           report.id AS report_id, appointment.user_id AS person_id, 'rung' AS kind, due.rung, due.occasion, due.deadline
    FROM unnest(%s::timestamptz[], %s::smallint[], %s::text[], %s::text[]) AS due (deadline, rung, occasion, role)
    JOIN reports_report report
        ON report.deadline = due.deadline AND report.status = ANY(%s) AND report.received_at IS NULL
    JOIN ({appointments}) appointment ON appointment.unit_id = report.unit_id AND appointment.role = due.role
    ORDER BY report.id, appointment.user_id, due.rung DESC
"""

_OF_CHANGES = """
    SELECT DISTINCT report.id AS report_id, appointment.user_id AS person_id, 'moved' AS kind, NULL::smallint AS rung,
           'moved:' || change.id AS occasion, report.deadline
    FROM reports_report report
    JOIN reports_deadlinechange change ON change.report_id = report.id AND change.after = report.deadline
    JOIN ({appointments}) appointment ON appointment.unit_id = report.unit_id AND appointment.role = ANY(%s)
    WHERE report.deadline > %s AND report.status = ANY(%s) AND report.received_at IS NULL
"""


@transaction.atomic
def plan(*, at: datetime) -> int:
    """Owe the notices of every rung that speaks at that instant, and of every deadline that was moved and is to come.

    Return how many people-and-reports were told anew. Told are those appointed at that instant to units whose report
    was never received: by the highest rung that names them, and once of each change of the deadline that still counts;
    an e-mail is owed as well to those who have an address. A report that came back is not owed by this deadline any
    more, but by that of its correction.
    """
    owed = [str(status) for status in OWED]
    rows = _due(at, CalendarDay.objects.as_calendar())
    told = _tell(_OF_CHANGES, after=[[str(role) for role in ladder.TOLD_OF_CHANGES], at, owed], at=at)
    if rows:
        told += _tell(_BY_LADDER, before=[*(list(column) for column in zip(*rows, strict=True)), owed], at=at)
    if told:
        doorbell.ring("notifications.tasks.deliver")
    return told


def _tell(named: str, *, before: Sequence[Any] = (), after: Sequence[Any] = (), at: datetime) -> int:
    """Owe a notice to all whom the statement names; the appointments stand between what is given before and after."""
    appointments, appointed = (
        Appointment.objects.in_force(at).order_by().values("user_id", "unit_id", "role").query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL.format(named=named.format(appointments=appointments)),
            [*before, *appointed, *after, at, Channel.EMAIL.value, DeliveryState.OWED.value, at],
        )
        (told,) = cursor.fetchone()
    return int(told)


def _due(at: datetime, calendar: WorkingCalendar) -> list[tuple[datetime, int, str, str]]:
    """Every deadline of which something may be told at that instant: (deadline, rung, occasion, role named)."""
    after, until = ladder.reach(at, calendar)
    deadlines = (
        Report.objects.owed()
        .filter(received_at=None, deadline__gt=after, deadline__lte=until)
        .order_by()
        .values_list("deadline", flat=True)
        .distinct()
    )
    return [
        (deadline, rung.days, rung.occasion(deadline), role)
        for deadline in deadlines
        for rung in ladder.fallen(deadline, at, calendar)
        for role in rung.roles
    ]
