"""Says what is the matter where the database has ended a wait: a lock that somebody holds, or work that takes too long.

How long is borne stands in the settings of the database: lock_timeout, statement_timeout, the pool's timeout.
"""

from django.db import DatabaseError
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from psycopg_pool import PoolTimeout, TooManyRequests

from accounts.refusals import Refused

SECONDS = 2
"""When to try again, as the header Retry-After says it."""


def given_up(error: BaseException) -> Refused | None:
    """The refusal that a wait has ended in: `busy` or `too_slow`; None for any other error."""
    if not isinstance(error, DatabaseError):
        return None
    match error.__cause__:
        case LockNotAvailable() | DeadlockDetected():
            return Refused("busy", _("Somebody else is changing the same thing just now. Try again in a moment."))
        case QueryCanceled() | PoolTimeout() | TooManyRequests():
            return Refused(
                "too_slow", _("The portal has too much to do just now. Nothing was changed; try again soon.")
            )
        case _:
            return None
