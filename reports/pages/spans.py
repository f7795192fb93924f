"""The periods that a page of figures offers, and the one that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404

from reports.models import Figure
from reports.periods import PeriodCode

YEAR = 13
"""How many months stand in a trend: a year, and the same month of the year before."""


class Span(NamedTuple):
    """A period that can be chosen."""

    pk: int
    code: str
    first_day: date
    last_day: date
    approved: int

    @property
    def year(self) -> int:
        return PeriodCode.parse(self.code).year

    @property
    def short(self) -> str:
        """Its name where there is little room: 4/2022."""
        period = PeriodCode.parse(self.code)
        return f"{period.number}/{period.year}" if "-" in self.code else self.code


@dataclass(frozen=True)
class Choice:
    """The periods that can be chosen, latest first, and the one that is."""

    spans: Sequence[Span]
    chosen: Span

    @property
    def previous(self) -> Span | None:
        return self._beside(1)

    @property
    def next(self) -> Span | None:
        return self._beside(-1)

    @property
    def year(self) -> list[Span]:
        """The periods of the trend, oldest first, ending with the chosen one."""
        start = self.spans.index(self.chosen)
        return list(reversed(self.spans[start : start + YEAR]))

    @property
    def read(self) -> list[int]:
        """The keys of all periods whose figures the trend and the comparison read."""
        return [span.pk for span in {*self.year, self.previous} if span]

    def _beside(self, step: int) -> Span | None:
        place = self.spans.index(self.chosen) + step
        return self.spans[place] if 0 <= place < len(self.spans) else None


def spans_of(figures: "QuerySet[Figure, Any]") -> list[Span]:
    """The periods of these figures, latest first."""
    return [
        Span(
            pk=row["period"],
            code=row["period__code"],
            first_day=row["period__first_day"],
            last_day=row["period__last_day"],
            approved=row["approved"],
        )
        for row in figures
    ]


def choice(spans: Sequence[Span], code: str) -> Choice:
    """The period of that code; without one, the latest with any approved report, else the latest. Raises Http404."""
    if code:
        chosen = next((span for span in spans if span.code == code), None)
        if chosen is None:
            raise Http404(f"no figures of the period {code[:20]!r}")
    else:
        chosen = next((span for span in spans if span.approved), spans[0])
    return Choice(spans, chosen)
