"""The statement that folds one form and period into figures, for all scopes or only along the line of some units.

It comes in two kinds, which share everything but how a unit's numbers come about. A period that is asked reads them as
they were reported. A longer one folds them over its shorter periods first, unit by unit: flows add up, of stocks the
first or last known is taken, and what is computed is computed again from its folded parts.
"""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from accounts.roles import Level
from reports.folds import SpaceFold, TimeFold
from reports.labels import ALL_LEVELS
from reports.workflow import State, Status

KEY = "period_id, form_id, scope_id, origin, indicator_id, row, state"
MEASURES = "total, lowest, highest, numerator, denominator, count, units, expected, submitted, approved, without_data"

ANY_ROW = "*"
"""Stands for the rows of tasks, which are whatever is answered."""

_ADDED = f"CASE {{}} WHEN '{SpaceFold.COUNT}' THEN ({{}} <> 0)::integer ELSE {{}} END"
_AGREED = "CASE WHEN NOT single OR sum(units) = 1 THEN sum({0}) END AS {0}"
_STOCKS = f"('{TimeFold.FIRST}', '{TimeFold.LAST}')"


def _added(fold: str, number: str) -> str:
    return _ADDED.format(fold, number, number)


# What is asked comes first: the items of a version, less the (report, indicator) pairs that are set aside, which are
# few. Values are then read once a revision, by index whatever the planner's statistics say (OFFSET 0), and folded
# twice: within the nearest scope of their unit first, so that only these few parts are carried up the line of units.
# Where only some scopes are asked for, those beside them are not read anew: their stored figures are carried up.
# An indicator that is no ratio is both its own parts. `single` ones have one answering unit and no level of origin. The
# row of a task expects the reports that speak of it, which are those of its lead.
_ASKED = f"""
    WITH beside AS MATERIALIZED (
        SELECT stored.*, unit.parent_id AS area
        FROM reports_figure stored
        JOIN accounts_unit unit ON unit.id = stored.scope_id
        WHERE stored.period_id = %(period)s AND stored.form_id = %(form)s AND origin <> '{ALL_LEVELS}'
          AND unit.parent_id = ANY(%(scopes)s::bigint[]) AND unit.id <> ALL(%(scopes)s::bigint[])
    ), filed AS MATERIALIZED (
        SELECT report.id AS report_id, period.first_day, unit.id AS unit_id, unit.parent_id, unit.path, unit.level,
               report.version_id,
               CASE report.id WHEN %(approving)s::bigint THEN report.current_id ELSE report.approved_id END
                   AS approved_id,
               CASE WHEN report.status = ANY(%(standing)s) THEN report.current_id ELSE report.approved_id END
                   AS standing_id
        FROM reports_report report
        JOIN reports_period period ON period.id = report.period_id
        JOIN accounts_unit unit ON unit.id = report.unit_id
        WHERE report.form_id = %(form)s AND report.period_id = ANY(%(periods)s) AND report.status <> '{Status.EXEMPT}'
          AND (%(scopes)s::bigint[] IS NULL
               OR unit.id = ANY(%(scopes)s::bigint[]) OR unit.parent_id = ANY(%(scopes)s::bigint[]))
    ), superior AS MATERIALIZED (
        SELECT DISTINCT unnest(path[:cardinality(path) - 1]) AS id FROM filed
        UNION SELECT scope_id FROM beside
        UNION SELECT area FROM beside
    ), placed AS MATERIALIZED (
        SELECT coalesce(superior.id, filed.parent_id) AS area, level, report_id, unit_id, version_id, first_day,
               first_day = %(last)s::date AS last, approved_id, standing_id
        FROM filed LEFT JOIN superior ON superior.id = filed.unit_id
        WHERE %(scopes)s::bigint[] IS NULL OR coalesce(superior.id, filed.parent_id) = ANY(%(scopes)s::bigint[])
    ), line AS MATERIALIZED (
        SELECT area.id AS area, scope.id AS scope_id
        FROM superior JOIN accounts_unit area USING (id) CROSS JOIN LATERAL unnest(area.path) AS scope (id)
        WHERE %(scopes)s::bigint[] IS NULL
           OR (area.id = ANY(%(scopes)s::bigint[]) AND scope.id = ANY(%(scopes)s::bigint[]))
    ), item AS MATERIALIZED (
        SELECT version_id, section_id, item.id AS item_id, indicator_id, space_fold AS fold, time_fold,
               coalesce(numerator_id, indicator_id) AS above_id, coalesce(denominator_id, indicator_id) AS below_id
        FROM reports_item item JOIN reports_indicator indicator ON indicator.id = indicator_id
        WHERE version_id IN (SELECT version_id FROM placed)
    ), asked AS MATERIALIZED (
        SELECT item.*, section.id AS rows_of, section.shape, below.item_id AS below_item_id, above.fold AS above_fold,
               below.fold AS below_fold, '{SpaceFold.NONE}' IN (above.fold, below.fold) AS single
        FROM item
        LEFT JOIN item above ON above.version_id = item.version_id AND above.indicator_id = item.above_id
        LEFT JOIN item below ON below.version_id = item.version_id AND below.indicator_id = item.below_id
        LEFT JOIN reports_section section ON section.id = above.section_id
    ), barred AS (
        SELECT report_id, indicator_id
        FROM asked JOIN placed USING (version_id)
        WHERE item_id IN (SELECT item_id FROM reports_item_asked_of)
          AND (item_id, unit_id) NOT IN (SELECT item_id, unit_id FROM reports_item_asked_of)
        UNION ALL
        SELECT report_id, indicator_id
        FROM reports_notapplicable JOIN placed USING (unit_id)
        WHERE valid @> first_day
        UNION ALL
        SELECT report_id, indicator_id
        FROM reports_source JOIN placed USING (level)
        WHERE form_id <> %(form)s AND valid @> first_day
    ), aside AS MATERIALIZED (
        SELECT DISTINCT report_id, bearing.indicator_id
        FROM barred
        JOIN (SELECT indicator_id, unnest(ARRAY[indicator_id, above_id, below_id]) AS part_id FROM asked) AS bearing
            ON bearing.part_id = barred.indicator_id
    ), read AS (
        SELECT placed.*, standing_id AS revision_id,
               standing_id IS NOT DISTINCT FROM approved_id AS confirmed, TRUE AS provisional
        FROM placed WHERE standing_id IS NOT NULL
        UNION ALL
        SELECT placed.*, approved_id, TRUE, FALSE FROM placed WHERE approved_id <> standing_id
    ), answered AS MATERIALIZED (
        SELECT area, level, report_id, unit_id, revision_id, first_day, confirmed, provisional, read.version_id,
               indicator_id, fold, time_fold, single, shape, value.row, number,
               (report_id, indicator_id) NOT IN (SELECT report_id, indicator_id FROM aside) AS own
        FROM read
        CROSS JOIN LATERAL (SELECT item_id, row, number FROM reports_value
                            WHERE revision_id = read.revision_id AND number IS NOT NULL OFFSET 0) AS value
        JOIN asked USING (item_id)
        WHERE fold <> '{SpaceFold.RATIO}'
    ), row AS MATERIALIZED (
        SELECT version_id, indicator_id, coalesce(code, '') AS row
        FROM asked LEFT JOIN reports_row ON reports_row.section_id = rows_of AND shape = 'table'
        WHERE shape <> 'tasks' AND below_item_id IS NOT NULL
    ), task_row AS MATERIALIZED (
        SELECT DISTINCT report_id, asked.version_id, asked.indicator_id, answered.row
        FROM asked JOIN answered ON answered.version_id = asked.version_id AND answered.indicator_id = above_id
        WHERE asked.shape = 'tasks'
          AND (report_id, asked.indicator_id) NOT IN (SELECT report_id, indicator_id FROM aside)
    )"""

