"""What the city would read otherwise once a report is approved: which confirmed figures move, from what to what."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Unit
from reports import figures
from reports.figures import needs
from reports.models import Figure, Indicator, Report
from reports.periods import Frequency
from reports.workflow import State, Status

WAITING = (Status.SUBMITTED, Status.CHECKED)
"""States in which a report holds what an approval would put into force."""

MEASURES = ("total", "lowest", "highest", "numerator", "denominator", "units")
"""The columns of a figure that statements.FORETELL gives, each as stored and as folded anew."""


@dataclass(frozen=True)
class Shift:
    """One confirmed figure as it is read now, and as it would be read; neither is stored by this."""

    now: Figure
    then: Figure

    @property
    def before(self) -> Decimal | None:
        """In the indicator's unit of measure, rounded as it is read."""
        return self.now.reading

    @property
    def after(self) -> Decimal | None:
        """The same after the approval."""
        return self.then.reading


def impact_of(report: Report, *, to_date: bool = True) -> list[Shift]:
    """The confirmed figures that would move if the report were approved as it stands: its own period's first.

    Of its period and of all longer ones; with `to_date` unset, without those from the year's beginning to a month. The
    city's stand before its districts'. Empty where nothing waits for approval. Nothing is written or locked, so folds
    go on beside it; what is marked and not yet folded is counted among what moves. Raises django.db.OperationalError
    where it takes longer than figures.PATIENCE. Select the report's unit and period.
    """
    if report.status not in WAITING:
        return []
    longer = needs.longer_of(report.form_id, report.period)
    spans = [one for one in longer if to_date or one.frequency != Frequency.TO_DATE]
    periods = {one.pk: one for one in [report.period, *sorted(spans, key=lambda one: one.last_day - one.first_day)]}
    scopes = Unit.objects.in_bulk(report.unit.path)
    moved = [
        (period, row)
        for period in periods
        for row in figures.foretell(report.form_id, period, scopes, approving=report.pk)
    ]
    indicators = Indicator.objects.in_bulk({row[2] for _period, row in moved})
    shifts = []
    for period, (scope, origin, indicator, of_row, *measured) in moved:
        now, then = (
            Figure(
                form=report.form,
                period=periods[period],
                scope=scopes[scope],
                origin=origin,
                indicator=indicators[indicator],
                row=of_row,
                state=State.CONFIRMED.value,
                **dict(zip(MEASURES, measured[place::2], strict=True)),
            )
            for place in (0, 1)
        )
        if now.exact != then.exact:
            shifts.append(Shift(now, then))
    places = {pk: place for place, pk in enumerate(periods)}
    return sorted(
        shifts,
        key=lambda one: (
            places[one.now.period_id],
            len(one.now.scope.path),
            one.now.indicator.code,
            one.now.row,
            one.now.origin,
        ),
    )
