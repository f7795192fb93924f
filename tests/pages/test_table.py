"""Tables, tasks and notes in a browser: by keyboard, by a block from a spreadsheet, on a phone, read by machines."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reports.actions import filing
from reports.models import Value
from tests.kinds import open_form
from tests.pages.test_grid import WEIGHT, expect_state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TASK_KEY = "NV%201.1"


def cell(page, key):
    return page.locator(f'[id="cell-{key}"]')


def says(page, key):
    return page.locator(f'[id="says-{key}"]')


def stored(report):
    report.refresh_from_db()
    rows = Value.objects.filter(revision=report.current_id, number__isnull=False)
    return {
        f"{item}.{row}" if row else item: float(number)
        for item, row, number in rows.values_list("item__code", "row", "number")
    }


@pytest.fixture
def report(served_city):
    return open_form(served_city)


@pytest.fixture
def page(served_city, report, open_as):
    page = open_as(served_city.reporter)
    page.goto(f"/reports/{report.pk}/")
    return page


def test_a_table_is_filled_in_by_keyboard_with_its_totals_live(report, page):
    cell(page, "online.land").focus()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    expect(cell(page, "online.births")).to_be_focused()
    page.keyboard.type("5")
    expect(cell(page, "online.total")).to_have_text("13")
    page.keyboard.press("Enter")
    expect(cell(page, "paper.land")).to_be_focused()
    page.keyboard.type("2")
    expect(cell(page, "received.land")).to_have_text("10")
    expect(cell(page, "share.land")).to_have_text("80,0")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("3")
    expect(cell(page, "received.total")).to_have_text("18")
    page.keyboard.press("ArrowUp")
    expect(cell(page, "paper.land")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "handled.land")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, "online.land")).to_be_focused()
    cell(page, "handled.births").focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "on_phone.a")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cell(page, "handled.births")).to_be_focused()
    expect_state(page, "saved")
    assert {key: stored(report)[key] for key in ("online.total", "paper.total", "received.total")} == {
        "online.total": 13,
        "paper.total": 5,
        "received.total": 18,
    }


@pytest.mark.parametrize(
    "block",
    [
        "8\t2\t1\n5\t3\t4\n",
        "\tTrực tuyến\tGiấy\tĐã giải quyết\nĐất đai\t8\t2\t1\nHộ tịch\t5\t3\t4\n",
        "8\t2\t1\r\n5\t3\t4\r\n13\t5\t5\r\n",
    ],
)
def test_a_block_from_a_spreadsheet_lands_row_by_row_and_column_by_column(report, page, block):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", block)
    cell(page, "online.land").focus()
    page.keyboard.press("ControlOrMeta+v")
    expect_state(page, "pasted")
    numbers = stored(report)
    assert [numbers[f"{item}.land"] for item in ("online", "paper", "handled")] == [8, 2, 1]
    assert [numbers[f"{item}.births"] for item in ("online", "paper", "handled")] == [5, 3, 4]


def test_no_data_asks_for_its_reason_before_it_is_saved(report, page):
    cell(page, "budget").fill("5")
    page.keyboard.press("Shift+F2")
    page.keyboard.press("Space")
    expect(cell(page, "budget")).to_have_value("")
    expect_state(page, "partly")
    page.keyboard.type("Kho bạc chưa đối chiếu.")
    expect(page.locator("#asked")).to_have_text("12")
    cell(page, "quality").focus()
    expect_state(page, "saved")
    value = Value.objects.get(revision=report.current_id, item__code="budget")
    assert (value.absence, value.note, value.number) == ("no_data", "Kho bạc chưa đối chiếu.", None)
    cell(page, "budget").fill("6")
    page.keyboard.press("Enter")
    expect_state(page, "saved")
    value.refresh_from_db()
    assert (value.absence, value.number) == ("", 6)


def test_a_warning_asks_for_a_cause_and_then_the_report_can_be_submitted(served_city, report, open_as):
    filing.answer_nil(report, by=served_city.reporter, at=served_city.now)
    page = open_as(served_city.head)
    page.goto(f"/reports/{report.pk}/")
    cell(page, "has_desk").select_option("1")
    cell(page, "place").select_option("Nơi khác")
    cell(page, f"progress.{TASK_KEY}").fill("40")
    cell(page, f"result.{TASK_KEY}").fill("Đã số hoá\nmột nửa.")
    cell(page, "paper.land").fill("9")
    page.keyboard.press("Enter")
    expect(page.locator("#found .warning")).to_have_count(1)
    expect(says(page, "online.land").locator(".note")).to_be_visible()
    page.locator("a[data-move][href$='submit']").click()
    page.locator("#move a.primary").click()
    expect(cell(page, "online.land")).to_be_focused()
    says(page, "online.land").locator("select").select_option("season")
    expect(page.locator("#found .noted")).to_have_count(1)
    expect(page.locator("#found .warning")).to_have_count(0)
    page.locator("a[data-move][href$='submit']").click()
    page.locator("#move button.primary").click()
    page.wait_for_url("**/receipts/1/")
    values = Value.objects.filter(revision=report.current_id)
    assert values.get(item__code="result").text == "Đã số hoá\nmột nửa."
    assert values.get(item__code="place").text == "Nơi khác"


def test_nothing_to_report_is_asked_and_answered_for_a_section(report, page):
    page.locator("a[href^='?nil=']:not([href='?nil=all'])").first.click()
    expect(page.locator("#move b")).to_have_text("6")
    page.locator("#move button.primary").click()
    expect(cell(page, "received.total")).to_have_text("0")
    assert stored(report)["handled.births"] == 0
    assert "budget" not in stored(report)


def test_a_stale_text_shows_what_stands_and_keeps_the_persons_own(served_city, report, page):
    save = lambda text: filing.save_cells(  # noqa: E731
        report, [filing.Entry("narrative", edit=0, text=text)], by=served_city.head, at=served_city.now
    )
    save("Của trưởng đơn vị.")
    cell(page, "narrative").fill("Của cán bộ.")
    cell(page, "budget").focus()
    expect(says(page, "narrative")).to_contain_text("Của trưởng đơn vị.")
    says(page, "narrative").locator("button").first.click()
    expect_state(page, "saved")
    assert Value.objects.get(revision=report.current_id, item__code="narrative").text == "Của cán bộ."


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_in_tables_tasks_and_notes(served_city, report, open_as, width, height):
    page = open_as(served_city.reporter, width=width, height=height)

    def look():
        page.goto(f"/reports/{report.pk}/")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    look()
    assert page.evaluate(WEIGHT) < 300_000
    filing.answer_nil(report, by=served_city.reporter, at=served_city.now)
    look()
    cell(page, "paper.land").fill("9")
    page.keyboard.press("Enter")
    expect_state(page, "saved")
    look()
    page.locator("a[data-note]").first.click()
    assert Axe().run(page).response["violations"] == []


def test_on_a_phone_each_cell_of_a_table_says_its_column(served_city, report, open_as):
    page = open_as(served_city.reporter, width=390, height=844)
    page.goto(f"/reports/{report.pk}/")
    box = cell(page, "online.land").locator("xpath=..")
    expect(box).to_have_attribute("data-label", "Online (4)")
    assert cell(page, "online.land").bounding_box()["x"] + cell(page, "online.land").bounding_box()["width"] <= 390


def test_tables_work_without_javascript(served_city, report, open_as):
    page = open_as(served_city.reporter, scripts=False)
    page.goto(f"/reports/{report.pk}/")
    cell(page, "online.land").fill("4")
    cell(page, "paper.land").fill("1")
    cell(page, "narrative").fill("Không có gì mới.")
    page.locator(".saving button").click()
    expect(cell(page, "received.land")).to_have_text("5")
    page.goto(f"/reports/{report.pk}/?cell=budget")
    page.locator("[name=absent-budget]").check()
    page.locator("[name=note-budget]").fill("Chưa quyết toán.")
    page.locator(".saving button").click()
    assert Value.objects.get(revision=report.current_id, item__code="budget").absence == "no_data"
