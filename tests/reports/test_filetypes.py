"""What a file is, by its content: whole or not, what it is called, and office files within their bounds."""

import struct
import tracemalloc
import zipfile

import pytest

from reports.filetypes import DOCX, JPEG, LARGEST, PDF, PNG, XLSX, Fault, Unfit, clean_name, listing, names_in, type_of
from reports.filetypes import office as bounds
from tests import clamd, office


def unsaid(value):
    """No content in the name of a test."""
    return "" if isinstance(value, bytes) else None


def fault(data):
    with pytest.raises(Unfit) as unfit:
        type_of(data)
    return unfit.value.fault


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (office.PDF, PDF),
        (office.PDF + b"\0" * 5000, PDF),  # padded by a signing device
        (office.PNG, PNG),
        (office.JPEG, JPEG),
        (office.JPEG + b"<script>alert(1)</script>", JPEG),  # only ever sent to be saved
        (office.docx(), DOCX),
        (office.xlsx(), XLSX),
        (office.docx({"word/settings.xml": "<w:attachedTemplate r:id='http://elsewhere/x.dotm'/>"}), DOCX),
        (office.docx({"word/embeddings/chart.xlsx": office.xlsx()}), DOCX),
        (office.archive({"[Content_Types].xml": office.types(office.WORKBOOK, "xl/a.xml").encode("utf-16"),
                         "xl/a.xml": "<workbook/>"}), XLSX),
    ],
    ids=unsaid,
)  # fmt: skip
def test_a_file_is_what_its_content_says(data, kind):
    assert type_of(data) == kind


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", Fault.EMPTY),
        (office.PDF + bytes(LARGEST), Fault.LARGE),
        (b"MZ\x90\0" + office.PDF, Fault.UNKNOWN),
        (b"\x7fELF\x02", Fault.UNKNOWN),
        (b"<html><script>alert(1)</script>", Fault.UNKNOWN),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Fault.UNKNOWN),
        (b"Rar!\x1a\x07\x01\0", Fault.UNKNOWN),
        (office.archive({"word/document.xml": "<w:document/>"}), Fault.UNKNOWN),
        (office.docx(main=office.DOCUMENT.replace("document.main", "template.main")), Fault.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), Fault.OLD_OFFICE),
        (office.PDF[:20], Fault.DAMAGED),
        (office.PNG[:-12], Fault.DAMAGED),
        (office.JPEG[:-2], Fault.DAMAGED),
        (b"\xff\xd8\xff\xe1\x00\x08Ex\xff\xd9\0\0", Fault.DAMAGED),  # a head with a preview, and no picture
        (office.docx()[:-30], Fault.DAMAGED),
        (b"PK\x03\x04 broken", Fault.DAMAGED),
        (office.archive({"[Content_Types].xml": office.types(office.DOCUMENT, "word/gone.xml")}), Fault.DAMAGED),
        (office.docx({"word/document.xml": b"MZ\x90"}), Fault.DAMAGED),
        (office.archive({"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]>" + office.types(office.DOCUMENT, "a")}),
         Fault.DAMAGED),
    ],
    ids=unsaid,
)  # fmt: skip
def test_anything_else_is_refused_for_its_reason(data, named):
    assert fault(data) == named


MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
PROJECT = '<Override PartName="/word/theme/x.bin" ContentType="application/vnd.ms-office.vba{}roject"/>'


@pytest.mark.parametrize(
    "data",
    [
        office.docx({"word/vbaProject.bin": b"x"}),
        office.docx({"word/VBAPROJECT.BIN": b"x"}),
        office.docx(main=MACRO_TYPE),
        office.docx({"word/theme/x.bin": b"x"}, named=PROJECT.format("P")),
        office.docx({"word/theme/x.bin": b"x"}, named=PROJECT.format("&#80;")),
        office.xlsx({"xl/macrosheets/sheet1.xml": "<x/>"}),
        office.docx({"word/embeddings/sheet.xlsx": office.xlsx({"xl/vbaProject.bin": b"x"})}),
    ],
    ids=unsaid,
)
def test_macros_are_refused_wherever_they_are_named(data):
    assert fault(data) == Fault.MACROS


def test_a_file_that_swells_is_refused_before_it_has_swollen():
    zeros = bytes(30 * 1024**2)
    bombs = {
        "steep": office.docx({"word/media/a.xml": zeros}),
        "many parts": office.docx({f"word/{place}.xml": "" for place in range(bounds.MOST_PARTS)}),
        "within another": office.docx({"word/a.docx": office.docx({"word/media/a.xml": zeros})}),
        "deep": office.docx({"a": office.docx({"a": office.docx({"a": office.docx()})})}),
        "large within": office.docx({"a.zip": office.archive({"a": bytes(21 * 1024**2)}, zipfile.ZIP_STORED)}),
    }
    tracemalloc.start()
    told = {name: fault(bomb) for name, bomb in bombs.items()}
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told == dict.fromkeys(bombs, Fault.SWOLLEN)
    assert peak < 2 * bounds.LARGEST_WITHIN + 20 * 1024**2


def test_sizes_that_a_file_declares_are_not_believed():
    honest = office.docx({"word/media/a.xml": bytes(500_000)})
    size = struct.pack("<I", 500_000)
    assert honest.count(size) == 2
    assert type_of(honest) == DOCX
    assert fault(honest.replace(size, struct.pack("<I", 100))) == Fault.DAMAGED
    swollen = office.docx({"word/media/a.xml": bytes(3_000_000)})
    assert fault(swollen.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 100))) == Fault.SWOLLEN
    assert fault(honest.replace(size, struct.pack("<I", bounds.LARGEST_UNPACKED))) == Fault.SWOLLEN


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Biên bản.pdf", "Biên bản.pdf"),
        ("BAO CAO.PDF", "BAO CAO.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Tệp\\kế hoạch.docx", "kế hoạch.docx.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
        ("a\u2028b\u0085c\u200b\ufeff.pdf", "abc.pdf"),
        ("  hai   dấu  cách .pdf", "hai dấu cách.pdf"),
        ("e\u0302\u0301.pdf", "\u1ebf.pdf"),
        ("", "tep.pdf"),
        ("\ud800.pdf", "tep.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_means_something_elsewhere(name, kept):
    assert clean_name(name, PDF) == kept


def test_the_names_of_files_can_be_read_back_from_the_answer_of_their_cell():
    names = [clean_name(name, PDF) for name in ("Biên bản.pdf", "a\u2028b\u000b.pdf", "x  y.pdf")]
    assert names_in(listing([(clamd.SIGNATURE, name) for name in names])) == names
    assert names_in("") == []
