"""Delivers what is owed by e-mail: one delivery at a time is held, judged, tried and settled.

The attempt is on record before anything is sent, and no transaction is open while the mail server is spoken to. So a
deliverer that dies leaves at most one attempt whose outcome nobody knows; when its hold has run out the next deliverer
lists that attempt as unclear and tries once more, under the same Message-ID.
"""

from contextlib import closing
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import NamedTuple

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from notifications import ladder
from notifications.actions.composing import letter
from notifications.labels import DeliveryState, Outcome
from notifications.models import Attempt, Delivery, Notice
from reports import doorbell
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay
from reports.workflow import OWED

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=25),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""How long to wait after each failed attempt; the one after the last delay is the last."""

HOLD = timedelta(minutes=10)
"""How long a delivery is held for one attempt: longer than a worker may spend on a task."""

ROUND = 100
"""How many deliveries are taken in one call; a full round rings for the next, so that other tasks get their turn."""


class Answer(NamedTuple):
    """What came of one try, in the server's words where it refused; `goes_on` where the next may be tried at once."""

    outcome: Outcome
    words: str = ""
    goes_on: bool = True


def deliver(*, at: datetime) -> int:
    """Send what is owed at that instant, over one connection; return how many messages the mail server accepted.

    The round ends early where the server cannot be reached or falls silent: what remains stays owed, untried.
    """
    calendar = CalendarDay.objects.as_calendar()
    accepted = 0
    with closing(get_connection()) as server:
        for _turn in range(ROUND):
            delivery = _take(at=at, calendar=calendar)
            if delivery is None:
                return accepted
            if delivery.state != DeliveryState.OWED:
                continue
            answer = _try(server, delivery.notice, at=at, calendar=calendar)
            _settle(delivery, answer, at=at)
            accepted += answer.outcome is Outcome.ACCEPTED
            if not answer.goes_on:
                return accepted
    doorbell.ring("notifications.tasks.deliver")
    return accepted


@transaction.atomic(durable=True)
def _take(*, at: datetime, calendar: WorkingCalendar) -> Delivery | None:
    """Hold the delivery that waits longest, with an attempt on record, or end it where it is no longer to be tried."""
    delivery = (
        Delivery.objects.due(at)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("notice__person", "notice__report")
        .first()
    )
    if delivery is None:
        return None
    if delivery.leased_until is not None:
        delivery.attempts.filter(outcome=Outcome.BEGUN).update(
            outcome=Outcome.UNCLEAR, error="The deliverer ended before it knew whether the server took the message."
        )
    tried = delivery.attempts.count()
    if not _is_owed(delivery.notice, at=at, calendar=calendar):
        delivery.state, delivery.leased_until = DeliveryState.DROPPED, None
    elif tried > len(DELAYS):
        delivery.state, delivery.leased_until = DeliveryState.DEAD, None
    else:
        delivery.leased_until = at + HOLD
        Attempt.objects.create(delivery=delivery, number=tried + 1, at=at)
    delivery.save(update_fields=["state", "leased_until"])
    return delivery


def _is_owed(notice: Notice, *, at: datetime, calendar: WorkingCalendar) -> bool:
    """Whether this person would be told just this, now: by the ladder, or of a deadline moved that still counts."""
    report, person = notice.report, notice.person
    if report is None:
        return False
    roles = {post.role for post in person.posts(at) if post.unit_id == report.unit_id}
    if report.status not in OWED or report.received_at is not None or not person.email:
        return False
    if notice.rung is None:
        return at < report.deadline == notice.deadline and not roles.isdisjoint(ladder.TOLD_OF_CHANGES)
    rung = ladder.rung_for(roles, report.deadline, at, calendar)
    return rung is not None and rung.occasion(report.deadline) == notice.occasion


def _try(server: BaseEmailBackend, notice: Notice, *, at: datetime, calendar: WorkingCalendar) -> Answer:
    """Send one message. A connection that breaks while a message is on its way leaves the outcome unclear."""
    connected = False
    try:
        server.open()
        connected = True
        server.send_messages([letter(notice, at=at, calendar=calendar)])
        return Answer(Outcome.ACCEPTED)
    except (SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError, ValueError) as error:
        answer = Answer(Outcome.FAILED, str(error))
    except OSError as error:
        answer = Answer(Outcome.UNCLEAR if connected else Outcome.FAILED, str(error), goes_on=False)
    server.close()
    return answer


@transaction.atomic(durable=True)
def _settle(delivery: Delivery, answer: Answer, *, at: datetime) -> None:
    """Record what came of the attempt and let go of the delivery, unless the hold has passed to somebody else."""
    held = Delivery.objects.select_for_update().filter(pk=delivery.pk, leased_until=delivery.leased_until).first()
    if held is None:
        return
    attempt = held.attempts.get(outcome=Outcome.BEGUN)
    attempt.outcome, attempt.error = answer.outcome, answer.words
    attempt.save(update_fields=["outcome", "error"])
    if answer.outcome is Outcome.ACCEPTED:
        held.state = DeliveryState.SENT
    elif attempt.number > len(DELAYS):
        held.state = DeliveryState.DEAD
    else:
        held.due_at = at + DELAYS[attempt.number - 1]
    held.leased_until = None
    held.save(update_fields=["state", "due_at", "leased_until"])
