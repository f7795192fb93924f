"""Forms of 24 numbers with years of submitted reports, and a month of drafts for which somebody may sign."""

import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

AT = datetime(2025, 5, 15, 8, 0, tzinfo=timezone(timedelta(hours=7)))
LAST = 2025 * 12 + 4 - 1  # the month that is submitted, counted from the year 0
MONTHS = 48  # before it, of which the ground knows the windows
FORMS = [f"BM-24{letter}" for letter in "ABCDEFGH"]
TYPED = [f"n{number:02}" for number in range(1, 25)]


def month(number):
    return f"{number // 12}-{number % 12 + 1:02}"


def form(code):
    """Two sections of twelve numbers, each with a total and a ratio, and four rules."""
    plain = {"unit_of_measure": "hồ sơ", "space_fold": "sum", "time_fold": "sum"}
    indicators = [{"code": f"bench_{name}", "name": name, **plain} for name in [*TYPED, "total_1", "total_2"]]
    sections = []
    for part in (1, 2):
        names = TYPED[(part - 1) * 12 : part * 12]
        items = [{"code": name, "indicator": f"bench_{name}"} for name in names]
        items.append(
            {"code": f"total_{part}", "indicator": f"bench_total_{part}", "formula": " + ".join(names[1:])},
        )
        indicators.append(
            {
                "code": f"bench_share_{part}",
                "name": f"share {part}",
                "unit_of_measure": "%",
                "decimals": 1,
                "space_fold": "ratio",
                "time_fold": "sum",
                "numerator": f"bench_{names[0]}",
                "denominator": f"bench_total_{part}",
            }
        )
        items.append({"code": f"share_{part}", "indicator": f"bench_share_{part}", "required": False})
        sections.append({"title": f"Phần {part}", "items": items})
    rules = [("n01", "<=", "total_1"), ("n13", "<=", "total_2"), ("n02", "<=", "n03 * 100"), ("n14", ">=", "0")]
    return {
        "code": code,
        "owner": {"unit": "STTTT", "stand_in": "VPUBND", "from": "2021-01-01"},
        "version": {
            "number": 1,
            "title": code,
            "kind": "thematic",
            "basis": "4098/QĐ-UBND",
            "frequency": "month",
            "window_rule": "decree",
            "from": "2021-05",
        },
        "respondents": [
            {"level": "district", "working_days": 3},
            {"level": "commune", "checked_above": True, "working_days": 1},
        ],
        "indicators": indicators,
        "sections": sections,
        "rules": [
            {
                "code": f"r{place}",
                "left": left,
                "operator": sign,
                "right": right,
                "severity": "error",
                "message": "Sai.",
            }
            for place, (left, sign, right) in enumerate(rules)
        ],
    }


def run(sql, given=None):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall() if cursor.description else cursor.rowcount


# A unit's numbers stay near their size from month to month, so that nothing stands out.
VALUES = """
    WITH asked AS (
        SELECT item.id AS item_id, version_id, formula, mod(item.position * 3, 11) AS own,
               sum(mod(item.position * 3, 11)) FILTER (WHERE formula = '' AND item.code NOT IN ('n01', 'n13'))
                   OVER (PARTITION BY section_id) AS others
        FROM reports_item item JOIN reports_indicator indicator ON indicator.id = item.indicator_id
        WHERE numerator_id IS NULL
    )
    INSERT INTO reports_value (revision_id, item_id, row, number, edit)
    SELECT current_id, item_id, '', CASE WHEN formula = '' THEN about + own ELSE 11 * about + others END, 1
    FROM (SELECT current_id, version_id, 100 + mod(unit_id * 7, 40) + mod(period_id * 5, 7) AS about
          FROM reports_report WHERE id > %s ORDER BY current_id) AS report
    JOIN asked USING (version_id)
"""

# Every column but those named is as the one report has it that was submitted by the portal itself.
HISTORY = """
    WITH fresh AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('reports_report', 'id')) AS report_id,
               nextval(pg_get_serial_sequence('reports_revision', 'id')) AS revision_id,
               nextval(pg_get_serial_sequence('reports_step', 'id')) AS step_id,
               draft.unit_id, draft.form_id, draft.version_id, draft.superior_id, period.id AS period_id
        FROM unnest(%(periods)s::bigint[]) AS period (id), reports_report draft
        WHERE draft.form_id = ANY(%(forms)s) AND draft.period_id = %(last)s
        ORDER BY period.id, draft.id
    ), reports AS (
        INSERT INTO reports_report
        SELECT (jsonb_populate_record(model, to_jsonb(fresh) || jsonb_build_object(
                    'id', report_id, 'current_id', revision_id))).*
        FROM fresh JOIN reports_report model ON model.id = %(model)s
    ), revisions AS (
        INSERT INTO reports_revision
        SELECT (jsonb_populate_record(model, jsonb_build_object(
                    'id', fresh.revision_id, 'report_id', fresh.report_id,
                    'digest', encode(sha256(fresh.report_id::text::bytea), 'hex')))).*
        FROM fresh JOIN reports_revision model ON model.report_id = %(model)s
    )
    INSERT INTO reports_step
    SELECT (jsonb_populate_record(model, jsonb_build_object(
                'id', step_id, 'report_id', fresh.report_id, 'revision_id', fresh.revision_id))).*
    FROM fresh JOIN reports_step model ON model.report_id = %(model)s
"""


