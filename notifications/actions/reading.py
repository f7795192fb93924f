"""Marks notices as read; who reads them is the person they were written for."""

from datetime import datetime

from accounts.models import User
from notifications.models import Notice


def read(notice: Notice, *, by: User, at: datetime) -> None:
    """Mark this person's notice as read; once read, it keeps the instant of its first reading."""
    Notice.objects.unread_of(by).filter(pk=notice.pk).update(read_at=at)


def read_all(*, by: User, at: datetime) -> int:
    """Mark everything this person was told as read; return how many notices were unread."""
    return Notice.objects.unread_of(by).update(read_at=at)
