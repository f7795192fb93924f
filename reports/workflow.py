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
    EXEMPT = "exempt"


class State(StrEnum):
    """Which revisions a figure reads: those approved and in force, or the latest ones that are submitted and stand."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


class Action(StrEnum):
    """What can be done to a report."""

    HAND_UP = "hand_up"
    HAND_BACK = "hand_back"
    SUBMIT = "submit"
    RECORD = "record"
    KEY_IN = "key_in"
    RECALL = "recall"
    CHECK = "check"
    RETURN = "return"
    APPROVE = "approve"
    ASK_TO_AMEND = "ask_to_amend"
    AMEND = "amend"
    KEEP = "keep"
    DROP_AMENDMENT = "drop_amendment"
    EXEMPT = "exempt"
    UNEXEMPT = "unexempt"
    DROP_CHECK = "drop_check"


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


class When(Flag):
    """What the report must have behind it for a move to be open at all; where it has not, nobody is offered the move."""

    ALWAYS = 0
    NOTHING_APPROVED = auto()
    AMENDING = auto()
    ASKED_TO_AMEND = auto()
    NOT_ASKED = auto()
    ON_PAPER = auto()  # recorded off-system, and its figures are not yet confirmed by the unit
    KEYED = auto()  # not so
    CHECK_OVERDUE = auto()
    SUPERIOR_ENDED = auto()
    AS_BEFORE = auto()  # the state that the report had when it was exempted


class Needs(Flag):
    """What must be brought to make a move that is open."""

    NOTHING = 0
    REASON = auto()
    REASON_OR_REMARK = auto()
    DOCUMENT = auto()
    PAPER = auto()  # the scan of a report filed on paper, and when it was received
    WINDOW_ENDED = auto()
    NO_ERRORS = auto()
    WARNINGS_NOTED = auto()
    REMARKS_ANSWERED = auto()
    FOUR_EYES = auto()
    NOT_ONES_OWN = auto()
    IN_SYNTHESIS = auto()


class Effect(Enum):
    """What a move does to the content, and so to the figures."""

    KEEPS = "keeps the revision"
    FREEZES = "freezes the revision"
    REOPENS = "opens the next revision with a copy of the content"
    ACCEPTS = "puts the frozen revision into force"
    DROPS = "closes the revision and goes back to the approved one"
    EXCUSES = "keeps the revision, and the unit is no longer expected or is so again"


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
    when: When = When.ALWAYS

    def fits(self, way: Route) -> bool:
        """Whether a report that takes this way has this move at all."""
        return way in self.only


_DRAFT, _TO_SIGN, _SUBMITTED, _CHECKED, _APPROVED, _EXEMPT = Status
_SUBMIT = Needs.WINDOW_ENDED | Needs.NO_ERRORS | Needs.WARNINGS_NOTED | Needs.REMARKS_ANSWERED
_RECORD = Needs.WINDOW_ENDED | Needs.DOCUMENT | Needs.PAPER | Needs.NOT_ONES_OWN
_ASK = Needs.REASON | Needs.DOCUMENT
_ACCEPT = Needs.FOUR_EYES | Needs.IN_SYNTHESIS
_EXCUSE = Needs.REASON | Needs.NOT_ONES_OWN
_SIGNED, _UNSIGNED = ANY & ~Route.UNSIGNED, ANY & ~Route.SIGNED
_VIA_SUPERIOR, _DIRECT = ANY & ~Route.NOT_CHECKED_ABOVE, ANY & ~Route.CHECKED_ABOVE
_OWNERS = (REVIEWER @ OWNER, APPROVER @ OWNER)
_REVIEWERS = (REVIEWER @ SUPERIOR, REVIEWER @ OWNER)
_KEYERS = (REPORTER @ OWN, HEAD @ OWN, REVIEWER @ SUPERIOR)
_NOBODY: tuple[Who, ...] = ()  # the portal itself

# ruff: noqa: E501  (a table reads best as a table)
# fmt: off
MOVES = (
    #    from        action                 becomes      who                        needs                   only           effect           when
    Move(_DRAFT,     Action.HAND_UP,        _TO_SIGN,    (REPORTER @ OWN,),         Needs.NO_ERRORS,        _SIGNED),
    Move(_TO_SIGN,   Action.HAND_BACK,      _DRAFT,      (HEAD @ OWN,),             Needs.REASON,           _SIGNED),
    Move(_DRAFT,     Action.SUBMIT,         _SUBMITTED,  (HEAD @ OWN,),             _SUBMIT,                _SIGNED,       Effect.FREEZES),
    Move(_TO_SIGN,   Action.SUBMIT,         _SUBMITTED,  (HEAD @ OWN,),             _SUBMIT,                _SIGNED,       Effect.FREEZES),
    Move(_DRAFT,     Action.SUBMIT,         _SUBMITTED,  (REPORTER @ OWN,),         _SUBMIT,                _UNSIGNED,     Effect.FREEZES),
    Move(_DRAFT,     Action.RECORD,         _SUBMITTED,  _REVIEWERS,                _RECORD,                ANY,           Effect.FREEZES),
    Move(_TO_SIGN,   Action.RECORD,         _SUBMITTED,  _REVIEWERS,                _RECORD,                ANY,           Effect.FREEZES),
    Move(_SUBMITTED, Action.KEY_IN,         _DRAFT,      _KEYERS,                   Needs.NOTHING,          ANY,           Effect.REOPENS,  When.ON_PAPER),
    Move(_SUBMITTED, Action.RECALL,         _DRAFT,      (HEAD @ OWN,),             Needs.NOTHING,          _SIGNED,       Effect.REOPENS,  When.KEYED),
    Move(_SUBMITTED, Action.RECALL,         _DRAFT,      (REPORTER @ OWN,),         Needs.NOTHING,          _UNSIGNED,     Effect.REOPENS,  When.KEYED),
    Move(_SUBMITTED, Action.CHECK,          _CHECKED,    (REVIEWER @ SUPERIOR,),    Needs.FOUR_EYES,        _VIA_SUPERIOR, Effect.KEEPS,    When.KEYED),
    Move(_SUBMITTED, Action.CHECK,          _CHECKED,    (REVIEWER @ OWNER,),       Needs.FOUR_EYES,        _VIA_SUPERIOR, Effect.KEEPS,    When.KEYED | When.CHECK_OVERDUE),
    Move(_SUBMITTED, Action.RETURN,         _DRAFT,      (REVIEWER @ SUPERIOR,),    Needs.REASON_OR_REMARK, _VIA_SUPERIOR, Effect.REOPENS),
    Move(_SUBMITTED, Action.RETURN,         _DRAFT,      _OWNERS,                   Needs.REASON_OR_REMARK, _DIRECT,       Effect.REOPENS),
    Move(_CHECKED,   Action.RETURN,         _DRAFT,      _OWNERS,                   Needs.REASON_OR_REMARK, _VIA_SUPERIOR, Effect.REOPENS),
    Move(_SUBMITTED, Action.APPROVE,        _APPROVED,   (APPROVER @ OWNER,),       _ACCEPT,                _DIRECT,       Effect.ACCEPTS,  When.KEYED),
    Move(_CHECKED,   Action.APPROVE,        _APPROVED,   (APPROVER @ OWNER,),       _ACCEPT,                _VIA_SUPERIOR, Effect.ACCEPTS),
    Move(_APPROVED,  Action.ASK_TO_AMEND,   _APPROVED,   (HEAD @ OWN,),             _ASK,                   ANY,           Effect.KEEPS,    When.NOT_ASKED),
    Move(_APPROVED,  Action.AMEND,          _DRAFT,      (APPROVER @ OWNER,),       Needs.REASON,           ANY,           Effect.REOPENS),
    Move(_APPROVED,  Action.KEEP,           _APPROVED,   (APPROVER @ OWNER,),       Needs.REASON,           ANY,           Effect.KEEPS,    When.ASKED_TO_AMEND),
    Move(_DRAFT,     Action.DROP_AMENDMENT, _APPROVED,   (HEAD @ OWN,),             Needs.REASON,           ANY,           Effect.DROPS,    When.AMENDING),
    *(Move(_before,  Action.EXEMPT,         _EXEMPT,     (APPROVER @ OWNER,),       _EXCUSE,                ANY,           Effect.EXCUSES,  When.NOTHING_APPROVED) for _before in (_DRAFT, _TO_SIGN, _SUBMITTED, _CHECKED)),
    *(Move(_EXEMPT,  Action.UNEXEMPT,       _before,     (APPROVER @ OWNER,),       _EXCUSE,                ANY,           Effect.EXCUSES,  When.AS_BEFORE) for _before in (_DRAFT, _TO_SIGN, _SUBMITTED, _CHECKED)),
    *(Move(_before,  Action.DROP_CHECK,     _before,     _NOBODY,                   Needs.NOTHING,          _VIA_SUPERIOR, Effect.KEEPS,    When.SUPERIOR_ENDED) for _before in (_DRAFT, _TO_SIGN, _SUBMITTED)),
)
# fmt: on

OWED = (Status.DRAFT, Status.TO_SIGN)
"""The states in which the unit still owes its report."""

STANDING = (Status.SUBMITTED, Status.CHECKED, Status.APPROVED)
"""The states in which the current revision is submitted and stands: provisional figures read it."""

FILLERS = (REPORTER, HEAD)
"""Who changes values, and only in a draft."""

RECEIPTS = (Action.SUBMIT, Action.RECORD)
"""The actions by which a report is received: they decide its standing, and give a receipt."""

WITHIN = (Action.HAND_BACK,)
"""The actions that pass between people of the unit: their reasons speak of a draft, which nobody else reads."""

ONWARD = (Action.HAND_UP, Action.SUBMIT, Action.KEY_IN, Action.CHECK, Action.APPROVE)
"""The actions that bring a report nearer to its approval."""

IN_BULK = (Action.CHECK, Action.APPROVE)
"""What can be done to many reports in one act."""


def moves_from(status: Status, way: Route) -> tuple[Move, ...]:
    """The moves that a report in this state, taking this way, can make at all."""
    return tuple(move for move in MOVES if move.before == status and move.fits(way))


def turn(status: Status, way: Route, *, on_paper: bool = False) -> Who | None:
    """Whose turn it is: who brings the report onward; nobody's once it is approved or exempt."""
    closed = When.KEYED if on_paper else When.ON_PAPER
    onward = (move for move in moves_from(status, way) if move.action in ONWARD and closed not in move.when)
    return next((move.who[0] for move in onward), None)
