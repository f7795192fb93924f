"""Delivering: over real SMTP, judged at the moment of sending, every attempt on record, nothing lost or doubled."""

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as portal
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.labels import ROLES
from accounts.models import Appointment, Unit, User
from accounts.roles import Role
from notifications.actions import delivering
from notifications.actions.delivering import deliver
from notifications.actions.planning import plan
from notifications.actions.taking import DELAYS, HOLD
from notifications.models import Attempt, Delivery, Notice
from reports.models import Report
from tests.city import NOW, VIETNAM
from tests.race import at_once

MINUTE = timedelta(minutes=1)


def attempts():
    return list(Attempt.objects.order_by("pk").values_list("number", "outcome"))


def states():
    return set(Delivery.objects.values_list("state", flat=True))


@pytest.fixture
def planned(city):
    """All twelve people of the morning of the 16th are told, and owed their e-mail."""
    plan(at=NOW)
    return city


@pytest.fixture
def one_owed(city):
    """Only the commune's reporter has an address; theirs is the only e-mail owed."""
    User.objects.exclude(pk=city.reporter.pk).update(email="")
    plan(at=NOW)
    return Delivery.objects.get()


def test_everybody_gets_the_mail_owed_to_them_over_one_connection(planned, post):
    assert deliver(at=NOW) == 12
    assert post.recipients == sorted(Notice.objects.values_list("person__email", flat=True))
    assert post.connections == 1
    assert states() == {"sent"}
    assert attempts() == [(1, "accepted")] * 12


def test_what_is_sent_is_not_sent_again(planned, post):
    deliver(at=NOW)
    assert deliver(at=NOW + timedelta(days=1)) == 0
    assert len(post.mails) == 12


def test_a_mail_says_what_is_owed_until_when_and_leads_there(one_owed, post):
    deliver(at=NOW)
    (mail,) = post.mails
    notice = one_owed.notice
    assert mail["To"] == "reporter@example.vn"
    assert mail["From"] == "cong-bao-cao@example.vn"
    assert mail["Message-ID"] == f"<notice-{one_owed.pk}@portal.example.vn>"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    for words in ("[BM-02]", "5/2022", "Phường Phúc Xá", "24:00", "16/05/2022"):
        assert words in mail["Subject"]
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        for words in (
            f"https://portal.example.vn/reports/{notice.report_id}/",
            "15/04/2022 – 14/05/2022",
            "24:00",
            "16/05/2022",
            "Phường Phúc Xá",
            notice.report.version.title,
            f"({ROLES[Role.REPORTER]})",
        ):
            assert words in text


def test_names_are_escaped_in_html_and_only_there(one_owed, post):
    Unit.objects.filter(code="00001").update(name="Phường <Phúc> & Xá")
    deliver(at=NOW)
    (mail,) = post.mails
    assert "Phường <Phúc> & Xá" in mail.get_body(("plain",)).get_content()
    assert "Phường &lt;Phúc&gt; &amp; Xá" in mail.get_body(("html",)).get_content()


def test_before_the_window_has_ended_the_mail_says_from_when_the_report_can_be_submitted(city, post):
    at = datetime(2022, 5, 12, 7, 30, tzinfo=VIETNAM)
    plan(at=at)
    deliver(at=at)
    for mail in post.mails:
        assert "15/05/2022" in mail.get_body(("plain",)).get_content()


def test_no_name_can_add_a_header(one_owed, post):
    Unit.objects.filter(code="00001").update(name="Phường Phúc Xá\r\nBcc: thief@example.com\r\n\r\nHello")
    deliver(at=NOW)
    (mail,) = post.mails
    assert mail["Bcc"] is None
    assert post.recipients == ["reporter@example.vn"]
    assert "\n" not in mail["Subject"]


