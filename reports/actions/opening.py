"""Opens periods: one report for every unit that owes one, with all its terms pinned."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.roles import Level, Role
from reports import doorbell, schedules
from reports.calendars import OnDay, TooSoon, WorkingCalendar
from reports.models import Form, FormOwner, FormVersion, Period
from reports.periods import Frequency, PeriodCode, Window, WindowRule

_OPEN = """
    WITH given AS (
        SELECT *
        FROM unnest(%(forms)s::bigint[], %(versions)s::bigint[], %(periods)s::bigint[], %(last_days)s::date[],
                    %(again)s::boolean[], %(levels)s::text[], %(everyone)s::boolean[], %(signed)s::boolean[],
                    %(checked)s::boolean[], %(synthesised)s::boolean[], %(deadlines)s::timestamptz[])
            AS given (form_id, version_id, period_id, last_day,
                      again, level, everyone, signed,
                      checked_above, synthesised, deadline)
    ), terms AS MATERIALIZED (
        SELECT * FROM given
        WHERE again OR NOT EXISTS (SELECT FROM reports_report report
                                   WHERE report.form_id = given.form_id AND report.period_id = given.period_id)
    ), missing AS (
        SELECT nextval(pg_get_serial_sequence('reports_report', 'id')) AS report_id,
               nextval(pg_get_serial_sequence('reports_revision', 'id')) AS revision_id,
               unit.id AS unit_id, terms.form_id, terms.version_id, terms.period_id, terms.signed, terms.synthesised,
               terms.deadline,
               CASE WHEN terms.checked_above THEN unit.parent_id END AS superior_id
        FROM terms
        JOIN accounts_unit unit ON unit.level = terms.level AND unit.valid @> terms.last_day
        LEFT JOIN reports_namedunit named ON named.version_id = terms.version_id AND named.unit_id = unit.id
        WHERE coalesce(NOT named.excluded, terms.everyone)
          AND (%(units)s::bigint[] IS NULL OR unit.id = ANY(%(units)s::bigint[]))
          AND NOT EXISTS (SELECT FROM reports_report report
                          WHERE report.form_id = terms.form_id AND report.period_id = terms.period_id
                            AND report.unit_id = unit.id)
    ), opened AS (
        INSERT INTO reports_report (id, unit_id, form_id, version_id, period_id, superior_id, signed, synthesised,
                                    status, edit, first_deadline, deadline, current_id)
        SELECT report_id, unit_id, form_id, version_id, period_id, superior_id, signed, synthesised, 'draft', 1,
               deadline, deadline, revision_id
        FROM missing
        ON CONFLICT DO NOTHING
        RETURNING id, unit_id, form_id, period_id, current_id
    ), blank AS (
        INSERT INTO reports_revision (id, report_id, number, cause, digest)
        SELECT current_id, id, 1, 'opening', '' FROM opened
    )
    INSERT INTO reports_mark (form_id, period_id, unit_id) SELECT form_id, period_id, unit_id FROM opened
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opening:
    """A period to be opened by the terms of a version; `again` looks for units added since it was first opened."""

    version: FormVersion
    code: PeriodCode
    window: Window
    due: dict[Level, datetime]
    again: bool = True

    @property
    def key(self) -> tuple[str, str, object]:
        """What its Period is found by."""
        return self.version.window_rule, self.code.code, self.window.first


@transaction.atomic
def open_period(version: FormVersion, code: PeriodCode) -> int:
    """Create the reports that units owe to this version of a form for one period; return how many were created.

    Respondents are the units in force on the last day of the data window: all of a level that answers or those that
    the version names, less those that it excludes. Safe to repeat: reports that exist stay as they are, and units added
    since are caught up. Raises Refused for a draft (`draft_version`) and where the version asks no such period
    (`no_such_period`), and calendars.TooSoon.
    """
    version = _steady_version(version)
    window = (
        None
        if schedules.is_asked_by_hand(version) or code.frequency != version.frequency
        else (schedules.window_of(version, code))
    )
    if window is None or not schedules.holds(version, window):
        words = _("The form is not asked for the period %(period)s.")
        raise Refused("no_such_period", words % {"period": code})
    calendar = _steady_calendar(window.first.year, window.last.year)
    return _open([Opening(version, code, window, schedules.deadlines_of(version, code, window, calendar))])


@transaction.atomic
def open_due_periods(*, at: datetime) -> int:
    """Open every period that opens by that instant; return how many reports were created.

    Periods that are not yet due are looked at again, so that units added late are caught up; an earlier one only where
    it has never been opened. A period whose rule leaves no working day is logged and holds nothing else up.
    """
    today = at.date()
    list(Form.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))  # see _steady_version
    versions = list(
        FormVersion.objects.filter(valid__startswith__lte=today)
        .exclude(Q(frequency=Frequency.ONCE) | Q(kind=FormVersion.Kind.AD_HOC))
        .prefetch_related("respondents")
        .order_by("form", "number")
    )
    calendar = _steady_calendar(min((one.valid.lower.year for one in versions), default=today.year), today.year)
    openings = []
    for version in versions:
        for code in schedules.codes_of(
            version, since=version.valid.lower, until=today - timedelta(days=version.opens_after)
        ):
            window = schedules.window_of(version, code)
            try:
                due = schedules.deadlines_of(version, code, window, calendar)
            except TooSoon as refusal:
                logger.error("period not opened: form=%s period=%s reason=%s", version.form_id, code, refusal)
                continue
            openings.append(
                Opening(version, code, window, due, again=max(due.values(), default=at) > at or window.last >= today)
            )
    return _open(openings)


