"""What Celery runs: each task reads the clock and makes one call."""

from celery import shared_task

from accounts import clock
from reports import figures
from reports.actions import moving, opening, proving, sealing, verifying
from reports.actions.discipline import recording


@shared_task
def open_periods() -> int:
    """Open every period whose data window has begun."""
    return opening.open_due_periods(at=clock.now())


@shared_task
def fold_figures() -> int:
    """Fold whatever is marked."""
    return figures.fold_marked(at_most=figures.AT_ONCE)


@shared_task
def drop_checks() -> int:
    """Send on the reports whose superior has ended."""
    return moving.drop_checks(at=clock.now())


@shared_task
def record_lapses() -> int:
    """Record what has become a lapse, and ask for what is to be explained."""
    return recording.record(at=clock.now())


@shared_task
def seal_journal() -> int:
    """Seal what has been done to reports since the last seal."""
    return sealing.seal(at=clock.now()).number


@shared_task(time_limit=2 * 3600)
def verify_journal() -> int:
    """Verify the journal; return how much of it does not agree."""
    return verifying.verify(at=clock.now()).count


@shared_task(time_limit=3 * 3600)
def prove_figures() -> int:
    """Prove the figures from the values; return how much of them differs."""
    return proving.prove(at=clock.now()).count
