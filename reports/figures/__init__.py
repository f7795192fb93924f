"""The roll-up engine: folds the values of standing revisions into figures, wherever marks say that something moved.

A change writes its marks in its own transaction. Whoever folds takes the marks of one (form, period) with SKIP LOCKED,
holds that cell's advisory lock, and only then reads: so of two folds of one cell the later always sees what the earlier
saw and more, and a fold that dies leaves its marks behind.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from reports import doorbell
from reports.figures import needs
from reports.figures.statements import FOLD, FOLD_LONGER, FORETELL, FORETELL_LONGER
from reports.models import Indicator, Mark, Period, Report
from reports.workflow import STANDING

logger = logging.getLogger(__name__)

MADE = ("histories", "versions", "measures", "parts", "rows", "cells", "cell_rows", "factors", "needed")
"""What the statement calls the columns of needs.Made."""

PATIENCE = "3s"
"""How long somebody waits to be told what an approval would change."""

MANY = 40
"""Beyond so many units that moved at once, a cell is folded as a whole."""

AT_ONCE = 50
"""How many times a task folds at most, so that it ends within its time; if there is more, it rings for the next."""

ONE_IN = 20
"""One fold in so many is of a longer period, also where shorter ones never cease to move."""

_NEXT = """
    SELECT form_id, period_id
    FROM (SELECT DISTINCT form_id, period_id FROM reports_mark) AS cell
    WHERE (form_id, period_id) NOT IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
    ORDER BY EXISTS (SELECT FROM reports_report report
                     WHERE (report.form_id, report.period_id) = (cell.form_id, cell.period_id)) <> %s,
             form_id, period_id
    LIMIT 1
"""

_TAKE = """
    DELETE FROM reports_mark
    WHERE id IN (SELECT id FROM reports_mark WHERE form_id = %s AND period_id = ANY(%s) FOR UPDATE SKIP LOCKED)
    RETURNING unit_id, period_id
"""


def mark(indicator: Indicator, days: DateRange, *, unit: Unit | None = None, level: str = "") -> None:
    """Mark every report that asks this indicator, of this unit or level, in the periods whose window begins on `days`.

    To be called where the source of an indicator, or whom it does not concern, is entered, changed or withdrawn, in the
    transaction that does so; after a change for the days before and after it.
    """
    asking = Report.objects.filter(version__items__indicator=indicator, period__first_day__contained_by=days)
    if unit is not None:
        asking = asking.filter(unit=unit)
    if level:
        asking = asking.filter(unit__level=level)
    cells = asking.order_by().values_list("form", "period", "unit").distinct()
    Mark.objects.bulk_create(Mark(form_id=form, period_id=period, unit_id=unit) for form, period, unit in cells)


def fold_marked(at_most: int | None = None) -> int:
    """Fold every cell that has marks, each in its own transaction; return how many (form, period) cells were folded.

    A cell that is folded marks the longer periods above it. They wait until no shorter one is marked: in a storm of
    approvals they are folded once, at its end. A cell that cannot be folded keeps its marks and is logged; it does not
    keep the others from being folded. After `at_most` folds it rings for whoever folds the rest.
    """
    folded, passed = 0, list[tuple[int, int]]()
    for turn in count(1):
        if at_most is not None and turn > at_most:
            doorbell.ring("reports.tasks.fold_figures")
            break
        cell = _next(passed, longer=turn % ONE_IN == 0)
        if cell is None:
            break
        try:
            done = _fold_cell(*cell)
        except DatabaseError:
            logger.exception("figures not folded: form=%s period=%s", *cell)
            done = 0
        if not done:
            passed.append(cell)
        folded += done
    return folded


def _next(passed: list[tuple[int, int]], *, longer: bool) -> tuple[int, int] | None:
    """The (form, period) with marks to be folded next, but those passed over: one that is asked, or rather a longer."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [[form for form, _period in passed], [period for _form, period in passed], not longer])
        found: tuple[int, int] | None = cursor.fetchone()
        return found


