"""`manage.py clock`: show, start and step the demonstration's clock."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import clock


def instant(text: str) -> datetime:
    """An instant as typed: ISO 8601, in the portal's zone unless it names another."""
    moment = datetime.fromisoformat(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def span(text: str) -> timedelta:
    """A span as typed: 90m, 36h, 2d."""
    units = {"m": "minutes", "h": "hours", "d": "days"}
    return timedelta(**{units[text[-1:]]: float(text[:-1])})


class Command(BaseCommand):
    help = "Shows the portal's clock; in a demonstration, starts it at an instant or steps it forward."

    def add_arguments(self, parser: ArgumentParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--start", type=instant, metavar="INSTANT", help="start there, unless it runs already")
        one.add_argument("--to", type=instant, metavar="INSTANT", help="step to this instant (ISO 8601)")
        one.add_argument("--forward", type=span, metavar="SPAN", help="step forward by 90m, 36h or 2d")

    def handle(self, **options: object) -> None:
        start, to, forward = options["start"], options["to"], options["forward"]
        if (start or to or forward) and not settings.DEMO_CLOCK:
            raise CommandError("This portal runs on the true time; only a demonstration's clock can be set.")
        if isinstance(start, datetime) and not Path(settings.DEMO_CLOCK).exists():
            clock.set_to(start)
        elif isinstance(to, datetime):
            clock.set_to(to)
        elif isinstance(forward, timedelta):
            clock.set_to(clock.now() + forward)
        self.stdout.write(f"{clock.now():%Y-%m-%dT%H:%M:%S%z}")