# What each unit gives: a number or the two parts of a ratio, how many of its reports give it, and how many of those
# that the figure reads. Of a period that is asked, every report speaks for itself.
_AS_REPORTED = f"""
    , given AS (
        SELECT area, level, confirmed, provisional, indicator_id, single, row, {_added("fold", "number")} AS number,
               NULL::numeric AS numerator, NULL::numeric AS denominator, 1 AS known, 1 AS known_read
        FROM answered WHERE own
        UNION ALL
        SELECT area, level, confirmed, provisional, ratio.indicator_id, ratio.single, upper.row, NULL,
               {_added("above_fold", "upper.number")}, lower.number, 1, 1
        FROM asked ratio
        JOIN answered upper ON upper.version_id = ratio.version_id AND upper.indicator_id = ratio.above_id
        CROSS JOIN LATERAL (SELECT {_added("below_fold", "number")} AS number FROM reports_value
                            WHERE revision_id = upper.revision_id AND item_id = below_item_id AND row = upper.row
                              AND number IS NOT NULL OFFSET 0) AS lower
        WHERE ratio.fold = '{SpaceFold.RATIO}'
          AND (upper.report_id, ratio.indicator_id) NOT IN (SELECT report_id, indicator_id FROM aside)
    )"""

# A mean is kept to six decimals, half up, and reckoned in whole numbers so that nothing is rounded twice: a division
# keeps fewer decimals the larger the number is. The number of the first or last day is the second of the greatest pair:
# ordered aggregates would have every row sorted.
_OVER_TIME = f"""
    CASE time_fold
        WHEN '{TimeFold.SUM}' THEN sum(number)
        WHEN '{TimeFold.MEAN}'
            THEN sign(sum(number)) * div(abs(sum(number)) * 2000000 + count(*), 2 * count(*)) * 0.000001
        WHEN '{TimeFold.FIRST}'
            THEN (max(ARRAY[DATE '2000-01-01' - first_day, number]) FILTER (WHERE time_fold = '{TimeFold.FIRST}'))[2]
        ELSE (max(ARRAY[first_day - DATE '2000-01-01', number]) FILTER (WHERE time_fold = '{TimeFold.LAST}'))[2]
    END"""

