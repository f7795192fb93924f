"""The figures grid in a browser: saved cell by cell, kept while the line is gone, and usable without a mouse."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reports.models import Report, Value
from reports.workflow import Action
from tests.city import NUMBERS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEIGHT = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""
"""What the page and everything it asked for weigh, in bytes, uncompressed."""


def cell(page, code):
    return page.locator(f"#cell-{code}")


def expect_state(page, name):
    expect(page.locator("#state")).to_have_attribute("data-state", name)


def stored(report):
    report.refresh_from_db()
    return {
        code: int(number)
        for code, number in Value.objects.filter(revision=report.current_id, number__isnull=False).values_list(
            "item__code", "number"
        )
    }


@pytest.fixture
def report(served_city):
    return served_city.report


@pytest.fixture
def page(served_city, report, open_as):
    page = open_as(served_city.reporter)
    page.goto(f"/reports/{report.pk}/")
    return page


def test_a_clerk_fills_in_by_keyboard_alone_and_hands_up(served_city, report, page):
    cell(page, "documents_out").focus()
    for number in NUMBERS.values():
        page.keyboard.type(str(number))
        page.keyboard.press("Enter")
    expect_state(page, "saved")
    expect(page.locator("#done")).to_have_text("8")
    expect(cell(page, "to_handle")).to_have_text("100")
    expect(cell(page, "online_share")).to_have_text("60,0")
    page.locator("form[data-move] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice.success")).to_be_visible()

    assert stored(report) == NUMBERS | {"to_handle": 100}
    assert report.status == "to_sign"


def test_arrows_enter_and_escape_move_and_restore(page):
    cell(page, "documents_out").focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "documents_out_signed")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(cell(page, "documents_out")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Escape")
    expect(cell(page, "documents_out")).to_have_value("")
    page.keyboard.press("Tab")
    expect(cell(page, "documents_out_signed")).to_be_focused()


def test_computed_cells_and_changes_follow_while_one_types(served_city, report, open_as):
    served_city.approve(served_city.report_of(served_city.commune, "2022-04"), opened=80, carried=20)
    page = open_as(served_city.reporter)
    page.goto(f"/reports/{report.pk}/")
    cell(page, "carried").fill("1.000")
    cell(page, "opened").press_sequentially("=250+250")
    expect(cell(page, "to_handle")).to_have_text("1.500")
    expect(page.locator("[data-line=to_handle] .change")).to_have_text("+1.400,0%")
    cell(page, "online").press_sequentially("10")
    expect(cell(page, "online_share")).to_have_text("0,7")
    expect_state(page, "saved")
    expect(cell(page, "opened")).to_have_value("500")
    expect(cell(page, "online_share")).to_have_text("0,7")
    page.reload()
    expect(page.locator("[data-line=to_handle] .change")).to_have_text("+1.400,0%")
    expect(page.locator("[data-line=online_share] .change")).to_contain_text("−59,3")


def test_a_refused_cell_says_why_and_is_mended_in_place(report, page):
    cell(page, "online").fill("nhiều")
    cell(page, "closed").fill("7")
    page.keyboard.press("Enter")
    expect_state(page, "partly")
    expect(page.locator("#says-online")).to_contain_text("nhiều")
    expect(cell(page, "online")).to_have_attribute("aria-invalid", "true")
    assert stored(report) == {"closed": 7}
    cell(page, "online").fill("5")
    page.keyboard.press("Enter")
    expect_state(page, "saved")
    expect(page.locator("#says-online")).to_be_hidden()
    assert stored(report) == {"closed": 7, "online": 5}


def test_a_broken_rule_is_listed_and_leads_to_its_cell(served_city, report, page):
    served_city.fill(report)
    page.reload()
    cell(page, "online").fill("101")
    page.keyboard.press("Enter")
    expect(page.locator("#found li")).to_have_count(1)
    expect(page.locator("#says-online")).to_contain_text("101")
    page.locator("#found a").click()
    expect(cell(page, "online")).to_be_focused()


def test_a_block_from_a_spreadsheet_lands_line_by_line(report, page):
    context = page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    def paste(at, block):
        page.evaluate("(text) => navigator.clipboard.writeText(text)", block)
        cell(page, at).focus()
        page.keyboard.press("ControlOrMeta+v")
        expect_state(page, "pasted")

    paste("documents_out", "Văn bản đi\tvăn bản\t1.200\nký số\tvăn bản\t1.100\n")
    assert stored(report) == {"documents_out": 1200, "documents_out_signed": 1100}
    paste("carried", "20\r\n80\r\n100\r\n60\r\n70\r\n")
    assert stored(report)["online"] == 60
    assert stored(report)["closed"] == 70
    paste("carried", "21\n81\n61\n71")
    assert [stored(report)[code] for code in ("carried", "opened", "to_handle", "online", "closed")] == [
        21,
        81,
        102,
        61,
        71,
    ]


def test_cells_typed_without_a_line_are_kept_and_sent_when_it_is_back(report, page):
    page.context.set_offline(True)
    cell(page, "online").fill("5")
    page.keyboard.press("Enter")
    expect_state(page, "offline")
    cell(page, "closed").fill("7")
    page.keyboard.press("Enter")
    assert stored(report) == {}
    page.context.set_offline(False)
    expect_state(page, "saved")
    assert stored(report) == {"online": 5, "closed": 7}


def test_cells_that_were_not_sent_outlive_the_page(served_city, report, page, live_server):
    page.route("**/cells/", lambda route: route.abort())
    cell(page, "online").fill("5")
    page.keyboard.press("Enter")
    expect_state(page, "offline")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/cells/")
    page.goto(f"{live_server.url}/readyz")
    page.goto(f"{live_server.url}/reports/{report.pk}/")
    expect(cell(page, "online")).to_have_value("5")
    expect_state(page, "saved")
    assert stored(report) == {"online": 5}
    assert page.evaluate("localStorage.length") == 0


def test_leaving_with_unsaved_cells_warns(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.route("**/cells/", lambda route: route.abort())
    cell(page, "online").fill("5")
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_figures_typed_too_late_are_shown_until_they_are_discarded(served_city, report, page):
    served_city.fill(report)
    page.reload()
    served_city.move(report, Action.SUBMIT, by=served_city.head)
    cell(page, "online").fill("55")
    page.keyboard.press("Enter")
    expect_state(page, "stopped")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#left-over")).to_contain_text("55")
    page.locator("#left-over [data-discard]").click()
    page.reload()
    expect(page.locator("#left-over")).to_be_hidden()


def test_a_session_that_ended_keeps_what_was_typed(report, page):
    page.context.clear_cookies(name="sessionid")
    cell(page, "online").fill("5")
    page.keyboard.press("Enter")
    expect_state(page, "signedout")
    expect(cell(page, "online")).to_have_value("5")


@pytest.mark.parametrize(("choice", "stands"), [(0, 50), (1, 40)])
def test_two_who_type_into_one_cell_choose(served_city, report, page, choice, stands):
    served_city.fill(report)
    page.reload()
    served_city.fill(report, online=40, by=served_city.head)
    cell(page, "online").fill("50")
    page.keyboard.press("Enter")
    expect_state(page, "partly")
    expect(page.locator("#says-online")).to_contain_text("40")
    page.locator("#says-online button").nth(choice).click()
    expect_state(page, "saved")
    expect(cell(page, "online")).to_have_value(str(stands))
    assert stored(report)["online"] == stands


def test_a_colleagues_figures_appear_with_the_next_save(served_city, report, page):
    served_city.fill(report, by=served_city.head)
    cell(page, "online").fill("59")
    page.keyboard.press("Enter")
    expect(cell(page, "documents_out")).to_have_value("120")
    cell(page, "closed").fill("69")
    page.keyboard.press("Enter")
    expect_state(page, "partly")


def test_unsaved_figures_hold_a_move_back(served_city, report, open_as):
    served_city.fill(report)
    page = open_as(served_city.head)
    page.goto(f"/reports/{report.pk}/")
    cell(page, "online").fill("abc")
    page.locator("a[data-move]").first.click()
    expect(cell(page, "online")).to_be_focused()
    expect(page.locator("#move")).to_be_hidden()
    cell(page, "online").fill("61")
    page.locator("a[data-move]").first.click()
    expect(page.locator("#move")).to_be_visible()
    expect(page.locator("#move")).to_contain_text("61,0")


def test_a_head_submits_by_keyboard_and_prints_the_receipt(served_city, report, open_as):
    served_city.fill(report)
    page = open_as(served_city.head)
    page.goto(f"/reports/{report.pk}/")
    page.locator("a[data-move]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#move form")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#move form")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#move form")).to_be_visible()
    page.locator("#move button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipts/1/")
    expect(page.locator(".receipt")).to_contain_text("BM-02/2022-05/00001/1")
    page.emulate_media(media="print")
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.locator(".rail")).to_be_hidden()


def test_the_whole_way_works_without_javascript(served_city, report, open_as):
    page = open_as(served_city.reporter, scripts=False)
    page.goto(f"/reports/{report.pk}/")
    for code, number in NUMBERS.items():
        cell(page, code).fill(str(number))
    cell(page, "online").fill("sáu mươi")
    page.locator(".saving button").click()
    expect(cell(page, "online")).to_have_value("sáu mươi")
    expect(page.locator("#says-online")).to_be_visible()
    cell(page, "online").fill("60")
    page.locator(".saving button").click()
    expect(cell(page, "online_share")).to_have_text("60,0")
    page.locator("form[data-move] button").click()
    assert Report.objects.get(pk=report.pk).status == "to_sign"

    page = open_as(served_city.head, scripts=False)
    page.goto(f"/reports/{report.pk}/")
    page.locator("a[data-move]").first.click()
    page.locator("#move button.primary").click()
    page.wait_for_url("**/receipts/1/")

    page = open_as(served_city.reviewer, scripts=False)
    page.goto(f"/reports/{report.pk}/?move=return")
    page.locator("#id_reason").fill("Chưa khớp.")
    page.locator("#move button.danger").click()
    expect(page.locator(".sent-back")).to_contain_text("Chưa khớp.")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_and_every_page_stays_light(served_city, report, open_as, width, height):
    reporter = open_as(served_city.reporter, width=width, height=height)
    head = open_as(served_city.head, width=width, height=height)
    reviewer = open_as(served_city.reviewer, width=width, height=height)

    def look(page, path=""):
        page.goto(f"/reports/{report.pk}/{path}")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    look(reviewer)
    look(reporter)
    assert reporter.evaluate(WEIGHT) < 300_000
    served_city.fill(report, online=101)
    look(reporter)
    look(head, "?move=submit")
    served_city.fill(report)
    look(head, "?move=submit")
    served_city.move(report, Action.SUBMIT, by=served_city.head)
    look(head, "receipts/1/")
    look(reviewer, "?move=return")
    served_city.give_back(report)
    look(reporter)
    cell(reporter, "online").fill("x")
    reporter.keyboard.press("Enter")
    expect_state(reporter, "partly")
    assert Axe().run(reporter).response["violations"] == []


def test_a_cell_that_is_still_being_typed_is_not_sent_half_typed(report, page):
    held = []
    page.route("**/cells/", lambda route: held.append(route))  # noqa: PLW0108  (Playwright inspects what it calls)
    cell(page, "closed").fill("7")
    with page.expect_request("**/cells/"):
        page.keyboard.press("Shift+Enter")
    page.keyboard.type("12")
    held[0].continue_()
    expect_state(page, "waiting")
    page.unroute("**/cells/")
    page.keyboard.type("34")
    expect_state(page, "saved")

    assert stored(report) == {"closed": 7, "online": 1234}
    assert Value.objects.get(revision=report.current_id, item__code="online").edit == 1
