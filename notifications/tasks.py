"""What Celery runs for notices: each task reads the clock and makes one call."""

from celery import shared_task

from accounts import clock
from notifications.actions import delivering, planning


@shared_task
def remind() -> int:
    """Owe notices to those who still owe their reports."""
    return planning.plan(at=clock.now())


@shared_task
def deliver() -> int:
    """Send what is owed."""
    return delivering.deliver(at=clock.now())
