"""Extensions, incidents and "why is it expected", as clients and in Chromium."""

from datetime import date, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from reports.actions import deadlines
from reports.models import Extension, Incident, Period, Report
from tests.city import NOW, VIETNAM

UNTIL = datetime(2022, 5, 21, tzinfo=VIETNAM)


def choice(city):
    return f"{city.form.pk}:{Period.objects.get(code='2022-05').pk}"


def typed(city, **fields):
    given = {"report_of": choice(city), "unit": "00001 – Phường Phúc Xá", "day": "2022-05-20"}
    return {**given, "reason": "Mưa lũ", "document": "12/TB", **fields}


def due(city):
    return Report.objects.get(pk=city.report.pk).deadline


def test_an_extension_shows_what_it_moves_before_it_is_confirmed(city, signed_in):
    client = signed_in(city.approver)
    answer = client.post(reverse("extensions"), typed(city))
    assert answer.context["preview"]["total"] == 1
    assert answer.context["preview"]["until"] == UNTIL
    assert not Extension.objects.exists()
    assert client.post(reverse("extensions"), typed(city, confirm="")).status_code == 302
    assert due(city) == UNTIL
    assert [one.moved for one in client.get(reverse("extensions")).context["granted"]] == [1]


def test_an_area_and_a_level_are_narrowed(city, signed_in):
    client = signed_in(city.approver)
    sent = typed(city, unit="001", with_area="on", level="commune", hour="17:00")
    assert client.post(reverse("extensions"), sent).context["preview"]["total"] == 2
    assert client.post(reverse("extensions"), typed(city, unit="")).context["preview"]["total"] == 8 - 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"unit": "999"}, "unit"),
        ({"reason": ""}, "reason"),
        ({"document": ""}, "document"),
        ({"report_of": "1:2:3"}, "report_of"),
        ({"day": "2022-05-01", "confirm": ""}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"unit": "STTTT", "confirm": ""}, "__all__"),
    ],
)
def test_what_is_wrong_with_an_extension_is_said_at_its_field(city, signed_in, fields, field):
    answer = signed_in(city.approver).post(reverse("extensions"), typed(city, **fields))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Extension.objects.exists()


def test_the_stand_in_is_offered_the_owners_own_report_only(city, signed_in):
    client = signed_in(city.stand_in_approver)
    assert client.post(reverse("extensions"), typed(city, unit="")).context["preview"]["total"] == 1


def test_an_incident_is_reported_by_an_administrator_and_confirmed_by_an_inspector(city, signed_in, at):
    client = signed_in(city.administrator)
    at.set(NOW + timedelta(hours=4))
    sent = {"title": "Mất kết nối", "began_at": "2022-05-16T09:00", "ended_at": "2022-05-16T10:00"}
    assert client.post(reverse("incidents"), sent).status_code == 302
    incident = Incident.objects.get()
    assert not client.get(reverse("incidents")).context["lines"][0].may_confirm
    assert client.post(reverse("incidents"), {"confirm": incident.pk}).status_code == 403
    client = signed_in(city.inspector)
    at.set(NOW + timedelta(hours=4))
    (line,) = client.get(reverse("incidents")).context["lines"]
    assert (line.reports, line.may_confirm) == (3, True)
    assert client.post(reverse("incidents"), {"confirm": incident.pk}).status_code == 302
    assert due(city) == datetime(2022, 5, 18, tzinfo=VIETNAM)
    assert client.post(reverse("incidents"), sent).status_code == 403


def test_why_a_report_is_expected_names_the_act_and_what_moved_it_to_those_who_may_read(city, signed_in):
    deadlines.correct_day(
        date(2022, 5, 17), working=False, name="Nghỉ", document="12/TB", by=city.administrator, at=NOW
    )
    page = reverse("explain", args=[city.district.pk])
    answer = signed_in(city.district_head).get(page, {"form": "BM-02", "period": "2022-05"})
    assert answer.context["told"].is_expected
    assert "12/TB" in answer.text
    assert "4098/QĐ-UBND" in answer.text
    elsewhere = signed_in(city.stranger).get(page, {"form": "BM-02", "period": "2022-05"})
    assert elsewhere.context["told"].is_expected
    assert "12/TB" not in elsewhere.text


def test_a_period_that_is_none_is_not_found(city, signed_in):
    client = signed_in(city.head)
    assert client.get(reverse("explain", args=[city.commune.pk]), {"period": "2022-5"}).status_code == 404
    assert client.get(reverse("explain", args=[city.commune.pk]), {"period": "2022-Q1"}).status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_these_screens(served_city, open_as, width, height):
    city = served_city
    deadlines.grant_extension(
        city.form, Period.objects.get(code="2022-05"), unit=city.district, with_area=True, until=UNTIL,
        reason="Mưa lũ, mất điện diện rộng trên địa bàn quận", document="123/TB-STTTT", by=city.approver, at=NOW,
    )  # fmt: skip
    deadlines.report_incident(
        title="Mất đường truyền tại trung tâm dữ liệu", began_at=NOW - timedelta(hours=3),
        ended_at=NOW - timedelta(hours=1), by=city.administrator, at=NOW,
    )  # fmt: skip
    page = open_as(city.approver, width=width, height=height)

    def look(name):
        found = Axe().run(page).response["violations"]
        assert [(name, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True) if SHOTS else None

    page.goto("/extensions/")
    look("extensions")
    page.get_by_label(str(page.locator("label[for=id_reason]").inner_text())).fill("Mưa lũ")
    page.locator("#id_report_of").select_option(choice(city))
    page.locator("#id_day").fill("2022-05-24")
    page.locator("#id_document").fill("124/TB-STTTT")
    page.locator("form[method=post] .after-fields button").click()
    expect(page.locator("button[name=confirm]")).to_be_visible()
    look("extension-preview")
    page.goto(f"/units/{city.commune.pk}/expected/?form=BM-02&period=2022-05")
    look("expected")
    page = open_as(city.inspector, width=width, height=height)
    page.goto("/incidents/")
    look("incidents")
    page = open_as(city.administrator, width=width, height=height)
    page.goto("/incidents/")
    look("incidents-administrator")


SHOTS = ""
