"""Who must hear of what: a notice is owed once to each person for each occasion."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from notifications import labels
from notifications.choices import Channel
from notifications.labels import DeliveryState, Outcome
from notifications.ladder import NoticeKind
from notifications.models.directive import Directive
from notifications.querysets import AttemptQuerySet, DeliveryQuerySet, NoticeQuerySet
from reports.labels import deadline_words
from reports.models import Form, Lapse, Report, StandingList

_SUBJECTS = ("report", "lapse", "standing_list", "directive", "form")


def _speaks_of_one() -> Q:
    """That just one of the subjects is there."""
    return Q(
        *(Q(**{f"{other}__isnull": other != subject for other in _SUBJECTS}) for subject in _SUBJECTS),
        _connector=Q.OR,
    )


class Notice(models.Model):
    """What somebody must hear: it lies in the inbox from the moment it exists, and is told once.

    It speaks of a report, a lapse, a standing list or a directive, or of all that is overdue of one form and deadline;
    `kind` says what of it. `occasion` names the occasion within its kind: a rung and its deadline, such as
    `rung:-2:2022-05-16`, or what is told of, such as `moved:7`. `deadline` is the one it speaks of, where there is
    one, even where that has been moved since. Routine notices are gathered into one message each working morning;
    those that are `urgent` go at once. They are written by the thousand, so nothing is indexed that nobody asks by.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", db_index=False, verbose_name=_("person")
    )
    kind = models.TextField(_("kind"), choices=labels.NOTICE_KINDS)
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="notices", verbose_name=_("report"))
    lapse = models.ForeignKey(
        Lapse, models.PROTECT, null=True, related_name="notices", db_index=False, verbose_name=_("lapse")
    )
    standing_list = models.ForeignKey(
        StandingList, models.PROTECT, null=True, related_name="notices", db_index=False, verbose_name=_("standing list")
    )
    directive = models.ForeignKey(
        Directive, models.PROTECT, null=True, related_name="notices", db_index=False, verbose_name=_("directive")
    )
    form = models.ForeignKey(Form, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("form"))
    occasion = models.TextField(_("occasion"))
    rung = models.SmallIntegerField(_("working days from the deadline"), null=True)
    deadline = models.DateTimeField(_("deadline"), null=True)
    urgent = models.BooleanField(_("urgent"), default=True, db_default=True)
    owed_at = models.DateTimeField(_("owed since"))
    read_at = models.DateTimeField(_("read"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-owed_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "report", "lapse", "standing_list", "directive", "form", "occasion"],
                name="notice_told_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in NoticeKind]), name="notice_kind_known"),
            models.CheckConstraint(condition=_speaks_of_one(), name="notice_speaks_of_one_thing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-owed_at", "-id"], name="notice_in_the_inbox"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.occasion}"

    @property
    def headline(self) -> str:
        return labels.headline(NoticeKind(self.kind), self.rung)

    @property
    def deadline_words(self) -> str:
        return deadline_words(self.deadline) if self.deadline else ""


class Delivery(models.Model):
    """A notice on its way by one channel. A deliverer leases it, tries, and records what came of it.

    `batch` is the first delivery of the message in which it goes, chosen at the first attempt and kept for all later
    ones, so that a repeated message has the same name and nothing that it did not have. `forgiven` counts the attempts
    made before an administrator had it sent again.
    """

    notice = models.ForeignKey(
        Notice, models.CASCADE, related_name="deliveries", db_index=False, verbose_name=_("notice")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("person")
    )
    channel = models.TextField(_("channel"), choices=labels.CHANNELS)
    state = models.TextField(_("state"), choices=labels.DELIVERY_STATES, default=DeliveryState.OWED.value)
    due_at = models.DateTimeField(_("next attempt"))
    batch = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("message")
    )
    leased_until = models.DateTimeField(_("leased until"), null=True)
    forgiven = models.PositiveSmallIntegerField(_("attempts that no longer count"), default=0, db_default=0)

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
            models.Index(fields=["due_at", "id"], name="delivery_owed", condition=Q(state=DeliveryState.OWED.value)),
            models.Index(
                fields=["person", "channel", "due_at"],
                name="delivery_to_gather",
                condition=Q(state=DeliveryState.OWED.value),
            ),
            models.Index(fields=["batch"], name="delivery_of_a_message", condition=Q(batch__isnull=False)),
            models.Index(fields=["due_at"], name="delivery_given_up", condition=Q(state=DeliveryState.DEAD.value)),
        ]
        triggers: ClassVar = [journalled(but=["due_at", "leased_until"], only_signed=True)]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel} {self.state}"


class Attempt(models.Model):
    """One try of a delivery: written before anything is sent, completed when the server has answered."""

    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="attempts", db_index=False, verbose_name=_("delivery")
    )
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
        indexes: ClassVar = [
            BrinIndex(fields=["at"], name="attempt_by_time"),
            models.Index(fields=["-at"], name="attempt_unclear", condition=Q(outcome=Outcome.UNCLEAR.value)),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"
