"""Who is owed what, worked out once more in plain Python from what the fault run did: beside the portal's own SQL."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LADDER = (
    (-5, ("reporter",)),
    (-2, ("reporter", "head")),
    (0, ("reporter", "head")),
    (1, ("head",)),
    (3, ("head", "above")),
    (5, ("owner", "inspector")),
)


@dataclass(frozen=True)
class Known:
    """A report as it stands; `returned` is the step that made it a draft again, with its instant."""

    unit: int
    above: int | None
    form: int
    deadline: datetime
    is_owed: bool = True
    was_received: bool = False
    returned: tuple[int, datetime] | None = None


@dataclass
class World:
    """Reports by key, changes of deadlines, appointments and absences, as they are at one moment of the run."""

    owner: int
    reports: dict[int, Known]
    moved: list[tuple[int, int, datetime, datetime]] = field(default_factory=list)  # change, report, until, when
    posts: list[tuple[int, int, str, str, datetime | None]] = field(default_factory=list)  # … and until when
    away: list[tuple[int, date, date]] = field(default_factory=list)

    def copy(self):
        return World(self.owner, dict(self.reports), list(self.moved), list(self.posts), list(self.away))

    def change(self, report, **how):
        self.reports[report] = replace(self.reports[report], **how)


class Days:
    """Working days, counted one by one."""

    def __init__(self, days_off, working):
        self.days_off, self.working = days_off, working

    @cache  # noqa: B019  (one for a run)
    def shift(self, day, days):
        step = timedelta(days=1 if days > 0 else -1)
        while days:
            day += step
            if day in self.working or (day.weekday() < 5 and day not in self.days_off):
                days -= step.days
        return day

    @cache  # noqa: B019
    def heard(self, due, at):
        """Which rung each audience hears of something due on that day."""
        if at >= midnight(self.shift(due, 5) + timedelta(days=1)):
            return {}
        fallen = [row for row in LADDER if datetime.combine(self.shift(due, row[0]), time(7, 30), HANOI) <= at]
        return {name: days for days, names in fallen for name in names}


def midnight(day):
    return datetime.combine(day, time(), HANOI)


def due_day(deadline):
    return (deadline - timedelta(microseconds=1)).astimezone(HANOI).date()


def owed(world, at, days):
    """Everything owed: {(person, kind, subject, occasion): whether more than the inbox reaches them}."""
    today = at.astimezone(HANOI).date()
    in_force = [row for row in world.posts if row[4] is None or at < row[4]]
    away = {person for person, first, last in world.away if first <= today < last}
    people = {}
    for person, unit, role, capacity, _until in in_force:
        people.setdefault((unit, role), {})[person] = capacity
    inspectors = {person: True for person, _unit, role, _capacity, _until in in_force if role == "inspector"}

    @cache
    def hears(unit, role):
        here = people.get((unit, role), {})
        if role != "head":
            return dict.fromkeys(here, True)
        first = {person for person, capacity in here.items() if capacity in ("head", "acting")}
        chosen = first if first - away else set(here)
        return {person: person not in away or not chosen - away for person in chosen}

    found, lists = {}, set()
    not_before = midnight(days.shift(today, -6) + timedelta(days=1))
    for pk, report in world.reports.items():
        if not report.is_owed:
            continue
        if report.returned and report.returned[1] > not_before:
            for role in ("reporter", "head"):
                for person, reached in hears(report.unit, role).items():
                    key = (person, "returned", pk, f"returned:{report.returned[0]}")
                    found[key] = found.get(key, False) or reached
        if report.was_received:
            continue
        due = due_day(report.deadline)
        rungs = days.heard(due, at)
        best = {}
        for name, unit, role in (
            ("reporter", report.unit, "reporter"),
            ("head", report.unit, "head"),
            ("above", report.above, "head"),
        ):
            for person, reached in hears(unit, role).items() if name in rungs else ():
                best[person] = max(best.get(person, (-99, False)), (rungs[name], reached))
        for person, (rung, reached) in best.items():
            found[person, "rung", pk, f"rung:{rung}:{due}"] = reached
        if "owner" in rungs:
            lists.add((report.form, due, rungs["owner"]))
    for form, due, rung in lists:
        for person in (*hears(world.owner, "reviewer"), *inspectors):
            found[person, "overdue_list", form, f"overdue:{rung}:{due}"] = True
    for change, pk, until, recorded_at in world.moved:
        report = world.reports[pk]
        counts = report.is_owed and not report.was_received and report.deadline == until
        if counts and until > at and recorded_at > not_before:
            for role in ("reporter", "head"):
                for person, reached in hears(report.unit, role).items():
                    key = (person, "moved", pk, f"moved:{change}")
                    found[key] = found.get(key, False) or reached
    return found


KINDS = ("rung", "overdue_list", "moved", "returned")
"""What is worked out here."""
