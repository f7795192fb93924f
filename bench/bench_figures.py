"""All figures of thirteen months folded anew, and the fold after one approval, against plain SQL on the same server.

The floor of the first is one hand-written statement that yields the same numbers into a table with the same keys; that
of the second is the same statement for the one month in which the approval falls.
"""

import statistics
import time

from bench.ground import demonstration

ROUNDS = 7
COLUMNS = """period_id, form_id, scope_id, origin, indicator_id, row, state, total, lowest, highest, numerator,
    denominator, count, expected, submitted, approved, without_data"""
PLAIN = """
    INSERT INTO plain (COLUMNS)
    SELECT report.period_id, report.form_id, scope.id, coalesce(unit.level, 'all'), item.indicator_id, '', state,
           sum(value.number), min(value.number), max(value.number),
           sum(upper.number) FILTER (WHERE lower.number IS NOT NULL),
           sum(lower.number) FILTER (WHERE upper.number IS NOT NULL),
           count(coalesce(value.number, upper.number + lower.number)),
           count(*), count(stands), count(approved_id),
           count(reading.revision_id) - count(coalesce(value.number, upper.number + lower.number))
    FROM reports_report report
    JOIN accounts_unit unit ON unit.id = report.unit_id
    CROSS JOIN unnest(unit.path) AS scope (id)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN status IN ('submitted', 'checked', 'approved') THEN current_id ELSE approved_id END
    ) AS standing (stands)
    CROSS JOIN LATERAL (VALUES ('confirmed', approved_id), ('provisional', stands)) AS reading (state, revision_id)
    JOIN reports_item item ON item.version_id = report.version_id
    JOIN reports_indicator indicator ON indicator.id = item.indicator_id
    LEFT JOIN reports_value value ON value.revision_id = reading.revision_id AND value.item_id = item.id
    LEFT JOIN reports_item above
        ON above.version_id = item.version_id AND above.indicator_id = indicator.numerator_id
    LEFT JOIN reports_item below
        ON below.version_id = item.version_id AND below.indicator_id = indicator.denominator_id
    LEFT JOIN reports_value upper ON upper.revision_id = reading.revision_id AND upper.item_id = above.id
    LEFT JOIN reports_value lower ON lower.revision_id = reading.revision_id AND lower.item_id = below.id
    WHERE scope.id IN (SELECT parent_id FROM accounts_unit) AND CELLS
    GROUP BY GROUPING SETS (
        (report.period_id, report.form_id, scope.id, unit.level, item.indicator_id, state),
        (report.period_id, report.form_id, scope.id, item.indicator_id, state)
    )
""".replace("COLUMNS", COLUMNS)


BOTH_WAYS = "SELECT count(*) FROM (SELECT COLUMNS FROM ONE EXCEPT SELECT COLUMNS FROM OTHER)".replace(
    "COLUMNS", COLUMNS
)


def run(sql, *given):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def taken(act):
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def line(name, ours, floor):
    ours, floor = statistics.median(ours), statistics.median(floor)
    print(f"{name:<42} {ours * 1000:7.1f} ms   plain {floor * 1000:7.1f} ms   ratio {ours / floor:5.2f}")


def everything():
    """Fold all figures from nothing, then again over what is already right."""
    from reports import figures

    ours, floor, again = [], [], []
    for _round in range(ROUNDS):
        run("TRUNCATE reports_figure")
        run("TRUNCATE plain")
        ours.append(taken(figures.rebuild))
        again.append(taken(figures.rebuild))
        floor.append(taken(lambda: run(PLAIN.replace("CELLS", "TRUE"))))
        for one, other in (("reports_figure", "plain"), ("plain", "reports_figure")):
            ((differing,),) = run(BOTH_WAYS.replace("ONE", one).replace("OTHER", other))
            assert differing == 0, f"{differing} figures are not the same"
    ((count,),) = run("SELECT count(*) FROM reports_figure")
    print(f"{count} figures of thirteen months, the same by both ways")
    line("all of them from nothing", ours, floor)
    line("all of them again, nothing to change", again, floor)


def one_approval():
    """Approve the reports that wait, one by one as a person does, and fold after each."""
    from accounts import clock
    from accounts.models import User
    from reports import figures
    from reports.actions import moving
    from reports.models import Figure, Report
    from reports.workflow import Action

    figures.fold_marked()
    approver = User.objects.get(username="duyet.stttt")
    waiting = Report.objects.filter(status="submitted", superior=None).exclude(unit__code="STTTT")[:ROUNDS]
    acts, folds, floor = [], [], []
    for report in waiting:
        city = Figure.objects.filter(
            scope__level="city", origin="all", state="confirmed", form=report.form_id, period=report.period_id
        ).values_list("approved", flat=True)
        before = city.first()
        begun = time.perf_counter()
        moving.move(report, Action.APPROVE, by=approver, at=clock.now(), edit=report.edit)
        acts.append(time.perf_counter() - begun)
        folds.append(taken(figures.fold_marked))
        assert city.first() == before + 1, "the city's figure has not moved"
        run("TRUNCATE plain")
        begun = time.perf_counter()
        run(PLAIN.replace("CELLS", "report.period_id = %s"), report.period_id)
        floor.append(time.perf_counter() - begun)
    print(f"{len(acts)} approvals, {statistics.median(acts) * 1000:.1f} ms each until they are committed")
    line("the fold after one of them", folds, floor)


if __name__ == "__main__":
    with demonstration():
        run("CREATE TABLE plain (LIKE reports_figure INCLUDING ALL)")
        run("VACUUM ANALYZE")
        everything()
        one_approval()
