"""What counts as a lapse of a unit, which lapses it is asked to explain, and what excludes one by rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple, Protocol

from reports.calendars import END_OF_DAY, ZONE, WorkingCalendar, days_late, due_day
from reports.standing import Allowed, Hand, Held, Stand, Turned, hands, stage_deadline, standing
from reports.workflow import OWED, RECEIPTS, Action, Status


class LapseKind(StrEnum):
    """What was missed: the report's own deadline, that of its correction, or the days allowed for a review."""

    FILING = "filing"
    CORRECTION = "correction"
    REVIEW = "review"


class LapseCause(StrEnum):
    """What the head of a unit gives as the cause of a lapse, beside the text of the explanation."""

    WAITING_FOR_FIGURES = "waiting_for_figures"
    NOT_SIGNED = "not_signed"
    FIGURES_DISAGREED = "figures_disagreed"
    STAFF_CHANGED = "staff_changed"
    BEING_CORRECTED = "being_corrected"
    NETWORK = "network"
    OTHER = "other"


class Measure(StrEnum):
    """What an inspector proposes to the Chair, and what the Chair decides on; chosen by people, never by the portal."""

    REMIND = "remind"
    CRITICISE = "criticise"
    REVIEW_CONDUCT = "review_conduct"
    CONSIDER_DISCIPLINE = "consider_discipline"
    NONE = "none"


EXPLAIN_DAYS = 3
"""Within how many working days the head explains a lapse."""

TOLERATED_DAYS = 1
"""A report late by no more working days is not asked to be explained, unless it is late again."""

CORRECTION_HOURS = 48
"""For how long the units may correct facts after a standing list was announced, before it is issued."""

REPEATED_MONTHS = 12
"""Within how many months an earlier lapse makes a unit late again."""


class Excludes(StrEnum):
    """What keeps something that would have been a lapse from being one."""

    EXTENSION = "extension"
    INCIDENT = "incident"
    CALENDAR = "calendar"
    EXEMPTED = "exempted"
    ON_PAPER = "on_paper"  # it was received in time on paper, and recorded later
    ELSEWHERE = "elsewhere"  # the time that was overrun passed in somebody else's hands
    ENDED = "ended"  # the unit had ended before it was due


class Exclusion(NamedTuple):
    """Why something is no lapse, and the document, the cause or the reason that it rests on."""

    why: Excludes
    words: str = ""


class Change(NamedTuple):
    """That a deadline moved: when that was recorded, to when, by what, and by which document or for which cause."""

    recorded_at: datetime
    after: datetime
    cause: Excludes
    words: str = ""


class Taken(NamedTuple):
    """A step as discipline reads it; `received_at` is when a paper came in, `words` its document or reason."""

    at: datetime
    action: Action
    after: Status
    received_at: datetime | None = None
    voids: bool = False
    words: str = ""


