"""The portal's one clock, read only at the edges: views, tasks, commands and the admin site.

A demonstration or a rehearsal may shift it: the file named by the setting DEMO_CLOCK holds how many seconds the
portal's time stands away from the machine's. All processes read the same file, so a step moves them all at once.
"""

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone


@lru_cache(maxsize=1)
def _stored(path: Path, modified_ns: int) -> timedelta:
    return timedelta(seconds=json.loads(path.read_text())["offset"])


def offset() -> timedelta:
    """How far the portal's time stands from the machine's; zero unless this is a demonstration."""
    if not settings.DEMO_CLOCK:
        return timedelta()
    path = Path(settings.DEMO_CLOCK)
    try:
        return _stored(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return timedelta()


def now() -> datetime:
    """The present instant in the portal's zone."""
    return timezone.localtime(datetime.now(UTC) + offset())


def set_to(instant: datetime) -> None:
    """Let the demonstration's clock stand at `instant` now, and run on from there."""
    away = (instant - datetime.now(UTC)).total_seconds()
    path = Path(settings.DEMO_CLOCK)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"offset": away}))
    fresh.replace(path)
