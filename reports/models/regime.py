"""What is asked: report regimes with their versions, who answers them, and their sections, rows, items and rules."""

from datetime import time
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.labels import LEVELS
from accounts.models import Unit
from reports import labels
from reports.calendars import DayOfMonth, DeadlineRule, Shift, WorkingDaysAfter
from reports.checks import Kind
from reports.models.basis import LegalBasis
from reports.models.indicator import Indicator
from reports.periods import Frequency, WindowRule


class Form(models.Model):
    """A report regime; everything but its code and owner belongs to its versions."""

    code = models.TextField(_("code"), unique=True)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        triggers: ClassVar = [journalled()]

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
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.form_id} {self.unit_id}"


def _unused(row: str) -> pgtrigger.Trigger:
    """Refuse to change what belongs to a version that reports have been opened with; `row` names its version."""
    return pgtrigger.Trigger(
        name="version_in_use_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (SELECT FROM reports_report WHERE version_id IN ({row.format("OLD")}, {row.format("NEW")})) THEN
                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN coalesce(NEW, OLD);
        """,
    )


class FormVersion(models.Model):
    """The terms of a form for the periods whose data window begins within `valid`; a draft while that is empty.

    A version that any report uses does not change, but for the day on which it ends; a new one begins at a period.
    """

    class Kind(models.TextChoices):
        """On what a regime rests: only a normative act makes it periodic (Decree 09/2019, article 11)."""

        PERIODIC = "periodic", _("Periodic")
        THEMATIC = "thematic", _("Thematic")
        AD_HOC = "ad_hoc", _("Ad hoc")

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions", verbose_name=_("form"))
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.TextField(_("title"))
    kind = models.TextField(_("kind"), choices=Kind)
    basis = models.ForeignKey(
        LegalBasis, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("legal basis")
    )
    recipient = models.TextField(_("recipient"), blank=True)
    frequency = models.TextField(_("frequency"), choices=labels.FREQUENCIES, default=Frequency.MONTH.value)
    window_rule = models.TextField(_("data window"), choices=labels.WINDOW_RULES, default=WindowRule.DECREE.value)
    week_starts_on = models.PositiveSmallIntegerField(_("week starts on"), choices=labels.WEEKDAYS, default=0)
    shift = models.TextField(_("a deadline on a day off moves"), choices=labels.SHIFTS, default=Shift.NEXT.value)
    opens_after = models.PositiveSmallIntegerField(_("opens, days after the window's first day"), default=0)
    valid = DateRangeField(_("periods beginning"), null=True, blank=True)
    superior_days = models.PositiveSmallIntegerField(_("superior's review, working days"), default=2)
    owner_days = models.PositiveSmallIntegerField(_("owner's review, working days"), default=5)
    correction_days = models.PositiveSmallIntegerField(_("correction, working days"), default=3)
    change_percent = models.PositiveSmallIntegerField(
        _("a change beyond so many per cent asks for a note"), null=True, blank=True, default=30
    )
    note = models.TextField(_("note for those who fill it in"), blank=True)

    class Meta:
        ordering: ClassVar = ["form", "number"]
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number"),
            models.CheckConstraint(
                condition=~Q(frequency=Frequency.WEEK.value, window_rule=WindowRule.DECREE.value),
                name="form_weeks_follow_the_calendar",
                violation_error_message=_("A weekly form follows the calendar: the decree gives weeks no data window."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="periodic") | Q(basis__isnull=False),
                name="form_periodic_has_its_basis",
                violation_error_message=_("A periodic form names its legal basis (Decree 09/2019, article 11)."),
            ),
            models.CheckConstraint(condition=Q(week_starts_on__lte=6), name="form_week_starts_on_a_weekday"),
            ExclusionConstraint(
                name="form_versions_do_not_overlap",
                expressions=[("form", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another version of the form already holds for some of these periods."),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="version_in_use_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF lower(NEW.valid) IS NOT DISTINCT FROM lower(OLD.valid)
                           AND to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid' THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT FROM reports_report WHERE version_id = OLD.id) THEN
                        RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN coalesce(NEW, OLD);
                """,
            ),
            journalled(),
        ]

    def __str__(self) -> str:
        return self.title


