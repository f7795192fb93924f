"""`manage.py demonstration`: people for every role, and a year of plausible reports."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import clock
from accounts.actions.staffing import staff
from accounts.models import User
from accounts.roles import Role
from reports.actions import demonstration, opening
from reports.models import FormVersion

PASSWORD = "minh-hoa-2022"  # noqa: S105  (printed for everybody; production refuses the demonstration's clock)
OWNER, STAND_IN, INSPECTORS = "STTTT", "VPUBND", ("VPUBND", "SNV")
COMMUNE, DISTRICT, CITY = "00001", "001", "01"

SHOWN = (
    (Role.REPORTER, COMMUNE),
    (Role.HEAD, COMMUNE),
    (Role.REVIEWER, DISTRICT),
    (Role.REVIEWER, OWNER),
    (Role.APPROVER, OWNER),
    (Role.INSPECTOR, STAND_IN),
    (Role.OBSERVER, CITY),
    (Role.ADMINISTRATOR, OWNER),
)


class Command(BaseCommand):
    help = "Fills a new database with made-up people and plausible reports, marked as a demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2022, help="the number that all plausible values come from")
        parser.add_argument("--sign-ins", type=Path, help="write one sign-in per role into this file")

    def handle(self, **options: object) -> None:
        if not settings.DEMO_CLOCK:
            raise CommandError("A demonstration needs the demonstration's clock (DEMO_CLOCK); production has none.")
        if User.objects.exists():
            raise CommandError("There are people in this database already; a demonstration begins with a new one.")
        at = clock.now()
        with transaction.atomic():
            people = staff(
                PASSWORD, owner=OWNER, stand_in=STAND_IN, inspectors=INSPECTORS, since=at - timedelta(days=730)
            )
            opening.open_due_periods(at=at)
            version = FormVersion.objects.get(form__code="BM-02")
            filed = demonstration.fill(version, people, seed=int(str(options["seed"])), kept_open=COMMUNE, at=at)
        lines = [f"{people[shown].user.username:<20} {people[shown].user.full_name}" for shown in SHOWN]
        text = "\n".join([*lines, f"mật khẩu chung: {PASSWORD}", ""])
        if isinstance(options["sign_ins"], Path):
            options["sign_ins"].write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(people)} people and {filed} filed reports are in place.\n{text}")
