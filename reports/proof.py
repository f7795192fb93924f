"""The proof of the figures: everything computed a second time, from the values alone, by a path that shares nothing
with the engine but the definition.

The engine folds in SQL; here Python adds up report by report. Both read one snapshot of the database.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from django.db import connection, transaction

from reports.models import Figure, Indicator, Item, Report, Value
from reports.workflow import STANDING, State

ALL = "all"
_MEASURES = (
    "total",
    "lowest",
    "highest",
    "numerator",
    "denominator",
    "count",
    "expected",
    "submitted",
    "approved",
    "without_data",
)

Key = tuple[int, int, int, str, int, str, str]
"""Period, form, scope, origin, indicator, row, state."""


@dataclass(frozen=True)
class Difference:
    """A stored figure that the values do not give, or one they give that is not stored."""

    key: Key
    measure: str
    stored: object
    recomputed: object

    def __str__(self) -> str:
        period, form, scope, origin, indicator, row, state = self.key
        place = f"period={period} form={form} scope={scope} origin={origin} indicator={indicator} row={row!r} {state}"
        return f"{place}: {self.measure} is {self.stored}, the values give {self.recomputed}"


@dataclass
class _Counts:
    expected: int = 0
    submitted: int = 0
    approved: int = 0


@dataclass
class _Numbers:
    plain: list[Decimal] = field(default_factory=list)
    parts: list[tuple[Decimal, Decimal]] = field(default_factory=list)


@transaction.atomic
def verify() -> tuple[int, list[Difference]]:
    """Compare in a transaction of its own, on one snapshot of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
    return compare()


def compare() -> tuple[int, list[Difference]]:
    """Recompute every figure from the values; return how many were compared and every difference, in order."""
    stored = {
        (one.period_id, one.form_id, one.scope_id, one.origin, one.indicator_id, one.row, one.state): one
        for one in Figure.objects.iterator()
    }
    recomputed = dict(_recomputed())
    differences = []
    for key in sorted(stored.keys() | recomputed.keys()):
        figure, again = stored.get(key), recomputed.get(key)
        for measure in _MEASURES:
            was = getattr(figure, measure, "absent")
            gives = again[measure] if again else "absent"
            if was != gives:
                differences.append(Difference(key, measure, was, gives))
    return len(stored.keys() | recomputed.keys()), differences


def _recomputed() -> Iterator[tuple[Key, dict[str, object]]]:
    """Every figure that the values give, one form and period at a time."""
    ratios = {
        pk: (numerator, denominator)
        for pk, numerator, denominator in Indicator.objects.values_list("pk", "numerator", "denominator")
        if numerator is not None and denominator is not None
    }
    asked: dict[int, set[int]] = defaultdict(set)
    for version, indicator in Item.objects.values_list("version", "indicator"):
        asked[version].add(indicator)
    for form, period in Report.objects.order_by("form", "period").values_list("form", "period").distinct():
        yield from _cell(form, period, ratios, asked)


def _cell(
    form: int, period: int, ratios: dict[int, tuple[int, int]], asked: dict[int, set[int]]
) -> Iterator[tuple[Key, dict[str, object]]]:
    reports = Report.objects.filter(form=form, period=period).values_list(
        "unit__level", "unit__path", "status", "current", "approved", "version"
    )
    scopes = {scope for _level, path, *_rest in reports for scope in path[:-1]}
    numbers: dict[int, dict[tuple[int, str], Decimal]] = defaultdict(dict)
    values = Value.objects.filter(revision__report__form=form, revision__report__period=period)
    for revision, indicator, row, number in values.values_list("revision", "item__indicator", "row", "number"):
        if number is not None:
            numbers[revision][indicator, row] = number
    counts: dict[tuple[int, str], _Counts] = defaultdict(_Counts)
    found: dict[tuple[int, str, int, str, State], _Numbers] = defaultdict(_Numbers)
    indicators: set[int] = set()
    for level, path, status, current, approved, version in reports:
        indicators |= asked[version]
        standing = current if status in STANDING else approved
        for place in ((scope, origin) for scope in path if scope in scopes for origin in (level, ALL)):
            counts[place].expected += 1
            counts[place].submitted += standing is not None
            counts[place].approved += approved is not None
            for state, revision in ((State.CONFIRMED, approved), (State.PROVISIONAL, standing)):
                mine = numbers[revision] if revision is not None else {}
                for (indicator, row), number in mine.items():
                    found[*place, indicator, row, state].plain.append(number)
                for ratio, (upper, lower) in ratios.items():
                    for (indicator, row), number in mine.items():
                        if indicator == upper and ratio in asked[version] and (lower, row) in mine:
                            found[*place, ratio, row, state].parts.append((number, mine[lower, row]))
    rows: dict[tuple[int, str, int, State], set[str]] = defaultdict(set)
    for scope, origin, indicator, row, state in found:
        rows[scope, origin, indicator, state].add(row)
    for ((scope, origin), count), indicator, state in product(counts.items(), indicators, State):
        for row in rows.get((scope, origin, indicator, state), {""}):
            key = (period, form, scope, origin, indicator, row, str(state))
            yield key, _measures(found.get((scope, origin, indicator, row, state), _Numbers()), count, state)


def _measures(numbers: _Numbers, count: _Counts, state: State) -> dict[str, object]:
    plain, parts = numbers.plain, numbers.parts
    given = len(plain) + len(parts)
    read = count.approved if state == State.CONFIRMED else count.submitted
    return {
        "total": sum(plain) if plain else None,
        "lowest": min(plain, default=None),
        "highest": max(plain, default=None),
        "numerator": sum(upper for upper, _lower in parts) if parts else None,
        "denominator": sum(lower for _upper, lower in parts) if parts else None,
        "count": given,
        "expected": count.expected,
        "submitted": count.submitted,
        "approved": count.approved,
        "without_data": read - given,
    }
