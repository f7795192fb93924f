"""The moves of a report: what state it may leave, by which action, to which state, by whom, and what that needs.

This table is the only place where these rules stand. Buttons, the API, the admin site, the permission matrix, the
database's check of Steps and the diagram in the documentation all read it.
"""

from dataclasses import dataclass
from enum import Enum, Flag, StrEnum, auto

from accounts.roles import Place, Role, Who

OWN, SUPERIOR, OWNER = Place.OWN, Place.SUPERIOR, Place.OWNER
REPORTER, HEAD, REVIEWER, APPROVER = Role.REPORTER, Role.HEAD, Role.REVIEWER, Role.APPROVER


class Status(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    TO_SIGN = "to_sign"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"


class State(StrEnum):
    """Which revisions a figure reads: those approved and in force, or the latest ones that are submitted and stand."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


class Action(StrEnum):
    """What can be done to a report."""

    HAND_UP = "hand_up"
    HAND_BACK = "hand_back"
    SUBMIT = "submit"
    RECALL = "recall"
    CHECK = "check"
    RETURN = "return"
    APPROVE = "approve"


class Route(Flag):
    """The way a report takes, pinned when it is opened. A move is open only to the routes that its row names."""

    SIGNED = auto()
    UNSIGNED = auto()
    CHECKED_ABOVE = auto()
    NOT_CHECKED_ABOVE = auto()


ANY = Route.SIGNED | Route.UNSIGNED | Route.CHECKED_ABOVE | Route.NOT_CHECKED_ABOVE


def route(*, signed: bool, checked_above: bool) -> Route:
    """The route of a report that is signed by its head or not, checked by its superior or not."""
    return (Route.SIGNED if signed else Route.UNSIGNED) | (
        Route.CHECKED_ABOVE if checked_above else Route.NOT_CHECKED_ABOVE
    )


class Needs(Flag):
    """What must hold before a move is made."""

    NOTHING = 0
    REASON = auto()
    WINDOW_ENDED = auto()
    NO_ERRORS = auto()
    WARNINGS_NOTED = auto()
    FOUR_EYES = auto()


class Effect(Enum):
    """What a move does to the content."""

    KEEPS = "keeps the revision"
    FREEZES = "freezes the revision"
    REOPENS = "opens the next revision with a copy of the content"
    ACCEPTS = "puts the frozen revision into force"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    before: Status
    action: Action
    after: Status
    who: tuple[Who, ...]
    needs: Needs = Needs.NOTHING
    only: Route = ANY
    effect: Effect = Effect.KEEPS

    def fits(self, way: Route) -> bool:
        """Whether a report that takes this way has this move at all."""
        return way in self.only


_DRAFT, _TO_SIGN, _SUBMITTED, _CHECKED, _APPROVED = Status
_SUBMIT = Needs.WINDOW_ENDED | Needs.NO_ERRORS | Needs.WARNINGS_NOTED
_SIGNED, _UNSIGNED = ANY & ~Route.UNSIGNED, ANY & ~Route.SIGNED
_VIA_SUPERIOR, _DIRECT = ANY & ~Route.NOT_CHECKED_ABOVE, ANY & ~Route.CHECKED_ABOVE
_OWNERS = (REVIEWER @ OWNER, APPROVER @ OWNER)

# ruff: noqa: E501  (a table reads best as a table)
# fmt: off
MOVES = (
    #    from        action            becomes      who                     needs             only           effect
    Move(_DRAFT,     Action.HAND_UP,   _TO_SIGN,    (REPORTER @ OWN,),      Needs.NO_ERRORS,  _SIGNED),
    Move(_TO_SIGN,   Action.HAND_BACK, _DRAFT,      (HEAD @ OWN,),          Needs.REASON,     _SIGNED),
    Move(_DRAFT,     Action.SUBMIT,    _SUBMITTED,  (HEAD @ OWN,),          _SUBMIT,          _SIGNED,       Effect.FREEZES),
    Move(_TO_SIGN,   Action.SUBMIT,    _SUBMITTED,  (HEAD @ OWN,),          _SUBMIT,          _SIGNED,       Effect.FREEZES),
    Move(_DRAFT,     Action.SUBMIT,    _SUBMITTED,  (REPORTER @ OWN,),      _SUBMIT,          _UNSIGNED,     Effect.FREEZES),
    Move(_SUBMITTED, Action.RECALL,    _DRAFT,      (HEAD @ OWN,),          Needs.NOTHING,    _SIGNED,       Effect.REOPENS),
    Move(_SUBMITTED, Action.RECALL,    _DRAFT,      (REPORTER @ OWN,),      Needs.NOTHING,    _UNSIGNED,     Effect.REOPENS),
    Move(_SUBMITTED, Action.CHECK,     _CHECKED,    (REVIEWER @ SUPERIOR,), Needs.FOUR_EYES,  _VIA_SUPERIOR),
    Move(_SUBMITTED, Action.RETURN,    _DRAFT,      (REVIEWER @ SUPERIOR,), Needs.REASON,     _VIA_SUPERIOR, Effect.REOPENS),
    Move(_SUBMITTED, Action.RETURN,    _DRAFT,      _OWNERS,                Needs.REASON,     _DIRECT,       Effect.REOPENS),
    Move(_CHECKED,   Action.RETURN,    _DRAFT,      _OWNERS,                Needs.REASON,     _VIA_SUPERIOR, Effect.REOPENS),
    Move(_SUBMITTED, Action.APPROVE,   _APPROVED,   (APPROVER @ OWNER,),    Needs.FOUR_EYES,  _DIRECT,       Effect.ACCEPTS),
    Move(_CHECKED,   Action.APPROVE,   _APPROVED,   (APPROVER @ OWNER,),    Needs.FOUR_EYES,  _VIA_SUPERIOR, Effect.ACCEPTS),
)
# fmt: on

OWED = (Status.DRAFT, Status.TO_SIGN)
"""The states in which the unit still owes its report."""

STANDING = (Status.SUBMITTED, Status.CHECKED, Status.APPROVED)
"""The states in which the current revision is submitted and stands: provisional figures read it."""

FILLERS = (REPORTER, HEAD)
"""Who changes values, and only in a draft."""

WITHIN = (Action.HAND_BACK,)
"""The actions that pass between people of the unit: their reasons speak of a draft, which nobody else reads."""

ONWARD = (Action.HAND_UP, Action.SUBMIT, Action.CHECK, Action.APPROVE)
"""The actions that bring a report nearer to its approval."""


def moves_from(status: Status, way: Route) -> tuple[Move, ...]:
    """The moves that a report in this state, taking this way, can make at all."""
    return tuple(move for move in MOVES if move.before == status and move.fits(way))


def turn(status: Status, way: Route) -> Who | None:
    """Whose turn it is: who brings the report onward; nobody's once it is approved."""
    return next((move.who[0] for move in moves_from(status, way) if move.action in ONWARD), None)
