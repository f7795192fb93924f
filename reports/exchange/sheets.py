"""Tables as a workbook (XLSX), each on a sheet: texts are texts, numbers are numbers, and nothing is a formula.

Written by hand, row by row, as a table needs very little of the format (ECMA-376): cells hold their text themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO
from xml.sax.saxutils import escape, quoteattr
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
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>""",
}

_PANE = '<pane ySplit="1" topLeftCell="A2" state="frozen"/>'
_FROZEN = f'<sheetViews><sheetView workbookViewId="0">{_PANE}</sheetView></sheetViews>'
UNWRITABLE = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13})
"""What XML cannot hold."""


def as_xlsx(
    rows: Iterable[Sequence[Cell]], *, title: str, beside: Mapping[str, Iterable[Sequence[Cell]]] | None = None
) -> IO[bytes]:
    """The rows, their heads first, as a workbook whose sheet has that title; an open file at its beginning.

    `beside` are further sheets by title. Rows are taken in the order of the sheets, one after the other.
    """
    tables = {title: rows, **(beside or {})}
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed by whoever sends it)
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        for name, content in (_PARTS | _listed(list(tables))).items():
            book.writestr(name, _HEAD + content)
        for number, table in enumerate(tables.values(), 1):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                sheet = TextIOWrapper(part, encoding="utf-8")
                _write(sheet, table)
                sheet.flush()
                sheet.detach()
    file.seek(0)
    return file


def _listed(titles: Sequence[str]) -> dict[str, str]:
    """The parts that list the sheets."""
    numbered = list(enumerate(titles, 1))
    types = (
        f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for one, _title in numbered
    )
    links = (
        f'<Relationship Id="rId{one}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{one}.xml"/>'
        for one, _title in numbered
    )
    sheets = (f'<sheet name={quoteattr(title[:31])} sheetId="{one}" r:id="rId{one}"/>' for one, title in numbered)
    return {
        "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>
{"".join(types)}</Types>""",
        "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
{"".join(links)}
<Relationship Id="rIdStyles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
        "xl/workbook.xml": f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">
<sheets>{"".join(sheets)}</sheets></workbook>""",
    }


def _write(sheet: TextIOWrapper, rows: Iterable[Sequence[Cell]]) -> None:
    sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FROZEN}<sheetData>')
    sheet.writelines(
        f"<row>{''.join(_cell(cell, style=0 if number else 1) for cell in row)}</row>"
        for number, row in enumerate(rows)
    )
    sheet.write("</sheetData></worksheet>")


def _cell(cell: Cell, *, style: int) -> str:
    match cell:
        case None | "":
            return "<c/>"
        case int():
            return f'<c s="{style}"><v>{cell}</v></c>'
        case Decimal():
            return f'<c s="{style}"><v>{cell:f}</v></c>'
        case _:
            text = escape(safe(cell[:LONGEST]).translate(UNWRITABLE))
            return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
