"""`manage.py deadlines`: until when a form is due, period by period and level by level."""

import csv
import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from reports import schedules
from reports.calendars import TooSoon
from reports.models import Form
from reports.periods import FIRST_YEAR, LAST_YEAR

COLUMNS = ("period", "window_start", "window_end", "level", "deadline")


class Command(BaseCommand):
    help = "Lists the deadlines of a form by the versions in force and the working calendar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--form", required=True, help="the form's code, such as BM-02")
        parser.add_argument("--from", required=True, dest="first", metavar="YYYY", help="the first year")
        parser.add_argument("--to", required=True, dest="last", metavar="YYYY", help="the last year")
        parser.add_argument("--format", choices=("table", "json", "csv"), default="table", dest="shape")

    def handle(self, **options: str) -> None:
        first, last = _year(options["first"]), _year(options["last"])
        if first > last:
            raise CommandError(f"The years run from {first} to {last}: the first comes after the last.")
        form = Form.objects.filter(code__iexact=options["form"]).first()
        if form is None:
            known = ", ".join(Form.objects.values_list("code", flat=True)) or "there are none yet"
            raise CommandError(f"There is no form {options['form']!r}; the forms are: {known}.")
        try:
            dues = schedules.schedule(form, first, last)
        except TooSoon as refusal:
            raise CommandError(f"{form.code} has a rule that cannot be kept: {refusal}") from refusal
        rows = [
            {
                "period": due.period.code,
                "window_start": due.window.first.isoformat(),
                "window_end": due.window.last.isoformat(),
                "level": due.level.value,
                "deadline": due.deadline.isoformat(),
            }
            for due in dues
        ]
        match options["shape"]:
            case "json":
                self.stdout.write(json.dumps(rows, indent=2))
            case "csv":
                writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            case _table:
                self._table(rows)

    def _table(self, rows: list[dict[str, str]]) -> None:
        widths = {name: max(len(name), *(len(row[name]) for row in rows)) if rows else len(name) for name in COLUMNS}
        for row in [dict(zip(COLUMNS, COLUMNS, strict=True)), *rows]:
            self.stdout.write("  ".join(row[name].ljust(widths[name]) for name in COLUMNS).rstrip())


def _year(text: str) -> int:
    """A year as typed; CommandError in one sentence where it is none."""
    if not (text.isascii() and text.isdigit() and FIRST_YEAR < int(text[:9]) < LAST_YEAR):
        raise CommandError(f"{text!r} is no year: write four digits, such as 2026.")
    return int(text)
