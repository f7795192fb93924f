"""Files of a report: told by their content, kept once, frozen with their revision and sealed by its snapshot."""

import hashlib
import zipfile
from io import BytesIO

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.refusals import Refused
from reports import content, store
from reports.actions import attaching, filing, parts
from reports.checks import Absence, Cell
from reports.filetypes import DOCX, JPEG, LARGEST, PDF, PNG, XLSX, clean_name, type_of
from reports.models import Attachment, Item, Report
from reports.workflow import Action
from tests.programme import Programme

pytestmark = pytest.mark.django_db

BYTES = b"%PDF-1.7 bien ban"
CELL = Cell("evidence")


def archive(*names):
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return held.getvalue()


@pytest.fixture
def programme(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    return Programme(city)


def attach(programme, data=BYTES, name="Biên bản.pdf", *, by=None, cell=CELL):
    city = programme.city
    return attaching.attach(programme.report(), cell, name, data, by=by or city.department_reporter, at=city.now)


def told(programme):
    report = Report.objects.select_related("unit", "period", "version").get(pk=programme.report().pk)
    return [problem.code for problem in content.Reading(report).problems if problem.item == "evidence"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (BYTES, PDF),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"\xff\xd8\xff\xe0....", JPEG),
        (archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), XLSX),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (archive("word/document.xml"), None),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), None),
        (b"PK\x03\x04 broken", None),
        (b"<html><script>", None),
        (b"<svg xmlns=", None),
        (b"MZ\x90", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_says(data, kind):
    assert type_of(data) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Biên bản.pdf", "Biên bản.pdf"),
        ("BAO CAO.PDF", "BAO CAO.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Tệp\\kế hoạch.docx", "kế hoạch.docx.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
        ("", "tep.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_means_something_elsewhere(name, kept):
    assert clean_name(name, PDF) == kept


def test_an_attached_file_answers_its_item(programme, city):
    attached = attach(programme)

    assert (attached.name, attached.content_type, attached.size) == ("Biên bản.pdf", "application/pdf", len(BYTES))
    assert attached.sha256 == hashlib.sha256(BYTES).hexdigest()
    assert store.path_of(attached.sha256).read_bytes() == BYTES
    report = programme.report()
    answer, edit = content.stored_in(report.current_id)[CELL]
    assert (answer.text, edit) == (f"{attached.sha256}  Biên bản.pdf", 1)


def test_the_same_bytes_are_kept_and_attached_once(programme, city, tmp_path):
    first, second = attach(programme), attach(programme, name="Bản khác.pdf")
    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_of_another_kind_or_too_large_is_refused_and_not_kept(programme, tmp_path):
    for data in (b"MZ\x90", b"", b"%PDF-" + bytes(LARGEST)):
        with pytest.raises(ValidationError):
            attach(programme, data)
    for cell in (Cell("results"), Cell("staff"), Cell("evidence", "x"), Cell("nothing")):
        with pytest.raises(ValidationError):
            attach(programme, cell=cell)
    assert list(tmp_path.iterdir()) == []


def test_only_who_fills_in_that_part_of_a_draft_attaches(programme, city):
    division, reporter = programme.add_division()
    for person in (city.approver, city.reporter, reporter):
        with pytest.raises(PermissionDenied):
            attach(programme, by=person)
    parts.assign_part(
        programme.section("Nhân lực"), city.department, division=division, by=city.department_head, at=city.now
    )
    with pytest.raises(PermissionDenied):
        attach(programme, by=reporter)
    parts.assign_part(
        programme.section("Thuyết minh"), city.department, division=division, by=city.department_head, at=city.now
    )
    assert attach(programme, by=reporter).by == reporter
    programme.send(programme.report())
    with pytest.raises(Refused):
        attach(programme, BYTES + b"2")


def test_a_file_taken_off_leaves_the_item_unanswered(programme, city):
    attached = attach(programme)
    attaching.detach(attached, by=city.department_reporter, at=city.now)
    answer, edit = content.stored_in(programme.report().current_id)[CELL]
    assert (answer.is_blank, edit) == (True, 2)


def test_typing_neither_names_a_file_nor_forgets_one(programme, city):
    def save(**typed):
        edit = dict(programme.report().current.values.values_list("item__code", "edit")).get("evidence", 0)
        entry = filing.Entry("evidence", edit=edit, **typed)
        return filing.save_cells(programme.report(), [entry], by=city.department_reporter, at=city.now)

    with pytest.raises(ValidationError):
        save(text="bien-ban.pdf")
    assert save(absence=Absence.NO_DATA, note="Chưa ký.").cells[0].answer.absence == Absence.NO_DATA
    attached = attach(programme)
    assert content.stored_in(programme.report().current_id)[CELL][0].absence is None
    kept = save(note="Bản đã ký.").cells[0].answer
    assert (kept.text, kept.note) == (f"{attached.sha256}  Biên bản.pdf", "Bản đã ký.")


def test_files_are_frozen_sealed_and_copied_with_their_revision(programme, city):
    attached = attach(programme)
    report = programme.report()
    programme.send(report)
    assert attached.sha256.encode() in bytes(report.current.snapshot)
    for change in (attached.delete, lambda: Attachment.objects.update(name="khac.pdf")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    city.move(report, Action.RECALL, by=programme.head)

    copy = Attachment.objects.get(revision=report.current)
    assert (copy.sha256, copy.name, copy.by, copy.at) == (attached.sha256, attached.name, attached.by, attached.at)
    with pytest.raises(ValidationError):
        attaching.detach(attached, by=city.department_reporter, at=city.now)
    attaching.detach(copy, by=city.department_reporter, at=city.now)
    assert Attachment.objects.get() == attached


def test_a_required_file_blocks_until_it_is_attached(programme, city):
    with pgtrigger.ignore("reports.Item:version_in_use_stays"):
        Item.objects.filter(version=programme.version, code="evidence").update(required=True)
    assert told(programme) == ["unanswered"]
    attach(programme)
    assert told(programme) == []


def test_a_file_is_sent_to_be_saved_and_never_shown(programme, city, signed_in):
    attached = attach(programme)
    client = signed_in(city.department_head)
    answer = client.get(reverse("attachment", args=[programme.report().pk, attached.pk]))
    assert b"".join(answer.streaming_content) == BYTES
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"


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

    client.post(address, {"item": "evidence", "file": SimpleUploadedFile("Biên bản.pdf", BYTES)})
    attached = Attachment.objects.get()
    screen = client.get(reverse("report", args=[report.pk]))
    assert screen.context["files"].folders[0].files == [attached]
    assert reverse("attachment", args=[report.pk, attached.pk]) in screen.content.decode()
    assert attached.sha256 not in screen.content.decode()
    client.post(address, {"item": "evidence", "file": SimpleUploadedFile("x.exe", b"MZ")})
    assert Attachment.objects.count() == 1
    client.post(address, {"remove": attached.pk})
    assert not Attachment.objects.exists()
