"""What breaks does not lose or double anything: the broker stopped, the worker killed in the middle of its work."""

import os
import signal
import time

from django.db import connection

from dxportal import serve
from reports import proof
from reports.models import Figure, Mark
from reports.workflow import Action
from tests.waiting import wait_for


def share_approved(city):
    return Figure.objects.filter(
        scope=city.city, origin="commune", state="confirmed", indicator__code="work_dossiers_online_share", approved=1
    )


def all_ends_exact(city):
    """The approval arrives in the figures, and once nothing is left to fold the values give what is stored."""
    wait_for(lambda: share_approved(city).exists(), seconds=60)
    wait_for(lambda: not Mark.objects.exists() and proof.verify()[1] == [], seconds=60)


def kill(portal, name):
    process = portal.processes.running.pop(name)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_the_city_figure_moves_within_two_seconds_of_the_approval(portal):
    city = portal.city
    city.submit(city.report)
    portal.step(city.reviewer, city.report, Action.CHECK)
    portal.step(city.approver, city.report, Action.APPROVE)
    assert wait_for(lambda: share_approved(city).exists(), seconds=2) < 2


def test_filing_goes_on_without_redis_and_figures_catch_up(portal):
    city = portal.city
    city.submit(city.report)
    wait_for(lambda: not Mark.objects.exists())
    portal.broker.leave()
    begun = time.monotonic()
    portal.step(city.reviewer, city.report, Action.CHECK)
    portal.step(city.approver, city.report, Action.APPROVE)
    assert time.monotonic() - begun < 5
    assert Mark.objects.exists()
    assert not share_approved(city).exists()
    portal.broker.use()
    all_ends_exact(city)


def test_a_worker_killed_in_the_middle_of_a_fold_leaves_the_work_to_the_next(portal):
    city = portal.city
    city.submit(city.report)
    city.check(city.report)
    wait_for(lambda: not Mark.objects.exists())
    cell = [city.form.pk, city.report.period_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", cell)
        portal.step(city.approver, city.report, Action.APPROVE)
        wait_for(lambda: waits_for_the_cell(cursor))
        kill(portal, "worker")
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", cell)
    assert Mark.objects.exists()
    assert not share_approved(city).exists()
    portal.processes.start("worker", serve.worker())
    all_ends_exact(city)


def waits_for_the_cell(cursor):
    """Whether a worker has taken the marks and waits for the lock that this test holds."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return cursor.fetchone()[0] > 0
