"""Official documents laid out by Nghị định 30/2020/NĐ-CP, as PDF and as DOCX from one description of what they say.

A4, margins of 20 mm and 30 mm on the left, the face of Times New Roman, 13 or 14 points, pages numbered at the top from
the second on (Phụ lục I). The number and the date stay open until the document has them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit
from reports.exchange import documents, word

OPEN = "…"
"""What stands in the place of a number or a day that the document does not have yet."""


@dataclass(frozen=True)
class Table:
    """Rows beneath their heads; `widths` in hundredths of the line. The first column is a number, the rest texts."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Letter:
    """Everything that a document says, in the places that the decree gives it."""

    nation: str
    motto: str
    above: str
    issuer: str
    number: str
    place: str
    kind: str
    subject: str
    to: str
    body: Sequence[str | Table]
    recipients_title: str
    recipients: Sequence[str]
    signer: str
    note: str

    @property
    def title(self) -> str:
        return f"{self.kind} – {self.subject}"


def letter(
    issuer: Unit,
    *,
    kind: str,
    sign: str,
    subject: str,
    body: Sequence[str | Table],
    recipients: Sequence[str],
    signer: str,
    to: str = "",
    number: str = "",
    day: date | None = None,
    at: datetime,
) -> Letter:
    """A document of a body of the city; `sign` is the mark of its kind (TTr, TB), and `day` its date where it has one.

    Select `issuer.parent` with it.
    """
    today = timezone.localtime(at).date()
    dated = (f"{day:%d}", f"{day:%m}", f"{day:%Y}") if day else (OPEN, OPEN, f"{today:%Y}")
    return Letter(
        nation=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence – Freedom – Happiness"),
        above=(_("People's Committee of %(unit)s") % {"unit": issuer.parent.name}).upper() if issuer.parent else "",
        issuer=issuer.name.upper(),
        number=_("No.: %(number)s") % {"number": number or f"{OPEN * 3}/{sign}-{issuer.code}"},
        place=_("Ha Noi, %(day)s/%(month)s/%(year)s") % dict(zip(("day", "month", "year"), dated, strict=True)),
        kind=kind.upper(),
        subject=subject,
        to=to,
        body=body,
        recipients_title=_("Addressees:"),
        recipients=recipients,
        signer=signer.upper(),
        note=_("Illustrative data") if settings.DEMO_CLOCK else "",
    )


def as_pdf(said: Letter, *, at: datetime) -> bytes:
    """The document as a PDF; `at` is its own date in the file."""
    body = [{"text": one} if isinstance(one, str) else {"table": asdict(one)} for one in said.body]
    return documents.typeset("letter.typ", asdict(said) | {"body": body, "title": said.title}, at=at)


def as_docx(said: Letter) -> bytes:
    """The same as a DOCX, to be edited before it is signed."""
    parts: list[word.Block] = [
        word.Columns(
            (
                (word.Line(said.above), word.Line(said.issuer, bold=True), word.RULE_SHORT, word.Line(said.number)),
                (
                    word.Line(said.nation, bold=True),
                    word.Line(said.motto, bold=True, size=14),
                    word.RULE_LONG,
                    word.Line(said.place, italic=True, size=14),
                ),
            ),
            (42, 58),
        )
    ]
    if said.note:
        parts.append(word.Line(said.note, italic=True, size=12))
    parts += [word.Line(said.kind, bold=True, size=14, before=12), word.Line(said.subject, bold=True, size=14)]
    parts.append(word.RULE_SHORT)
    if said.to:
        parts.append(word.Line(said.to, size=14, before=6, after=6))
    for one in said.body:
        if isinstance(one, str):
            parts.append(word.Paragraph(one))
        else:
            parts += [word.Line(one.title, bold=True, before=6, after=3), word.Grid(one.heads, one.rows, one.widths)]
    signed = (word.Line(said.signer, bold=True, size=14), *(word.Line("") for _space in range(4)))
    listed = (
        word.Line(said.recipients_title, bold=True, italic=True, size=12, left=True),
        *(word.Line(f"- {one}", size=11, left=True) for one in said.recipients),
    )
    parts += [word.Line(""), word.Columns((listed, signed), (50, 50))]
    return word.written(parts, title=said.title)
