"""The words people see for notices, channels, deliveries and attempts."""

from enum import StrEnum

from django.utils.translation import gettext
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


class Outcome(StrEnum):
    """What came of one try: an unclear one may have reached the person, and a later one may repeat it."""

    BEGUN = "begun"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNCLEAR = "unclear"


CHANNELS = words({Channel.EMAIL: _("E-mail")})

DELIVERY_STATES = words(
    {
        DeliveryState.OWED: _("To be sent"),
        DeliveryState.SENT: _("Sent"),
        DeliveryState.DROPPED: _("No longer needed"),
        DeliveryState.DEAD: _("Given up"),
    }
)

OUTCOMES = words(
    {
        Outcome.BEGUN: _("Being sent"),
        Outcome.ACCEPTED: _("Accepted"),
        Outcome.FAILED: _("Failed"),
        Outcome.UNCLEAR: _("Unclear, may have arrived"),
    }
)


def headline(rung: int | None) -> str:
    """What a notice of that rung, or of a moved deadline, says in a few words that stay true whenever they are read."""
    if rung is None:
        return gettext("The deadline was moved to a later day")
    if rung < 0:
        return gettext("Reminder: the report will soon be due")
    if rung == 0:
        return gettext("Reminder on the day the report is due")
    return gettext("The report was not received by its deadline")
