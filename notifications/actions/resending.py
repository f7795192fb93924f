"""What an administrator does about messages that did not go out: has them sent anew, or drops them.

A message is one delivery, or all those that were gathered in it; what is done is done to the whole of it.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from notifications.labels import DeliveryState
from notifications.models import Delivery
from reports import doorbell


def may_resend(delivery: Delivery) -> bool:
    """Whether the message was given up."""
    return delivery.state == DeliveryState.DEAD


def may_drop(delivery: Delivery, *, at: datetime) -> bool:
    """Whether the message waits or was given up, and is not being sent just now."""
    free = delivery.leased_until is None or delivery.leased_until <= at
    return free and delivery.state in (DeliveryState.OWED, DeliveryState.DEAD)


@transaction.atomic
def resend(delivery: Delivery, *, by: User, at: datetime) -> int:
    """Owe a message anew that was given up: its attempts stay on record, and it gets as many as a new one.

    Return how many notices are in it. Raises PermissionDenied for anybody but an administrator, and Refused
    (`not_given_up`) where it is not given up, or no longer.
    """
    given_up = _message(delivery, DeliveryState.DEAD, by=by, at=at)
    if not given_up:
        raise Refused("not_given_up", _("This message is not given up; there is nothing to send anew."))
    made = dict(
        Delivery.objects.filter(pk__in=[one.pk for one in given_up])
        .annotate(made=Count("attempts"))
        .values_list("pk", "made")
    )
    for one in given_up:
        one.state, one.due_at, one.forgiven = DeliveryState.OWED.value, at, made[one.pk]
    Delivery.objects.bulk_update(given_up, ["state", "due_at", "forgiven"])
    doorbell.ring("notifications.tasks.deliver")
    return len(given_up)


@transaction.atomic
def drop(delivery: Delivery, *, by: User, at: datetime) -> int:
    """End a message that waits or was given up; its notices stay in the inbox. Return how many are in it.

    Raises PermissionDenied for anybody but an administrator, and Refused (`not_waiting`) where it was sent meanwhile,
    was dropped already, or is being sent just now.
    """
    waiting = _message(delivery, DeliveryState.OWED, DeliveryState.DEAD, by=by, at=at)
    left = [one for one in waiting if may_drop(one, at=at)]
    if not left:
        raise Refused("not_waiting", _("This message was sent or dropped meanwhile, or is being sent just now."))
    for one in left:
        one.state, one.leased_until = DeliveryState.DROPPED.value, None
    Delivery.objects.bulk_update(left, ["state", "leased_until"])
    return len(left)


def _message(delivery: Delivery, *states: DeliveryState, by: User, at: datetime) -> list[Delivery]:
    """The deliveries in these states that go in one message with this one, held until the transaction ends."""
    journal.sign(by=by, at=at)
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator looks after messages that did not go out."))
    together = Delivery.objects.message_of(delivery).filter(state__in=states)
    return list(together.select_for_update(of=("self",)).order_by("pk"))
