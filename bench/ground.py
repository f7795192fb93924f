"""The ground that benchmarks stand on: servers of their own and a database with the demonstration in it."""

import contextlib
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dxportal.embedded import services


@contextlib.contextmanager
def empty() -> Iterator[None]:
    """Django set up on a new database with empty tables."""
    with tempfile.TemporaryDirectory(prefix="dxportal-bench-", ignore_cleanup_errors=True) as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        with services(Path(folder)) as used:
            os.environ |= {
                "DXPORTAL_ENV": "test",
                "DJANGO_SETTINGS_MODULE": "dxportal.settings",
                "DATABASE_URL": used.database,
                "REDIS_URL": used.redis,
                "DEMO_CLOCK": f"{folder}/clock",
                "ATTACHMENTS_ROOT": f"{folder}/attachments",
            }
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("clock", "--start", "2022-05-16T08:00+07:00", verbosity=0, stdout=io.StringIO())
            call_command("migrate", verbosity=0)
            try:
                yield
            finally:
                connections.close_all()


@contextlib.contextmanager
def seeded() -> Iterator[None]:
    """The same with the real units and forms, and nothing opened yet."""
    with empty():
        from django.core.management import call_command

        call_command("seed", verbosity=0, stdout=io.StringIO())
        yield


@contextlib.contextmanager
def demonstration() -> Iterator[None]:
    """The same with the demonstration's thirteen months."""
    with seeded():
        from django.core.management import call_command

        call_command("demonstration", "--first", verbosity=0, stdout=io.StringIO())
        yield


def seconds(act: Callable[[], object], rounds: int = 7) -> float:
    """The median wall time of the act, after one round that is not counted."""
    act()
    taken = []
    for _round in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
