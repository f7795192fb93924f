"""What a unit and its like reported before: the last period, the same one last year, and what is usual."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q

from reports import formulas
from reports.checks import WHOLE, Cell, History
from reports.models import Report, Value
from reports.outliers import Spread, spread
from reports.periods import Frequency, PeriodCode
from reports.shelf import Shelf
from reports.workflow import STANDING

LOOKED_BACK = 24
"""How many earlier reports of the unit say what is usual for it."""

WEEKS_BACK = 60
"""How many earlier reports are looked through for that of the same week last year."""

FEWEST_PEERS = 8

# Periods are walked backwards, and the unit's report for each is looked up, until there are enough: what it costs does
# not grow with what is stored. Beside it stands how many reports the peers have, and how often they have moved.
_EARLIER = """
    WITH spoken AS MATERIALIZED (
        SELECT code, revision, row_number() OVER () AS place
        FROM (
            SELECT earlier.code, report.revision
            FROM (
                SELECT id, code FROM reports_period
                WHERE rule = %(rule)s AND last_day < %(first_day)s ORDER BY last_day DESC
            ) AS earlier
            CROSS JOIN LATERAL (
                SELECT coalesce(approved_id, CASE WHEN status = ANY(%(standing)s) THEN current_id END) AS revision
                FROM reports_report WHERE form_id = %(form)s AND period_id = earlier.id AND unit_id = %(unit)s OFFSET 0
            ) AS report
            WHERE report.revision IS NOT NULL LIMIT %(walked_back)s
        ) AS walked
    ), cell AS (
        SELECT item.code, value.row,
               array_agg(value.number) FILTER (
                   WHERE place <= %(looked_back)s AND item.code = ANY(%(compared)s) AND value.row = ANY(%(rows)s)
               ) AS recent,
               max(value.number) FILTER (WHERE spoken.code = %(last)s) AS previous,
               max(value.number) FILTER (WHERE spoken.code = %(last_year)s) AS same_last_year
        FROM spoken CROSS JOIN LATERAL (
            SELECT item_id, row, number FROM reports_value
            WHERE revision_id = spoken.revision AND number IS NOT NULL OFFSET 0
        ) AS value
        JOIN reports_item item ON item.id = value.item_id
        WHERE spoken.code IN (%(last)s, %(last_year)s)
           OR place <= %(looked_back)s AND item.code = ANY(%(compared)s) AND value.row = ANY(%(rows)s)
        GROUP BY item.code, value.row
    ), peers AS (
        SELECT count(*) AS count, coalesce(sum(edit), 0) AS moves
        FROM reports_report report
        JOIN reports_period period ON period.id = report.period_id
        JOIN accounts_unit unit ON unit.id = report.unit_id
        WHERE %(has_peers)s AND report.form_id = %(form)s AND unit.kind = %(kind)s
          AND period.rule = %(rule)s AND period.code = %(last)s
    )
    SELECT peers.count, peers.moves, cell.* FROM peers LEFT JOIN cell ON TRUE
"""

_PEERS = """
    WITH peer AS (
        SELECT report.unit_id,
               CASE WHEN report.status = ANY(%(standing)s) THEN report.current_id ELSE report.approved_id END
                   AS revision
        FROM reports_report report
        JOIN accounts_unit unit ON unit.id = report.unit_id
        JOIN reports_period period ON period.id = report.period_id
        WHERE report.form_id = %(form)s AND unit.kind = %(kind)s
          AND period.rule = %(rule)s AND period.code = %(last)s
    )
    SELECT wanted.code, wanted.row, unit_id, upper.number / lower.number * wanted.factor
    FROM peer
    CROSS JOIN unnest(%(codes)s::text[], %(places)s::text[], %(above)s::text[], %(below)s::text[],
                      %(factors)s::numeric[])
        AS wanted (code, row, above, below, factor)
    CROSS JOIN LATERAL (SELECT value.number FROM reports_value value JOIN reports_item item ON item.id = item_id
                        WHERE revision_id = peer.revision AND item.code = wanted.above
                          AND row = wanted.row) AS upper
    CROSS JOIN LATERAL (SELECT value.number FROM reports_value value JOIN reports_item item ON item.id = item_id
                        WHERE revision_id = peer.revision AND item.code = wanted.below
                          AND row = wanted.row) AS lower
    WHERE lower.number > 0 AND upper.number IS NOT NULL
    ORDER BY 4
