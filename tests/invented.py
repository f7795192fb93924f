"""Invented towns: units, forms, answers and fates drawn at random, kept as plain facts and written to the database.

The facts are what tests/in_pandas.py folds; nothing of them is read back. A town is made of a seed alone, so that a
number in a message is enough to see it again.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import NamedTuple

SPACES = ("sum", "mean", "min", "max", "count", "none")
TIMES = ("sum", "first", "last", "mean")
SIX = Decimal("0.000001")
DAY = timedelta(days=1)


class Measure(NamedTuple):
    """An indicator: how it folds over units and over time, and the two parts of a ratio."""

    code: str
    space: str
    time: str
    parts: tuple[str, ...] = ()


PLAIN = {f"{space}_{time}": Measure(f"{space}_{time}", space, time) for space in SPACES for time in TIMES}
RATIOS = {
    f"share_{at}": Measure(f"share_{at}", "ratio", time, parts)
    for at, (time, parts) in enumerate(
        [
            ("sum", ("sum_sum", "sum_first")),
            ("sum", ("sum_sum", "sum_mean")),
            ("sum", ("count_sum", "sum_last")),
            ("first", ("sum_first", "mean_first")),
            ("last", ("sum_last", "sum_sum")),
            ("mean", ("mean_mean", "count_mean")),
            ("sum", ("none_sum", "none_last")),
            ("sum", ("min_sum", "max_last")),
        ]
    )
}
MEASURES = PLAIN | RATIOS


class Formula(NamedTuple):
    """How an item is computed: terms that are added up, or another `kind` of expression over the same terms.

    A term is (factor, code, row); the row is "" for the present one, "sum" for all, else named.
    """

    kind: str
    terms: tuple[tuple[Decimal, str, str], ...]

    @property
    def text(self) -> str:
        names = [_named(code, row) for _factor, code, row in self.terms]
        if self.kind == "max":
            return f"max({', '.join(names)})"
        if self.kind == "given":
            return f"given({names[0]}, 0) + {' + '.join(names)}"
        found = ""
        for (factor, _code, _row), name in zip(self.terms, names, strict=True):
            size = name if abs(factor) == 1 else f"{abs(factor)} * {name}"
            sign = "-" if factor < 0 else "+"
            found += f" {sign} {size}" if found else (f"-{size}" if factor < 0 else size)
        return found


def _named(code, row):
    return {"": code, "sum": f"sum({code})"}.get(row, f"{code}[{row}]")


class Asked(NamedTuple):
    """An item of a version: its section, what it takes, how it is computed, and of whom it is asked alone."""

    section: int
    kind: str
    formula: Formula | None = None
    only: frozenset[int] = frozenset()


class Table(NamedTuple):
    """A section: its rows, and whether one more, `total`, adds them up. Lines have no rows."""

    rows: tuple[str, ...] = ()
    total: bool = False

    @property
    def all_rows(self):
        return (*self.rows, "total") if self.total else self.rows or ("",)


@dataclass
class Version:
    """What a form asks from some period on; `items` by code, those that a formula names first."""

    frequency: str
    tables: list[Table]
    items: dict[str, Asked]
    pk: int = 0

    def rows(self, code):
        """The rows in which a measure is asked: a ratio where both its parts are; none where it is not."""
        measure = MEASURES[code]
        if code not in self.items or any(part not in self.items for part in measure.parts):
            return ()
        return self.tables[self.items[measure.parts[0] if measure.parts else code].section].all_rows

    def adds_up(self, code, row):
        """The cells that a cell adds up, each with its factor; None where it is typed in or does anything else."""
        item = self.items[code]
        table = self.tables[item.section]
        if item.formula and item.formula.kind == "sum":
            return [cell for term in item.formula.terms for cell in self.cells_of(term, row)]
        if item.formula is None and row == "total" and item.kind == "number":
            return [(Decimal(1), code, each) for each in table.rows]
        return None

    def cells_of(self, term, row):
        factor, code, where = term
        table = self.tables[self.items[code].section]
        if where == "sum":
            return [(factor, code, each) for each in table.rows]
        return [(factor, code, where or (row if table.rows else ""))]


class Period(NamedTuple):
    """A span with its data window by decree."""

    code: str
    frequency: str
    first: date
    last: date


MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def period(frequency, year, number):
    """The period by decree: from the 15th of the month before it to the 14th of its last month."""
    length = MONTHS[frequency]
    first = year * 12 + (number - 1) * length - 1
    last = first + length
    mark = {"month": f"-{number:02}", "quarter": f"-Q{number}", "half": f"-H{number}", "year": ""}[frequency]
    window = date(first // 12, first % 12 + 1, 15), date(last // 12, last % 12 + 1, 14)
    return Period(f"{year}{mark}", frequency, *window)


@dataclass
class Place:
    """A unit: its key, level and line from the city down, and the day on which it ends."""

    pk: int
    level: str
    path: tuple[int, ...]
    ends: date | None = None


@dataclass
class Filed:
    """One report: the contents in force and standing, by (code, row), as its fate has it."""

    form: int
    version: Version
    unit: Place
    period: Period
    fate: str
    first: dict[tuple[str, str], Decimal]
    later: dict[tuple[str, str], Decimal]
    was: str = ""
    pk: int = 0

    @property
    def confirmed(self):
        return self.first if self.fate in {"approved", "amending", "amended"} else None

    @property
    def provisional(self):
        if self.fate in {"silent", "returned"}:
            return None
        return self.later if self.fate == "amended" else self.first


FATES = ("silent", "submitted", "checked", "approved", "approved", "returned", "amending", "amended", "exempt")
BEFORE = {
    "submitted": ("silent",),
    "checked": ("silent", "submitted"),
    "approved": ("silent", "submitted", "checked"),
    "returned": ("silent", "submitted"),
    "amending": ("silent", "checked", "approved"),
    "amended": ("silent", "submitted", "approved", "amending"),
    "exempt": ("silent", "returned"),
}


@dataclass
class Town:
    """The facts of one invented town."""

    units: list[Place] = field(default_factory=list)
    forms: list[list[tuple[Period, Version]]] = field(default_factory=list)
    reports: list[Filed] = field(default_factory=list)
    aside: list[tuple[str, int, date, date]] = field(default_factory=list)
    sources: list[tuple[str, str, int, date, date]] = field(default_factory=list)
    folded_before: bool = False


def invent(random: Random, top: Place) -> Town:
    """A town below the city that is given; keys of units count on from the city's own."""
    town = Town(units=[top, *_units(random, top)])
    for form in range(random.choice([1, 1, 2])):
        town.forms.append(_asked(random, form, town.units))
        for span, version in town.forms[-1]:
            for unit in town.units[1:]:
                if (unit.ends is None or span.last < unit.ends) and random.random() > 0.1:
                    town.reports.append(_filed(random, form, version, unit, span))
    spans = [span for form in town.forms for span, _version in form]
    asked = sorted({code for form in town.forms for _span, version in form for code in version.items})
    for _each in range(random.choice([0, 1, 3])):
        unit, code = random.choice(town.units[1:]), random.choice(asked)
        if (code, unit.pk) not in {(one[0], one[1]) for one in town.aside}:
            town.aside.append((code, unit.pk, *_days(random, spans)))
    for _each in range(random.choice([0, 0, 2])):
        level, code = random.choice(["department", "district", "commune"]), random.choice(asked)
        if (code, level) not in {(one[0], one[1]) for one in town.sources}:
            town.sources.append((code, level, random.randrange(len(town.forms) + 1), *_days(random, spans)))
    town.folded_before = random.random() < 0.4
    return town


