"""What the head of a district signs over the checked reports of its communes."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.labels import CAPACITIES
from accounts.models import Unit
from reports.models.regime import Form
from reports.models.report import Period, Report
from reports.models.revision import Revision
from reports.querysets import SynthesisQuerySet


class Synthesis(models.Model):
    """What the head of a district signs over the checked reports of its communes, with the list of the missing.

    The first of a form and period has number 1; late communes follow in supplements. It adds nothing up: the district's
    own figures and its communes' never merge. The snapshot names every report with the digest of its revision.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="syntheses", verbose_name=_("form"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="syntheses", verbose_name=_("period"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="syntheses", verbose_name=_("unit"))
    number = models.PositiveSmallIntegerField(_("number"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    capacity = models.TextField(_("signed as"), choices=CAPACITIES)
    at = models.DateTimeField(_("at"))
    reports = models.ManyToManyField(Report, through="SynthesisEntry", related_name="syntheses")
    missing = models.ManyToManyField(Unit, related_name="+", verbose_name=_("missing"))
    snapshot = models.BinaryField(_("snapshot"))
    digest = models.TextField(_("SHA-256"))

    objects = SynthesisQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["form", "period", "unit", "number"]
        verbose_name = _("synthesis")
        verbose_name_plural = _("syntheses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "period", "unit", "number"], name="synthesis_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="synthesis_counts_from_one"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="synthesis_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.period_id} {self.unit_id} #{self.number}"


class SynthesisEntry(models.Model):
    """A report in a synthesis, by the revision that was checked; another revision needs a supplement."""

    synthesis = models.ForeignKey(Synthesis, models.PROTECT, related_name="entries", verbose_name=_("synthesis"))
    report = models.ForeignKey(Report, models.PROTECT, related_name="+", verbose_name=_("report"))
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="+", verbose_name=_("revision"))

    class Meta:
        verbose_name = _("report in a synthesis")
        verbose_name_plural = _("reports in a synthesis")
        triggers: ClassVar = [
            pgtrigger.Protect(name="synthesis_entry_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.synthesis_id} {self.revision_id}"
