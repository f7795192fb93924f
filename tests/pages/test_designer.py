"""The designer in Chromium: a form is made from nothing, tried, put into force, opened, filled in and submitted."""

import json
import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.admin.models import LogEntry
from playwright.sync_api import expect

from reports.actions import designing, opening
from reports.actions.designing import design_of
from reports.models import Form, FormVersion, Indicator, Report
from tests.city import NOW

pytestmark = pytest.mark.browser

QUIET = ["#trial:not(.htmx-request)"]


def look(page, width):
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def field(scope, name):
    return scope.locator(f"[name$='.{name}']").first


def add_item(page, section, **fields):
    """Add an item at the end of a section and type into its fields."""
    section.get_by_role("button", name=words("Add an item")).click()
    card = section.locator("[data-list]").last.locator("> [data-card]").last
    expect(field(card, "title")).to_be_focused()
    for name, value in fields.items():
        if name.startswith("new_") and not field(card, "new_name").is_visible():
            card.locator("details.new > summary").click()
        if name in {"kind", "new_space_fold", "new_time_fold"}:
            field(card, name).select_option(value)
        else:
            field(card, name).fill(value)
    return card


def words(text):
    """What the screen says, in whatever language it stands now."""
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override("vi"):
        return gettext(text)


@pytest.fixture
def draft(served_city):
    """A draft of BM-02's next version."""
    return designing.new_version(served_city.form, copy_of=served_city.version, by=served_city.administrator, at=NOW)


def test_a_form_is_made_from_nothing_and_answered(served_city, open_as, at):
    city = served_city
    page = open_as(city.administrator)
    page.goto("/admin/reports/form/add/")
    page.locator("[name=code]").fill("BM-08")
    page.locator("[name=title]").fill("Báo cáo chuyển đổi số hằng tháng")
    page.locator("[name=owner]").select_option(label="Sở Thông tin và Truyền thông")
    page.locator("[name=stand_in]").select_option(label="Văn phòng Ủy ban nhân dân Thành phố")
    page.locator("[name=_save]").click()
    page.wait_for_url("**/change/")

    page.locator("[name='version.window_rule']").select_option("calendar")
    page.locator("[name='respondents.commune.answers']").check()
    page.locator("[name='respondents.commune.working_days']").fill("3")
    page.get_by_role("button", name=words("Add a section")).click()
    section = page.locator(".card.section")
    field(section, "title").fill("Số liệu trong tháng")
    for code, name in (("online", "Hồ sơ trực tuyến"), ("paper", "Hồ sơ giấy")):
        add_item(page, section, code=code, indicator=f"dossiers_{code}", new_name=name, new_unit_of_measure="hồ sơ")
    add_item(
        page,
        section,
        code="received",
        formula="online + papers",
        indicator="dossiers_received",
        new_name="Hồ sơ tiếp nhận",
        new_unit_of_measure="hồ sơ",
    )
    page.get_by_role("button", name=words("Add a rule")).click()
    rule = page.locator("section[aria-labelledby=rules] [data-card]")
    for name, value in {
        "left": "online",
        "right": "received",
        "message": "Hồ sơ trực tuyến không thể nhiều hơn hồ sơ tiếp nhận.",
        "code": "online_within",
    }.items():
        field(rule, name).fill(value)

    page.get_by_role("button", name=words("Save the draft")).click()
    wrong = page.locator(".card.section .error-text")
    expect(wrong).to_contain_text("papers")
    assert field(page.locator(".card.section [data-card]").nth(1), "new_name").input_value() == "Hồ sơ giấy"
    assert not Indicator.objects.filter(code="dossiers_online").exists()
    field(page.locator(".card.section [data-card]").nth(2), "formula").fill("online + paper")

    # The trial: the deadlines, what is computed, and what a rule says.
    expect(page.locator("#trial .notice.success")).to_be_visible()
    expect(page.locator("#trial table").first).to_contain_text("03/06/2022")
    page.locator("#cell-online").fill("12")
    page.locator("#cell-paper").fill("30")
    page.locator("#cell-paper").press("Tab")
    expect(page.locator("#cell-received")).to_have_text("42")

    page.locator("[name=do][value=force]").click()
    page.wait_for_url("**/force/")
    page.locator("[name=period]").first.fill("2022-05")
    page.get_by_role("button", name=words("Show what that does")).click()
    page.locator("[name=confirm]").click()
    expect(page.locator(".messages")).to_contain_text("2022-05")
    version = FormVersion.objects.get(form__code="BM-08")
    assert version.valid.lower == date(2022, 5, 1)

    opening.open_due_periods(at=NOW)
    at.set(NOW.replace(month=6, day=1))
    report = Report.objects.get(form=version.form, unit=city.commune)
    page = open_as(city.reporter)
    page.goto(f"/reports/{report.pk}/")
    for code, number in (("online", "12"), ("paper", "30")):
        page.locator(f"#cell-{code}").fill(number)
        page.keyboard.press("Enter")
    expect(page.locator("#cell-received")).to_have_text("42")
    expect(page.locator("#state")).to_have_attribute("data-state", "saved")
    page = open_as(city.head)
    page.goto(f"/reports/{report.pk}/")
    page.locator("a[data-move]").first.click()
    page.locator("#move button.primary").click()
    page.wait_for_url("**/receipts/**")
    report.refresh_from_db()
    assert report.status == "submitted"
    assert dict(report.current.values.values_list("item__code", "number"))["received"] == 42


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_the_designers_pages(served_city, open_as, draft, width, height):
    page = open_as(served_city.administrator, width=width, height=height)
    key = draft.pk
    for path in (
        f"formversion/{key}/change/",
        f"formversion/{key}/force/",
        f"formversion/{key}/force/?period=2022-05",
        f"formversion/{key}/discard/",
        f"formversion/{key}/compare/",
        f"formversion/{served_city.version.pk}/change/",
        f"formversion/{served_city.version.pk}/retire/",
        f"form/{served_city.form.pk}/change/",
        "form/add/",
        "form/take-in/",
        "form/",
        "formversion/?state=draft",
    ):
        page.goto(f"/admin/reports/{path}")
        look(page, width)
    page.goto(f"/admin/reports/formversion/{key}/change/")
    for card in page.locator(".card.section .card summary:visible").all()[:3]:
        card.click()
    page.locator("[name='version.title']").fill("")
    page.locator("[name=do][value=save]").first.click()
    expect(page.locator(".error-text").first).to_be_visible()
    look(page, width)


