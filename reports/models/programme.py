"""The tasks of the programme: who leads what by when, and what they ask of others on the way."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.models import Unit
from reports.models.report import Report
from reports.querysets import RequestQuerySet


class TaskGroup(models.Model):
    """One of the groups into which the programme sorts its tasks."""

    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    name = models.TextField(_("name"), unique=True)

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("group of tasks")
        verbose_name_plural = _("groups of tasks")
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """A task of the programme; the unit that leads it reports on it each period in a form's table of tasks."""

    class Pillar(models.TextChoices):
        """The three pillars of the programme."""

        GOVERNMENT = "government", _("Digital government")
        ECONOMY = "economy", _("Digital economy")
        SOCIETY = "society", _("Digital society")

    group = models.ForeignKey(TaskGroup, models.PROTECT, related_name="tasks", verbose_name=_("group"))
    pillar = models.TextField(_("pillar"), choices=Pillar)
    code = models.TextField(_("code"), unique=True)
    title = models.TextField(_("title"))
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="tasks_led", verbose_name=_("lead unit"))
    supporting = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name=_("supporting units"))
    deliverable = models.TextField(_("deliverable"))
    starts_on = models.DateField(_("starts on"))
    due_on = models.DateField(_("due on"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    illustration = models.BooleanField(_("illustration"), default=False)

    class Meta:
        ordering: ClassVar = ["group", "code"]
        verbose_name = _("task of the programme")
        verbose_name_plural = _("tasks of the programme")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=models.F("due_on")),
                name="task_runs_forward",
                violation_error_message=_("A task is due after it starts."),
            )
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Request(models.Model):
    """What a unit asked of another in its report on a task; open until the addressee answers or the unit withdraws it.

    Nothing is overwritten once it is answered: what a later revision asks otherwise is a request of its own. Who passed
    it on last, from which unit to the present addressee, stands beside it.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="requests", verbose_name=_("report"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="requests", verbose_name=_("task"))
    addressee = models.ForeignKey(Unit, models.PROTECT, related_name="requests", verbose_name=_("addressee"))
    text = models.TextField(_("request"))
    asked_at = models.DateTimeField(_("asked at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    passed_from = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("passed on from")
    )
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("passed on by"),
    )
    passed_at = models.DateTimeField(_("passed on at"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "task"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="request_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(withdrawn_at=None), name="request_answered_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(passed_from=None, passed_by=None, passed_at=None)
                | Q(passed_from__isnull=False, passed_by__isnull=False, passed_at__isnull=False),
                name="request_passed_on_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["addressee"], name="request_open", condition=Q(answered_at=None, withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.task_id}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None
