"""Opens Word and Excel files within bounds, to tell what they are: what they say of themselves is not believed.

Both are archives (ECMA-376, part 2). Nothing of them is written to disk, and no more of them is unpacked than the
bounds below allow, whatever sizes they declare.
"""

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO

from reports.filetypes.faults import Fault, Unfit

MOST_PARTS = 4000
"""How many parts an office file has at most, with those of the files within it."""

LARGEST_UNPACKED = 200 * 1024**2
"""How many bytes its parts come to at most, with those of the files within it."""

LARGEST_WITHIN = 20 * 1024**2
"""How many bytes a file has at most that lies packed within another, such as a workbook behind a chart."""

STEEPEST = 200
"""How many times its packed size a part has at most; a file of nothing but zeros reaches 1000."""

FLAT = 1024**2
"""Parts up to this size in bytes are not asked how steeply they are packed."""

DEEPEST = 2
"""How deep archives lie within one another at most: a workbook within a document is at 1."""

CONTENT_TYPES = "[content_types].xml"
MACROS = ("macroenabled", "vbaproject", "vbadata", "macrosheet")
"""What names of parts or content types hold where there are macros, in lower case."""

ZIP, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
LOCKED = 0x1
BEGINNING = 64  # bytes
STEP = 64 * 1024  # bytes


class Main(StrEnum):
    """What the main part of an office file is, as its content type ends."""

    DOCUMENT = "wordprocessingml.document.main+xml"
    WORKBOOK = "spreadsheetml.sheet.main+xml"


def main_of(content: bytes) -> Main:
    """What the office file is, after all of it was unpacked once within the bounds.

    Raises Unfit for what is none, is damaged or locked, swells beyond the bounds, or carries macros, itself or in a
    file within it. A template or a picture that it names elsewhere is not looked for, and passes.
    """
    types, beginnings = _Examination().examine(content, 0)
    for main in Main:
        name = next((name for name, said in _overrides(types) if said.endswith(main)), None)
        if name is not None:
            if not beginnings.get(name.lstrip("/"), b"").lstrip(b"\xef\xbb\xbf\xff\xfe\0\r\n\t ").startswith(b"<"):
                raise Unfit(Fault.DAMAGED)
            return main
    raise Unfit(Fault.UNKNOWN)


class _Examination:
    """One file with all that lies within it; what is unpacked is counted over the whole of it."""

    def __init__(self) -> None:
        self.parts = 0
        self.unpacked = 0

    def examine(self, content: bytes, depth: int) -> tuple[str, dict[str, bytes]]:
        """The content types that an archive lists, in lower case, and how each of its parts begins."""
        self.parts += content.count(CENTRAL)  # before any is read: an archive lists no part without this sign
        if self.parts > MOST_PARTS or depth > DEEPEST:
            raise Unfit(Fault.SWOLLEN)
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                listed = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error) as error:
            raise Unfit(Fault.DAMAGED) from error
        if self.unpacked + sum(part.file_size for part in listed) > LARGEST_UNPACKED:
            raise Unfit(Fault.SWOLLEN)
        types, beginnings = "", {}
        for part in listed:
            name = part.filename.lower()
            part_types, beginnings[name] = self._unpack(content, part, depth)
            types += part_types
            if any(sign in name or sign in part_types for sign in MACROS):
                raise Unfit(Fault.MACROS)
        return types, beginnings

    def _unpack(self, content: bytes, part: zipfile.ZipInfo, depth: int) -> tuple[str, bytes]:
        """The content types that this part lists, and how it begins; an archive in it is examined in its turn."""
        lists = part.filename.lower() == CONTENT_TYPES
        kept, size = bytearray(), 0
        for piece in _pieces(content, part):
            size += len(piece)
            self.unpacked += len(piece)
            if self.unpacked > LARGEST_UNPACKED or size > max(FLAT, STEEPEST * part.compress_size):
                raise Unfit(Fault.SWOLLEN)
            if len(kept) < BEGINNING or lists or kept.startswith(ZIP):
                kept += piece
            if len(kept) > (FLAT if lists else LARGEST_WITHIN):
                raise Unfit(Fault.SWOLLEN)
        if size != part.file_size:
            raise Unfit(Fault.DAMAGED)
        if kept.startswith(ZIP):
            self.examine(bytes(kept), depth + 1)
        return _words(bytes(kept)) if lists else "", bytes(kept[:BEGINNING])


def _pieces(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part, unpacked piece by piece, as many as there truly are.

    The library's own reading stops at the size that was declared, and so never finds out that there is more.
    """
    start = part.header_offset
    head = content[start : start + 30]
    if len(head) < 30 or not head.startswith(ZIP) or part.flag_bits & LOCKED:
        raise Unfit(Fault.DAMAGED)
    name, extra = struct.unpack("<HH", head[26:30])
    start += 30 + name + extra
    packed = memoryview(content)[start : start + part.compress_size]
    if len(packed) < part.compress_size or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unfit(Fault.DAMAGED)
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), STEP):
            rest: bytes | memoryview = packed[at : at + STEP]
            while rest and not stream.eof:
                yield stream.decompress(rest, STEP)
                rest = stream.unconsumed_tail
        yield stream.flush()
    except zlib.error as error:
        raise Unfit(Fault.DAMAGED) from error
    if not stream.eof:
        raise Unfit(Fault.DAMAGED)


def _words(types: bytes) -> str:
    """The list of content types in lower case, as Word reads it: in UTF-8 or UTF-16, with characters by number.

    Packages have no document type (ECMA-376, part 2, 8.1.4), so entities can hide nothing.
    """
    utf16 = types.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in types[:64]
    text = html.unescape(types.decode("utf-16" if utf16 else "utf-8-sig", errors="replace")).lower()
    if "<!doctype" in text:
        raise Unfit(Fault.DAMAGED)
    return text


def _overrides(types: str) -> Iterator[tuple[str, str]]:
    """The parts that the list names, each with its content type."""
    for entry in re.findall(r"<(?:\w+:)?override\b([^<>]*)>", types):
        said = dict(re.findall(r"""(\w+)\s*=\s*["']([^"']*)["']""", entry))
        if {"partname", "contenttype"} <= said.keys():
            yield said["partname"], said["contenttype"]
