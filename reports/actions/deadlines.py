"""Moves deadlines: extensions that a form's owner grants, incidents of the portal, corrections of the working calendar.

A deadline only ever moves later. The report holds the latest; every change is appended, with what it rests on.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Value
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.roles import Role
from reports import doorbell, labels, schedules
from reports.calendars import END_OF_DAY, ZONE, TooSoon, WorkingCalendar, due_day
from reports.models import (
    CalendarCorrection,
    CalendarDay,
    Extension,
    Form,
    FormVersion,
    Incident,
    Period,
    Report,
)
from reports.periods import Frequency, PeriodCode, Window
from reports.querysets import ReportQuerySet

_MOVE = """
    WITH wanted (id, after) AS ({wanted}), touched AS (
        SELECT report.id, report.deadline AS before, wanted.after
        FROM reports_report report JOIN wanted ON wanted.id = report.id
        WHERE wanted.after > report.deadline
        ORDER BY report.id
        FOR UPDATE OF report
    ), noted AS (
        INSERT INTO reports_deadlinechange
            (report_id, cause, before, after, extension_id, incident_id, correction_id, recorded_at)
        SELECT id, %s, before, after, %s, %s, %s, %s FROM touched
    )
    UPDATE reports_report report SET deadline = touched.after FROM touched WHERE report.id = touched.id
"""

_BY_RULE = """
    SELECT report.id, due.deadline
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) AS due (version, period, level, deadline)
    JOIN reports_report report ON report.version_id = due.version AND report.period_id = due.period
    JOIN accounts_unit unit ON unit.id = report.unit_id AND unit.level = due.level
    WHERE report.deadline > %s
"""


class Moved(NamedTuple):
    """What moved deadlines, and of how many reports."""

    cause: Extension | Incident | CalendarCorrection
    reports: int


def extended_by(
    form: Form,
    period: Period,
    *,
    until: datetime,
    unit: Unit | None = None,
    with_area: bool = False,
    level: str = "",
    by: User,
    at: datetime,
) -> ReportQuerySet:
    """The reports that such an extension would move: of those selected and due earlier, what this person decides of."""
    selected = _selected(form, period, unit=unit, with_area=with_area, level=level)
    return selected.decided_by(by, at).filter(deadline__lt=until)


def _selected(
    form: Form, period: Period, *, unit: Unit | None = None, with_area: bool = False, level: str = ""
) -> ReportQuerySet:
    """The reports of one unit, of an area, of a level, or of all units, whoever decides of them."""
    selected = Report.objects.filter(form=form, period=period)
    if unit is not None:
        selected = selected.filter(unit__path__contains=[unit.pk]) if with_area else selected.filter(unit=unit)
    return selected.filter(unit__level=level) if level else selected


@transaction.atomic
def grant_extension(
    form: Form,
    period: Period,
    *,
    until: datetime,
    unit: Unit | None = None,
    with_area: bool = False,
    level: str = "",
    reason: str,
    document: str,
    by: User,
    at: datetime,
) -> Moved:
    """Give one unit, an area, a level or all units of a period until a later instant, by a document and for a reason.

    The form's owner grants it, for its own report the owner's stand-in; nobody for a unit of their own. Raises
    PermissionDenied for anybody else, Refused where no report is moved (`own_unit`, `nothing_to_extend`), and
    ValidationError by field.
    """
    journal.sign(by=by, at=at)
    if not any(post.role == Role.APPROVER for post in by.posts(at)):
        raise PermissionDenied(_("Only an approver of the form's owner grants an extension."))
    reason, document = reason.strip(), document.strip()
    faults = {}
    if not reason:
        faults["reason"] = _("Say why: the units will read your reason.")
    if not document:
        faults["document"] = _("Give the number of the document that orders this.")
    if until <= at:
        faults["until"] = _("An extension runs until a later instant than now.")
    if faults:
        raise ValidationError(faults)
    with_area = with_area and unit is not None
    selected = _selected(form, period, unit=unit, with_area=with_area, level=level)
    touched = selected.decided_by(by, at).filter(deadline__lt=until)
    if not touched.exists():
        raise _why_none(selected, unit, by, at)
    extension = Extension.objects.create(
        form=form,
        period=period,
        unit=unit,
        with_area=with_area,
        level=level,
        until=until,
        reason=reason,
        document=document,
        by=by,
        recorded_at=at,
    )
    return Moved(extension, _move(_until(touched, until), cause=extension, at=at))


def _why_none(selected: ReportQuerySet, unit: Unit | None, by: User, at: datetime) -> Exception:
    """Why an extension of this selection would move nothing."""
    if unit is not None and any(post.unit_id == unit.pk for post in by.posts(at)):
        return Refused(
            "own_unit", _("Nobody extends a deadline for their own unit; the owner's stand-in decides of it.")
        )
    if selected.exists() and not selected.decided_by(by, at).exists():
        return PermissionDenied(_("Only an approver of the form's owner grants an extension."))
    words = _("No report of this selection is due before that instant: choose a later one, or other units.")
    return Refused("nothing_to_extend", words)


@transaction.atomic
def report_incident(
    *, title: str, began_at: datetime, ended_at: datetime, document: str = "", by: User, at: datetime
) -> Incident:
    """Put on record that the portal was down; no deadline moves before an inspector has confirmed it.

    Raises PermissionDenied for anybody but an administrator, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator reports an incident of the portal."))
    faults = {}
    if not title.strip():
        faults["title"] = _("Say what happened.")
    if ended_at <= began_at:
        faults["ended_at"] = _("An incident ends after it began.")
    elif ended_at > at:
        faults["ended_at"] = _("Report an incident once it is over.")
    if faults:
        raise ValidationError(faults)
    return Incident.objects.create(
        title=title.strip(),
        began_at=began_at,
        ended_at=ended_at,
        document=document.strip(),
        reported_by=by,
        reported_at=at,
    )


