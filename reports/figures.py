"""The roll-up engine: folds the values of standing revisions into figures, wherever marks say that something moved.

A change writes its marks in its own transaction. Whoever folds takes the marks of one (form, period) with SKIP LOCKED,
holds that cell's advisory lock, and only then reads: so of two folds of one cell the later always sees what the earlier
saw and more, and a fold that dies leaves its marks behind.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from reports.labels import ALL_LEVELS
from reports.models import Mark, Report
from reports.workflow import STANDING

_KEY = "period_id, form_id, scope_id, origin, indicator_id, row, state"
_MEASURES = "total, lowest, highest, numerator, denominator, count, expected, submitted, approved, without_data"

_FOLD = f"""
    WITH filed AS MATERIALIZED (
        SELECT report.id AS report_id, unit.level, scope.id AS scope_id, report.approved_id,
               CASE WHEN report.status = ANY(%(standing)s) THEN report.current_id ELSE report.approved_id END
                   AS standing_id
        FROM reports_report report
        JOIN accounts_unit unit ON unit.id = report.unit_id
        CROSS JOIN LATERAL unnest(unit.path) AS scope (id)
        WHERE report.form_id = %(form)s AND report.period_id = %(period)s
          AND (%(scopes)s::bigint[] IS NULL OR scope.id = ANY(%(scopes)s::bigint[]))
          AND EXISTS (SELECT FROM accounts_unit child WHERE child.parent_id = scope.id)
    ), counted AS (
        SELECT scope_id, coalesce(level, '{ALL_LEVELS}') AS origin,
               count(*) AS expected, count(standing_id) AS submitted, count(approved_id) AS approved
        FROM filed GROUP BY GROUPING SETS ((scope_id, level), (scope_id))
    ), read AS MATERIALIZED (
        SELECT scope_id, level, state, revision_id
        FROM filed CROSS JOIN LATERAL (VALUES ('confirmed', approved_id), ('provisional', standing_id))
            AS reading (state, revision_id)
        WHERE revision_id IS NOT NULL
    ), asked AS (
        SELECT DISTINCT item.indicator_id FROM reports_item item
        WHERE item.version_id IN (SELECT version_id FROM reports_report
                                  WHERE form_id = %(form)s AND period_id = %(period)s)
    ), answered AS (
        SELECT read.scope_id, read.level, read.state, item.indicator_id, value.row, value.number,
               NULL::numeric AS numerator, NULL::numeric AS denominator
        FROM read
        JOIN reports_value value ON value.revision_id = read.revision_id AND value.number IS NOT NULL
        JOIN reports_item item ON item.id = value.item_id
        UNION ALL
        SELECT read.scope_id, read.level, read.state, ratio.id, upper.row, NULL, upper.number, lower.number
        FROM asked
        JOIN reports_indicator ratio ON ratio.id = asked.indicator_id AND ratio.numerator_id IS NOT NULL
        JOIN reports_item upper_item ON upper_item.indicator_id = ratio.numerator_id
        JOIN reports_item lower_item ON lower_item.indicator_id = ratio.denominator_id
            AND lower_item.version_id = upper_item.version_id
        CROSS JOIN read
        JOIN reports_value upper ON upper.revision_id = read.revision_id AND upper.item_id = upper_item.id
            AND upper.number IS NOT NULL
        JOIN reports_value lower ON lower.revision_id = read.revision_id AND lower.item_id = lower_item.id
            AND lower.row = upper.row AND lower.number IS NOT NULL
    ), folded AS (
        SELECT scope_id, coalesce(level, '{ALL_LEVELS}') AS origin, state, indicator_id, row,
               sum(number) AS total, min(number) AS lowest, max(number) AS highest,
               sum(numerator) AS numerator, sum(denominator) AS denominator, count(*) AS count
        FROM answered
        GROUP BY GROUPING SETS ((scope_id, level, state, indicator_id, row), (scope_id, state, indicator_id, row))
    )
    INSERT INTO reports_figure AS stored ({_KEY}, {_MEASURES})
    SELECT %(period)s, %(form)s, scope_id, origin, indicator_id, coalesce(row, ''), state,
           total, lowest, highest, numerator, denominator, coalesce(count, 0), expected, submitted, approved,
           CASE state WHEN 'confirmed' THEN approved ELSE submitted END - coalesce(count, 0)
    FROM counted
    CROSS JOIN asked
    CROSS JOIN (VALUES ('confirmed'), ('provisional')) AS states (state)
    LEFT JOIN folded USING (scope_id, origin, indicator_id, state)
    ORDER BY scope_id, origin, indicator_id, state
    ON CONFLICT ({_KEY}) DO UPDATE SET ({_MEASURES}) = ROW (
        {", ".join(f"excluded.{measure}" for measure in _MEASURES.split(", "))})
    WHERE ({", ".join(f"stored.{measure}" for measure in _MEASURES.split(", "))})
        IS DISTINCT FROM ({", ".join(f"excluded.{measure}" for measure in _MEASURES.split(", "))})
"""  # noqa: S608  (only the module's own words are put in)

_TAKE = """
    DELETE FROM reports_mark
    WHERE id IN (SELECT id FROM reports_mark WHERE form_id = %s AND period_id = %s FOR UPDATE SKIP LOCKED)
    RETURNING unit_id
"""


def fold_marked() -> int:
    """Fold every cell that has marks, each in its own transaction; return how many (form, period) cells were folded."""
    cells = 0
    while _fold_next():
        cells += 1
    return cells


@transaction.atomic
def _fold_next() -> bool:
    mark = Mark.objects.select_for_update(skip_locked=True).order_by("pk").values("form_id", "period_id").first()
    if mark is None:
        return False
    form, period = mark["form_id"], mark["period_id"]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [form, period])
        units = [unit for (unit,) in cursor.fetchall()]
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
        return cursor.rowcount


def rebuild() -> int:
    """Fold everything that was ever opened anew, cell by cell; return how many figures changed."""
    changed = 0
    for form, period in Report.objects.order_by("form", "period").values_list("form", "period").distinct():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [form, period])
            changed += fold(form, period)
    return changed
