"""Receipts: what one says on the page and as PDF, and how anybody verifies it."""

import hashlib
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pgtrigger
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.labels import CAPACITIES
from accounts.models import Unit, User
from accounts.roles import Capacity, Role
from reports import receipts
from reports.exchange import documents
from reports.models import CalendarDay, Report, Revision
from reports.receipts import Fate
from reports.standing import Standing
from reports.workflow import Action
from tests.city import NOW

NAME = "BM-02/2022-05/00001/1"

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def receipt_of(report, number=1):
    step = receipts.given().get(report=report, revision__number=number)
    return receipts.receipt_of(step, at=NOW + timedelta(days=1), calendar=CalendarDay.objects.as_calendar())


def verified(name, digest):
    """The public page's answer to who is not signed in."""
    return Client().get(reverse("verify-receipt", args=[name, digest]))


def pdf_of(client, report, number=1):
    return client.get(reverse("receipt-pdf", args=[report.pk, number]))


@pytest.fixture
def filed(city, at):
    """The commune's report, submitted; the tests speak of its first receipt."""
    city.submit(city.report)
    return city.report


# The receipt ----------------------------------------------------------------------------------------------------------


def test_a_receipt_says_what_was_received_of_whom_and_when(city, filed, signed_in):
    page = text(signed_in(city.head).get(reverse("receipt", args=[filed.pk, 1])))

    for words in (
        *(NAME, filed.version.title, "Phường Phúc Xá, Quận Ba Đình", "15/04/2022 – 14/05/2022", city.head.full_name),
        *(
            "08:00:00 16/05/2022",
            "24:00 16/05/2022",
            filed.current.digest[:8],
            reverse("receipt-pdf", args=[filed.pk, 1]),
        ),
    ):
        assert words in page
    assert receipt_of(filed).stand.days == 0


def test_its_qr_code_leads_to_the_public_page_by_the_portals_own_address(city, filed, signed_in, settings):
    settings.PORTAL_ADDRESS = "https://portal.example.vn"
    page = text(signed_in(city.head).get(reverse("receipt", args=[filed.pk, 1])))
    address = f"https://portal.example.vn/verify/{NAME}/{filed.current.digest}/"

    assert f'href="{address}"' in page
    assert documents.qr_code(address) in page
    assert documents.qr_code(address) != documents.qr_code(address.replace("/1/", "/2/"))


def test_the_page_keeps_the_content_security_policy(city, filed, signed_in):
    page = text(signed_in(city.head).get(reverse("receipt", args=[filed.pk, 1])))
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_a_later_receipt_says_that_the_first_one_decides(city, filed, signed_in):
    city.give_back(filed)
    city.now = NOW + timedelta(days=3)
    city.move(filed, Action.SUBMIT, by=city.head)

    assert receipt_of(filed, 2).earlier == NOW
    assert "08:00 16/05/2022" in text(signed_in(city.head).get(reverse("receipt", args=[filed.pk, 2])))


def test_a_receipt_takes_six_queries_however_long_the_history_is(city, filed, signed_in, django_assert_num_queries):
    client, address = signed_in(city.head), reverse("receipt", args=[filed.pk, 1])
    client.get(address)
    for _again in range(3):
        city.give_back(filed)
        city.move(filed, Action.SUBMIT, by=city.head)
    with django_assert_num_queries(6):
        client.get(address)


# What has become of it ------------------------------------------------------------------------------------------------


def test_a_receipt_knows_what_became_of_its_revision(city, filed):
    fates = [receipt_of(filed).fate]
    city.move(filed, Action.RECALL, by=city.head)
    fates.append(receipt_of(filed).fate)
    city.move(filed, Action.SUBMIT, by=city.head)
    city.give_back(filed)
    fates.append(receipt_of(filed, 2).fate)
    city.move(filed, Action.SUBMIT, by=city.head)
    city.move(filed, Action.RETURN, by=city.reviewer, reason="Tệp trống.", voids=True)
    fates.append(receipt_of(filed, 3).fate)

    assert fates == [Fate.STANDS, Fate.RECALLED, Fate.RETURNED, Fate.VOIDED]


def test_what_was_approved_stays_in_force_until_its_amendment_is_approved(city, filed):
    city.check(filed)
    city.move(filed, Action.APPROVE, by=city.approver)
    fates = [receipt_of(filed).fate]
    city.move(filed, Action.AMEND, by=city.approver, reason="Đơn vị báo nhầm.")
    city.move(filed, Action.SUBMIT, by=city.head)
    fates += [receipt_of(filed).fate, receipt_of(filed, 2).fate]
    city.check(filed)
    city.move(filed, Action.APPROVE, by=city.approver)
    fates += [receipt_of(filed).fate, receipt_of(filed, 2).fate]

    assert fates == [Fate.IN_FORCE, Fate.BEING_AMENDED, Fate.STANDS, Fate.REPLACED, Fate.IN_FORCE]