@transaction.atomic
def open_by_hand(
    version: FormVersion,
    window: Window,
    *,
    deadline: datetime | None = None,
    units: Collection[Unit] | None = None,
    by: User,
    at: datetime,
) -> int:
    """Ask an ad hoc form, or one asked once, of the units chosen or of all that answer it; return how many are asked.

    The period is named after the window's last day. `deadline` takes the place of the version's own; where a superior
    checks first, whoever sends directly has one working day more. Safe to repeat for further units. Raises
    PermissionDenied for anybody but an approver of the form's owner, Refused for a form with a rhythm (`has_rhythm`)
    and for a draft, and ValidationError by field.
    """
    if not _approves_for_owner(version, by, at):
        raise PermissionDenied(_("Only an approver of the form's owner asks for this report."))
    version = _steady_version(version)
    if not schedules.is_asked_by_hand(version):
        raise Refused("has_rhythm", _("This form opens by itself, period by period."))
    if window.first > window.last:
        raise ValidationError({"last_day": _("The data window ends on or after its first day.")})
    if not schedules.holds(version, window):
        raise ValidationError({"first_day": _("This version of the form does not hold for a window that begins then.")})
    code = PeriodCode.of(window.last, Frequency.ONCE, WindowRule(version.window_rule))
    audience = None if units is None else _audience(version, window, units)
    calendar = _steady_calendar(window.first.year, window.last.year)
    rule = None if deadline is None else OnDay.until(deadline)
    levels = None if audience is None else frozenset(unit.level for unit in audience)
    try:
        due = schedules.deadlines_of(version, code, window, calendar, rule=rule, levels=levels)
    except TooSoon as refusal:
        words = _(
            "Leave the units at least one working day after the data window, which ends on %(day)s"
            " (Decree 09/2019, article 8.5)."
        )
        raise ValidationError({"deadline": words % {"day": f"{window.last:%d/%m/%Y}"}}) from refusal
    if any(instant <= at for instant in due.values()):
        raise ValidationError({"deadline": _("This deadline has passed already.")})
    return _open([Opening(version, code, window, due)], units=audience)


def _audience(version: FormVersion, window: Window, units: Collection[Unit]) -> Collection[Unit]:
    """The chosen units; ValidationError names those that do not answer the version for that window."""
    if not units:
        raise ValidationError({"units": _("Choose at least one unit.")})
    levels = {one.level: one.everyone for one in version.respondents.all()}
    named = dict(version.named_units.values_list("unit", "excluded"))
    stray = [
        unit.name
        for unit in units
        if window.last not in unit.valid
        or unit.level not in levels
        or not (not named[unit.pk] if unit.pk in named else levels[unit.level])
    ]
    if stray:
        words = _("The form does not ask these units for this period: %(units)s.")
        raise ValidationError({"units": words % {"units": ", ".join(stray)}})
    return units


def _approves_for_owner(version: FormVersion, by: User, at: datetime) -> bool:
    held = [post.unit_id for post in by.posts(at) if post.role == Role.APPROVER]
    return FormOwner.objects.filter(form=version.form_id, valid__contains=at.date(), unit__in=held).exists()


def _steady_version(version: FormVersion) -> FormVersion:
    """The version as it is now; Refused for a draft (`draft_version`).

    Its form is locked: who puts another version into force waits for the transaction's end and finds what was opened.
    """
    Form.objects.select_for_update(no_key=True).get(pk=version.form_id)
    version = FormVersion.objects.prefetch_related("respondents").get(pk=version.pk)
    if version.valid is None:
        raise Refused("draft_version", _("This version is a draft: nothing is asked by it until it holds for periods."))
    return version


def _steady_calendar(first: int, last: int) -> WorkingCalendar:
    """The working calendar of those years; who corrects it waits for the transaction's end and finds what it opened."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_calendarday IN SHARE MODE")
    return schedules.working_calendar(first, last)


def _open(openings: Collection[Opening], units: Collection[Unit] | None = None) -> int:
    """Create what is missing of these periods by one statement; ring for the figures if anything was."""
    periods = _periods(openings)
    rows = [
        (
            *(opening.version.form_id, opening.version.pk, periods[opening.key], opening.window.last, opening.again),
            *(one.level, one.everyone, one.signed, one.checked_above, one.synthesised, opening.due[Level(one.level)]),
        )
        for opening in openings
        for one in opening.version.respondents.all()
        if Level(one.level) in opening.due
    ]
    if not rows:
        return 0
    columns = "forms versions periods last_days again levels everyone signed checked synthesised deadlines".split()
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                **{name: list(column) for name, column in zip(columns, zip(*rows, strict=True), strict=True)},
                "units": None if units is None else [unit.pk for unit in units],
            },
        )
        created: int = cursor.rowcount
    if created:
        doorbell.ring("reports.tasks.fold_figures")
    return created


def _periods(openings: Iterable[Opening]) -> dict[tuple[str, str, object], int]:
    """The keys of the openings' periods, which are entered where they are new."""
    wanted = {opening.key: opening for opening in openings}
    known = _known_periods(wanted)
    fresh = [
        Period(
            rule=opening.version.window_rule,
            code=opening.code.code,
            frequency=opening.code.frequency,
            first_day=opening.window.first,
            last_day=opening.window.last,
        )
        for key, opening in wanted.items()
        if key not in known
    ]
    if fresh:
        Period.objects.bulk_create(fresh, ignore_conflicts=True)
        known = _known_periods(wanted)
    return known


def _known_periods(wanted: Collection[tuple[str, str, object]]) -> dict[tuple[str, str, object], int]:
    rows = Period.objects.filter(code__in={code for _rule, code, _first in wanted})
    return {(rule, code, first): pk for rule, code, first, pk in rows.values_list("rule", "code", "first_day", "pk")}
