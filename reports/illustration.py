"""How the units of a demonstration behave: what they report and when they file, plausible and reproducible.

Every unit keeps its own size, trend and punctuality, all drawn from one seed; the same seed gives the same city.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.roles import Level
from reports.calendars import ZONE, WorkingCalendar, due_day
from reports.periods import PeriodCode

Numbers = dict[str, int]


@dataclass(frozen=True, slots=True)
class Habits:
    """The ranges a level's units lie in, a month: documents in and out, work dossiers, their online share."""

    documents_in: tuple[int, int]
    documents_out: tuple[int, int]
    dossiers: tuple[int, int]
    online: tuple[float, float]


HABITS = {
    Level.COMMUNE: Habits((150, 450), (40, 150), (30, 150), (0.35, 0.70)),
    Level.DISTRICT: Habits((1500, 4000), (400, 1200), (400, 1500), (0.65, 0.90)),
    Level.DEPARTMENT: Habits((1000, 5000), (300, 1500), (300, 2000), (0.80, 0.98)),
}

# Tết falls into the window of February 2022, the lockdown of 2021 into those of August and September.
SEASONS = {"2022-02": 0.45, "2021-08": 0.60, "2021-09": 0.55, "2022-03": 1.15, "2021-06": 1.10, "2021-07": 1.10}

CARELESS = 0.06
"""Of a hundred units six cause half of the lateness."""

RETURN_REASONS = (
    "Số hồ sơ phải xử lý chưa khớp với hệ thống quản lý văn bản, đề nghị rà soát lại.",
    "Số văn bản đi ký số thấp hơn báo cáo của phần mềm, đề nghị kiểm tra.",
    "Hồ sơ kỳ trước chuyển sang chưa bằng số còn lại cuối kỳ trước.",
)


class Temper:
    """One unit's size, trend and punctuality; a punctual one has never been late."""

    def __init__(self, seed: int, code: str, level: Level, *, punctual: bool = False) -> None:
        self.random = Random(f"{seed}/{code}")  # noqa: S311  (a demonstration, not a secret)
        habits = HABITS[level]
        self.documents_in = self.random.uniform(*habits.documents_in)
        self.documents_out = self.random.uniform(*habits.documents_out)
        self.dossiers = self.random.uniform(*habits.dossiers)
        self.online = self.random.uniform(habits.online[0], sum(habits.online) / 2 + 0.02)
        self.gain = (habits.online[1] - self.online) * self.random.uniform(0.0, 0.6) / 12
        self.late, self.never = (0.55, 0.20) if self.random.random() < CARELESS else (0.065, 0.018)
        if punctual:
            self.late = self.never = 0.0
        self.left_open = round(self.dossiers * self.random.uniform(0.05, 0.2))

    def month(self, code: PeriodCode) -> Numbers:
        """The numbers of the next month, in order: what was left open is carried over."""
        season = SEASONS.get(code.code, 1.0) * self.random.uniform(0.9, 1.1)
        out, received = round(self.documents_out * season), round(self.documents_in * season)
        opened = max(1, round(self.dossiers * season))
        to_handle = self.left_open + opened
        self.online = min(0.995, self.online + self.gain * self.random.uniform(0.2, 1.8))
        closed = round(to_handle * self.random.uniform(0.85, 0.97))
        numbers = {
            "documents_out": out,
            "documents_out_signed": round(out * min(1.0, self.online + 0.1)),
            "documents_in": received,
            "documents_in_electronic": round(received * min(1.0, self.online + 0.15)),
            "carried": self.left_open,
            "opened": opened,
            "to_handle": to_handle,
            "online": round(to_handle * self.online),
            "closed": closed,
        }
        self.left_open = to_handle - closed
        return numbers

    def filed_at(self, deadline: datetime, window_ends: date, calendar: WorkingCalendar) -> datetime | None:
        """When the report of that deadline is received; None for never. About 88 % on time, 9 % late, 3 % never."""
        draw = self.random.random()
        due = due_day(deadline)
        if draw < self.never:
            return None
        if draw < self.never + self.late:
            days = self.random.choices((1, self.random.randint(2, 3), self.random.randint(4, 9)), (65, 25, 10))[0]
            return self._in_office_hours(datetime.combine(calendar.after(due, days), time(), ZONE))
        day = due if self.random.random() < 0.5 else max(calendar.after(due, -1), calendar.after(window_ends, 1))
        return self._in_office_hours(datetime.combine(day, time(), ZONE))

    def _in_office_hours(self, midnight: datetime) -> datetime:
        """Mostly in the afternoon, 14:00 to 17:30, else in the morning."""
        start, length = (14.0, 3.5) if self.random.random() < 0.75 else (8.0, 3.5)
        return midnight + timedelta(seconds=round((start + self.random.random() * length) * 3600))


def working_hours_after(moment: datetime, days: int, random: Random, calendar: WorkingCalendar) -> datetime:
    """An instant in office hours so many working days after another, and in any case after it."""
    day = calendar.after(moment.astimezone(ZONE).date(), days)
    later = datetime.combine(day, time(8), ZONE) + timedelta(seconds=random.randrange(9 * 3600))
    return later if later > moment else moment + timedelta(minutes=random.randrange(10, 90))
