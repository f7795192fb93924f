"""What is known of the units that a ratio does not speak for: asked of the database in one statement."""

from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Unit
from reports import ranges
from reports.folds import SpaceFold
from reports.labels import ALL_LEVELS
from reports.models import Form, Indicator
from reports.workflow import Status

# The level's own ratios and denominators are those of the whole city, so that a district of which one commune has
# spoken is not bounded by that one. Who is set aside, or answers in another form, is not silent.
_SILENT = f"""
    WITH asked AS MATERIALIZED (
        SELECT report.id, report.unit_id, report.approved_id, unit.level,
               unit.path @> ARRAY[%(scope)s::bigint] AS within, upper.id AS upper_id, lower.id AS lower_id
        FROM reports_report report
        JOIN accounts_unit unit ON unit.id = report.unit_id
        JOIN reports_period period ON period.id = report.period_id
        JOIN reports_item upper ON upper.version_id = report.version_id AND upper.indicator_id = %(numerator)s
        JOIN reports_item lower ON lower.version_id = report.version_id AND lower.indicator_id = %(denominator)s
        WHERE report.form_id = %(form)s AND report.period_id = %(period)s AND report.status <> '{Status.EXEMPT}'
          AND (%(level)s = '' OR unit.level = %(level)s)
          AND NOT EXISTS (SELECT FROM reports_notapplicable aside
                          WHERE aside.unit_id = report.unit_id AND aside.indicator_id = ANY(%(parts)s)
                            AND aside.valid @> period.first_day)
          AND NOT EXISTS (SELECT FROM reports_source source
                          WHERE source.level = unit.level AND source.indicator_id = ANY(%(parts)s)
                            AND source.form_id <> report.form_id AND source.valid @> period.first_day)
          AND NOT EXISTS (SELECT FROM reports_item part
                          WHERE part.version_id = report.version_id AND part.indicator_id = ANY(%(parts)s)
                            AND EXISTS (SELECT FROM reports_item_asked_of named WHERE named.item_id = part.id)
                            AND NOT EXISTS (SELECT FROM reports_item_asked_of named
                                            WHERE named.item_id = part.id AND named.unit_id = report.unit_id))
    ), said AS MATERIALIZED (
        SELECT asked.unit_id, asked.level, asked.within, upper.number AS numerator, lower.number AS denominator
        FROM asked
        LEFT JOIN reports_value upper
            ON upper.revision_id = asked.approved_id AND upper.item_id = upper_id AND upper.row = %(row)s
        LEFT JOIN reports_value lower
            ON lower.revision_id = asked.approved_id AND lower.item_id = lower_id AND lower.row = %(row)s
    ), of_level AS (
        SELECT level, percentile_cont(0.5) WITHIN GROUP (ORDER BY denominator)::numeric(30, 6) AS median,
               min(numerator / nullif(denominator, 0)) AS lowest, max(numerator / nullif(denominator, 0)) AS highest
        FROM said WHERE numerator IS NOT NULL AND denominator IS NOT NULL
        GROUP BY level
    ), silent AS (
        SELECT said.level, before.number
        FROM said
        LEFT JOIN LATERAL (
            SELECT value.number
            FROM reports_report earlier
            JOIN reports_period period ON period.id = earlier.period_id
            JOIN reports_item item ON item.version_id = earlier.version_id AND item.indicator_id = %(denominator)s
            JOIN reports_value value
                ON value.revision_id = earlier.approved_id AND value.item_id = item.id AND value.row = %(row)s
            WHERE earlier.unit_id = said.unit_id AND earlier.form_id = %(form)s AND value.number IS NOT NULL
              AND period.last_day < (SELECT last_day FROM reports_period WHERE id = %(period)s)
            ORDER BY period.last_day DESC LIMIT 1
        ) AS before ON TRUE
        WHERE within AND (numerator IS NULL OR denominator IS NULL)
    )
    SELECT coalesce(sum(number), 0), count(*) - count(number), max(median), max(lowest), max(highest)
    FROM silent LEFT JOIN of_level USING (level)
    GROUP BY level
    ORDER BY level
"""  # noqa: S608  (only a status of our own is put into the statement)


def bounds_of(
    above: Indicator, below: Indicator, row: str, *, form: Form, period: int, scope: Unit, origin: str,
    numerator: Decimal | None, denominator: Decimal | None,
) -> ranges.Bounds | None:  # fmt: skip
    """Within which bounds a confirmed ratio of a period that is asked lies, given the silent units; one query.

    `above` and `below` are what it divides; None where these are no sums.
    """
    if {above.space_fold, below.space_fold} != {SpaceFold.SUM}:
        return None
    given: dict[str, Any] = {
        "form": form.pk,
        "period": period,
        "scope": scope.pk,
        "level": "" if origin == ALL_LEVELS else origin,
        "row": row,
        "numerator": above.pk,
        "denominator": below.pk,
        "parts": [above.pk, below.pk],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, given)
        levels = [ranges.Silent(*one) for one in cursor.fetchall()]
    return ranges.bounds(numerator, denominator, levels)
