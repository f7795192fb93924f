"""How the tasks of the programme come along: what the columns of a table of tasks mean, and when a task is late."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

WHOLE = Decimal(100)


class Column(StrEnum):
    """What a column of a table of tasks says of each task; the code of its item ends with it, as in task_percent."""

    PERCENT = "percent"
    STATE = "state"
    RESULT = "result"
    OBSTACLE = "obstacle"
    REQUEST = "request"


def column_of(code: str) -> Column | None:
    """The meaning of an item in a table of tasks, read from its code; None where it has none of these."""
    last = code.rpartition("_")[2]
    return next((column for column in Column if column == last), None)


def is_late(due_on: date, percent: Decimal | None, today: date) -> bool:
    """Whether a task's last day has passed without all of it being done."""
    return today > due_on and (percent is None or percent < WHOLE)
