"""The admin site in Chromium: axe finds nothing, no page is wider than the screen, and what is typed is found."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import Appointment, Unit
from accounts.roles import Role

pytestmark = pytest.mark.browser


def look(page, path, width):
    page.goto(path)
    found = Axe().run(page).response["violations"]
    assert [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_any_screen_of_the_administration(served_city, open_as, width, height):
    city = served_city
    city.approve(city.report)
    city.appoint(city.administrator, Role.OBSERVER, city.city)
    page = open_as(city.administrator, width=width, height=height)
    for path in (
        "",
        "accounts/unit/",
        "accounts/unit/?q=khong+co",
        "accounts/unit/add/",
        f"accounts/unit/{city.district.pk}/change/",
        f"accounts/unit/{city.district.pk}/history/",
        "accounts/user/",
        "accounts/user/add/",
        f"accounts/user/{city.head.pk}/change/",
        f"accounts/user/{city.head.pk}/password/",
        "accounts/appointment/",
        "accounts/appointment/add/",
        "reports/form/",
        f"reports/formversion/{city.version.pk}/change/",
        "reports/calendarday/",
        f"reports/report/{city.report.pk}/change/",
        "reports/step/",
    ):
        look(page, f"/admin/{path}", width)
    page.goto("/admin/accounts/unit/add/")
    page.locator("[name=_save]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def choose(page, box, typed, found):
    page.locator(box).click()
    page.keyboard.type(typed)
    page.get_by_role("option", name=found, exact=True).click()


def test_a_unit_is_added_below_one_that_is_found_by_typing(served_city, open_as):
    page = open_as(served_city.administrator)
    page.goto("/admin/accounts/unit/add/")
    page.locator("#id_level").select_option("commune")
    page.locator("#id_kind").select_option("ward")
    choose(page, ".field-parent [role=combobox]", "ba dinh", "Quận Ba Đình")
    page.locator("#id_code").fill("00006")
    page.locator("#id_name").fill("Phường Vĩnh Phúc")
    page.locator("#id_first_day").fill("2022-06-01")
    page.locator("[name=_save]").click()
    expect(page.locator(".messages")).to_contain_text("Phường Vĩnh Phúc")
    assert Unit.objects.get(code="00006").parent == served_city.district


def test_two_appointments_are_given_on_a_persons_page(served_city, open_as):
    person = served_city.stranger
    page = open_as(served_city.administrator)
    page.goto(f"/admin/accounts/user/{person.pk}/change/")
    page.locator("#appointments-2-group .add-row a").click()
    for row, unit, role in (("0", "Quận Ba Đình", "reviewer"), ("1", "Phường Phúc Xá, Quận Ba Đình", "head")):
        choose(page, f"#appointments-2-{row} [role=combobox]", unit.partition(",")[0], unit)
        page.locator(f"#id_appointments-2-{row}-role").select_option(role)
    page.locator("[name=_save]").click()
    expect(page.locator(".messages")).to_be_visible()
    assert set(Appointment.objects.filter(user=person).values_list("role", flat=True)) == {
        "reporter",
        "reviewer",
        "head",
    }
