"""`manage.py figures`: prove the figures by recomputing them, or fold them all anew."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from reports import figures, proof
from reports.models import Mark


class Command(BaseCommand):
    help = "Proves every stored figure by a second computation from the values, or folds all of them anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        one = parser.add_mutually_exclusive_group(required=True)
        one.add_argument("--verify", action="store_true", help="recompute all from values and print every difference")
        one.add_argument("--rebuild", action="store_true", help="fold everything anew, while the old figures are read")

    def handle(self, **options: object) -> None:
        if options["rebuild"]:
            changed = figures.rebuild(self._tell)
            self.stdout.write(f"{changed} figures changed.")
            return
        compared, differences = proof.verify()
        for difference in differences:
            self.stdout.write(str(difference))
        if differences:
            waiting = Mark.objects.count()
            raise CommandError(
                f"{len(differences)} of {compared} figures differ from the values; {waiting} marks wait to be folded."
            )
        self.stdout.write(f"{compared} figures agree with the values.")

    def _tell(self, done: int, cells: int) -> None:
        """Say how far it is: on a terminal in one line that is written over, else with every hundredth part."""
        if self.stderr.isatty():
            ending = "\n" if done == cells else ""
            self.stderr.write(f"\r{done} of {cells} forms and periods folded", ending=ending)
            self.stderr.flush()
        elif done == cells or done % max(1, cells // 100) == 0:
            self.stderr.write(f"{done} of {cells} forms and periods folded")
