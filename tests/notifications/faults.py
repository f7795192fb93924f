"""The fault run: planners and deliverers killed at random, a mail server that drops connections, a jumping clock.

Some units owe the reports of three forms; people submit them, get them back, and come and go. Real processes plan and
deliver at the instant that a clock in a file shows. Whatever was owed at each round is worked out beside, in Python.
"""

import email
import email.policy
import os
import random
import signal
import subprocess
import sys
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import Error, connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import Count

from accounts.models import Absence, Appointment, Unit, User
from bench.bulk import form
from notifications.actions.delivering import deliver
from notifications.actions.planning import plan
from notifications.actions.taking import DELAYS
from notifications.models import Attempt, Delivery, Notice
from reports.actions import deadlines, filing, moving, opening, regimes
from reports.actions.grounds import Grounds
from reports.models import CalendarDay, DeadlineChange, FormOwner, Report
from reports.periods import PeriodCode
from reports.workflow import Action
from tests.notifications.beside import HANOI, KINDS, Days, Known, World, owed

FIRST = date(2022, 5, 9)
BEFORE = datetime(2021, 1, 1, tzinfo=HANOI)
ITEMS = ("n000", "n001")
DROPPED = 0.05
"""Which part of the mails breaks the connection before they are taken, and which after."""


