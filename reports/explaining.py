"""Why a unit is or is not expected to send a report: decided from plain facts, as a list of reasons."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.roles import Level
from reports.periods import Frequency, Window


class Reason(StrEnum):
    """One reason why a unit is, or is not, expected to send a report."""

    LEVEL_ANSWERS = "level_answers"
    NAMED = "named"
    CHOSEN = "chosen"
    NO_SUCH_PERIOD = "no_such_period"
    NO_VERSION = "no_version"
    DRAFT_VERSION = "draft_version"
    UNIT_NOT_BEGUN = "unit_not_begun"
    UNIT_ENDED = "unit_ended"
    OTHER_LEVEL = "other_level"
    NOT_NAMED = "not_named"
    EXCLUDED = "excluded"
    NOT_CHOSEN = "not_chosen"
    NOT_OPEN_YET = "not_open_yet"
    NOT_OPENED = "not_opened"


EXPECTING = frozenset({Reason.LEVEL_ANSWERS, Reason.NAMED, Reason.CHOSEN, Reason.NOT_OPEN_YET, Reason.NOT_OPENED})
"""The reasons that speak for, or of, a report that is owed; any other speaks against it."""


@dataclass(frozen=True)
class Facts:
    """What the decision rests on, of one unit, form and period, as of a day.

    `named` is None where the version does not name the unit, else whether it names it as one that answers. `opened` is
    whether the unit's report exists. `last_day` is the unit's, None while it goes on.
    """

    window: Window
    opens_on: date
    today: date
    frequencies: tuple[Frequency, ...]
    has_period: bool
    holds: bool
    has_draft: bool
    by_hand: bool
    level: Level
    begins: date
    last_day: date | None
    answers: bool
    everyone: bool
    named: bool | None
    opened: bool


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Every reason that applies; the unit is expected if all of them are EXPECTING.

    What has been opened stays owed, whatever became of the unit afterwards.
    """
    if facts.opened:
        return (_called(facts),)
    if not facts.has_period:
        return (Reason.NO_SUCH_PERIOD,)
    against = tuple(reason for reason, applies in _against(facts) if applies)
    if against:
        return against
    if facts.by_hand:
        return (Reason.NOT_CHOSEN,)
    return (_called(facts), Reason.NOT_OPEN_YET if facts.today < facts.opens_on else Reason.NOT_OPENED)


def _called(facts: Facts) -> Reason:
    if facts.by_hand:
        return Reason.CHOSEN
    return Reason.NAMED if facts.named else Reason.LEVEL_ANSWERS


def _against(facts: Facts) -> tuple[tuple[Reason, bool], ...]:
    """The table of what speaks against it; nothing is said of respondents where no version holds."""
    last = facts.window.last
    answers = facts.holds and facts.answers
    return (
        (Reason.NO_VERSION, not facts.holds),
        (Reason.DRAFT_VERSION, not facts.holds and facts.has_draft),
        (Reason.UNIT_NOT_BEGUN, facts.begins > last),
        (Reason.UNIT_ENDED, facts.last_day is not None and facts.last_day < last),
        (Reason.OTHER_LEVEL, facts.holds and not facts.answers),
        (Reason.NOT_NAMED, answers and not facts.everyone and facts.named is None),
        (Reason.EXCLUDED, answers and facts.named is False),
    )