# `made` says what each measure of the longer period is made of: which cells, each with its factor, of the reports that
# are asked it, as the last of the unit's versions says; a cell that is typed in is made of itself. What a report says
# in such a cell enters also where the cell by itself is read from another form. A ratio folds only what reports with
# both its parts say of them. A stock is known where any of the unit's reports gives it, and only units that are
# expected in the last shorter period count: what a unit had that has ended is found with its successor.
_OVER_PERIODS = f"""
    , made AS MATERIALIZED (
        SELECT * FROM unnest(%(histories)s::text[], %(versions)s::bigint[], %(measures)s::bigint[], %(parts)s::text[],
                             %(rows)s::text[], %(cells)s::bigint[], %(cell_rows)s::text[], %(factors)s::numeric[],
                             %(needed)s::integer[])
            AS made (history, version_id, measure_id, part, row, cell_id, cell_row, factor, needed)
    ), history AS MATERIALIZED (
        SELECT unit_id, array_agg(DISTINCT version_id ORDER BY version_id)::text AS history,
               bool_and(approved_id IS NOT DISTINCT FROM standing_id) AS agreed
        FROM placed GROUP BY unit_id
    ), stated AS MATERIALIZED (
        SELECT report_id, unit_id, first_day, state, history, version_id, indicator_id, time_fold, row, number, own,
               CASE shape WHEN 'tasks' THEN '{ANY_ROW}' ELSE row END AS cell_row
        FROM answered
        JOIN history USING (unit_id)
        JOIN LATERAL (VALUES ('both', agreed), ('confirmed', confirmed AND NOT agreed),
                             ('provisional', provisional AND NOT agreed)) AS reading (state, holds) ON holds
    ), due AS MATERIALIZED (
        SELECT unit_id, asked.indicator_id, row.row,
               approved_id IS NOT NULL AS confirmed, standing_id IS NOT NULL AS provisional
        FROM placed
        JOIN asked USING (version_id)
        JOIN row ON row.version_id = asked.version_id AND row.indicator_id = asked.indicator_id
        WHERE last AND time_fold IN {_STOCKS}
          AND (report_id, asked.indicator_id) NOT IN (SELECT report_id, indicator_id FROM aside)
        UNION ALL
        SELECT unit_id, indicator_id, row, approved_id IS NOT NULL, standing_id IS NOT NULL
        FROM placed JOIN task_row USING (report_id, version_id) JOIN asked USING (version_id, indicator_id)
        WHERE last AND time_fold IN {_STOCKS}
    ), whole_pair AS MATERIALIZED (
        SELECT ratio.indicator_id AS measure_id, upper.report_id, upper.unit_id, upper.state, upper.row,
               upper.history, upper.version_id, upper.cell_row
        FROM asked ratio
        JOIN stated upper ON upper.version_id = ratio.version_id AND upper.indicator_id = ratio.above_id
        JOIN stated lower ON lower.report_id = upper.report_id AND lower.state = upper.state
             AND lower.row = upper.row AND lower.indicator_id = ratio.below_id
        WHERE ratio.fold = '{SpaceFold.RATIO}'
          AND (upper.report_id, ratio.indicator_id) NOT IN (SELECT report_id, indicator_id FROM aside)
    ), leaf AS (
        SELECT unit_id, state, measure_id, part, stated.row, made.row AS made_row, factor, needed,
               {_OVER_TIME} AS number
        FROM stated
        JOIN made USING (history, version_id, cell_row)
        WHERE part = 'n' AND cell_id = indicator_id
          AND (report_id, measure_id) NOT IN (SELECT report_id, indicator_id FROM aside)
        GROUP BY unit_id, state, measure_id, part, stated.row, made.row, cell_id, factor, needed, time_fold
        UNION ALL
        SELECT pair.unit_id, pair.state, pair.measure_id, part, pair.row, made.row, factor, needed, {_OVER_TIME}
        FROM whole_pair pair
        JOIN made ON made.history = pair.history AND made.version_id = pair.version_id
             AND made.measure_id = pair.measure_id AND made.row = pair.cell_row AND part <> 'n'
        JOIN stated ON stated.report_id = pair.report_id AND stated.state = pair.state
             AND stated.indicator_id = made.cell_id AND stated.cell_row = made.cell_row
             AND (made.cell_row <> '{ANY_ROW}' OR stated.row = pair.row)
        GROUP BY pair.unit_id, pair.state, pair.measure_id, part, pair.row, made.row, made.cell_id, made.cell_row,
                 factor, needed, time_fold
    ), timed AS (
        SELECT unit_id, state, measure_id, part, CASE made_row WHEN '{ANY_ROW}' THEN row ELSE made_row END AS row,
               round(sum(factor * number), 6) AS number
        FROM leaf
        GROUP BY 1, 2, 3, 4, 5, needed
        HAVING count(*) = needed
    ), measured AS MATERIALIZED (
        SELECT unit_id, state, measure_id, row,
               max(number) FILTER (WHERE part = 'n') AS number,
               max(number) FILTER (WHERE part = 'u') AS numerator,
               max(number) FILTER (WHERE part = 'l') AS denominator
        FROM timed
        GROUP BY unit_id, state, measure_id, row
    ), reported AS (
        SELECT unit_id, state, indicator_id AS measure_id, row, count(*) AS known
        FROM stated WHERE own
        GROUP BY unit_id, state, indicator_id, row
        UNION ALL
        SELECT unit_id, state, measure_id, row, count(*) FROM whole_pair GROUP BY unit_id, state, measure_id, row
    ), placed_unit AS MATERIALIZED (
        SELECT DISTINCT unit_id, area, level FROM placed
    ), kind AS MATERIALIZED (
        SELECT DISTINCT ON (indicator_id) indicator_id, fold, above_fold, below_fold, time_fold, single
        FROM asked WHERE below_item_id IS NOT NULL AND shape IS NOT NULL
        ORDER BY indicator_id, version_id DESC
    ), given AS (
        SELECT area, level, measured.state <> 'provisional' AS confirmed, measured.state <> 'confirmed' AS provisional,
               kind.indicator_id, kind.single, measured.row,
               {_added("fold", "measured.number")} AS number,
               {_added("above_fold", "numerator")} AS numerator, {_added("below_fold", "denominator")} AS denominator,
               CASE WHEN time_fold IN {_STOCKS} THEN 1 ELSE coalesce(reported.known, 0) END AS known,
               CASE WHEN time_fold NOT IN {_STOCKS} THEN coalesce(reported.known, 0)
                    WHEN measured.state = 'confirmed' THEN due.confirmed::integer
                    ELSE due.provisional::integer END AS known_read
        FROM measured
        JOIN kind ON kind.indicator_id = measured.measure_id
        JOIN placed_unit ON placed_unit.unit_id = measured.unit_id
        LEFT JOIN due ON due.unit_id = measured.unit_id AND due.indicator_id = measured.measure_id
             AND due.row = measured.row
        LEFT JOIN reported ON reported.unit_id = measured.unit_id AND reported.state = measured.state
             AND reported.measure_id = measured.measure_id AND reported.row = measured.row
        WHERE CASE kind.fold WHEN '{SpaceFold.RATIO}' THEN numerator IS NOT NULL AND denominator IS NOT NULL
                             ELSE measured.number IS NOT NULL END
          AND (time_fold NOT IN {_STOCKS} OR due.unit_id IS NOT NULL)
    )"""

