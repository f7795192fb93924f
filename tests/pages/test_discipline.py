"""Discipline on the screens: the standing list, one lapse, the record of a unit, and the documents made of them."""

import csv
import io
import re
import zipfile
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from reports.actions import deadlines
from reports.actions.discipline import explaining, listing, proposing, recording
from reports.courses import State
from reports.models import Explanation, Lapse, Objection, Period, Proposal, Ruling, StandingList
from tests.city import VIETNAM
from tests.office import PDF

pytestmark = pytest.mark.django_db


def may(day, hour=8):
    return datetime(2022, 5, day, hour, tzinfo=VIETNAM)


JUNE = datetime(2022, 6, 1, 8, tzinfo=VIETNAM)
MONTH = JUNE.date().replace(month=5)


@pytest.fixture
def lapsed(city, at, settings, tmp_path):
    """The city on the morning of 18 May: nobody but the sibling has filed May, and lapses are asked about."""
    settings.ATTACHMENTS_ROOT = tmp_path / "files"
    city.submit(city.report_of(city.sibling))
    recording.record(at=may(17, 9))
    recording.record(at=may(18, 7))
    at.set(may(18))
    return city


def lapse_of(unit, code="2022-05"):
    return Lapse.objects.select_related("report").get(unit=unit, report__period__code=code)


def shown(client, **asked):
    return client.get(reverse("discipline"), {"month": "2022-05", **asked}).context


def units(seen, part="lines"):
    return {row.line.unit.code for row in seen[part]}


def lapse_page(unit, code="2022-05"):
    return reverse("lapse", args=[lapse_of(unit, code).pk])


def explained(unit, by, code="2022-05"):
    return explaining.explain(lapse_of(unit, code), cause="not_signed", text="Lãnh đạo đi công tác.", by=by, at=may(18))


@pytest.fixture
def issued(lapsed, at):
    """The list of May, issued on 3 June."""
    kept = listing.announce(MONTH, by=lapsed.inspector, at=JUNE)
    at.set(JUNE + timedelta(hours=49))
    return listing.issue(kept, by=lapsed.inspector, at=JUNE + timedelta(hours=49))


# The standing list ----------------------------------------------------------------------------------------------------


def test_an_inspector_sees_every_unit_and_others_their_own(lapsed, signed_in):
    everyone = units(shown(signed_in(lapsed.inspector)))
    assert {"00001", "09619"} <= everyone
    assert units(shown(signed_in(lapsed.head))) == {"00001"}
    assert units(shown(signed_in(lapsed.district_head))) == {"00001"}
    assert {"00001", "09619"} <= units(shown(signed_in(lapsed.approver)))
    assert {"00001", "09619"} <= units(shown(signed_in(lapsed.observer)))


def test_the_month_in_figures_counts_what_was_due_in_it(lapsed, signed_in):
    counts = shown(signed_in(lapsed.inspector))["counts"]
    assert counts.on_time >= 1
    assert counts.due == counts.on_time + counts.late + counts.missing
    assert 0 < counts.on_time_share < 1


def test_the_figures_follow_the_unit_and_the_form_and_say_so(lapsed, signed_in):
    client = signed_in(lapsed.inspector)
    counts = shown(client)["counts"]
    assert counts == shown(client, form="BM-02")["counts"] == shown(client, kind="review", status="excused")["counts"]
    other = shown(client, form="BM-99")["counts"]
    assert (other.due, other.missing, other.excluded) == (0, 0, 0)
    assert shown(client, unit="phuc xa", form="BM-02")["counts"].missing == 1
    said = 'id="counts-lead"'
    page = reverse("discipline")
    assert said in client.get(page, {"form": "BM-02"}).text
    assert said not in client.get(page).text


def test_the_list_as_of_the_day_of_the_deadline_is_empty(lapsed, signed_in):
    client = signed_in(lapsed.inspector)
    assert units(shown(client, as_of="2022-05-16")) == set()
    assert "00001" in units(shown(client, as_of="2022-05-17"))
    assert shown(client, as_of="2022-05-17")["stage"] is None


@pytest.mark.parametrize("wrong", [{"as_of": "2022-13-45"}, {"as_of": "2032-01-01"}, {"status": "x"}, {"sort": "x"}])
def test_what_the_address_asks_in_vain_is_left_out(lapsed, signed_in, wrong):
    assert "00001" in units(shown(signed_in(lapsed.inspector), **wrong))


