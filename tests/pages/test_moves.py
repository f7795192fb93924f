"""The dialogs of moves: what each asks, what is refused where, and what the page then says."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from reports.models import Report
from reports.workflow import Action, Status

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"
PAPER = {"document": "45/BC-UBND", "received_day": "2022-05-16", "received_hour": "07:30"}


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "files"


def send(client, report, action, **given):
    edit = Report.objects.get(pk=report.pk).edit
    return client.post(reverse("report-steps", args=[report.pk]), {"action": action, "edit": edit, **given})


def page(client, report, query=""):
    return unescape(client.get(reverse("report", args=[report.pk]) + query).content.decode())


def test_seldom_moves_stand_in_the_menu_and_ask_for_what_they_need(city, signed_in):
    city.submit(city.report)
    shown = page(signed_in(city.approver), city.report)
    assert "?move=exempt" in shown
    dialog = page(signed_in(city.approver), city.report, "?move=exempt")
    assert 'name="reason"' in dialog
    assert 'name="document"' not in dialog
    asked = page(signed_in(city.reviewer), city.report_of(city.sibling), "?move=record")
    for name in ("document", "received_day", "received_hour", "scan"):
        assert f'name="{name}"' in asked
    assert 'name="reason"' not in asked


def test_an_exemption_without_a_reason_is_refused_and_with_one_is_said_on_the_page(city, signed_in):
    client = signed_in(city.approver)
    assert send(client, city.report, "exempt").status_code == 409
    assert send(client, city.report, "exempt", reason="Phường mới thành lập.").status_code == 302
    city.report.refresh_from_db()
    assert city.report.status == Status.EXEMPT
    assert "Phường mới thành lập." in page(signed_in(city.reporter), city.report)


def test_recording_a_paper_keeps_what_was_typed_and_says_at_the_field_what_is_missing(city, signed_in):
    client = signed_in(city.reviewer)
    answer = send(client, city.report, "record", **PAPER)
    shown = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert 'value="45/BC-UBND"' in shown
    assert 'id="id_scan_error"' in shown
    fake = SimpleUploadedFile("bao-cao.pdf", b"MZ\x90\x00 not a document")
    assert 'id="id_scan_error"' in send(client, city.report, "record", **PAPER, scan=fake).content.decode()
    answer = send(client, city.report, "record", **PAPER, scan=SimpleUploadedFile("bao-cao.pdf", PDF))

    assert answer.status_code == 302
    city.report.refresh_from_db()
    step = city.report.steps.get()
    assert (step.document, f"{step.counted_at:%H:%M}") == ("45/BC-UBND", "00:30")  # in UTC
    assert city.report.current.attachments.get(item=None).name == "bao-cao.pdf"


def test_the_figures_of_a_paper_are_keyed_in_by_the_superior_and_confirmed_by_the_head(city, signed_in):
    send(signed_in(city.reviewer), city.report, "record", **PAPER, scan=SimpleUploadedFile("a.pdf", PDF))
    assert send(signed_in(city.reviewer), city.report, "key_in").status_code == 302
    shown = page(signed_in(city.reviewer), city.report)
    assert 'name="cell-closed"' in shown
    assert "45/BC-UBND" in shown
    assert 'name="cell-closed"' not in page(signed_in(city.owner_reviewer), city.report)
    city.report.refresh_from_db()
    city.fill(city.report, by=city.reviewer)
    assert send(signed_in(city.head), city.report, "submit").status_code == 302


def test_a_wish_to_amend_is_read_by_the_approver_who_grants_it_or_not(city, signed_in):
    city.approve(city.report)
    head, approver = signed_in(city.head), signed_in(city.approver)
    assert send(head, city.report, "ask_to_amend", reason="Sót số liệu tuần cuối.").status_code == 400
    assert send(head, city.report, "ask_to_amend", reason="Sót số liệu.", document="7/UBND-VP").status_code == 302
    shown = page(approver, city.report)
    assert "Sót số liệu." in shown
    assert "7/UBND-VP" in shown
    assert send(approver, city.report, "keep", reason="Số đã khớp.").status_code == 302
    assert "Số đã khớp." in page(head, city.report)
    assert send(approver, city.report, "amend", reason="Đồng ý.").status_code == 302
    city.report.refresh_from_db()

    assert (city.report.status, city.report.current.cause) == (Status.DRAFT, "amend")
    assert city.report.approved is not None
    shown = page(signed_in(city.reporter), city.report)
    assert "20/05/2022" in shown or "19/05/2022" in shown
    assert 'name="cell-closed"' in shown


def test_a_return_may_say_that_it_was_no_report(city, signed_in):
    city.submit(city.report)
    assert send(signed_in(city.reviewer), city.report, "return", reason="Tệp trống.", voids="on").status_code == 302
    city.report.refresh_from_db()

    assert city.report.received_at is None
    assert city.report.steps.get(action=Action.RETURN).voids


def enter(client, report, **given):
    sent = {"issued-number": "12/BC-UBND", "issued-day": "2022-05-16"} | {
        f"issued-{name}": it for name, it in given.items()
    }
    return client.post(reverse("report-issued", args=[report.pk]), sent)


def test_the_records_clerk_enters_number_date_and_scan_of_the_document(city, signed_in):
    clerk = signed_in(city.add_person("clerk", Role.CLERK, city.commune))
    assert enter(clerk, city.report).status_code == 400  # nothing was submitted yet
    city.submit(city.report)
    received = Report.objects.get(pk=city.report.pk).received_at
    assert enter(clerk, city.report, number=" ").status_code == 400
    tomorrow = enter(clerk, city.report, day="2022-05-17")
    assert 'id="id_issued-day_error"' in tomorrow.content.decode()
    assert enter(clerk, city.report, file=SimpleUploadedFile("12.pdf", PDF)).status_code == 302
    assert enter(clerk, city.report, number="13/BC-UBND").status_code == 302

    shown = page(signed_in(city.observer), city.report)
    assert shown.index("13/BC-UBND") < shown.index("12/BC-UBND")
    first = city.report.issued.first()
    answer = signed_in(city.observer).get(reverse("report-document", args=[city.report.pk, first.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert enter(signed_in(city.reporter), city.report).status_code == 403
    assert Report.objects.get(pk=city.report.pk).received_at == received