_FRESH = f"""
    , part AS (
        SELECT area, level, confirmed, provisional, indicator_id, bool_or(single) AS single, row,
               sum(number) AS total, min(number) AS lowest, max(number) AS highest,
               sum(numerator) AS numerator, sum(denominator) AS denominator,
               sum(known) AS count, count(*) AS units, sum(known_read) AS known_read
        FROM given
        GROUP BY area, level, confirmed, provisional, indicator_id, row
    ), whole AS (
        SELECT scope_id, level, version_id, {{counts}}
        FROM placed JOIN line USING (area)
        GROUP BY scope_id, level, version_id
    ), less AS (
        SELECT scope_id, level, version_id, indicator_id, {{counts}}
        FROM placed JOIN aside USING (report_id) JOIN line USING (area)
        GROUP BY scope_id, level, version_id, indicator_id
    ), of_task AS (
        SELECT scope_id, level, version_id, indicator_id, row, {{counts}}
        FROM placed JOIN task_row USING (report_id, version_id) JOIN line USING (area)
        GROUP BY scope_id, level, version_id, indicator_id, row
    ), carried AS (
        SELECT scope_id, level, confirmed, provisional, indicator_id, single, row,
               total, lowest, highest, numerator, denominator, count, units, known_read,
               FALSE AS fixed, 0 AS expected, 0 AS submitted, 0 AS approved
        FROM part JOIN line USING (area)
        UNION ALL
        SELECT scope_id, level, TRUE, TRUE, indicator_id, single, row,
               NULL, NULL, NULL, NULL, NULL, 0, 0, 0,
               TRUE, {{of_whole}}
        FROM whole
        JOIN asked USING (version_id)
        JOIN row USING (version_id, indicator_id)
        LEFT JOIN less USING (scope_id, level, version_id, indicator_id)
        UNION ALL
        SELECT scope_id, level, TRUE, TRUE, indicator_id, single, row,
               NULL, NULL, NULL, NULL, NULL, 0, 0, 0,
               FALSE, {{of_tasks}}
        FROM of_task JOIN asked USING (version_id, indicator_id)
        UNION ALL
        SELECT line.scope_id, origin, state = 'confirmed', state = 'provisional', indicator_id,
               origin = '{Level.CITY}', row, total, lowest, highest, numerator, denominator, count, units,
               CASE state WHEN 'confirmed' THEN approved ELSE submitted END - without_data,
               TRUE, expected, submitted, approved
        FROM beside JOIN line USING (area)
    ), fresh AS MATERIALIZED (
        SELECT scope_id, origin, indicator_id, row, state, {_AGREED.format("total")}, min(lowest) AS lowest,
               max(highest) AS highest, {_AGREED.format("numerator")}, {_AGREED.format("denominator")},
               sum(count) AS count, sum(units) AS units,
               sum(expected) AS expected, sum(submitted) AS submitted, sum(approved) AS approved,
               CASE state WHEN 'confirmed' THEN sum(approved) ELSE sum(submitted) END - sum(known_read) AS without_data
        FROM carried
        JOIN LATERAL (VALUES (level, NOT single), ('{ALL_LEVELS}', NOT single), ('{Level.CITY}', single))
            AS place (origin, kept) ON kept
        JOIN LATERAL (VALUES ('confirmed', confirmed), ('provisional', provisional)) AS reading (state, holds) ON holds
        GROUP BY scope_id, origin, indicator_id, single, row, state
        HAVING sum(expected) > 0 AND (bool_or(fixed) OR sum(units) > 0)
    )"""

