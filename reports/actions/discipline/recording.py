"""Records lapses as they are found, and asks heads to explain them; the portal itself does, again and again."""

from datetime import datetime

ASKED_BACK_DAYS = 20
"""A lapse due more working days ago is recorded, but nobody is asked any more: the portal was given the past."""


def record(*, at: datetime) -> int:
    """Record every lapse that is not yet on record, and ask for what is to be explained; return how many are new.

    A lapse is recorded once and asked about at most once, maybe later: when it has lasted longer than is tolerated.
    Safe to repeat, and at once by two.
    """
    raise NotImplementedError