@pytest.mark.parametrize("month", ["2022-99", "", "x" * 200, "1022-01", "\0"])
def test_a_month_that_is_none_is_the_present_one(lapsed, signed_in, month):
    assert signed_in(lapsed.head).get(reverse("discipline"), {"month": month}).context["wanted"].month == "2022-05"


def test_filters_narrow_the_list_and_stay_in_the_address(lapsed, signed_in):
    client = signed_in(lapsed.inspector)
    assert units(shown(client, unit="phuc xa")) == {"00001"}
    assert units(shown(client, unit="ba dinh")) == {"00001"}  # with the communes beneath it
    assert units(shown(client, form="BM-99")) == set()
    assert units(shown(client, kind="review")) == set()
    assert "00001" in units(shown(client, status=State.TO_EXPLAIN))
    assert units(shown(client, status=State.EXCUSED)) == set()
    page = client.get(reverse("discipline"), {"month": "2022-05", "unit": "phuc xa"}).content.decode()
    assert re.search(r'href="[^"]*month=2022-05&amp;unit=phuc\+xa&amp;sort=days"', page)


def test_the_list_is_sorted_by_days(lapsed, signed_in):
    days = [row.line.days for row in shown(signed_in(lapsed.inspector), sort="-days")["lines"]]
    assert days == sorted(days, reverse=True)


def test_what_is_excluded_by_rule_stands_apart_with_its_reason(lapsed, signed_in):
    deadlines.grant_extension(
        lapsed.form, Period.objects.get(code="2022-05"), unit=lapsed.commune, until=may(30), reason="Mưa lũ",
        document="12/TB", by=lapsed.approver, at=may(18),
    )  # fmt: skip
    seen = shown(signed_in(lapsed.inspector))
    assert "00001" not in units(seen)
    (row,) = seen["excluded"]
    assert (row.line.unit.code, "12/TB" in row.excluded_words) == ("00001", True)
    assert seen["counts"].excluded == 1


def test_reviewing_units_are_read_where_they_are_asked_for_and_each_reads_its_own(lapsed, signed_in, at):
    at.set(may(24))  # the district keeps the sibling's report
    asked = reverse("discipline") + "?month=2022-05&amp;reviewers=1"

    def reviewers(person):
        return {one.unit.code for one in shown(signed_in(person), reviewers=1)["reviewing"]}

    assert asked in signed_in(lapsed.inspector).get(reverse("discipline"), {"month": "2022-05"}).text
    assert shown(signed_in(lapsed.inspector))["reviewing"] == []
    assert reviewers(lapsed.inspector) == reviewers(lapsed.approver) == reviewers(lapsed.district_head) == {"001"}
    assert reviewers(lapsed.far_reviewer) == set()
    assert 'id="reviewers"' not in signed_in(lapsed.head).get(asked.replace("&amp;", "&")).text