class Outage(NamedTuple):
    """An incident of the portal, and when an inspector confirmed it."""

    began_at: datetime
    ended_at: datetime
    confirmed_at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Everything that was ever recorded of a report's time; all instants aware, steps and changes in their order.

    `checked_above` says whether a superior was to check it when it was opened. `composed` are the instants at which its
    superior brought it together with others, where the form asks for a synthesis. `ended`: the first day on which its
    unit was no more.
    """

    opened: datetime
    first_deadline: datetime
    changes: tuple[Change, ...] = ()
    steps: tuple[Taken, ...] = ()
    signed: bool = True
    checked_above: bool = False
    superior_days: int = 2
    owner_days: int = 5
    correction_days: int = 3
    synthesised: bool = False
    composed: tuple[datetime, ...] = ()
    outages: tuple[Outage, ...] = ()
    ended: date | None = None


class Found(NamedTuple):
    """Something that was overrun, as of an instant: by whose hand, since when it had the time, when that ran out.

    `until` is None while it lasts. `days` are working days, at least 1. With `excluded` it is no lapse, for that cause.
    """

    kind: LapseKind
    hand: Hand
    since: datetime
    due: datetime
    until: datetime | None
    days: int
    excluded: Exclusion | None = None


def deadline_as_of(recorded: Recorded, at: datetime) -> datetime:
    """Until when the report was owed, by what was recorded by then; a deadline only ever moves later."""
    return max((one.after for one in recorded.changes if one.recorded_at <= at), default=recorded.first_deadline)


def first_receipt_as_of(recorded: Recorded, at: datetime) -> datetime | None:
    """The first receipt that counted by what was recorded by then.

    None that was recalled, nor one of what was returned as no report; a paper counts from when it came in, and is known
    from when that was recorded.
    """
    return min((_counted(one) for one in _receipts(recorded, at)), default=None)


def standing_as_of(recorded: Recorded, at: datetime, calendar: WorkingCalendar) -> Stand:
    """How the report stood, by what was recorded by then."""
    return standing(
        deadline_as_of(recorded, at),
        first_receipt_as_of(recorded, at),
        at,
        calendar,
        exempt=_state(_known(recorded, at)) == Status.EXEMPT,
    )


def lapses(recorded: Recorded, at: datetime, calendar: WorkingCalendar) -> list[Found]:
    """Everything that had been overrun by then, by what was recorded by then; with what excludes it, if anything does.

    Late or missing by the report's own deadline (the unit); a returned report kept beyond its correction deadline (the
    unit); a stage kept beyond its review days (the superior, the owner). Neither keying in from paper nor an amendment
    is one: the superior may key in, and what is amended is in force meanwhile.
    """
    known = _known(recorded, at)
    held = hands(
        recorded.opened,
        [Turned(one.at, one.action, one.after) for one in known],
        at,
        _allowed(recorded, at, known),
        calendar,
    )
    return [
        *_filing(recorded, at, held, calendar),
        *_corrections(recorded, at, held, calendar),
        *_reviews(recorded, at, held, calendar),
    ]


class Lasted(Protocol):
    """Something found: how many working days it lasted, and what excludes it."""

    @property
    def days(self) -> int: ...

    @property
    def excluded(self) -> Exclusion | None: ...


def asks(found: Lasted, earlier: int) -> bool:
    """Whether a lapse is to be explained: of more than the days tolerated, or one more within the twelve months before.

    `earlier` counts the unit's earlier lapses with the form in that time.
    """
    return found.excluded is None and (found.days > TOLERATED_DAYS or earlier > 0)


def explain_by(asked_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when the head explains what was asked at that instant: 24:00 of the third working day after it."""
    return stage_deadline(asked_at, EXPLAIN_DAYS, calendar)


UNIT_HANDS = (Hand.REPORTER, Hand.HEAD)
"""The hands of the unit that owes the report."""


def _known(recorded: Recorded, at: datetime) -> list[Taken]:
    return [one for one in recorded.steps if one.at <= at]


def _state(known: Sequence[Taken]) -> Status:
    return known[-1].after if known else Status.DRAFT


def _counted(receipt: Taken) -> datetime:
    return receipt.received_at or receipt.at


def _receipts(recorded: Recorded, at: datetime) -> list[Taken]:
    """The receipts that counted by then; a recall, or a return as no report, takes back the last one."""
    receipts: list[Taken] = []
    for one in _known(recorded, at):
        if one.action in RECEIPTS:
            receipts.append(one)
        elif receipts and (one.action == Action.RECALL or one.voids):
            receipts.pop()
    return receipts


def _allowed(recorded: Recorded, at: datetime, known: Sequence[Taken]) -> Allowed:
    dropped = any(one.action == Action.DROP_CHECK for one in known)
    return Allowed(
        deadline_as_of(recorded, at),
        recorded.signed,
        recorded.checked_above and not dropped,
        recorded.superior_days,
        recorded.owner_days,
        recorded.correction_days,
    )


def _change_that_saves(recorded: Recorded, at: datetime, end: datetime) -> Exclusion | None:
    """The first change, recorded by then, that gave until `end` or later."""
    saving = (one for one in recorded.changes if one.recorded_at <= at and one.after >= end)
    return next((Exclusion(one.cause, one.words) for one in saving), None)


def _holder(held: Sequence[Held], due: datetime) -> Hand:
    """Which of the unit's hands held the report as it was due; the reporter's where neither did."""
    return next((one.hand for one in held if one.hand in UNIT_HANDS and one.since <= due < one.until), Hand.REPORTER)


