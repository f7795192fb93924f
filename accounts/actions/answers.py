"""Keeps what requests with a key were answered, so that a request that is sent again is answered and not done again."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import IdempotencyKey, User
from accounts.refusals import Refused

KEPT = timedelta(hours=24)
"""How long an answer is kept, at least."""


def claim(key: str, request: str, *, by: User, at: datetime) -> IdempotencyKey:
    """Take the key for this request, or find what it was answered; its `status` is None where it is yet to be done.

    `request` is the digest of what is asked. To be called in the transaction of what the request does: who comes second
    with the same key waits here for the end of the first. Raises Refused (`idempotency_key_reused`) where the key was
    used for something else, and OperationalError where the wait is longer than the database allows.
    """
    kept, _new = IdempotencyKey.objects.get_or_create(person=by, key=key, defaults={"request": request, "at": at})
    if kept.request != request:
        raise Refused(
            "idempotency_key_reused",
            _("This key was sent with another request before. Give each request a key of its own."),
        )
    return kept


def keep(claimed: IdempotencyKey, *, status: int, content_type: str, content: bytes) -> None:
    """Keep the answer, in the same transaction."""
    claimed.status, claimed.content_type, claimed.content = status, content_type, content
    claimed.save(update_fields=["status", "content_type", "content"])


def forget(*, at: datetime) -> int:
    """Forget the answers that were kept long enough, in one statement; return how many."""
    return IdempotencyKey.objects.filter(at__lt=at - KEPT).delete()[0]
