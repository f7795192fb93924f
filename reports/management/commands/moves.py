"""`manage.py moves`: the table of moves as the page docs/moves.md, with its diagram."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from reports.workflow import ANY, MOVES, Effect, Move, Needs, Route, When

PAGE = Path(settings.ROOT) / "docs/moves.md"

HEAD = """# The moves of a report

Written by `manage.py moves --write` from the table in `reports/workflow.py`; a test holds the two together.

```mermaid
stateDiagram-v2
    [*] --> draft: the period opens
"""

ROUTES = {
    Route.SIGNED: "signed by the head",
    Route.UNSIGNED: "not signed",
    Route.CHECKED_ABOVE: "checked by the superior",
    Route.NOT_CHECKED_ABOVE: "not checked by the superior",
}


def _words(flags: Needs | When) -> str:
    return ", ".join((need.name or "").lower().replace("_", " ") for need in flags) or "–"


def _only(move: Move) -> str:
    return " and ".join(words for flag, words in ROUTES.items() if flag in move.only and _other(flag) not in move.only)


def _other(flag: Route) -> Route:
    pairs = ((Route.SIGNED, Route.UNSIGNED), (Route.CHECKED_ABOVE, Route.NOT_CHECKED_ABOVE))
    return next(pair[1 - pair.index(flag)] for pair in pairs if flag in pair)


def page() -> str:
    """The whole page as Markdown: a state diagram, then a row for every move."""
    arrows = dict.fromkeys(f"    {move.before} --> {move.after}: {_name(move)}" for move in MOVES)
    rows = [
        f"| {move.before.replace('_', ' ')} | {_name(move)} | {move.after.replace('_', ' ')}"
        f" | {_who(move)} | {_words(move.when)} | {_words(move.needs)}"
        f" | {_only(move) if move.only != ANY else '–'} | {move.effect.value if move.effect != Effect.KEEPS else '–'} |"
        for move in MOVES
    ]
    table = [
        "| from | action | becomes | who | when | needs | only where the report is | content |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return HEAD + "\n".join([*arrows, "```", "", *table, *rows, ""])


def _who(move: Move) -> str:
    return " or ".join(f"{who.role} at {who.place}" for who in move.who) or "the portal itself"


def _name(move: Move) -> str:
    return move.action.replace("_", " ")


class Command(BaseCommand):
    help = "Prints the table of moves as a page with a diagram, or writes it to docs/moves.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"write it to {PAGE.relative_to(settings.ROOT)}")

    def handle(self, **options: object) -> None:
        if options["write"]:
            PAGE.parent.mkdir(exist_ok=True)
            PAGE.write_text(page(), encoding="utf-8")
        else:
            self.stdout.write(page())
