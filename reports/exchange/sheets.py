"""A table as a workbook (XLSX) with one sheet: texts are texts, numbers are numbers, and nothing is a formula.

Written by hand, row by row, as a table needs very little of the format (ECMA-376): cells hold their text themselves.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from reports.exchange.tables import Cell, safe

IN_MEMORY = 4 * 1024 * 1024
"""Up to how many bytes a workbook is kept in memory."""

LONGEST = 32_767
"""How many characters a cell takes (the format's own bound)."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>""",
}

_PANE = '<pane ySplit="1" topLeftCell="A2" state="frozen"/>'
_FROZEN = f'<sheetViews><sheetView workbookViewId="0">{_PANE}</sheetView></sheetViews>'
_UNWRITABLE = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13})  # what XML cannot hold


def as_xlsx(rows: Iterable[Sequence[Cell]], *, title: str) -> IO[bytes]:
    """The rows, their heads first, as a workbook whose sheet has that title; an open file at its beginning."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed by whoever sends it)
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        for name, content in _PARTS.items():
            book.writestr(name, _HEAD + content)
        sheets = f'<sheets><sheet name="{escape(title[:31], {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets>'
        book.writestr("xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheets}</workbook>')
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            sheet = TextIOWrapper(part, encoding="utf-8")
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FROZEN}<sheetData>')
            for number, row in enumerate(rows):
                sheet.write(f"<row>{''.join(_cell(cell, style=0 if number else 1) for cell in row)}</row>")
            sheet.write("</sheetData></worksheet>")
            sheet.flush()
            sheet.detach()
    file.seek(0)
    return file


def _cell(cell: Cell, *, style: int) -> str:
    match cell:
        case None | "":
            return "<c/>"
        case int():
            return f'<c s="{style}"><v>{cell}</v></c>'
        case Decimal():
            return f'<c s="{style}"><v>{cell:f}</v></c>'
        case _:
            text = escape(safe(cell[:LONGEST]).translate(_UNWRITABLE))
            return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
