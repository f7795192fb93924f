"""Files of a report: told by their content, kept once, frozen with their revision and sealed by its snapshot."""

import hashlib
import resource
from contextlib import contextmanager

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.refusals import Refused
from reports import content, store
from reports.actions import attaching, filing, parts
from reports.checks import Absence, Cell
from reports.filetypes import LARGEST
from reports.models import Attachment, Item, Report
from reports.workflow import Action
from tests import clamd, office
from tests.programme import Programme

pytestmark = pytest.mark.django_db

BYTES = office.PDF
CELL = Cell("evidence")


@pytest.fixture
def programme(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    return Programme(city)


def attach(programme, data=BYTES, name="Biên bản.pdf", *, by=None, cell=CELL):
    city = programme.city
    return attaching.attach(programme.report(), cell, name, data, by=by or city.department_reporter, at=city.now)


def refusal(programme, data=BYTES, **terms):
    """What is said at the file."""
    with pytest.raises(ValidationError) as refused:
        attach(programme, data, **terms)
    (words,) = refused.value.message_dict["file"]
    return words


def told(programme):
    report = Report.objects.select_related("unit", "period", "version").get(pk=programme.report().pk)
    return [problem.code for problem in content.Reading(report).problems if problem.item == "evidence"]


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
    for data in (b"MZ\x90", b"", BYTES + bytes(LARGEST), office.docx({"word/vbaProject.bin": b"x"})):
        assert refusal(programme, data).endswith(".")
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


def test_a_file_with_a_virus_is_refused_by_its_name_and_not_kept(programme, settings, tmp_path):
    with clamd.scanner() as server:
        settings.CLAMD_SOCKET = server.name
        assert clamd.SIGNATURE in refusal(programme, BYTES + clamd.EICAR + b"\n%%EOF")
        assert not Attachment.objects.exists()
        assert list(store.kept()) == []
        assert attach(programme).sha256
    assert server.scanned[-1] == BYTES


def test_while_the_scanner_is_away_nothing_is_attached(programme, settings, tmp_path):
    settings.CLAMD_SOCKET = f"unix:{tmp_path}/none.ctl"
    with pytest.raises(Refused) as refused:
        attach(programme)
    assert refused.value.code == "scanner_away"
    assert not Attachment.objects.exists()
    assert list(store.kept()) == []


@contextmanager
def files_of_at_most(size):
    """No file of this process grows beyond that, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_store_that_is_full_refuses_in_words_and_keeps_no_half_file(programme):
    with files_of_at_most(1_000_000), pytest.raises(Refused) as refused:
        attach(programme, BYTES + bytes(2_000_000))
    assert refused.value.code == "store_away"
    assert not Attachment.objects.exists()
    assert list(store.kept()) == []


def test_a_cell_and_a_report_hold_only_so_many_files(programme, city):
    def held(count, size, row):
        return Attachment.objects.bulk_create(
            Attachment(
                revision=programme.report().current, item=Item.objects.get(version=programme.version, code="evidence"),
                row=row, name="a.pdf", content_type="application/pdf", size=size, sha256=f"{row}{place}",
                by=city.department_reporter, at=city.now,
            )
            for place in range(count)
        )  # fmt: skip

    here = attach(programme)
    held(attaching.MOST - 1, 1, "")
    of_cell = refusal(programme, office.PNG)
    assert attach(programme) == here  # which is there already
    Attachment.objects.exclude(pk=here.pk).delete()
    held(attaching.MOST_OF_REPORT - 1, 1, "elsewhere")
    of_report = refusal(programme, office.PNG)
    Attachment.objects.exclude(pk=here.pk).delete()
    held(10, attaching.LARGEST_OF_REPORT // 10 - 8, "elsewhere")
    too_large = refusal(programme, office.PNG)
    assert [str(most) in words for most, words in ((10, of_cell), (50, of_report), (100, too_large))] == [True] * 3
    assert [path.name for path in store.kept()] == [here.sha256]


def test_a_file_is_refused_before_it_is_examined_to_who_may_not_attach(programme, city, settings):
    with clamd.scanner() as server:
        settings.CLAMD_SOCKET = server.name
        with pytest.raises(PermissionDenied):
            attach(programme, by=city.reporter)
    assert server.scanned == []


def test_a_scan_of_the_whole_report_is_not_taken_off(programme, city):
    kept = attaching.keep("Báo cáo giấy", BYTES)
    scan = Attachment.objects.create(
        revision=programme.report().current, by=city.department_reporter, at=city.now,
        name=kept.name, content_type=kept.content_type, size=kept.size, sha256=kept.sha256,
    )  # fmt: skip
    assert scan.name == "Báo cáo giấy.pdf"
    with pytest.raises(ValidationError):
        attaching.detach(scan, by=city.department_reporter, at=city.now)
    assert Attachment.objects.get() == scan
