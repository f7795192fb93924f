"""Documents as PDF, set by typst from templates that hold no words: whatever is written comes as data.

A text is never pasted into markup, so nothing that a person typed can be taken for it. The same data give the same
bytes. Documents are PDF/A-2a and PDF/UA-1 (ISO 19005-2, ISO 14289-1): archives take them, screen readers read them.
"""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import segno
import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from reports import labels
from reports.receipts import Receipt

TEMPLATES = Path(__file__).parent / "templates"
FACE = "Tinos"


def receipt(shown: Receipt, address: str) -> bytes:
    """The receipt as a PDF of one page; `address` is where anybody can verify it, and what its QR code holds."""
    return typeset("receipt.typ", words_of_receipt(shown, address), at=shown.step.at)


def words_of_receipt(shown: Receipt, address: str) -> dict[str, object]:
    """Everything that stands on the page, by the names that its template uses."""
    report, step = shown.report, shown.step
    facts = {
        _("Report"): f"{report.form.code} – {report.version.title}",
        _("Unit"): shown.unit_words,
        _("Period"): labels.period_name(report.period.code),
        _("Data window"): labels.window_words(report.period.first_day, report.period.last_day),
        _("Revision"): str(step.revision.number),
        str(shown.maker_title): shown.maker_words,
    }
    if step.received_at:
        facts[_("Received on paper")] = labels.deadline_words(step.received_at)
        facts[_("Document number")] = step.document
    facts[_("Deadline")] = labels.deadline_words(report.deadline)
    if shown.stand:
        facts[_("Standing")] = labels.stand_words(shown.stand)
    if shown.earlier:
        facts[_("Standing")] += ", " + _("by the first receipt at %(instant)s") % {
            "instant": labels.deadline_words(shown.earlier)
        }
    return {
        "portal": _("Digital transformation reporting portal"),
        "illustrative": _("Illustrative data") if settings.DEMO_CLOCK else "",
        "host": urlsplit(address).netloc,
        "title": _("Receipt of a report"),
        "name": shown.name,
        "number": _("Number: %(number)s") % {"number": shown.name},
        "warning": "" if shown.counts else shown.fate_words,
        "received": _("Received by the server"),
        "instant": f"{timezone.localtime(step.at):%H:%M:%S %d/%m/%Y}",
        "zone": "Asia/Ho_Chi_Minh",
        "facts": list(facts.items()),
        "digest_title": _("SHA-256 of the content"),
        "digest": shown.digest_groups,
        "verify": _("Anybody can verify this receipt: scan the code, or open this address."),
        "address": address,
        "written_address": re.findall(r"[^/]*/|[^/]{1,8}", address),
        "qr": qr_code(address),
        "qr_words": _("QR code of the address at which this receipt is verified"),
    }


def qr_code(text: str) -> str:
    """A QR code as an SVG element without style or script, so that a page may hold it within itself."""
    return segno.make(text, error="m", micro=False).svg_inline(border=4, omitsize=True)


def typeset(template: str, said: dict[str, object], *, at: datetime) -> bytes:
    """Set a template with these data; `at` is the document's own date."""

    def made(standards: "list[typst.PDFStandard]") -> bytes:
        return typst.compile(
            TEMPLATES / template,
            root=TEMPLATES,
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
            pdf_standards=standards,
            timestamp=int(at.timestamp()),
        )

    try:
        return made(["a-2a", "ua-1"])
    except typst.TypstError:  # the standards refuse a sign that no font has; without them it becomes an empty box
        return made([])


@cache
def _fonts() -> typst.Fonts:
    """The fonts that documents are set in, and none of this machine's, so that every machine sets them alike."""
    folder = settings.ROOT / "static/vendor/tinos"
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
    if FACE not in fonts.families():
        raise ImproperlyConfigured(f"{folder} holds no font {FACE}; `python dxportal/assets.py` copies it there.")
    return fonts
