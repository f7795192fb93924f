"""Who is to be told what at an instant, as one statement for each occasion: to plan by, and to judge by once more.

The same statement says what is owed when it is planned and whether that is still owed when it is sent: there it is
narrowed to the subjects of the notices that are to be judged.
"""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Appointment
from accounts.roles import Capacity, Role, Who
from notifications import ladder, models
from notifications.ladder import Ladder, NoticeKind, Rung
from notifications.occasions import OCCASIONS, SIGNING_DAYS, Event, Subject, Term
from notifications.owing import directives, discipline, reports
from notifications.owing.people import HEARS
from reports.calendars import ZONE, WorkingCalendar
from reports.models import CalendarDay, FormVersion
from reports.workflow import OWED

STATEMENTS = reports.STATEMENTS | discipline.STATEMENTS | directives.STATEMENTS

OF_KIND = {occasion.kind: occasion for occasion in OCCASIONS}

_AMONG = {
    Subject.REPORT: "AND report.id = ANY(%(among)s)",
    Subject.FORM: "AND report.form_id = ANY(%(among)s)",
    Subject.LAPSE: "AND lapse.id = ANY(%(among)s)",
    Subject.STANDING_LIST: "AND listed.id = ANY(%(among)s)",
    Subject.DIRECTIVE: "AND directive.id = ANY(%(among)s)",
}

_UNIT = f"""
    CASE WHEN {{0}}.role = '{Role.INSPECTOR}' AND {{0}}.place = 'owner' THEN 0
         WHEN {{0}}.place = 'own' THEN own WHEN {{0}}.place = 'superior' THEN superior ELSE owner END
"""

_EVENT = f"""
    SELECT subject_id, {_UNIT.format("told")} AS unit_id, told.role, occasion, NULL::smallint AS rung, deadline,
           told.urgent, since, NULL::date AS day
    FROM ({{statement}}) AS event
    CROSS JOIN unnest(%(places)s::text[], %(roles)s::text[], %(urgent)s::boolean[]) AS told (place, role, urgent)
"""

# Found by one text and not by two columns: of two, the planner would expect next to no row, and look at each by each.
_TERM = f"""
    SELECT subject_id, {_UNIT.format("heard")} AS unit_id, heard.role, occasion || heard.rung || ':' || heard.due_day,
           heard.rung, coalesce(term.deadline, heard.deadline), heard.urgent, heard.since, term.day
    FROM ({{statement}}) AS term
    JOIN unnest(%(slots)s::text[], %(due_days)s::date[], %(rungs)s::smallint[], %(places)s::text[], %(roles)s::text[],
                %(urgent)s::boolean[], %(since)s::timestamptz[], %(deadlines)s::timestamptz[])
        AS heard (slot, due_day, rung, place, role, urgent, since, deadline) ON heard.slot = term.key || ' ' || term.day
"""

# Materialized, so that unit and role are plain columns by which those who hear are found.
_SPOKEN = """
    , spoken (subject_id, unit_id, role, occasion, rung, deadline, urgent, since, day) AS MATERIALIZED ({spoken})
"""

# One row a subject and person: of several rungs the highest that names them, of several reasons the most urgent.
_NAMED = """
    SELECT DISTINCT ON (subject_id, day, hears.person_id)
           subject_id, hears.person_id, spoken.unit_id, spoken.role, occasion, rung, deadline, urgent, since, is_reached
    FROM spoken
    JOIN hears ON hears.unit_id = spoken.unit_id AND hears.role = spoken.role
    WHERE {unless}
    ORDER BY subject_id, day, hears.person_id, rung DESC NULLS LAST, urgent DESC, is_reached DESC
"""

_STILL = """
    WITH {tables}, named AS ({named})
    SELECT notice.id, named.role, coalesce(unit.name, '')
    FROM named
    JOIN notifications_notice notice ON notice.{subject}_id = named.subject_id
        AND notice.person_id = named.person_id AND notice.occasion = named.occasion
    LEFT JOIN accounts_unit unit ON unit.id = named.unit_id
    WHERE notice.id = ANY(%(notices)s) AND named.is_reached
"""


class Reason(NamedTuple):
    """Why somebody is told something: their role, empty for one that has no name, and in which unit."""

    role: str
    unit: str


class Statement(NamedTuple):
    """The common table expressions `tables` and what of them `named` selects, with what both are given."""

    tables: str
    named: str
    given: dict[str, Any]


