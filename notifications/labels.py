"""The words people see for occasions, channels and deliveries."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from accounts.labels import words


class Channel(StrEnum):
    """By which way a notice reaches a person, beside the inbox."""

    EMAIL = "email"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    OWED = "owed"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


CHANNELS = words({Channel.EMAIL: _("E-mail")})

DELIVERY_STATES = words(
    {
        DeliveryState.OWED: _("To be sent"),
        DeliveryState.SENT: _("Sent"),
        DeliveryState.DROPPED: _("No longer needed"),
        DeliveryState.DEAD: _("Given up"),
    }
)
