"""The record of discipline: lapses, what heads explain, what owners rule, the monthly list, proposals and decisions."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.labels import CAPACITIES
from accounts.models import Unit
from reports.labels import discipline as labels
from reports.lapses import LapseKind
from reports.models.file import NamesFile
from reports.models.report import Report
from reports.querysets.discipline import LapseQuerySet, ProposalQuerySet, StandingListQuerySet


def _kept(name: str, *, once: str = "") -> pgtrigger.Protect:
    """Refuse to change or delete a row; where `once` names a column, only from when that is filled."""
    condition = pgtrigger.Q(**{f"old__{once}__isnull": False}) if once else None
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete, condition=condition)


class Lapse(models.Model):
    """That a unit kept a report beyond what it was given: its reporter, or whoever reviewed it.

    `since` is when the time began that was overrun, and `due` when it ran out as it was first recorded; whether it
    still counts at an instant is for lapses.lapses to say. `asked_at`: when its head was asked to explain it, which
    happens at most once and may come later than the record.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="lapses", verbose_name=_("report"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="lapses", verbose_name=_("unit"))
    kind = models.TextField(_("kind"), choices=labels.LAPSE_KINDS)
    since = models.DateTimeField(_("since"))
    due = models.DateTimeField(_("due"))
    recorded_at = models.DateTimeField(_("recorded at"))
    asked_at = models.DateTimeField(_("explanation asked for"), null=True)
    explain_by = models.DateTimeField(_("to be explained by"), null=True)

    objects = LapseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-due", "unit__sort_key", "pk"]
        verbose_name = _("lapse")
        verbose_name_plural = _("lapses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "unit", "kind", "since"], name="lapse_once"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in LapseKind]), name="lapse_kind_known"),
            models.CheckConstraint(
                condition=Q(asked_at=None, explain_by=None) | Q(asked_at__isnull=False, explain_by__isnull=False),
                name="lapse_asked_with_a_term",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-due"], name="lapse_of_unit"),
            models.Index(fields=["-due"], name="lapse_by_time"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="lapse_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'DELETE' OR OLD.asked_at IS NOT NULL
                       OR (OLD.report_id, OLD.unit_id, OLD.kind, OLD.since, OLD.due, OLD.recorded_at)
                          IS DISTINCT FROM (NEW.report_id, NEW.unit_id, NEW.kind, NEW.since, NEW.due, NEW.recorded_at)
                    THEN
                        RAISE EXCEPTION 'A lapse stays as it was recorded.'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.unit_id} {self.kind}"


class Explanation(NamesFile):
    """What the head of a unit says of a lapse, with evidence; what is said later stands beside it, and the last counts.

    The bytes of the file lie in the store under their SHA-256.
    """

    lapse = models.ForeignKey(Lapse, models.PROTECT, related_name="explanations", verbose_name=_("lapse"))
    cause = models.TextField(_("cause"), choices=labels.LAPSE_CAUSES)
    text = models.TextField(_("explanation"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    capacity = models.TextField(_("signed as"), choices=CAPACITIES)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="explanation_says_something")]
        triggers: ClassVar = [_kept("explanation_is_kept"), journalled()]

    def __str__(self) -> str:
        return f"{self.lapse_id} {self.cause}"


class Ruling(models.Model):
    """Whether the form's owner excuses a lapse, and why; what is ruled later stands beside it, and the last counts."""

    lapse = models.ForeignKey(Lapse, models.PROTECT, related_name="rulings", verbose_name=_("lapse"))
    excused = models.BooleanField(_("excused"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("ruling on a lapse")
        verbose_name_plural = _("rulings on lapses")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="ruling_gives_its_reason")]
        triggers: ClassVar = [_kept("ruling_is_kept"), journalled()]

    def __str__(self) -> str:
        return f"{self.lapse_id} {self.excused}"


class StandingList(models.Model):
    """The list of a month's lapses: announced to its units, open to correction of facts, then issued and kept.

    `month` is its first day; a lapse belongs to the month in which it was due. `content` is what was issued, as
    actions.listing.content made it at `issued_at`, and `sha256` the digest of its canonical text.
    """

    month = models.DateField(_("month"), unique=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("announced by")
    )
    announced_at = models.DateTimeField(_("announced at"))
    correct_by = models.DateTimeField(_("facts to be corrected by"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)
    content = models.JSONField(_("content"), null=True, encoder=DjangoJSONEncoder)
    sha256 = models.TextField(_("SHA-256"), blank=True, default="")

    objects = StandingListQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-month"]
        verbose_name = _("standing list")
        verbose_name_plural = _("standing lists")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__day=1), name="standing_list_of_a_month"),
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None, content=None, sha256="")
                | Q(issued_at__gte=models.F("correct_by"), issued_by__isnull=False, content__isnull=False),
                name="standing_list_issued_after_corrections",
            ),
        ]
        triggers: ClassVar = [_kept("standing_list_stays_as_issued", once="issued_at"), journalled(but=["content"])]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"


class Objection(models.Model):
    """That a unit holds a fact of an announced list to be wrong; an inspector upholds it, or not, and says why."""

    standing_list = models.ForeignKey(
        StandingList, models.PROTECT, related_name="objections", verbose_name=_("standing list")
    )
    lapse = models.ForeignKey(Lapse, models.PROTECT, related_name="objections", verbose_name=_("lapse"))
    text = models.TextField(_("what is wrong"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    upheld = models.BooleanField(_("upheld"), null=True)
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("objection to a list")
        verbose_name_plural = _("objections to lists")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standing_list", "lapse"], condition=Q(answered_at=None), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(upheld=None, answered_by=None, answered_at=None, answer="")
                | Q(upheld__isnull=False, answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer=""),
                name="objection_answered_in_words",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="objection_says_what"),
        ]
        triggers: ClassVar = [_kept("objection_stays_as_answered", once="answered_at"), journalled()]

    def __str__(self) -> str:
        return f"{self.standing_list_id} {self.lapse_id}"


class Proposal(models.Model):
    """An inspector's proposal to the Chair of how to handle a unit, from the facts of its lapses, and the decision.

    `facts` is what the draft was made of, `number` and `day` the document by which it was sent. It is decided once.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="proposals", verbose_name=_("unit"))
    lapses = models.ManyToManyField(Lapse, related_name="proposals", verbose_name=_("lapses"))
    facts = models.JSONField(_("facts"), encoder=DjangoJSONEncoder)
    measure = models.TextField(_("measure proposed"), choices=labels.MEASURES)
    reason = models.TextField(_("reason"))
    number = models.TextField(_("document number"), blank=True, default="")
    day = models.DateField(_("date of the document"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    decided = models.TextField(_("measure decided"), choices=labels.MEASURES, blank=True, default="")
    decision_number = models.TextField(_("number of the decision"), blank=True, default="")
    decision_day = models.DateField(_("date of the decision"), null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        verbose_name = _("proposal of handling")
        verbose_name_plural = _("proposals of handling")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(decided="", decision_number="", decision_day=None, recorded_by=None, recorded_at=None)
                | Q(decision_day__isnull=False, recorded_by__isnull=False, recorded_at__isnull=False)
                & ~Q(decided="")
                & ~Q(decision_number=""),
                name="proposal_decided_by_number",
            ),
        ]
        triggers: ClassVar = [_kept("proposal_stays_as_decided", once="recorded_at"), journalled(but=["facts"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.measure}"