def test_an_address_that_is_none_fails_alone_and_the_others_go_out(planned, post):
    User.objects.filter(pk=planned.head.pk).update(email="head@example.vn\nBcc: thief@example.com")
    assert deliver(at=NOW) == 11
    assert "thief@example.com" not in post.recipients
    failed = Attempt.objects.get(outcome="failed")
    assert failed.delivery.notice.person == planned.head
    assert failed.error


def break_off(server):
    server.loop.call_soon_threadsafe(server.transport.abort)


def filed_meanwhile(city):
    city.submit(city.report)


def appointment_ended(city):
    Appointment.objects.filter(user=city.reporter).update(valid=DateTimeTZRange(NOW - timedelta(days=9), NOW))


def deadline_moved(city):
    Report.objects.filter(pk=city.report.pk).update(deadline=city.report.deadline + timedelta(days=7))


def address_removed(city):
    User.objects.filter(pk=city.reporter.pk).update(email="")


def person_left(city):
    User.objects.filter(pk=city.reporter.pk).update(is_active=False)


@pytest.mark.parametrize("change", [filed_meanwhile, appointment_ended, deadline_moved, address_removed, person_left])
def test_what_is_no_longer_owed_at_the_moment_of_sending_is_dropped(city, one_owed, post, change):
    change(city)
    assert deliver(at=NOW) == 0
    assert states() == {"dropped"}
    assert post.mails == []
    assert attempts() == []
    assert city.reporter.notices.count() == 1  # the inbox keeps it


def test_a_mail_that_waited_until_the_next_rung_is_dropped_for_it(city, one_owed, post):
    Notice.objects.all().delete()
    early = datetime(2022, 5, 13, 9, 0, tzinfo=VIETNAM)
    plan(at=early)
    plan(at=NOW)
    assert deliver(at=NOW) == 1
    assert dict(Delivery.objects.values_list("notice__rung", "state")) == {-2: "dropped", 0: "sent"}


def test_an_unreachable_server_costs_one_attempt_a_round_and_nothing_else(planned, mail_settings, start_post):
    assert deliver(at=NOW) == 0
    assert attempts() == [(1, "failed")]
    assert "refused" in Attempt.objects.get().error
    post = start_post()
    assert deliver(at=NOW + MINUTE) == 12
    assert len(post.mails) == 12


def test_failures_are_retried_with_growing_delays_and_then_delivered(one_owed, post):
    post.answer = "451 4.7.1 Try again later"
    at = NOW
    for number, delay in enumerate(DELAYS[:3], 1):
        assert deliver(at=at) == 0
        assert attempts() == [(n, "failed") for n in range(1, number + 1)]
        assert deliver(at=at + delay - timedelta(seconds=1)) == 0
        assert len(attempts()) == number
        at += delay
    post.answer = "250 Kept"
    assert deliver(at=at) == 1
    assert attempts() == [(1, "failed"), (2, "failed"), (3, "failed"), (4, "accepted")]
    assert "4.7.1" in Attempt.objects.first().error
    assert states() == {"sent"}


def test_after_the_last_delay_the_delivery_is_given_up_and_the_inbox_keeps_the_notice(one_owed, mail_settings):
    at = NOW
    for delay in DELAYS:
        deliver(at=at)
        assert states() == {"owed"}
        at += delay
    deliver(at=at)
    assert states() == {"dead"}
    assert attempts() == [(n, "failed") for n in range(1, len(DELAYS) + 2)]
    assert deliver(at=at + timedelta(hours=1)) == 0
    assert len(attempts()) == len(DELAYS) + 1
    assert one_owed.notice.read_at is None


def test_a_refusal_by_the_server_does_not_stop_the_others(planned, post):
    post.answer = "550 5.7.1 Not this one"
    assert deliver(at=NOW) == 0
    assert attempts() == [(1, "failed")] * 12