def test_what_is_shown_is_had_as_files_without_formulas(lapsed, signed_in):
    explaining.explain(lapse_of(lapsed.commune), cause="other", text="=HYPERLINK(1)", by=lapsed.head, at=may(18))
    client = signed_in(lapsed.inspector)
    answer = client.get(reverse("discipline"), {"month": "2022-05", "unit": "00001", "export": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert (len(rows), rows[1][0], rows[1][12]) == (2, "00001", "'=HYPERLINK(1)")
    book = client.get(reverse("discipline"), {"month": "2022-05", "export": "xlsx"})
    assert zipfile.ZipFile(io.BytesIO(book.getvalue())).testzip() is None


def test_the_list_is_asked_with_no_more_queries_for_more_lapses(lapsed, signed_in, django_assert_max_num_queries):
    client = signed_in(lapsed.inspector)
    with django_assert_max_num_queries(36):
        assert len(shown(client)["lines"]) >= 2


# Announcing and issuing -----------------------------------------------------------------------------------------------


def test_a_list_is_announced_once_its_month_is_over_and_issued_after_48_hours(lapsed, signed_in, at):
    client = signed_in(lapsed.inspector)
    assert not shown(client)["stage"].may_announce
    at.set(JUNE)
    assert shown(client)["stage"].may_announce
    assert not StandingList.objects.exists()
    assert client.post(reverse("discipline"), {"month": "2022-05", "do": "announce"}).status_code == 302
    assert not shown(client)["stage"].may_issue
    client.post(reverse("discipline"), {"month": "2022-05", "do": "issue"})
    assert StandingList.objects.get().issued_at is None
    at.set(JUNE + timedelta(hours=49))
    assert shown(client)["stage"].may_issue
    client.post(reverse("discipline"), {"month": "2022-05", "do": "issue"})
    assert StandingList.objects.get().issued_at is not None


def test_nobody_but_an_inspector_is_offered_to_announce_or_may(lapsed, signed_in, at):
    at.set(JUNE)
    client = signed_in(lapsed.approver)
    assert not shown(client)["stage"].may_announce
    assert client.post(reverse("discipline"), {"month": "2022-05", "do": "announce"}).status_code == 403
    assert client.post(reverse("discipline"), {"month": "5/2022", "do": "announce"}).status_code == 400


def test_the_bulletin_is_a_document_by_the_decree(issued, lapsed, signed_in):
    client = signed_in(lapsed.inspector)
    answer = client.get(reverse("standing-list", args=[issued.pk, "pdf"]))
    assert answer.content.startswith(b"%PDF")
    word = client.get(reverse("standing-list", args=[issued.pk, "docx"]))
    text = text_of(word.content)
    assert "Phường Phúc Xá" in text
    assert issued.sha256 in text
    assert client.get(reverse("standing-list", args=[issued.pk, "exe"])).status_code == 404
    assert signed_in(lapsed.head).get(reverse("standing-list", args=[issued.pk, "pdf"])).status_code == 403


def text_of(document):
    """The text of a DOCX, each part of which must be XML."""
    book = zipfile.ZipFile(io.BytesIO(document))
    for name in book.namelist():
        ElementTree.fromstring(book.read(name))  # noqa: S314  (our own)
    return " ".join(ElementTree.fromstring(book.read("word/document.xml")).itertext())  # noqa: S314


# One lapse ------------------------------------------------------------------------------------------------------------


def test_a_head_explains_with_evidence_that_only_readers_of_the_lapse_get(lapsed, signed_in):
    client, page = signed_in(lapsed.head), lapse_page(lapsed.commune)
    assert set(client.get(page).context["forms"]) == {"explain"}
    sent = {"do": "explain", "explain-cause": "not_signed", "explain-text": "Lãnh đạo đi công tác."}
    answer = client.post(page, sent | {"explain-file": SimpleUploadedFile("cong-van.pdf", PDF)})
    assert answer.status_code == 302
    said = Explanation.objects.get()
    assert (said.name, said.by) == ("cong-van.pdf", lapsed.head)
    file = reverse("evidence", args=[said.lapse_id, said.pk])
    assert signed_in(lapsed.approver).get(file).getvalue() == PDF
    assert signed_in(lapsed.far_head).get(file).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"explain-cause": ""}, "cause"),
        ({"explain-text": ""}, "text"),
        ({"explain-text": "   "}, "text"),
        ({"explain-file": SimpleUploadedFile("may.exe", b"MZ\x90\x00")}, "file"),
    ],
)
def test_what_is_wrong_with_an_explanation_is_said_at_its_field_and_nothing_typed_is_lost(
    lapsed, signed_in, changed, field
):
    sent = {"do": "explain", "explain-cause": "network", "explain-text": "Mất điện cả ngày."}
    answer = signed_in(lapsed.head).post(lapse_page(lapsed.commune), sent | changed)
    assert answer.status_code == 422
    assert list(answer.context["forms"]["explain"].errors) == [field]
    page = answer.content.decode()
    assert f'id="id_explain-{field}_error"' in page
    assert field == "text" or "Mất điện cả ngày." in page
    assert field == "cause" or '<option value="network" selected>' in page
    assert not Explanation.objects.exists()


def test_who_is_not_concerned_is_offered_nothing_and_may_nothing(lapsed, signed_in):
    page = lapse_page(lapsed.commune)
    for person in (lapsed.reporter, lapsed.district_head, lapsed.observer, lapsed.approver, lapsed.inspector):
        assert signed_in(person).get(page).context["forms"] == {}
    sent = {"do": "explain", "explain-cause": "network", "explain-text": "Mất điện."}
    assert signed_in(lapsed.reporter).post(page, sent).status_code == 403
    assert signed_in(lapsed.far_head).post(page, sent).status_code == 404
    assert signed_in(lapsed.head).post(page, {"do": "nothing"}).status_code == 400