"""


class _Kin(NamedTuple):
    """Whose ratios are alike: those of units of one kind, as the form had it for a period, and what they came to.

    `reports` and `moves` tell how their reports stand: a report that moves, in whatever way, has one edit more.
    """

    form: int
    kind: str
    rule: str
    period: str
    ratios: tuple[tuple[Cell, str], ...]
    reports: int
    moves: int


_known_peers: Shelf[_Kin, Mapping[Cell, Sequence[tuple[int, Decimal]]]] = Shelf(most=64)
"""The ratios of units of a kind, each with its unit, the least first."""


def in_force() -> Q:
    """Values of approved revisions, else of those that are submitted and stand."""
    approved = Q(revision=F("revision__report__approved"))
    standing = Q(
        revision__report__approved=None,
        revision__report__status__in=STANDING,
        revision=F("revision__report__current"),
    )
    return approved | standing


def history_of(
    report: Report,
    *,
    ratios: Mapping[Cell, str],
    compared: Collection[str],
    total_rows: Collection[str] = (),
    texts: Collection[str] = (),
) -> History:
    """All that is known from before; one query, one more for `texts`, the items whose last text is wanted.

    `ratios` are the formulas of quotients by cell, `compared` the items of which is asked what is usual.

    The last period and the same one last year are read whole; of the reports before them the lines and the total rows,
    which say what is usual. Each report gives its approved revision, else the one that is submitted and stands. Peers
    are the units of the same kind, in the last period, and only their ratios are compared: sizes differ from unit to
    unit for good reasons. They are read anew when one of their reports has moved.
    """
    period = PeriodCode.parse(report.period.code)
    last = period.previous.code
    asked: dict[str, Any] = {
        "unit": report.unit_id,
        "form": report.form_id,
        "kind": report.unit.kind,
        "rule": report.period.rule,
        "first_day": report.period.first_day,
        "last": last,
        "last_year": period.same_last_year.code,
        "standing": [str(status) for status in STANDING],
        "looked_back": LOOKED_BACK,
        "walked_back": WEEKS_BACK if period.frequency == Frequency.WEEK else LOOKED_BACK,
        "compared": list(compared),
        "rows": [WHOLE, *total_rows],
        "has_peers": bool(ratios),
    }
    previous: dict[tuple[str, str], Decimal | None] = {}
    same_last_year: dict[tuple[str, str], Decimal | None] = {}
    own: dict[tuple[str, str], Spread] = {}
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, asked)
        rows = cursor.fetchall()
    for _count, _moves, code, row, recent, before, last_year in rows:
        cell = Cell(code, row)
        if before is not None:
            previous[cell] = before
        if last_year is not None:
            same_last_year[cell] = last_year
        if recent and (usual := spread(recent)):
            own[cell] = usual
    count, moves = rows[0][:2]
    kin = _Kin(report.form_id, report.unit.kind, report.period.rule, last, tuple(ratios.items()), count, int(moves))
    return History(previous, same_last_year, own, _peers(kin, asked), _texts(report, texts, last) if texts else {})


def _texts(report: Report, items: Collection[str], period: str) -> dict[tuple[str, str], str]:
    """What these items of the unit said in that period."""
    rows = Value.objects.filter(
        in_force(),
        revision__report__unit=report.unit_id,
        revision__report__form=report.form_id,
        revision__report__period__rule=report.period.rule,
        revision__report__period__code=period,
        item__code__in=items,
    ).values_list("item__code", "row", "text")
    return {Cell(item, row): text for item, row, text in rows}


def _peers(kin: _Kin, asked: Mapping[str, Any]) -> dict[Cell, Spread]:
    """What is usual among the others of the unit's kind."""
    if not kin.ratios or kin.reports < FEWEST_PEERS:
        return {}
    known = _known_peers.get(kin)
    if known is None:
        known = _ratios_of(kin, asked)
        _known_peers.keep(kin, known)
    others = {cell: [ratio for unit, ratio in ratios if unit != asked["unit"]] for cell, ratios in known.items()}
    return {cell: usual for cell, ratios in others.items() if len(ratios) >= FEWEST_PEERS and (usual := spread(ratios))}


def _ratios_of(kin: _Kin, asked: Mapping[str, Any]) -> dict[Cell, list[tuple[int, Decimal]]]:
    """The ratios of all units of the kind; one query."""
    parts = {cell: sorted((read := formulas.compile(text)).names, key=read.place) for cell, text in kin.ratios}
    wanted: dict[str, Any] = {
        "codes": [cell.item for cell in parts],
        "places": [cell.row for cell in parts],
        "above": [names[0] for names in parts.values()],
        "below": [names[-1] for names in parts.values()],
        "factors": [100 if text.endswith("* 100") else 1 for _cell, text in kin.ratios],
    }
    found: dict[Cell, list[tuple[int, Decimal]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PEERS, {**asked, **wanted})
        for code, row, unit, ratio in cursor.fetchall():
            found.setdefault(Cell(code, row), []).append((unit, ratio))
    return found
