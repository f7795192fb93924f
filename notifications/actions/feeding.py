"""Gives people the secret address of their calendar of deadlines, and takes it back."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts import journal
from accounts.models import User
from notifications.models import Feed

NOTED = timedelta(hours=1)
"""How exactly it is noted when a calendar was last read: programs ask often."""


@transaction.atomic
def make(*, by: User, at: datetime) -> str:
    """Give this person a new secret, which ends the one before; it is returned once and kept as its SHA-256 only."""
    journal.sign(by=by, at=at)
    secret = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(person=by, defaults={"sha256": _sha256(secret), "made_at": at, "read_at": None})
    return secret


@transaction.atomic
def end(*, by: User, at: datetime) -> None:
    """Close this person's calendar to whoever knows its address."""
    journal.sign(by=by, at=at)
    Feed.objects.filter(person=by).delete()


def opened_by(secret: str) -> Feed | None:
    """The calendar that this secret opens, with its person; none where nobody's does or the account is closed."""
    return Feed.objects.filter(sha256=_sha256(secret), person__is_active=True).select_related("person").first()


def note_reading(feed: Feed, *, at: datetime) -> None:
    """Note that the calendar was read, so that its person sees whether somebody still does."""
    if feed.read_at is None or feed.read_at < at - NOTED:
        Feed.objects.filter(Q(read_at=None) | Q(read_at__lt=at), pk=feed.pk).update(read_at=at)


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