@dataclass(frozen=True)
class Instant:
    """An instant, with all that bears on what is owed at it: the working calendar, the ladders, the days of review."""

    at: datetime

    def statement(self, occasion: Event | Term, among: Collection[int] | None = None) -> Statement:
        """The statement of who is to be told of that occasion now; of these subjects only, where some are given."""
        narrowed = _AMONG[occasion.subject] if among is not None else ""
        inner = STATEMENTS[occasion.kind].format(among=narrowed)
        if isinstance(occasion, Event):
            spoken = _EVENT.format(statement=inner)
            given: dict[str, Any] = dict(zip(("places", "roles", "urgent"), _columns(occasion.told, 3), strict=True))
        else:
            spoken = _TERM.format(statement=inner)
            given = self._heard(occasion)
        unless = f"NOT {directives.ACKNOWLEDGED}" if occasion.kind is NoticeKind.DIRECTIVE else "TRUE"
        in_force, appointed = self._appointments
        return Statement(
            HEARS.format(in_force=in_force) + _SPOKEN.format(spoken=spoken),
            _NAMED.format(unless=unless),
            {**self._common, **appointed, **given, "among": list(among or ())},
        )

    def still_owed(self, notices: Collection["models.Notice"]) -> dict[int, Reason]:
        """Those of the notices, by their keys, that are owed just so now and reach their person; and why."""
        owed: dict[int, Reason] = {}
        for kind, told in groupby(sorted(notices, key=lambda one: one.kind), key=lambda one: one.kind):
            occasion = OF_KIND[NoticeKind(kind)]
            ours = list(told)
            subjects = {getattr(one, f"{occasion.subject}_id") for one in ours}
            tables, named, given = self.statement(occasion, subjects)
            with connection.cursor() as cursor:
                cursor.execute(
                    _STILL.format(tables=tables, named=named, subject=occasion.subject),
                    given | {"notices": [one.pk for one in ours]},
                )
                owed |= {pk: Reason(role, unit) for pk, role, unit in cursor.fetchall()}
        return owed

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return CalendarDay.objects.as_calendar()

    @cached_property
    def ladders(self) -> dict[int, Ladder]:
        """The ladder of each form that has one of its own."""
        rows = models.Rung.objects.order_by("form", "days")
        return {form: [row.rule for row in own] for form, own in groupby(rows, key=lambda row: row.form_id)}

    @cached_property
    def gateway(self) -> "models.Gateway | None":
        """The gateway in use for short messages."""
        return models.Gateway.objects.filter(is_active=True).first()

    @cached_property
    def _review_days(self) -> set[int]:
        """How many working days the forms allow for a review."""
        rows = FormVersion.objects.order_by().values_list("superior_days", "owner_days").distinct()
        return {days for row in rows for days in row}

    @cached_property
    def _appointments(self) -> tuple[str, dict[str, Any]]:
        """The appointments in force, with parameters that have names."""
        sql, given = Appointment.objects.in_force(self.at).order_by().values("pk").query.sql_with_params()
        names = [f"in_force_{number}" for number in range(len(given))]
        return sql % tuple(f"%({name})s" for name in names), dict(zip(names, given, strict=True))

    @cached_property
    def _common(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "today": self.at.astimezone(ZONE).date(),
            "zone": ZONE.key,
            "owed": [str(status) for status in OWED],
            "principals": [str(one) for one in (Capacity.HEAD, Capacity.ACTING)],
            "not_before": ladder.not_before(self.at, self.calendar),
            "own_ladders": list(self.ladders),
            "signing_days": SIGNING_DAYS,
        }

    def _heard(self, term: Term) -> dict[str, Any]:
        """The rungs that are told now, by key and day, as columns; and within which instants those days lie."""
        told = list(self._days(term))
        heard = [
            (
                f"{key} {day}",
                due,
                rung.days,
                who.place,
                who.role,
                term.is_urgent(rung),
                rung.falls(due, self.calendar),
                end,
            )
            for key, day, due, rungs in told
            for who, rung in rungs.items()
            if term.tells(who)
            for end in (ladder.end_of(due),)
        ]
        names = ("slots", "due_days", "rungs", "places", "roles", "urgent", "since", "deadlines")
        days = [day for _key, day, _due, _told in told] or [self.at.astimezone(ZONE).date()]
        return dict(zip(names, _columns(heard, len(names)), strict=True)) | {
            "after": ladder.start_of(min(days)),
            "until": ladder.end_of(max(days)),
        }

    def _days(self, term: Term) -> Iterator[tuple[int, date, date, dict[Who, Rung]]]:
        """Key, day, the day due, and what is told of it: the day is that due itself, or that on which a stage began."""
        match term.kind:
            case NoticeKind.TO_SIGN:
                stages = {SIGNING_DAYS}
            case NoticeKind.REVIEW_OVERDUE | NoticeKind.REVIEW_OVERDUE_HEAD:
                stages = self._review_days
            case _:
                ladders = {0: term.ladder} | (self.ladders if term.of_form else {})
                for key, rungs in ladders.items():
                    yield from ((key, day, day, told) for day, told in ladder.days_told(rungs, self.at, self.calendar))
                return
        for days in stages:
            due_days = dict(ladder.days_told(term.ladder, self.at, self.calendar))
            for began, due in ladder.stages(due_days, days, self.calendar):
                yield days, began, due, due_days[due]


def _columns(rows: Collection[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """The rows as columns, of which there are so many even where there is no row."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _one in range(count)]