class Sink:
    """The mail server: what it took, and when; it breaks connections by a seed until it is `kind`."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.taken = []
        self.seen = []
        self.kind = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        chance = 1.0 if self.kind else self.random.random()
        self.seen.append((mail["Message-ID"], mail["Date"].datetime, time.monotonic()))
        if chance >= DROPPED:
            self.taken.append(mail)
        if chance < 2 * DROPPED:
            server.transport.abort()
        return "250 Kept"


class Ground:
    """The units, people and reports of a run, in the database and beside it as a World."""

    def __init__(self, seed, units, days):
        self.random = random.Random(seed)
        self.units = list(Unit.objects.filter(level__in=("district", "commune")).order_by("pk")[:units])
        self.approver = self._person("fault.approver", "approver", FormOwner.objects.first().unit_id)
        self.versions = [regimes.enter_form(form(f"GD-{number}", len(ITEMS))) for number in range(3)]
        for version in self.versions:
            opening.open_period(version, PeriodCode.parse("2022-04"))
        Report.objects.exclude(unit__in=self.units, version__in=self.versions).update(
            deadline=BEFORE, first_deadline=BEFORE
        )
        self.reports = list(
            Report.objects.filter(unit__in=self.units, version__in=self.versions).select_related(
                "unit", "form", "version", "period", "current"
            )
        )
        self._spread(days)
        self._staff()
        self.world = World(
            FormOwner.objects.get(form=self.versions[0].form).unit_id,
            {
                one.pk: Known(one.unit_id, one.superior_id or one.unit.parent_id, one.form_id, one.deadline)
                for one in self.reports
            },
            posts=[(*row, None) for row in Appointment.objects.values_list("user", "unit", "role", "capacity")],
        )
        table = dict(CalendarDay.objects.values_list("day", "working"))
        self.days = Days(
            frozenset(day for day, working in table.items() if not working),
            frozenset(day for day, working in table.items() if working),
        )
        self.by_key = {one.pk: one for one in self.reports}

    def _spread(self, days):
        """Deadlines of the run lie on any day from its second on, at 24:00 or in the afternoon."""
        for one in self.reports:
            day = datetime.combine(FIRST + timedelta(days=self.random.randrange(1, days)), clock_time(), HANOI)
            one.deadline = one.first_deadline = day + timedelta(hours=self.random.choice((17, 24)))
        Report.objects.bulk_update(self.reports, ["deadline", "first_deadline"], batch_size=500)

    def _staff(self):
        """A reporter and a head in every unit, some of whom have no address, and a deputy in every third."""
        people = [
            User(username=f"fault.{name}.{unit.pk}", full_name=f"Người giả định {name} {unit.pk}", password="!")
            for place, unit in enumerate(self.units)
            for name in ("reporter", "head", *(("deputy",) if place % 3 == 0 else ()))
        ]
        for place, person in enumerate(people):
            person.email = "" if place % 17 == 0 else f"{person.username}@example.vn"
        User.objects.bulk_create(people)
        Appointment.objects.bulk_create(
            Appointment(
                user=person,
                unit_id=int(person.username.rpartition(".")[2]),
                role="reporter" if ".reporter." in person.username else "head",
                capacity="deputy" if ".deputy." in person.username else "head",
                valid=DateTimeTZRange(BEFORE, None),
            )
            for person in people
        )

    def _person(self, name, role, unit):
        person = User.objects.create(username=name, full_name=name, email=f"{name}@example.vn", password="!")
        Appointment.objects.create(user=person, unit_id=unit, role=role, valid=DateTimeTZRange(BEFORE, None))
        return person

    def _holder(self, unit, role):
        return next(
            (
                person
                for person, at, held, _capacity, until in self.world.posts
                if (at, held, until) == (unit, role, None)
            ),
            None,
        )

    def happen(self, at, count):
        """So many things happen, each to another report, in the database and in the world.

        Gives when each began, once it has happened.
        """
        for report in self.random.sample(self.reports, count):
            begun = time.monotonic()
            known = self.world.reports[report.pk]
            what = self.random.choices(("submit", "return", "extend", "leave", "go_away"), (10, 3, 3, 1, 2))[0]
            if what == "submit" and known.is_owed:
                self._submit(report, at)
            elif what == "return" and not known.is_owed:
                self._return(report, at)
            elif what == "extend" and known.is_owed:
                self._extend(report, at)
            elif what == "leave":
                self._leave(report.unit_id, at)
            elif what == "go_away":
                self._go_away(report.unit_id, at)
            yield begun

    def _now(self, report):
        return Report.objects.select_related("unit", "form", "version", "period", "current").get(pk=report.pk)

    def _submit(self, report, at):
        head = self._holder(report.unit_id, "head")
        if head is None:
            return
        by, current = User.objects.get(pk=head), self._now(report)
        stored = dict(current.current.values.values_list("item__code", "edit"))
        entries = [filing.Entry(item, Decimal(5), edit=stored.get(item, 0)) for item in ITEMS]
        filing.save_cells(current, entries, by=by, at=at)
        current = self._now(report)
        moving.move(current, Action.SUBMIT, by=by, at=at, edit=current.edit, grounds=Grounds())
        self.world.change(report.pk, is_owed=False, was_received=True, returned=None)

    def _return(self, report, at):
        current = self._now(report)
        grounds = Grounds(reason="Giả định.")
        step = moving.move(current, Action.RETURN, by=self.approver, at=at, edit=current.edit, grounds=grounds)
        self.world.change(report.pk, is_owed=True, returned=(step.pk, step.at))

    def _extend(self, report, at):
        known = self.world.reports[report.pk]
        until = max(known.deadline, at) + timedelta(days=self.random.randrange(1, 4))
        deadlines.grant_extension(
            report.form, report.period, unit=report.unit, until=until, reason="Giả định", document="1/GD",
            by=self.approver, at=at,
        )  # fmt: skip
        change = DeadlineChange.objects.filter(report=report).latest("pk")
        self.world.moved.append((change.pk, report.pk, change.after, change.recorded_at))
        self.world.change(report.pk, deadline=change.after)

    def _leave(self, unit, at):
        """A reporter leaves, and another one comes."""
        gone = self._holder(unit, "reporter")
        Appointment.objects.filter(user=gone, unit=unit).update(valid=DateTimeTZRange(BEFORE, at))
        name = f"fault.new.{User.objects.count()}.{unit}"
        new = self._person(name, "reporter", unit)
        row = (gone, unit, "reporter", "head", None)
        self.world.posts[self.world.posts.index(row)] = (*row[:4], at)
        self.world.posts.append((new.pk, unit, "reporter", "head", None))

    def _go_away(self, unit, at):
        head = self._holder(unit, "head")
        if any(person == head for person, _first, _last in self.world.away):
            return
        first = at.date()
        last = first + timedelta(days=self.random.randrange(1, 4))
        Absence.objects.create(person_id=head, valid=DateRange(first, last))
        self.world.away.append((head, first, last))


@contextmanager
def workers(folder, database, port):
    """`start(kind)` has one more planner or deliverer work, and gives its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.workers", str(folder)],
        cwd=settings.ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "dxportal.settings",
            "DATABASE_URL": database,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "PORTAL_ADDRESS": settings.PORTAL_ADDRESS,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def start(kind):
        process.stdin.write(f"{kind}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    try:
        yield start
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def timeline(days):
    """The instants of the run, each another: four a day, with two jumps of the clock; and who plans at each.

    From the noon of the fourth day on nobody plans for 26 hours.
    """
    found = []
    for number in range(days):
        day = datetime.combine(FIRST + timedelta(days=number), clock_time(), HANOI)
        for hour, minute in ((7, 30), (7, 33), (10, 0), (16, 0)):
            found.append(day + timedelta(hours=hour, minutes=minute))
        if number == 5:
            found.append(found[-1] + timedelta(days=1))
            found.append(found[-2] + timedelta(minutes=7))
        if number == 7:
            found.append(found[-1] - timedelta(days=1))
            found.append(found[-2] + timedelta(minutes=7))
    silent = datetime.combine(FIRST + timedelta(days=3), clock_time(12), HANOI)
    return [
        (at + timedelta(seconds=place), not silent <= at < silent + timedelta(hours=26))
        for place, at in enumerate(found)
    ]


class Run:
    """One run: what happened at each instant, and what it is held against."""

    def __init__(self, folder, ground, sink, *, seed, days, planners, deliverers, pace, things, fault=None):
        self.folder, self.ground, self.sink = folder, ground, sink
        self.random = random.Random(seed)
        self.days, self.planners, self.deliverers = days, planners, deliverers
        self.pace, self.things, self.fault = pace, things, fault
        self.instants, self.set_at, self.killed = [], [], 0
        self.worlds, self.begun, self.ended = [ground.world.copy()], [0.0], [0.0]
        self._owed = {}

    def run(self, start):
        """Let time pass, things happen and processes die."""
        alive = {"plan": [], "deliver": []}
        for place, (at, planned) in enumerate(timeline(self.days)):
            (self.folder / "clock.new").write_text(at.isoformat())
            (self.folder / "clock.new").replace(self.folder / "clock")
            self.instants.append(at)
            self.set_at.append(time.monotonic())
            if not planned:
                self._kill(alive["plan"], len(alive["plan"]))
            for kind, wanted in (("plan", self.planners if planned else 0), ("deliver", self.deliverers)):
                alive[kind] += [start(kind) for _missing in range(wanted - len(alive[kind]))]
            until = self.set_at[-1] + self.pace
            if self.fault is not None:
                self.fault(place)
            jumped = place and abs(at - self.instants[place - 1]) >= timedelta(days=1)
            if not jumped:
                self._despite_faults(at)
            time.sleep(max(0, until - time.monotonic()) * self.random.random())
            self._kill(alive[self.random.choice(("plan", "deliver"))], 1)
            time.sleep(max(0, until - time.monotonic()))

    def _despite_faults(self, at):
        for _try in range(100):
            try:
                connection.ensure_connection()
                break
            except Error:
                connection.close()
                time.sleep(0.2)
        for begun in self.ground.happen(at, self.things):
            self.worlds.append(self.ground.world.copy())
            self.begun.append(begun)
            self.ended.append(time.monotonic())

    def _kill(self, pids, count):
        for _number in range(min(count, len(pids))):
            os.kill(pids.pop(self.random.randrange(len(pids))), signal.SIGKILL)
            self.killed += 1

    def drain(self):
        """Nothing breaks any more: all that is owed goes out."""
        self.sink.kind = True
        at = max(self.instants) + timedelta(minutes=11)
        for _step in range(400):
            self.instants.append(at)
            self.set_at.append(time.monotonic())
            plan(at=at)
            while deliver(at=at):
                pass
            if not Delivery.objects.filter(state="owed").exists():
                return
            at += timedelta(hours=5)
        raise AssertionError("Some deliveries are still owed.")

    # What it is held against ------------------------------------------------------------------------------------------

    def owed(self, world, at):
        if (world, at) not in self._owed:
            self._owed[world, at] = owed(self.worlds[world], at, self.ground.days)
        return self._owed[world, at]

    def _worlds(self, first, last):
        """The worlds that somebody may have seen who looked from one moment of this machine to another."""
        return range(bisect_right(self.ended, first) - 1, bisect_right(self.begun, last))

    def _while_told(self, place):
        """The worlds that somebody may have seen who began at that instant of the clock."""
        until = self.set_at[place + 5] if place + 5 < len(self.set_at) else time.monotonic()
        return self._worlds(self.set_at[place], until)

    def hold(self):
        """Hold what was told and sent against what was owed; the figures of the run."""
        notices = {
            (row[0], row[1], row[2] or row[3], row[4]): row[5:]
            for row in Notice.objects.filter(kind__in=KINDS).values_list(
                "person", "kind", "report", "form", "occasion", "owed_at", "pk"
            )
        }
        assert len(notices) == Notice.objects.filter(kind__in=KINDS).count(), "told twice"
        place_of = {at: place for place, at in enumerate(self.instants)}
        rounds = [line.split() for line in (self.folder / "rounds").read_text().splitlines()]
        for at, begun, ended in rounds:
            instant = datetime.fromisoformat(at)
            seen = self._worlds(float(begun), float(ended))
            for key in set.intersection(*(set(self.owed(world, instant)) for world in seen)):
                assert key in notices, f"lost: {key} at {at}"
        for key, (owed_at, _pk) in notices.items():
            place = place_of[owed_at]
            reached = [self.owed(world, owed_at).get(key) for world in self._while_told(place)]
            assert any(one is not None for one in reached), f"nobody owed {key} at {owed_at}"
        self._hold_deliveries(notices, place_of)
        copies = self._hold_mails(notices, place_of)
        return {
            "rounds of planning": len(rounds),
            "processes killed": self.killed,
            "notices": Notice.objects.count(),
            **{f"deliveries {state}": count for state, count in sorted(Counter(
                Delivery.objects.values_list("state", flat=True)).items())},
            "mails taken": len(self.sink.taken),
            "repeated mails": sum(count - 1 for count in copies.values()),
            "unclear attempts": Attempt.objects.unclear().count(),
        }  # fmt: skip

    def _hold_deliveries(self, notices, place_of):
        with_address = set(User.objects.exclude(email="").values_list("pk", flat=True))
        state_of = dict(Delivery.objects.values_list("notice", "state"))
        assert "owed" not in state_of.values()
        given_up = Delivery.objects.filter(state="dead").annotate(tries=Count("attempts"))
        assert all(one.tries > len(DELAYS) for one in given_up)
        for key, (owed_at, pk) in notices.items():
            place = place_of[owed_at]
            now = [self.owed(world, owed_at).get(key) for world in self._while_told(place)]
            if all(now) and key[0] in with_address:
                assert pk in state_of, f"no mail for {key}"
            after = (
                self.owed(world, self.instants[later]).get(key)
                for later in range(place, len(self.instants))
                for world in self._worlds(self.set_at[later], self.set_at[later])
            )
            if key[0] in with_address and all(after):
                assert state_of[pk] != "dropped", f"dropped though owed: {key}"

    def _hold_mails(self, notices, place_of):
        """Every mail held only what was owed as it went out; one that came again had an unclear attempt for that."""
        key_of = {pk: key for key, (_owed_at, pk) in notices.items()}
        held, outcomes = defaultdict(list), defaultdict(set)
        attempts = Attempt.objects.values_list("delivery__batch", "at", "delivery__notice", "number", "outcome")
        for batch, at, notice, number, outcome in attempts:
            held[batch, at].append(notice)
            outcomes[batch].add((outcome, number))
        for name, sent_at, moment in self.sink.seen:
            batch = int(name.partition("-")[2].partition("@")[0])
            at = sent_at.astimezone(HANOI)
            assert held[batch, at], f"{name} of {at} is on no record"
            for notice in held[batch, at]:
                if notice in key_of:
                    seen = self._worlds(self.set_at[place_of[at]], moment)
                    owing = [self.owed(world, at).get(key_of[notice]) for world in seen]
                    assert any(owing), f"sent though not owed: {key_of[notice]} at {at}"
        copies = Counter(mail["Message-ID"] for mail in self.sink.taken)
        for name, count in copies.items():
            of_batch = outcomes[int(name.partition("-")[2].partition("@")[0])]
            listed = {number for outcome, number in of_batch if outcome in ("accepted", "unclear")}
            assert count <= len(listed), f"{name} came {count} times: {of_batch}"
        accepted = Delivery.objects.filter(state="sent").values_list("batch", flat=True)
        assert {f"<notice-{batch}@" for batch in accepted} <= {name.partition("@")[0] + "@" for name in copies}
        return copies


@contextmanager
def listening(sink, port):
    """The sink at that port, to which this process sends as well."""
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
