"""Directives on their screens: seen before they are published, certified and acknowledged, and counted as they are."""

import csv
import io
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from notifications.actions import directing
from notifications.models import Acknowledgement, Addressee, Directive, PassedOn
from notifications.pages.directives import CERTIFIED, UNREAD
from tests import office
from tests.city import NOW
from tests.notifications.test_directives import CERTIFIED as SAID
from tests.notifications.test_directives import draft, published


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "store"


def scan(name="danh-sach.pdf", data=office.PDF):
    return SimpleUploadedFile(name, data)


def address(name, directive, *more):
    return reverse(name, args=[directive.pk, *more])


def of(city, directive, unit="commune"):
    return Addressee.objects.get(directive=directive, unit=getattr(city, unit))


def certificate(one, **other):
    given = {"day": "2022-05-16", "way": "Họp", "people": "20", "of_people": "25", "file": scan(), **other}
    return {f"certificate-{one.pk}-{name}": value for name, value in given.items()}


# Publishing -----------------------------------------------------------------------------------------------------------

TYPED = {
    "number": "05/CT-UBND", "title": "Chỉ thị", "issuer": "UBND thành phố Hà Nội", "issued_on": "2022-05-10",
    "text": "Quán triệt.", "day": "2022-05-31", "hour": "",
}  # fmt: skip


def test_a_directive_is_a_draft_until_its_audience_was_seen_and_confirmed(city, signed_in):
    client = signed_in(city.inspector)
    kept = client.post(reverse("directive-new"), {**TYPED, "file": scan("chi-thi.pdf")})
    directive = Directive.objects.get()
    assert kept.url == address("directive-draft", directive)
    seen = client.post(kept.url, {"levels": ["commune"], "units": "syt, 001"})
    assert (seen.context["preview"]["units"], seen.context["preview"]["people"]) == (5, 11)
    assert city.department.name in seen.text
    assert not Addressee.objects.exists()
    assert client.post(kept.url, {"levels": ["commune"], "units": "syt, 001", "change": ""}).context["preview"] is None
    done = client.post(kept.url, {"levels": ["commune"], "units": "syt, 001", "confirm": ""})
    assert (done.url, directive.addressees.count()) == (address("directive", directive), 5)
    assert client.get(kept.url).url == done.url


