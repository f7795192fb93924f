"""What a figure is made of: the units beneath, the shorter periods, and the reports and their revisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.exchange.tables import Cell
from reports.models import Figure, Form, Indicator, Report
from reports.pages import downloads, values
from reports.pages.readings import Book, Pair, read_from
from reports.pages.spans import Span
from reports.workflow import STANDING

if TYPE_CHECKING:
    from reports.pages.figures import Line


@dataclass(frozen=True)
class Part:
    """What one unit beneath contributes to a figure: a figure of its own, or the value of its one report."""

    unit: Unit
    pair: Pair
    report: Report | None = None

    @property
    def revision_words(self) -> str:
        """Which revisions of the report its values are read from, and how they stand."""
        if self.report is None:
            return ""
        approved = self.report.approved
        standing = self.report.current if self.report.status in STANDING else None
        found = [_("Revision %(number)s, approved") % {"number": approved.number}] if approved else []
        if standing and standing != approved:
            found.append(_("Revision %(number)s, submitted") % {"number": standing.number})
        return " · ".join(found)


@dataclass(frozen=True)
class Breakdown:
    """One of the lines and the parts that its figure is made of: of a longer period, also the shorter ones."""

    line: "Line"
    parts: Sequence[Part]
    lines: Sequence["Line"]
    shorter: Sequence[tuple[Span, Pair]] = ()

    @property
    def divided(self) -> list[Indicator]:
        """A ratio's numerator and denominator; nothing for any other indicator."""
        asked = {line.indicator.pk: line.indicator for line in self.lines}
        ratio = (self.line.indicator.numerator_id or 0, self.line.indicator.denominator_id or 0)
        return [asked[pk] for pk in ratio] if asked.keys() >= set(ratio) else []

    @property
    def hidden(self) -> int:
        """How many of the reports that it counts are not among the parts, as the person may not see them.

        Of a longer period it is asked of each of its shorter ones.
        """
        if self.shorter:
            return 0
        whole = self.line.pair.any
        return (whole.expected if whole else 0) - sum(part.pair.any.expected for part in self.parts if part.pair.any)


def parts_of(
    request: PortalRequest,
    unit: Unit,
    *,
    form: Form,
    span: Span,
    origin: str,
    line: "Line",
    figures: Sequence[Figure],
) -> list[Part]:
    """The figures of the units beneath that have some, and the values of the unit's own report and of the others."""
    book, folded = Book.of(figures), {figure.scope_id: figure.scope for figure in figures}
    reports = list(
        Report.objects.visible_to(request.user, request.at)
        .filter(Q(unit=unit) | Q(unit__parent=unit), form=form, period=span.pk)
        .with_names()
        .select_related("approved")
        .defer("current__snapshot", "approved__snapshot")
    )
    numbers = values.numbers_of(reports, line.indicator)
    read = [(report, read_from(report, line.indicator, numbers, line.subject.row)) for report in reports]
    parts = [
        Part(one, pair)
        for one in folded.values()
        if (pair := book.get(span, form.pk, one.pk, origin, line.subject)).any
    ]
    parts += [
        Part(report.unit, pair, report)
        for report, pair in read
        if report.unit_id not in folded
        and (origin in (report.unit.level, labels.ALL_LEVELS) or (origin == Level.CITY and pair.is_answered))
    ]
    return sorted(
        parts, key=lambda one: (one.unit.pk != unit.pk, one.unit.level != Level.DEPARTMENT, one.unit.sort_key)
    )


def download(breakdown: Breakdown, unit: Unit, span: Span) -> HttpResponseBase:
    """One figure with its parts; the last line is the figure itself."""
    heading = [
        *(_("Code"), _("Unit"), _("Numerator, confirmed"), _("Denominator, confirmed")),
        *(_("Confirmed"), _("Provisional"), _("Expected"), _("Submitted"), _("Approved"), _("Without data")),
    ]
    whole = Part(unit, breakdown.line.pair)
    rows: list[Sequence[Cell]] = [heading]
    for shorter, pair in breakdown.shorter:
        rows.append([shorter.code, labels.period_name(shorter.code), *_numbers(pair)])
    rows += [[part.unit.code, part.unit.name, *_numbers(part.pair)] for part in (*breakdown.parts, whole)]
    subject = "-".join(filter(None, [breakdown.line.indicator.code, breakdown.line.subject.row]))
    return downloads.csv(f"{subject}-{unit.code}-{span.code}", rows)


def _numbers(pair: Pair) -> list[Cell]:
    """A figure's parts, readings and coverage, as a file has them."""
    confirmed, counted = pair.confirmed, pair.any
    return [
        confirmed.numerator if confirmed else None,
        confirmed.denominator if confirmed else None,
        pair.reading,
        pair.provisional_reading,
        *((counted.expected, counted.submitted, counted.approved, counted.without_data) if counted else ()),
    ]
