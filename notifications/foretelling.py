"""What a ladder tells of one deadline, foretold: when, which rung, and whom; for a preview and for a replay."""

from datetime import date, datetime
from typing import NamedTuple

from accounts.roles import Who
from notifications.ladder import Ladder, Rung, told
from reports.calendars import WorkingCalendar


class Heard(NamedTuple):
    """That a rung is told to an audience, and from which instant."""

    at: datetime
    rung: Rung
    who: Who


def foretold(ladder: Ladder, due: date, since: datetime, calendar: WorkingCalendar) -> list[Heard]:
    """All that a ladder tells of a deadline on that day which is known since that instant, in the order of its rungs.

    A rung that has fallen before is told as soon as the deadline is known, unless a later one that names the same
    audience has fallen too.
    """
    return [
        Heard(at, rung, who)
        for rung in ladder
        for at in (max(since, rung.falls(due, calendar)),)
        for who in rung.who
        if told(ladder, due, at, calendar).get(who) is rung
    ]