def test_the_owner_excuses_one_and_not_another(lapsed, signed_in):
    explained(lapsed.commune, lapsed.head)
    explained(lapsed.far_commune, lapsed.far_head)
    client = signed_in(lapsed.approver)
    for unit, excused in ((lapsed.commune, "yes"), (lapsed.far_commune, "no")):
        sent = {"do": "rule", "rule-excused": excused, "rule-reason": "Đã xem xét."}
        assert client.post(lapse_page(unit), sent).status_code == 302
    assert [one.excused for one in Ruling.objects.order_by("pk")] == [True, False]
    seen = {row.line.unit.code: row.state for row in shown(client)["lines"]}
    assert (seen["00001"], seen["09619"]) == (State.EXCUSED, State.NOT_EXCUSED)
    assert shown(client)["counts"].excused == 1
    assert signed_in(lapsed.head).get(lapse_page(lapsed.commune)).context["forms"] == {}


def test_a_ruling_without_a_reason_is_refused_at_its_field(lapsed, signed_in):
    explained(lapsed.commune, lapsed.head)
    answer = signed_in(lapsed.approver).post(lapse_page(lapsed.commune), {"do": "rule", "rule-excused": "yes"})
    assert (answer.status_code, list(answer.context["forms"]["rule"].errors)) == (422, ["reason"])
    assert 'value="yes" id="id_rule-excused_0" checked' in re.sub(r' (required|aria-[a-z]+="[^"]*")', "", answer.text)


def test_the_stand_in_rules_on_the_owners_own_lapse(lapsed, signed_in):
    explained(lapsed.owner, lapsed.owner_head, "2022-04")
    page = lapse_page(lapsed.owner, "2022-04")
    assert "rule" not in signed_in(lapsed.approver).get(page).context["forms"]
    assert "rule" in signed_in(lapsed.stand_in_approver).get(page).context["forms"]


def test_a_fact_is_objected_to_within_48_hours_and_answered_before_the_list_is_issued(lapsed, signed_in, at):
    kept = listing.announce(MONTH, by=lapsed.inspector, at=JUNE)
    at.set(JUNE + timedelta(hours=1))
    page = lapse_page(lapsed.commune)
    head = signed_in(lapsed.head)
    assert "object" in head.get(page).context["forms"]
    assert head.post(page, {"do": "object", "object-text": "Đã gửi bản giấy ngày 16/5."}).status_code == 302
    assert "object" not in head.get(page).context["forms"]
    inspector = signed_in(lapsed.inspector)
    assert shown(inspector)["stage"].objections == 1
    assert units(shown(inspector, status="contested")) == {"00001"}
    sent = {"do": "answer", "answer-upheld": "yes", "answer-answer": "Đã đối chiếu sổ văn thư."}
    assert inspector.post(page, sent).status_code == 302
    assert Objection.objects.get().upheld
    assert {row.line.unit.code: row.state for row in shown(inspector)["lines"]}["00001"] == State.SET_ASIDE
    at.set(JUNE + timedelta(hours=49))
    far = signed_in(lapsed.far_head).get(lapse_page(lapsed.far_commune))
    assert "object" not in far.context["forms"]
    listing.issue(kept, by=lapsed.inspector, at=JUNE + timedelta(hours=49))


# The record of a unit -------------------------------------------------------------------------------------------------


def test_the_record_shows_twelve_months_by_form_and_the_lapses(lapsed, signed_in):
    seen = signed_in(lapsed.head).get(reverse("discipline-unit", args=[lapsed.commune.pk])).context
    assert len(seen["columns"]) == 12
    ((form, cells),) = seen["lines"]
    assert form.code == "BM-02"
    assert [mark.period for marks in cells for mark in marks] == ["2022-05", "2022-04"]
    assert [one.lapse for one in seen["lapses"]] == [lapse_of(lapsed.commune), lapse_of(lapsed.commune, "2022-04")]
    assert seen["propose"] is None
    assert signed_in(lapsed.far_head).get(reverse("discipline-unit", args=[lapsed.commune.pk])).status_code == 404


