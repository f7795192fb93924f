"""What a ladder would tell in the next period of a form, for one unit of each level; nothing is kept of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import Unit
from accounts.roles import Level, Place
from notifications.foretelling import Heard, foretold
from notifications.ladder import Ladder
from reports import expectations, schedules
from reports.calendars import ZONE, TooSoon, due_day
from reports.models import Form, FormOwner, FormVersion, Respondent
from reports.periods import PeriodCode

LOOKED_AHEAD = 60
"""So many periods are looked at for one that is still to come."""


@dataclass(frozen=True, slots=True)
class Example:
    """One unit that answers, until when, and what is told of it; `units` are those meant by each place."""

    level: Level
    period: PeriodCode
    deadline: datetime
    units: dict[Place, Unit | None]
    heard: list[Heard]

    @property
    def unit(self) -> Unit | None:
        return self.units[Place.OWN]


def examples(form: Form, ladder: Ladder, at: datetime) -> list[Example]:
    """An example of each level in the next period due as a whole after that instant, from the departments down.

    Empty where there is no such period: the form is asked by hand, or no version of it holds any more.
    """
    calendar = schedules.working_calendar(at.year, at.year + 1)
    found = _next(form, at)
    if found is None:
        return []
    version, code, deadlines = found
    window = schedules.window_of(version, code)
    opened = datetime.combine(schedules.opens_on(version, window), time(), ZONE)
    owner = FormOwner.objects.filter(form=form, valid__contains=window.last).select_related("unit", "stand_in").first()
    examples = []
    for one in version.respondents.all():
        level, deadline = Level(one.level), deadlines[Level(one.level)]
        unit = _answering(one, window.last, owner)
        units = {
            Place.OWN: unit,
            Place.SUPERIOR: unit.parent if unit else None,
            Place.OWNER: owner.unit if owner else None,
        }
        heard = foretold(ladder, due_day(deadline), opened, calendar)
        examples.append(Example(level, code, deadline, units, sorted(heard, key=lambda each: each.at)))
    return sorted(examples, key=lambda each: list(Level).index(each.level))


def _next(form: Form, at: datetime) -> tuple[FormVersion, PeriodCode, dict[Level, datetime]] | None:
    """The next period of which nothing is due yet, by its version, with the deadline of each level."""
    calendar = schedules.working_calendar(at.year, at.year + 1)
    for version in schedules.versions_of(form):
        if schedules.is_asked_by_hand(version) or version.valid is None:
            continue
        since = max(version.valid.lower, at.date() - timedelta(days=366))
        for code in schedules.codes_of(version, since=since, until=at.date() + timedelta(days=366))[:LOOKED_AHEAD]:
            try:
                deadlines = schedules.deadlines_of(version, code, schedules.window_of(version, code), calendar)
            except TooSoon:
                continue
            if deadlines and min(deadlines.values()) > at:
                return version, code, deadlines
    return None


def _answering(respondent: Respondent, day: date, owner: FormOwner | None) -> Unit | None:
    """The first unit of that level by name that answers, the form's owner left aside as others review its report."""
    units = expectations.answering(respondent, day).select_related("parent")
    return units.exclude(pk=owner.unit_id).first() or units.first() if owner else units.first()
