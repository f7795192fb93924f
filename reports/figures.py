"""The roll-up engine: folds the values of standing revisions into figures, wherever marks say that something moved.

A change writes its marks in its own transaction. Whoever folds takes the marks of one (form, period) with SKIP LOCKED,
holds that cell's advisory lock, and only then reads: so of two folds of one cell the later always sees what the earlier
saw and more, and a fold that dies leaves its marks behind.
"""

import logging
from collections.abc import Iterable

from django.db import DatabaseError, connection, transaction

from reports.labels import ALL_LEVELS
from reports.models import Mark, Report
from reports.workflow import STANDING

logger = logging.getLogger(__name__)

_KEY = "period_id, form_id, scope_id, origin, indicator_id, row, state"
_MEASURES = "total, lowest, highest, numerator, denominator, count, expected, submitted, approved, without_data"

# Values are read once a revision, by index whatever the planner's statistics say (OFFSET 0), and folded twice: within
# the nearest scope of their unit first, so that only these few parts are carried up the line of units.
_FOLD = f"""
    WITH filed AS MATERIALIZED (
        SELECT unit.id AS unit_id, unit.parent_id, unit.path, unit.level, report.version_id, report.approved_id,
               CASE WHEN report.status = ANY(%(standing)s) THEN report.current_id ELSE report.approved_id END
                   AS standing_id
        FROM reports_report report
        JOIN accounts_unit unit ON unit.id = report.unit_id
        WHERE report.form_id = %(form)s AND report.period_id = %(period)s
    ), superior AS MATERIALIZED (
        SELECT DISTINCT unnest(path[:cardinality(path) - 1]) AS id FROM filed
    ), placed AS MATERIALIZED (
        SELECT coalesce(superior.id, filed.parent_id) AS area, level, approved_id, standing_id
        FROM filed LEFT JOIN superior ON superior.id = filed.unit_id
    ), line AS MATERIALIZED (
        SELECT area.id AS area, scope.id AS scope_id
        FROM superior JOIN accounts_unit area USING (id) CROSS JOIN LATERAL unnest(area.path) AS scope (id)
        WHERE %(scopes)s::bigint[] IS NULL OR scope.id = ANY(%(scopes)s::bigint[])
    ), counted AS (
        SELECT scope_id, coalesce(level, '{ALL_LEVELS}') AS origin,
               count(*) AS expected, count(standing_id) AS submitted, count(approved_id) AS approved
        FROM placed JOIN line USING (area)
        GROUP BY GROUPING SETS ((scope_id, level), (scope_id))
    ), read AS (
        SELECT area, level, standing_id AS revision_id,
               standing_id IS NOT DISTINCT FROM approved_id AS confirmed, TRUE AS provisional
        FROM placed WHERE standing_id IS NOT NULL
        UNION ALL
        SELECT area, level, approved_id, TRUE, FALSE FROM placed WHERE approved_id <> standing_id
    ), answered AS MATERIALIZED (
        SELECT read.*, item.version_id, item.indicator_id, value.row, value.number
        FROM read
        CROSS JOIN LATERAL (SELECT item_id, row, number FROM reports_value
                            WHERE revision_id = read.revision_id AND number IS NOT NULL OFFSET 0) AS value
        JOIN reports_item item ON item.id = value.item_id
    ), asked AS MATERIALIZED (
        SELECT DISTINCT version_id, indicator_id FROM reports_item WHERE version_id IN (SELECT version_id FROM filed)
    ), given AS (
        SELECT area, level, confirmed, provisional, indicator_id, row, number,
               NULL::numeric AS numerator, NULL::numeric AS denominator
        FROM answered
        UNION ALL
        SELECT area, level, confirmed, provisional, ratio.id, upper.row, NULL, upper.number, lower.number
        FROM asked
        JOIN reports_indicator ratio ON ratio.id = asked.indicator_id AND ratio.numerator_id IS NOT NULL
        JOIN answered upper ON upper.version_id = asked.version_id AND upper.indicator_id = ratio.numerator_id
        JOIN reports_item below ON below.version_id = asked.version_id AND below.indicator_id = ratio.denominator_id
        CROSS JOIN LATERAL (SELECT number FROM reports_value
                            WHERE revision_id = upper.revision_id AND item_id = below.id AND row = upper.row
                              AND number IS NOT NULL OFFSET 0) AS lower
    ), part AS (
        SELECT area, level, confirmed, provisional, indicator_id, row,
               sum(number) AS total, min(number) AS lowest, max(number) AS highest,
               sum(numerator) AS numerator, sum(denominator) AS denominator, count(*) AS count
        FROM given
        GROUP BY area, level, confirmed, provisional, indicator_id, row
    ), folded AS (
        SELECT scope_id, coalesce(level, '{ALL_LEVELS}') AS origin, state, indicator_id, row,
               sum(total) AS total, min(lowest) AS lowest, max(highest) AS highest,
               sum(numerator) AS numerator, sum(denominator) AS denominator, sum(count)::integer AS count
        FROM part
        JOIN line USING (area)
        JOIN LATERAL (VALUES ('confirmed', confirmed), ('provisional', provisional)) AS reading (state, holds) ON holds
        GROUP BY GROUPING SETS ((scope_id, level, state, indicator_id, row), (scope_id, state, indicator_id, row))
    ), fresh AS MATERIALIZED (
        SELECT scope_id, origin, indicator_id, coalesce(row, '') AS row, state,
               total, lowest, highest, numerator, denominator,
               coalesce(count, 0) AS count, expected, submitted, approved,
               CASE state WHEN 'confirmed' THEN approved ELSE submitted END - coalesce(count, 0) AS without_data
        FROM counted
        CROSS JOIN (SELECT DISTINCT indicator_id FROM asked) AS every
        CROSS JOIN (VALUES ('confirmed'), ('provisional')) AS states (state)
        LEFT JOIN folded USING (scope_id, origin, indicator_id, state)
    ), gone AS (
        DELETE FROM reports_figure stored
        WHERE period_id = %(period)s AND form_id = %(form)s
          AND (%(scopes)s::bigint[] IS NULL OR scope_id = ANY(%(scopes)s::bigint[]))
          AND NOT EXISTS (SELECT FROM fresh
                          WHERE (fresh.scope_id, fresh.origin, fresh.indicator_id, fresh.row, fresh.state)
                              = (stored.scope_id, stored.origin, stored.indicator_id, stored.row, stored.state))
        RETURNING id
    ), written AS (
        INSERT INTO reports_figure AS stored ({_KEY}, {_MEASURES})
        SELECT %(period)s, %(form)s, scope_id, origin, indicator_id, row, state, {_MEASURES}
        FROM fresh
        ORDER BY scope_id, origin, indicator_id, row, state
        ON CONFLICT ({_KEY}) DO UPDATE SET ({_MEASURES}) = ROW (
            {", ".join(f"excluded.{measure}" for measure in _MEASURES.split(", "))})
        WHERE ({", ".join(f"stored.{measure}" for measure in _MEASURES.split(", "))})
            IS DISTINCT FROM ({", ".join(f"excluded.{measure}" for measure in _MEASURES.split(", "))})
        RETURNING id
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""  # noqa: S608  (only the module's own words are put in)

_TAKE = """
    DELETE FROM reports_mark
    WHERE id IN (SELECT id FROM reports_mark WHERE form_id = %s AND period_id = %s FOR UPDATE SKIP LOCKED)
    RETURNING unit_id
