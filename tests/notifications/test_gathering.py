"""Gathering: routine notices in one message each working morning, what is urgent by itself; by mail and by gateway."""

import itertools
import json
from datetime import datetime, time, timedelta

import pytest
from aiosmtpd.smtp import MISSING

from accounts.models import Unit, User
from notifications import choices
from notifications.actions import delivering
from notifications.actions.delivering import deliver
from notifications.actions.planning import plan
from notifications.actions.taking import DELAYS
from notifications.choices import Channel
from notifications.models import Attempt, Delivery, Gateway, Notice, Preference
from reports.actions import deadlines
from reports.models import Period
from tests.city import NOW, VIETNAM
from tests.notifications.receiver import receiving
from tests.race import at_once

MORNING = datetime(2022, 5, 17, 7, 30, tzinfo=VIETNAM)
UNTIL = datetime(2022, 5, 28, tzinfo=VIETNAM)


@pytest.fixture
def reporter(city):
    """Only the commune's reporter has an address, and the reports of June are open as well."""
    User.objects.exclude(pk=city.reporter.pk).update(email="")
    city.open("2022-06")
    return city.reporter


def extend(city, code="2022-05", until=UNTIL):
    deadlines.grant_extension(
        city.form, Period.objects.get(code=code), unit=city.commune, until=until, reason="Mưa lũ",
        document="12/TB", by=city.approver, at=NOW,
    )  # fmt: skip


@pytest.fixture
def gathered(city, reporter):
    """Two routine notices for the reporter: a moved deadline, and a period that was opened."""
    extend(city)
    plan(at=NOW)
    assert {one.kind for one in Notice.objects.filter(person=reporter)} == {"moved", "opened"}
    Delivery.objects.exclude(person=reporter).delete()
    return reporter


def states():
    return sorted(Delivery.objects.values_list("notice__kind", "state"))


