"""What Celery runs for notices: each task reads the clock and makes one call."""

from celery import shared_task


@shared_task
def remind() -> int:
    """Owe notices to those who still owe their reports."""
    return 0


@shared_task
def deliver() -> int:
    """Send what is owed."""
    return 0
