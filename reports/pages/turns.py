"""What waits for a person: which task a report is to them, until when, and in what order they come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from reports.calendars import WorkingCalendar
from reports.models import Revision
from reports.querysets import ReportQuerySet
from reports.standing import KEYING_DAYS, Stand, Standing, stage_deadline, standing
from reports.workflow import Action, Status


class Task(StrEnum):
    """What a report asks of the person whose turn it is."""

    CORRECT = "correct"
    KEY_IN = "key_in"
    AMEND = "amend"
    FILL_IN = "fill_in"
    SIGN = "sign"
    CHECK = "check"
    APPROVE = "approve"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Turn:
    """A report that waits for somebody, light enough to be made for every one of them."""

    report: int
    task: Task
    due: datetime
    stand: Stand
    unit: str

    @property
    def is_overdue(self) -> bool:
        return self.stand.standing == Standing.MISSING

    @property
    def is_due_today(self) -> bool:
        return self.stand.standing == Standing.DUE_SOON and self.stand.days == 0


FACTS = (
    "pk",
    "status",
    "superior_id",
    "deadline",
    "received_at",
    "unit__sort_key",
    "on_paper",
    "current__cause",
    "current__due_at",
    "version__superior_days",
    "version__owner_days",
    "turned_at",
    "turned_by",
)


def turns(reports: ReportQuerySet, at: datetime, calendar: WorkingCalendar) -> list[Turn]:
    """The turns of these reports in one query, the oldest deadline first."""
    rows = reports.with_turn().order_by().values(*FACTS)
    return sorted((turn_of(row, at, calendar) for row in rows), key=lambda turn: (turn.due, turn.unit, turn.report))


def turn_of(facts: dict[str, Any], at: datetime, calendar: WorkingCalendar) -> Turn:
    """The turn of one report, from its FACTS.

    A report that is filled in is due at its own deadline; what came back, is amended or is keyed in from paper, when
    its revision says; what is to be checked, approved or decided, so many working days after it arrived.
    """
    task = _task(facts)
    received = None
    match task:
        case Task.CHECK:
            due = stage_deadline(facts["turned_at"], facts["version__superior_days"], calendar)
        case Task.APPROVE | Task.DECIDE:
            due = stage_deadline(facts["turned_at"], facts["version__owner_days"], calendar)
        case Task.KEY_IN if facts["on_paper"]:
            due = stage_deadline(facts["turned_at"], KEYING_DAYS, calendar)
        case _ if facts["current__due_at"]:
            due = facts["current__due_at"]
        case _:
            due, received = facts["deadline"], facts["received_at"]
    stand = standing(due, received, at, calendar)
    return Turn(facts["pk"], task, due, stand, facts["unit__sort_key"])


DRAFTS = {
    Revision.Cause.RETURN: Task.CORRECT,
    Revision.Cause.KEYING: Task.KEY_IN,
    Revision.Cause.AMENDMENT: Task.AMEND,
}
"""What a draft that was opened again asks for, by its cause."""


def _task(facts: dict[str, Any]) -> Task:
    match Status(facts["status"]):
        case Status.DRAFT if facts["turned_by"] == Action.HAND_BACK:
            return Task.CORRECT
        case Status.DRAFT:
            return DRAFTS.get(facts["current__cause"], Task.FILL_IN)
        case Status.TO_SIGN:
            return Task.SIGN
        case Status.SUBMITTED if facts["on_paper"]:
            return Task.KEY_IN
        case Status.SUBMITTED if facts["superior_id"]:
            return Task.CHECK
        case Status.APPROVED:
            return Task.DECIDE
        case _:
            return Task.APPROVE
