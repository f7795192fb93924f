"""A period of figures, those of one kind beside each other, and what the chosen one is compared with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from reports import labels
from reports.models import Figure, Form, Period, Report
from reports.periods import MONTHS, Frequency, PeriodCode

YEAR = 13
"""How many periods stand in a trend: of months a year, and the same month of the year before."""

LONGER = (*MONTHS, Frequency.TO_DATE)
"""The kinds of period that can be folded from shorter ones."""


class Span(NamedTuple):
    """A period that can be chosen."""

    pk: int
    code: str
    rule: str
    frequency: str
    first_day: date
    last_day: date
    approved: bool

    @property
    def kind(self) -> tuple[str, str]:
        """Periods of one kind follow each other; those of two may share a code."""
        return self.frequency, self.rule

    @property
    def year(self) -> int:
        return parsed(self.code).year

    @property
    def short(self) -> str:
        """Its name where there is little room: 4/2022, Q2/2022."""
        year, _dash, rest = self.code.partition("-")
        if self.frequency == Frequency.ONCE:
            return f"{self.last_day:%d/%m}"
        if self.frequency == Frequency.TO_DATE:
            return f"1–{parsed(self.code).number}/{year}"
        return f"{rest.lstrip('0')}/{year}" if rest else year

    def holds(self, other: "Span") -> bool:
        """Whether the other one lies within this one, under the same window rule."""
        return (
            self.rule == other.rule
            and self.pk != other.pk
            and self.first_day <= other.first_day
            and other.last_day <= self.last_day
        )


@lru_cache(maxsize=2048)
def parsed(code: str) -> PeriodCode:
    """The period that a code names, read once a process."""
    return PeriodCode.parse(code)


@dataclass(frozen=True)
class Choice:
    """The periods of one kind, latest first, and the one that is chosen.

    `every` are the form's periods of all kinds, `own` the kind that it is asked for; longer ones are folded from these.
    `by` is the kind that is read: spans from the year's beginning (luỹ kế) bear the names of other kinds too.
    """

    spans: Sequence[Span]
    chosen: Span
    by: str
    every: Sequence[Span]
    own: str
    today: date

    @property
    def previous(self) -> Span | None:
        return self._beside(1)

    @property
    def next(self) -> Span | None:
        return self._beside(-1)

    @property
    def compared(self) -> Span | None:
        """The period that the chosen one is compared with; none where the one before is a part of it."""
        return None if self.by == Frequency.TO_DATE else self.previous

    @cached_property
    def last_year(self) -> Span | None:
        """The same period of the year before."""
        return self._named(parsed(self.chosen.code).same_last_year)

    @cached_property
    def to_date(self) -> Span | None:
        """From the year's beginning to the end of the chosen period, where that is another one."""
        code = parsed(self.chosen.code).to_date
        return self._named(code) if code and code.code != self.chosen.code else None

    @property
    def is_folded(self) -> bool:
        """Whether it is a longer period, folded from those that the form is asked for."""
        return self.chosen.frequency != self.own and self.chosen.frequency in LONGER

    @property
    def asked(self) -> list[int]:
        """The keys of the periods that the form is asked for."""
        return [span.pk for span in self.every if span.frequency == self.own]

    @cached_property
    def parts(self) -> list[Span]:
        """The shorter periods that a longer one is folded from, oldest first."""
        if not self.is_folded:
            return []
        return [span for span in reversed(self.every) if span.frequency == self.own and self.chosen.holds(span)]

    @property
    def is_running(self) -> bool:
        """Whether a longer period goes on: what is told of it is told up to now."""
        return self.is_folded and self.chosen.last_day >= self.today

    @property
    def address(self) -> str:
        """The part of an address that leads to it."""
        return f"period={self.chosen.code}" + ("&by=to_date" if self.by == Frequency.TO_DATE else "")

    @property
    def parts_words(self) -> str:
        """From which period to which a longer one holds figures."""
        return " – ".join(dict.fromkeys(labels.period_name(one.code) for one in (*self.parts[:1], *self.parts[-1:])))

    @property
    def year(self) -> list[Span]:
        """The periods of the trend, oldest first, ending with the chosen one."""
        start = self.spans.index(self.chosen)
        return list(reversed(self.spans[start : start + YEAR]))

    @property
    def beside(self) -> list[int]:
        """The keys of the chosen period and of those that its figures are compared with."""
        return [span.pk for span in (self.chosen, self.compared, self.last_year, self.to_date) if span]

    @property
    def read(self) -> list[int]:
        """The keys of all periods whose figures the trend and the comparisons read."""
        return list(dict.fromkeys([*(span.pk for span in self.year), *self.beside]))

    def _beside(self, step: int) -> Span | None:
        place = self.spans.index(self.chosen) + step
        return self.spans[place] if 0 <= place < len(self.spans) else None

    def _named(self, code: PeriodCode) -> Span | None:
        return next((span for span in self.every if span.code == code.code and span.rule == self.chosen.rule), None)


Spans = Mapping[int, Sequence[Span]]
"""The periods of each form, latest first."""


def spans_of(figures: "QuerySet[Figure]", forms: "QuerySet[Form] | None" = None) -> Spans:
    """The periods of which there are such figures, by form; of these forms, or of all. One query.

    It asks of each period and form whether there is one, as reading them all to know their periods takes longer.
    """
    such = figures.filter(form=OuterRef("pk"), period=OuterRef(OuterRef("pk"))).order_by()
    asked = (Form.objects.all() if forms is None else forms).order_by()
    periods = Period.objects.order_by("-last_day", "-first_day").annotate(
        forms=ArraySubquery(asked.filter(Exists(such)).values("pk")),
        answered=ArraySubquery(asked.filter(Exists(such.filter(approved__gt=0))).values("pk")),
    )
    found: dict[int, list[Span]] = {}
    for period in periods:
        for form in period.forms or ():
            found.setdefault(form, []).append(_span(period, approved=form in (period.answered or ())))
    return found


def spans_of_reports(reports: Iterable[Report]) -> Spans:
    """The periods of one unit's reports, by form; give them latest first."""
    found: dict[int, list[Span]] = {}
    for report in reports:
        span = _span(report.period, approved=report.approved_id is not None)
        found.setdefault(report.form_id, []).append(span)
    return found


def _span(period: Period, *, approved: bool) -> Span:
    return Span(
        pk=period.pk,
        code=period.code,
        rule=period.rule,
        frequency=period.frequency,
        first_day=period.first_day,
        last_day=period.last_day,
        approved=approved,
    )
