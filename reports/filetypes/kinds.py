"""What a file is, by its content, and whether it is whole."""

from dataclasses import dataclass

from reports.filetypes import office
from reports.filetypes.faults import Fault, Unfit

LARGEST = 10 * 1024 * 1024
"""How many bytes a file has at most."""


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

OFFICE = {office.Main.DOCUMENT: DOCX, office.Main.WORKBOOK: XLSX}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Word's and Excel's files of before 2007 begin, and those with a password."""

NEAR_END = 1024
"""In how many last bytes of a PDF its end has to stand; as lenient as the readers that people use."""


def type_of(content: bytes) -> FileType:
    """What the content is. Raises Unfit for anything that is not taken.

    A file has to be whole, as far as its frame tells: a PDF has %%EOF near its end, a PNG its last chunk, a JPEG an end
    mark after the picture began, an office file unpacks. What else stands in it is not judged: something appended to a
    picture passes (cameras do that), and is harmless as files are only ever sent to be saved.
    """
    if not content:
        raise Unfit(Fault.EMPTY)
    if len(content) > LARGEST:
        raise Unfit(Fault.LARGE)
    if content.startswith(office.ZIP):
        return OFFICE[office.main_of(content)]
    if content.startswith(OLD_OFFICE):
        raise Unfit(Fault.OLD_OFFICE)
    for sign, kind, is_whole in FRAMES:
        if content.startswith(sign):
            if not is_whole(content):
                raise Unfit(Fault.DAMAGED)
            return kind
    raise Unfit(Fault.UNKNOWN)


def _pdf_is_whole(content: bytes) -> bool:
    return b"%%EOF" in content.rstrip(b"\0\r\n\t ")[-NEAR_END:]


def _png_is_whole(content: bytes) -> bool:
    return content[12:16] == b"IHDR" and b"IEND\xaeB`\x82" in content


def _jpeg_is_whole(content: bytes) -> bool:
    """Whether the end mark follows the picture: a preview within the file's head has an end mark of its own."""
    at = 2
    while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] != b"\xda":
        at += 2 + max(int.from_bytes(content[at + 2 : at + 4], "big"), 2)
    return content[at : at + 2] == b"\xff\xda" and b"\xff\xd9" in content[at:]


#          begins with           is    and is whole if
FRAMES = (
    (b"%PDF-", PDF, _pdf_is_whole),
    (b"\x89PNG\r\n\x1a\n", PNG, _png_is_whole),
    (b"\xff\xd8\xff", JPEG, _jpeg_is_whole),
)