def touched_by(incident: Incident, calendar: WorkingCalendar) -> tuple[ReportQuerySet, datetime]:
    """The reports due on a day that the incident touches, and the instant it gives them: 24:00 of the next working day.

    A day reaches from 00:00 to 24:00, whatever the hour of the deadline.
    """
    after = _end(calendar.after(due_day(incident.ended_at), 1))
    begins = datetime.combine(incident.began_at.astimezone(ZONE).date(), time(), ZONE)
    reports = Report.objects.filter(
        deadline__gt=begins, deadline__lte=_end(due_day(incident.ended_at)), deadline__lt=after
    )
    return reports, after


@transaction.atomic
def confirm_incident(incident: Incident, *, by: User, at: datetime) -> Moved:
    """Confirm an incident: the deadlines whose day it touches move to 24:00 of the next working day after its end.

    Raises PermissionDenied for anybody but an inspector, and Refused for the one who reported it (`four_eyes`) and for
    an incident that is confirmed already (`already_confirmed`).
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.INSPECTOR, at):
        raise PermissionDenied(_("Only an inspector confirms an incident."))
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if incident.confirmed_at is not None:
        raise Refused("already_confirmed", _("This incident is confirmed already."))
    if incident.reported_by_id == by.pk:
        raise Refused("four_eyes", _("An incident is confirmed by somebody other than who reported it."))
    incident.confirmed_by, incident.confirmed_at = by, at
    incident.save(update_fields=["confirmed_by", "confirmed_at"])
    ended = incident.ended_at.astimezone(ZONE)
    reports, after = touched_by(incident, schedules.working_calendar(ended.year, ended.year))
    return Moved(incident, _move(_until(reports, after), cause=incident, at=at))


@transaction.atomic
def correct_day(day: date, *, working: bool | None, name: str = "", document: str, by: User, at: datetime) -> Moved:
    """Correct the working calendar: the day is worked, is off, or (None) is again what its weekday makes it.

    Deadlines that are still to come are computed anew by the rules of their pinned version; those that would come
    earlier stay as announced, and so do those that have passed, that a person chose, or that were put later already.
    Raises PermissionDenied for anybody but an administrator, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator corrects the working calendar."))
    name, document = name.strip(), document.strip()
    check_correction(day, working=working, name=name, document=document, at=at)
    before = CalendarDay.objects.filter(day=day).first()
    if working is None:
        CalendarDay.objects.filter(day=day).delete()
    else:
        terms = {"working": working, "name": name, "document": document}
        CalendarDay.objects.update_or_create(day=day, defaults=terms)
    correction = CalendarCorrection.objects.create(
        day=day,
        before=labels.calendar_day_words(before.working, before.name) if before else "",
        after="" if working is None else labels.calendar_day_words(working, name),
        document=document,
        by=by,
        recorded_at=at,
    )
    rows = list(_recomputed(at))
    if not rows:
        return Moved(correction, 0)
    wanted = _BY_RULE, [*(list(column) for column in zip(*rows, strict=True)), at]
    return Moved(correction, _move(wanted, cause=correction, at=at))