_WRITTEN = f"""
    , gone AS (
        DELETE FROM reports_figure stored
        WHERE period_id = ANY(%(alike)s) AND form_id = %(form)s
          AND (%(scopes)s::bigint[] IS NULL OR scope_id = ANY(%(scopes)s::bigint[]))
          AND NOT EXISTS (SELECT FROM fresh
                          WHERE (fresh.scope_id, fresh.origin, fresh.indicator_id, fresh.row, fresh.state)
                              = (stored.scope_id, stored.origin, stored.indicator_id, stored.row, stored.state))
        RETURNING id
    ), written AS (
        INSERT INTO reports_figure AS stored ({KEY}, {MEASURES})
        SELECT alike, %(form)s, scope_id, origin, indicator_id, row, state, {MEASURES}
        FROM fresh CROSS JOIN unnest(%(alike)s::bigint[]) AS alike
        ORDER BY alike, scope_id, origin, indicator_id, row, state
        ON CONFLICT ({KEY}) DO UPDATE SET ({MEASURES}) = ROW (
            {", ".join(f"excluded.{measure}" for measure in MEASURES.split(", "))})
        WHERE ({", ".join(f"stored.{measure}" for measure in MEASURES.split(", "))})
            IS DISTINCT FROM ({", ".join(f"excluded.{measure}" for measure in MEASURES.split(", "))})
        RETURNING id
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""

_READ = "total, lowest, highest, numerator, denominator, units"
_FORETOLD = f"""
    SELECT scope_id, fresh.origin, fresh.indicator_id, fresh.row,
           {", ".join(f"stored.{one}, fresh.{one}" for one in _READ.split(", "))}
    FROM fresh LEFT JOIN reports_figure stored
        USING (scope_id, origin, indicator_id, row, state)
    WHERE state = '{State.CONFIRMED}' AND stored.period_id = %(period)s AND stored.form_id = %(form)s
      AND ({", ".join(f"stored.{one}" for one in _READ.split(", "))})
          IS DISTINCT FROM ({", ".join(f"fresh.{one}" for one in _READ.split(", "))})
