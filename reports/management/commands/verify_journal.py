"""`manage.py verify_journal`: prove that the journal is what it was, also by seals that were kept as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reports import journal
from reports.exchange import seals
from reports.seals import Kept


class Command(BaseCommand):
    help = "Computes every chain, frozen content and seal anew, and compares with the seals that are given as files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            *("--seal", "--seals"), type=Path, nargs="+", action="extend", default=[], metavar="FILE", dest="seals",
            help="a seal that was downloaded and kept; the newest proves the most",
        )  # fmt: skip
        parser.add_argument("--files", action="store_true", help="read every attached file in the store as well")

    def handle(self, **options: Any) -> None:
        outcome = journal.verify([_read(path) for path in options["seals"]], files=options["files"])
        for finding in outcome.findings:
            self.stdout.write(str(finding))
        if not outcome.signed:
            self.stderr.write(
                "This machine has no SEAL_KEY: the seals were not checked by HMAC, so they may be forged."
            )
        read = ", ".join(f"{count} {what}" for what, count in outcome.read.items())
        if outcome.count:
            more = f", of which {len(outcome.findings)} are shown" if outcome.count > len(outcome.findings) else ""
            raise CommandError(f"{outcome.count} findings{more}, in {read}.")
        self.stdout.write(f"Everything agrees: {read}.")


def _read(path: Path) -> Kept:
    try:
        return seals.read(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise CommandError(f"{path}: {' '.join(error.messages)}") from error