class Respondent(models.Model):
    """Units of which level answer a form, by what route and until when.

    All units of the level answer, or only the named ones. Due working days after the window, or on a fixed day of the
    period's last month or the month after; at `due_time`, or at 24:00.
    """

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="respondents", verbose_name=_("version"))
    level = models.TextField(_("level"), choices=LEVELS)
    everyone = models.BooleanField(_("all units of the level"), default=True)
    signed = models.BooleanField(_("signed by the head"), default=True)
    checked_above = models.BooleanField(_("checked by the superior"), default=False)
    synthesised = models.BooleanField(_("accepted within the superior's synthesis"), default=False, db_default=False)
    working_days = models.PositiveSmallIntegerField(_("deadline, working days after the window"), null=True, blank=True)
    day_of_month = models.PositiveSmallIntegerField(_("deadline, fixed day"), null=True, blank=True)
    months_after = models.PositiveSmallIntegerField(_("of the month after"), choices=labels.MONTHS_AFTER, default=0)
    due_time = models.TimeField(_("time of day"), null=True, blank=True)

    class Meta:
        verbose_name = _("respondents")
        verbose_name_plural = _("respondents")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "level"], name="respondent_level_once"),
            models.CheckConstraint(
                condition=Q(working_days__gte=1, day_of_month=None)
                | Q(working_days=None, day_of_month__gte=1, day_of_month__lte=31),
                name="respondent_has_a_deadline",
                violation_error_message=_(
                    "A deadline is a fixed day, or at least one working day after the data window"
                    " (Decree 09/2019, article 8.5)."
                ),
            ),
            models.CheckConstraint(condition=Q(months_after__lte=1), name="respondent_month_or_the_next"),
            models.CheckConstraint(
                condition=Q(due_time=None) | Q(due_time__gt=time(0)),
                name="respondent_due_after_midnight",
                violation_error_message=_("A deadline at midnight is 24:00 of the day before: leave the time empty."),
            ),
            models.CheckConstraint(
                condition=Q(synthesised=False) | Q(checked_above=True),
                name="respondent_synthesised_once_checked",
                violation_error_message=_("The superior can only bring together what it checks."),
            ),
        ]
        triggers: ClassVar = [_unused("{0}.version_id"), journalled()]

    def __str__(self) -> str:
        return f"{self.version_id} {self.level}"

    @property
    def deadline_rule(self) -> DeadlineRule:
        """The rule of this level's deadline."""
        at = labels.time_of_day(self.due_time)
        if self.working_days is not None:
            return WorkingDaysAfter(self.working_days, at)
        return DayOfMonth(self.day_of_month or 1, self.months_after, at)


