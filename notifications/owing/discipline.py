"""Which lapses and standing lists owe a notice; the rows are those of owing.reports.

A lapse belongs to the unit that kept a report too long, whether it reports or reviews; the owner's own lapses are
decided by its stand-in.
"""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from notifications.ladder import NoticeKind
from notifications.owing.reports import day_of

_UNITS = """
    lapse.unit_id AS own, unit.parent_id AS superior,
    CASE lapse.unit_id WHEN owner.unit_id THEN owner.stand_in_id ELSE owner.unit_id END AS owner
"""
_PLACED = """
    JOIN accounts_unit unit ON unit.id = lapse.unit_id
    JOIN reports_report report ON report.id = lapse.report_id
    LEFT JOIN reports_formowner owner ON owner.form_id = report.form_id AND owner.valid @> %(today)s::date
"""

_ASKED = f"""
    SELECT lapse.id AS subject_id, {_UNITS}, 'lapse_asked' AS occasion, lapse.explain_by AS deadline,
           lapse.asked_at AS since
    FROM reports_lapse lapse {_PLACED}
    WHERE lapse.asked_at > %(not_before)s
      AND NOT EXISTS (SELECT FROM reports_explanation said WHERE said.lapse_id = lapse.id) {{among}}
"""

_EXPLAINED = f"""
    SELECT lapse.id AS subject_id, {_UNITS}, 'explained:' || said.id AS occasion, NULL::timestamptz AS deadline,
           said.at AS since
    FROM reports_explanation said
    JOIN reports_lapse lapse ON lapse.id = said.lapse_id {_PLACED}
    WHERE said.at > %(not_before)s
      AND NOT EXISTS (SELECT FROM reports_explanation later
                      WHERE later.lapse_id = lapse.id AND (later.at, later.id) > (said.at, said.id))
      AND NOT EXISTS (SELECT FROM reports_ruling ruling WHERE ruling.lapse_id = lapse.id AND ruling.at >= said.at)
      {{among}}
"""

_RULED = f"""
    SELECT lapse.id AS subject_id, {_UNITS}, 'ruled:' || ruling.id AS occasion, NULL::timestamptz AS deadline,
           ruling.at AS since
    FROM reports_ruling ruling
    JOIN reports_lapse lapse ON lapse.id = ruling.lapse_id {_PLACED}
    WHERE ruling.at > %(not_before)s
      AND NOT EXISTS (SELECT FROM reports_ruling later
                      WHERE later.lapse_id = lapse.id AND (later.at, later.id) > (ruling.at, ruling.id)) {{among}}
"""


def _listed(occasion: str, deadline: str, since: str, only: str) -> str:
    """Every unit that stands in a list, with the list."""
    return f"""
        SELECT DISTINCT listed.id AS subject_id, lapse.unit_id AS own, NULL::bigint AS superior, NULL::bigint AS owner,
               '{occasion}' AS occasion, {deadline}::timestamptz AS deadline, listed.{since} AS since
        FROM reports_standinglist listed
        JOIN reports_lapse lapse ON date_trunc('month', {day_of("lapse.due")}) = listed.month
        WHERE listed.{since} > %(not_before)s AND {only} {{among}}
    """


STATEMENTS = {
    NoticeKind.LAPSE_ASKED: _ASKED,
    NoticeKind.LAPSE_EXPLAINED: _EXPLAINED,
    NoticeKind.LAPSE_RULED: _RULED,
    NoticeKind.LIST_ANNOUNCED: _listed(
        "announced", "listed.correct_by", "announced_at", "listed.issued_at IS NULL AND listed.correct_by > %(at)s"
    ),
    NoticeKind.LIST_ISSUED: _listed("issued", "NULL", "issued_at", "TRUE"),
}