def _filing(recorded: Recorded, at: datetime, held: Sequence[Held], calendar: WorkingCalendar) -> Iterator[Found]:
    deadline = deadline_as_of(recorded, at)
    known = _known(recorded, at)
    receipts = _receipts(recorded, at)
    first = min(receipts, key=_counted, default=None)
    received = _counted(first) if first else None
    end = received or at

    def found(due: datetime, days: int, excluded: Exclusion | None) -> Found:
        return Found(LapseKind.FILING, _holder(held, due), recorded.opened, due, received, days, excluded)

    def late(due: datetime, until: datetime) -> int:
        return days_late(due, until, calendar)

    if end <= deadline:
        if end > recorded.first_deadline and (saved := _change_that_saves(recorded, at, end)):
            yield found(recorded.first_deadline, late(recorded.first_deadline, end), saved)
        elif first and first.at > deadline:
            yield found(deadline, late(deadline, first.at), Exclusion(Excludes.ON_PAPER, first.words))
        return
    if _state(known) == Status.EXEMPT:
        yield found(deadline, late(deadline, end), Exclusion(Excludes.EXEMPTED, known[-1].words))
        return
    if recorded.ended and recorded.ended <= due_day(deadline):
        yield found(deadline, late(deadline, end), Exclusion(Excludes.ENDED, f"{recorded.ended:%d/%m/%Y}"))
        return
    own = [
        calendar.between(due_day(max(one.since, deadline)), due_day(min(one.until, end)))
        for one in held
        if one.hand in UNIT_HANDS and one.until > deadline and one.since < end
    ]
    took_back = len(receipts) < sum(one.action in RECEIPTS for one in known)
    days = sum(own)
    if days or took_back or any(one.hand in UNIT_HANDS and one.since <= deadline < one.until for one in held):
        yield found(deadline, max(1, days), None)
    else:
        yield found(deadline, late(deadline, end), Exclusion(Excludes.ELSEWHERE))


def _corrections(recorded: Recorded, at: datetime, held: Sequence[Held], calendar: WorkingCalendar) -> Iterator[Found]:
    """Each return that was kept; one as no report is none of them, as the report is then judged by its own deadline."""
    known = _known(recorded, at)
    for place, step in enumerate(known):
        if step.action != Action.RETURN or step.voids:
            continue
        left = next((one for one in known[place + 1 :] if one.after not in OWED), None)
        until = _counted(left) if left else None
        end = until or at
        due = stage_deadline(step.at, recorded.correction_days, calendar)
        if end <= due:
            continue
        excluded = _change_that_saves(recorded, at, end) or _outage_that_saves(recorded, at, due, end, calendar)
        if excluded is None and left and left.after == Status.EXEMPT and _state(known) == Status.EXEMPT:
            excluded = Exclusion(Excludes.EXEMPTED, left.words)
        due = due if excluded else due_after_outages(recorded.outages, at, due, calendar)
        days = days_late(due, end, calendar)
        yield Found(LapseKind.CORRECTION, _holder(held, due), step.at, due, until, days, excluded)


def _reviews(recorded: Recorded, at: datetime, held: Sequence[Held], calendar: WorkingCalendar) -> Iterator[Found]:
    for place, one in enumerate(held):
        if one.hand in UNIT_HANDS or not one.overran:
            continue
        lasts = place == len(held) - 1 and _state(_known(recorded, at)) in (Status.SUBMITTED, Status.CHECKED)
        until = None if lasts else one.until
        excluded, due = None, one.due
        if recorded.synthesised and one.hand == Hand.OWNER:
            composed = next((each for each in recorded.composed if one.since <= each <= one.until), None)
            given = stage_deadline(composed, recorded.owner_days, calendar) if composed else one.until
            if one.until <= given:
                excluded = Exclusion(Excludes.ELSEWHERE)
            else:
                due = given
        if excluded is None:
            excluded = _outage_that_saves(recorded, at, due, one.until, calendar)
        due = due if excluded else due_after_outages(recorded.outages, at, due, calendar)
        days = days_late(due, one.until, calendar)
        yield Found(LapseKind.REVIEW, one.hand, one.since, due, until, days, excluded)


def due_after_outages(outages: Sequence[Outage], at: datetime, due: datetime, calendar: WorkingCalendar) -> datetime:
    """When a stage is due after all, as of `at`: an outage on its day gives it until 24:00 of the next working day.

    The report's own deadline is moved by the confirmation itself, and that stands among its changes.
    """
    for one in outages:
        begins = datetime.combine(one.began_at.astimezone(ZONE).date(), time(), ZONE)
        ended = due_day(one.ended_at)
        if one.confirmed_at <= at and begins < due <= datetime.combine(ended, time(), ZONE) + END_OF_DAY:
            due = max(due, stage_deadline(datetime.combine(ended, time(), ZONE), 1, calendar))
    return due


def _outage_that_saves(
    recorded: Recorded, at: datetime, due: datetime, end: datetime, calendar: WorkingCalendar
) -> Exclusion | None:
    """The outage on the day of a stage's due, if it gave until `end` or later."""
    moved = due_after_outages(recorded.outages, at, due, calendar)
    if moved <= due or end > moved:
        return None
    touching = [one for one in recorded.outages if one.confirmed_at <= at and due_day(one.ended_at) <= due_day(moved)]
    return Exclusion(Excludes.INCIDENT, touching[-1].words if touching else "")
