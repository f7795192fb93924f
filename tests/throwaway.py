"""Gives a test run servers of its own: PostgreSQL and Valkey on free ports, gone when the run ends.

Loaded as a plugin before the settings are read. The workers of pytest-xdist find the addresses in their
environment. DATABASE_URL and REDIS_URL, where given, are used instead; tests then make databases of their own there.
"""

import os
import tempfile
from pathlib import Path

import pytest

from dxportal import messages
from dxportal.embedded import MissingPart, services


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    os.environ["DXPORTAL_ENV"] = "test"
    os.environ.pop("DEMO_CLOCK", None)
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    messages.compile_changed()
    folder = tempfile.TemporaryDirectory(prefix="dxportal-test-", ignore_cleanup_errors=True)
    used = services(Path(folder.name), durable=False)
    try:
        found = used.__enter__()
    except MissingPart as missing:
        raise pytest.UsageError(str(missing)) from missing
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = found.database, found.redis
    early_config.add_cleanup(folder.cleanup)
    early_config.add_cleanup(lambda: used.__exit__(None, None, None))
