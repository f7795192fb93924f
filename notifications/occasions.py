"""Every occasion on which somebody is told something: of what, who is told, whether at once, and while it is owed.

An occasion is either an event, told when it has happened, or a rung of something due. Which rows owe it says the module
of owing that is named beside its kind; this table says who hears of it. Nothing is told of an event that lies further
back than ladder.LAST working days. Where a head is away, who stands in for the head is told: see owing.people.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from accounts.roles import Place, Role, Who
from notifications.ladder import IN_LISTS, RUNGS, WHO, Ladder, NoticeKind, Rung


class Subject(StrEnum):
    """What a notice speaks of, by the column that holds it."""

    REPORT = "report"
    LAPSE = "lapse"
    STANDING_LIST = "standing_list"
    DIRECTIVE = "directive"
    FORM = "form"


OTHER_SIGNER = "other_signer"
"""Stands in place of a role for who signs for a unit, but is not told in the place of its head."""


class Told(NamedTuple):
    """One row of whom an event is told to: in which unit, as what, and whether at once."""

    place: Place
    role: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is told of once."""

    kind: NoticeKind
    subject: Subject
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Something due, told of by rungs; from `urgent_from` on at once, and never so where that is None.

    `of_form`: the form may have a ladder of its own. `named` is whom of the ladder this occasion tells, if not all.
    """

    kind: NoticeKind
    subject: Subject
    ladder: Ladder
    urgent_from: int | None
    named: frozenset[Who] | None = None
    of_form: bool = False

    def tells(self, who: Who) -> bool:
        return self.named is None or who in self.named

    def is_urgent(self, rung: Rung) -> bool:
        return self.urgent_from is not None and rung.days >= self.urgent_from


def at_once(*who: Who) -> tuple[Told, ...]:
    """These are told at once."""
    return tuple(Told(one.place, one.role, True) for one in who)


def gathered(*who: Who) -> tuple[Told, ...]:
    """These are told in the next morning's message."""
    return tuple(Told(one.place, one.role, False) for one in who)


REPORT, LAPSE, LIST, DIRECTIVE, FORM = Subject
_REPORTER, _HEAD = Role.REPORTER @ Place.OWN, Role.HEAD @ Place.OWN
_REVIEWERS = (Role.REVIEWER @ Place.OWN, Role.APPROVER @ Place.OWN)  # of the unit whose turn it is
_APPROVER = Role.APPROVER @ Place.OWNER
_ONE_BY_ONE = frozenset(WHO.values()) - IN_LISTS
_EVERYBODY_ELSE = (
    *gathered(*(role @ Place.OWN for role in Role if role is not Role.HEAD)),
    Told(Place.OWN, OTHER_SIGNER, False),
)

_CORRECTION = (Rung(-1, (_REPORTER, _HEAD)), Rung(0, (_REPORTER, _HEAD)))
_SIGNING = (Rung(+1, (_HEAD,)),)
_REVIEW = (Rung(+1, _REVIEWERS),)
_REVIEW_FURTHER = (Rung(+2, (_HEAD,)),)

SIGNING_DAYS = 1
"""For how many working days a report may wait for its signature before its head is reminded."""

# ruff: noqa: E501  (a table reads best as a table)
# fmt: off
OCCASIONS: tuple[Event | Term, ...] = (
    #     kind                            of what     who is told, when                               owed while
    Term(NoticeKind.RUNG,                 REPORT,     RUNGS, 0, _ONE_BY_ONE, of_form=True),            # it was never received
    Term(NoticeKind.OVERDUE_LIST,         FORM,       RUNGS, 0, IN_LISTS, of_form=True),              # one of its reports is overdue
    Event(NoticeKind.OPENED,              REPORT,     gathered(_REPORTER)),                           # it is a draft, never received, not due yet
    Event(NoticeKind.MOVED,               REPORT,     gathered(_REPORTER, _HEAD)),                    # this deadline counts and is to come
    Event(NoticeKind.RETURNED,            REPORT,     at_once(_REPORTER, _HEAD)),                     # it is the draft that this return made
    Term(NoticeKind.CORRECTION_DUE,       REPORT,     _CORRECTION, 0),                                # it is not submitted again, and not past due
    Term(NoticeKind.TO_SIGN,              REPORT,     _SIGNING, None),                                # it waits for that signature
    Term(NoticeKind.REVIEW_OVERDUE,       REPORT,     _REVIEW, None),                                 # it waits for that review
    Term(NoticeKind.REVIEW_OVERDUE_HEAD,  REPORT,     _REVIEW_FURTHER, 0),                            # the same, a working day later
    Event(NoticeKind.LAPSE_ASKED,         LAPSE,      at_once(_HEAD)),                                # nothing explains it
    Event(NoticeKind.LAPSE_EXPLAINED,     LAPSE,      gathered(_APPROVER)),                           # it is the last said, and not ruled on since
    Event(NoticeKind.LAPSE_RULED,         LAPSE,      gathered(_HEAD)),                               # it is the last ruling
    Event(NoticeKind.LIST_ANNOUNCED,      LIST,       at_once(_HEAD)),                                # facts may be corrected
    Event(NoticeKind.LIST_ISSUED,         LIST,       gathered(_HEAD)),
    Event(NoticeKind.DIRECTIVE,           DIRECTIVE,  at_once(_HEAD) + _EVERYBODY_ELSE),              # the person has not acknowledged it
    Term(NoticeKind.DIRECTIVE_RUNG,       DIRECTIVE,  RUNGS, 0, frozenset({_HEAD})),                  # the unit has not passed it on
)
# fmt: on