class NamedUnit(models.Model):
    """A unit that a version names: as one that answers where not all of its level do, or as one that does not."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="named_units", verbose_name=_("version"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    excluded = models.BooleanField(_("does not answer"), default=False)

    class Meta:
        verbose_name = _("named unit")
        verbose_name_plural = _("named units")
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "unit"], name="named_unit_once")]
        triggers: ClassVar = [_unused("{0}.version_id"), journalled()]

    def __str__(self) -> str:
        return f"{self.version_id} {self.unit_id}"


class Section(models.Model):
    """A part of a form under its own heading: lines, a table with fixed rows, or the tasks that the unit leads.

    The items of a table or of tasks are its columns, unless the rows go across. Values of a table are keyed by row.
    """

    class Shape(models.TextChoices):
        """How a section is laid out."""

        LINES = "lines", _("Lines")
        TABLE = "table", _("Table with fixed rows")
        TASKS = "tasks", _("Tasks of the programme")

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="sections", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.TextField(_("title"))
    guidance = models.TextField(_("guidance"), blank=True)
    shape = models.TextField(_("shape"), choices=Shape, default=Shape.LINES)
    rows_across = models.BooleanField(_("rows go across"), default=False)
    rows_title = models.TextField(_("heading of the rows"), blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "position"], name="section_position_once", deferrable=models.Deferrable.DEFERRED
            )
        ]
        triggers: ClassVar = [_unused("{0}.version_id"), journalled()]

    def __str__(self) -> str:
        return self.title


class Row(models.Model):
    """A fixed row of a table; the total row is never typed in: it adds the others up, and formulas hold in it too."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="rows", verbose_name=_("section"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.TextField(_("code"))
    title = models.TextField(_("title"))
    is_total = models.BooleanField(_("total"), default=False)

    class Meta:
        ordering: ClassVar = ["section__position", "position"]
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "code"], name="row_code_once"),
            models.UniqueConstraint(
                fields=["section", "position"], name="row_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["section"], condition=Q(is_total=True), name="row_one_total"),
        ]
        triggers: ClassVar = [
            _unused("(SELECT version_id FROM reports_section WHERE id = {0}.section_id)"),
            journalled(),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One thing asked: a line, or a column of a table. A number is of an indicator; computed ones are never typed in.

    `title` stands in for the indicator's name, `number` is the official form's own numbering such as (3).
    """

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="items", verbose_name=_("version"))
    section = models.ForeignKey(Section, models.CASCADE, related_name="items", verbose_name=_("section"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.TextField(_("code"))
    kind = models.TextField(_("kind"), choices=labels.KINDS, default=Kind.NUMBER.value)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("indicator")
    )
    title = models.TextField(_("title"), blank=True)
    number = models.TextField(_("number in the official form"), blank=True)
    required = models.BooleanField(_("required"), default=True)
    formula = models.TextField(_("formula"), blank=True)
    guidance = models.TextField(_("guidance"), blank=True)
    detail = models.BooleanField(_('"of which" of the line above'), default=False)
    negative = models.BooleanField(_("may be negative"), default=False)
    options = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("choices"))
    asked_of = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name=_("asked only of"))

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.UniqueConstraint(
                fields=["version", "position"], name="item_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["version", "indicator"], name="item_indicator_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["number", "money", "percent", "yes_no"], indicator__isnull=False)
                | Q(kind__in=["choice", "text", "file"], indicator=None) & ~Q(title=""),
                name="item_number_has_its_indicator",
                violation_error_message=_("A number is of an indicator; a choice, a text or a file has a title."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="choice") | ~Q(options=[]),
                name="item_choice_offers_something",
                violation_error_message=_("A choice offers at least one answer."),
            ),
            models.CheckConstraint(
                condition=Q(formula="") | Q(kind__in=["number", "money", "percent"]),
                name="item_only_numbers_are_computed",
                violation_error_message=_("Only numbers are computed."),
            ),
        ]
        triggers: ClassVar = [_unused("{0}.version_id"), journalled()]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """What people read beside it: its own title, else the indicator's name. Select the indicator with it."""
        return self.title or (self.indicator.name if self.indicator else self.code)

    @property
    def decimals(self) -> int:
        return self.indicator.decimals if self.indicator else 0

    @property
    def unit_of_measure(self) -> str:
        return self.indicator.unit_of_measure if self.indicator else ""

    @property
    def is_ratio(self) -> bool:
        """Whether it is a quotient of two others, which is never stored."""
        return self.indicator is not None and self.indicator.numerator_id is not None


class Rule(models.Model):
    """Two formulas that must stand in a relation; `message` is what a person reads when they do not."""

    class Severity(models.TextChoices):
        """Whether a broken rule stops the submission."""

        ERROR = "error", _("Blocks submission")
        WARNING = "warning", _("Warns")

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="rules", verbose_name=_("version"))
    code = models.TextField(_("code"))
    left = models.TextField(_("left side"))
    operator = models.TextField(_("relation"), choices=labels.OPERATORS)
    right = models.TextField(_("right side"))
    severity = models.TextField(_("severity"), choices=Severity, default=Severity.ERROR)
    message = models.TextField(_("message"))

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="rule_code_once")]
        triggers: ClassVar = [_unused("{0}.version_id"), journalled()]

    def __str__(self) -> str:
        return self.code
