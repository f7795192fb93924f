"""Reads the recorded facts of reports: what they are of, their steps, the changes of their deadlines, outages."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from reports.calendars import ZONE, due_day
from reports.lapses import Change, Excludes, Outage, Recorded, Taken
from reports.models import FormOwner, Incident
from reports.querysets import OWNERS_READERS, ReportQuerySet, units_of
from reports.workflow import Action, Status


class Named(NamedTuple):
    """A unit or a form, as a list names it."""

    pk: int
    code: str
    name: str


class Facts(NamedTuple):
    """What a list says of a report beside its time; `above` is the unit that checks it, or would."""

    report: int
    unit: int
    above: int | None
    form: Named
    period: str


_STEPS = """
    SELECT report_id, at, action, after, received_at, voids, CASE document WHEN '' THEN reason ELSE document END
    FROM reports_step WHERE report_id = ANY(%s) ORDER BY report_id, seq
"""

_CHANGES = """
    SELECT change.report_id, change.recorded_at, change.after, change.cause,
           coalesce(extension.document, incident.title, correction.document)
    FROM reports_deadlinechange change
    LEFT JOIN reports_extension extension ON extension.id = change.extension_id
    LEFT JOIN reports_incident incident ON incident.id = change.incident_id
    LEFT JOIN reports_calendarcorrection correction ON correction.id = change.correction_id
    WHERE change.report_id = ANY(%s) ORDER BY change.report_id, change.recorded_at, change.id
"""

_COMPOSED = """
    SELECT entry.report_id, synthesis.at
    FROM reports_synthesisentry entry JOIN reports_synthesis synthesis ON synthesis.id = entry.synthesis_id
    WHERE entry.report_id = ANY(%s) ORDER BY entry.report_id, synthesis.at
"""

_REPORT = (
    *("pk", "unit_id", "unit__parent_id", "unit__valid", "form_id", "form__code", "version__title", "period__code"),
    *("period__first_day", "version__opens_after", "first_deadline", "superior_id", "signed", "synthesised"),
    *("version__superior_days", "version__owner_days", "version__correction_days"),
)

_ACTIONS = {one.value: one for one in Action}
_STATUSES = {one.value: one for one in Status}


def recorded(reports: ReportQuerySet) -> dict[int, tuple[Facts, Recorded]]:
    """What was ever recorded of these reports' time, by their keys; five queries, however many reports."""
    rows = list(reports.order_by().values_list(*_REPORT))
    keys = [row[0] for row in rows]
    steps = {
        pk: tuple(Taken(at, _ACTIONS[action], _STATUSES[after], *rest) for _pk, at, action, after, *rest in of_report)
        for pk, of_report in _by_report(_STEPS, keys).items()
    }
    changes = {
        pk: tuple(Change(at, after, Excludes(cause), words) for _pk, at, after, cause, words in of_report)
        for pk, of_report in _by_report(_CHANGES, keys).items()
    }
    composed = _by_report(_COMPOSED, [row[0] for row in rows if row[13]])
    down = outages()
    found = {}
    for pk, unit, above, valid, form, code, title, period, first, after, due, superior, signed, together, *days in rows:
        of_report = steps.get(pk, ())
        found[pk] = (
            Facts(pk, unit, above, Named(form, code, title), period),
            Recorded(
                datetime.combine(first + timedelta(days=after), time(), ZONE),
                due,
                changes.get(pk, ()),
                of_report,
                signed,
                superior is not None or any(one.action == Action.DROP_CHECK for one in of_report),
                superior_days=days[0],
                owner_days=days[1],
                correction_days=days[2],
                synthesised=together,
                composed=tuple(at for _pk, at in composed.get(pk, ())),
                outages=down,
                ended=valid.upper,
            ),
        )
    return found


def outages() -> tuple[Outage, ...]:
    """Every incident that was ever confirmed; one query."""
    confirmed = Incident.objects.filter(confirmed_at__isnull=False).order_by("began_at", "pk")
    rows = confirmed.values_list("began_at", "ended_at", "confirmed_at", "title")
    return tuple(Outage(began, ended, known, words) for began, ended, known, words in rows if known)


def _by_report(statement: str, keys: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    """The rows of that statement, by the report's key, which stands first in each."""
    found = defaultdict(list)
    if keys:
        for row in rows_of(statement, [keys]):
            found[row[0]].append(row)
    return found


def rows_of(statement: str, given: Any) -> list[tuple[Any, ...]]:
    """What a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


class Bounds(NamedTuple):
    """A span of time by what was due in it: 24:00 of a day belongs to that day, so the beginning is not within."""

    after: datetime
    until: datetime

    @classmethod
    def of_month(cls, month: date) -> "Bounds":
        """The month that begins on that day."""
        following = (month + timedelta(days=31)).replace(day=1)
        return cls(datetime.combine(month, time(), ZONE), datetime.combine(following, time(), ZONE))

    def __contains__(self, due: object) -> bool:
        return isinstance(due, datetime) and self.after < due <= self.until


class Owners:
    """Who reviews for the owners of forms, on any day; one query."""

    def __init__(self, forms: Collection[int]) -> None:
        self._of: dict[int, list[tuple[Any, int, int | None]]] = defaultdict(list)
        rows = FormOwner.objects.filter(form__in=forms).values_list("form", "valid", "unit", "stand_in")
        for form, *rest in rows:
            self._of[form].append((rest[0], rest[1], rest[2]))

    def reviewing(self, form: int, respondent: int | None, due: datetime) -> int | None:
        """The unit that reviews a report of that unit for the form's owner as it is due: for its own, its stand-in."""
        for valid, unit, stand_in in self._of[form]:
            if due_day(due) in valid:
                return stand_in if unit == respondent else unit
        return None


class Reader:
    """Which units and forms somebody may read of, as LapseQuerySet.visible_to says of rows; one query."""

    def __init__(self, user: User, at: datetime) -> None:
        posts = user.posts(at)
        self.reads_all = any(post.role == Role.INSPECTOR for post in posts)
        self.units = {post.unit_id for post in posts}
        owners = units_of(posts, *OWNERS_READERS)
        known = FormOwner.objects.filter(Q(unit__in=owners) | Q(stand_in__in=owners), valid__contains=at.date())
        rows = list(known) if owners else []
        self.forms = {one.form_id for one in rows if one.unit_id in owners}
        self.stands_in = {(one.form_id, one.unit_id) for one in rows if one.stand_in_id in owners}

    def sees(self, path: Sequence[int], form: int) -> bool:
        """Whether they may read of a unit with that path, which ends with itself, and that form."""
        return (
            self.reads_all
            or form in self.forms
            or not self.units.isdisjoint(path)
            or (form, path[-1]) in self.stands_in
        )
