"""`manage.py attachments`: what the store of attached files holds, and what in it nothing names."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from reports import store

YOUNG = timedelta(days=1)
"""How long a file is left alone that nothing names: it may just be being attached."""


class Command(BaseCommand):
    help = "Counts the files of the store; lists, or deletes, those that nothing has named for a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unused", action="store_true", help="list the files that nothing names")
        parser.add_argument("--delete", action="store_true", help="with --unused: delete them")

    def handle(self, **options: Any) -> None:
        if options["delete"] and not options["unused"]:
            raise CommandError("Only files that nothing names are deleted: give --unused --delete.")
        # The files' own times are the machine's, also where the portal's clock is set to another day.
        since = datetime.now().astimezone() - YOUNG
        held = list(store.kept())
        named = _named()
        unused = [path for path in held if path.name not in named and path.stat().st_mtime < since.timestamp()]
        size = sum(path.stat().st_size for path in unused)
        missing = named - {path.name for path in held}
        for path in unused if options["unused"] else ():
            gone = options["delete"] and store.drop(path, unless_since=since)
            self.stdout.write(f"{path}{' deleted' if gone else ''}")
        self.stdout.write(f"{len(held)} files, {len(unused)} of them named by nothing for a day ({size} bytes).")
        if missing:
            self.stderr.write(f"{len(missing)} files that are named are missing: " + ", ".join(sorted(missing)))


def _named() -> set[str]:
    """The digests of all files that a row of any table names: of reports, explanations, directives …"""
    holders = [
        model for model in apps.get_models() if {"sha256", "content_type"} <= {one.name for one in model._meta.fields}
    ]
    return {digest for model in holders for digest in model._base_manager.values_list("sha256", flat=True)} - {""}
