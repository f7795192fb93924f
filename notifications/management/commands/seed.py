"""`manage.py seed`: load the real units, days off, forms, targets, tasks and directives of fixtures/."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import clock, journal
from accounts.actions.founding import found
from notifications.actions import directing
from reports.actions import programme, regimes

FIXTURES = Path(settings.ROOT) / "fixtures"
YEARS = range(2021, 2041)


def _read(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


class Command(BaseCommand):
    help = "Loads the real units, days off, forms, targets, tasks and directives; what exists is left as it is."

    @transaction.atomic
    def handle(self, **options: object) -> None:
        journal.sign(by=None, at=clock.now())
        units = found(
            FIXTURES / "units/hanoi_units_2021-03-01.csv",
            FIXTURES / "units/hanoi_departments_2021.csv",
            since=date(2021, 3, 1),
        )
        days = regimes.enter_days_off(YEARS)
        regimes.enter_legal_bases(_read("legal_bases.json"))
        regimes.enter_indicators(_read("indicators.json"))
        forms = [
            regimes.enter_form(_read(f"forms/{path.name}")) for path in sorted((FIXTURES / "forms").glob("*.json"))
        ]
        regimes.enter_targets(_read("targets.json"))
        tasks = programme.enter_tasks(_read("tasks.json"))
        directives = directing.enter(_read("directives.json"))
        self.stdout.write(
            f"{units} units, {days} days off, {len(forms)} form(s), {tasks} tasks and {directives} directive(s)"
            " are in place."
        )
