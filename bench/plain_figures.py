"""The floor of the figures: the same rows by plain SQL, as whoever knows SQL and the definition would write it.

It knows what the made-up forms and the demonstration's first form have: lines without rows, sums, last known values,
means over time, and ratios. No unit is asked less than the others, and no report is exempt.
"""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from bench.bulk import run

COLUMNS = """period_id, form_id, scope_id, origin, indicator_id, row, state, total, lowest, highest, numerator,
    denominator, count, units, expected, submitted, approved, without_data"""

_READING = """
    reading AS (
        SELECT report.period_id, report.unit_id, report.version_id, first_day, approved_id, stands, state, revision_id
        FROM reports_report report
        JOIN reports_period period ON period.id = report.period_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN status IN ('submitted', 'checked', 'approved') THEN current_id ELSE approved_id END
        ) AS standing (stands)
        CROSS JOIN LATERAL (VALUES ('confirmed', approved_id), ('provisional', stands)) AS read (state, revision_id)
        WHERE report.form_id = %(form)s AND report.period_id = ANY(%(periods)s)
    ), item AS (
        SELECT item.id, version_id, indicator_id, time_fold, numerator_id, denominator_id
        FROM reports_item item JOIN reports_indicator indicator ON indicator.id = indicator_id
    ), ratio AS (
        SELECT item.*, above.id AS above_id, below.id AS below_id
        FROM item
        JOIN item above ON above.version_id = item.version_id AND above.indicator_id = item.numerator_id
        JOIN item below ON below.version_id = item.version_id AND below.indicator_id = item.denominator_id
    )"""

_ROLLED_UP = """
    SELECT period_id, %(form)s, scope.id, coalesce(unit.level, 'all'), indicator_id, '', state,
           sum(number), min(number), max(number), sum(upper), sum(lower), sum(known), count(coalesce(number, upper)),
           sum(expected), sum(submitted), sum(approved), sum(read) - sum(known)
    FROM said
    JOIN accounts_unit unit ON unit.id = said.unit_id
    CROSS JOIN unnest(unit.path) AS scope (id)
    WHERE scope.id IN (SELECT parent_id FROM accounts_unit)
    GROUP BY GROUPING SETS (
        (period_id, scope.id, unit.level, indicator_id, state), (period_id, scope.id, indicator_id, state)
    )"""

_BOTH = "up.number IS NOT NULL AND low.number IS NOT NULL"

ASKED = f"""
    INSERT INTO plain ({COLUMNS})
    WITH {_READING}, said AS (
        SELECT period_id, unit_id, indicator_id, state, number, NULL::numeric AS upper, NULL::numeric AS lower,
               (number IS NOT NULL)::integer AS known, 1 AS expected, (stands IS NOT NULL)::integer AS submitted,
               (approved_id IS NOT NULL)::integer AS approved, (reading.revision_id IS NOT NULL)::integer AS read
        FROM reading
        JOIN item USING (version_id)
        LEFT JOIN reports_value value ON value.revision_id = reading.revision_id AND item_id = item.id
        WHERE numerator_id IS NULL
        UNION ALL
        SELECT period_id, unit_id, indicator_id, state, NULL,
               CASE WHEN {_BOTH} THEN up.number END, CASE WHEN {_BOTH} THEN low.number END, ({_BOTH})::integer, 1,
               (stands IS NOT NULL)::integer, (approved_id IS NOT NULL)::integer,
               (reading.revision_id IS NOT NULL)::integer
        FROM reading
        JOIN ratio USING (version_id)
        LEFT JOIN reports_value up ON up.revision_id = reading.revision_id AND up.item_id = above_id
        LEFT JOIN reports_value low ON low.revision_id = reading.revision_id AND low.item_id = below_id
    ) {_ROLLED_UP}
"""
"""The figures of the `periods` that a `form` was asked for."""

# A stock counts the units that are expected in the last shorter period, and is known where any of them knows it.
_STOCK = "time_fold = 'last'"