def codes(page):
    return [one.get_attribute("value") for one in page.locator(".card.section").first.locator("[name$='.code']").all()]


def test_items_are_put_in_order_by_keyboard_and_by_drag_and_a_removed_one_comes_back(served_city, open_as, draft):
    page = open_as(served_city.administrator)
    page.goto(f"/admin/reports/formversion/{draft.pk}/change/")
    cards = page.locator(".card.section").first.locator(".card")
    assert codes(page)[:2] == ["documents_out", "documents_out_signed"]
    down = cards.nth(0).locator("[data-move=down]")
    down.focus()
    page.keyboard.press("Enter")
    expect(cards.nth(1).locator("[data-move=down]")).to_be_focused()
    assert codes(page)[:2] == ["documents_out_signed", "documents_out"]
    cards.nth(3).locator(".grip").drag_to(cards.nth(0), target_position={"x": 200, "y": 4})
    assert codes(page)[0] == "documents_in_electronic"
    cards.nth(1).locator("[data-move=remove]").click()
    expect(cards.nth(1).locator("[data-undo]")).to_be_focused()
    page.keyboard.press("Enter")
    cards.nth(3).locator("[data-move=remove]").click()
    page.get_by_role("button", name=words("Save the draft")).click()
    expect(page.locator(".error-text, .messages .success").first).to_be_visible()
    items = [one["code"] for one in design_of(draft)["sections"][0]["items"]]
    assert items == ["documents_in_electronic", "documents_out_signed", "documents_out"]


def test_the_designer_works_without_scripts(served_city, open_as, draft):
    page = open_as(served_city.administrator, scripts=False)
    page.goto(f"/admin/reports/formversion/{draft.pk}/change/")
    cards = page.locator(".card.section").first.locator(".card")
    cards.nth(1).locator("[data-move=up]").click()
    assert codes(page)[:2] == ["documents_out_signed", "documents_out"]
    page.locator("[value='add:rules']").click()
    rule = page.locator("section[aria-labelledby=rules] [data-card]").last
    for name, value in {"left": "online", "right": "0", "message": "Phải có.", "code": "odd"}.items():
        field(rule, name).fill(value)
    field(rule, "operator").select_option("<")
    page.locator("[value=save]").click()
    expect(page.locator(".of-left .error-text")).to_have_count(1)
    field(page.locator("section[aria-labelledby=rules] [data-card]").last, "operator").select_option(">=")
    page.locator("[value=save]").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert draft.rules.count() == 3
    assert design_of(draft)["sections"][0]["items"][0]["code"] == "documents_out_signed"


def test_versions_are_compared_copied_and_taken_out_as_files(served_city, signed_in, draft):
    client = signed_in(served_city.administrator)
    design = design_of(draft)
    design["version"]["title"] = "Tên mới"
    design["sections"][0]["items"].pop(0)
    design["rules"] = [one for one in design["rules"] if one["code"] != "signed_within_out"]
    designing.save_draft(draft, design, by=served_city.administrator, at=NOW)
    compared = client.get(f"/admin/reports/formversion/{draft.pk}/compare/")
    assert [(one.tone, one.what.partition(" ")[0]) for one in compared.context["differences"]]
    tones = [one.tone for one in compared.context["differences"]]
    assert tones.count("removed") == 2
    assert "Tên mới" in compared.content.decode()
    file = client.get(f"/admin/reports/formversion/{draft.pk}/file/")
    held = json.loads(file.content)
    assert (held["version"]["title"], "from" in held["version"]) == ("Tên mới", False)
    copied = client.post(f"/admin/reports/formversion/{served_city.version.pk}/copy/")
    newest = FormVersion.objects.order_by("-pk").first()
    assert (copied.url, newest.number) == (f"/admin/reports/formversion/{newest.pk}/change/", 3)
    client.post(f"/admin/reports/formversion/{newest.pk}/discard/")
    assert not FormVersion.objects.filter(pk=newest.pk).exists()
    assert client.post(f"/admin/reports/formversion/{served_city.version.pk}/discard/").status_code == 302
    assert FormVersion.objects.filter(pk=served_city.version.pk).exists()


