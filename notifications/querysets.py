"""Questions about notices and their deliveries."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from notifications.labels import DeliveryState, Outcome

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Attempt, Delivery, Notice


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by person."""

    def of(self, person: "User") -> Self:
        """What this person was told; nobody else sees it."""
        return self.filter(person=person)

    def unread_of(self, person: "User") -> Self:
        """What this person was told and has not opened."""
        return self.of(person).filter(read_at=None)

    def with_names(self) -> Self:
        """With everything that a row of the inbox shows."""
        return self.select_related(
            "report__unit", "report__form", "report__version", "report__period", "report__current"
        )


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what is to be done about them."""

    def due(self, at: datetime) -> Self:
        """Those to be tried at that instant, the longest waiting first: owed, their delay over, held by nobody."""
        held = Q(leased_until__gt=at)
        return self.filter(state=DeliveryState.OWED, due_at__lte=at).exclude(held).order_by("due_at", "pk")


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts by outcome."""

    def unclear(self) -> Self:
        """Those of which nobody knows whether the person got the message, and which a later attempt may repeat."""
        return self.filter(outcome=Outcome.UNCLEAR)