def body(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()


def test_routine_notices_go_in_one_message_on_the_next_working_morning(city, gathered, post):
    Delivery.objects.update(due_at=MORNING)
    assert deliver(at=MORNING - timedelta(seconds=1)) == 0
    assert deliver(at=MORNING) == 1
    (mail,) = post.mails
    first = Delivery.objects.order_by("pk").first()
    assert mail["Message-ID"] == f"<notice-{first.pk}@portal.example.vn>"
    assert set(Delivery.objects.values_list("batch", "state")) == {(first.pk, "sent")}
    assert list(Attempt.objects.values_list("number", "outcome")) == [(1, "accepted")] * 2
    june = city.report_of(city.commune, "2022-06")
    for kind in ("plain", "html"):
        for words in (f"/reports/{city.report.pk}/", f"/reports/{june.pk}/", "/inbox/", "/unsubscribe/"):
            assert words in body(mail, kind)
    assert "<https://portal.example.vn/unsubscribe/" in mail["List-Unsubscribe"]
    assert "17/05/2022" in mail["Subject"]


def test_a_routine_notice_that_is_late_goes_with_those_of_its_morning(city, gathered):
    assert dict(Delivery.objects.values_list("notice__kind", "due_at")) == {"moved": MORNING, "opened": NOW}


def test_what_is_urgent_does_not_wait_for_what_is_routine(city, reporter, post):
    city.submit(city.report)
    city.give_back(city.report)
    plan(at=NOW)
    Delivery.objects.update(due_at=NOW)
    assert deliver(at=NOW) == 2
    assert sorted("List-Unsubscribe" in mail for mail in post.mails) == [False, True]


def test_urgent_notices_of_one_moment_go_together(city, post):
    at = datetime(2022, 5, 19, 7, 30, tzinfo=VIETNAM)
    User.objects.exclude(pk=city.district_head.pk).update(email="")
    plan(at=at)  # two communes have not filed, and the district's own report was due the day before
    assert Notice.objects.filter(person=city.district_head, urgent=True).count() == 3
    assert deliver(at=at) == 1
    assert Delivery.objects.values("batch").distinct().count() == 1


def test_a_repeated_message_holds_just_what_the_first_one_held(city, gathered, post):
    Delivery.objects.update(due_at=NOW)
    post.answer = "451 4.7.1 Try again later"
    assert deliver(at=NOW) == 0
    batch = Delivery.objects.values_list("batch", flat=True).first()
    extend(city, "2022-06", datetime(2022, 7, 1, tzinfo=VIETNAM))
    plan(at=NOW)
    Delivery.objects.filter(batch=None, person=gathered).update(due_at=NOW)
    Delivery.objects.exclude(person=gathered).delete()
    post.answer = "250 Kept"
    assert deliver(at=NOW + DELAYS[0]) == 2
    names = [mail["Message-ID"] for mail in post.mails]
    assert f"<notice-{batch}@portal.example.vn>" in names
    assert len(set(names)) == 2
    assert sorted(Delivery.objects.filter(batch=batch).values_list("notice__kind", "state")) == [
        ("moved", "sent"), ("opened", "sent"),
    ]  # fmt: skip


def test_a_repeated_message_leaves_out_what_is_no_longer_owed(city, gathered, post):
    Delivery.objects.update(due_at=NOW)
    post.answer = "451 4.7.1 Try again later"
    deliver(at=NOW)
    city.submit(city.report)
    post.answer = "250 Kept"
    assert deliver(at=NOW + DELAYS[0]) == 1
    assert states() == [("moved", "dropped"), ("opened", "sent")]
    assert f"/reports/{city.report.pk}/" not in body(post.mails[-1])


def test_two_deliverers_at_once_never_part_a_message(shared_city, start_post):
    shared_city.open("2022-06")
    extend(shared_city)
    plan(at=NOW)
    Delivery.objects.filter(notice__urgent=False).update(due_at=NOW)
    people = Delivery.objects.values("person", "notice__urgent").distinct().count()
    post = start_post()
    assert sum(at_once(*[lambda: deliver(at=NOW)] * 4)) == people
    assert len(post.mails) == len({mail["Message-ID"] for mail in post.mails}) == people
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


# Addresses that are none, and names that would be more ----------------------------------------------------------------


def test_an_address_that_the_server_does_not_know_is_given_up_at_once(city, post):
    User.objects.exclude(pk=city.reporter.pk).update(email="")
    plan(at=NOW)

    async def refuse(server, session, envelope, address, options):
        return "550 5.1.1 No such person" if address == "reporter@example.vn" else MISSING

    post.handle_RCPT = refuse
    assert deliver(at=NOW) == 0
    assert Delivery.objects.get().state == "dead"
    attempt = Attempt.objects.get()
    assert (attempt.outcome, "5.1.1 No such person" in attempt.error) == ("failed", True)
    assert deliver(at=NOW + timedelta(days=1)) == 0


def test_a_person_without_an_address_has_the_inbox_only(city):
    User.objects.update(email="")
    plan(at=NOW)
    assert Notice.objects.count() == 12
    assert Delivery.objects.count() == 0


def test_no_name_of_several_can_add_a_header(city, gathered, post):
    evil = "Phúc Xá\r\nBcc: thief@example.com\r\n\r\nHello"
    Unit.objects.filter(code="00001").update(name=evil)
    User.objects.filter(pk=gathered.pk).update(full_name=evil)
    Delivery.objects.update(due_at=NOW)
    deliver(at=NOW)
    (mail,) = post.mails
    assert mail["Bcc"] is None
    assert post.recipients == ["reporter@example.vn"]
    assert "\n" not in mail["Subject"]


# Choices --------------------------------------------------------------------------------------------------------------


def test_planning_opens_the_channels_that_a_choice_opens(city):
    Gateway.objects.create(name="Cổng", address="http://127.0.0.1:9/", secret="bí mật", is_active=True)
    User.objects.update(phone="0912345678")
    flags = ("routine_email", "routine_gateway", "urgent_gateway")
    chosen = [None, *itertools.product((False, True), repeat=3)]
    for choice in chosen:
        Preference.objects.all().delete()
        Notice.objects.all().delete()
        made = choice and Preference.objects.create(person=city.head, **dict(zip(flags, choice, strict=True)))
        for at in (NOW - timedelta(days=3), NOW):  # a routine rung on Friday, an urgent one on Monday
            plan(at=at)
        opened = set(Delivery.objects.filter(person=city.head).values_list("channel", "notice__urgent"))
        assert opened == {
            (channel.value, urgent)
            for channel in Channel
            for urgent in (False, True)
            if choices.wants(made, channel, urgent=urgent)
        }


def test_a_channel_that_is_declined_before_the_message_goes_is_not_used(city, gathered, post):
    Delivery.objects.update(due_at=NOW)
    Preference.objects.create(person=gathered, routine_email=False)
    assert deliver(at=NOW) == 0
    assert states() == [("moved", "dropped"), ("opened", "dropped")]


def test_in_quiet_hours_a_message_waits_for_their_end(city, post):
    User.objects.exclude(pk=city.reporter.pk).update(email="")
    Preference.objects.create(person=city.reporter, quiet_from=time(22), quiet_until=time(9))
    plan(at=NOW)
    assert deliver(at=NOW) == 0
    nine = NOW.replace(hour=9)
    assert list(Delivery.objects.values_list("state", "due_at", "leased_until")) == [("owed", nine, None)]
    assert Attempt.objects.count() == 0
    assert deliver(at=nine) == 1


# The gateway ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def gateway(settings):
    settings.WEBHOOK_ALLOW_PRIVATE_ADDRESSES = True
    with receiving() as server:
        Gateway.objects.create(
            name="Cổng", address=f"http://127.0.0.1:{server.port}/sms", secret="bí mật", is_active=True
        )
        yield server


@pytest.fixture
def by_phone(city, gateway, mail_settings):
    """The commune's head has a number, no address, and wants urgent short messages."""
    User.objects.update(email="")
    User.objects.filter(pk=city.head.pk).update(phone="0912345678")
    Preference.objects.create(person=city.head, urgent_gateway=True)
    plan(at=NOW)
    return city.head


def test_a_short_message_says_the_same_in_a_line_and_leads_there(city, by_phone, gateway):
    assert deliver(at=NOW) == 1
    ((_path, _headers, sent),) = gateway.taken
    said = json.loads(sent)
    assert said["to"] == "0912345678"
    assert "BM-02" in said["text"]
    assert said["address"].endswith(f"/reports/{city.report.pk}/")
    assert said["reference"] == f"notice-{Delivery.objects.get().pk}@portal.example.vn"


@pytest.mark.parametrize(
    ("answer", "state", "outcome"), [(503, "owed", "failed"), (400, "dead", "failed"), (200, "sent", "accepted")]
)
def test_what_the_gateway_answers_decides(by_phone, gateway, answer, state, outcome):
    gateway.answer = answer
    deliver(at=NOW)
    assert Delivery.objects.get().state == state
    assert Attempt.objects.get().outcome == outcome


def test_a_gateway_that_hangs_up_is_unclear_and_asked_again_under_the_same_name(by_phone, gateway):
    gateway.hangs_up = True
    deliver(at=NOW)
    assert Attempt.objects.unclear().count() == 1
    gateway.hangs_up = False
    assert deliver(at=NOW + DELAYS[0]) == 1
    assert len({json.loads(sent)["reference"] for _path, _headers, sent in gateway.taken}) == 1


def test_a_gateway_out_of_use_drops_its_messages(by_phone, gateway):
    Gateway.objects.update(is_active=False)
    deliver(at=NOW)
    assert Delivery.objects.get().state == "dropped"


def test_a_mail_server_that_is_silent_does_not_hold_up_the_gateway(city, by_phone, gateway):
    Notice.objects.all().delete()
    User.objects.filter(pk=city.reporter.pk).update(email="reporter@example.vn")
    plan(at=NOW)
    assert deliver(at=NOW) == 1  # nothing answers at the mail server's port
    assert dict(Delivery.objects.values_list("channel", "state")) == {"email": "owed", "gateway": "sent"}


def test_sending_takes_few_queries_a_message(city, post, django_assert_max_num_queries):
    plan(at=NOW)
    with django_assert_max_num_queries(40):
        assert deliver(at=NOW) == 12
    assert delivering.AT_ONCE >= 12
