"""Takes what is to be sent next: judged once more, gathered into messages, and held.

A message is led by the delivery that has waited longest of a person, a channel and an urgency, and takes along all
others of these that are due. Only who holds the leader takes the rest, so two deliverers never part a message. Its
first attempt fixes what belongs to it; later ones repeat just that, less what is no longer owed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from accounts.models import User
from notifications import choices
from notifications.choices import Channel
from notifications.labels import DeliveryState, Outcome
from notifications.models import Attempt, Delivery, Preference
from notifications.owing import Instant, Reason

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

FAR = 1000
"""How many deliveries are looked at, the longest waiting first, to find those that lead a message."""

_LEADERS = """
    WITH waiting AS (
        SELECT delivery.id, delivery.person_id, channel, urgent, coalesce(batch_id, 0) AS batch, due_at
        FROM notifications_delivery delivery
        JOIN notifications_notice notice ON notice.id = delivery.notice_id
        WHERE state = 'owed' AND due_at <= %(at)s AND (leased_until IS NULL OR leased_until <= %(at)s)
          AND channel = ANY(%(channels)s)
        ORDER BY due_at, delivery.id
        LIMIT %(far)s
    ), leader AS (
        SELECT DISTINCT ON (person_id, channel, urgent, batch) *
        FROM waiting
        ORDER BY person_id, channel, urgent, batch, due_at, id
    )
    SELECT delivery.id
    FROM notifications_delivery delivery
    JOIN leader USING (id)
    WHERE state = 'owed' AND delivery.due_at <= %(at)s AND (leased_until IS NULL OR leased_until <= %(at)s)
    ORDER BY leader.due_at, leader.id
    LIMIT %(most)s
    FOR UPDATE OF delivery SKIP LOCKED
"""

_TOGETHER = """
    SELECT delivery.id, leader.id
    FROM notifications_delivery leader
    JOIN notifications_notice led ON led.id = leader.notice_id
    JOIN notifications_delivery delivery
        ON delivery.person_id = leader.person_id AND delivery.channel = leader.channel
        AND coalesce(delivery.batch_id, 0) = coalesce(leader.batch_id, 0)
    JOIN notifications_notice notice ON notice.id = delivery.notice_id AND notice.urgent = led.urgent
    WHERE leader.id = ANY(%(leaders)s) AND delivery.state = 'owed' AND delivery.due_at <= %(at)s
      AND (delivery.leased_until IS NULL OR delivery.leased_until <= %(at)s)
    FOR UPDATE OF delivery SKIP LOCKED
"""

_HOLD = """
    UPDATE notifications_delivery delivery SET leased_until = %(until)s, batch_id = held.batch
    FROM unnest(%(keys)s::bigint[], %(batches)s::bigint[]) AS held (id, batch)
    WHERE delivery.id = held.id
