"""A made-up country in bulk: trees of units that exist nowhere, one form of many lines, and years of approved reports.

Nothing here is anybody's data: every name says so, and numbers come from a formula. Values are written as a restored
copy of the database would be, by one INSERT … SELECT a year, so that ten million take minutes.
"""

import time
from contextlib import contextmanager
from datetime import UTC, date, datetime

CITY = (("department", 20, None), ("district", 30, None), ("commune", 550, 1))
"""Some 600 units: how many of each level, evenly below which line of this table; None is the root."""

PROVINCES_NOW = (("district", 34, None), ("commune", 3300, 0))
"""The provinces and communes of the country since July 2025; a province stands here as a district of the root."""

PROVINCES_BEFORE = (("department", 63, None), ("district", 705, 0), ("commune", 10599, 1))
"""The same before it, with districts between; a province stands here as a department that has units below it."""

SMALL_CITY = (("department", 5, None), ("district", 8, None), ("commune", 137, 1))
SMALL_COUNTRY = (("department", 20, None), ("district", 180, 0), ("commune", 2800, 1))
"""The same, but for a bench that is to be short."""

STORM = (("department", 20, None), ("district", 30, None), ("commune", 600, 1))
"""As many units as approve on the day of a deadline."""

KINDS = {"department": "department", "district": "urban_district", "commune": "commune"}
AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
FOLDS = ("sum", "sum", "sum", "sum", "sum", "sum", "sum", "last", "last", "mean")
"""How one line in ten folds over time: seven flows, two stocks, a mean."""
LAST = 2024 * 12 + 11 - 1
"""The latest month, counted from the year 0: a November moves five spans, as many as any."""


def run(sql, given=None):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def plainly():
    """Write as a restored copy of the database would be: no trigger and no other table is asked."""
    run("SET session_replication_role = replica; SET statement_timeout = 0; SET synchronous_commit = off")
    try:
        yield
    finally:
        run("RESET session_replication_role; RESET synchronous_commit")


def form(code, lines):
    """A form of so many typed lines, and a ratio of flows for every ten of them."""
    indicators, items = [], []
    for place in range(lines):
        name = f"{code.lower().replace('-', '_')}_{place:03}"
        fold = FOLDS[place % len(FOLDS)]
        indicators.append(
            {"code": name, "name": f"Giả định {name}", "unit_of_measure": "1", "space_fold": "sum", "time_fold": fold}
        )
        items.append({"code": f"n{place:03}", "indicator": name})
    for first in range(0, lines, len(FOLDS)):
        upper, lower = indicators[first]["code"], indicators[first + 1]["code"]
        name = f"{upper}_share"
        indicators.append(
            {
                "code": name,
                "name": f"Giả định {name}",
                "unit_of_measure": "%",
                "decimals": 1,
                "space_fold": "ratio",
                "time_fold": "sum",
                "numerator": upper,
                "denominator": lower,
            }
        )
        items.append({"code": f"share{first:03}", "indicator": name, "required": False})
    return {
        "code": code,
        "owner": {"unit": "STTTT", "stand_in": "VPUBND", "from": "2021-07-01"},
        "version": {
            "number": 1,
            "title": f"Biểu giả định {code}",
            "kind": "thematic",
            "basis": "4098/QĐ-UBND",
            "frequency": "month",
            "window_rule": "calendar",
            "from": "2021-07",
        },
        "respondents": [{"level": level, "working_days": 3} for level in KINDS],
        "indicators": indicators,
        "sections": [{"title": "Giả định", "items": items}],
        "rules": [],
    }


REPORTS = """
    WITH fresh AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('reports_report', 'id')) AS report_id,
               nextval(pg_get_serial_sequence('reports_revision', 'id')) AS revision_id,
               unit.id AS unit_id, period.id AS period_id
        FROM unnest(%(periods)s::bigint[]) WITH ORDINALITY AS period (id, position)
        CROSS JOIN accounts_unit unit
        WHERE unit.path[1] = %(root)s AND unit.id <> %(root)s
        ORDER BY period.position, unit.path
    ), revisions AS (
        INSERT INTO reports_revision (id, report_id, number, cause, frozen_at, snapshot, digest)
        SELECT revision_id, report_id, 1, 'opening', %(at)s, '', 'made up' FROM fresh
    )
    INSERT INTO reports_report (id, unit_id, form_id, version_id, period_id, signed, status, edit, first_deadline,
                                deadline, received_at, current_id, approved_id)
    SELECT report_id, unit_id, %(form)s, %(version)s, period_id, TRUE, %(status)s, 1, %(at)s, %(at)s, %(at)s,
           revision_id, CASE %(status)s WHEN 'approved' THEN revision_id END
    FROM fresh
"""

