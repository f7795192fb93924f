"""Reads what was recorded of reports' time out of the database, and lists a month's lapses as of any instant.

Sets of reports are read by a constant number of queries, as plain rows; what follows from them lapses.py says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from accounts.models import User
from reports.lapses import Exclusion, Found, LapseKind, Recorded
from reports.querysets import ReportQuerySet
from reports.standing import Hand


class Named(NamedTuple):
    """A unit or a form, as a list names it."""

    pk: int
    code: str
    name: str


class Facts(NamedTuple):
    """What a list says of a report beside its time; `superior` checks it, or would have."""

    report: int
    unit: int
    superior: int | None
    form: Named
    period: str


class Explained(NamedTuple):
    """The latest explanation of a lapse; `file` is the name of its evidence, empty where there is none."""

    pk: int
    cause: str
    text: str
    file: str
    by: str
    capacity: str
    at: datetime


class Ruled(NamedTuple):
    """The latest ruling on a lapse."""

    pk: int
    excused: bool
    reason: str
    by: str
    at: datetime


class Objected(NamedTuple):
    """The latest objection to a lapse in a list; `upheld` is None, and `answer` empty, while nobody has answered."""

    pk: int
    text: str
    at: datetime
    upheld: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class Line:
    """A lapse in a standing list, or what would have been one, as of an instant.

    `unit` is the unit whose lapse it is, and `respondent` the one that owes the report: another one where a review took
    too long. `period` is its code. `lapse` is the key of the Lapse once it is recorded, `asked` and `explain_by` when
    its head was asked to explain it and until when. `repeats` counts the unit's lapses with the form in the twelve
    months before.
    """

    report: int
    unit: Named
    respondent: Named
    form: Named
    period: str
    kind: LapseKind
    hand: Hand
    since: datetime
    due: datetime
    until: datetime | None
    days: int
    excluded: Exclusion | None
    lapse: int | None = None
    asked: datetime | None = None
    explain_by: datetime | None = None
    explanation: Explained | None = None
    ruling: Ruled | None = None
    objection: Objected | None = None
    repeats: int = 0

    @property
    def excused(self) -> bool:
        """Whether the form's owner excuses it."""
        return self.ruling is not None and self.ruling.excused

    @property
    def counts(self) -> bool:
        """Whether it stands against the unit: neither excluded by rule, nor excused, nor its facts found wrong."""
        upheld = self.objection is not None and self.objection.upheld is True
        return self.excluded is None and not self.excused and not upheld


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How a unit reviewed what was due to be passed on in a month: reports, working days they lay, how many overran."""

    unit: Named
    hand: Hand
    reports: int
    days: int
    overran: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How a unit's reports due in a month stand, and how many of those approved were right the first time."""

    unit: Named
    level: str
    kind: str
    expected: int
    on_time: int
    late: int
    missing: int
    exempt: int
    approved: int
    right_first_time: int


def recorded(reports: ReportQuerySet) -> dict[int, tuple[Facts, Recorded]]:
    """What was ever recorded of these reports' time, by their keys; five queries, however many reports."""
    raise NotImplementedError


def standing_list(month: date, *, at: datetime, to: User, now: datetime | None = None) -> list[Line]:
    """Every lapse due in a month (its first day), as of `at`, that the reader may see; excluded ones as well.

    The list as of a past instant is the same whenever it is taken. The reader's rights are those of `now`, where that
    is another instant than `at`. By unit, form and when it was due.
    """
    raise NotImplementedError


def reviewing(month: date, *, at: datetime, to: User, now: datetime | None = None) -> list[Reviewing]:
    """How each reviewing unit that the reader may see kept its days in a month, as of `at`; by unit and hand."""
    raise NotImplementedError


def tallies(month: date, *, at: datetime, to: User, now: datetime | None = None) -> list[Tally]:
    """How each unit's reports that were due in a month stand as of `at`, of those that the reader may see; by unit."""
    raise NotImplementedError