def test_what_is_done_to_a_form_stays_among_its_changes(served_city, signed_in, draft):
    client = signed_in(served_city.administrator)
    address = f"/admin/reports/formversion/{draft.pk}"
    drawing = client.get(f"{address}/change/").context["drawing"]
    client.post(f"{address}/change/", {name: drawing.posted.getlist(name)[-1] for name in drawing.posted})
    client.post(f"{address}/force/", {"period": "2022-07", "confirm": "yes"})
    client.post(f"{address}/retire/", {"period": "2022-09"})
    entries = LogEntry.objects.filter(user=served_city.administrator, object_id=str(served_city.form.pk))
    said = [entry.get_change_message() for entry in entries.order_by("pk")]
    assert said == [
        words("The draft was saved."),
        words("The version is in force from the period %(period)s.") % {"period": "2022-07"},
        words("The version ends with the period %(period)s.") % {"period": "2022-09"},
    ]
    assert {entry.action_time.date() for entry in entries} == {NOW.date()}
    shown = client.get(f"/admin/reports/form/{served_city.form.pk}/history/").content.decode()
    assert said[1] in shown


def test_an_item_is_called_by_its_indicator_where_it_has_no_title(served_city, signed_in, draft):
    client = signed_in(served_city.administrator)
    drawing = client.get(f"/admin/reports/formversion/{draft.pk}/change/").context["drawing"]
    assert drawing.items[0].heading == "Văn bản đi"
    design = design_of(draft)
    design["sections"][0]["items"].pop(0)
    design["rules"] = []
    designing.save_draft(draft, design, by=served_city.administrator, at=NOW)
    found = client.get(f"/admin/reports/formversion/{draft.pk}/compare/").context["differences"]
    assert next(one.what for one in found if one.tone == "removed").endswith("“Văn bản đi”")


def test_a_file_comes_in_as_a_draft_and_a_wrong_one_is_refused_in_words(served_city, signed_in, draft, tmp_path):
    client = signed_in(served_city.administrator)
    held = client.get(f"/admin/reports/formversion/{draft.pk}/file/").content
    for content, taken in ((b"no json", False), (b"[1]", False), (held, True)):
        path = tmp_path / "form.json"
        path.write_bytes(content)
        with path.open("rb") as file:
            answer = client.post("/admin/reports/form/take-in/", {"file": file})
        assert answer.status_code == (302 if taken else 200)
        if not taken:
            assert answer.context["form"].errors["file"]
    assert Form.objects.get(code="BM-02").versions.count() == 3


def test_a_stale_page_says_that_another_has_saved(served_city, signed_in, draft):
    client = signed_in(served_city.administrator)
    page = client.get(f"/admin/reports/formversion/{draft.pk}/change/")
    drawing = page.context["drawing"]
    sent = {**{name: drawing.posted.getlist(name)[-1] for name in drawing.posted}, "seen": page.context["seen"]}
    address = f"/admin/reports/formversion/{draft.pk}/change/"
    assert client.post(address, sent | {"version.title": "Một"}).status_code == 302
    answer = client.post(address, sent | {"version.title": "Hai"})
    assert answer.status_code == 200
    assert answer.context["drawing"].terms["title"].value() == "Hai"
    draft.refresh_from_db()
    assert draft.title == "Một"
    again = client.post(address, sent | {"version.title": "Hai", "seen": answer.context["seen"]})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version.superior_days", "vài"),
        ("version.kind", "none"),
        ("version.week_starts_on", "9"),
        ("respondents.commune.due_time", "25:61"),
        ("respondents.commune.working_days", "-1"),
        ("sections.0.items.0.kind", "number; drop"),
        ("sections.0.items.0.code", "\x00"),
        ("sections.x.items.0.code", "stray"),
        ("rules.0.operator", "~"),
        ("version.change_percent", "99999"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_saved(served_city, signed_in, draft, name, value):
    client = signed_in(served_city.administrator)
    address = f"/admin/reports/formversion/{draft.pk}/change/"
    drawing = client.get(address).context["drawing"]
    sent = {key: drawing.posted.getlist(key)[-1] for key in drawing.posted} | {name: value}
    before = design_of(draft)
    answer = client.post(address, sent)
    assert answer.status_code == 200
    assert re.search(r'class="error-text"', answer.content.decode())
    assert design_of(draft) == before
    assert client.post(f"/admin/reports/formversion/{draft.pk}/trial/", sent).status_code == 200
