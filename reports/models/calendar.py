"""When offices work, and what moved a deadline: days off, extensions, incidents."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.labels import LEVELS
from accounts.models import Unit
from reports import labels
from reports.models.regime import Form
from reports.models.report import Period, Report
from reports.querysets import CalendarDayQuerySet


def _kept(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


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
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class CalendarCorrection(models.Model):
    """That the working calendar was corrected: which day, from what to what, by which document; kept for ever."""

    day = models.DateField(_("day"))
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    document = models.TextField(_("document number"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        verbose_name = _("correction of the working calendar")
        verbose_name_plural = _("corrections of the working calendar")
        triggers: ClassVar = [_kept("calendar_correction_is_kept"), journalled()]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Extension(models.Model):
    """More time, granted by the owner of a form: for one report, one unit, an area, a level or all of a period.

    `unit` with `with_area` is the unit and all beneath it; what is not named is not narrowed.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="+", verbose_name=_("form"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit or area")
    )
    with_area = models.BooleanField(_("with all units beneath it"), default=False)
    level = models.TextField(_("level"), choices=LEVELS, blank=True)
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    document = models.TextField(_("document number"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(document=""), name="extension_gives_its_reason")
        ]
        triggers: ClassVar = [_kept("extension_is_kept"), journalled()]

    def __str__(self) -> str:
        return f"{self.form_id} {self.period_id} {self.until}"


class Incident(models.Model):
    """An outage of the portal; once an inspector has confirmed it, it extends the deadlines whose day it touches."""

    title = models.TextField(_("what happened"))
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    document = models.TextField(_("document number"), blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-began_at"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(began_at__lt=models.F("ended_at")),
                name="incident_runs_forward",
                violation_error_message=_("An incident ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=models.F("reported_by")),
                name="incident_confirmed_by_another",
                violation_error_message=_("An incident is confirmed by somebody other than who reported it."),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="incident_stays_as_confirmed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
            ),
            journalled(),
        ]

    def __str__(self) -> str:
        return self.title


class DeadlineChange(models.Model):
    """That a report's deadline moved: from when to when and why. Only ever added; the report holds the latest."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="deadline_changes", verbose_name=_("report"))
    cause = models.TextField(_("cause"), choices=labels.DEADLINE_CAUSES)
    before = models.DateTimeField(_("from"))
    after = models.DateTimeField(_("to"))
    extension = models.ForeignKey(Extension, models.PROTECT, null=True, related_name="+", verbose_name=_("extension"))
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="+", verbose_name=_("incident"))
    correction = models.ForeignKey(
        CalendarCorrection, models.PROTECT, null=True, related_name="+", verbose_name=_("correction of the calendar")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering: ClassVar = ["report", "recorded_at", "pk"]
        verbose_name = _("change of a deadline")
        verbose_name_plural = _("changes of deadlines")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cause="extension", extension__isnull=False, incident=None, correction=None)
                | Q(cause="incident", incident__isnull=False, extension=None, correction=None)
                | Q(cause="calendar", correction__isnull=False, extension=None, incident=None),
                name="deadline_change_names_its_cause",
            ),
            models.CheckConstraint(condition=Q(after__gt=models.F("before")), name="deadline_never_moves_earlier"),
        ]
        triggers: ClassVar = [_kept("deadline_change_is_kept"), journalled()]

    def __str__(self) -> str:
        return f"{self.report_id} {self.after}"
