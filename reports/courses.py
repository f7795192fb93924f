"""How far a lapse has come between its unit, the form's owner and the inspectors, and whether it counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How far a lapse has come."""

    NOTED = "noted"
    TO_EXPLAIN = "to_explain"
    UNEXPLAINED = "unexplained"
    EXPLAINED = "explained"
    NOT_EXCUSED = "not_excused"
    EXCUSED = "excused"
    SET_ASIDE = "set_aside"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Course:
    """What has been said of a lapse so far.

    `explain_by` is None where nobody asked; `excused` where nobody has ruled, and `upheld` where no objection to its
    facts was answered.
    """

    excluded: bool
    explain_by: datetime | None
    explained: bool
    excused: bool | None
    upheld: bool | None

    @property
    def counts(self) -> bool:
        """Whether it stands against its unit: neither excluded by rule, nor excused, nor its facts found wrong."""
        return not (self.excluded or self.excused or self.upheld)

    def state(self, at: datetime) -> State:
        """Its state at that instant."""
        if self.excluded:
            return State.EXCLUDED
        if self.upheld:
            return State.SET_ASIDE
        if self.excused is not None:
            return State.EXCUSED if self.excused else State.NOT_EXCUSED
        if self.explained:
            return State.EXPLAINED
        if self.explain_by is None:
            return State.NOTED
        return State.TO_EXPLAIN if at <= self.explain_by else State.UNEXPLAINED
