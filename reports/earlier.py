"""What a unit and its like reported before: the last period, the same one last year, and what is usual."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q

from reports import formulas
from reports.checks import WHOLE, Cell, History
from reports.models import Report, Row, Value
from reports.outliers import Spread, spread
from reports.periods import PeriodCode
from reports.workflow import STANDING

LOOKED_BACK = 24
"""How many earlier reports of the unit say what is usual for it."""

_PEERS = """
    WITH peer AS (
        SELECT CASE WHEN report.status = ANY(%(standing)s) THEN report.current_id ELSE report.approved_id END
                   AS revision
        FROM reports_report report
        JOIN accounts_unit unit ON unit.id = report.unit_id
        JOIN reports_period period ON period.id = report.period_id
        WHERE report.form_id = %(form)s AND unit.kind = %(kind)s AND report.unit_id <> %(unit)s
          AND period.rule = %(rule)s AND period.code = %(code)s
    ), ratio AS (
        SELECT wanted.code, wanted.row, upper.number / lower.number * wanted.factor AS number
        FROM peer
        CROSS JOIN unnest(%(codes)s::text[], %(rows)s::text[], %(above)s::text[], %(below)s::text[],
                          %(factors)s::numeric[])
            AS wanted (code, row, above, below, factor)
        CROSS JOIN LATERAL (SELECT value.number FROM reports_value value JOIN reports_item item ON item.id = item_id
                            WHERE revision_id = peer.revision AND item.code = wanted.above
                              AND row = wanted.row) AS upper
        CROSS JOIN LATERAL (SELECT value.number FROM reports_value value JOIN reports_item item ON item.id = item_id
                            WHERE revision_id = peer.revision AND item.code = wanted.below
                              AND row = wanted.row) AS lower
        WHERE lower.number > 0 AND upper.number IS NOT NULL
    ), middle AS (
        SELECT code, row, percentile_cont(0.5) WITHIN GROUP (ORDER BY number)::numeric AS median, count(*) AS count
        FROM ratio GROUP BY code, row
    )
    SELECT code, row, median, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(number - median))::numeric
    FROM ratio JOIN middle USING (code, row)
    WHERE count >= %(fewest)s
    GROUP BY code, row, median
"""

FEWEST_PEERS = 8


def in_force() -> Q:
    """Values of approved revisions, else of those that are submitted and stand."""
    approved = Q(revision=F("revision__report__approved"))
    standing = Q(
        revision__report__approved=None,
        revision__report__status__in=STANDING,
        revision=F("revision__report__current"),
    )
    return approved | standing


def history_of(report: Report, *, ratios: Mapping[Cell, str], texts: Collection[str] = ()) -> History:
    """All that is known from before; two queries, one more for `texts`, the items whose last text is wanted.

    `ratios` are the formulas of quotients by cell.

    The last period and the same one last year are read whole; of the reports before them the lines and the total rows,
    which say what is usual. Each report gives its approved revision, else the one that is submitted and stands. Peers
    are the units of the same kind, in the last period, and only their ratios are compared: sizes differ from unit to
    unit for good reasons.
    """
    period = PeriodCode.parse(report.period.code)
    last, last_year = period.previous.code, period.same_last_year.code
    totals = Row.objects.filter(section__version=report.version_id, is_total=True).values("code")
    rows = (
        Value.objects.filter(
            in_force(),
            revision__report__unit=report.unit_id,
            revision__report__form=report.form_id,
            revision__report__period__rule=report.period.rule,
            revision__report__period__last_day__lt=report.period.first_day,
            number__isnull=False,
        )
        .filter(Q(row=WHOLE) | Q(row__in=totals) | Q(revision__report__period__code__in=(last, last_year)))
        .order_by("-revision__report__period__last_day")
        .values_list("revision__report__period__code", "item__code", "row", "number")
    )
    whole: dict[str, dict[tuple[str, str], Decimal | None]] = {last: {}, last_year: {}}
    known: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for code, item, row, number in rows:
        if code in whole:
            whole[code][Cell(item, row)] = number
        if number is not None and len(known[item, row]) < LOOKED_BACK:
            known[item, row].append(number)
    own = {cell: usual for cell, numbers in known.items() if (usual := spread(numbers))}
    return History(
        whole[last], whole[last_year], own, _peers(report, ratios), _texts(report, texts, last) if texts else {}
    )


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


def _peers(report: Report, ratios: Mapping[Cell, str]) -> dict[Cell, Spread]:
    if not ratios:
        return {}
    parts = {cell: sorted((read := formulas.compile(text)).names, key=read.place) for cell, text in ratios.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            _PEERS,
            {
                "standing": [str(status) for status in STANDING],
                "form": report.form_id,
                "kind": report.unit.kind,
                "unit": report.unit_id,
                "rule": report.period.rule,
                "code": PeriodCode.parse(report.period.code).previous.code,
                "codes": [cell.item for cell in parts],
                "rows": [cell.row for cell in parts],
                "above": [names[0] for names in parts.values()],
                "below": [names[-1] for names in parts.values()],
                "factors": [100 if text.endswith("* 100") else 1 for text in ratios.values()],
                "fewest": FEWEST_PEERS,
            },
        )
        return {Cell(item, row): Spread(middle, deviation) for item, row, middle, deviation in cursor.fetchall()}