def test_of_an_exempt_report_the_receipt_only_shows_that_it_was_received(city, filed):
    city.move(filed, Action.EXEMPT, by=city.approver, reason="Đơn vị mới thành lập.")
    receipt = receipt_of(filed)
    assert (receipt.fate, receipt.counts, receipt.stand.standing) == (Fate.SET_ASIDE, False, Standing.EXEMPT)


def test_every_fate_has_its_sentence():
    assert set(receipts.FATES) == set(Fate)
    assert all(str(words).endswith(".") for words in receipts.FATES.values())


def test_a_report_filed_on_paper_has_a_receipt_that_names_the_paper(city, signed_in, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    city.now = NOW + timedelta(days=3)
    scan = ("Báo cáo.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")
    grounds = {"document": "45/BC-UBND", "received_at": NOW, "scan": scan}
    city.move(city.report, Action.RECORD, by=city.reviewer, **grounds)
    receipt = receipt_of(city.report)
    facts = dict(documents.words_of_receipt(receipt, "https://portal.example.vn/")["facts"])

    assert (receipt.stand.standing, receipt.earlier) == (Standing.ON_TIME, None)
    assert facts[_("Recorded by")] == str(city.reviewer)
    assert facts[_("Document number")] == "45/BC-UBND"
    assert "45/BC-UBND" in text(signed_in(city.head).get(reverse("receipt", args=[city.report.pk, 1])))
    city.move(city.report, Action.KEY_IN, by=city.reporter)
    assert receipt_of(city.report).fate == Fate.KEYED_IN


def test_a_receipt_says_in_what_capacity_somebody_signed(city, at):
    deputy = city.add_person("deputy", Role.HEAD, city.commune)
    deputy.appointments.update(capacity=Capacity.DEPUTY)
    city.fill(city.report)
    city.move(city.report, Action.SUBMIT, by=deputy)
    assert receipt_of(city.report).maker_words == f"{deputy}, {CAPACITIES[Capacity.DEPUTY]} (KT.)"


def test_a_recalled_receipt_proves_no_standing_and_says_so_on_paper_too(city, filed, signed_in):
    city.now = NOW + timedelta(hours=1)
    city.move(filed, Action.RECALL, by=city.head)
    receipt = receipt_of(filed)

    assert receipt.stand is None
    assert "09:00" in receipt.fate_words
    assert receipt.fate_words in text(signed_in(city.head).get(reverse("receipt", args=[filed.pk, 1])))
    words = documents.words_of_receipt(receipt, "https://portal.example.vn/")
    assert words["warning"] == receipt.fate_words
    assert _("Standing") not in dict(words["facts"])


# The PDF --------------------------------------------------------------------------------------------------------------


def test_the_pdf_is_one_page_for_archives_and_always_the_same(city, filed, signed_in):
    client = signed_in(city.head)
    answer = pdf_of(client, filed)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="bien-nhan-BM-02-2022-05-00001-1.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert re.findall(rb"/Count (\d+)", answer.content) == [b"1"]
    assert b"<pdfaid:part>2</pdfaid:part>" in answer.content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.content
    assert b"D:20220516010000Z" in answer.content
    assert pdf_of(client, filed).content == answer.content


def test_the_pdf_is_set_in_the_documents_face_on_every_machine(city, filed, signed_in):
    faces = set(re.findall(rb"/BaseFont/[A-Z]{6}\+([A-Za-z]+)", pdf_of(signed_in(city.head), filed).content))
    assert faces == {b"Tinos", b"DejaVuSansMono"}


@pytest.mark.parametrize(
    "name", ['#panic() *Lan* $x$ <b> "]#read("/etc/passwd")', 'Phường #include "/etc/passwd" _A_ @b', "\\ // /* `"]
)
def test_what_people_type_is_never_taken_for_markup(city, filed, signed_in, name):
    Unit.objects.filter(pk=city.commune.pk).update(name=name)
    User.objects.filter(pk=city.head.pk).update(full_name=name)
    answer = pdf_of(signed_in(city.head), filed)
    assert answer.status_code == 200
    assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.content


@pytest.mark.parametrize("name", ["Lan 🙂", "表", "\x01\ufffe"])
def test_a_sign_that_no_font_has_does_not_cost_the_receipt(city, filed, signed_in, name):
    User.objects.filter(pk=city.head.pk).update(full_name=name)
    assert pdf_of(signed_in(city.head), filed).content.startswith(b"%PDF-")


def test_there_is_no_pdf_of_what_was_never_submitted(city, filed, signed_in):
    assert pdf_of(signed_in(city.head), filed, 2).status_code == 404
    assert pdf_of(signed_in(city.head), city.report_of(city.commune, "2022-04")).status_code == 404


# Verifying ------------------------------------------------------------------------------------------------------------


def test_anybody_who_holds_a_receipt_learns_what_it_is_of_but_no_figure_and_no_name(city, filed):
    answer = verified(NAME, filed.current.digest)
    page = text(answer)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    for words in (NAME, filed.version.title, "Phường Phúc Xá", "15/04/2022 – 14/05/2022", "08:00:00 16/05/2022"):
        assert words in page
    assert str(receipts.FATES[Fate.STANDS]) in page
    assert city.head.full_name not in page
    assert set(re.findall(r"\b\d{3}\b", re.sub(r"<[^>]+>", "", page))) & {"120", "300", "280"} == set()


def test_the_sign_in_leads_people_without_an_account_to_it(at, client):
    assert f'href="{reverse("verify")}"' in text(client.get(reverse("account_login")))
    assert client.get(reverse("verify")).status_code == 200


def test_the_public_page_says_when_a_receipt_no_longer_counts(city, filed):
    city.move(filed, Action.RECALL, by=city.head)
    answer = verified(NAME, Revision.objects.get(report=filed, number=1).digest)
    assert answer.status_code == 200
    assert receipt_of(filed).fate_words in text(answer)


def test_another_digest_and_another_number_are_answered_alike(city, filed):
    digest = filed.current.digest
    wrong = verified(NAME, hashlib.sha256(b"another").hexdigest())
    elsewhere = verified("BM-02/2022-05/00004/1", digest)
    never = verified("BM-99/2022-05/00001/1", digest)

    assert [answer.status_code for answer in (wrong, elsewhere, never)] == [404, 404, 404]
    said = {re.search(r'role="alert">.*?<span>(.*?)</span>', text(answer))[1] for answer in (wrong, elsewhere, never)}
    assert len(said) == 1
    assert "Phường" not in text(wrong)


def test_the_digest_is_computed_from_what_is_kept_and_not_read_from_its_column(city, filed):
    with pgtrigger.ignore("reports.Revision:revision_stays_frozen"):
        Revision.objects.filter(pk=filed.current_id).update(snapshot=b"{}")

    assert verified(NAME, filed.current.digest).status_code == 404
    assert verified(NAME, hashlib.sha256(b"{}").hexdigest()).status_code == 200


def test_of_two_units_that_had_the_same_code_the_digest_tells_the_receipt(city, filed):
    content = receipts.given().get(report=filed).revision.digest
    assert receipts.find(NAME, content).report == filed
    assert receipts.find(NAME.lower(), content).report == filed


def test_what_is_typed_from_paper_leads_to_the_same_answer(city, filed):
    digest = filed.current.digest.upper()
    groups = " ".join(digest[place : place + 8] for place in range(0, 64, 8))
    answer = Client().get(
        reverse("verify"), {"number": " BM-02 / 2022-05/00001/1\n", "digest": f"{groups[:36]}\n{groups[36:]}"}
    )

    assert answer.url == reverse("verify-receipt", args=[NAME, filed.current.digest])
    assert Client().get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("number", "digest", "fields"),
    [
        ("", "", {"number", "digest"}),
        (NAME, "abc", {"digest"}),
        (NAME, "g" * 64, {"digest"}),
        (NAME, "a" * 65, {"digest"}),
        (NAME, "٣" * 64, {"digest"}),
        ("BM-02", "a" * 64, {"number"}),
        ("BM-02/2022-05/00001/99999", "a" * 64, {"number"}),
        ("BM-02/2022-05/00001/1/1", "a" * 64, {"number"}),
        ("BM-02/2022-05/00001/\x001", "a" * 64, {"number"}),
        ("B" * 5000, "a" * 5000, {"number", "digest"}),
    ],
)
def test_what_cannot_be_a_receipt_is_said_at_its_field(number, digest, fields):
    answer = Client().get(reverse("verify"), {"number": number, "digest": digest})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    for field in fields:
        assert f'id="id_{field}_error"' in text(answer)


@pytest.mark.parametrize(
    "address", ["/verify/x/y/", "/verify/a/b/c/1/" + "0" * 63 + "/", "/verify/%00/b/c/1/" + "0" * 64 + "/"]
)
def test_an_address_that_was_cut_short_shows_the_form_with_what_is_wrong(address):
    answer = Client().get(address)
    assert answer.status_code == 422
    assert answer.context["form"].errors


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_receipts_and_where_they_are_verified(served_city, open_as, width, height):
    report = served_city.report
    served_city.submit(report)
    page = open_as(served_city.head, width=width, height=height)
    digest = Report.objects.get(pk=report.pk).current.digest
    good = urlsplit(reverse("verify-receipt", args=[NAME, digest])).path
    for address in (
        f"/reports/{report.pk}/receipts/1/",
        "/verify/",
        "/verify/?number=x&digest=y",
        good,
        good.replace("/1/", "/2/"),
    ):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
