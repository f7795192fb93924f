"""Fills what became of a demonstration's lapses: explained by heads, ruled on by owners; then the lists of past months.

Lapses are found by the portal's own rules, and asked about when its sweep would have done so; the lists are announced,
objected to and issued by the portal's own actions, each at its instant.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import pgtrigger
from django.db import connection, transaction

from accounts.actions.staffing import Staff
from accounts.roles import Role
from reports import lapses
from reports.actions.demonstration.lives import People
from reports.actions.discipline import listing, proposing
from reports.calendars import ZONE, WorkingCalendar
from reports.illustration import causes, working_hours_after
from reports.lapses import LapseKind, Measure
from reports.models import CalendarDay, Explanation, FormOwner, Lapse, Ruling, StandingList
from reports.record import Bounds, Line, due_between
from reports.standing import stage_deadline

IN_TIME, LATE = 0.85, 0.08
"""The shares of lapses that are explained in time, and later; the others never are."""

RULED, OF_LATE = 0.7, timedelta(days=60)
"""The share of lapses that the owner has ruled on of those asked about of late; of earlier ones, all."""

SWEEP = timedelta(minutes=1)
YEAR = timedelta(days=365)

OBJECTED = 2
"""How many units object to each list."""


@transaction.atomic
def discipline(people: People, seed: int, *, at: datetime) -> int:
    """Record the lapses of what was filled so far, with what was said of them up to `at`; return how many are new."""
    lines = [line for line in due_between(_all_until(at), at=at) if line.excluded is None and line.lapse is None]
    lines.sort(key=lambda line: (line.due, line.form.code, line.unit.code, line.respondent.code, line.kind))
    history = _History(people, seed, at)
    told = [history.tell(line) for line in lines]
    recorded = Lapse.objects.bulk_create(one.lapse for one in told)
    # The journal names who said it and when, which a bulk cannot sign row by row: its entries are written after.
    with pgtrigger.ignore("reports.Explanation:is_journalled", "reports.Ruling:is_journalled"):
        Explanation.objects.bulk_create(one.explanation for one in told if one.explanation)
        Ruling.objects.bulk_create(one.ruling for one in told if one.ruling)
    for table in ("reports_explanation", "reports_ruling"):
        _journal(table, [lapse.pk for lapse in recorded])
    return len(recorded)


@dataclass
class _Told:
    lapse: Lapse
    explanation: Explanation | None = None
    ruling: Ruling | None = None


class _History:
    """Who said what of which lapse, in the order in which they were due."""

    def __init__(self, people: People, seed: int, at: datetime) -> None:
        self.people = people
        self.seed = seed
        self.at = at
        self.calendar: WorkingCalendar = CalendarDay.objects.as_calendar()
        owners = FormOwner.objects.select_related("unit", "stand_in").filter(valid__contains=at.date())
        self.owners = {one.form_id: (one.unit.code, one.stand_in.code) for one in owners}
        self.counted: dict[tuple[int, int, bool], list[datetime]] = defaultdict(list)

    def tell(self, line: Line) -> _Told:
        """What became of a lapse; those of the same unit and form that were due before it are told already."""
        random = Random(f"{self.seed}/{line.form.code}/{line.period}/{line.respondent.code}/{line.kind}")  # noqa: S311
        recorded_at = line.due + SWEEP
        lapse = Lapse(
            report_id=line.report,
            unit_id=line.unit.pk,
            kind=line.kind,
            since=line.since,
            due=line.due,
            recorded_at=recorded_at,
        )
        told = _Told(lapse)
        before = self.counted[line.unit.pk, line.form.pk, line.kind == LapseKind.REVIEW]
        lapse.asked_at = self._asked_at(line, again=any(line.due - YEAR <= due < line.due for due in before))
        if lapse.asked_at:
            lapse.explain_by = lapses.explain_by(lapse.asked_at, self.calendar)
            self._explain(told, line, random)
            self._rule(told, line, random)
        if not (told.ruling and told.ruling.excused):
            before.append(line.due)
        return told

    def _asked_at(self, line: Line, *, again: bool) -> datetime | None:
        """When the sweep asked: at once of a unit that lapsed before, else once the days tolerated had passed."""
        asked = line.due + SWEEP
        if not again:
            last = line.due.astimezone(ZONE) - timedelta(microseconds=1)
            asked = stage_deadline(last, lapses.TOLERATED_DAYS, self.calendar) + SWEEP
            if line.until and line.until < asked:
                return None
        return asked if asked <= self.at else None

    def _explain(self, told: _Told, line: Line, random: Random) -> None:
        asked, by = told.lapse.asked_at, self.people.get((Role.HEAD, line.unit.code))
        draw = random.random()
        if asked is None or by is None or draw >= IN_TIME + LATE:
            return
        days = random.randint(1, 2) if draw < IN_TIME else random.randint(4, 6)
        said = working_hours_after(asked, days, random, self.calendar)
        cause, text = causes.drawn(random)
        if said <= self.at:
            told.explanation = Explanation(
                lapse=told.lapse, cause=cause, text=text, by=by.user, capacity="head", at=said
            )

    def _rule(self, told: _Told, line: Line, random: Random) -> None:
        term, by = told.lapse.explain_by, self._ruler(line)
        if term is None or by is None or (random.random() >= RULED and self.at - term < OF_LATE):
            return
        explained = told.explanation
        ruled = working_hours_after(explained.at if explained else term, random.randint(1, 5), random, self.calendar)
        likely = causes.CAUSES[lapses.LapseCause(explained.cause)].excused if explained else 0.0
        excused = random.random() < likely
        reason = random.choice(causes.EXCUSED if excused else causes.NOT_EXCUSED)
        if ruled <= self.at:
            told.ruling = Ruling(
                lapse=told.lapse,
                excused=excused,
                reason=reason if explained else causes.NOT_EXPLAINED,
                by=by.user,
                at=ruled,
            )

    def _ruler(self, line: Line) -> Staff | None:
        owner, stand_in = self.owners[line.form.pk]
        return self.people.get((Role.APPROVER, stand_in if line.unit.code == owner else owner))


def _all_until(at: datetime) -> Bounds:
    return Bounds(datetime(2000, 1, 1, tzinfo=ZONE), at)


def _journal(table: str, keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO accounts_journalentry ("table", key, after, by_id, at)
            SELECT '{table}', said.id, to_jsonb(said), said.by_id, said.at
            FROM {table} said WHERE said.lapse_id = ANY(%s) ORDER BY said.at, said.id
            """,  # noqa: S608  (own words)
            [keys],
        )


