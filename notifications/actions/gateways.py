"""Enters and corrects the gateways for short messages, of which one at most is in use."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.roles import Role
from notifications.gateway import checked
from notifications.models import Gateway

SHORTEST_SECRET = 24
"""How many characters a secret has at least: whoever guesses it can write to people in the portal's name."""


@transaction.atomic
def store(gateway: Gateway, *, by: User, at: datetime) -> Gateway:
    """Store a new or corrected gateway.

    Raises PermissionDenied for anybody but an administrator, and ValidationError where messages must not be posted to
    its address, its secret is too short, or another gateway is in use.
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator enters gateways."))
    check(gateway)
    gateway.full_clean()
    gateway.save()
    return gateway


def check(gateway: Gateway) -> None:
    """Raise ValidationError where a gateway cannot be stored as described."""
    if len(gateway.secret) < SHORTEST_SECRET:
        words = _("The secret has at least %(count)d characters.") % {"count": SHORTEST_SECRET}
        raise ValidationError({"secret": words})
    try:
        checked(gateway.address)
    except ValidationError as error:
        raise ValidationError({"address": error.messages}) from error
