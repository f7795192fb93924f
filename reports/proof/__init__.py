"""The proof of the figures: everything computed a second time, from the values alone, by a path that shares nothing
with the engine but the definition.

The engine folds in SQL; here Python adds up report by report. Both read one snapshot of the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from reports.models import Figure, Period, Report
from reports.proof.adding import Key, figures_of
from reports.proof.spanning import spans
from reports.proof.terms import Terms

_MEASURES = (
    "total",
    "lowest",
    "highest",
    "numerator",
    "denominator",
    "count",
    "units",
    "expected",
    "submitted",
    "approved",
    "without_data",
)


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
    terms = Terms()
    asked = list(Report.objects.order_by("form", "period").values_list("form", "period").distinct())
    periods = Period.objects.in_bulk()
    for form, period in asked:
        yield from figures_of(form, period, [periods[period]], terms)
    for (form, longer), shorter in spans(asked, periods).items():
        yield from figures_of(form, longer, shorter, terms, longer=True)