@contextmanager
def plainly():
    """Write as a restored copy of the database would be: no trigger, no key of another table is asked."""
    run("SET session_replication_role = replica; SET statement_timeout = 0")
    try:
        yield
    finally:
        run("RESET session_replication_role; RESET statement_timeout")


@contextmanager
def without_plain_indexes(table):
    """Build the indexes that no key needs once everything is there: it takes a fraction of the time."""
    indexes = run(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef NOT LIKE '%% UNIQUE %%'", [table]
    )
    for name, _definition in indexes:
        run(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        run(definition)


def largest(table):
    ((found,),) = run(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
    return found


class Ground:
    """The forms, the month that is submitted in each, and who signs for each unit."""

    def __init__(self):
        from accounts import clock
        from reports import schedules
        from reports.actions import opening, regimes
        from reports.models import Period, Report
        from reports.periods import PeriodCode

        clock.set_to(AT)
        self.versions = [regimes.enter_form(form(code)) for code in FORMS]
        self.periods = {}
        for number in range(LAST - MONTHS, LAST + 1):
            code = PeriodCode.parse(month(number))
            window = schedules.window_of(self.versions[0], code)
            self.periods[number] = Period.objects.get_or_create(
                rule=self.versions[0].window_rule,
                code=code.code,
                first_day=window.first,
                defaults={"frequency": code.frequency, "last_day": window.last},
            )[0]
        since = largest("reports_report")
        for version in self.versions:
            opening.open_period(version, PeriodCode.parse(month(LAST)))
        self._sign_in()
        with plainly():
            run(VALUES, [since])
        drafts = Report.objects.filter(pk__gt=since).order_by("form", "pk")
        self.drafts = list(drafts.values_list("pk", "unit", "edit"))
        self.stored = 0
        self.model = self._submit_one()

    def _sign_in(self):
        """A head in each unit, with a session."""
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.contrib.sessions.models import Session
        from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

        from accounts.models import Appointment, Unit, User

        units = list(Unit.objects.filter(level__in=["district", "commune"]))
        people = User.objects.bulk_create(
            User(username=f"head.{unit.code}", full_name=f"Head of {unit.code}") for unit in units
        )
        since = DateTimeTZRange(AT - timedelta(days=900), None)
        Appointment.objects.bulk_create(
            Appointment(user=person, unit=unit, role="head", valid=since)
            for person, unit in zip(people, units, strict=True)
        )
        store, self.sessions, rows = SessionStore(), {}, []
        for person, unit in zip(people, units, strict=True):
            content = {
                SESSION_KEY: str(person.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: person.get_session_auth_hash(),
            }
            key = f"bench{unit.pk:027}"
            rows.append(Session(session_key=key, session_data=store.encode(content), expire_date=AT.replace(year=2099)))
            self.sessions[unit.pk] = key
        Session.objects.bulk_create(rows)

    def _submit_one(self):
        from django.test import Client

        report, unit, edit = self.drafts.pop()
        client = Client()
        client.cookies["sessionid"] = self.sessions[unit]
        answer = client.post(
            f"/api/v1/reports/{report}/steps/", {"action": "submit", "edit": edit}, content_type="application/json"
        )
        assert answer.status_code == 201, answer.content.decode()
        self.client = client
        return report

    def load(self, versions, months):
        """Store a submitted report of these forms for each unit and each of the months before the last."""
        since = largest("reports_report")
        given = {
            "periods": [self.periods[LAST - ago].pk for ago in months],
            "forms": [version.form_id for version in versions],
            "last": self.periods[LAST].pk,
            "model": self.model,
        }
        begun = time.perf_counter()
        with plainly(), without_plain_indexes("reports_value"):
            run(HISTORY, given)
            run(VALUES, [since])
        run("VACUUM ANALYZE")
        ((self.stored,),) = run("SELECT count(*) FROM reports_revision WHERE frozen_at IS NOT NULL")
        ((values,),) = run("SELECT count(*) FROM reports_value")
        taken = time.perf_counter() - begun
        print(f"{self.stored} submitted revisions and {values} values stored, loaded in {taken:.0f} s")
