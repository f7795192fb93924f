"""What the city reads: values rolled up, with how much of the city they speak for; and the marks that ask for it."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from reports import labels
from reports.folds import SpaceFold, divided, quotient
from reports.models.indicator import Indicator
from reports.models.regime import Form
from reports.models.report import Period
from reports.querysets import FigureQuerySet
from reports.workflow import State


class Figure(models.Model):
    """One indicator of one form over a scope unit's subtree, for one level of origin, period and state.

    Sums, counts and parts of ratios are stored; quotients are divided on reading. Counts are of reports that are asked
    the indicator: `count` gave a number (for a ratio: both parts), `without_data` were read and gave none; `units` have
    a number. A yes adds one to the sum. Where one unit answers for all, the origin is the city, and there is no sum of
    several answers. Of a longer period, flows count all reports within it, and stocks those of its last shorter one.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="+", verbose_name=_("form"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    scope = models.ForeignKey(Unit, models.PROTECT, related_name="figures", verbose_name=_("scope"))
    origin = models.TextField(_("level of origin"), choices=labels.ORIGINS)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="figures", verbose_name=_("indicator"))
    row = models.TextField(_("row"), default="", blank=True)
    state = models.TextField(_("state"), choices=labels.STATES)
    total = models.DecimalField(_("sum"), max_digits=30, decimal_places=6, null=True)
    lowest = models.DecimalField(_("lowest"), max_digits=24, decimal_places=6, null=True)
    highest = models.DecimalField(_("highest"), max_digits=24, decimal_places=6, null=True)
    numerator = models.DecimalField(_("numerator"), max_digits=30, decimal_places=6, null=True)
    denominator = models.DecimalField(_("denominator"), max_digits=30, decimal_places=6, null=True)
    count = models.PositiveIntegerField(_("reports with a number"))
    units = models.PositiveIntegerField(_("units with a number"), default=0, db_default=0)
    expected = models.PositiveIntegerField(_("expected"))
    submitted = models.PositiveIntegerField(_("submitted"))
    approved = models.PositiveIntegerField(_("approved"))
    without_data = models.PositiveIntegerField(_("without data"))

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "form", "scope", "origin", "indicator", "row", "state"], name="figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.scope_id} {self.period_id}"

    @property
    def reading(self) -> Decimal | None:
        """The figure itself, in its indicator's unit of measure; what is divided is divided and rounded only here."""
        match self.indicator.space_fold:
            case SpaceFold.RATIO:
                return self.indicator.ratio(self.numerator, self.denominator)
            case SpaceFold.MEAN:
                return quotient(self.total, Decimal(self.units), self.indicator.decimals)
            case SpaceFold.MIN:
                return self.lowest
            case SpaceFold.MAX:
                return self.highest
            case _added:
                return self.total

    @property
    def exact(self) -> Decimal | None:
        """The figure before it is rounded: targets judge this one."""
        match self.indicator.space_fold:
            case SpaceFold.RATIO:
                return self.indicator.exact_ratio(self.numerator, self.denominator)
            case SpaceFold.MEAN:
                return divided(self.total, Decimal(self.units))
            case _stored:
                return self.reading

    @property
    def read(self) -> int:
        """How many reports its state reads: the approved ones, or all that are submitted and stand."""
        return self.approved if self.state == State.CONFIRMED else self.submitted

    @property
    def is_whole(self) -> bool:
        """Whether every expected report has given its number."""
        return self.count == self.expected


class Mark(models.Model):
    """That a unit's report of a form and period has changed, so the figures above it are to be folded again.

    Written in the transaction of the change and taken by whoever folds; many marks of one cell coalesce then.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["form", "period"], name="mark_cell")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.period_id} {self.unit_id}"
