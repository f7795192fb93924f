"""By which ways a person is reached: what they chose, the gateway for short messages, and their calendar feed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled


class Preference(models.Model):
    """What a person chose; whoever has no row gets everything by e-mail, and nothing by the gateway.

    `routine_email` and `routine_gateway` speak of routine notices only: the inbox and escalations cannot be refused.
    Between `quiet_from` and `quiet_until`, which may lie past midnight, nothing but the inbox is used.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="preference", verbose_name=_("person")
    )
    routine_email = models.BooleanField(_("routine notices by e-mail"), default=True)
    routine_gateway = models.BooleanField(_("routine notices by short message"), default=False)
    urgent_gateway = models.BooleanField(_("urgent notices by short message"), default=False)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("choice of channels")
        verbose_name_plural = _("choices of channels")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until")),
                name="preference_quiet_from_until",
                violation_error_message=_("Quiet hours have a beginning and another end, or neither."),
            )
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Gateway(models.Model):
    """The webhook to which messages for people are posted, such as a gateway for SMS or Zalo; one at most is in use."""

    name = models.TextField(_("name"))
    address = models.URLField(_("address"))
    secret = models.TextField(_("secret"))
    is_active = models.BooleanField(_("in use"), default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("gateway for short messages")
        verbose_name_plural = _("gateways for short messages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="gateway_one_in_use",
                violation_error_message=_("Another gateway is in use already."),
            ),
            models.CheckConstraint(condition=~Q(secret=""), name="gateway_signs"),
        ]
        triggers: ClassVar = [journalled(secret=["secret"])]

    def __str__(self) -> str:
        return self.name


class Feed(models.Model):
    """The secret address of a person's calendar of deadlines; only its SHA-256 is kept. A new one ends the old."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="feed", verbose_name=_("person")
    )
    sha256 = models.TextField(_("SHA-256 of the secret"), unique=True)
    made_at = models.DateTimeField(_("made at"))
    read_at = models.DateTimeField(_("last read"), null=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        triggers: ClassVar = [journalled(but=["read_at"], secret=["sha256"])]

    def __str__(self) -> str:
        return f"{self.person_id}"