def _units(random, top):
    keys = iter(range(top.pk + 1, top.pk + 100))

    def below(above, level):
        ends = random.choice([None, None, None, date(2022, 7, 1), date(2023, 2, 20)])
        pk = next(keys)
        return Place(pk, level, (*above.path, pk), ends)

    found = [below(top, "department") for _each in range(random.randint(0, 2))]
    for _each in range(random.randint(1, 2)):
        found.append(district := below(top, "district"))
        found += [below(district, "commune") for _each in range(random.randint(0, 2))]
    return found


def _asked(random, form, units):
    """The periods that a form is asked for, with the version of each; sometimes from months to quarters."""
    months = [(year, month) for year in (2022, 2023) for month in range(1, 13)]
    if form:
        quarters = [(2022, 3), (2022, 4), (2023, 1)]
        spans = [period("quarter", *one) for one in random.sample(quarters, random.randint(1, 2))]
    else:
        since = random.choice([0, 3, 5, 10])
        spans = [period("month", *months[at]) for at in range(since, since + random.choice([2, 2, 3, 3, 4]))]
        if random.random() < 0.3:
            spans.append(period("quarter", *random.choice([(2022, 3), (2022, 4), (2023, 2)])))
    spans = sorted(set(spans), key=lambda one: (one.first, one.last))
    spans = [one for at, one in enumerate(spans) if not at or one.first > spans[at - 1].last]
    version = None
    found = []
    for span in spans:
        if version is None or version.frequency != span.frequency or random.random() < 0.3:
            version = _version(random, span.frequency, units, version)
        found.append((span, version))
    return found


