"""Replays what was recorded of a form's periods under another policy; it reads period by period and writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.models import Appointment, User
from accounts.roles import Capacity, Level, Place, Post, Role, Who
from notifications.ladder import AUDIENCES, LISTED, WHO, Audience, Ladder
from notifications.policies import Both, Teller, Telling, under
from reports import schedules
from reports.calendars import DeadlineRule, WorkingCalendar
from reports.lapses import Recorded, standing_as_of
from reports.models import CalendarDay, Form, FormOwner, FormVersion, Period, Report
from reports.periods import PeriodCode, Window
from reports.record import Facts, recorded
from reports.standing import Stand

_Heard = dict[tuple[Any, ...], Audience]
"""The notices of a period by rung, person and what they tell of, each with whom the rung names."""


def may_replay(posts: Sequence[Post]) -> bool:
    """Whether the holder of these posts replays records: an inspector, an approver, or who observes the city."""
    return any(_reads_all(post) or post.role == Role.APPROVER for post in posts)


def _reads_all(post: Post) -> bool:
    return post.role == Role.INSPECTOR or (post.role == Role.OBSERVER and post.level == Level.CITY)


def replayable_by(user: User, at: datetime) -> QuerySet[Form]:
    """The forms whose record this person may replay: all for inspectors and who observes the city, else one's own."""
    posts = user.posts(at)
    if any(_reads_all(post) for post in posts):
        return Form.objects.all()
    units = [post.unit_id for post in posts if post.role == Role.APPROVER]
    return Form.objects.filter(owners__unit__in=units, owners__valid__contains=at.date()).distinct()


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked and told: another deadline of some levels, a ladder, and days that are off or worked instead."""

    ladder: Ladder
    rules: Mapping[Level, DeadlineRule] = field(default_factory=dict)
    days_off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def calendar(self, known: WorkingCalendar) -> WorkingCalendar:
        """The working calendar with these days changed."""
        return WorkingCalendar(
            (known.days_off | self.days_off) - self.working, (known.working | self.working) - self.days_off
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One report as it stands, and as it would."""

    unit: int
    level: Level
    was: Stand
    would: Stand


@dataclass
class Outcome:
    """What came of some periods, and what would have: by level and unit, and how many notices by rung and audience."""

    periods: list[str] = field(default_factory=list)
    levels: dict[Level, Both] = field(default_factory=lambda: defaultdict(Both))
    units: dict[int, Both] = field(default_factory=lambda: defaultdict(Both))
    told: Counter[tuple[int, Audience]] = field(default_factory=Counter)
    would_tell: Counter[tuple[int, Audience]] = field(default_factory=Counter)

    def add(self, period: str, lines: Iterable[Line], told: _Heard, would_tell: _Heard) -> None:
        """Add what came of one more period."""
        self.periods.append(period)
        for line in lines:
            self.levels[line.level].add(line.was, line.would)
            self.units[line.unit].add(line.was, line.would)
        for counter, heard in ((self.told, told), (self.would_tell, would_tell)):
            counter.update((key[0], audience) for key, audience in heard.items())

    @property
    def every(self) -> Both:
        """The sum of all levels."""
        summed = Both()
        for both in self.levels.values():
            for total, part in ((summed.was, both.was), (summed.would, both.would)):
                for name in ("expected", "on_time", "late", "missing"):
                    setattr(total, name, getattr(total, name) + getattr(part, name))
        return summed


