"""The outbox: what waits, fails and was given up is listed to administrators, who have it sent anew or drop it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import JournalEntry
from accounts.refusals import Refused
from notifications.actions import resending
from notifications.models import Attempt, Delivery, Gateway, Notice
from tests.city import NOW

PAGE = "/outbox/"
COUNTED = iter(range(10_000))


def make(person, report, state="owed", outcomes=(), *, channel="email", due_at=NOW, batch=None, at=NOW, **held):
    """A delivery with its attempts, the first of them as long before that instant as there are attempts."""
    notice = Notice.objects.create(
        person=person, kind="rung", report=report, occasion=f"rung:0:{next(COUNTED)}", rung=0, owed_at=NOW, deadline=NOW
    )
    delivery = Delivery.objects.create(
        notice=notice, person=person, channel=channel, state=state, due_at=due_at, batch=batch, **held
    )
    Attempt.objects.bulk_create(
        Attempt(
            delivery=delivery,
            number=number,
            at=at,
            outcome=outcome,
            error="550 Không có hộp thư này" * (outcome != "accepted"),
        )
        for number, outcome in enumerate(outcomes, 1)
    )
    return delivery


@pytest.fixture
def dead(city):
    """A message of three notices that was given up."""
    leader = make(city.head, city.report, "dead", ["failed"] * 6)
    Delivery.objects.filter(pk=leader.pk).update(batch=leader)
    others = [make(city.head, city.report, "dead", ["failed"] * 6, batch=leader) for _ in range(2)]
    return [Delivery.objects.get(pk=one.pk) for one in (leader, *others)]


def shown(client, kind=""):
    return [line.delivery.pk for line in client.get(PAGE + kind).context["lines"]]


def counts(client):
    return {kind["key"]: kind["count"] for kind in client.get(PAGE).context["kinds"]}


# The page -------------------------------------------------------------------------------------------------------------


def test_an_empty_outbox_says_so(city, signed_in):
    answer = signed_in(city.administrator).get(PAGE)
    assert answer.status_code == 200
    assert answer.context["lines"] == []
    assert answer.context["stuck"] is None


def test_nobody_else_sees_it(city, signed_in):
    for person in (city.head, city.inspector, city.approver):
        assert signed_in(person).get(PAGE).status_code == 403


def test_what_was_given_up_comes_first_a_message_at_a_time(city, dead, signed_in):
    client = signed_in(city.administrator)
    (line,) = client.get(PAGE).context["lines"]
    assert (line.delivery.pk, line.notices, line.attempts) == (dead[0].pk, 3, 6)
    assert "550 Không có hộp thư này" in client.get(PAGE).content.decode()
    assert counts(client) == {"given-up": 1, "failing": 0, "unclear": 0, "waiting": 0}


def test_each_kind_is_listed_by_itself_the_longest_waiting_first(city, signed_in):
    early = make(city.head, city.report, due_at=NOW - timedelta(minutes=5))
    late = make(city.reporter, city.report, due_at=NOW - timedelta(minutes=3), channel="gateway")
    make(city.head, city.report, due_at=NOW + timedelta(hours=1))  # gathered for later: nothing is wrong with it
    failing = make(city.reporter, city.report, outcomes=["failed", "unclear"], due_at=NOW + timedelta(hours=2))
    make(city.head, city.report, "sent", ["unclear", "accepted"], at=NOW - timedelta(days=8))
    unclear = make(city.head, city.report, "sent", ["unclear", "accepted"])
    client = signed_in(city.administrator)
    assert shown(client, "?show=waiting") == [early.pk, late.pk]
    assert shown(client, "?show=failing") == [failing.pk]
    assert set(shown(client, "?show=unclear")) == {failing.pk, unclear.pk}
    assert shown(client, "?show=given-up") == []
    assert shown(client, "?show=nonsense") == [failing.pk]


def test_channels_are_counted_apart(city, dead, signed_in):
    make(city.head, city.report, channel="gateway", due_at=NOW - timedelta(minutes=1))
    make(city.head, city.report, "sent", ["failed", "accepted"], at=NOW - timedelta(hours=2))
    make(city.head, city.report, "sent", ["accepted"], at=NOW - timedelta(days=2))
    mail, short = signed_in(city.administrator).get(PAGE).context["channels"]
    assert (mail["waiting"], mail["failing"], mail["given_up"], mail["accepted"], mail["oldest"]) == (0, 0, 3, 1, None)
    assert (short["waiting"], short["oldest"]) == (1, NOW - timedelta(minutes=1))


def test_a_deliverer_that_does_not_run_is_seen(city, signed_in):
    make(city.head, city.report, due_at=NOW - timedelta(minutes=11))
    assert signed_in(city.administrator).get(PAGE).context["stuck"] == NOW - timedelta(minutes=11)


def test_what_the_page_costs_does_not_grow_with_messages(city, signed_in):
    client = signed_in(city.administrator)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    make(city.head, city.report, "dead", ["failed"])
    few = cost()
    for _ in range(30):
        make(city.reporter, city.report, "dead", ["failed"] * 3)
    assert cost() == few
    assert few <= 25


# What is done about them ----------------------------------------------------------------------------------------------


def test_a_message_is_sent_anew_as_a_whole_with_its_attempts_on_record(city, dead, signed_in):
    client = signed_in(city.administrator)
    answer = client.post(PAGE, {"do": "resend", "message": dead[1].pk, "show": "given-up"})
    assert answer.url == PAGE + "?show=given-up"
    for one in dead:
        one.refresh_from_db()
        assert (one.state, one.forgiven, one.attempts.count()) == ("owed", 6, 6)
        assert one.due_at >= NOW
    entries = JournalEntry.objects.filter(table="notifications_delivery")
    assert {(entry.by, entry.before["state"], entry.after["state"]) for entry in entries} == {
        (city.administrator, "dead", "owed")
    }
    assert entries.count() == 3


def test_what_the_portal_itself_does_with_deliveries_is_no_entry_of_the_journal(city, dead):
    Delivery.objects.update(state="dropped")
    assert not JournalEntry.objects.filter(table="notifications_delivery").exists()


@pytest.mark.parametrize("state", ["owed", "sent", "dropped"])
def test_only_what_was_given_up_is_sent_anew(city, state):
    delivery = make(city.head, city.report, state)
    with pytest.raises(Refused) as refusal:
        resending.resend(delivery, by=city.administrator, at=NOW)
    assert refusal.value.code == "not_given_up"


def test_a_message_is_dropped_and_stays_in_the_inbox(city, dead, signed_in):
    client = signed_in(city.administrator)
    client.post(PAGE, {"do": "drop", "message": dead[0].pk})
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}
    assert Notice.objects.unread_of(city.head).count() == 3


@pytest.mark.parametrize("state", ["sent", "dropped"])
def test_what_is_done_already_is_not_dropped(city, state):
    with pytest.raises(Refused) as refusal:
        resending.drop(make(city.head, city.report, state), by=city.administrator, at=NOW)
    assert refusal.value.code == "not_waiting"


def test_what_is_being_sent_just_now_is_not_dropped(city, signed_in):
    held = make(city.head, city.report, leased_until=NOW + timedelta(minutes=5))
    answer = signed_in(city.administrator).post(PAGE, {"do": "drop", "message": held.pk}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    held.refresh_from_db()
    assert held.state == "owed"


@pytest.mark.parametrize("act", [resending.resend, resending.drop])
def test_nobody_but_an_administrator_acts(city, dead, act):
    for person in (city.head, city.inspector):
        with pytest.raises(PermissionDenied):
            act(dead[0], by=person, at=NOW)


@pytest.mark.parametrize("asked", [{"do": "resend"}, {"do": "burn", "message": "1"}, {"do": "drop", "message": "x"}])
def test_what_is_to_be_done_with_which_message_is_named(city, signed_in, asked):
    assert signed_in(city.administrator).post(PAGE, asked).status_code == 400
    assert signed_in(city.administrator).post(PAGE, {"do": "drop", "message": "999999"}).status_code == 404


# Gateways -------------------------------------------------------------------------------------------------------------

SECRET = "một bí mật đủ dài để không ai đoán được"


def enter(client, *key, **fields):
    given = {
        "name": "SMS",
        "address": "https://8.8.8.8/sms",
        "secret": SECRET,
        "is_active": "on",
        "_save": "1",
    } | fields
    page = "admin:notifications_gateway_" + ("change" if key else "add")
    return client.post(reverse(page, args=key), given)


def test_a_gateway_is_entered_by_an_administrator_and_its_secret_never_shown(city, signed_in):
    client = signed_in(city.administrator)
    assert enter(client).status_code == 302
    gateway = Gateway.objects.get()
    assert (gateway.secret, gateway.is_active) == (SECRET, True)
    assert SECRET not in client.get(reverse("admin:notifications_gateway_change", args=[gateway.pk])).content.decode()
    entry = JournalEntry.objects.get(table="notifications_gateway")
    assert entry.by == city.administrator
    assert "secret" not in entry.after


def test_a_secret_that_is_not_typed_stays(city, signed_in):
    client = signed_in(city.administrator)
    enter(client)
    gateway = Gateway.objects.get()
    assert enter(client, gateway.pk, secret="", name="Zalo").status_code == 302
    gateway.refresh_from_db()
    assert (gateway.name, gateway.secret) == ("Zalo", SECRET)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"address": "http://127.0.0.1:6379/"}, "address"),
        ({"address": "http://169.254.169.254/latest"}, "address"),
        ({"address": "https://localhost/"}, "address"),
        ({"address": "https://user:word@8.8.8.8/"}, "address"),
        ({"address": "ftp://8.8.8.8/"}, "address"),
        ({"secret": "ngắn"}, "secret"),
        ({"secret": ""}, "secret"),
    ],
)
def test_a_bad_gateway_is_refused_where_it_is_typed(city, signed_in, fields, at):
    answer = enter(signed_in(city.administrator), **fields)
    assert list(answer.context["adminform"].form.errors) == [at]
    assert not Gateway.objects.exists()


def test_one_gateway_is_in_use(city, signed_in):
    client = signed_in(city.administrator)
    enter(client)
    assert enter(client, name="Zalo").context["adminform"].form.non_field_errors()
    assert enter(client, name="Zalo", is_active="").status_code == 302


# The number at the bell -----------------------------------------------------------------------------------------------


def test_an_open_page_is_told_of_notices_only_where_their_number_changed(city, signed_in):
    client = signed_in(city.head)
    page = client.get("/").content.decode()
    assert 'hx-get="/inbox/unread/?shown=0"' in page
    assert client.get("/inbox/unread/?shown=0").status_code == 204
    make(city.head, city.report)
    answer = client.get("/inbox/unread/?shown=0")
    assert answer.status_code == 200
    told = answer.content.decode()
    assert 'hx-get="/inbox/unread/?shown=1"' in told
    assert told.count("data-unread=") == 3
    assert client.get("/inbox/unread/?shown=1").status_code == 204


def test_looking_for_notices_renews_no_session_and_costs_little(city, signed_in):
    client = signed_in(city.head)
    ends = client.session.get_expiry_date()
    make(city.head, city.report)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/inbox/unread/?shown=0")
    assert len(asked) <= 3
    assert not answer.cookies
    assert client.session.get_expiry_date() <= ends + timedelta(seconds=5)
    assert not any("UPDATE" in query["sql"] for query in asked)


def test_where_the_session_has_ended_the_page_stays_as_it_is(city, client):
    assert client.get("/inbox/unread/?shown=0").status_code == 204