def _version(random, frequency, units, before):
    """A version: the items of the one before, less some and with others, each in its old section or another."""
    tables = [Table(), Table(tuple("abc"[: random.randint(1, 3)]), random.random() < 0.7)][: random.randint(1, 2)]
    kept = [code for code in before.items if code in PLAIN and random.random() < 0.8] if before else []
    others = [code for code in PLAIN if code not in kept]
    codes = kept + random.sample(others, max(1, random.randint(4, 7) - len(kept)))
    version = Version(frequency, tables, {})
    for code in codes:
        old = before.items.get(code) if before else None
        section = old.section if old and old.section < len(tables) and random.random() < 0.8 else None
        section = random.randrange(len(tables)) if section is None else section
        counted = PLAIN[code].space == "count"
        kind = "yes_no" if counted else random.choice(["number", "number", "number", "percent"])
        formula = _formula(random, version, section) if not counted and random.random() < 0.4 else None
        some = [unit.pk for unit in units[1:]]
        single = PLAIN[code].space == "none" and random.random() < 0.6
        only = (
            random.sample(some, 1 if single else random.randint(1, len(some)))
            if single or random.random() < 0.1
            else []
        )
        version.items[code] = Asked(section, kind, formula, frozenset(only))
    for code, one in RATIOS.items():
        if random.random() < (0.8 if set(one.parts) <= set(codes) else 0.05):
            version.items[code] = Asked(0, "percent")
    return version


def _formula(random, version, section):
    parts = [part for code, item in version.items.items() for part in _named_in(random, version, section, code, item)]
    if len(parts) < 2:
        return None
    chosen = random.sample(parts, random.randint(1, min(3, len(parts))))
    kind = random.choice(["sum"] * 5 + ["max", "given"])
    factors = [Decimal(1), Decimal(1), Decimal(1), Decimal(-1), Decimal(2), Decimal("0.5")]
    if kind != "sum" and len(chosen) < 2:
        kind = "sum"
    return Formula(kind, tuple((random.choice(factors) if kind == "sum" else Decimal(1), *one) for one in chosen))


def _named_in(random, version, section, code, item):
    """How a formula in that section may name an item, each as (code, row); not at all within another table."""
    theirs = version.tables[item.section]
    if item.section == section or not theirs.rows:
        return [(code, "")]
    return [] if version.tables[section].rows else [(code, random.choice(["sum", random.choice(theirs.all_rows)]))]


def _days(random, spans):
    """Some of the spans' first days, from one on to another."""
    first, last = sorted(random.choices([span.first for span in spans], k=2))
    return first, last + DAY


def _filed(random, form, version, unit, span):
    fate = random.choice(FATES)
    was = random.choice(BEFORE.get(fate, (fate,))) if random.random() < 0.4 else fate
    return Filed(form, version, unit, span, fate, _content(random, version, unit), _content(random, version, unit), was)


def _content(random, version, unit):
    """What is typed in, with what the formulas make of it; some cells stay empty."""
    said = {}
    silence = random.choice([0, 0, 0.1, 0.5])
    wide = random.random() < 0.3
    for code, item in version.items.items():
        if code in RATIOS or (item.only and unit.pk not in item.only):
            continue
        for row in version.tables[item.section].all_rows:
            if item.formula is None and not version.adds_up(code, row) and random.random() >= silence:
                said[code, row] = Decimal(random.randint(0, 1)) if item.kind == "yes_no" else _number(random, wide)
    known = {}
    for code, item in version.items.items():
        if code in RATIOS or (item.only and unit.pk not in item.only):
            continue
        for row in version.tables[item.section].all_rows:
            number = _computed(version, code, row, said)
            if number is not None:
                known[code, row] = number.quantize(SIX, ROUND_HALF_UP)
    return known


def _computed(version, code, row, said):
    item = version.items[code]
    parts = version.adds_up(code, row)
    if parts is None and item.formula is None:
        return said.get((code, row))
    if parts is None:
        (numbers,) = [[_term(version, term, row, said) for term in item.formula.terms]]
        if item.formula.kind == "given":
            return None if None in numbers else numbers[0] + sum(numbers)
        return None if None in numbers else max(numbers)
    numbers = [_computed(version, named, where, said) for _factor, named, where in parts]
    if None in numbers:
        return None
    return sum((factor * number for (factor, *_cell), number in zip(parts, numbers, strict=True)), Decimal())


def _term(version, term, row, said):
    numbers = [_computed(version, code, where, said) for _factor, code, where in version.cells_of(term, row)]
    return None if None in numbers else sum(numbers)


def _number(random, wide):
    """Small ones mostly; up to 10^15, with six decimals, and less than nothing too."""
    if not wide or random.random() < 0.5:
        return Decimal(random.choice([0, 0, 1, 2, 7, 30, 250]))
    return Decimal(random.choice([random.randint(-(10**21), 10**21), random.randint(0, 10**9) * 10**6])).scaleb(-6)
