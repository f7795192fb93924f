"""What is asked: report regimes with their versions, items and rules; indicators; targets; days off."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.labels import LEVELS
from accounts.models import Unit
from reports import labels
from reports.folds import SpaceFold, TimeFold, quotient
from reports.periods import Frequency, WindowRule
from reports.querysets import CalendarDayQuerySet


class LegalBasis(models.Model):
    """The act that a regime or a target rests on."""

    number = models.TextField(_("number"), unique=True)
    issued_on = models.DateField(_("issued on"))
    issuer = models.TextField(_("issuer"))
    title = models.TextField(_("title"))

    class Meta:
        ordering: ClassVar = ["issued_on", "number"]
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")

    def __str__(self) -> str:
        return self.number


class CalendarDay(models.Model):
    """A day on which the working calendar differs from Monday to Friday: a day off, or a swapped working day."""

    day = models.DateField(_("day"), unique=True)
    working = models.BooleanField(_("working day"))
    name = models.TextField(_("name"))
    document = models.TextField(_("document number"), blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["day"]
        verbose_name = _("day off or swapped working day")
        verbose_name_plural = _("days off and swapped working days")

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class Indicator(models.Model):
    """One thing measured, and how it folds over units and over time.

    A ratio is never stored: it names its numerator and its denominator, and is divided on reading.
    """

    code = models.TextField(_("code"), unique=True)
    name = models.TextField(_("name"))
    unit_of_measure = models.TextField(_("unit of measure"))
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    space_fold = models.TextField(_("fold over units"), choices=labels.SPACE_FOLDS, default=SpaceFold.SUM.value)
    time_fold = models.TextField(_("fold over time"), choices=labels.TIME_FOLDS, default=TimeFold.SUM.value)
    numerator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("numerator")
    )
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("denominator")
    )

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(space_fold=SpaceFold.RATIO.value, numerator__isnull=False, denominator__isnull=False)
                | (~models.Q(space_fold=SpaceFold.RATIO.value) & models.Q(numerator=None, denominator=None)),
                name="indicator_ratio_names_both_parts",
                violation_error_message=_("A ratio names its numerator and its denominator; nothing else does."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def ratio(self, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
        """Numerator ÷ denominator in the unit of measure and with the decimals of this indicator, half up."""
        if numerator is not None and self.unit_of_measure == "%":
            numerator *= 100
        return quotient(numerator, denominator, self.decimals)


class Form(models.Model):
    """A report regime; everything but its code and owner belongs to its versions."""

    code = models.TextField(_("code"), unique=True)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return self.code


class FormOwner(models.Model):
    """Which unit owns a form on which days: it reviews and approves, and `stand_in` does so for its own reports."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="owners", verbose_name=_("form"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("owner"))
    stand_in = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("reviews the owner's own reports")
    )
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("owner of a form")
        verbose_name_plural = _("owners of forms")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="form_one_owner_a_day",
                expressions=[("form", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("The form already has an owner on some of these days."),
            ),
            models.CheckConstraint(
                condition=~models.Q(unit=models.F("stand_in")),
                name="form_owner_not_its_own_reviewer",
                violation_error_message=_("The owner's own reports are reviewed by another unit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.unit_id}"


class FormVersion(models.Model):
    """The terms of a form for the periods whose data window begins within `valid`."""

    class Kind(models.TextChoices):
        """On what a regime rests: only a normative act makes it periodic (Decree 09/2019, article 11)."""

        PERIODIC = "periodic", _("Periodic")
        THEMATIC = "thematic", _("Thematic")
        AD_HOC = "ad_hoc", _("Ad hoc")

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions", verbose_name=_("form"))
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.TextField(_("title"))
    kind = models.TextField(_("kind"), choices=Kind)
    basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+", verbose_name=_("legal basis"))
    frequency = models.TextField(_("frequency"), choices=labels.FREQUENCIES, default=Frequency.MONTH.value)
    window_rule = models.TextField(_("data window"), choices=labels.WINDOW_RULES, default=WindowRule.DECREE.value)
    valid = DateRangeField(_("periods beginning"))
    superior_days = models.PositiveSmallIntegerField(_("superior's review, working days"), default=2)
    owner_days = models.PositiveSmallIntegerField(_("owner's review, working days"), default=5)
    correction_days = models.PositiveSmallIntegerField(_("correction, working days"), default=3)
    note = models.TextField(_("note for those who fill it in"), blank=True)

    class Meta:
        ordering: ClassVar = ["form", "number"]
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number"),
            models.CheckConstraint(
                condition=~models.Q(frequency=Frequency.WEEK.value, window_rule=WindowRule.DECREE.value),
                name="form_weeks_follow_the_calendar",
                violation_error_message=_("A weekly form follows the calendar: the decree gives weeks no data window."),
            ),
            ExclusionConstraint(
                name="form_versions_do_not_overlap",
                expressions=[("form", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another version of the form already holds for some of these periods."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Respondent(models.Model):
    """Units of which level answer a form, by what route, and how many working days after the window."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="respondents", verbose_name=_("version"))
    level = models.TextField(_("level"), choices=LEVELS)
    signed = models.BooleanField(_("signed by the head"), default=True)
    checked_above = models.BooleanField(_("checked by the superior"), default=False)
    working_days = models.PositiveSmallIntegerField(_("deadline, working days after the window"))

    class Meta:
        verbose_name = _("respondents")
        verbose_name_plural = _("respondents")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "level"], name="respondent_level_once"),
            models.CheckConstraint(
                condition=models.Q(working_days__gte=1),
                name="respondent_has_a_working_day",
                violation_error_message=_(
                    "A deadline leaves at least one working day after the data window (Decree 09/2019, article 8.5)."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.level}"


class Section(models.Model):
    """A part of a form under its own heading."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="sections", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.TextField(_("title"))

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "position"], name="section_position_once")]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One line of a form: the indicator it asks for, typed in or computed by a formula over the form's other items."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="items", verbose_name=_("version"))
    section = models.ForeignKey(Section, models.CASCADE, related_name="items", verbose_name=_("section"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.TextField(_("code"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="items", verbose_name=_("indicator"))
    required = models.BooleanField(_("required"), default=True)
    formula = models.TextField(_("formula"), blank=True)
    guidance = models.TextField(_("guidance"), blank=True)
    detail = models.BooleanField(_('"of which" of the line above'), default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.UniqueConstraint(fields=["version", "position"], name="item_position_once"),
            models.UniqueConstraint(fields=["version", "indicator"], name="item_indicator_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Rule(models.Model):
    """Two formulas that must stand in a relation; `message` is what a person reads when they do not."""

    class Operator(models.TextChoices):
        """How the left side must stand to the right."""

        AT_MOST = "<=", "≤"
        AT_LEAST = ">=", "≥"
        EQUAL = "=", "="

    class Severity(models.TextChoices):
        """Whether a broken rule stops the submission."""

        ERROR = "error", _("Blocks submission")
        WARNING = "warning", _("Warns")

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="rules", verbose_name=_("version"))
    code = models.TextField(_("code"))
    left = models.TextField(_("left side"))
    operator = models.TextField(_("relation"), choices=Operator)
    right = models.TextField(_("right side"))
    severity = models.TextField(_("severity"), choices=Severity, default=Severity.ERROR)
    message = models.TextField(_("message"))

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="rule_code_once")]

    def __str__(self) -> str:
        return self.code


class Target(models.Model):
    """What an indicator is to reach by the end of a year, for reports of one level of origin or of all."""

    class Comparator(models.TextChoices):
        """How a figure must stand to the target."""

        AT_LEAST = ">=", "≥"
        EQUAL = "=", "="

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    origin = models.TextField(_("level of origin"), choices=labels.ORIGINS)
    year = models.PositiveSmallIntegerField(_("year"))
    comparator = models.TextField(_("comparator"), choices=Comparator)
    low = models.DecimalField(_("bound"), max_digits=12, decimal_places=4)
    basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+", verbose_name=_("legal basis"))

    class Meta:
        ordering: ClassVar = ["indicator", "origin", "year"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "origin", "year"], name="target_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.origin} {self.year}"

    def is_met_by(self, number: Decimal) -> bool:
        """Whether a figure of that size reaches the target."""
        return number == self.low if self.comparator == self.Comparator.EQUAL else number >= self.low
