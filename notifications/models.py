"""Who must hear of what: a notice is owed once to each person for each occasion of a report."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications import labels
from notifications.labels import Channel, DeliveryState, Outcome
from notifications.querysets import AttemptQuerySet, DeliveryQuerySet, NoticeQuerySet
from reports.labels import deadline_words
from reports.models import Report


class Notice(models.Model):
    """What somebody must hear: it lies in the inbox from the moment it exists, and is told once.

    `occasion` names one rung of one deadline, such as `rung:-2:2022-05-16`, or one change of a deadline, such as
    `moved:7`, which is no rung; `deadline` is the one it speaks of, even where the report's has been moved since.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("person")
    )
    report = models.ForeignKey(Report, models.PROTECT, related_name="notices", verbose_name=_("report"))
    occasion = models.TextField(_("occasion"))
    rung = models.SmallIntegerField(_("working days from the deadline"), null=True)
    deadline = models.DateTimeField(_("deadline"))
    owed_at = models.DateTimeField(_("owed since"))
    read_at = models.DateTimeField(_("read"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-owed_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "report", "occasion"], name="notice_told_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-owed_at", "-id"], name="notice_in_the_inbox"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.report_id} {self.occasion}"

    @property
    def headline(self) -> str:
        return labels.headline(self.rung)

    @property
    def deadline_words(self) -> str:
        return deadline_words(self.deadline)


class Delivery(models.Model):
    """A notice on its way by one channel. A deliverer leases it, tries, and records what came of it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.TextField(_("channel"), choices=labels.CHANNELS)
    state = models.TextField(_("state"), choices=labels.DELIVERY_STATES, default=DeliveryState.OWED.value)
    due_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(_("leased until"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_a_channel"),
            models.CheckConstraint(
                condition=Q(channel__in=[one.value for one in Channel]), name="delivery_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in DeliveryState]), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(leased_until=None) | Q(state=DeliveryState.OWED.value), name="delivery_leased_while_owed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="delivery_owed", condition=Q(state=DeliveryState.OWED.value))
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel} {self.state}"


class Attempt(models.Model):
    """One try of a delivery: written before anything is sent, completed when the server has answered."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts", verbose_name=_("delivery"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    outcome = models.TextField(_("outcome"), choices=labels.OUTCOMES, default=Outcome.BEGUN.value)
    error = models.TextField(_("error"), blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["delivery", "number"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number"),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in Outcome]), name="attempt_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"