def test_only_lapses_of_issued_lists_that_count_are_offered_and_none_is_chosen(issued, lapsed, signed_in):
    seen = signed_in(lapsed.inspector).get(reverse("discipline-unit", args=[lapsed.commune.pk])).context
    assert [one.told.lapse for one in seen["offered"]] == [lapse_of(lapsed.commune)]
    assert not any("checked" in str(one.box.tag()) for one in seen["offered"])
    assert seen["propose"]["measure"].value() is None


def test_a_proposal_goes_from_draft_to_the_chairs_decision(issued, lapsed, signed_in):
    client, page = signed_in(lapsed.inspector), reverse("discipline-unit", args=[lapsed.commune.pk])
    sent = {"do": "propose", "propose-measure": "criticise", "propose-reason": "Chậm nhiều lần."}
    answer = client.post(page, sent)
    assert (answer.status_code, list(answer.context["propose"].errors)) == (422, ["lapses"])
    assert "Chậm nhiều lần." in answer.text
    assert client.post(page, sent | {"propose-lapses": [lapse_of(lapsed.commune).pk]}).status_code == 302
    one = Proposal.objects.get()
    text = text_of(client.get(reverse("proposal", args=[one.pk, "docx"])).content)
    assert "Phường Phúc Xá" in text
    assert "Chậm nhiều lần." in text
    assert client.get(reverse("proposal", args=[one.pk, "pdf"])).content.startswith(b"%PDF")
    assert signed_in(lapsed.head).get(reverse("proposal", args=[one.pk, "docx"])).status_code == 403
    sent = {"do": "send", "proposal": one.pk, "send-number": "", "send-day": "2022-06-03"}
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert [list(each.form.errors) for each in answer.context["proposals"]] == [["number"]]
    assert client.post(page, sent | {"send-number": "45/TTr-VP"}).status_code == 302
    sent = {"do": "decide", "proposal": one.pk, "decide-measure": "remind", "decide-number": "99/QĐ-UBND"}
    assert client.post(page, sent | {"decide-day": "2022-06-30"}).status_code == 422  # a day to come
    assert client.post(page, sent | {"decide-day": "2022-06-03"}).status_code == 302
    one.refresh_from_db()
    assert (one.decided, one.decision_number) == ("remind", "99/QĐ-UBND")
    assert "99/QĐ-UBND" in signed_in(lapsed.head).get(page).text


def test_a_unit_reads_no_proposal_before_it_is_decided(issued, lapsed, signed_in):
    proposing.propose(
        lapsed.commune, [lapse_of(lapsed.commune)], measure="remind", reason="Chậm.", by=lapsed.inspector,
        at=JUNE + timedelta(hours=49),
    )  # fmt: skip
    page = reverse("discipline-unit", args=[lapsed.commune.pk])
    assert signed_in(lapsed.head).get(page).context["proposals"] == []
    assert signed_in(lapsed.head).post(page, {"do": "propose"}).status_code == 403


# My work --------------------------------------------------------------------------------------------------------------


def groups(client):
    return {
        group.name: [line.told.lapse.unit.code for line in group.lines]
        for group in client.get("/").context["discipline"]
    }


def test_my_work_names_what_a_head_is_to_explain_until_it_is_explained(lapsed, signed_in):
    client = signed_in(lapsed.head)
    assert groups(client)["to-explain"] == ["00001", "00001"]
    assert lapse_page(lapsed.commune) in client.get("/").text
    explained(lapsed.commune, lapsed.head)
    assert groups(client)["to-explain"] == ["00001"]
    assert groups(signed_in(lapsed.reporter)) == {}


def test_my_work_leads_to_all_that_waits_in_whichever_month_it_was_due(lapsed, signed_in, monkeypatch):
    monkeypatch.setattr("reports.pages.work.AT_MOST", 1)
    client = signed_in(lapsed.head)
    everything = f"{reverse('work')}?all=to-explain"
    (group,) = client.get("/").context["discipline"]
    assert (len(group.lines), group.total) == (1, 2)
    assert f'href="{everything}#group-to-explain"' in client.get("/").text
    (group,) = client.get(everything).context["discipline"]
    assert {line.told.month.month for line in group.lines} == {4, 5}
    assert everything not in client.get(everything).text


