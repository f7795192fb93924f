"""What is owed: one report a unit, form and period, from the moment its period opens."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.models import Unit
from reports import labels
from reports.models.regime import Form, FormVersion, Section
from reports.querysets import ReportQuerySet
from reports.workflow import MOVES, Route, Status, route


class Period(models.Model):
    """A span that reports speak of, under one window rule, with its data window's first and last day.

    Weeks that start on different days, and spans asked once, share a code and differ in their first day.
    """

    code = models.TextField(_("code"))
    rule = models.TextField(_("data window"), choices=labels.WINDOW_RULES)
    frequency = models.TextField(_("frequency"), choices=labels.SPANS)
    first_day = models.DateField(_("first day of the window"))
    last_day = models.DateField(_("last day of the window"))

    class Meta:
        ordering: ClassVar = ["first_day", "last_day"]
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "code", "first_day"], name="period_once_a_rule"),
            models.CheckConstraint(condition=Q(first_day__lte=models.F("last_day")), name="period_runs_forward"),
        ]

    def __str__(self) -> str:
        return self.code


_LISTED = ", ".join(sorted({f"('{move.before}', '{move.after}')" for move in MOVES if move.before != move.after}))


class Report(models.Model):
    """One unit's owed answer to one form for one period; it exists from the moment the period opens.

    Form version, route, superior and deadline are pinned at opening. `edit` counts every change of content or state:
    a move carries the edit its maker saw and is refused if the report has moved since. `on_paper`: it was recorded
    off-system, and the unit has not yet confirmed its figures. `received_at` is the first receipt that counts.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name=_("unit"))
    form = models.ForeignKey(Form, models.PROTECT, related_name="reports", verbose_name=_("form"))
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name=_("period"))
    superior = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("superior who checks")
    )
    signed = models.BooleanField(_("signed by the head"))
    synthesised = models.BooleanField(_("accepted within its superior's synthesis"), default=False, db_default=False)
    status = models.TextField(_("status"), choices=labels.STATUSES, default=Status.DRAFT.value)
    edit = models.PositiveIntegerField(_("edit"), default=1)
    first_deadline = models.DateTimeField(_("first deadline"))
    deadline = models.DateTimeField(_("deadline"))
    received_at = models.DateTimeField(_("first received"), null=True)
    current = models.OneToOneField("Revision", models.PROTECT, related_name="+")
    approved = models.OneToOneField("Revision", models.PROTECT, null=True, related_name="+")
    on_paper = models.BooleanField(_("filed on paper, figures to come"), default=False, db_default=False)
    amendment_asked = models.BooleanField(_("amendment asked for"), default=False, db_default=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-period__last_day", "unit__sort_key", "pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "period", "unit"], name="report_once_a_period"),
            models.CheckConstraint(condition=Q(status__in=[one.value for one in Status]), name="report_status_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.APPROVED.value) | Q(approved__isnull=False),
                name="report_approved_has_content",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.EXEMPT.value) | Q(approved=None), name="report_exempt_has_nothing_approved"
            ),
            models.CheckConstraint(
                condition=Q(on_paper=False) | Q(status__in=[Status.SUBMITTED.value, Status.EXEMPT.value]),
                name="report_on_paper_is_submitted",
            ),
            models.CheckConstraint(
                condition=Q(amendment_asked=False) | Q(status=Status.APPROVED.value), name="report_asked_is_approved"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="report_moves_as_listed",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status", "approved_id"),  # type: ignore[no-untyped-call]
                func=f"""
                    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN ({_LISTED}) THEN
                        RAISE EXCEPTION 'No move leads from % to %.', OLD.status, NEW.status
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF NEW.approved_id IS DISTINCT FROM OLD.approved_id AND NOT EXISTS (
                        SELECT FROM reports_revision
                        WHERE id = NEW.approved_id AND report_id = NEW.id AND frozen_at IS NOT NULL AND NOT dropped
                    ) THEN
                        RAISE EXCEPTION 'Only a submitted revision of the report itself is approved.'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="report_is_kept", operation=pgtrigger.Delete),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "period"], name="report_of_unit"),
            models.Index(fields=["deadline"], name="report_owed", condition=Q(status__in=["draft", "to_sign"])),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.period_id} {self.unit_id}"

    @property
    def route(self) -> Route:
        return route(signed=self.signed, checked_above=self.superior_id is not None)


class Part(models.Model):
    """That a person, or a division of the unit, fills in a section of a form for its unit."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="parts", verbose_name=_("section"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("reporting unit"))
    division = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("part of a form")
        verbose_name_plural = _("parts of forms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "unit"], name="part_once_a_unit"),
            models.CheckConstraint(
                condition=Q(division__isnull=False, person=None) | Q(division=None, person__isnull=False),
                name="part_has_one_assignee",
                violation_error_message=_("A part is given to a person or to a division."),
            ),
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.section_id} {self.unit_id}"


class PartDone(models.Model):
    """That whoever fills in a section of a report has finished it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="parts_done", verbose_name=_("report"))
    section = models.ForeignKey(Section, models.PROTECT, related_name="+", verbose_name=_("section"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("finished part")
        verbose_name_plural = _("finished parts")
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "section"], name="part_done_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.section_id}"
