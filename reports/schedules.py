"""When the periods of a form open and are due: each by the version that holds for it, by the working calendar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from accounts.roles import Level
from reports import calendars
from reports.calendars import DeadlineRule, Shift, WorkingCalendar
from reports.models import CalendarDay, Form, FormVersion, Report
from reports.periods import Frequency, PeriodCode, Window, WindowRule

LONGEST_AFTER = timedelta(days=120)
"""No deadline by rule lies further behind its window: the month after it, a long holiday, a level that makes way."""


@dataclass(frozen=True, slots=True)
class Due:
    """Until when units of one level send the report of one period."""

    period: PeriodCode
    window: Window
    level: Level
    deadline: datetime


def window_of(version: FormVersion, code: PeriodCode) -> Window:
    """The data window of a period by the terms of that version."""
    return code.window(WindowRule(version.window_rule), version.week_starts_on)


def period_at(version: FormVersion, day: date) -> PeriodCode:
    """The period of that version in whose data window the day lies."""
    return PeriodCode.of(day, Frequency(version.frequency), WindowRule(version.window_rule), version.week_starts_on)


def opens_on(version: FormVersion, window: Window) -> date:
    """The day on which the period with that window opens."""
    return window.first + timedelta(days=version.opens_after)


def is_asked_by_hand(version: FormVersion) -> bool:
    """Whether somebody asks for it when it is needed, and no rhythm does."""
    return version.kind == FormVersion.Kind.AD_HOC or version.frequency == Frequency.ONCE


def holds(version: FormVersion, window: Window) -> bool:
    """Whether the version is the one in force for the period with that window; a draft is in force for none."""
    return version.valid is not None and window.first in version.valid


def codes_of(version: FormVersion, *, since: date, until: date) -> list[PeriodCode]:
    """The periods whose data window begins on one of those days while the version holds, in their order."""
    if version.valid is None:
        return []
    codes = []
    code = period_at(version, max(since, version.valid.lower))
    while (first := window_of(version, code).first) <= until:
        if first >= since and first in version.valid:
            codes.append(code)
        code = code.next
    return codes


def deadlines_of(
    version: FormVersion,
    code: PeriodCode,
    window: Window,
    calendar: WorkingCalendar,
    *,
    rule: DeadlineRule | None = None,
    rules: Mapping[Level, DeadlineRule] = MappingProxyType({}),
    levels: frozenset[str] | None = None,
) -> dict[Level, datetime]:
    """The deadline of each level that answers the version, or of those given.

    `rules` take the place of those of some levels, and `rule` that of each, unshifted.

    Prefetch the version's respondents. Raises calendars.TooSoon.
    """
    asked = [one for one in version.respondents.all() if levels is None or one.level in levels]
    return calendars.deadlines(
        {Level(one.level): rule or rules.get(Level(one.level), one.deadline_rule) for one in asked},
        code,
        window,
        calendar,
        Shift(version.shift) if rule is None else Shift.NONE,
        checked=[Level(one.level) for one in asked if one.checked_above],
    )


def working_calendar(first: int, last: int) -> WorkingCalendar:
    """The working calendar of those years and of the two beside them.

    A year of which the table says nothing yet is taken as the law's holidays make it.
    """
    rows = list(CalendarDay.objects.values_list("day", "working"))
    unknown = set(range(first - 1, last + 2)) - {day.year for day, _working in rows}
    rows += [(day, working) for day, working, _name in calendars.seed(unknown)]
    return WorkingCalendar(
        days_off=frozenset(day for day, working in rows if not working),
        working=frozenset(day for day, working in rows if working),
    )


def versions_of(form: Form) -> list[FormVersion]:
    """The versions of a form that hold for some periods, the earliest first; its drafts where there is no other."""
    versions = list(form.versions.prefetch_related("respondents").order_by("valid", "number"))
    return [one for one in versions if one.valid is not None] or versions[-1:]


def schedule(form: Form, first: int, last: int) -> list[Due]:
    """What is due of the periods of those years, by period and by level from the city down.

    Each period by the version in force for it; one that no version holds for, by the form's last version. Of a form
    asked by hand, the periods that were opened, as they were announced. Raises calendars.TooSoon.
    """
    levels = list(Level)
    dues = [*_by_rhythm(form, first, last), *_by_hand(form, first, last)]
    return sorted(dues, key=lambda due: (due.window, levels.index(due.level)))


def _by_rhythm(form: Form, first: int, last: int) -> Iterator[Due]:
    calendar = working_calendar(first, last)
    versions = [one for one in versions_of(form) if not is_asked_by_hand(one)]
    for version in versions:
        code = period_at(version, date(first, 1, 1)).previous
        while code.year <= last:
            window = window_of(version, code)
            uncovered = version is versions[-1] and not any(holds(one, window) for one in versions)
            if code.year >= first and (uncovered or holds(version, window)):
                for level, deadline in deadlines_of(version, code, window, calendar).items():
                    yield Due(code, window, level, deadline)
            code = code.next


def _by_hand(form: Form, first: int, last: int) -> Iterator[Due]:
    asked = (
        Report.objects.filter(
            form=form,
            period__frequency=Frequency.ONCE,
            period__last_day__year__gte=first,
            period__last_day__year__lte=last,
        )
        .order_by()
        .values_list("period__code", "period__first_day", "period__last_day", "unit__level", "first_deadline")
        .distinct()
    )
    for code, first_day, last_day, level, deadline in asked:
        yield Due(
            PeriodCode.parse(code), Window(first_day, last_day), Level(level), deadline.astimezone(calendars.ZONE)
        )
