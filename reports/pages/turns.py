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
    """The turn of one report, from its FACTS."""
    task = task_of(facts)
    due, received = due_of(facts, task, calendar)
    return Turn(facts["pk"], task, due, standing(due, received, at, calendar), facts["unit__sort_key"])


def due_of(facts: dict[str, Any], task: Task, calendar: WorkingCalendar) -> tuple[datetime, datetime | None]:
    """Until when that is to be done, and when the report was received where it is judged by its own deadline.

    A report that is filled in is due at its own deadline; what came back, is amended or is keyed in from paper, when
    its revision says; what is to be checked, approved or decided, so many working days after it arrived.
    """
    match task:
        case Task.CHECK:
            return stage_deadline(facts["turned_at"], facts["version__superior_days"], calendar), None
        case Task.APPROVE | Task.DECIDE:
            return stage_deadline(facts["turned_at"], facts["version__owner_days"], calendar), None
        case Task.KEY_IN if facts["on_paper"]:
            return stage_deadline(facts["turned_at"], KEYING_DAYS, calendar), None
        case _ if facts["current__due_at"]:
            return facts["current__due_at"], None
        case _:
            return facts["deadline"], facts["received_at"]


DRAFTS = {
    Revision.Cause.RETURN: Task.CORRECT,
    Revision.Cause.KEYING: Task.KEY_IN,
    Revision.Cause.AMENDMENT: Task.AMEND,
}
"""What a draft that was opened again asks for, by its cause."""


def task_of(facts: dict[str, Any]) -> Task:
    """What a report asks of whoever's turn it is, from its FACTS."""
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
