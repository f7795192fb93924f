"""The moves of reports, kept for ever, with who signs what and the papers that were issued."""

from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.labels import CAPACITIES
from accounts.models import Appointment
from reports import labels
from reports.models.file import NamesFile
from reports.models.regime import Form
from reports.models.report import Report
from reports.models.revision import Revision
from reports.workflow import MOVES, RECEIPTS, WITHIN, Needs


def _moved(needs: Needs) -> Q:
    """Steps whose action needs that."""
    return Q(action__in=sorted({move.action.value for move in MOVES if needs in move.needs}))


class Step(models.Model):
    """One move of a report, kept for ever; `edit` is what its maker saw, so a repeated request finds its step.

    `document` numbers the paper that the move rests on, and `received_at` says when a report filed on paper came in.
    `voids`: what it returns was no report at all, and its receipt does not count. `remarks` counts those it sent.
    `content` is the digest of the frozen revision that it speaks of, and `digest` the link of the chain: it covers
    everything above and the digest of the step before. Nobody is named where the portal itself made the move.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps", verbose_name=_("report"))
    seq = models.PositiveSmallIntegerField(_("number"))
    action = models.TextField(_("action"), choices=labels.ACTIONS)
    before = models.TextField(_("from"), choices=labels.STATUSES)
    after = models.TextField(_("to"), choices=labels.STATUSES)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="steps", verbose_name=_("revision"))
    edit = models.PositiveIntegerField(_("edit"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    capacity = models.TextField(_("signed as"), choices=CAPACITIES, blank=True, default="", db_default="")
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    document = models.TextField(_("document"), blank=True, default="", db_default="")
    received_at = models.DateTimeField(_("received on paper"), null=True)
    voids = models.BooleanField(_("was no report"), default=False, db_default=False)
    remarks = models.PositiveSmallIntegerField(_("remarks"), default=0, db_default=0)
    content = models.TextField(_("SHA-256 of the content"), blank=True, default="", db_default="")
    digest = models.TextField(_("SHA-256 of the chain"))

    class Meta:
        ordering: ClassVar = ["report", "seq"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "seq"], name="step_in_order"),
            models.CheckConstraint(
                condition=Q(
                    *dict.fromkeys(Q(before=m.before.value, action=m.action.value, after=m.after.value) for m in MOVES),
                    _connector=Q.OR,
                ),
                name="step_is_a_listed_move",
            ),
            models.CheckConstraint(
                condition=(~_moved(Needs.REASON) | ~Q(reason=""))
                & (~_moved(Needs.REASON_OR_REMARK) | ~Q(reason="") | Q(remarks__gt=0)),
                name="step_gives_its_reason",
            ),
            models.CheckConstraint(
                condition=(~_moved(Needs.DOCUMENT) | ~Q(document=""))
                & (~_moved(Needs.PAPER) | Q(received_at__isnull=False)),
                name="step_names_its_paper",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(action__in=sorted({m.action.value for m in MOVES if not m.who})),
                name="step_has_its_maker",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="step_is_chained"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="step_by_time"),
            models.Index(fields=["action", "-at", "-id"], name="step_by_action"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="step_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.seq} {self.action}"

    @property
    def is_receipt(self) -> bool:
        """Whether this step gave a receipt."""
        return self.action in RECEIPTS

    @property
    def is_within(self) -> bool:
        """Whether its reason is for the unit's own people only."""
        return self.action in WITHIN

    @property
    def counted_at(self) -> datetime:
        """The instant by which a receipt is judged: when the paper came in, or when the portal received it."""
        return self.received_at or self.at

    @property
    def receipt_name(self) -> str:
        """What people quote of a receipt: form, period, unit and revision, such as BM-02/2022-05/00001/1."""
        report = self.report
        return f"{report.form.code}/{report.period.code}/{report.unit.code}/{self.revision.number}"


class IssuedDocument(NamesFile):
    """The number and date under which a unit issued a report on paper, and the scan of it, as its records clerk enters.

    A correction is another row; the latest counts. A number not yet given is never lateness.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="issued", verbose_name=_("report"))
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="issued", verbose_name=_("revision"))
    number = models.TextField(_("document number"))
    day = models.DateField(_("date of the document"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(number=""), name="issued_document_has_a_number")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="issued_document_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number


class DeputyForm(models.Model):
    """That a deputy signs reports of this form; one of whom no form is named signs all."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+", verbose_name=_("appointment"))
    form = models.ForeignKey(Form, models.CASCADE, related_name="+", verbose_name=_("form"))

    class Meta:
        verbose_name = _("form that a deputy signs")
        verbose_name_plural = _("forms that a deputy signs")
        constraints: ClassVar = [models.UniqueConstraint(fields=["appointment", "form"], name="deputy_form_once")]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.form_id}"