# One answer in fifty is missing, so that what is partly known is folded too.
VALUES = """
    INSERT INTO reports_value (revision_id, item_id, row, number, edit)
    SELECT current_id, item.id, '', mod(unit_id * 7 + period_id * 5 + item.position * 11, 997), 1
    FROM (SELECT current_id, version_id, unit_id, period_id FROM reports_report
          WHERE form_id = %(form)s AND period_id = ANY(%(periods)s) ORDER BY current_id) AS report
    JOIN reports_item item USING (version_id)
    JOIN reports_indicator indicator ON indicator.id = item.indicator_id AND numerator_id IS NULL
    WHERE mod(unit_id + period_id + item.position, 50) <> 0
"""


class Country:
    """A tree of units and the form that all of them answer; its months are loaded as they are wanted."""

    def __init__(self, code, shape, lines):
        from accounts.models import User
        from reports.actions import regimes

        self.version = regimes.enter_form(form(code, lines))
        self.form = self.version.form_id
        self.root = self._plant(code, shape)
        self.months = {}
        self.approver, _made = User.objects.get_or_create(username="bench.approver", full_name="Người duyệt giả định")
        self._appoint()

    def _plant(self, code, shape):
        from django.db.backends.postgresql.psycopg_any import DateRange

        from accounts.models import Unit

        days = DateRange(date(2000, 1, 1), None)
        root = Unit.objects.create(level="city", kind="city", code=f"{code}-0", name=f"Gốc giả định {code}", valid=days)
        planted = []
        for level, count, below in shape:
            above = planted[below] if below is not None else [root]
            units = [
                Unit(
                    level=level,
                    kind=KINDS[level],
                    code=f"{code}-{level}-{place}",
                    name=f"Đơn vị giả định {level} {place}",
                    parent=above[place % len(above)],
                    valid=days,
                )
                for place in range(count)
            ]
            planted.append(Unit.objects.bulk_create(units, batch_size=2000))
        return root.pk

    def _appoint(self):
        from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

        from accounts.models import Appointment, Unit

        owner = Unit.objects.get(code="STTTT")
        since = DateTimeTZRange(datetime(2009, 1, 1, tzinfo=UTC), None)
        Appointment.objects.get_or_create(user=self.approver, unit=owner, role="approver", defaults={"valid": since})

    def load_year(self):
        """The eleven months before the last approved, and the last one waiting to be."""
        return self.load(LAST - 11, LAST - 1) + self.load(LAST, LAST, "submitted")

    def load(self, first, last, status="approved"):
        """Every unit's report for each month from `first` to `last`; return how many values that came to."""
        from reports.models import Period
        from reports.periods import PeriodCode, WindowRule

        begun, written = time.perf_counter(), 0
        keys = []
        for number in range(first, last + 1):
            code = PeriodCode.parse(f"{number // 12}-{number % 12 + 1:02}")
            start, end = code.window(WindowRule.CALENDAR)
            shape = {"frequency": code.frequency, "last_day": end}
            of = {"rule": "calendar", "code": code.code, "first_day": start}
            period, _made = Period.objects.get_or_create(**of, defaults=shape)
            self.months[number] = period.pk
            keys.append(period)
        for some in range(0, len(keys), 12):
            given = {
                "periods": [one.pk for one in keys[some : some + 12]],
                "root": self.root,
                "form": self.form,
                "version": self.version.pk,
                "status": status,
                "at": AT,
            }
            with plainly():
                run(REPORTS, given)
                written += run(VALUES, given)
        run("VACUUM ANALYZE")
        print(f"  {written} values of {len(keys)} months loaded in {time.perf_counter() - begun:.0f} s", flush=True)
        return written
