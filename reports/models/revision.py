"""What is answered: the revisions of a report with their values, and every step it took."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports import labels
from reports.models.regime import Item
from reports.models.report import Report


class Revision(models.Model):
    """The content of a report; frozen for ever when it is submitted, with the exact bytes and their SHA-256.

    `due_at` is until when a correction, an amendment or the keying of figures is owed. `standing_out` lists what the
    checks found at submission, as [code, item, row]. `dropped`: an amendment that was given up, never submitted.
    """

    class Cause(models.TextChoices):
        """Why this revision was opened."""

        OPENING = "opening", _("Opened with the period")
        RECALL = "recall", _("Recalled")
        RETURN = "return", _("Returned")
        AMENDMENT = "amend", _("Amendment")
        KEYING = "key_in", _("Keyed in from paper")

    report = models.ForeignKey(Report, models.PROTECT, related_name="revisions", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(_("number"))
    cause = models.TextField(_("cause"), choices=Cause, default=Cause.OPENING)
    frozen_at = models.DateTimeField(_("frozen at"), null=True)
    snapshot = models.BinaryField(_("snapshot"), null=True)
    digest = models.TextField(_("SHA-256"), blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    standing_out = models.JSONField(_("what stands out"), default=list, db_default=[])
    dropped = models.BooleanField(_("given up"), default=False, db_default=False)

    class Meta:
        ordering: ClassVar = ["report", "number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="revision_number"),
            models.UniqueConstraint(fields=["report"], condition=Q(frozen_at=None), name="revision_one_open"),
            models.CheckConstraint(
                condition=Q(frozen_at=None, snapshot=None, digest="")
                | Q(frozen_at__isnull=False, snapshot__isnull=False) & ~Q(digest=""),
                name="revision_frozen_whole",
            ),
            models.CheckConstraint(
                condition=Q(dropped=False) | Q(frozen_at__isnull=False), name="revision_dropped_is_frozen"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="revision_stays_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} #{self.number}"


def _in_a_draft(operation: pgtrigger.Operation, what: str = "value", **tables: str) -> pgtrigger.Trigger:
    """Refuse a statement that writes values of a submitted revision; asked once a statement, so bulk stays cheap.

    The revisions are locked before they are looked at: a submission at the same instant goes wholly before or after.
    """
    touched = " UNION ".join(f"SELECT revision_id FROM {table}" for table in tables.values())  # noqa: S608  (named below)
    return pgtrigger.Trigger(
        name=f"{what}_stays_frozen_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),  # type: ignore[no-untyped-call]
        func=f"""
            PERFORM 1 FROM reports_revision WHERE id IN ({touched}) ORDER BY id FOR SHARE;
            IF EXISTS (SELECT FROM reports_revision WHERE id IN ({touched}) AND frozen_at IS NOT NULL) THEN
                RAISE EXCEPTION 'The {what}s of a submitted revision do not change.'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        """,
    )


class Value(models.Model):
    """What a unit reported for one item (and row) in one revision; a blanked cell keeps its row and its edit.

    A number, a text (a choice is the text chosen), or why there is neither; `cause` and `note` explain a warning or an
    absence. Yes is the number 1 and no is 0; nil is a deliberate 0.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="values", verbose_name=_("revision"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    row = models.TextField(_("row"), default="", blank=True)
    number = models.DecimalField(_("number"), max_digits=24, decimal_places=6, null=True)
    text = models.TextField(_("text"), blank=True, default="", db_default="")
    absence = models.TextField(_("absence"), choices=labels.ABSENCES, blank=True, default="", db_default="")
    cause = models.TextField(_("cause"), choices=labels.CAUSES, blank=True, default="", db_default="")
    note = models.TextField(_("note"), blank=True, default="", db_default="")
    edit = models.PositiveIntegerField(_("edit"), default=1)

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "item", "row"], name="value_once_a_cell"),
            models.CheckConstraint(
                condition=Q(absence="") | Q(number=None, text="") & ~Q(note=""), name="value_absent_says_why"
            ),
        ]
        triggers: ClassVar = [
            _in_a_draft(pgtrigger.Insert, new="written"),
            _in_a_draft(pgtrigger.Update, old="replaced", new="written"),
            _in_a_draft(pgtrigger.Delete, old="replaced"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.item_id} {self.row}"


class Attachment(models.Model):
    """A file that answers an item in one revision; its bytes lie outside the database, once for all that are alike.

    The value of the cell names each of its files with its SHA-256, so that the snapshot seals them. A file without an
    item is the scan of the whole report as it was filed on paper; the snapshot names it as well.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="attachments", verbose_name=_("revision"))
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", verbose_name=_("item"))
    row = models.TextField(_("row"), default="", blank=True)
    name = models.TextField(_("name"))
    content_type = models.TextField(_("content type"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.TextField(_("SHA-256"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["revision", "item", "row", "sha256"], name="attachment_once_a_cell", nulls_distinct=False
            )
        ]
        triggers: ClassVar = [
            _in_a_draft(pgtrigger.Insert, "attachment", new="written"),
            _in_a_draft(pgtrigger.Update, "attachment", old="replaced", new="written"),
            _in_a_draft(pgtrigger.Delete, "attachment", old="replaced"),
        ]

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    """That a person filled in some value of a report, in whatever revision: four eyes ask for it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "user"], name="author_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.user_id}"
