"""Replays the steps of one report: whether they are linked and follow each other, and what they make of the report.

What stands in the report's row is compared with what its steps lead to, so neither can be changed without the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, cast

from reports.chain import link
from reports.workflow import MOVES, RECEIPTS, Action, Effect, Status


class Fault(StrEnum):
    """What can be found wrong."""

    # a chain
    STEP_MISSING = "step_missing"
    STEP_CHANGED = "step_changed"
    STEP_UNLISTED = "step_unlisted"
    STEP_UNCONNECTED = "step_unconnected"
    CONTENT_DIFFERS = "content_differs"
    HEAD_MISSING = "head_missing"
    HEAD_DIFFERS = "head_differs"
    # what it made of the report
    STATE_DIFFERS = "state_differs"
    CURRENT_DIFFERS = "current_differs"
    APPROVED_DIFFERS = "approved_differs"
    RECEIVED_DIFFERS = "received_differs"
    # contents
    FROZEN_BY_NOBODY = "frozen_by_nobody"
    SNAPSHOT_CHANGED = "snapshot_changed"
    VALUES_DIFFER = "values_differ"
    FILES_DIFFER = "files_differ"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    # seals
    SEAL_MISSING = "seal_missing"
    SEAL_CHANGED = "seal_changed"
    SEAL_UNSIGNED = "seal_unsigned"
    SEAL_UNCONNECTED = "seal_unconnected"
    # a seal that somebody has kept in a file
    KEPT_CHANGED = "kept_changed"
    KEPT_UNSIGNED = "kept_unsigned"
    KEPT_ABSENT = "kept_absent"
    KEPT_DIFFERS = "kept_differs"


EFFECTS: dict[tuple[object, object, object], Effect] = {
    (move.before, move.action, move.after): move.effect for move in MOVES
}
"""What each move does, by the state that it leaves, its action, and the state that it leads to."""

FREEZING = (Effect.FREEZES, Effect.DROPS)
"""The effects that freeze the revision."""


class Fact(NamedTuple):
    """Something found wrong at a step, or at the report where none is named; the fault's words name the facts."""

    fault: Fault
    seq: int | None = None
    facts: Mapping[str, object] = {}


class Standing(NamedTuple):
    """What the report's row says: its state, its revisions by key, and the first receipt that counts."""

    status: str
    current: int
    current_is_open: bool
    approved: int | None
    received_at: datetime | None


class Told(NamedTuple):
    """A step as it is stored: its columns by name, its digest, and the digest of its revision, empty while open."""

    says: Mapping[str, object]
    digest: str
    frozen: str


class Sealed(NamedTuple):
    """What a seal of that number lists of this report."""

    seal: int
    seq: int
    digest: str


@dataclass
class _Replay:
    """What the steps make of a report; `current` is None where they open a revision that no step names yet."""

    status: str = Status.DRAFT
    current: int | None = None
    approved: int | None = None
    received_at: datetime | None = None
    frozen: set[int] = field(default_factory=set)
    receipts: list[tuple[int, datetime]] = field(default_factory=list)
    void: set[int] = field(default_factory=set)

    def take(self, says: Mapping[str, object], effect: Effect | None) -> None:
        revision = cast(int, says["revision_id"])
        self.status, self.current = str(says["after"]), revision
        if effect in FREEZING:
            self.frozen.add(revision)
        if effect is Effect.REOPENS:
            self.current = None
        elif effect is Effect.DROPS:
            self.current = self.approved
        elif effect is Effect.ACCEPTS:
            self.approved = revision
        self._receive(says, revision)

    def _receive(self, says: Mapping[str, object], revision: int) -> None:
        """The earliest receipt counts, but none of a revision that was recalled or was no report."""
        if says["action"] in RECEIPTS:
            self.receipts.append((revision, cast(datetime, says["received_at"] or says["at"])))
        elif says["action"] == Action.RECALL or says["voids"]:
            self.void.add(revision)
        self.received_at = min((at for of, at in self.receipts if of not in self.void), default=None)


def faults(row: Standing, steps: Sequence[Told], sealed: Iterable[Sealed]) -> Iterator[Fact]:
    """Everything that is wrong with the chain of a report, given in the order of its steps, and with its row."""
    replay, digest, expected = _Replay(), "", 1
    for step in steps:
        seq = cast(int, step.says["seq"])
        effect = EFFECTS.get((step.says["before"], step.says["action"], step.says["after"]))
        if seq != expected:
            yield from (Fact(Fault.STEP_MISSING, missing) for missing in range(expected, seq))
        else:
            yield from _linked(step, seq, digest, replay)
        if effect is None:
            yield Fact(Fault.STEP_UNLISTED, seq, {name: step.says[name] for name in ("before", "action", "after")})
        yield from _content(step, seq, effect, replay)
        replay.take(step.says, effect)
        digest, expected = step.digest, seq + 1
    yield from _heads(steps, sealed)
    yield from _made(row, replay)


def _linked(step: Told, seq: int, digest: str, replay: _Replay) -> Iterator[Fact]:
    """Whether a step is linked to the one before it, as that is stored, and goes on where it led."""
    if link(digest, step.says) != step.digest:
        yield Fact(Fault.STEP_CHANGED, seq)
    if step.says["before"] != replay.status:
        yield Fact(Fault.STEP_UNCONNECTED, seq, {"before": step.says["before"], "after": replay.status})


def _content(step: Told, seq: int, effect: Effect | None, replay: _Replay) -> Iterator[Fact]:
    """Whether a step names the content of its revision, which it does from the step on that froze it."""
    is_frozen = effect in FREEZING or step.says["revision_id"] in replay.frozen
    content = step.frozen if is_frozen else ""
    if step.says["content"] != content or (is_frozen and not content):
        yield Fact(Fault.CONTENT_DIFFERS, seq, {"named": step.says["content"], "frozen": content})


def _heads(steps: Sequence[Told], sealed: Iterable[Sealed]) -> Iterator[Fact]:
    """Whether every step that a seal lists is there as it was."""
    digests = {step.says["seq"]: step.digest for step in steps}
    for head in sealed:
        if head.seq not in digests:
            yield Fact(Fault.HEAD_MISSING, head.seq, {"seal": head.seal})
        elif digests[head.seq] != head.digest:
            yield Fact(Fault.HEAD_DIFFERS, head.seq, {"seal": head.seal})


def _made(row: Standing, replay: _Replay) -> Iterator[Fact]:
    """Whether the report's row says what the steps lead to."""
    if row.status != replay.status:
        yield Fact(Fault.STATE_DIFFERS, None, {"stored": row.status, "replayed": replay.status})
    if row.approved != replay.approved:
        yield Fact(Fault.APPROVED_DIFFERS)
    if row.received_at != replay.received_at:
        yield Fact(Fault.RECEIVED_DIFFERS, None, {"stored": row.received_at, "replayed": replay.received_at})
    is_current = row.current_is_open if replay.current is None else row.current == replay.current
    if not is_current:
        yield Fact(Fault.CURRENT_DIFFERS)