@dataclass
class Replay:
    """A form's periods whose data window ends within a span, replayed as of an instant."""

    form: Form
    first: date
    last: date
    policy: Policy
    at: datetime

    def periods(self) -> list[Period]:
        """The periods in their order; one query."""
        asked = Report.objects.filter(form=self.form).order_by().values("period")
        return list(Period.objects.filter(pk__in=asked, last_day__range=(self.first, self.last)))

    def run(self, ladder: Ladder) -> Outcome:
        """Replay all periods; `ladder` is the one by which the form goes."""
        outcome = Outcome()
        for _period in self.steps(ladder, outcome):
            pass
        return outcome

    def steps(self, ladder: Ladder, outcome: Outcome) -> Iterator[tuple[Period, list[Line]]]:
        """Replay one period after the other into the outcome, and give the lines of each; no more is held at a time.

        Raises calendars.TooSoon where a rule leaves no working day after a data window.
        """
        known = CalendarDay.objects.as_calendar()
        then = self.policy.calendar(known)
        tellers = Teller(ladder, known), Teller(self.policy.ladder, then)
        people = _People(self.form)
        for period in self.periods():
            lines = []
            heard: tuple[_Heard, _Heard] = ({}, {})
            rules = self._by_rule(period, known, {}), self._by_rule(period, then, self.policy.rules)
            for facts, was, key, superior in self._read(period):
                before, after = (by_rule.get(key, was.first_deadline) for by_rule in rules)
                would = under(was, before, after, then)
                stands = standing_as_of(was, self.at, known), standing_as_of(would, self.at, then)
                lines.append(Line(facts.unit, key[1], *stands))
                for teller, told_of, into in zip(tellers, (was, would), heard, strict=True):
                    for telling in teller.of(told_of, self.at):
                        people.note(telling, facts.report, facts.unit, superior or facts.above, into)
            outcome.add(period.code, lines, *heard)
            yield period, lines

    def _read(self, period: Period) -> Iterator[tuple[Facts, Recorded, tuple[int, Level], int | None]]:
        """The facts of one period's reports, each with its version and level, and with its superior."""
        reports = Report.objects.filter(form=self.form, period=period)
        rows = reports.order_by().values_list("pk", "version", "unit__level", "superior")
        more = {pk: ((version, Level(level)), superior) for pk, version, level, superior in rows}
        for pk, (facts, of_report) in recorded(reports).items():
            yield facts, of_report, *more[pk]

    def _by_rule(
        self, period: Period, calendar: WorkingCalendar, rules: Mapping[Level, DeadlineRule]
    ) -> dict[tuple[int, Level], datetime]:
        """The deadline of each version and level in that period by rule; none of what is asked by hand."""
        found: dict[tuple[int, Level], datetime] = {}
        for version in self._versions:
            window = Window(period.first_day, period.last_day)
            of_levels = schedules.deadlines_of(version, PeriodCode.parse(period.code), window, calendar, rules=rules)
            found |= {(version.pk, level): due for level, due in of_levels.items()}
        return found

    @cached_property
    def _versions(self) -> list[FormVersion]:
        versions = self.form.versions.filter(valid__isnull=False).prefetch_related("respondents")
        return [one for one in versions if not schedules.is_asked_by_hand(one)]


class _People:
    """Who had which role in which unit when: notices go to people. Whoever was away is counted as present."""

    def __init__(self, form: Form) -> None:
        heads = (Capacity.HEAD, Capacity.ACTING)
        told = {who.role.value for who in WHO.values()}
        posts = Appointment.objects.filter(role__in=told, capacity__in=heads, user__is_active=True)
        self._posts: dict[tuple[str, int | None], list[tuple[Any, int]]] = defaultdict(list)
        for role, unit, valid, user in posts.order_by().values_list("role", "unit", "valid", "user"):
            self._posts[role, 0 if role == Role.INSPECTOR else unit].append((valid, user))
        self._owners = list(FormOwner.objects.filter(form=form).values_list("valid", "unit", "stand_in"))

    def note(self, telling: Telling, report: int, unit: int, above: int | None, into: _Heard) -> None:
        """Note the notices that a telling of a report of that unit makes; a person hears a rung of a report once.

        To whom is told in lists, there is one notice of all that is overdue by a day.
        """
        audience = AUDIENCES[telling.who]
        place = self._unit(telling, unit, above)
        of_what = (telling.due,) if audience in LISTED else (telling.due, report)
        for valid, user in self._posts.get((telling.who.role.value, place), ()):
            if telling.at in valid:
                into.setdefault((telling.rung.days, user, *of_what), audience)

    def _unit(self, telling: Telling, unit: int, above: int | None) -> int | None:
        who: Who = telling.who
        if who.role == Role.INSPECTOR:
            return 0
        match who.place:
            case Place.OWN:
                return unit
            case Place.SUPERIOR:
                return above
            case _owner:
                day = telling.at.date()
                owners = ((own, stand_in) for valid, own, stand_in in self._owners if day in valid)
                return next((stand_in if own == unit else own for own, stand_in in owners), None)
