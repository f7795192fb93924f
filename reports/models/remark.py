"""What reviewers say of reports, pinned to cells and paragraphs."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models.regime import Item
from reports.models.report import Report
from reports.models.revision import Revision
from reports.models.step import Step
from reports.querysets import RemarkQuerySet


class Remark(models.Model):
    """What a reviewer says of a cell, or of one paragraph of a narrative, in a submitted revision.

    `step` is the return that sent it; until then only reviewers read it. The unit answers it before it submits again,
    and who reviews next may tick it off.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="remarks", verbose_name=_("report"))
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="remarks", verbose_name=_("revision"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    row = models.TextField(_("row"), default="", blank=True)
    paragraph = models.PositiveSmallIntegerField(_("paragraph"), null=True)
    text = models.TextField(_("remark"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="sent", verbose_name=_("sent with"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ticked off by")
    )
    settled_at = models.DateTimeField(_("ticked off at"), null=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False, step__isnull=False),
                name="remark_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False, answered_at__isnull=False),
                name="remark_settled_once_answered",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report"], name="remark_open", condition=Q(step__isnull=False, answered_at=None)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="remark_sent_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "(OLD.step_id IS NOT NULL AND (OLD.report_id, OLD.revision_id, OLD.item_id, OLD.row, OLD.paragraph,"
                    " OLD.text, OLD.by_id, OLD.at, OLD.step_id) IS DISTINCT FROM (NEW.report_id, NEW.revision_id,"
                    " NEW.item_id, NEW.row, NEW.paragraph, NEW.text, NEW.by_id, NEW.at, NEW.step_id))"
                ),
            ),
            pgtrigger.Protect(
                name="remark_sent_is_kept", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__step__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether the unit still has to answer it."""
        return self.step_id is not None and self.answered_at is None