def test_my_work_names_what_an_approver_is_to_decide_and_never_of_their_own_unit(lapsed, signed_in):
    assert groups(signed_in(lapsed.approver)) == {}
    explained(lapsed.commune, lapsed.head)
    explained(lapsed.owner, lapsed.owner_head, "2022-04")
    assert groups(signed_in(lapsed.approver)) == {"to-rule": ["00001"]}
    assert groups(signed_in(lapsed.stand_in_approver)) == {"to-rule": ["STTTT"]}


def test_a_lapse_that_is_none_any_more_is_not_asked_for(lapsed, signed_in):
    deadlines.grant_extension(
        lapsed.form, Period.objects.get(code="2022-05"), unit=lapsed.commune, until=may(30), reason="Mưa lũ",
        document="12/TB", by=lapsed.approver, at=may(18),
    )  # fmt: skip
    assert lapse_of(lapsed.commune) not in [
        line.told.lapse for group in signed_in(lapsed.head).get("/").context["discipline"] for line in group.lines
    ]


# The screens themselves -----------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_these_screens(served_city, open_as, at, settings, tmp_path, width, height):
    city = served_city
    settings.ATTACHMENTS_ROOT = tmp_path / "files"
    city.submit(city.report_of(city.sibling))
    recording.record(at=may(17, 9))
    recording.record(at=may(18, 7))
    at.set(may(18))

    def look(page, name):
        found = Axe().run(page).response["violations"]
        assert [(name, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True) if SHOTS else None

    head = open_as(city.head, width=width, height=height)
    head.goto("/")
    look(head, "work-head")
    head.goto(lapse_page(city.commune))
    head.locator("button[value=explain]").click()
    expect(head.locator("#id_explain-cause_error")).to_be_visible()
    look(head, "lapse-wrong")
    explained(city.commune, city.head)
    deadlines.grant_extension(
        city.form, Period.objects.get(code="2022-05"), unit=city.elsewhere, with_area=True,
        until=JUNE + timedelta(days=9), reason="Mưa lũ", document="12/TB", by=city.approver, at=may(18),
    )  # fmt: skip
    approver = open_as(city.approver, width=width, height=height)
    approver.goto("/")
    look(approver, "work-approver")
    approver.goto(lapse_page(city.commune))
    look(approver, "lapse-to-rule")
    at.set(JUNE)
    inspector = open_as(city.inspector, width=width, height=height)
    inspector.goto("/discipline/?month=2022-05")
    inspector.locator("#stage summary").click()
    inspector.locator("#excluded summary").click()
    look(inspector, "list-to-announce")
    inspector.locator("button[value=announce]").click()
    expect(inspector.locator("#stage .chip.soon")).to_be_visible()
    look(inspector, "list-announced")
    head.goto(lapse_page(city.commune))
    head.locator("#id_object-text").fill("Đã gửi bản giấy ngày 16/5, có dấu văn thư đến.")
    head.locator("button[value=object]").click()
    expect(head.locator(".course li").last).to_contain_text("bản giấy")
    inspector.goto(lapse_page(city.commune))
    look(inspector, "lapse-to-answer")
    kept = StandingList.objects.get()
    listing.answer(Objection.objects.get(), upheld=False, answer="Sổ văn thư không ghi.", by=city.inspector, at=JUNE)
    later = JUNE + timedelta(hours=49)
    at.set(later)
    listing.issue(kept, by=city.inspector, at=later)
    inspector.goto("/discipline/?month=2022-05")
    inspector.locator("#reviewers a.button").click()
    expect(inspector.locator("#reviewers table")).to_be_visible()
    look(inspector, "list-issued")
    inspector.goto(reverse("discipline-unit", args=[city.commune.pk]))
    inspector.locator("button[value=propose]").click()
    expect(inspector.locator("#propose-lapses-error")).to_be_visible()
    look(inspector, "record-wrong")
    one = proposing.propose(
        city.commune, [lapse_of(city.commune)], measure="criticise", reason="Chậm nhiều kỳ liên tiếp.",
        by=city.inspector, at=later,
    )  # fmt: skip
    inspector.goto(reverse("discipline-unit", args=[city.commune.pk]))
    inspector.locator(f"#proposal-{one.pk} summary").click()
    look(inspector, "record-proposed")


SHOTS = ""