"""


def fold_marked() -> int:
    """Fold every cell that has marks, each in its own transaction; return how many (form, period) cells were folded.

    A cell that cannot be folded keeps its marks and is logged; it does not keep the others from being folded.
    """
    folded = 0
    for form, period in Mark.objects.order_by("form", "period").values_list("form", "period").distinct():
        try:
            folded += _fold_cell(form, period)
        except DatabaseError:
            logger.exception("figures not folded: form=%s period=%s", form, period)
    return folded


@transaction.atomic
def _fold_cell(form: int, period: int) -> bool:
    """Take the marks of one cell that nobody else has taken, and fold it; whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [form, period])
        units = [unit for (unit,) in cursor.fetchall()]
        if not units:
            return False
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [form, period])
        cursor.execute("SELECT DISTINCT unnest(path) FROM accounts_unit WHERE id = ANY(%s)", [units])
        fold(form, period, [scope for (scope,) in cursor.fetchall()])
    return True


def fold(form: int, period: int, scopes: Iterable[int] | None = None) -> int:
    """Fold one form and period anew for these scopes, or for all; return how many figures changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLD,
            {
                "form": form,
                "period": period,
                "scopes": None if scopes is None else list(scopes),
                "standing": [str(status) for status in STANDING],
            },
        )
        (changed,) = cursor.fetchone() or (0,)
        return int(changed)


def rebuild() -> int:
    """Fold everything that was ever opened anew, cell by cell; return how many figures changed."""
    changed = 0
    for form, period in Report.objects.order_by("form", "period").values_list("form", "period").distinct():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [form, period])
            changed += fold(form, period)
    return changed