def check_correction(day: date, *, working: bool | None, name: str, document: str, at: datetime) -> None:
    """Raise ValidationError by field where the day cannot be corrected so."""
    faults = {}
    if not document.strip():
        faults["document"] = _("Give the number of the document that orders this.")
    if working is not None and not name.strip():
        faults["name"] = _("Say what the day is called.")
    if day < at.astimezone(ZONE).date():
        faults["day"] = _("This day has passed; what was counted by it stays as it was.")
    if working is None and not CalendarDay.objects.filter(day=day).exists():
        faults["day"] = _("The working calendar says nothing of this day.")
    if faults:
        raise ValidationError(faults)


def _recomputed(at: datetime) -> Iterable[tuple[int, int, str, datetime]]:
    """(version, period, level, deadline) of everything still to come, by the rules and the calendar as it is now."""
    running = (
        Report.objects.filter(deadline__gt=at)
        .exclude(period__frequency=Frequency.ONCE)
        .order_by()
        .values_list("version", "period")
        .distinct()
    )
    pairs = list(running)
    versions = FormVersion.objects.prefetch_related("respondents").in_bulk({version for version, _period in pairs})
    periods = Period.objects.in_bulk({period for _version, period in pairs})
    if not pairs:
        return
    calendar = schedules.working_calendar(
        min(one.first_day.year for one in periods.values()), max(one.last_day.year for one in periods.values())
    )
    for version, period in pairs:
        held = periods[period]
        try:
            due = schedules.deadlines_of(
                versions[version], PeriodCode.parse(held.code), Window(held.first_day, held.last_day), calendar
            )
        except TooSoon:
            continue  # what was announced leaves the units more time than the rule now would
        for level, deadline in due.items():
            yield version, period, level.value, deadline


def _until(reports: ReportQuerySet, instant: datetime) -> tuple[str, list[Any]]:
    """These reports, each with that instant, as SQL."""
    chosen = reports.order_by().annotate(after=Value(instant, DateTimeField())).values_list(F("pk"), "after")
    sql, given = chosen.query.sql_with_params()
    return sql, list(given)


def _move(wanted: tuple[str, list[Any]], *, cause: Extension | Incident | CalendarCorrection, at: datetime) -> int:
    """Put the wanted reports' deadlines later, each with its change, by one statement; return how many moved."""
    sql, given = wanted
    kinds = {Extension: "extension", Incident: "incident", CalendarCorrection: "calendar"}
    rests_on = [cause.pk if isinstance(cause, kind) else None for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(wanted=sql), [*given, kinds[type(cause)], *rests_on, at])
        moved: int = cursor.rowcount
    if moved:
        doorbell.ring("notifications.tasks.remind")
    return moved


def _end(day: date) -> datetime:
    """24:00 of that day."""
    return datetime.combine(day, time(), ZONE) + END_OF_DAY