@pytest.mark.parametrize(
    ("typed", "field"),
    [({}, "levels"), ({"units": "77777"}, "units"), ({"levels": ["city"]}, "levels")],
)
def test_an_audience_that_will_not_do_is_said_at_its_field(city, signed_in, typed, field):
    answer = signed_in(city.inspector).post(address("directive-draft", draft(city)), {**typed, "confirm": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"number": ""}, "number"),
        ({"issued_on": "2022-05-17"}, "issued_on"),
        ({"day": "2022-05-15"}, "day"),
        ({"file": scan("x.exe", b"MZ")}, "file"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_at_its_field(city, signed_in, other, field):
    answer = signed_in(city.inspector).post(reverse("directive-new"), {**TYPED, "file": scan(), **other})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert f'id="id_{field}_error"' in answer.text
    assert not Directive.objects.exists()


def test_a_draft_is_changed_and_discarded_by_who_publishes(city, signed_in):
    directive, client = draft(city), signed_in(city.administrator)
    form = client.get(address("directive-change", directive))
    assert form.context["form"].initial["day"].isoformat() == "2022-05-31"
    client.post(address("directive-change", directive), {**TYPED, "title": "Khác"})
    directive.refresh_from_db()
    assert (directive.title, directive.name) == ("Khác", "chi-thi.pdf")
    assert signed_in(city.observer).get(address("directive-draft", directive)).status_code == 404
    client.post(address("directive-draft", directive), {"discard": ""})
    assert not Directive.objects.exists()


# One's own part -------------------------------------------------------------------------------------------------------


def test_my_work_names_what_is_to_be_acknowledged_and_passed_on(city, signed_in):
    directive = published(city)
    link = f'href="{address("directive", directive)}"'
    assert link in signed_in(city.reporter).get("/").text
    assert link not in signed_in(city.approver).get("/").text
    signed_in(city.reporter).post(address("directive-acknowledge", directive))
    assert link not in signed_in(city.reporter).get("/").text
    signed_in(city.head).post(address("directive-acknowledge", directive))
    assert link in signed_in(city.head).get("/").text


def test_one_click_acknowledges_and_a_second_one_changes_nothing(city, signed_in):
    directive, client = published(city), signed_in(city.reporter)
    page = client.get(address("directive", directive))
    assert page.context["unacknowledged"]
    assert address("directive-acknowledge", directive) in page.text
    for _click in range(2):
        assert client.post(address("directive-acknowledge", directive)).url == address("directive", directive)
    assert Acknowledgement.objects.count() == 1
    assert not client.get(address("directive", directive)).context["unacknowledged"]


def test_a_head_certifies_and_what_is_wrong_is_said_at_its_field(city, signed_in):
    directive, client = published(city), signed_in(city.head)
    one = of(city, directive)
    path = address("directive-certify", directive, one.pk)
    refused = client.post(path, certificate(one, people="26", day="2022-05-17"))
    assert refused.status_code == 422
    for name in ("people", "day"):
        assert f'id="id_certificate-{one.pk}-{name}_error"' in refused.text
    assert client.post(path, certificate(one)).url == address("directive", directive)
    client.post(path, certificate(one, people="25"))
    page = client.get(address("directive", directive))
    ((shown, certificates, _form),) = page.context["mine"]
    assert (shown, [certified.people for certified in certificates]) == (one, [25, 20])


def test_a_reporter_sees_no_form_to_certify(city, signed_in):
    page = signed_in(city.reporter).get(address("directive", published(city)))
    assert page.context["mine"] == []
    assert "directive-certify" not in page.text


# Reading --------------------------------------------------------------------------------------------------------------


def certified(city):
    directive = published(city)
    said = directing.certify(of(city, directive), **SAID, by=city.head, at=NOW)
    return directive, said


def status(answer):
    """Its status, once it has been read to its end."""
    b"".join(answer.streaming_content if answer.streaming else ())
    return answer.status_code


def test_files_are_sent_to_be_saved_to_those_who_may_read_them(city, signed_in):
    directive, said = certified(city)
    answer = signed_in(city.sibling_reporter).get(address("directive-file", directive))
    assert b"".join(answer.streaming_content) == office.PDF
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "attachment" in answer["Content-Disposition"]
    path = address("directive-list", directive, said.pk)
    allowed = {
        person: status(signed_in(getattr(city, person)).get(path))
        for person in ("head", "district_head", "inspector", "observer", "sibling_head", "far_reviewer", "approver")
    }
    assert {person for person, answered in allowed.items() if answered == 200} == {
        "head", "district_head", "inspector", "observer",
    }  # fmt: skip
    assert set(allowed.values()) == {200, 404}


def test_units_and_people_are_filtered_and_exported_as_they_are_shown(city, signed_in):
    directive, _said = certified(city)
    client, path = signed_in(city.inspector), address("directive", directive)
    assert [line.addressee.unit.code for line in client.get(path).context["shown"]] == ["001", "271", "09619", "00004"]
    assert [one["count"] for one in client.get(path).context["tabs"]] == [4, 1, 10]
    narrowed = client.get(path, {"level": "commune", "q": "truc bach"})
    assert [line.addressee.unit for line in narrowed.context["shown"]] == [city.sibling]
    assert narrowed.context["covered"].units == 5
    alone = client.get(path, {"tab": UNREAD, "q": "truc bach"}, headers={"HX-Request": "true"})
    assert [post.user for post in alone.context["shown"]] == [city.sibling_head, city.sibling_reporter]
    assert "<html" not in alone.text
    sent = client.get(path, {"tab": CERTIFIED, "export": "csv"})
    _heads, row = csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig")))
    assert row[:2] == ["00001", city.commune.name]
    assert (row[6:8], row[10:]) == (["20", "25"], ["2", "0"])
    sent = client.get(path, {"tab": UNREAD, "level": "district", "export": "xlsx"})
    with ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as book:
        assert book.read("xl/worksheets/sheet1.xml").decode().count("<row") == 1 + 4


def test_the_list_counts_only_the_units_that_one_may_read(city, signed_in):
    directive, _said = certified(city)
    for person, counted in (("inspector", (5, 1)), ("district_head", (3, 1)), ("stranger", (1, 0))):
        ((one, _waits),) = signed_in(getattr(city, person)).get(reverse("directives")).context["lines"]
        assert (one, (one.units, one.certified)) == (directive, counted)
    assert not signed_in(city.approver).get(reverse("directives")).context["lines"]
    assert not signed_in(city.reporter).get(reverse("directives"), {"q": "nothing"}).context["lines"]


@pytest.mark.parametrize("path", ["directives", "directive"])
def test_the_questions_asked_do_not_grow_with_what_is_shown(city, signed_in, django_assert_max_num_queries, path):
    directive, _said = certified(city)
    other = draft(city, number="2/CT")
    directing.publish(other, ["department", "commune"], [], by=city.inspector, at=NOW)
    client = signed_in(city.inspector)
    with django_assert_max_num_queries(12):
        client.get(reverse(path, args=[directive.pk] if path == "directive" else []))


# In the browser -------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_from_publishing_to_coverage_in_the_browser(served_city, open_as, tmp_path):
    city = served_city
    file = tmp_path / "chi-thi.pdf"
    file.write_bytes(office.PDF)
    page = open_as(city.inspector)
    page.goto("/directives/new/")
    for name, value in TYPED.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=file]").set_input_files(file)
    page.locator(".after-fields button").click()
    page.locator("input[value=commune]").check()
    page.locator(".after-fields button").click()
    page.locator("button[name=confirm]").click()
    page.locator("#tab-waiting .count").wait_for()
    assert page.locator("#tab-waiting .count").inner_text() == "3"
    path = page.url

    head = open_as(city.head)
    head.goto("/")
    head.locator(f'.dues a[href="{path.partition("//")[2].partition("/")[2].join(["/", ""])}"]').click()
    one = Addressee.objects.get(unit=city.commune)
    for name, value in (("day", "2022-05-16"), ("people", "20"), ("of_people", "25"), ("way", "Họp toàn thể")):
        head.locator(f"[name=certificate-{one.pk}-{name}]").fill(value)
    head.locator(f"[name=certificate-{one.pk}-file]").set_input_files(file)
    head.locator(f"#unit-{one.pk} form .button.primary").click()
    head.locator(".certificates li").wait_for()

    reporter = open_as(city.reporter)
    reporter.goto(path)
    reporter.locator("#acknowledge").click()
    reporter.locator(".messages .success").wait_for()
    assert reporter.locator("#acknowledge").count() == 0

    page.goto(path)
    assert [page.locator(f"#tab-{tab} .count").inner_text() for tab in ("waiting", "certified", "unread")] == [
        *("2", "1", "5")
    ]
    page.locator("#tab-certified").click()
    page.get_by_text("20/25").first.wait_for()
    assert (PassedOn.objects.count(), Acknowledgement.objects.get().person) == (1, city.reporter)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_directives(served_city, open_as, width, height):
    city = served_city
    directive, _said = certified(city)
    other = draft(city, number="2/CT")

    def look(page):
        found = Axe().run(page).response["violations"]
        assert [(page.url, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    page = open_as(city.inspector, width=width, height=height)
    for path in (
        reverse("directives"), address("directive", directive), reverse("directive-new"),
        address("directive", directive) + f"?tab={UNREAD}", address("directive", directive) + f"?tab={CERTIFIED}",
        address("directive-draft", other),
    ):  # fmt: skip
        page.goto(path)
        look(page)
    page.locator("input[value=commune]").check()
    page.locator(".after-fields button").click()
    page.locator("button[name=confirm]").wait_for()
    look(page)
    head = open_as(city.sibling_head, width=width, height=height)
    for path in ("/", address("directive", directive)):
        head.goto(path)
        look(head)