LONGER = f"""
    INSERT INTO plain ({COLUMNS})
    WITH {_READING}, within AS (
        SELECT longer.id AS longer_id, shorter.id AS period_id,
               shorter.last_day = max(shorter.last_day) OVER (PARTITION BY longer.id) AS ends
        FROM reports_period longer
        JOIN reports_period shorter ON shorter.rule = longer.rule AND shorter.first_day >= longer.first_day
             AND shorter.last_day <= longer.last_day
        WHERE longer.id = ANY(%(longer)s) AND shorter.id = ANY(%(periods)s)
    ), told AS (
        SELECT longer_id AS period_id, unit_id, indicator_id, time_fold, state,
               CASE time_fold WHEN 'sum' THEN sum(number) WHEN 'mean' THEN round(avg(number), 6)
                    ELSE (array_agg(number ORDER BY first_day DESC) FILTER (WHERE number IS NOT NULL))[1] END AS number,
               count(number) AS known, count(*) AS expected, count(stands) AS submitted, count(approved_id) AS approved,
               count(reading.revision_id) AS read, bool_or(ends)::integer AS due,
               count(stands) FILTER (WHERE ends) AS last_submitted,
               count(approved_id) FILTER (WHERE ends) AS last_approved,
               count(reading.revision_id) FILTER (WHERE ends) AS last_read
        FROM within
        JOIN reading USING (period_id)
        JOIN item USING (version_id)
        LEFT JOIN reports_value value ON value.revision_id = reading.revision_id AND item_id = item.id
        WHERE numerator_id IS NULL
        GROUP BY longer_id, unit_id, indicator_id, time_fold, state
    ), said AS (
        SELECT period_id, unit_id, indicator_id, state, number, NULL::numeric AS upper, NULL::numeric AS lower,
               CASE WHEN NOT {_STOCK} THEN known WHEN number IS NOT NULL THEN due ELSE 0 END AS known,
               CASE WHEN {_STOCK} THEN due ELSE expected END AS expected,
               CASE WHEN {_STOCK} THEN last_submitted ELSE submitted END AS submitted,
               CASE WHEN {_STOCK} THEN last_approved ELSE approved END AS approved,
               CASE WHEN {_STOCK} THEN last_read ELSE read END AS read,
               CASE WHEN NOT {_STOCK} THEN known WHEN number IS NOT NULL THEN last_read ELSE 0 END AS read_known
        FROM told
        UNION ALL
        SELECT longer_id, unit_id, indicator_id, state, NULL,
               sum(up.number) FILTER (WHERE {_BOTH}), sum(low.number) FILTER (WHERE {_BOTH}),
               count(*) FILTER (WHERE {_BOTH}), count(*), count(stands), count(approved_id),
               count(reading.revision_id), count(*) FILTER (WHERE {_BOTH})
        FROM within
        JOIN reading USING (period_id)
        JOIN ratio USING (version_id)
        LEFT JOIN reports_value up ON up.revision_id = reading.revision_id AND up.item_id = above_id
        LEFT JOIN reports_value low ON low.revision_id = reading.revision_id AND low.item_id = below_id
        GROUP BY longer_id, unit_id, indicator_id, state
    ) {_ROLLED_UP.replace("sum(read) - sum(known)", "sum(read) - sum(read_known)")}
"""
"""The figures of the `longer` periods that hold these `periods`."""

_MISSING = """
    SELECT count(*) FROM (SELECT {columns} FROM {one} WHERE form_id = %(form)s AND period_id = ANY(%(sample)s)
                          EXCEPT SELECT {columns} FROM {other} WHERE form_id = %(form)s)"""


def write(form, periods, longer=None):
    """Write the floor of these asked periods, or of the `longer` ones that they make, into the table `plain`."""
    return run(LONGER if longer else ASKED, {"form": form, "periods": periods, "longer": longer})


def differing(form, sample):
    """How many figures of these periods are stored by one of the two ways alone, or otherwise."""
    given = {"form": form, "sample": sample}
    ways = (("reports_figure", "plain"), ("plain", "reports_figure"))
    return sum(run(_MISSING.format(columns=COLUMNS, one=one, other=other), given)[0][0] for one, other in ways)
