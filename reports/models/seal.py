"""The daily seals over the chains of all reports."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models.report import Report


class Seal(models.Model):
    """The heads of all chains as of an instant, folded into one HMAC whose key lies outside the database.

    Each lists the heads that have moved since the seal before, whose digest it carries: the last one seals them all.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("at"))
    previous = models.TextField(_("digest of the seal before"), blank=True, default="")
    digest = models.TextField(_("SHA-256"))
    code = models.TextField(_("HMAC-SHA-256"))

    class Meta:
        ordering: ClassVar = ["-number"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number=1) ^ ~Q(previous=""), name="seal_follows_another")
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="seal_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.number)


class SealedHead(models.Model):
    """The last step of one report's chain when a seal was made."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="heads", verbose_name=_("seal"))
    report = models.ForeignKey(Report, models.PROTECT, related_name="+", verbose_name=_("report"))
    seq = models.PositiveSmallIntegerField(_("number"))
    digest = models.TextField(_("SHA-256 of the chain"))

    class Meta:
        ordering: ClassVar = ["seal", "report"]
        verbose_name = _("sealed head")
        verbose_name_plural = _("sealed heads")
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "seq"], name="sealed_head_once")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="sealed_head_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.seq}"
