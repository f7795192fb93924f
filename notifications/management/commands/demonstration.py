"""`manage.py demonstration`: people for every role, and a year of plausible reports to every form."""

from argparse import ArgumentParser
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import clock, journal
from accounts.actions.staffing import staff, staffed
from accounts.models import User
from accounts.roles import Role
from notifications.actions import illustrating
from reports.actions import demonstration
from reports.actions.demonstration import agenda
from reports.actions.demonstration.lives import People
from reports.models import FormVersion

PASSWORD = "minh-hoa-2022"  # noqa: S105  (printed for everybody; production refuses the demonstration's clock)
OWNER, STAND_IN, DISCIPLINE = "STTTT", "VPUBND", "SNV"
COMMUNE, DISTRICT, CITY = "00001", "001", "01"

FORMS = ("BM-02", "BM-07", "BM-03", "BM-04", "BM-06", "BM-05", "BM-01")
"""The forms in the order in which they are loaded: what people look at first, then what is few, then what is much."""

SHOWN = (
    (Role.REPORTER, COMMUNE),
    (Role.HEAD, COMMUNE),
    (Role.REVIEWER, DISTRICT),
    (Role.REVIEWER, OWNER),
    (Role.APPROVER, OWNER),
    (Role.APPROVER, DISCIPLINE),
    (Role.INSPECTOR, STAND_IN),
    (Role.OBSERVER, CITY),
    (Role.ADMINISTRATOR, OWNER),
)


class Command(BaseCommand):
    help = "Fills a new database with made-up people and plausible reports, marked as a demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2022, help="the number that all plausible values come from")
        parser.add_argument("--sign-ins", type=Path, help="write one sign-in per role into this file")
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--first", action="store_true", help="only the people and what is looked at first")
        part.add_argument("--rest", action="store_true", help="what is left to load; nothing where all is loaded")

    def handle(self, **options: object) -> None:
        if not settings.DEMO_CLOCK:
            raise CommandError("A demonstration needs the demonstration's clock (DEMO_CLOCK); production has none.")
        if not options["rest"]:
            self._begin(int(str(options["seed"])), options["sign_ins"])
        if not options["first"]:
            self._go_on()

    def _begin(self, seed: int, sign_ins: object) -> None:
        """Staff the city and fill the first form."""
        if User.objects.exists():
            raise CommandError("There are people in this database already; a demonstration begins with a new one.")
        at = clock.now()
        with transaction.atomic():
            journal.sign(by=None, at=at)
            people = staff(
                PASSWORD,
                reviewing=(OWNER, STAND_IN, DISCIPLINE),
                inspecting=(STAND_IN, DISCIPLINE),
                administering=OWNER,
                since=at - timedelta(days=730),
            )
            illustrating.pass_on(people, seed, kept_open=COMMUNE, at=at)
            agenda.note(agenda.Agenda(seed, at, FORMS))
        lines = [f"{people[shown].user.username:<20} {people[shown].user.full_name}" for shown in SHOWN]
        text = "\n".join([*lines, f"mật khẩu chung: {PASSWORD}", ""])
        if isinstance(sign_ins, Path):
            sign_ins.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(people)} people are in place.\n{text}")
        self._fill_next(people)

    def _go_on(self) -> None:
        """Load what is left, from where it was broken off."""
        if agenda.left() is None:
            return
        people = staffed()
        while self._fill_next(people):
            pass
        self.stdout.write("The demonstration is loaded.")

    def _fill_next(self, people: People) -> bool:
        """Fill the next form that is left; whether there is another one after it."""
        left = agenda.left()
        if left is None:
            return False
        form, *others = left.forms
        given = demonstration.Demonstration(people, left.seed, kept_open=COMMUNE, at=left.at)
        for version in FormVersion.objects.filter(form__code=form, valid__isnull=False).select_related("form"):
            count = len(demonstration.periods_of(version, at=left.at))
            for number, (period, filed) in enumerate(demonstration.fill(version, given), 1):
                agenda.note(replace(left, progress=f"{form} {number}/{count}"))
                self.stdout.write(f"{form} {number}/{count}, {period}: {filed} reports are filed.")
                self.stdout.flush()
        demonstration.settle()
        demonstration.discipline(people, left.seed, at=left.at)
        if not others:
            demonstration.enlist(people, left.seed, STAND_IN, at=left.at)
            agenda.finish()
            return False
        agenda.note(replace(left, forms=tuple(others), progress=f"{others[0]} 0"))
        return True
