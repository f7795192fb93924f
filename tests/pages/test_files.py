"""Files on the screen of a report: sent to be saved, refused at their item, and never more of them read than needed."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import gettext

from reports import store
from reports.actions import attaching
from reports.checks import Cell
from reports.filetypes import LARGEST
from reports.models import Attachment
from reports.workflow import Action
from tests import office
from tests.programme import Programme

BYTES = office.PDF


@pytest.fixture
def programme(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    return Programme(city)


def attach(programme, name="Biên bản.pdf"):
    city = programme.city
    return attaching.attach(programme.report(), Cell("evidence"), name, BYTES, by=city.department_reporter, at=city.now)


def post(client, report, data=BYTES, name="Biên bản.pdf", **headers):
    """Send a file as the screen does."""
    sent = {"item": "evidence", "file": SimpleUploadedFile(name, data)}
    return client.post(reverse("report-files", args=[report.pk]), sent, headers=headers)


def said_at_item(client, report):
    """What is said where the item's files stand."""
    page = client.get(reverse("report", args=[report.pk])).content.decode()
    folder = page.partition('id="files-evidence"')[2].partition("<form")[0]
    return re.findall(r'class="notice error">.*?<span>(.*?)</span>', folder, re.DOTALL)


def test_a_file_is_sent_to_be_saved_and_never_shown(programme, city, signed_in):
    attached = attach(programme)
    client, address = signed_in(city.department_head), reverse("attachment", args=[programme.report().pk, attached.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == BYTES
    told = {
        "Content-Disposition": "attachment; filename*=utf-8''Bi%C3%AAn%20b%E1%BA%A3n.pdf",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "private, no-store",
        "Content-Type": "application/pdf",
        "Content-Length": str(len(BYTES)),
    }
    assert {name: answer[name] for name in told} == told
    head = client.head(address)
    assert (head.status_code, {name: head[name] for name in told}) == (200, told)
    assert b"".join(head.streaming_content if head.streaming else ()) == b""


def test_a_file_of_a_draft_or_of_an_old_revision_is_read_by_its_own_unit_only(programme, city, signed_in):
    attached = attach(programme)
    report = programme.report()
    address = reverse("attachment", args=[report.pk, attached.pk])

    def read(person):
        answer = signed_in(person).get(address)
        b"".join(answer.streaming_content if answer.streaming else ())
        return answer.status_code

    assert (read(city.department_reporter), read(city.approver), read(city.stranger)) == (200, 404, 404)
    programme.send(report)
    assert (read(city.approver), read(city.stranger)) == (200, 404)
    city.move(report, Action.RETURN, by=city.approver, reason="Bổ sung.")
    assert (read(city.department_reporter), read(city.approver)) == (200, 404)
    store.path_of(attached.sha256).unlink()
    assert read(city.department_reporter) == 404


def test_files_are_attached_and_taken_off_on_the_screen_of_the_draft(programme, city, signed_in):
    report = programme.report()
    client, address = signed_in(city.department_reporter), reverse("report-files", args=[report.pk])
    assert client.get(address).status_code == 405

    assert post(client, report).url == f"{reverse('report', args=[report.pk])}#files-evidence"
    attached = Attachment.objects.get()
    screen = client.get(reverse("report", args=[report.pk]))
    assert screen.context["files"].folders[0].files == [attached]
    assert reverse("attachment", args=[report.pk, attached.pk]) in screen.content.decode()
    assert attached.sha256 not in screen.content.decode()
    client.post(address, {"remove": attached.pk})
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["by a form", "by a script"])
def test_a_file_that_is_refused_is_told_of_at_its_item_with_its_name(programme, city, signed_in, headers):
    report, client = programme.report(), signed_in(city.department_reporter)
    assert post(client, report, b"MZ", "hóa đơn<b>.pdf", **headers).status_code == (204 if headers else 302)
    (words,) = said_at_item(client, report)
    assert "“hóa đơn&lt;b&gt;.pdf”" in words
    assert "DOCX" in words
    assert said_at_item(client, report) == []
    client.post(reverse("report-files", args=[report.pk]), {"item": "evidence"}, headers=headers)
    assert said_at_item(client, report) == [gettext("No file arrived. Choose it and attach it once more.")]
    assert not Attachment.objects.exists()


def test_of_a_file_that_is_far_too_large_no_more_is_kept_than_tells_it(programme, city, signed_in):
    report, client = programme.report(), signed_in(city.department_reporter)
    post(client, report, BYTES + bytes(3 * LARGEST))
    (words,) = said_at_item(client, report)
    assert "10 MB" in words
    assert list(store.kept()) == []

    sent = {"file": SimpleUploadedFile("a.pdf", bytes(3 * LARGEST)), "item": "evidence"}
    request = RequestFactory().post("/", sent)
    file = request.FILES["file"]
    assert isinstance(file, TemporaryUploadedFile)  # on the disk, not in memory
    assert LARGEST < Path(file.temporary_file_path()).stat().st_size == file.size <= LARGEST + 64 * 1024
    assert request.POST["item"] == "evidence"
    file.close()


def test_a_scan_of_the_report_as_a_whole_is_shown_beside_the_items(programme, city, signed_in):
    kept = attaching.keep("Báo cáo giấy.pdf", BYTES)
    report = programme.report()
    scan = Attachment.objects.create(
        revision=report.current, by=city.department_reporter, at=city.now, name=kept.name,
        content_type=kept.content_type, size=kept.size, sha256=kept.sha256,
    )  # fmt: skip
    client = signed_in(city.department_reporter)
    screen = client.get(reverse("report", args=[report.pk]))
    assert (screen.context["files"].whole, screen.context["files"].count) == ([scan], 1)
    assert reverse("attachment", args=[report.pk, scan.pk]) in screen.content.decode()
    client.post(reverse("report-files", args=[report.pk]), {"remove": scan.pk})
    assert Attachment.objects.get() == scan


@pytest.fixture
def served(served_city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "store"
    return Programme(served_city)


def chosen(page):
    """The names of the files that are chosen and not yet sent."""
    return page.eval_on_selector("input[type=file]", "field => [...field.files].map((file) => file.name)")


@pytest.mark.browser
def test_several_files_are_sent_one_by_one_and_stay_chosen_where_the_line_breaks(served, open_as):
    page = open_as(served.city.department_reporter, width=390, height=844)
    page.goto(reverse("report", args=[served.report().pk]))
    field, button, told = (page.locator(f"form.upload {part}") for part in ("[type=file]", "button", ".told"))
    pdf, scan = ({"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": BYTES} for name in ("a", "ảnh"))
    pdf["buffer"] += b"% another\n"

    field.set_input_files([pdf, scan, {**pdf, "name": "lớn.pdf", "buffer": bytes(LARGEST + 1)}])
    button.click()
    told.get_by_text("lớn.pdf").wait_for()
    assert chosen(page) == ["a.pdf", "ảnh.pdf"]
    assert not Attachment.objects.exists()

    page.context.set_offline(True)
    button.click()
    told.get_by_text("a.pdf").wait_for()
    page.locator("form.upload .told.error").wait_for()
    assert chosen(page) == ["a.pdf", "ảnh.pdf"]
    assert button.is_enabled()

    page.context.set_offline(False)
    button.click()
    page.locator(".attached a").nth(1).wait_for()
    assert page.locator(".attached a").all_inner_texts() == ["a.pdf", "ảnh.pdf"]
    assert chosen(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    field.set_input_files([{**pdf, "name": "giả.pdf", "buffer": b"MZ"}])
    button.click()
    page.locator("#files-evidence .notice.error").get_by_text("giả.pdf").wait_for()
    assert Attachment.objects.count() == 2
