"""Has the units of a demonstration pass directives on: most in time, some late, a few never; reproducible."""

from datetime import datetime
from random import Random

from accounts.actions.staffing import Staff
from accounts.roles import Level, Role
from notifications.models import Acknowledgement, Addressee, PassedOn
from reports.actions.demonstration.lives import People
from reports.calendars import WorkingCalendar, due_day
from reports.illustration import Temper, working_hours_after
from reports.models import CalendarDay

PEOPLE = {Level.DEPARTMENT: (60, 220), Level.DISTRICT: (140, 420), Level.COMMUNE: (18, 46)}
"""How many people a unit of a level has, at least and at most."""

WAYS = (
    "Họp toàn thể cơ quan",
    "Họp giao ban, gửi văn bản đến từng phòng, ban",
    "Sinh hoạt chuyên đề, ký cam kết thực hiện",
    "Gửi văn bản qua hệ thống quản lý văn bản, ký danh sách",
)
LATEST = 30  # working days after the day by which it was to be passed on
READ = 0.9
"""The share of the accounts that acknowledge where the unit has certified; elsewhere it is a third of that."""


def pass_on(people: People, seed: int, *, kept_open: str, at: datetime) -> None:
    """Certify and acknowledge, up to `at`, the published directives that nobody has certified yet.

    `kept_open` is the code of the unit that has done nothing so far. The certificates have no list, as nobody signed.
    """
    calendar = CalendarDay.objects.as_calendar()
    certified: list[PassedOn] = []
    read: list[Acknowledgement] = []
    waiting = Addressee.objects.filter(directive__published_at__lte=at, passed_on=None).exclude(unit__code=kept_open)
    for one in waiting.select_related("directive", "unit").order_by("directive", "unit__code"):
        random = Random(f"{seed}/{one.directive.number}/{one.unit.code}")  # noqa: S311  (no secret)
        temper = Temper(seed, one.unit.code)
        began = one.directive.published_at or at
        done = _passed_on_at(began, one.directive.pass_on_by, temper, random, calendar)
        if done is not None and done <= at:
            certified.append(_certificate(one, people[Role.HEAD, one.unit.code], temper, random, done))
        staff = [people[role, one.unit.code] for role in Role if (role, one.unit.code) in people]
        read += [
            Acknowledgement(addressee=one, person=who.user, at=when)
            for who in staff
            if random.random() < (READ if done else READ / 3)
            and (when := working_hours_after(began, random.randint(1, 20), random, calendar)) <= at
        ]
    PassedOn.objects.bulk_create(certified)
    Acknowledgement.objects.bulk_create(read)


def _passed_on_at(
    began: datetime, due: datetime, temper: Temper, random: Random, calendar: WorkingCalendar
) -> datetime | None:
    """When a unit's head certifies; None for never."""
    draw = random.random()
    given = max(1, calendar.between(began.date(), due_day(due)) - 1)
    if draw < 2 * temper.never:
        return None
    days = given + random.randint(2, LATEST) if draw < temper.never + temper.late else random.randint(1, given)
    return working_hours_after(began, days, random, calendar)


def _certificate(one: Addressee, head: Staff, temper: Temper, random: Random, at: datetime) -> PassedOn:
    everybody = round(temper.sized(*PEOPLE[Level(one.unit.level)]))
    absent = min(everybody // 4, random.choice((0, 0, 0, 1, 1, 2, 3, 5)))
    return PassedOn(
        addressee=one,
        day=at.date(),
        way=random.choice(WAYS),
        people=everybody - absent,
        of_people=everybody,
        by=head.user,
        at=at,
    )
