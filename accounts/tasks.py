"""What Celery runs for people's requests: each task reads the clock and makes one call."""

from celery import shared_task

from accounts import clock
from accounts.actions import answers


@shared_task
def forget_answers() -> int:
    """Forget what requests were answered long ago."""
    return answers.forget(at=clock.now())
