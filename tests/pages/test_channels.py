"""How one is told, the calendar's address, the button in a mail, and the outbox, in Chromium."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.backends.postgresql.psycopg_any import DateRange
from playwright.sync_api import expect

from accounts.actions import absences
from accounts.models import Absence
from accounts.roles import Role
from notifications.actions import preferring
from notifications.models import Attempt, Delivery, Gateway, Notice, Preference
from tests.city import NOW

SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
TODAY = NOW.date()


def tell(person, report, number, **given):
    return Notice.objects.create(
        person=person, kind="rung", report=report, occasion=f"rung:0:{number}", rung=0, owed_at=NOW,
        deadline=report.deadline, **given,
    )  # fmt: skip


def fill_outbox(city):
    """Something of each kind."""
    words = "550 5.1.1 <truong.phuc-xa@example.vn>: Recipient address rejected: User unknown in virtual mailbox table"
    kinds = {"dead": ["failed"] * 6, "owed": ["failed", "unclear"], "sent": ["unclear", "accepted"]}
    for number, (state, outcomes) in enumerate(kinds.items()):
        for person, channel in ((city.head, "email"), (city.reporter, "gateway")):
            notice = tell(person, city.report, f"{number}{channel}")
            due_at = NOW - timedelta(minutes=3)
            one = Delivery.objects.create(notice=notice, person=person, channel=channel, state=state, due_at=due_at)
            Attempt.objects.bulk_create(
                Attempt(delivery=one, number=which, at=NOW, outcome=outcome, error=words * (outcome != "accepted"))
                for which, outcome in enumerate(outcomes, 1)
            )


def look(page, name, width):
    found = Axe().run(page).response["violations"]
    assert [(name, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True) if SHOTS else None


@pytest.mark.browser
@SIZES
def test_one_chooses_how_one_is_told(served_city, open_as, width, height):
    city = served_city
    Gateway.objects.create(name="SMS", address="https://example.vn/sms", secret="x" * 24, is_active=True)
    absences.store(Absence(person=city.head, valid=DateRange(TODAY, TODAY + timedelta(days=3))), by=city.head, at=NOW)
    city.add_person("deputy", Role.HEAD, city.report.unit)
    page = open_as(city.head, width=width, height=height)
    page.goto("/")
    page.locator(".person summary").click()
    page.locator(".person a[href='/preferences/']").click()
    look(page, "preferences", width)

    page.locator("#id_urgent_gateway").check()
    page.locator("button[value=choose]").click()
    expect(page.locator("#id_phone_error")).to_be_visible()
    look(page, "preferences-refused", width)
    page.locator("#id_phone").fill("0912345678")
    page.locator("#id_quiet_from").fill("21:00")
    page.locator("#id_quiet_until").fill("06:30")
    page.locator("button[value=choose]").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert Preference.objects.get().urgent_gateway

    page.locator("#id_first").fill("2022-06-01")
    page.locator("#id_last").fill("2022-06-03")
    page.locator("button[value=away]").click()
    expect(page.locator(".spans li")).to_have_count(2)
    page.locator(".spans button").nth(1).click()
    expect(page.locator(".spans li")).to_have_count(1)

    page.locator("button[value=feed]").click()
    expect(page.locator("input.address")).to_be_visible()
    look(page, "preferences-address", width)


@pytest.mark.browser
@SIZES
def test_routine_mail_is_declined_by_one_button_and_taken_again_by_another(served_city, open_as, width, height):
    page = open_as(served_city.head, width=width, height=height, scripts=width > 1000)
    page.context.clear_cookies()
    page.goto(preferring.unsubscribe_address(served_city.head).removeprefix("http://127.0.0.1:8000"))
    look(page, "unsubscribe", width) if width > 1000 else None
    page.locator("main button").click()
    expect(page.locator(".notice.success")).to_be_visible()
    assert not Preference.objects.get().routine_email
    look(page, "unsubscribed", width) if width > 1000 else None
    page.locator("main button").click()
    expect(page.locator(".notice.success")).to_be_visible()
    assert Preference.objects.get().routine_email


@pytest.mark.browser
@SIZES
def test_an_administrator_sends_anew_what_was_given_up(served_city, open_as, width, height):
    city = served_city
    fill_outbox(city)
    page = open_as(city.administrator, width=width, height=height)
    page.goto("/outbox/")
    look(page, "outbox", width)
    for kind in ("failing", "unclear", "waiting"):
        page.locator(f"nav.tabs a[href$='{kind}']").click()
        look(page, f"outbox-{kind}", width)
    page.goto("/outbox/?show=given-up")
    page.locator("button[value=resend]").first.click()
    expect(page.locator(".messages .success")).to_be_visible()
    page.locator("button[value=drop]").first.click()
    expect(page.locator(".empty")).to_be_visible()
    look(page, "outbox-empty", width)
    page.goto("/admin/notifications/gateway/add/")
    look(page, "gateway", width)


@pytest.mark.browser
def test_a_page_that_stays_open_shows_new_notices_without_being_loaded(served_city, open_as):
    city = served_city
    page = open_as(city.head)
    page.clock.install()
    page.goto("/")
    expect(page.locator(".bell .badge")).to_have_count(0)
    tell(city.head, city.report, 1)
    page.clock.run_for(61_000)
    expect(page.locator(".bell .badge")).to_be_visible()
    expect(page.locator(".rail .badge")).to_have_text("1")
    assert page.locator("[data-unread=said]").inner_text().startswith("1")
    assert "shown=1" in page.locator("#unread").get_attribute("hx-get")
    page.context.clear_cookies()
    page.clock.run_for(61_000)
    expect(page).to_have_url(page.url)
    assert page.locator(".bell").is_visible()


SHOTS = ""
"""A folder in which to keep what the screens look like; empty for none."""
