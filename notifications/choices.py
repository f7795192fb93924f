"""What a person's choices mean: by which channels a notice goes to them, and until when they are not to be disturbed.

The inbox is no channel here: it has everything, whatever was chosen.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from reports.calendars import ZONE


class Channel(StrEnum):
    """By which way a notice reaches a person, beside the inbox."""

    EMAIL = "email"
    GATEWAY = "gateway"


class Choice(Protocol):
    """What a person may choose; whoever chose nothing has None."""

    @property
    def routine_email(self) -> bool: ...
    @property
    def routine_gateway(self) -> bool: ...
    @property
    def urgent_gateway(self) -> bool: ...
    @property
    def quiet_from(self) -> time | None: ...
    @property
    def quiet_until(self) -> time | None: ...


def wants(choice: Choice | None, channel: Channel, *, urgent: bool) -> bool:
    """Whether a notice goes to this person by that channel. Urgent e-mail cannot be refused."""
    match channel, urgent:
        case Channel.EMAIL, True:
            return True
        case Channel.EMAIL, False:
            return choice is None or choice.routine_email
        case Channel.GATEWAY, True:
            return choice is not None and choice.urgent_gateway
        case _:
            return choice is not None and choice.routine_gateway


def quiet_until(choice: Choice | None, at: datetime) -> datetime | None:
    """When the quiet hours end that this person has at that instant; None where they may be disturbed.

    The hours are those of ZONE: from the first to just before the second, past midnight where that is the earlier.
    """
    if choice is None or choice.quiet_from is None or choice.quiet_until is None:
        return None
    here = at.astimezone(ZONE)
    begins, ends, now = choice.quiet_from, choice.quiet_until, here.time()
    past_midnight = begins > ends
    if not (begins <= now or now < ends if past_midnight else begins <= now < ends):
        return None
    day = here.date() + timedelta(days=past_midnight and now >= begins)
    return datetime.combine(day, ends, ZONE)
