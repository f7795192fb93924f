"""Two people at one report: neither overwrites the other unseen, and who comes too late keeps what was typed."""

import json
from threading import Event

import pytest
from django.db import connection, transaction
from django.urls import reverse
from playwright.sync_api import expect

from reports.models import Report, Value
from reports.workflow import Action
from tests.kinds import open_form
from tests.race import at_once

pytestmark = pytest.mark.django_db


def save(client, report, *cells):
    """Save (item, typed, edit, further facts) as the sheet does."""
    sent = [{"item": item, "typed": typed, "edit": edit, **more} for item, typed, edit, more in cells]
    body = json.dumps({"cells": sent})
    return client.post(reverse("report-cells", args=[report.pk]), body, content_type="application/json")


# What is said ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "theirs", "mine", "said"),
    [
        ("budget", {"typed": "40"}, {"typed": "50"}, ("“50,0”", "“40,0”")),
        ("budget", {"typed": "40"}, {"typed": "=20+30"}, ("“50,0”", "“40,0”")),
        ("budget", {"typed": "40"}, {"typed": ""}, ("“–”", "“40,0”")),
        (
            "budget",
            {"typed": "40"},
            {"typed": "", "absence": "no_data", "note": "Chờ."},
            ("Chưa có số liệu – Chờ.”", "“40,0”"),
        ),
        ("budget", {"typed": "40", "note": "Cả quý."}, {"typed": "50"}, ("“50,0”", "“40,0”")),
        (
            "budget",
            {"typed": "40", "note": "Cả quý."},
            {"typed": "40", "note": "Chỉ tháng 5."},
            ("“40,0 – Chỉ tháng 5.”", "“40,0 – Cả quý.”"),
        ),
        ("place", {"typed": "Nơi khác"}, {"typed": "Tại UBND"}, ("“Tại UBND”", "“Nơi khác”")),
        ("has_desk", {"typed": "1"}, {"typed": "0"}, ("“Không”", "“Có”")),
    ],
)
def test_a_stale_cell_says_both_answers(city, signed_in, item, theirs, mine, said):
    report = open_form(city)
    save(signed_in(city.head), report, (item, "", 0, {"note": "", "cause": "", **theirs}))
    (stale,) = save(signed_in(city.reporter), report, (item, "", 0, mine)).json()["stale"]

    for words in said:
        assert words in stale["words"]
    assert city.head.full_name in stale["words"]


@pytest.mark.parametrize("action", [Action.HAND_UP, Action.SUBMIT])
def test_who_types_on_after_a_move_is_told_who_made_it_and_when(city, signed_in, action):
    city.fill(city.report)
    by = city.reporter if action == Action.HAND_UP else city.head
    step = city.move(city.report, action, by=by)
    typist = city.head if action == Action.HAND_UP else city.reporter
    answer = save(signed_in(typist), city.report, ("online", "55", 1, {}))

    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_draft")
    for words in (by.full_name, step.get_action_display(), "08:00:00", "16/05/2022"):
        assert words in answer.json()["words"]


def test_without_javascript_too_who_comes_too_late_is_told_of_whom_and_keeps_what_was_typed(city, signed_in):
    city.submit(city.report)
    sent = {"cell-online": "5555", "was-online": "60", "edit-online": "1"}
    answer = signed_in(city.reporter).post(reverse("report-cells", args=[city.report.pk]), sent)
    refusal = answer.content.decode().partition('id="refusal"')[2].partition("</div>")[0]

    assert answer.status_code == 409
    assert city.head.full_name in refusal
    assert "5555" in refusal


