"""The periods that a page of figures offers, the one that it shows, and what other forms have to say by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404

from reports.models import Figure, Report
from reports.periods import Frequency, PeriodCode, PeriodRefused, WindowRule

YEAR = 13
"""How many periods stand in a trend: of months a year, and the same month of the year before."""

KINDS = (
    (Frequency.MONTH, WindowRule.DECREE),
    (Frequency.MONTH, WindowRule.CALENDAR),
    (Frequency.QUARTER, WindowRule.DECREE),
    (Frequency.QUARTER, WindowRule.CALENDAR),
    (Frequency.HALF, WindowRule.DECREE),
    (Frequency.HALF, WindowRule.CALENDAR),
    (Frequency.YEAR, WindowRule.DECREE),
    (Frequency.YEAR, WindowRule.CALENDAR),
    (Frequency.WEEK, WindowRule.CALENDAR),
    (Frequency.ONCE, WindowRule.CALENDAR),
    (Frequency.ONCE, WindowRule.DECREE),
)
"""What a page offers to choose among: the first of these kinds of period that it has."""


class Span(NamedTuple):
    """A period that can be chosen."""

    pk: int
    code: str
    rule: str
    frequency: str
    first_day: date
    last_day: date
    approved: int

    @property
    def kind(self) -> tuple[str, str]:
        """Periods of one kind follow each other; those of two may share a code."""
        return self.frequency, self.rule

    @property
    def year(self) -> int:
        return PeriodCode.parse(self.code).year

    @property
    def short(self) -> str:
        """Its name where there is little room: 4/2022, Q2/2022."""
        year, _dash, rest = self.code.partition("-")
        if self.frequency == Frequency.ONCE:
            return f"{self.last_day:%d/%m}"
        return f"{rest.lstrip('0')}/{year}" if rest else year


@dataclass(frozen=True)
class Choice:
    """The periods of one kind, latest first, and the one that is chosen."""

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


@dataclass(frozen=True)
class Timetable:
    """The period that a page shows, and for each form the latest one whose data window has ended by then."""

    period: Choice
    forms: Mapping[int, Choice]

    def of(self, form: int | None) -> Choice | None:
        """The periods of a form; None where none of its periods has ended by then."""
        return self.forms.get(form) if form else None

    @property
    def trend(self) -> Q:
        """Everything that trends and comparisons read, form by form."""
        return _any(Q(form=form, period__in=choice.read) for form, choice in self.forms.items())

    @property
    def now(self) -> Q:
        """What is shown of the chosen period alone, form by form."""
        return _any(Q(form=form, period=choice.chosen.pk) for form, choice in self.forms.items())


def _any(conditions: Iterable[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR) or Q(pk=None)


Spans = Mapping[int, Sequence[Span]]
"""The periods of each form, latest first."""


def spans_of(figures: "QuerySet[Figure, Any]") -> Spans:
    """The periods of these figures, by form."""
    found: dict[int, list[Span]] = {}
    for row in figures:
        span = Span(
            pk=row["period"],
            code=row["period__code"],
            rule=row["period__rule"],
            frequency=row["period__frequency"],
            first_day=row["period__first_day"],
            last_day=row["period__last_day"],
            approved=row["approved"],
        )
        found.setdefault(row["form"], []).append(span)
    return found


def spans_of_reports(reports: Iterable[Report]) -> Spans:
    """The periods of one unit's reports, by form; give them latest first."""
    found: dict[int, list[Span]] = {}
    for report in reports:
        period = report.period
        span = Span(
            pk=period.pk,
            code=period.code,
            rule=period.rule,
            frequency=period.frequency,
            first_day=period.first_day,
            last_day=period.last_day,
            approved=int(report.approved_id is not None),
        )
        found.setdefault(report.form_id, []).append(span)
    return found


def timetable(spans: Spans, code: str) -> Timetable:
    """The asked period, else the latest with any approved report, else the latest; and what each form has by then.

    `code` may name a period of any kind there is. One of a kind that there is not, as in a link from another unit,
    stands for the latest period that has ended by then. Raises Http404 where there is no such period.
    """
    every = _merged(spans)
    kinds = [kind for kind in KINDS if any(span.kind == kind for span in every)]
    same = [span for kind in kinds for span in every if span.code == code and span.kind == kind]
    if same:
        period = _choice(every, same[0])
    else:
        offered = [span for span in every if span.kind == kinds[0]]
        chosen = _ended_by(offered, code) if code else next((span for span in offered if span.approved), offered[0])
        period = Choice(offered, chosen)
    forms = {form: _by(known, period.chosen) for form, known in spans.items()}
    return Timetable(period, {form: choice for form, choice in forms.items() if choice})


def _merged(spans: Spans) -> list[Span]:
    """The periods of all forms, latest first, each once and with the most reports approved in it."""
    found: dict[int, Span] = {}
    for span in (one for known in spans.values() for one in known):
        if span.pk not in found or found[span.pk].approved < span.approved:
            found[span.pk] = span
    return sorted(found.values(), key=lambda one: (one.last_day, one.first_day), reverse=True)


def _choice(spans: Sequence[Span], chosen: Span) -> Choice:
    return Choice([span for span in spans if span.kind == chosen.kind], chosen)


def _by(spans: Sequence[Span], shown: Span) -> Choice | None:
    """A form's period: the shown one, else its latest whose window has ended by the shown one's end."""
    same = next((span for span in spans if span.pk == shown.pk), None)
    chosen = same or next((span for span in spans if span.last_day <= shown.last_day), None)
    return _choice(spans, chosen) if chosen else None


def _ended_by(offered: Sequence[Span], code: str) -> Span:
    """The latest period that had ended when a period of another kind ends; 404 for one of the offered kind."""
    try:
        asked = PeriodCode.parse(code)
        rule = WindowRule.CALENDAR if asked.frequency in (Frequency.WEEK, Frequency.ONCE) else WindowRule.DECREE
        end = asked.window(rule).last
    except PeriodRefused as no:
        raise Http404(f"no such period: {code[:20]!r}") from no
    found = next((span for span in offered if span.last_day <= end), None)
    if found is None or asked.frequency == offered[0].frequency:
        raise Http404(f"no figures of the period {code[:20]!r}")
    return found
