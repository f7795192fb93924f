"""Which files may be attached: told by their content, never by their name."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

LARGEST = 10 * 1024 * 1024
"""How many bytes a file has at most."""

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file, as it is sent and as its name ends."""

    content_type: str
    endings: tuple[str, ...]


PDF = FileType("application/pdf", (".pdf",))
PNG = FileType("image/png", (".png",))
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"))
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
TYPES = (PDF, PNG, JPEG, DOCX, XLSX)

_BEGINNINGS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MAIN_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))


def type_of(content: bytes) -> FileType | None:
    """What the content is; None for anything else, and for office files that carry macros."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in _MAIN_PARTS if part in names), None)


def listing(files: Iterable[tuple[str, str]]) -> str:
    """Files as the answer of a cell names them: SHA-256 and name, one a line, as sha256sum writes it."""
    return "\n".join(f"{sha256}  {name}" for sha256, name in files)


def names_in(text: str) -> list[str]:
    """The names in such an answer."""
    return [line.partition("  ")[2] for line in text.splitlines()]


def clean_name(name: str, kind: FileType) -> str:
    """The name under which the file is kept: without folders and signs that mean something, with its kind's ending."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]', "", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if f"{dot}{ending}".lower() not in kind.endings:
        stem, ending = plain, kind.endings[0][1:]
    return f"{stem.strip(' .')[:LONGEST_NAME] or 'tep'}.{ending.lower()}"
