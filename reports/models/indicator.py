"""What is measured: indicators, which form each comes from, whom it does not concern, and what it is to reach."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.labels import LEVELS
from accounts.models import Unit
from reports import labels
from reports.folds import SpaceFold, TimeFold, divided, quotient
from reports.models.basis import LegalBasis
from reports.periods import WindowRule
from reports.targets import BOUNDS, Better, Comparator, Goal, is_met


class Indicator(models.Model):
    """One thing measured, and how it folds over units and over time.

    A ratio is never stored: it names its numerator and its denominator, and is divided on reading. An indicator is
    retired, never edited in meaning: what it measures and how it folds stay as they were entered.
    """

    code = models.TextField(_("code"), unique=True)
    name = models.TextField(_("name"))
    unit_of_measure = models.TextField(_("unit of measure"))
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    space_fold = models.TextField(_("fold over units"), choices=labels.SPACE_FOLDS, default=SpaceFold.SUM.value)
    time_fold = models.TextField(_("fold over time"), choices=labels.TIME_FOLDS, default=TimeFold.SUM.value)
    window_rule = models.TextField(_("data window"), choices=labels.WINDOW_RULES, default=WindowRule.DECREE.value)
    better = models.TextField(_("better is"), choices=labels.BETTER, default=Better.NEITHER.value)
    numerator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("numerator")
    )
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("denominator")
    )
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(space_fold=SpaceFold.RATIO.value, numerator__isnull=False, denominator__isnull=False)
                | (~Q(space_fold=SpaceFold.RATIO.value) & Q(numerator=None, denominator=None)),
                name="indicator_ratio_names_both_parts",
                violation_error_message=_("A ratio names its numerator and its denominator; nothing else does."),
            )
        ]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(
                name="indicator_keeps_its_meaning",
                fields=[
                    "code",
                    "unit_of_measure",
                    "decimals",
                    "space_fold",
                    "time_fold",
                    "window_rule",
                    "numerator",
                    "denominator",
                ],
            ),
            journalled(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_single(self) -> bool:
        """Whether one unit answers for all above it, with its number or with a part of its ratio. Select the parts."""
        parts = (self, self.numerator, self.denominator)
        return any(one.space_fold == SpaceFold.NONE for one in parts if one)

    def ratio(self, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
        """Numerator ÷ denominator in the unit of measure and with the decimals of this indicator, half up."""
        return quotient(self._measured(numerator), denominator, self.decimals)

    def exact_ratio(self, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
        """The same before it is rounded, as targets judge it."""
        return divided(self._measured(numerator), denominator)

    def _measured(self, numerator: Decimal | None) -> Decimal | None:
        return numerator * 100 if numerator is not None and self.unit_of_measure == "%" else numerator


class Source(models.Model):
    """Which form an indicator of one level comes from, where more than one asks it: entered once, shown elsewhere."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="sources", verbose_name=_("indicator"))
    level = models.TextField(_("level"), choices=LEVELS)
    form = models.ForeignKey("Form", models.PROTECT, related_name="+", verbose_name=_("form"))
    valid = DateRangeField(_("periods beginning"))

    class Meta:
        verbose_name = _("source of an indicator")
        verbose_name_plural = _("sources of indicators")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="source_one_form_a_day",
                expressions=[
                    ("indicator", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The indicator already has a source for this level on some of these days."),
            )
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.level} {self.form_id}"


class NotApplicable(models.Model):
    """That an indicator does not concern a unit, as the owner of the form has found: it leaves every denominator."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    valid = DateRangeField(_("periods beginning"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("indicator that does not concern a unit")
        verbose_name_plural = _("indicators that do not concern a unit")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="not_applicable_once_a_day",
                expressions=[
                    ("indicator", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The indicator is already set aside for this unit on some of these days."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="not_applicable_gives_its_reason"),
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id}"


class Target(models.Model):
    """What an indicator is to reach by the end of a year, for reports of one level of origin or of all.

    `row` is the row of a table the target reads. A milestone has no bound: `words` say what is to be reached, and
    `reached_on` with `document` when it was. `due_on` is set where the act names another day than the year's last.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    row = models.TextField(_("row"), blank=True, default="")
    origin = models.TextField(_("level of origin"), choices=labels.ORIGINS)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    comparator = models.TextField(_("comparator"), choices=labels.COMPARATORS)
    low = models.DecimalField(_("bound"), max_digits=12, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("upper bound"), max_digits=12, decimal_places=4, null=True, blank=True)
    words = models.TextField(_("in words"), blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    document = models.TextField(_("document number"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+", verbose_name=_("legal basis"))

    class Meta:
        ordering: ClassVar = ["position", "indicator", "origin", "year"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "row", "origin", "year"], name="target_once_a_year", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(comparator=comparator.value, low__isnull=bounds < 1, high__isnull=bounds < 2)
                        for comparator, bounds in BOUNDS.items()
                    ),
                    _connector=Q.OR,
                ),
                name="target_has_its_bounds",
                violation_error_message=_("A target has one bound, “between” two, and a milestone none."),
            ),
            models.CheckConstraint(
                condition=~Q(comparator=Comparator.MILESTONE.value) | ~Q(words=""),
                name="milestone_says_what_is_reached",
                violation_error_message=_("A milestone says in words what is to be reached."),
            ),
            models.CheckConstraint(
                condition=Q(reached_on=None) | Q(comparator=Comparator.MILESTONE.value) & ~Q(document=""),
                name="milestone_reached_by_document",
                violation_error_message=_("That a milestone was reached is entered with the number of a document."),
            ),
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.origin} {self.year}"

    @property
    def due(self) -> date | None:
        """The last day on which it is reached in time; None for a milestone without a day."""
        if self.due_on or self.year is None:
            return self.due_on
        return date(self.year, 12, 31)

    @property
    def goal(self) -> Goal | None:
        """The target as a figure is to come to it; None for a milestone, and where no day is set."""
        if self.low is None or self.due is None:
            return None
        return Goal(Comparator(self.comparator), self.low, self.high, self.due)

    def is_met_by(self, number: Decimal) -> bool:
        """Whether the exact figure reaches the target: 59.96 % does not reach 60, though a screen rounds it.

        A milestone is reached by its document alone.
        """
        if self.low is None:
            return self.reached_on is not None
        return is_met(Comparator(self.comparator), number, self.low, self.high)