@transaction.atomic
def _fold_cell(form: int, period: int) -> int:
    """Take the marks of a cell, and of those with the same figures, that nobody else has taken, and fold it.

    Return how many cells were folded so.
    """
    of = Period.objects.get(pk=period)
    alike = needs.alike(form, of, Mark.objects.filter(form=form).order_by().values_list("period", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [form, alike])
        taken = cursor.fetchall()
        if not taken:
            return 0
        _hold(form, alike)
        units = {unit for unit, _period in taken}
        cursor.execute("SELECT DISTINCT unnest(path) FROM accounts_unit WHERE id = ANY(%s)", [list(units)])
        scopes = [scope for (scope,) in cursor.fetchall()]
    shorter = needs.shorter_of(form, of)
    _fold(form, period, scopes if len(units) <= MANY else None, shorter, alike)
    if shorter is None:
        above = needs.longer_of(form, of)
        Mark.objects.bulk_create(Mark(form_id=form, period_id=one.pk, unit_id=unit) for one in above for unit in units)
    return len({period for _unit, period in taken})


def _hold(form: int, periods: Iterable[int]) -> None:
    """Hold these cells until the transaction ends, however long another fold of one of them takes; in their order."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
        for period in periods:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [form, period])


def fold(form: int, period: int, scopes: Iterable[int] | None = None) -> int:
    """Fold one form and period anew for these scopes, or for all; return how many figures changed.

    Of some scopes, name with each all that stand above it: what stands beside them is not read anew.
    """
    shorter = needs.shorter_of(form, Period.objects.get(pk=period))
    return _fold(form, period, None if scopes is None else list(scopes), shorter)


def foretell(form: int, period: int, scopes: Iterable[int], *, approving: int) -> list[tuple[Any, ...]]:
    """The confirmed figures of these scopes that would change if the report `approving` were approved as it stands.

    See statements.FORETELL for the rows. Nothing is written or locked. Name with each scope all that stand above it.
    Raises OperationalError where a period takes longer than PATIENCE.
    """
    shorter = needs.shorter_of(form, Period.objects.get(pk=period))
    statement = FORETELL_LONGER if shorter else FORETELL
    given = _given(form, period, list(scopes), shorter) | {"approving": approving}
    return _run(statement, given, shorter, patience=PATIENCE)


def _fold(
    form: int, period: int, scopes: list[int] | None, shorter: needs.Shorter | None, alike: Sequence[int] = ()
) -> int:
    given = _given(form, period, scopes, shorter) | {"alike": list(alike) or [period]}
    ((changed,),) = _run(FOLD_LONGER if shorter else FOLD, given, shorter)
    return int(changed)


def _given(form: int, period: int, scopes: list[int] | None, shorter: needs.Shorter | None) -> dict[str, Any]:
    """What the statements are given."""
    given: dict[str, Any] = {
        "form": form,
        "period": period,
        "periods": shorter.periods if shorter else [period],
        "last": shorter.last if shorter else None,
        "scopes": scopes,
        "standing": [str(status) for status in STANDING],
        "approving": None,
    }
    if shorter:
        made = needs.made_of(form, shorter.periods)
        given |= {name: [one[place] for one in made] for place, name in enumerate(MADE)}
    return given


def _run(
    statement: str, given: dict[str, Any], shorter: needs.Shorter | None, patience: str = "0"
) -> list[tuple[Any, ...]]:
    # The planner knows nothing of how much the parts of the statement hold, takes them for small and would join those
    # of a longer period row by row: a quarter of 600 units took more than 30 seconds, and takes one without such loops.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = '{patience}'"
        )  # a country's year takes its time
        if shorter:
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(statement, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        if shorter:
            cursor.execute("SET LOCAL enable_nestloop = DEFAULT")
        return rows


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Fold everything that was ever opened anew, cell by cell; return how many figures changed.

    Each cell is folded in its own transaction, so whoever reads meanwhile reads the old figures of a cell or the new.
    `progress` is told how many cells of how many are done.
    """
    opened = Report.objects.order_by("period__first_day", "form", "period")
    asked = list(opened.values_list("form", "period").distinct())
    periods = Period.objects.in_bulk({period for _form, period in asked})
    longer = {(form, one.pk) for form, period in asked for one in needs.longer_of(form, periods[period])}
    cells = [*asked, *sorted(longer.difference(asked))]
    changed = 0
    for done, (form, period) in enumerate(cells, 1):
        with transaction.atomic():
            _hold(form, [period])
            changed += fold(form, period)
        if progress:
            progress(done, len(cells))
    return changed
