"""What the approval of an amendment would change, as its dialog shows it."""

from dataclasses import dataclass

from django.db import OperationalError

from reports import impact, labels
from reports.models import Report, Row
from reports.workflow import Action, Move

SHOWN = 8
"""So many figures are listed; the others are counted."""


@dataclass(frozen=True)
class Listed:
    """A figure that moves, with the name of its row."""

    shift: impact.Shift
    row: str

    @property
    def name(self) -> str:
        """The indicator, with the row of its table."""
        return f"{self.shift.now.indicator.name}: {self.row}" if self.row else self.shift.now.indicator.name


@dataclass(frozen=True)
class Preview:
    """The figures that move, the report's own period first; `late` where working them out took too long."""

    listed: list[Listed]
    others: int = 0
    late: bool = False


def of_move(report: Report, move: Move | None) -> Preview | None:
    """What would change if an amended report were approved; None for every other move.

    Listed are figures of all levels together; those of single levels are counted among the others.
    """
    if move is None or move.action != Action.APPROVE or report.approved_id is None:
        return None
    try:
        shifts = impact.impact_of(report, to_date=False)
    except OperationalError:
        return Preview([], late=True)
    whole = [one for one in shifts if one.now.origin == labels.ALL_LEVELS or one.now.indicator.is_single][:SHOWN]
    titles = dict(Row.objects.filter(section__version=report.version_id).values_list("code", "title"))
    return Preview([Listed(one, titles.get(one.now.row, one.now.row)) for one in whole], len(shifts) - len(whole))