"""

_COUNTED = ("expected", "submitted", "approved")
_ONE = {
    "counts": "count(*) AS expected, count(standing_id) AS submitted, count(approved_id) AS approved",
    "of_whole": ", ".join(f"(whole.{one} - coalesce(less.{one}, 0))::integer" for one in _COUNTED),
    "of_tasks": ", ".join(f"of_task.{one}::integer" for one in _COUNTED),
}
_LAST = ", ".join(
    f"count({column}) FILTER (WHERE last) AS last_{one}"
    for one, column in zip(_COUNTED, ("*", "standing_id", "approved_id"), strict=True)
)
_MANY = {
    "counts": f"{_ONE['counts']}, {_LAST}",
    "of_whole": ", ".join(
        f"(CASE WHEN time_fold IN {_STOCKS} THEN whole.last_{one} - coalesce(less.last_{one}, 0)"
        f" ELSE whole.{one} - coalesce(less.{one}, 0) END)::integer"
        for one in _COUNTED
    ),
    "of_tasks": ", ".join(
        f"(CASE WHEN time_fold IN {_STOCKS} THEN of_task.last_{one} ELSE of_task.{one} END)::integer"
        for one in _COUNTED
    ),
}

_FOLDED = _ASKED + _AS_REPORTED + _FRESH.format(**_ONE)
_FOLDED_LONGER = _ASKED + _OVER_PERIODS + _FRESH.format(**_MANY)

FOLD = _FOLDED + _WRITTEN
"""Folds a period that the form asks: `form`, `period`, `periods` (just that one), `scopes` or None, `standing`.

What comes out is written for each of the periods `alike`, the period itself and those that have the same figures.

`approving` is a report that is read as if it were approved, or None.
"""

FOLD_LONGER = _FOLDED_LONGER + _WRITTEN
"""Folds a longer period from the `periods` that the form asks within it; `histories` … `needed` say what is made
of what, see needs.Made."""

FORETELL = _FOLDED + _FORETOLD
"""Writes nothing and gives the confirmed figures that a fold would change: scope, origin, indicator, row, and each of
total, lowest, highest, numerator, denominator and units as stored and as folded anew."""

FORETELL_LONGER = _FOLDED_LONGER + _FORETOLD
