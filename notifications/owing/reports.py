"""Which reports owe a notice, by what is told of them.

Each statement gives rows of subject_id, the units `own`, `superior` and `owner`, `occasion` and `deadline`; an event
adds `since`, a term the `key` and `day` by which its rungs are found. `{among}` narrows it to some subjects.
"""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from notifications.ladder import NoticeKind
from reports.workflow import Action, Status

# The superior of a report that nobody checks is the unit above; the owner's own reports are reviewed by its stand-in.
_UNITS = """
    report.unit_id AS own, coalesce(report.superior_id, unit.parent_id) AS superior,
    CASE report.unit_id WHEN owner.unit_id THEN owner.stand_in_id ELSE owner.unit_id END AS owner
"""
_PLACED = """
    JOIN accounts_unit unit ON unit.id = report.unit_id
    LEFT JOIN reports_formowner owner ON owner.form_id = report.form_id AND owner.valid @> %(today)s::date
"""
_NEVER_RECEIVED = "report.status = ANY(%(owed)s) AND report.received_at IS NULL"
_LADDER = "CASE WHEN report.form_id = ANY(%(own_ladders)s) THEN report.form_id ELSE 0 END"


def day_of(instant: str) -> str:
    """The day that an instant belongs to, as calendars.due_day has it."""
    return f"(({instant} - interval '1 microsecond') AT TIME ZONE %(zone)s)::date"


_WITHIN_REACH = "report.deadline > %(after)s AND report.deadline <= %(until)s"

_RUNG = f"""
    SELECT report.id AS subject_id, {_UNITS}, 'rung:' AS occasion, report.deadline,
           {_LADDER} AS key, {day_of("report.deadline")} AS day
    FROM reports_report report {_PLACED}
    WHERE {_NEVER_RECEIVED} AND {_WITHIN_REACH} {{among}}
"""

_OVERDUE_LIST = f"""
    SELECT report.form_id AS subject_id, NULL::bigint AS own, NULL::bigint AS superior, owner.unit_id AS owner,
           'overdue:' AS occasion, max(report.deadline) AS deadline,
           {_LADDER} AS key, {day_of("report.deadline")} AS day
    FROM reports_report report
    LEFT JOIN reports_formowner owner ON owner.form_id = report.form_id AND owner.valid @> %(today)s::date
    WHERE {_NEVER_RECEIVED} AND {_WITHIN_REACH} {{among}}
    GROUP BY report.form_id, owner.unit_id, key, day
"""

# When a report that is asked for by hand was opened is not kept: it is told of until it is due.
_OPENED = f"""
    SELECT report.id AS subject_id, {_UNITS}, 'opened' AS occasion, report.deadline,
           CASE WHEN opening.by_hand THEN %(at)s ELSE opening.at END AS since
    FROM reports_report report {_PLACED}
    JOIN reports_period period ON period.id = report.period_id
    JOIN reports_formversion version ON version.id = report.version_id
    CROSS JOIN LATERAL (SELECT version.kind = 'ad_hoc' OR version.frequency = 'once' AS by_hand,
                               (period.first_day + version.opens_after)::timestamp AT TIME ZONE %(zone)s AS at) opening
    WHERE report.status = '{Status.DRAFT}' AND report.received_at IS NULL AND report.deadline > %(at)s
      AND (opening.by_hand OR (opening.at > %(not_before)s AND opening.at <= %(at)s)) {{among}}
"""

_MOVED = f"""
    SELECT report.id AS subject_id, {_UNITS}, 'moved:' || change.id AS occasion, report.deadline,
           change.recorded_at AS since
    FROM reports_report report {_PLACED}
    JOIN reports_deadlinechange change ON change.report_id = report.id AND change.after = report.deadline
    WHERE {_NEVER_RECEIVED} AND report.deadline > %(at)s AND change.recorded_at > %(not_before)s {{among}}
"""

_NOTHING_SINCE = """
    NOT EXISTS (SELECT FROM reports_step later WHERE later.report_id = step.report_id AND later.seq > step.seq)
"""

_RETURNED = f"""
    SELECT report.id AS subject_id, {_UNITS}, 'returned:' || step.id AS occasion, revision.due_at AS deadline,
           step.at AS since
    FROM reports_step step
    JOIN reports_report report ON report.id = step.report_id {_PLACED}
    JOIN reports_revision revision ON revision.id = report.current_id
    WHERE step.action = '{Action.RETURN}' AND step.at > %(not_before)s AND report.status = '{Status.DRAFT}'
      AND {_NOTHING_SINCE} {{among}}
"""

_CORRECTION_DUE = f"""
    SELECT report.id AS subject_id, {_UNITS}, 'correction:' || revision.id || ':' AS occasion,
           revision.due_at AS deadline, 0 AS key, {day_of("revision.due_at")} AS day
    FROM reports_report report {_PLACED}
    JOIN reports_revision revision ON revision.id = report.current_id
    WHERE report.status = ANY(%(owed)s) AND revision.due_at > %(at)s AND revision.due_at <= %(until)s {{among}}
"""

_STAGE = f"""
    FROM reports_step step
    JOIN reports_report report ON report.id = step.report_id {_PLACED}
    JOIN reports_formversion version ON version.id = report.version_id
    WHERE step.at > %(after)s AND step.after = report.status AND {_NOTHING_SINCE} {{among}}
"""
_SINCE = "(step.at AT TIME ZONE %(zone)s)::date"

_TO_SIGN = f"""
    SELECT report.id AS subject_id, {_UNITS}, 'to_sign:' || step.id || ':' AS occasion, NULL::timestamptz AS deadline,
           %(signing_days)s AS key, {_SINCE} AS day
    {_STAGE} AND report.status = '{Status.TO_SIGN}'
"""

_TURN_OF_SUPERIOR = f"report.status = '{Status.SUBMITTED}' AND report.superior_id IS NOT NULL"


def _review(occasion: str) -> str:
    """Reports kept by whoever reviews them now: `own` is that unit."""
    return f"""
        SELECT subject_id, CASE WHEN checks THEN superior ELSE owner END AS own, superior, owner, occasion,
               NULL::timestamptz AS deadline, CASE WHEN checks THEN superior_days ELSE owner_days END AS key, day
        FROM (SELECT report.id AS subject_id, {_UNITS}, '{occasion}:' || step.id || ':' AS occasion,
                     {_TURN_OF_SUPERIOR} AS checks, version.superior_days, version.owner_days, {_SINCE} AS day
              {_STAGE} AND report.status IN ('{Status.SUBMITTED}', '{Status.CHECKED}') AND NOT report.on_paper) stage
    """


STATEMENTS = {
    NoticeKind.RUNG: _RUNG,
    NoticeKind.OVERDUE_LIST: _OVERDUE_LIST,
    NoticeKind.OPENED: _OPENED,
    NoticeKind.MOVED: _MOVED,
    NoticeKind.RETURNED: _RETURNED,
    NoticeKind.CORRECTION_DUE: _CORRECTION_DUE,
    NoticeKind.TO_SIGN: _TO_SIGN,
    NoticeKind.REVIEW_OVERDUE: _review("review"),
    NoticeKind.REVIEW_OVERDUE_HEAD: _review("review_head"),
}
