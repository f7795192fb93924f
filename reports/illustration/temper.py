"""What a unit is like whatever it reports on: its size among its kind, and how punctually it files."""

from datetime import date, datetime, time, timedelta
from random import Random

from reports.calendars import ZONE, WorkingCalendar, due_day

CARELESS = 0.06
"""Of a hundred units six cause half of the lateness."""

MORNING = time(7, 30)


class Temper:
    """One unit's size and punctuality; a punctual one has never been late, and a faithful one files at last."""

    def __init__(self, seed: int, code: str, *, punctual: bool = False, faithful: bool = False) -> None:
        random = Random(f"{seed}/{code}")  # noqa: S311  (a demonstration, not a secret)
        self.size = random.random()
        self.ambition = random.random()
        self.late, self.never = (0.55, 0.20) if random.random() < CARELESS else (0.065, 0.018)
        if punctual:
            self.late = self.never = 0.0
        if faithful:
            self.never = 0.0

    def sized(self, low: float, high: float) -> float:
        """Where the unit lies between the least and the most of its kind."""
        return low + (high - low) * self.size

    def filed_at(
        self, deadline: datetime, window_ends: date, calendar: WorkingCalendar, random: Random
    ) -> datetime | None:
        """When the report of that deadline is received; None for never. About 88 % on time, 9 % late, 3 % never."""
        draw = random.random()
        due = due_day(deadline)
        if draw < self.never:
            return None
        if draw < self.never + self.late:
            days = random.choices((1, random.randint(2, 3), random.randint(4, 9)), (65, 25, 10))[0]
            return _in_office_hours(calendar.after(due, days), random)
        ahead = calendar.between(window_ends, due) - 1
        day = due if ahead < 1 or random.random() < 0.5 else calendar.after(due, -random.randint(1, min(ahead, 3)))
        moment = _in_office_hours(day, random)
        if moment >= deadline:  # due in the course of the day
            begins = datetime.combine(due, MORNING, ZONE)
            moment = begins + (deadline - begins) * random.uniform(0.0, 0.98)
        return moment.replace(microsecond=0)


def _in_office_hours(day: date, random: Random) -> datetime:
    """Mostly in the afternoon, 14:00 to 17:30, else in the morning."""
    start, length = (14.0, 3.5) if random.random() < 0.75 else (8.0, 3.5)
    return datetime.combine(day, time(), ZONE) + timedelta(seconds=round((start + random.random() * length) * 3600))


def working_hours_after(moment: datetime, days: int, random: Random, calendar: WorkingCalendar) -> datetime:
    """An instant in office hours so many working days after another, and in any case after it."""
    day = calendar.after(moment.astimezone(ZONE).date(), days)
    later = datetime.combine(day, time(8), ZONE) + timedelta(seconds=random.randrange(9 * 3600))
    return later if later > moment else moment + timedelta(minutes=random.randrange(10, 90))
