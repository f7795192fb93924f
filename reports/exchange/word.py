"""Texts as a word processor's document (DOCX, ECMA-376): paragraphs, columns without lines, and tables with them.

Written by hand, as official documents need very little of the format; a text is escaped and never taken for markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.exchange.sheets import UNWRITABLE

TWIPS = 9355
"""The width of a line in twentieths of a point: A4 less 30 mm on the left and 15 mm on the right."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True)
class Line:
    """A paragraph of its own kind: centred unless `left`, of that size and space around it in points."""

    text: str
    bold: bool = False
    italic: bool = False
    size: int = 13
    left: bool = False
    before: int = 0
    after: int = 0


@dataclass(frozen=True)
class Rule:
    """A line drawn beneath a heading; `inset` is how much of the width is left free at each side, in hundredths."""

    inset: int


RULE_SHORT, RULE_LONG = Rule(33), Rule(18)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text: justified, its first line indented by 12.7 mm."""

    text: str


@dataclass(frozen=True)
class Columns:
    """Blocks side by side without lines around them; `widths` in hundredths."""

    columns: Sequence[Sequence[Line | Rule]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Grid:
    """A table with its lines; the heads are repeated on each page."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


Block = Line | Rule | Paragraph | Columns | Grid


def written(blocks: Iterable[Block], *, title: str) -> bytes:
    """The document; the same blocks give the same bytes."""
    body = "".join(_block(one) for one in blocks)
    parts = _PARTS | {
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{_text(title)}</dc:title>'
        "<dc:language>vi-VN</dc:language></cp:coreProperties>",
        "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{body}{_PAGE}</w:body>'
        "</w:document>",
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(ZipInfo(name), _HEAD + content, ZIP_DEFLATED)
    return file.getvalue()


def _text(text: str) -> str:
    return escape(text.translate(UNWRITABLE))


def _block(one: Block, width: int = TWIPS) -> str:
    match one:
        case Line():
            style = f'<w:jc w:val="{"left" if one.left else "center"}"/>'
            space = f'<w:spacing w:before="{one.before * 20}" w:after="{one.after * 20}"/>'
            return _paragraph(space + style, one.text, bold=one.bold, italic=one.italic, size=one.size)
        case Rule():
            indent = width * one.inset // 100
            line = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
            space = '<w:spacing w:before="20" w:after="0" w:line="120" w:lineRule="exact"/>'
            return f'<w:p><w:pPr>{line}{space}<w:ind w:left="{indent}" w:right="{indent}"/></w:pPr></w:p>'
        case Paragraph():
            space = '<w:spacing w:before="120" w:after="0"/><w:ind w:firstLine="720"/><w:jc w:val="both"/>'
            return _paragraph(space, one.text, size=14)
        case Columns():
            widths = [width * share // 100 for share in one.widths]
            cells = [
                _cell("".join(_block(part, inner) for part in column), inner)
                for column, inner in zip(one.columns, widths, strict=True)
            ]
            return _table("", widths, [f"<w:tr>{''.join(cells)}</w:tr>"])
        case Grid():
            return _grid(one, width)


def _grid(one: Grid, width: int) -> str:
    widths = [width * share // 100 for share in one.widths]

    def row(texts: Sequence[str], *, head: bool = False) -> str:
        cells = []
        for place, (text, inner) in enumerate(zip(texts, widths, strict=True)):
            style = f'<w:jc w:val="{"center" if head or not place else "left"}"/>'
            cells.append(_cell(_paragraph(style, text, bold=head, size=12), inner))
        rules = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
        return f"<w:tr>{rules}{''.join(cells)}</w:tr>"

    rows = [row(one.heads, head=True), *(row(texts) for texts in one.rows)]
    return _table(f"<w:tblBorders>{_LINES}</w:tblBorders>", widths, rows)


def _table(borders: str, widths: Sequence[int], rows: Sequence[str]) -> str:
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    facts = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{facts}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _cell(content: str, width: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'


def _paragraph(style: str, text: str, *, bold: bool = False, italic: bool = False, size: int = 13) -> str:
    marks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "") + f'<w:sz w:val="{size * 2}"/>'
    runs = f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{_text(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>"


_PAGE = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/>'
    "<w:titlePg/></w:sectPr>"
)
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>
<Override PartName="/word/header1.xml" ContentType="{_TYPES}.header+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
</Relationships>""",
    "word/_rels/document.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rIdStyles" Type="{_OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rIdHeader" Type="{_OFFICE}/header" Target="header1.xml"/></Relationships>""",
    "word/styles.xml": f"""<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}<w:sz w:val="26"/>
<w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>""",
    "word/header1.xml": f"""<w:hdr xmlns:w="{_WORD}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>""",
}
