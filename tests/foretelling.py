"""A second, plain reading of the table of moves: what a clerk with the table on paper would foretell of every move.

It knows reports only from what was done to them so far and asks the portal nothing, so that the two can be compared.
Of the portal it uses the table itself, workflow.MOVES, which is the rule.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import cast

from accounts.roles import Place, Role
from reports.actions.grounds import Grounds
from reports.workflow import MOVES, OWED, RECEIPTS, Action, Effect, Move, Needs, Route, Status, When
from tests.city import NUMBERS, VIETNAM

MADE, REPEATED, FORBIDDEN = "made", "repeated", "forbidden"
SUPERIOR_DAYS = 2
"""Working days that the superior has for its check."""

NOT_NOW = {
    When.NOTHING_APPROVED: "approved_in_force",
    When.AMENDING: "not_an_amendment",
    When.ASKED_TO_AMEND: "not_asked",
    When.NOT_ASKED: "asked_already",
    When.ON_PAPER: "not_on_paper",
    When.KEYED: "figures_missing",
    When.CHECK_OVERDUE: "superior_still_checks",
    When.SUPERIOR_ENDED: "superior_in_force",
}
NOT_THEIRS = {FORBIDDEN, "no_such_move", *NOT_NOW.values()}
"""What is heard of a move that is not open to the person."""


@dataclass(frozen=True)
class Post:
    role: Role
    unit: str
    signs: bool = True  # not so a deputy for another form


@dataclass
class Office:
    """Who works where, which unit owns the form, and the day on which the district ends."""

    people: dict[str, list[Post]]
    owner: str = "owner"
    stand_in: str = "stand_in"
    ends: dict[str, date] = field(default_factory=dict)

    def exists(self, unit: str, at: datetime) -> bool:
        return unit not in self.ends or at.date() < self.ends[unit]

    def posts(self, person: str, at: datetime) -> list[Post]:
        return [post for post in self.people[person] if self.exists(post.unit, at)]


@dataclass
class Cell:
    number: int | None = None
    note: str = ""
    edit: int = 0


@dataclass
class Sheet:
    """A report as its steps have made it; revisions by number, people by name."""

    unit: str
    superior: str | None
    last_day: date
    signed: bool = True
    synthesised: bool = False
    status: Status = Status.DRAFT
    edit: int = 1
    revision: int = 1
    revisions: int = 1
    keying: bool = False
    approved: int | None = None
    on_paper: bool = False
    asked: bool = False
    exempted_from: Status | None = None
    last_at: datetime | None = None
    receipts: list[tuple[int, datetime]] = field(default_factory=list)
    void: set[int] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    composed: set[int] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    unsent: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)
    kept: dict[str, Cell] = field(default_factory=dict)
    steps: dict[int, tuple[Action, str | None]] = field(default_factory=dict)

    @property
    def received_at(self) -> datetime | None:
        """The earliest receipt that counts: none of a revision that was recalled or was no report."""
        return min((at for revision, at in self.receipts if revision not in self.void), default=None)

    @property
    def is_open(self) -> bool:
        """Whether its current revision can still be written."""
        return (self.exempted_from if self.status == Status.EXEMPT else self.status) in OWED

    @property
    def has_errors(self) -> bool:
        numbers = {item: cell.number for item, cell in self.cells.items() if cell.number is not None}
        if len(numbers) < len(NUMBERS):
            return True
        return (
            numbers["online"] > numbers["carried"] + numbers["opened"]
            or numbers["documents_out_signed"] > numbers["documents_out"]
        )

    def listed(self) -> list[Move]:
        """The rows that leave its state on its way."""
        way = (Route.SIGNED if self.signed else Route.UNSIGNED) | (
            Route.CHECKED_ABOVE if self.superior else Route.NOT_CHECKED_ABOVE
        )
        return [
            row
            for row in MOVES
            if row.before == self.status
            and way in row.only
            and (row.action != Action.UNEXEMPT or row.after == self.exempted_from)
        ]

    # What is foretold ------------------------------------------------------------------------------------------------

    def may(self, row: Move, person: str, office: Office, at: datetime) -> bool:
        """Whether the row names a role at a place that the person has."""
        places = {
            Place.OWN: self.unit,
            Place.SUPERIOR: self.superior,
            Place.OWNER: office.stand_in if self.unit == office.owner else office.owner,
        }
        return any(
            post.role == who.role and post.unit == places[who.place] and post.signs
            for who in row.who
            for post in office.posts(person, at)
        )

    def lacks(self, row: Move, office: Office, at: datetime) -> str:
        """What the report has not behind it that the row asks for, as its code; empty where it has all."""
        superior_ended = self.superior is not None and not office.exists(self.superior, at)
        behind = {
            When.NOTHING_APPROVED: self.approved is None,
            When.AMENDING: self.approved is not None,
            When.ASKED_TO_AMEND: self.asked,
            When.NOT_ASKED: not self.asked,
            When.ON_PAPER: self.on_paper,
            When.KEYED: not self.on_paper,
            When.CHECK_OVERDUE: self.last_at is not None and at > end_of_working_day(self.last_at, SUPERIOR_DAYS),
            When.SUPERIOR_ENDED: superior_ended,
        }
        return next((code for when, code in NOT_NOW.items() if when in row.when and not behind[when]), "")

    def open_to(self, person: str, office: Office, at: datetime) -> list[Move]:
        return [row for row in self.listed() if self.may(row, person, office, at) and not self.lacks(row, office, at)]

    def foretell(
        self, action: Action, person: str, grounds: Grounds, edit: int, office: Office, at: datetime, *, warned: bool
    ) -> tuple[str, Move | None]:
        """What comes of a move, and by which row it is made; `warned`: something stands out that nobody explained."""
        if edit != self.edit:
            return (REPEATED if self.steps.get(edit) == (action, person) else "moved_meanwhile"), None
        listed = [row for row in self.listed() if row.action == action]
        theirs = [row for row in listed if self.may(row, person, office, at)]
        if not theirs:
            return (FORBIDDEN if listed else "no_such_move"), None
        row = next((row for row in theirs if not self.lacks(row, office, at)), None)
        if row is None:
            return self.lacks(theirs[0], office, at), None
        if Needs.PAPER in row.needs and grounds.scan and not grounds.scan[1].startswith(b"%PDF"):
            return "invalid: file", row  # a scan is examined before anything else is asked
        refused = self._ungrounded(row, grounds, at) or self._unmet(row, person, grounds, office, at, warned=warned)
        return refused or MADE, row

    def _ungrounded(self, row: Move, grounds: Grounds, at: datetime) -> str:
        """What the person has not brought."""
        if not grounds.reason.strip() and (
            Needs.REASON in row.needs or (Needs.REASON_OR_REMARK in row.needs and not self.unsent.get(self.revision))
        ):
            return "reason_missing"
        if len(grounds.reason) > 4000:
            return "reason_too_long"
        wrong = set()
        if (Needs.DOCUMENT in row.needs and not grounds.document) or len(grounds.document) > 100:
            wrong.add("document")
        if Needs.PAPER in row.needs:
            if grounds.received_at is None or grounds.received_at > at:
                wrong.add("received_at")
            if grounds.scan is None:
                wrong.add("scan")
        return f"invalid: {' '.join(sorted(wrong))}" if wrong else ""

    def _unmet(self, row: Move, person: str, grounds: Grounds, office: Office, at: datetime, *, warned: bool) -> str:
        """What else the row needs and does not find."""
        posts = office.posts(person, at)
        received = (Needs.PAPER in row.needs and grounds.received_at) or at
        needs = row.needs
        unmet = {
            "ones_own": Needs.NOT_ONES_OWN in needs and any(post.unit == self.unit for post in posts),
            "window_open": Needs.WINDOW_ENDED in needs and received.astimezone(VIETNAM).date() <= self.last_day,
            "remarks_unanswered": Needs.REMARKS_ANSWERED in needs and self.unanswered > 0,
            "has_errors": Needs.NO_ERRORS in needs and self.has_errors,
            "warnings_unanswered": Needs.WARNINGS_NOTED in needs and warned,
            "four_eyes": Needs.FOUR_EYES in needs and person in self.written,
            "not_in_synthesis": Needs.IN_SYNTHESIS in needs and self.synthesised and self.revision not in self.composed,
        }
        return next((code for code, holds in unmet.items() if holds), "")

    # What becomes of it ----------------------------------------------------------------------------------------------

    def take(self, row: Move, person: str | None, grounds: Grounds, at: datetime) -> None:
        """Make the move."""
        self.steps[self.edit] = (row.action, person)
        of = self.revision
        if row.action in RECEIPTS:
            self.receipts.append((of, (row.action == Action.RECORD and grounds.received_at) or at))
            self.written.add(cast(str, person))
        if row.action == Action.RECALL or (row.action == Action.RETURN and grounds.voids):
            self.void.add(of)
        if row.action == Action.RETURN:
            self.unanswered += self.unsent.pop(of, 0)
        if row.action == Action.DROP_CHECK:
            self.superior = None
        self.asked = row.action == Action.ASK_TO_AMEND
        if row.action == Action.EXEMPT:
            self.exempted_from = row.before
        elif row.action == Action.RECORD:
            self.on_paper = True
        elif row.action not in (Action.UNEXEMPT, Action.DROP_CHECK):
            self.on_paper = False
        match row.effect:
            case Effect.FREEZES:
                self.frozen.add(of)
            case Effect.ACCEPTS:
                self.approved, self.kept = of, self.cells
            case Effect.REOPENS:
                self.revisions += 1
                self.revision, self.keying = self.revisions, row.action == Action.KEY_IN
                self.cells = {item: Cell(cell.number, cell.note, cell.edit) for item, cell in self.cells.items()}
            case Effect.DROPS:
                self.frozen.add(of)
                self.revision, self.cells = cast(int, self.approved), self.kept
        self.status, self.last_at = row.after, at
        self.edit += 1

    # Filling in ------------------------------------------------------------------------------------------------------

    def fills(self, person: str, office: Office, at: datetime) -> bool:
        """Whether the person fills the report in as it stands."""
        own = any(
            post.unit == self.unit and post.role in (Role.REPORTER, Role.HEAD) for post in office.posts(person, at)
        )
        above = any(post.unit == self.superior and post.role == Role.REVIEWER for post in office.posts(person, at))
        return own or (above and self.keying and self.status == Status.DRAFT)

    def foretell_save(self, person: str, office: Office, at: datetime) -> str:
        if not self.fills(person, office, at):
            return FORBIDDEN
        return "saved" if self.status == Status.DRAFT else "not_a_draft"

    def write(self, entries: dict[str, tuple[int | None, str | None, int]], person: str) -> set[str]:
        """Write numbers and notes, each with the edit that was seen; return the cells that have changed meanwhile."""
        stale, changed = set(), False
        for item, (number, note, seen) in entries.items():
            cell = self.cells.setdefault(item, Cell())
            becomes = (number, cell.note if note is None else note)
            if becomes == (cell.number, cell.note):
                continue
            if cell.edit not in (0, seen):
                stale.add(item)
                continue
            cell.number, cell.note = becomes
            cell.edit, changed = cell.edit + 1, True
        if changed:
            self.edit += 1
            self.written.add(person)
        return stale

    def foretell_synthesis(self, person: str, office: Office, at: datetime) -> str:
        """What comes of signing a synthesis over this report alone."""
        signs = any(post.role == Role.HEAD and post.unit == self.superior for post in office.posts(person, at))
        ready = self.status == Status.CHECKED and self.revision not in self.composed
        return ("signed" if ready else "nothing_to_bring_together") if signs else FORBIDDEN

    def foretell_remark(self, person: str, office: Office, at: datetime) -> str:
        """What comes of pinning a remark."""
        rows = [row for row in self.listed() if row.action == Action.RETURN]
        if not rows:
            return "not_under_review"
        return "pinned" if any(self.may(row, person, office, at) for row in rows) else FORBIDDEN


def end_of_working_day(since: datetime, days: int) -> datetime:
    """24:00 of the last of so many working days after an instant; of days on which no holiday falls."""
    day = since.astimezone(VIETNAM).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)