# Lists and proposals --------------------------------------------------------------------------------------------------


@transaction.atomic
def enlist(people: People, seed: int, inspecting: str, *, at: datetime) -> None:
    """Announce and issue the lists of past months by that unit's inspector, and propose how to handle two units.

    The list of the last month is announced on the very morning, so its units may still object.
    """
    if StandingList.objects.exists():
        return
    inspector = people[Role.INSPECTOR, inspecting]
    heads = {code: staff for (role, code), staff in people.items() if role == Role.HEAD}
    calendar = CalendarDay.objects.as_calendar()
    *closed, last = _months(at)
    issued = []
    for month in closed:
        random = Random(f"{seed}/{month}")  # noqa: S311  (no secret)
        begins = Bounds.of_month(month).until
        announced = listing.announce(month, by=inspector.user, at=working_hours_after(begins, 2, random, calendar))
        _object(announced, inspector, heads, random)
        end = working_hours_after(announced.correct_by, 1, random, calendar)
        issued.append(listing.issue(announced, by=inspector.user, at=end))
    listing.announce(last, by=inspector.user, at=at - timedelta(minutes=15))
    _propose(issued, inspector, calendar, at=at)


def _months(at: datetime) -> Iterator[date]:
    """The months that are over, from the first with a lapse."""
    first = Lapse.objects.order_by("due").values_list("due", flat=True).first()
    month = (first - timedelta(microseconds=1)).astimezone(ZONE).date().replace(day=1) if first else at.date()
    while Bounds.of_month(month).until <= at:
        yield month
        month = Bounds.of_month(month).until.date()


def _object(announced: StandingList, inspector: Staff, heads: dict[str, Staff], random: Random) -> None:
    """Some units object within the 48 hours; the first is upheld."""
    listed = due_between(Bounds.of_month(announced.month), at=announced.announced_at)
    others = heads.keys() - {inspector.unit.code}
    against = [line.lapse for line in listed if line.counts and line.lapse and line.unit.code in others]
    chosen = random.sample(against, min(OBJECTED, len(against) // 2))
    for number, key in enumerate(chosen):
        lapse = Lapse.objects.select_related("report", "unit").get(pk=key)
        said = announced.announced_at + timedelta(hours=2 + number)
        objection = listing.object_to(
            announced, lapse, text=causes.OBJECTIONS[number], by=heads[lapse.unit.code].user, at=said
        )
        words = causes.NOT_UPHELD if number else causes.UPHELD
        answered = said + timedelta(hours=20)
        listing.answer(objection, upheld=not number, answer=words, by=inspector.user, at=answered)


def _propose(issued: Sequence[StandingList], inspector: Staff, calendar: WorkingCalendar, *, at: datetime) -> None:
    """Of the two units that are listed most often, one proposal is decided, and the other waits for the decision."""
    lines = [line for one in issued for line in (one.content or {})["lines"] if line["lapse"]]
    counted = Counter(line["unit"]["pk"] for line in lines if line["unit"]["pk"] != inspector.unit.pk)
    by = inspector.user
    for number, (unit, count) in enumerate(counted.most_common(2)):
        found = [line["lapse"] for line in lines if line["unit"]["pk"] == unit]
        chosen = list(Lapse.objects.filter(pk__in=found, rulings__excused=False).select_related("unit").distinct())
        chosen = chosen or list(Lapse.objects.filter(pk__in=found[:1]).select_related("unit"))
        day = calendar.after(at.date(), -15 + 10 * number)
        reason = f"Đơn vị có {count} lần gửi chậm hoặc chưa gửi báo cáo trong các danh sách đã ban hành."
        measure = (Measure.CRITICISE, Measure.REMIND)[number]
        moment = datetime.combine(day, time(9), ZONE)
        proposal = proposing.propose(chosen[0].unit, chosen, measure=measure, reason=reason, by=by, at=moment)
        proposing.send(proposal, number=f"{41 + number}/TTr-VP", day=day, by=by, at=moment + timedelta(hours=2))
        if number == 0:
            decided = calendar.after(day, 6)
            proposing.decide(
                proposal,
                measure=Measure.CRITICISE,
                number="1375/QĐ-UBND",
                day=decided,
                by=by,
                at=datetime.combine(decided, time(15), ZONE),
            )