def test_a_connection_that_breaks_before_the_answer_is_unclear_and_repeated_under_the_same_id(one_owed, post):
    post.before_answer = break_off
    assert deliver(at=NOW) == 0
    assert attempts() == [(1, "unclear")]
    post.before_answer = None
    assert deliver(at=NOW + DELAYS[0]) == 1
    assert attempts() == [(1, "unclear"), (2, "accepted")]
    assert len({mail["Message-ID"] for mail in post.mails}) == 1
    assert [attempt.delivery for attempt in Attempt.objects.unclear()] == [one_owed]


def test_a_broken_connection_ends_the_round_and_the_rest_stays_untried(planned, post):
    post.before_answer = break_off
    deliver(at=NOW)
    assert attempts() == [(1, "unclear")]


def test_a_long_queue_is_sent_in_rounds(planned, post, monkeypatch):
    monkeypatch.setattr(delivering, "ROUND", 5)
    assert [deliver(at=NOW) for _ in range(4)] == [5, 5, 2, 0]


def test_deliverers_at_once_send_each_mail_once(shared_city, start_post):
    plan(at=NOW)
    post = start_post()
    assert sum(at_once(*[lambda: deliver(at=NOW)] * 3)) == 12
    assert len(post.recipients) == len(set(post.recipients)) == 12
    assert attempts() == [(1, "accepted")] * 12


def test_a_deliverer_holds_no_transaction_while_the_server_thinks(shared_city, start_post):
    plan(at=NOW)
    post = start_post()
    seen = []

    def look(server):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND xact_start IS NOT NULL"
            )
            seen.append(cursor.fetchone()[0])
        connection.close()

    post.before_answer = look
    deliver(at=NOW)
    assert seen == [0] * 12


KILLED = """
import django; django.setup()
from datetime import datetime
from notifications.actions.delivering import deliver
deliver(at=datetime.fromisoformat({at!r}))
"""


def test_a_deliverer_killed_after_the_server_took_the_mail_leaves_it_listed_and_sent_once_more(
    shared_city, mail_settings, start_post
):
    User.objects.exclude(pk=shared_city.reporter.pk).update(email="")
    plan(at=NOW)
    post = start_post()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    deliverer = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(at=NOW.isoformat())],
        cwd=portal.ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "dxportal.settings",
            "DATABASE_URL": urlunsplit(database),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_settings.EMAIL_PORT}",
            "PORTAL_ADDRESS": mail_settings.PORTAL_ADDRESS,
        },
    )
    post.before_answer = lambda server: os.kill(deliverer.pid, signal.SIGKILL)
    assert deliverer.wait(timeout=60) == -signal.SIGKILL
    post.before_answer = None
    assert attempts() == [(1, "begun")]

    assert deliver(at=NOW + HOLD - MINUTE) == 0  # still held
    assert deliver(at=NOW + HOLD) == 1
    assert attempts() == [(1, "unclear"), (2, "accepted")]
    assert len(post.mails) == 2
    assert len({mail["Message-ID"] for mail in post.mails}) == 1
    assert Attempt.objects.unclear().count() == 1
    assert states() == {"sent"}


def test_a_killed_deliverers_mail_is_dropped_if_the_report_came_in_meanwhile(city, one_owed, post):
    Delivery.objects.update(leased_until=NOW + HOLD)
    Attempt.objects.create(delivery=one_owed, number=1, at=NOW)
    city.submit(city.report)
    assert deliver(at=NOW + HOLD) == 0
    assert states() == {"dropped"}
    assert attempts() == [(1, "unclear")]


def test_a_deliverer_whose_hold_ran_out_does_not_overwrite_what_its_successor_recorded(shared_city, start_post):
    User.objects.exclude(pk=shared_city.reporter.pk).update(email="")
    plan(at=NOW)
    post = start_post()

    def be_overtaken(server):
        post.before_answer = None
        try:
            assert deliver(at=NOW + HOLD) == 1
        finally:
            connection.close()

    post.before_answer = be_overtaken
    deliver(at=NOW)
    assert len(post.mails) == 2
    assert attempts() == [(1, "unclear"), (2, "accepted")]
    assert states() == {"sent"}
