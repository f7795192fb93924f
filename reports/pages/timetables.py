"""Which period a page of figures shows, by which kinds it can be read, and what other forms have to say by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.http import Http404, HttpRequest

from reports import labels
from reports.pages.spans import Choice, Span, Spans, parsed
from reports.periods import Frequency, PeriodCode, PeriodRefused, WindowRule

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

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
"""What a page shows where nothing is asked: the first of these kinds of period that it has."""

LENGTHS = tuple(dict.fromkeys(frequency for frequency, _rule in KINDS))
"""By how often a form can be asked, the most telling first: a form that is asked every month is read by months."""

SEGMENTS = (
    *(Frequency.WEEK, Frequency.MONTH, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR),
    *(Frequency.TO_DATE, Frequency.ONCE),
)
"""The kinds of period as a reader chooses among them."""


class Segment(NamedTuple):
    """A kind of period that can be read, and the period of that kind which is nearest to the chosen one."""

    by: str
    words: "str | StrPromise"
    code: str

    @property
    def asked(self) -> str:
        """What the address says of it: a code tells its own kind, but for spans from the year's beginning."""
        return self.by if self.by == Frequency.TO_DATE else ""


@dataclass(frozen=True)
class Timetable:
    """The period that a page shows, and for each form the latest one whose data window has ended by then."""

    period: Choice
    forms: Mapping[int, Choice]
    segments: Sequence[Segment] = ()

    def of(self, form: int | None) -> Choice | None:
        """The periods of a form; None where none of its periods has ended by then."""
        return self.forms.get(form) if form else None

    @property
    def trend(self) -> Q:
        """Everything that trends and comparisons read, form by form."""
        return _any(Q(form=form, period__in=choice.read) for form, choice in self.forms.items())

    @property
    def own(self) -> Q:
        """Every period that each form is asked for itself, where the way to its targets lies."""
        return _any(Q(form=form, period__in=choice.asked) for form, choice in self.forms.items())

    @property
    def now(self) -> Q:
        """What is shown of the chosen period alone, form by form."""
        return _any(Q(form=form, period=choice.chosen.pk) for form, choice in self.forms.items())


def _any(conditions: Iterable[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR) or Q(pk=None)


def asked_period(request: HttpRequest) -> tuple[str, str]:
    """The period that the address of a page names, and the kind of period to read by."""
    return request.GET.get("period", ""), request.GET.get("by", "")


def timetable(spans: Spans, code: str, by: str = "", *, today: date) -> Timetable:
    """The asked period, else the latest with any approved report, else the latest; and what each form has by then.

    `code` may name a period of any kind there is. One of a kind that there is not, as in a link from another unit,
    stands for the latest period that has ended by then. `by` is the kind to read by, which only spans from the year's
    beginning need: they share their codes with a month, quarters, halves and years. Raises Http404 where there is no
    such period.
    """
    every = _merged(spans)
    offered = {kind: _of_kind(every, kind) for kind in SEGMENTS}
    shown = _asked(offered, code, by)
    if shown is None:
        usual = next(kind for kind in KINDS if any(span.kind == kind for span in every))
        of_usual = [span for span in offered[usual[0]] if span.rule == usual[1]]
        shown = _ended_by(of_usual, code) if code else next((span for span in of_usual if span.approved), of_usual[0])
        by = usual[0]
    by = by if by == Frequency.TO_DATE or not shown else shown.frequency
    period = _choice(every, shown, by, today)
    forms = {form: _by(known, period, today) for form, known in spans.items()}
    segments = [
        Segment(kind, labels.SEGMENTS[kind], _nearest(known, kind, shown, today).code)
        for kind, known in offered.items()
        if known
    ]
    return Timetable(period, {form: choice for form, choice in forms.items() if choice}, segments)


def _asked(offered: Mapping[Frequency, Sequence[Span]], code: str, by: str) -> Span | None:
    """The period that is asked for, of the first kind that has it."""
    kinds = (
        [Frequency.TO_DATE]
        if by == Frequency.TO_DATE
        else [*(frequency for frequency, _rule in KINDS), Frequency.TO_DATE]
    )
    of_code = [span for kind in dict.fromkeys(kinds) for span in offered[kind] if span.code == code]
    ranks = {(str(frequency), str(rule)): place for place, (frequency, rule) in enumerate(KINDS)}
    return min(
        of_code, key=lambda span: (ranks.get(span.kind, len(ranks)), span.rule != WindowRule.DECREE), default=None
    )


def _merged(spans: Spans) -> list[Span]:
    """The periods of all forms, latest first, each once and with whether any form has a report approved in it."""
    found: dict[int, Span] = {}
    for span in (one for known in spans.values() for one in known):
        if span.pk not in found or span.approved:
            found[span.pk] = span
    return sorted(found.values(), key=lambda one: (one.last_day, one.first_day), reverse=True)


def _own(spans: Sequence[Span]) -> str:
    """The kind that a form is asked for: every other is folded from it."""
    found = {span.frequency for span in spans}
    return next(length for length in LENGTHS if length in found)


def _of_kind(every: Sequence[Span], kind: str) -> list[Span]:
    """The periods that are read by this kind, latest first.

    From the year's beginning lead those that end with a period that is asked for itself.
    """
    if kind != Frequency.TO_DATE:
        return [span for span in every if span.frequency == kind]
    own = _own(every)
    ends = {(span.rule, span.last_day) for span in every if span.frequency == own}
    return [span for span in every if (span.rule, span.last_day) in ends and _begins_its_year(span)]


def _begins_its_year(span: Span) -> bool:
    code = parsed(span.code)
    return code.to_date == code


def _choice(every: Sequence[Span], chosen: Span, by: str, today: date) -> Choice:
    spans = [span for span in _of_kind(every, by) if span.rule == chosen.rule]
    return Choice(spans, chosen, by, every, _own(every), today)


def _by(spans: Sequence[Span], shown: Choice, today: date) -> Choice | None:
    """A form's period: the shown one, else the latest it is asked for whose window has ended by the shown one's end."""
    same = next((span for span in spans if span.pk == shown.chosen.pk), None)
    if same and same in _of_kind(spans, shown.by):
        return _choice(spans, same, shown.by, today)
    own = _own(spans)
    ended = (span for span in spans if span.frequency == own and span.last_day <= shown.chosen.last_day)
    chosen = same or next(ended, None)
    return _choice(spans, chosen, chosen.frequency, today) if chosen else None


def _nearest(known: Sequence[Span], kind: str, shown: Span, today: date) -> Span:
    """The period of a kind to lead to from the shown one: the latest begun by its end of which something is known."""
    alike = [span for span in known if span.rule == shown.rule] or known
    if kind == Frequency.TO_DATE:
        end = min(shown.last_day, today)
        return next((span for span in alike if span.last_day <= end), alike[-1])
    begun = [span for span in alike if span.first_day <= shown.last_day] or alike
    return next((span for span in begun if span.approved), begun[0])


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
