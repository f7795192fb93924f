"""The acts that regimes and targets rest on."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled


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
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return self.number
