"""`manage.py replay`: what would have come of a form's record under another deadline, ladder or calendar."""

import re
from argparse import ArgumentParser
from datetime import date, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.models import Unit
from accounts.roles import Level
from notifications.actions.laddering import faults, ladder_of
from notifications.ladder import MORNING, WHO, Audience, Ladder, Rung
from notifications.replays import Outcome, Policy, Replay
from reports.calendars import DayOfMonth, DeadlineRule, TooSoon, WorkingDaysAfter
from reports.models import Form

A_YEAR = timedelta(days=365)
DEADLINE = re.compile(r"(?P<level>[a-z]+)=(?P<month>this|next)?(?P<days>\d{1,2})")
RUNG = re.compile(r"(?P<days>[+-]?\d{1,2})(@(?P<hour>\d\d?):(?P<minute>\d\d))?:(?P<who>[a-z_,]+)")


class Command(BaseCommand):
    help = "Replays the recorded facts of a form under another policy; nothing is written to the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--form", required=True, help="the form's code, such as BM-02")
        parser.add_argument(
            "--from", dest="first", type=date.fromisoformat, help="windows that end on this day or later"
        )
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="and not after this day")
        parser.add_argument(
            "--deadline",
            action="append",
            default=[],
            metavar="LEVEL=N",
            help="N working days after the window (commune=2), or day N of its last month or the next (district=next5)",
        )
        parser.add_argument(
            "--ladder", help='other rungs, such as "-2:reporter,head 0@08:00:reporter +3:head,superiors_head"'
        )
        parser.add_argument("--day-off", action="append", default=[], type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--working", action="append", default=[], type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--units", action="store_true", help="name the units for which something differs")

    def handle(self, **options: Any) -> None:
        form = Form.objects.filter(code__iexact=options["form"]).first()
        if form is None:
            known = ", ".join(Form.objects.values_list("code", flat=True)) or "there are none yet"
            raise CommandError(f"There is no form {options['form']!r}; the forms are: {known}.")
        at, own = clock.now(), ladder_of(form)
        policy = Policy(
            _ladder(options["ladder"]) if options["ladder"] else own,
            dict(_deadline(text) for text in options["deadline"]),
            frozenset(options["day_off"]),
            frozenset(options["working"]),
        )
        last = options["last"] or at.date()
        replay = Replay(form, options["first"] or last - A_YEAR, last, policy, at)
        outcome = Outcome()
        try:
            for period, lines in replay.steps(own, outcome):
                self.stderr.write(f"{period.code}: {len(lines)} reports", ending="\r")
        except TooSoon as refusal:
            raise CommandError(f"{form.code} cannot be due so: {refusal}") from refusal
        self._tell(outcome)
        if options["units"]:
            self._tell_units(outcome)

    def _tell(self, outcome: Outcome) -> None:
        self.stdout.write(f"{len(outcome.periods)} periods, {outcome.every.was.expected} reports expected.")
        self.stdout.write(f"{'':<12}{'on time':>18}{'late':>18}{'missing':>18}")
        for name, both in [*((level.value, both) for level, both in outcome.levels.items()), ("all", outcome.every)]:
            pairs = ((getattr(both.was, key), getattr(both.would, key)) for key in ("on_time", "late", "missing"))
            self.stdout.write(f"{name:<12}" + "".join(f"{f'{was} -> {would}':>18}" for was, would in pairs))
        self.stdout.write("Notices by rung:")
        for days, audience in sorted({*outcome.told, *outcome.would_tell}):
            key = (days, audience)
            self.stdout.write(f"  {days:+d} {audience.value:<18} {outcome.told[key]} -> {outcome.would_tell[key]}")
        self.stdout.write(f"  all{'':<18} {outcome.told.total()} -> {outcome.would_tell.total()}")

    def _tell_units(self, outcome: Outcome) -> None:
        differing = {unit: both for unit, both in outcome.units.items() if both.differs}
        for unit in Unit.objects.filter(pk__in=differing).order_by("code"):
            both = differing[unit.pk]
            self.stdout.write(
                f"  {unit.code} {unit.name}: late {both.was.late} -> {both.would.late},"
                f" missing {both.was.missing} -> {both.would.missing}"
            )


def _deadline(text: str) -> tuple[Level, DeadlineRule]:
    found = DEADLINE.fullmatch(text)
    if found is None or found["level"] not in list(Level):
        raise CommandError(f"{text!r} is no deadline: write commune=2, district=this20 or department=next5.")
    days = int(found["days"])
    try:
        if found["month"] is None:
            return Level(found["level"]), WorkingDaysAfter(days)
        return Level(found["level"]), DayOfMonth(days, int(found["month"] == "next"))
    except ValueError as refusal:
        raise CommandError(str(refusal)) from refusal


def _ladder(text: str) -> Ladder:
    rungs = []
    for part in text.split():
        found = RUNG.fullmatch(part)
        who = found["who"].split(",") if found else []
        if found is None or not set(who) <= {str(one) for one in Audience}:
            raise CommandError(f"{part!r} is no rung: write -2:reporter,head or +5@08:00:inspector.")
        hour = time(int(found["hour"]), int(found["minute"])) if found["hour"] else MORNING
        rungs.append(Rung(int(found["days"]), tuple(WHO[one] for one in Audience if one in who), hour))
    if wrong := faults(rungs):
        raise CommandError(" ".join(wrong))
    return sorted(rungs, key=lambda rung: rung.days)
