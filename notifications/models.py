"""Who must hear of what: a notice is owed once to each person for each occasion of a report."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications import labels
from reports.models import Report


class Notice(models.Model):
    """What somebody must hear: it lies in the inbox from the moment it exists, and is told once.

    `occasion` names one rung of one deadline, such as `rung:-2:2022-05-17`.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("person")
    )
    report = models.ForeignKey(Report, models.PROTECT, related_name="notices", verbose_name=_("report"))
    occasion = models.TextField(_("occasion"))
    rung = models.SmallIntegerField(_("working days from the deadline"))
    owed_at = models.DateTimeField(_("owed since"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        ordering: ClassVar = ["-owed_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "report", "occasion"], name="notice_told_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["report", "occasion"], name="notice_of_report"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.report_id} {self.occasion}"


class Delivery(models.Model):
    """A notice on its way by one channel. A deliverer leases it, tries, and records the attempt."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.TextField(_("channel"), choices=labels.CHANNELS)
    state = models.TextField(_("state"), choices=labels.DELIVERY_STATES, default=labels.DeliveryState.OWED.value)
    due_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(_("leased until"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_a_channel")]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="delivery_owed", condition=models.Q(state="owed"))]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel} {self.state}"


class Attempt(models.Model):
    """One try of a delivery, kept with what came of it; an ambiguous one may have reached the person."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts", verbose_name=_("delivery"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering: ClassVar = ["delivery", "number"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints: ClassVar = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number")]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"
