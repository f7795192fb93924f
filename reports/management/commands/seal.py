"""`manage.py seal`: seal the journal now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import clock
from accounts.refusals import Refused
from reports.actions import sealing


class Command(BaseCommand):
    help = "Makes the next seal over all chains that have moved, unless nothing has moved since today's."

    def handle(self, **options: Any) -> None:
        try:
            seal = sealing.seal(at=clock.now())
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"Seal {seal.number} of {timezone.localtime(seal.at):%Y-%m-%d %H:%M} lists {seal.heads.count()} chains."
        )
        self.stdout.write(f"SHA-256 {seal.digest}")
