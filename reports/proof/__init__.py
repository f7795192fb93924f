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


def compare(every: int = 1) -> tuple[int, list[Difference]]:
    """Recompute the figures from the values; return how many were compared and every difference, in order.

    One form and period is held in memory at a time, however many there are; `every` so-manieth of them is compared.
    """
    compared, differences = 0, list[Difference]()
    for stored, recomputed in _cells(every):
        keys = stored.keys() | recomputed.keys()
        compared += len(keys)
        for key in sorted(keys):
            figure, again = stored.get(key), recomputed.get(key)
            for measure in _MEASURES:
                was = getattr(figure, measure, "absent")
                gives = again[measure] if again else "absent"
                if was != gives:
                    differences.append(Difference(key, measure, was, gives))
    return compared, differences


def _cells(every: int) -> Iterator[tuple[dict[Key, Figure], dict[Key, dict[str, object]]]]:
    """What is stored and what the values give, one form and period at a time, in order."""
    terms = Terms()
    asked = list(Report.objects.order_by("form", "period").values_list("form", "period").distinct())
    periods = Period.objects.in_bulk()
    longer = spans(asked, periods)
    shorter = {(form, period): [periods[period]] for form, period in asked} | longer
    kept = set(Figure.objects.order_by().values_list("form", "period").distinct())
    for form, period in sorted(kept | shorter.keys(), key=lambda cell: cell[::-1])[::every]:
        given: Iterator[tuple[Key, dict[str, object]]] = iter(())
        if (form, period) in shorter:
            given = figures_of(form, period, shorter[form, period], terms, longer=(form, period) in longer)
        yield {_key(one): one for one in Figure.objects.filter(form=form, period=period)}, dict(given)


def _key(one: Figure) -> Key:
    return one.period_id, one.form_id, one.scope_id, one.origin, one.indicator_id, one.row, one.state