def test_who_loses_a_move_keeps_the_reason_and_sees_who_was_first(city, signed_in):
    city.submit(city.report)
    seen = city.report.edit
    city.check(city.report)
    second = city.add_person("second_reviewer", "reviewer", city.district)
    answer = signed_in(second).post(
        reverse("report-steps", args=[city.report.pk]), {"action": "return", "edit": seen, "reason": "Lệch <ô> 3."}
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Lệch &lt;ô&gt; 3." in page
    assert city.reviewer.full_name in page.partition('role="alert"')[2].partition("</p>")[0]


@pytest.mark.django_db(transaction=True)
def test_a_save_that_waits_too_long_for_a_colleagues_is_to_be_sent_again(shared_city, signed_in):
    held, told = Event(), Event()
    client = signed_in(shared_city.reporter)

    def hold():
        with transaction.atomic():
            Report.objects.locked(shared_city.report.pk)
            held.set()
            told.wait(timeout=20)

    def ask():
        held.wait(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
            try:
                return save(client, shared_city.report, ("online", "5", 0, {}))
            finally:
                cursor.execute("RESET lock_timeout")
                told.set()

    answer = at_once(hold, ask)[1]
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert not Value.objects.exists()


# What is seen ---------------------------------------------------------------------------------------------------------

browser = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def online(page):
    return page.locator("#cell-online")


def type_into(page, number):
    online(page).fill(number)
    page.keyboard.press("Enter")


def expect_state(page, name):
    expect(page.locator("#state")).to_have_attribute("data-state", name)


@pytest.fixture
def two(served_city, open_as):
    """The reporter's page and the head's, both opened on the filled draft."""
    served_city.fill(served_city.report)
    pages = [open_as(person) for person in (served_city.reporter, served_city.head)]
    for page in pages:
        page.goto(f"/reports/{served_city.report.pk}/")
    return pages


class TestInTheBrowser:
    pytestmark = browser

    @pytest.mark.parametrize(("choice", "stands"), [("saysMine", "50"), ("saysTheirs", "40")])
    def test_both_answers_stand_at_the_cell_with_a_choice(self, served_city, two, choice, stands):
        reporter, head = two
        type_into(head, "40")
        expect_state(head, "saved")
        type_into(reporter, "50")
        says = reporter.locator("#says-online")
        for words in ("“50”", "“40”", served_city.head.full_name):
            expect(says).to_contain_text(words)
        expect(online(reporter)).to_have_value("50")
        says.get_by_role("button", name=reporter.locator("#sheet").evaluate(f"(one) => one.dataset.{choice}")).click()
        expect_state(reporter, "saved")
        expect(online(reporter)).to_have_value(stands)
        assert int(Value.objects.get(revision__report=served_city.report, item__code="online").number) == int(stands)

    def test_what_was_typed_stays_and_can_be_copied_after_a_colleague_has_submitted(self, served_city, two):
        reporter, _head = two
        reporter.context.grant_permissions(["clipboard-read", "clipboard-write"])
        served_city.move(served_city.report, Action.SUBMIT, by=served_city.head)
        type_into(reporter, "55")
        expect_state(reporter, "stopped")
        for place in ("#state", "#left-over"):
            expect(reporter.locator(place)).to_contain_text(served_city.head.full_name)
            expect(reporter.locator(place)).to_contain_text("08:00:00")
        expect(online(reporter)).to_have_value("55")
        expect(online(reporter)).not_to_be_editable()
        expect(reporter.locator("#says-online .error")).to_be_visible()
        reporter.locator("#left-over [data-copy]").click()
        expect(reporter.locator("#left-over [data-copy]")).to_have_text(
            reporter.locator("#left-over [data-copy]").get_attribute("data-copy")
        )
        assert reporter.evaluate("navigator.clipboard.readText()").endswith(": 55")
        reporter.on("dialog", lambda dialog: dialog.accept())
        reporter.reload()
        expect(reporter.locator("#left-over")).to_contain_text("55")
        expect(reporter.locator("#left-over")).to_contain_text(served_city.head.full_name)

    def test_a_busy_portal_is_asked_again_by_itself(self, served_city, two):
        reporter, _head = two
        busy = {"status": 503, "content_type": "application/json", "body": '{"code": "busy", "words": "Xin chờ."}'}
        reporter.route("**/cells/", lambda route: route.fulfill(**busy), times=1)
        type_into(reporter, "55")
        expect(reporter.locator("#state")).to_have_text("Xin chờ.")
        expect_state(reporter, "saved")
        assert int(Value.objects.get(revision__report=served_city.report, item__code="online").number) == 55
