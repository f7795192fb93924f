"""The figures grid of one report: each line beside the last period, the same period last year and its targets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Q
from django.utils.translation import gettext as _

from reports import labels
from reports.checks import Problem, Severity
from reports.content import Terms
from reports.labels import ALL_LEVELS
from reports.models import Item, Report, Section, Target, Value
from reports.numbers import written
from reports.periods import PeriodCode
from reports.workflow import STANDING

FEW = 4  # blank cells that are worth naming

Numbers = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into a cell, with the edit of the cell that they saw."""

    item: str
    text: str
    edit: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A cell that somebody else changed while a person typed into it: what stands, its edit, and both in words."""

    stands: str
    edit: int
    words: str


@dataclass
class Kept:
    """What a person typed or asked for and what was said to it, shown again so that nothing is lost."""

    status: int = 200
    words: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    stale: dict[str, Stale] = field(default_factory=dict)
    move: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A problem in words, at its cell."""

    item: str
    name: str
    severity: Severity
    words: str


@dataclass
class Line:
    """One line of the grid: what stands in its cell, and what it is compared with."""

    item: Item
    formula: str
    number: Decimal | None = None
    edit: int = 0
    last: Decimal | None = None
    last_year: Decimal | None = None
    targets: list[Target] = field(default_factory=list)
    says: list[Found] = field(default_factory=list)
    typed: str | None = None
    refused: str = ""
    stale: Stale | None = None

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def decimals(self) -> int:
        return self.item.indicator.decimals

    @property
    def is_typed(self) -> bool:
        return not self.formula and self.item.indicator.numerator_id is None

    @property
    def is_share(self) -> bool:
        """Whether it is counted in per cent, so that it changes by points."""
        return self.item.indicator.unit_of_measure == "%"

    @property
    def stands(self) -> str:
        """The number that is stored or worked out, as written; empty where there is none."""
        return in_writing(self.number, self.item)

    @property
    def shown(self) -> str:
        """What the cell shows: what was typed and not taken, else what stands."""
        return self.stands if self.typed is None else self.typed

    @property
    def change(self) -> str:
        """How it moved since the last period: in per cent, a share by points; empty where that cannot be said."""
        if self.number is None or self.last is None or not (self.last or self.is_share):
            return ""
        if self.is_share:
            return _("{change} points").format(change=signed(self.number - self.last))
        return f"{signed((self.number - self.last) / self.last * 100)}%"

    @property
    def blocks(self) -> bool:
        return any(found.severity == Severity.ERROR for found in self.says)


@dataclass
class Sheet:
    """All lines of a report's revision, with what is wrong in them."""

    terms: Terms
    lines: list[Line]
    problems: list[Problem]

    @property
    def sections(self) -> Iterator[tuple[Section, list[Line]]]:
        for section, lines in groupby(self.lines, key=lambda line: line.item.section):
            yield section, list(lines)

    @property
    def numbers(self) -> Numbers:
        return {line.code: line.number for line in self.lines}

    @property
    def found(self) -> list[Found]:
        return found(self.terms, self.problems)

    @property
    def blank(self) -> list[Line]:
        """The lines that still have to be answered."""
        codes = blank(self.problems)
        return [line for line in self.lines if line.code in codes]

    @property
    def last_blank(self) -> list[Line]:
        """The same once few of them are left: before that, their names would only be noise."""
        return self.blank if len(self.blank) <= FEW else []

    @property
    def done(self) -> int:
        return progress(self.terms, self.numbers)[0]

    @property
    def asked(self) -> int:
        return progress(self.terms, self.numbers)[1]


def sheet_of(report: Report, revision: int | None, kept: Kept) -> Sheet:
    """The grid of a revision, or an empty one; five queries. Select the report's unit and period with it."""
    terms = Terms.of(report.version_id)
    values = {
        code: (number, edit)
        for code, number, edit in Value.objects.filter(revision=revision).values_list("item__code", "number", "edit")
    }
    numbers = terms.with_ratios({item.code: values.get(item.code, (None, 0))[0] for item in terms.items})
    problems = terms.problems(numbers)
    said = found(terms, problems)
    before, year_before = _earlier(report, terms)
    targets = Target.objects.filter(
        indicator__in=[item.indicator_id for item in terms.items],
        origin__in=[report.unit.level, ALL_LEVELS],
        year__gte=report.period.last_day.year,
    ).order_by("year")
    aims = list(targets)
    lines = [
        Line(
            item=item,
            formula=terms.formula_of(item),
            number=numbers[item.code],
            edit=values.get(item.code, (None, 0))[1],
            last=before.get(item.code),
            last_year=year_before.get(item.code),
            targets=[target for target in aims if target.indicator_id == item.indicator_id],
            says=[one for one in said if one.item == item.code],
            typed=kept.typed.get(item.code),
            refused=kept.refused.get(item.code, ""),
            stale=kept.stale.get(item.code),
        )
        for item in terms.items
    ]
    return Sheet(terms, lines, problems)


def _earlier(report: Report, terms: Terms) -> tuple[Numbers, Numbers]:
    """The unit's numbers of the last period and of the same period last year, by item code, in one query.

    Each from the approved revision, else from the one that is submitted and stands.
    """
    period = PeriodCode.parse(report.period.code)
    codes = (period.previous.code, period.same_last_year.code)
    in_force = Q(revision=F("revision__report__approved"))
    standing = Q(
        revision__report__approved=None,
        revision__report__status__in=STANDING,
        revision=F("revision__report__current"),
    )
    rows = Value.objects.filter(
        in_force | standing,
        revision__report__unit=report.unit_id,
        revision__report__form=report.form_id,
        revision__report__period__rule=report.period.rule,
        revision__report__period__code__in=codes,
    ).values_list("revision__report__period__code", "item__indicator", "number")
    stored = {(code, indicator): number for code, indicator, number in rows}
    last, last_year = (
        terms.with_ratios({item.code: stored.get((code, item.indicator_id)) for item in terms.items}) for code in codes
    )
    return last, last_year


def in_writing(number: Decimal | None, item: Item) -> str:
    """The number of an item as its cell shows it; empty where there is none."""
    return "" if number is None else written(number, item.indicator.decimals)


def signed(change: Decimal) -> str:
    """A change with its sign and one decimal: +12,5."""
    text = written(change, 1)
    return text.replace("-", "−") if text.startswith("-") or text == "0,0" else f"+{text}"


def found(terms: Terms, problems: Iterable[Problem]) -> list[Found]:
    """What is wrong, in words; a cell still empty is no fault yet and is counted by `blank`."""
    messages = {rule.code: rule.message for rule in terms.rules}
    return [
        Found(
            problem.item,
            terms.by_code[problem.item].indicator.name,
            problem.severity,
            labels.problem_words(problem, messages),
        )
        for problem in problems
        if problem.code != "unanswered"
    ]


def blank(problems: Iterable[Problem]) -> list[str]:
    """The codes of the cells that still have to be answered."""
    return [problem.item for problem in problems if problem.code == "unanswered"]


def progress(terms: Terms, numbers: Numbers) -> tuple[int, int]:
    """How many of the cells that people type in are answered, and how many there are."""
    typed = [item for item in terms.items if terms.is_typed(item)]
    return sum(numbers.get(item.code) is not None for item in typed), len(typed)
