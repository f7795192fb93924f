"""A process that is killed in the middle of a fold loses nothing: whoever folds next ends with the exact figures.

Each point at which it is killed is one where it waits for a lock that the test holds.
"""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from reports import figures, proof
from reports.models import Figure, Mark, Period
from reports.workflow import Action
from tests.race import at_once
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

ONLINE = "work_dossiers_online"
FOLD = "import django; django.setup(); from reports import figures; figures.fold_marked()"


@contextmanager
def folding():
    """A process of its own that folds what is marked, on its own connection; it is over afterwards."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = os.environ | {"DATABASE_URL": urlunsplit(database), "DJANGO_SETTINGS_MODULE": "dxportal.settings"}
    process = subprocess.Popen([sys.executable, "-c", FOLD], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def others(cursor, waiting_in=None):
    """How many other sessions of this database there are now, or wait for a lock in a query like that."""
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND (%s::text IS NULL OR wait_event_type = 'Lock' AND query LIKE %s)",
        [waiting_in, waiting_in],
    )
    return cursor.fetchone()[0]


def kill_where_it_waits(cursor, query):
    """Start a fold, wait until it waits for a lock in a query like that, and kill it with SIGKILL."""
    before = others(cursor)
    with folding() as process:
        wait_for(lambda: others(cursor, query), seconds=60)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    return before


def online(code="2022-05"):
    return Figure.objects.get(
        scope__level="city", origin="all", state="confirmed", indicator__code=ONLINE, period__code=code
    ).total


@pytest.fixture
def approved(city):
    """An approval whose figures are still to be folded."""
    city.submit(city.report, online=60)
    city.check(city.report)
    figures.fold_marked()
    city.move(city.report, Action.APPROVE, by=city.approver)
    return city


def ends_exact():
    """What is marked is folded by the next sweep, exactly."""
    figures.fold_marked()
    assert not Mark.objects.exists()
    assert online() == online("2022-Q2") == online("2022") == 60
    assert figures.rebuild() == 0
    assert proof.compare()[1] == []


@pytest.mark.parametrize("code", ["2022-05", "2022-Q2"])
def test_after_it_has_taken_the_marks(approved, code):
    """Of the month, and of the quarter once the month is folded."""
    cell = [approved.form.pk, Period.objects.get(code=code).pk]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", cell)
        before = kill_where_it_waits(cursor, "%pg_advisory_xact_lock%")
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", cell)
        wait_for(lambda: others(cursor) <= before)
    assert set(Mark.objects.filter(period__code=code).values_list("unit__code", flat=True)) == {"00001"}
    assert online() == (None if code == "2022-05" else 60)
    assert online("2022-Q2") is None
    ends_exact()


def test_while_it_writes(approved):
    with connection.cursor() as cursor:
        with transaction.atomic():
            list(Figure.objects.select_for_update().filter(scope__level="city", period__code="2022-05"))
            before = kill_where_it_waits(cursor, "%WITH beside AS%")
        wait_for(lambda: others(cursor) <= before)
    assert Mark.objects.filter(period__code="2022-05").exists()
    assert online() is None
    ends_exact()


def test_when_it_has_folded_and_not_yet_committed(approved):
    """The server may have the commit already and the process not know it: all of it counts then, or nothing."""
    with connection.cursor() as cursor:
        with transaction.atomic():
            list(Period.objects.select_for_update().filter(code="2022-Q2"))
            before = kill_where_it_waits(cursor, "COMMIT%")
            assert at_once(online) == [None]
        wait_for(lambda: others(cursor) <= before)
    taken = not Mark.objects.filter(period__code="2022-05").exists()
    assert online() == (60 if taken else None)
    assert Mark.objects.filter(period__code="2022-Q2").exists() == taken
    ends_exact()
