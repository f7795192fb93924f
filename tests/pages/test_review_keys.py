"""The review queue in Chromium: by keyboard from the list into a report and on to the next; and what axe says."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from reports.models import Report
from tests.pages.test_review import make_stand_out

pytestmark = pytest.mark.browser

CLEAN, EYES = "/review/?queue=BM-02:2022-05&part=clean", "/review/?queue=BM-02:2022-05&part=eyes"


def filled_queue(city, *, standing_out=0):
    """Three reports that wait for the approver, some of them standing out; in the order of the list."""
    reports = [city.report_of(unit) for unit in (city.department, city.district, city.elsewhere)]
    for report in reports:
        city.submit(report)
    make_stand_out(*reports[:standing_out])
    return reports


def key_of(page):
    """The report that is open, by its key in the address."""
    return int(page.url.split("/reports/")[1].split("/")[0])


def test_a_queue_is_worked_through_by_keyboard(served_city, open_as):
    filled_queue(served_city)
    page = open_as(served_city.approver)
    page.goto(CLEAN)
    rows = page.locator("tr[data-row]")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    ticked = [rows.nth(place).locator("input").is_checked() for place in range(3)]
    assert ticked == [True, True, False]
    assert page.locator("[data-ticked]").inner_text() == "2"
    page.keyboard.press("a")
    page.wait_for_selector("#ask[open] .confirmed")
    page.keyboard.press("j")  # says nothing while a dialog asks
    assert page.locator("#ask form.move input[name=approve]").input_value().count(":") == 2
    page.keyboard.press("Escape")

    page.locator("tr[data-row] [data-open]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/**")
    first = key_of(page)
    page.keyboard.press("j")
    page.wait_for_url(lambda url: f"/reports/{first}/" not in url)
    second = key_of(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/reports/{first}/**")
    page.keyboard.press("r")
    page.wait_for_selector("#move[open] textarea")
    page.locator("#move textarea").press_sequentially("jka?")
    assert page.locator("#move textarea").input_value() == "jka?"
    page.keyboard.press("Escape")
    page.wait_for_selector("#move :focus", state="detached")  # the dialog has let go of the focus
    page.keyboard.press("a")
    page.wait_for_selector("#move[open]")
    page.locator("#move button.primary").click()
    page.wait_for_url(f"**/reports/{second}/**")
    assert Report.objects.get(pk=first).status == "approved"

    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.reload()
    page.keyboard.press("a")
    assert page.locator("#move[open]").count() == 0
    assert key_of(page) == second


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_the_queue_and_no_page_is_too_wide(served_city, open_as, width, height):
    filled_queue(served_city, standing_out=2)
    page = open_as(served_city.approver, width=width, height=height)
    fault = f"{EYES}&why=large_change:online:"
    for address in (f"{CLEAN}&all=1", fault, fault.replace("/review/", "/review/alike/")):
        page.goto(address)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(EYES)
    page.locator("tr[data-row] [data-open]").first.click()
    page.wait_for_url("**/reports/**")
    assert Axe().run(page).response["violations"] == []
    page.goto(f"{CLEAN}&all=1")
    page.locator("[data-bulk]").click()
    page.wait_for_selector("#ask[open] .confirmed")
    assert Axe().run(page).response["violations"] == []
    page.locator("#ask button.primary").click()
    page.wait_for_url("**/review/moves/**")
    assert Axe().run(page).response["violations"] == []
    page.goto(CLEAN)
    page.evaluate("document.getElementById('keys').showModal()")
    assert Axe().run(page).response["violations"] == []
