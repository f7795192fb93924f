"""Opening every form of a quarter for all units, against one plain INSERT … SELECT of the same rows on the same server.

The floor writes the same reports, first revisions and marks into the same tables, from a table that holds them ready:
what is over it is what periods, working days, respondents and the look for what is missing cost.
"""

import statistics
import time
from datetime import datetime, timedelta, timezone

from bench.ground import seeded

ROUNDS = 7
HANOI = timezone(timedelta(hours=7))
BEFORE = datetime(2022, 6, 14, 8, tzinfo=HANOI)
AT = datetime(2022, 9, 14, 8, tzinfo=HANOI)  # a quarter later, by the decree's windows

PLAIN = (
    """
    INSERT INTO reports_report (id, unit_id, form_id, version_id, period_id, superior_id, signed, status, edit,
                                first_deadline, deadline, current_id)
    SELECT id, unit_id, form_id, version_id, period_id, superior_id, signed, 'draft', 1, deadline, deadline, current_id
    FROM kept_reports
    """,
    """
    INSERT INTO reports_revision (id, report_id, number, cause, digest)
    SELECT current_id, id, 1, 'opening', '' FROM kept_reports
    """,
    "INSERT INTO reports_mark (form_id, period_id, unit_id) SELECT form_id, period_id, unit_id FROM kept_reports",
)
COLUMNS = "form_id, period_id, unit_id, version_id, superior_id, signed, status, first_deadline, deadline"


def run(sql):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def undone(act):
    """How long the act takes with its commit's checks; what it wrote is taken back, and the tables are as before."""
    from django.db import connection, transaction

    with transaction.atomic():
        begun = time.perf_counter()
        result = act()
        connection.check_constraints()
        taken = time.perf_counter() - begun
        seen = run(f"SELECT {COLUMNS} FROM reports_report WHERE id > {LAST} ORDER BY form_id, period_id, unit_id")  # noqa: S608
        transaction.set_rollback(True)
    return taken, result, seen


def quarter():
    """Open, and write plainly, in turns."""
    from reports.actions import opening

    ours, floor = [], []
    for _round in range(ROUNDS):
        taken, created, opened = undone(lambda: opening.open_due_periods(at=AT))
        ours.append(taken)
        taken, _result, plain = undone(lambda: [run(sql) for sql in PLAIN])
        floor.append(taken)
        assert created == len(opened) > 0
        assert opened == plain, "the two have not written the same rows"
    forms = len({row[0] for row in opened})
    periods = len({row[:2] for row in opened})
    print(f"{created} reports of {forms} forms and {periods} periods, the same by both ways")
    line("opening a quarter for all units", ours, floor)


def again():
    """The sweep of every minute, once all is open."""
    from reports.actions import opening

    opening.open_due_periods(at=AT)
    taken = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        assert opening.open_due_periods(at=AT) == 0
        taken.append(time.perf_counter() - begun)
    print(f"{'the sweep, nothing to open':<42} {statistics.median(taken) * 1000:7.1f} ms")


def line(name, ours, floor):
    ours, floor = statistics.median(ours), statistics.median(floor)
    print(f"{name:<42} {ours * 1000:7.1f} ms   plain {floor * 1000:7.1f} ms   ratio {ours / floor:5.2f}")


if __name__ == "__main__":
    with seeded():
        from django.db import transaction

        from reports.actions import opening
        from reports.models import Period

        run("CREATE TABLE kept_reports (LIKE reports_report)")
        opening.open_due_periods(at=BEFORE)
        ((LAST,),) = run("SELECT max(id) FROM reports_report")
        with transaction.atomic():
            opening.open_due_periods(at=AT)
            rows = run(f"SELECT * FROM reports_report WHERE id > {LAST}")  # noqa: S608
            periods = list(Period.objects.all())
            transaction.set_rollback(True)
        Period.objects.bulk_create(periods, ignore_conflicts=True)
        from django.db import connection

        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO kept_reports VALUES ({places})", rows)  # noqa: S608
        run("VACUUM ANALYZE")
        quarter()
        again()
