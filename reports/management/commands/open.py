"""`manage.py open`: open what is due now, or one period of a form, also for units that were entered late."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.refusals import Refused
from reports import schedules
from reports.actions import opening
from reports.calendars import TooSoon
from reports.models import Form
from reports.periods import PeriodCode, PeriodRefused


class Command(BaseCommand):
    help = "Opens every period that is due to open, or one period of one form; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--form", help="the form's code, such as BM-02")
        parser.add_argument("--period", help="the period, such as 2026-07")

    def handle(self, **options: str | None) -> None:
        code, period = options["form"], options["period"]
        if bool(code) != bool(period):
            raise CommandError("Give both --form and --period, or neither to open all that is due.")
        created = _open_one(code, period) if code and period else opening.open_due_periods(at=clock.now())
        self.stdout.write(f"{created} reports were opened.")


def _open_one(form_code: str, period: str) -> int:
    form = Form.objects.filter(code__iexact=form_code).first()
    if form is None:
        raise CommandError(f"There is no form {form_code!r}.")
    try:
        code = PeriodCode.parse(period)
        fitting = [
            version
            for version in schedules.versions_of(form)
            if version.frequency == code.frequency and schedules.holds(version, schedules.window_of(version, code))
        ]
        if not fitting:
            raise CommandError(f"No version of {form.code} holds for the period {code}.")
        if schedules.opens_on(fitting[0], schedules.window_of(fitting[0], code)) > clock.now().date():
            raise CommandError(f"The period {code} of {form.code} has not begun yet.")
        return opening.open_period(fitting[0], code)
    except (PeriodRefused, TooSoon) as refusal:
        raise CommandError(str(refusal)) from refusal
    except Refused as refusal:
        raise CommandError(refusal.message) from refusal
