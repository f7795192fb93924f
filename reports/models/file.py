"""What rows say of a file that they name; its bytes lie in the store."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NamesFile(models.Model):
    """That a row may name one file, kept in the store under its SHA-256; all four columns are empty without one."""

    name = models.TextField(_("name"), blank=True, default="")
    content_type = models.TextField(_("content type"), blank=True, default="")
    size = models.PositiveIntegerField(_("size in bytes"), null=True)
    sha256 = models.TextField(_("SHA-256"), blank=True, default="")

    class Meta:
        abstract = True
