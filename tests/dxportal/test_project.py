"""The project holds together: the schedule, the docs and the production settings say what is true."""

import subprocess
import sys

import pytest
from django.conf import settings

from dxportal.celery import app
from reports.management.commands import moves


def test_every_scheduled_task_is_a_real_one():
    app.loader.import_default_modules()
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named
    assert named <= set(app.tasks)


def test_the_page_of_moves_is_the_table_of_moves():
    assert moves.PAGE.read_text(encoding="utf-8") == moves.page()


PRODUCTION = {
    "DXPORTAL_ENV": "production",
    "SECRET_KEY": "k" * 60,
    "SEAL_KEY": "s" * 60,
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://dxportal@db/dxportal",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp://mail.example:25",
    "DEFAULT_FROM_EMAIL": "portal@city.example",
    "PORTAL_ADDRESS": "https://portal.example",
    "PATH": "/usr/bin:/bin",
}


def start(environment):
    return subprocess.run(
        [sys.executable, "-c", "import dxportal.settings"],
        cwd=settings.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_what_it_needs():
    assert start(PRODUCTION).returncode == 0, start(PRODUCTION).stderr


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name not in {"DXPORTAL_ENV", "PATH"}])
def test_production_refuses_to_start_without(missing):
    answer = start({name: value for name, value in PRODUCTION.items() if name != missing})
    assert answer.returncode != 0
    assert f"The environment variable {missing} is not set" in answer.stderr


def test_production_refuses_to_start_with_a_shifted_clock():
    answer = start(PRODUCTION | {"DEMO_CLOCK": "/tmp/clock"})  # noqa: S108
    assert answer.returncode != 0
    assert "production runs on the true time only" in answer.stderr


def test_an_unknown_environment_is_refused():
    assert "must be production, development or test" in start(PRODUCTION | {"DXPORTAL_ENV": "live"}).stderr
