"""What Celery runs: each task reads the clock and makes one call."""

from celery import shared_task

from accounts import clock
from reports import figures
from reports.actions import opening


@shared_task
def open_periods() -> int:
    """Open every period whose data window has begun."""
    return opening.open_due_periods(at=clock.now())


@shared_task
def fold_figures() -> int:
    """Fold whatever is marked."""
    return figures.fold_marked()
