"""What a request of a signed-in person carries, for the types' sake."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class PortalRequest(HttpRequest):
    """A request as views meet it: the person, and the one instant as of which everything in it is decided."""

    at: datetime
    user: "User"
    htmx: "HtmxDetails"
