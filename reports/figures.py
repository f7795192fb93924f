"""The roll-up engine: folds the values of standing revisions into figures, wherever marks say that something moved.

A change writes its marks in its own transaction. Whoever folds takes the marks of one (form, period) with SKIP LOCKED,
holds that cell's advisory lock, and only then reads: so of two folds of one cell the later always sees what the earlier
saw and more, and a fold that dies leaves its marks behind.
"""

import logging
from collections.abc import Iterable

from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from accounts.roles import Level
from reports.folds import SpaceFold
from reports.labels import ALL_LEVELS
from reports.models import Indicator, Mark, Report
from reports.workflow import STANDING, Status

logger = logging.getLogger(__name__)

_KEY = "period_id, form_id, scope_id, origin, indicator_id, row, state"
_MEASURES = "total, lowest, highest, numerator, denominator, count, expected, submitted, approved, without_data"
_ADDED = f"CASE {{}} WHEN '{SpaceFold.COUNT}' THEN (number <> 0)::integer ELSE number END"
_AGREED = "CASE WHEN NOT single OR sum(count) = 1 THEN sum({0}) END AS {0}"

# What is asked comes first: the items of a version, less the (unit, indicator) pairs that are set aside, which are few.
# Values are then read once a revision, by index whatever the planner's statistics say (OFFSET 0), and folded twice:
# within the nearest scope of their unit first, so that only these few parts are carried up the line of units.
# An indicator that is no ratio is both its own parts. `single` ones have one answering unit and no level of origin.
_FOLD = f"""
    WITH filed AS MATERIALIZED (
        SELECT unit.id AS unit_id, unit.parent_id, unit.path, unit.level, report.version_id, report.approved_id,
               CASE WHEN report.status = ANY(%(standing)s) THEN report.current_id ELSE report.approved_id END
                   AS standing_id
        FROM reports_report report
        JOIN accounts_unit unit ON unit.id = report.unit_id
        WHERE report.form_id = %(form)s AND report.period_id = %(period)s AND report.status <> '{Status.EXEMPT}'
    ), superior AS MATERIALIZED (
        SELECT DISTINCT unnest(path[:cardinality(path) - 1]) AS id FROM filed
    ), placed AS MATERIALIZED (
        SELECT coalesce(superior.id, filed.parent_id) AS area, level, unit_id, version_id, approved_id, standing_id
        FROM filed LEFT JOIN superior ON superior.id = filed.unit_id
    ), line AS MATERIALIZED (
        SELECT area.id AS area, scope.id AS scope_id
        FROM superior JOIN accounts_unit area USING (id) CROSS JOIN LATERAL unnest(area.path) AS scope (id)
        WHERE %(scopes)s::bigint[] IS NULL OR scope.id = ANY(%(scopes)s::bigint[])
    ), item AS MATERIALIZED (
        SELECT version_id, section_id, item.id AS item_id, indicator_id, space_fold AS fold,
               coalesce(numerator_id, indicator_id) AS above_id, coalesce(denominator_id, indicator_id) AS below_id
        FROM reports_item item JOIN reports_indicator indicator ON indicator.id = indicator_id
        WHERE version_id IN (SELECT version_id FROM filed)
    ), asked AS MATERIALIZED (
        SELECT item.*, section.id AS rows_of, section.shape, below.item_id AS below_item_id, below.fold AS below_fold,
               '{SpaceFold.NONE}' IN (above.fold, below.fold) AS single
        FROM item
        LEFT JOIN item above ON above.version_id = item.version_id AND above.indicator_id = item.above_id
        LEFT JOIN item below ON below.version_id = item.version_id AND below.indicator_id = item.below_id
        LEFT JOIN reports_section section ON section.id = above.section_id
    ), barred AS (
        SELECT unit_id, indicator_id
        FROM asked JOIN placed USING (version_id)
        WHERE item_id IN (SELECT item_id FROM reports_item_asked_of)
          AND (item_id, unit_id) NOT IN (SELECT item_id, unit_id FROM reports_item_asked_of)
        UNION ALL
        SELECT unit_id, indicator_id
        FROM reports_notapplicable
        WHERE valid @> (SELECT first_day FROM reports_period WHERE id = %(period)s)
        UNION ALL
        SELECT unit_id, indicator_id
        FROM reports_source JOIN placed USING (level)
        WHERE form_id <> %(form)s AND valid @> (SELECT first_day FROM reports_period WHERE id = %(period)s)
    ), aside AS MATERIALIZED (
        SELECT DISTINCT unit_id, bearing.indicator_id
        FROM barred
        JOIN (SELECT indicator_id, unnest(ARRAY[indicator_id, above_id, below_id]) AS part_id FROM asked) AS bearing
            ON bearing.part_id = barred.indicator_id
    ), read AS (
        SELECT area, level, unit_id, standing_id AS revision_id,
               standing_id IS NOT DISTINCT FROM approved_id AS confirmed, TRUE AS provisional
        FROM placed WHERE standing_id IS NOT NULL
        UNION ALL
        SELECT area, level, unit_id, approved_id, TRUE, FALSE FROM placed WHERE approved_id <> standing_id
    ), answered AS MATERIALIZED (
        SELECT read.*, version_id, indicator_id, single, value.row, {_ADDED.format("fold")} AS number
        FROM read
        CROSS JOIN LATERAL (SELECT item_id, row, number FROM reports_value
                            WHERE revision_id = read.revision_id AND number IS NOT NULL OFFSET 0) AS value
        JOIN asked USING (item_id)
        WHERE fold <> '{SpaceFold.RATIO}' AND (unit_id, indicator_id) NOT IN (SELECT unit_id, indicator_id FROM aside)
    ), row AS MATERIALIZED (
        SELECT version_id, indicator_id, coalesce(code, '') AS row, TRUE AS fixed
        FROM asked LEFT JOIN reports_row ON reports_row.section_id = rows_of AND shape = 'table'
        WHERE shape <> 'tasks' AND below_item_id IS NOT NULL
        UNION ALL
        SELECT DISTINCT asked.version_id, asked.indicator_id, answered.row, FALSE
        FROM asked JOIN answered ON answered.version_id = asked.version_id AND answered.indicator_id = above_id
        WHERE shape = 'tasks'
    ), given AS (
        SELECT area, level, confirmed, provisional, indicator_id, single, row, number,
               NULL::numeric AS numerator, NULL::numeric AS denominator
        FROM answered
        UNION ALL
        SELECT area, level, confirmed, provisional, ratio.indicator_id, ratio.single, upper.row, NULL,
               upper.number, lower.number
        FROM asked ratio
        JOIN answered upper ON upper.version_id = ratio.version_id AND upper.indicator_id = ratio.above_id
        CROSS JOIN LATERAL (SELECT {_ADDED.format("below_fold")} AS number FROM reports_value
                            WHERE revision_id = upper.revision_id AND item_id = below_item_id AND row = upper.row
                              AND number IS NOT NULL OFFSET 0) AS lower
        WHERE ratio.fold = '{SpaceFold.RATIO}'
          AND (upper.unit_id, ratio.indicator_id) NOT IN (SELECT unit_id, indicator_id FROM aside)
    ), part AS (
        SELECT area, level, confirmed, provisional, indicator_id, bool_or(single) AS single, row,
               sum(number) AS total, min(number) AS lowest, max(number) AS highest,
               sum(numerator) AS numerator, sum(denominator) AS denominator, count(*) AS count
        FROM given
        GROUP BY area, level, confirmed, provisional, indicator_id, row
    ), whole AS (
        SELECT scope_id, level, version_id,
               count(*) AS expected, count(standing_id) AS submitted, count(approved_id) AS approved
        FROM placed JOIN line USING (area)
        GROUP BY scope_id, level, version_id
    ), less AS (
        SELECT scope_id, level, version_id, indicator_id,
               count(*) AS expected, count(standing_id) AS submitted, count(approved_id) AS approved
        FROM placed JOIN aside USING (unit_id) JOIN line USING (area)
        GROUP BY scope_id, level, version_id, indicator_id
    ), carried AS (
        SELECT scope_id, level, confirmed, provisional, indicator_id, single, row,
               total, lowest, highest, numerator, denominator, count,
               FALSE AS fixed, 0 AS expected, 0 AS submitted, 0 AS approved
        FROM part JOIN line USING (area)
        UNION ALL
        SELECT scope_id, level, TRUE, TRUE, indicator_id, single, row,
               NULL, NULL, NULL, NULL, NULL, 0,
               fixed, (whole.expected - coalesce(less.expected, 0))::integer,
               (whole.submitted - coalesce(less.submitted, 0))::integer,
               (whole.approved - coalesce(less.approved, 0))::integer
        FROM whole
        JOIN asked USING (version_id)
        JOIN row USING (version_id, indicator_id)
        LEFT JOIN less USING (scope_id, level, version_id, indicator_id)
    ), fresh AS MATERIALIZED (
        SELECT scope_id, origin, indicator_id, row, state, {_AGREED.format("total")}, min(lowest) AS lowest,
               max(highest) AS highest, {_AGREED.format("numerator")}, {_AGREED.format("denominator")},
               sum(count) AS count, sum(expected) AS expected, sum(submitted) AS submitted, sum(approved) AS approved,
               CASE state WHEN 'confirmed' THEN sum(approved) ELSE sum(submitted) END - sum(count) AS without_data
        FROM carried
        JOIN LATERAL (VALUES (level, NOT single), ('{ALL_LEVELS}', NOT single), ('{Level.CITY}', single))
            AS place (origin, kept) ON kept
        JOIN LATERAL (VALUES ('confirmed', confirmed), ('provisional', provisional)) AS reading (state, holds) ON holds
        GROUP BY scope_id, origin, indicator_id, single, row, state
        HAVING sum(expected) > 0 AND (bool_or(fixed) OR sum(count) > 0)
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


def mark(indicator: Indicator, days: DateRange, *, unit: Unit | None = None, level: str = "") -> None:
    """Mark every report that asks this indicator, of this unit or level, in the periods whose window begins on `days`.

    To be called where the source of an indicator, or whom it does not concern, is entered, changed or withdrawn, in the
    transaction that does so; after a change for the days before and after it.
    """
    asking = Report.objects.filter(version__items__indicator=indicator, period__first_day__contained_by=days)
    if unit is not None:
        asking = asking.filter(unit=unit)
    if level:
        asking = asking.filter(unit__level=level)
    cells = asking.order_by().values_list("form", "period", "unit").distinct()
    Mark.objects.bulk_create(Mark(form_id=form, period_id=period, unit_id=unit) for form, period, unit in cells)


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