"""


@dataclass(frozen=True)
class Message:
    """What goes to one person by one channel at once: the deliveries, each with the reason why it is owed.

    `batch` names it in every attempt; `tries` counts them with the one to come, less those that were forgiven; it is
    held `until` that instant.
    """

    batch: int
    tries: int
    until: datetime
    deliveries: list[Delivery]
    reasons: dict[int, Reason]

    @property
    def person(self) -> User:
        return self.deliveries[0].notice.person

    @property
    def channel(self) -> Channel:
        return Channel(self.deliveries[0].channel)

    @property
    def urgent(self) -> bool:
        return self.deliveries[0].notice.urgent

    @property
    def keys(self) -> list[int]:
        return [one.pk for one in self.deliveries]


@transaction.atomic(durable=True)
def take(channels: Collection[Channel], most: int, *, instant: Instant) -> list[Message] | None:
    """Hold the messages that have waited longest; None where nothing is waiting.

    What is no longer owed is dropped, what was tried too often given up, and what falls into quiet hours put off, so
    there may be nothing to send even where something was waiting.
    """
    together = _lock(channels, most, at=instant.at)
    if not together:
        return None
    rows = Delivery.objects.filter(pk__in=together).with_all_to_say().annotate(number=Count("attempts") + 1)
    deliveries = list(rows.order_by("due_at", "pk"))
    lost = [one.pk for one in deliveries if one.leased_until is not None]
    if lost:
        Attempt.objects.filter(delivery__in=lost, outcome=Outcome.BEGUN).update(
            outcome=Outcome.UNCLEAR, error="The deliverer ended before it knew whether the server took the message."
        )
    reasons = instant.still_owed([one.notice for one in deliveries])
    going = _sorted_out(deliveries, reasons, instant)
    led = sorted(going, key=lambda one: (together[one.pk], one.due_at, one.pk))
    messages = [
        _message(list(ones), reasons, at=instant.at) for _leader, ones in groupby(led, lambda one: together[one.pk])
    ]
    _hold(messages, at=instant.at)
    return messages


def _lock(channels: Collection[Channel], most: int, *, at: datetime) -> dict[int, int]:
    """Lock what goes next; the leader of each delivery."""
    given: dict[str, Any] = {"at": at, "channels": [str(one) for one in channels], "far": FAR, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_LEADERS, given)
        leaders = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_TOGETHER, {"at": at, "leaders": leaders})
        return dict(cursor.fetchall()) if leaders else {}


def _sorted_out(deliveries: list[Delivery], reasons: dict[int, Reason], instant: Instant) -> list[Delivery]:
    """Those of the deliveries that go out now; the others are ended, or put off."""
    ended: dict[DeliveryState, list[int]] = {DeliveryState.DROPPED: [], DeliveryState.DEAD: []}
    put_off, going = [], []
    for one in deliveries:
        choice = _choice(one.notice.person)
        quiet = choices.quiet_until(choice, instant.at)
        if one.notice_id not in reasons or not _reaches(one, choice, instant):
            ended[DeliveryState.DROPPED].append(one.pk)
        elif _tries(one) > len(DELAYS) + 1:
            ended[DeliveryState.DEAD].append(one.pk)
        elif quiet is not None:
            one.due_at, one.leased_until = quiet, None
            put_off.append(one)
        else:
            going.append(one)
    for state, keys in ended.items():
        if keys:
            Delivery.objects.filter(pk__in=keys).update(state=state, leased_until=None)
    if put_off:
        Delivery.objects.bulk_update(put_off, ["due_at", "leased_until"])
    return going


def _reaches(delivery: Delivery, choice: Preference | None, instant: Instant) -> bool:
    """Whether the person has an address for this channel and wants it used."""
    person, channel = delivery.notice.person, Channel(delivery.channel)
    by_gateway = bool(person.phone) and instant.gateway is not None
    has_address = bool(person.email) if channel is Channel.EMAIL else by_gateway
    return has_address and choices.wants(choice, channel, urgent=delivery.notice.urgent)


def _choice(person: User) -> Preference | None:
    return getattr(person, "preference", None)


def _tries(delivery: Delivery) -> int:
    """Which attempt comes next, of those that count."""
    return int(getattr(delivery, "number", 1)) - delivery.forgiven


def _message(deliveries: list[Delivery], reasons: dict[int, Reason], *, at: datetime) -> Message:
    first = deliveries[0]
    batch = first.batch_id or min(one.pk for one in deliveries)
    tries = max(map(_tries, deliveries))
    return Message(batch, tries, at + HOLD, deliveries, reasons)


def _hold(messages: list[Message], *, at: datetime) -> None:
    """Hold the deliveries of these messages, each with the name of its message."""
    held = [(key, message.batch) for message in messages for key in message.keys]
    if held:
        given: dict[str, Any] = {
            "until": at + HOLD,
            "keys": [row[0] for row in held],
            "batches": [row[1] for row in held],
        }
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, given)
