"""Files as people attach them, small and whole: office files part by part, and a PDF, a PNG and a JPEG."""

import struct
import zipfile
import zlib
from io import BytesIO

DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe1\x00\x08Exif\0\0\xff\xda\x00\x02picture\xff\xd9"


def chunk(name, data):
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


def archive(parts, packed=zipfile.ZIP_DEFLATED):
    """A ZIP archive of these parts, by name."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", packed) as written:
        for name, data in parts.items():
            written.writestr(name, data)
    return held.getvalue()


def types(main, part, more=""):
    """The list of content types that names the main part."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/>{more}</Types>'
    )


def docx(more=None, *, named="", main=DOCUMENT):
    """A Word file, with more parts, and more said in its list of content types."""
    part = "word/document.xml"
    return archive(
        {"[Content_Types].xml": types(main, part, named), part: "<?xml version='1.0'?><w:document/>", **(more or {})}
    )


def xlsx(more=None, *, main=WORKBOOK):
    """An Excel file."""
    part = "xl/workbook.xml"
    return archive({"[Content_Types].xml": types(main, part), part: "<workbook/>", **(more or {})})
