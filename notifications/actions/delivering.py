"""Delivers what is owed by mail and by the gateway: some messages at a time are taken, each tried and settled.

The attempt is on record before anything is sent, and no transaction is open while a server is spoken to. So a
deliverer that dies leaves at most one message whose outcome nobody knows; when its hold has run out the next deliverer
lists that attempt as unclear and tries once more, under the same name.
"""

from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection

from notifications import telling
from notifications.actions.sending import Answer, Ways
from notifications.actions.taking import DELAYS, HOLD, Message, take
from notifications.choices import Channel
from notifications.labels import DeliveryState, Outcome
from notifications.owing import Instant
from reports import doorbell

ROUND = 100
"""How many messages are taken in one call; a full round rings for the next, so that other tasks get their turn."""

AT_ONCE = 20
"""How many messages are taken at once: so many at most wait for the end of their hold when a deliverer dies."""

# Whoever holds a delivery is known by the end of its hold: where that has passed to somebody else, nothing changes. An
# attempt begins under the row's lock, so that whoever takes over just then either finds it or has it not begin.
_BEGIN = """
    INSERT INTO notifications_attempt (delivery_id, number, at, outcome, error)
    SELECT id, 1 + (SELECT count(*) FROM notifications_attempt earlier WHERE earlier.delivery_id = delivery.id),
           %(at)s, 'begun', ''
    FROM notifications_delivery delivery
    WHERE id = ANY(%(deliveries)s) AND leased_until = %(until)s
    FOR UPDATE OF delivery
"""

_SETTLE = """
    WITH held AS (
        UPDATE notifications_delivery SET state = %(state)s, due_at = coalesce(%(due_at)s, due_at), leased_until = NULL
        WHERE id = ANY(%(deliveries)s) AND leased_until = %(until)s
        RETURNING id
    )
    UPDATE notifications_attempt attempt SET outcome = %(outcome)s, error = %(error)s
    FROM held WHERE attempt.delivery_id = held.id AND attempt.outcome = 'begun'
"""

_LET_GO = """
    UPDATE notifications_delivery delivery
    SET leased_until = NULL,
        batch_id = CASE WHEN EXISTS (SELECT FROM notifications_attempt tried WHERE tried.delivery_id = delivery.id)
                        THEN batch_id END
    WHERE id = ANY(%(deliveries)s) AND leased_until = %(until)s
"""


def deliver(*, at: datetime) -> int:
    """Send what is owed at that instant; return how many messages were accepted.

    A server that cannot be reached or falls silent ends the round for its channel: what remains stays owed, untried.
    """
    instant = Instant(at)
    accepted, left, channels = 0, ROUND, set(Channel)
    with Ways(instant) as ways:
        while left > 0 and channels:
            messages = take(channels, min(AT_ONCE, left), instant=instant)
            if messages is None:
                return accepted
            left -= max(1, len(messages))
            accepted += _send(messages, ways, channels)
    if left <= 0:
        doorbell.ring("notifications.tasks.deliver")
    return accepted


def _send(messages: list[Message], ways: Ways, channels: set[Channel]) -> int:
    """Try and settle each message, leaving out the channels that fall silent; return how many were accepted.

    What could not be tried in half of its hold is let go, as somebody else may take it when that has run out.
    """
    accepted, begun = 0, monotonic()
    missing = telling.missing_of([one.notice for message in messages for one in message.deliveries])
    for message in messages:
        if message.channel not in channels or monotonic() - begun > HOLD.total_seconds() / 2:
            _let_go(message)
            continue
        if not _begin(message, at=ways.instant.at):
            continue
        answer = ways.send(message, missing)
        _settle(message, answer, at=ways.instant.at)
        accepted += answer.outcome is Outcome.ACCEPTED
        if answer.silent:
            channels.discard(message.channel)
    return accepted


def _begin(message: Message, *, at: datetime) -> bool:
    """Put an attempt on record; False where the hold has passed to somebody else meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, _held(message) | {"at": at})
        return bool(cursor.rowcount == len(message.keys))


def _settle(message: Message, answer: Answer, *, at: datetime) -> None:
    """Record what came of the attempt and let go of the message, unless the hold has passed to somebody else."""
    due_at, state = None, DeliveryState.OWED
    if answer.outcome is Outcome.ACCEPTED:
        state = DeliveryState.SENT
    elif answer.for_good or message.tries > len(DELAYS):
        state = DeliveryState.DEAD
    else:
        due_at = at + DELAYS[message.tries - 1]
    given: dict[str, Any] = {
        "state": str(state),
        "due_at": due_at,
        "outcome": str(answer.outcome),
        "error": answer.words,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, given | _held(message))


def _let_go(message: Message) -> None:
    """Give back a message that was not tried, as if it had not been taken."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, _held(message))


def _held(message: Message) -> dict[str, Any]:
    return {"deliveries": message.keys, "until": message.until}
