"""`manage.py form`: write a form as one file, or enter one from it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.actions import regimes
from reports.models import FormVersion


class Command(BaseCommand):
    help = "Writes a version of a form as one JSON file to the output, or enters a version from such a file."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As for every command, but --version is a form's here, not the framework's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        direction = parser.add_mutually_exclusive_group(required=True)
        direction.add_argument("--export", metavar="CODE", help="the form to write, such as BM-02")
        direction.add_argument("--import", metavar="FILE", type=Path, help="the file to enter a version from")
        parser.add_argument("--version", type=int, help="the version to write; the latest where none is named")

    def handle(self, **options: Any) -> None:
        if options["export"]:
            self._export(options["export"], options["version"])
        else:
            self._import(options["import"])

    def _export(self, code: str, number: int | None) -> None:
        versions = FormVersion.objects.filter(form__code=code).order_by("number")
        version = (versions if number is None else versions.filter(number=number)).last()
        if version is None:
            raise CommandError(f"There is no form {code!r}, or not in that version.")
        self.stdout.write(json.dumps(regimes.export_form(version), ensure_ascii=False, indent=2))

    def _import(self, path: Path) -> None:
        try:
            file = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be read as JSON: {error}") from error
        before = FormVersion.objects.count()
        try:
            version = regimes.enter_form(file)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        entered = "is entered" if FormVersion.objects.count() > before else "stood already and was left as it is"
        self.stdout.write(f"{version.form.code}, version {version.number}, {entered}.")
