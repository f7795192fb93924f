"""The ladder as data: for each form, which working days from a deadline speak to whom."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from notifications import labels, ladder
from notifications.ladder import FARTHEST, MORNING, WHO, Audience
from reports.models import Form


class Rung(models.Model):
    """One rung of a form's own ladder; a form that has none goes by ladder.RUNGS.

    `days` counts working days from the day a report is due; `hour` is the portal's local time; `audience` lists
    members of ladder.Audience.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="rungs", verbose_name=_("form"))
    days = models.SmallIntegerField(
        _("working days from the deadline"), validators=[MinValueValidator(-FARTHEST), MaxValueValidator(FARTHEST)]
    )
    hour = models.TimeField(_("hour"), default=MORNING)
    audience = ArrayField(models.TextField(choices=labels.AUDIENCES), verbose_name=_("who is told"))

    class Meta:
        ordering: ClassVar = ["form", "days"]
        verbose_name = _("rung of a ladder")
        verbose_name_plural = _("ladders of notices")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["form", "days"],
                name="rung_once_a_day",
                violation_error_message=_("This ladder already has a rung on that day."),
            ),
            models.CheckConstraint(
                condition=Q(audience__len__gt=0) & Q(audience__contained_by=[str(one) for one in Audience]),
                name="rung_speaks_to_somebody",
                violation_error_message=_("A rung is told to somebody."),
            ),
            models.CheckConstraint(condition=Q(days__gte=-FARTHEST, days__lte=FARTHEST), name="rung_within_reach"),
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.form_id} {self.days:+}"

    @property
    def rule(self) -> ladder.Rung:
        """This row as the rules read it."""
        return ladder.Rung(self.days, tuple(WHO[one] for one in Audience if one in self.audience), self.hour)
