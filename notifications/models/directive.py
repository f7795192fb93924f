"""Directives: what units must pass on to their people, how they did, and who has read it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.journal import journalled
from accounts.models import Unit
from notifications.querysets import AddresseeQuerySet, DirectiveQuerySet
from reports.models.file import NamesFile

_KEPT = pgtrigger.Update | pgtrigger.Delete


class Directive(NamesFile):
    """A document that its addressees pass on to everybody, published with its file; a draft while that is open.

    `pass_on_by` is until when heads confirm how it was passed on; its working days carry the ladder. The bytes of the
    file lie in the store under their SHA-256.
    """

    number = models.TextField(_("document number"), unique=True)
    title = models.TextField(_("title"))
    issuer = models.TextField(_("issuer"))
    issued_on = models.DateField(_("issued on"))
    text = models.TextField(_("what it asks"), blank=True, default="")
    pass_on_by = models.DateTimeField(_("to be passed on by"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    published_at = models.DateTimeField(_("published at"), null=True)

    objects = DirectiveQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-issued_on", "number"]
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(pass_on_by__gt=models.F("published_at")),
                name="directive_leaves_time",
                violation_error_message=_("A directive is to be passed on after it was published."),
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="directive_stays_as_published",
                operation=_KEPT,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
            journalled(),
        ]

    def __str__(self) -> str:
        return self.number


class Addressee(models.Model):
    """That a directive goes to a unit, as chosen when it was published."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="addressees", verbose_name=_("directive"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="directives", verbose_name=_("unit"))

    objects = AddresseeQuerySet.as_manager()

    class Meta:
        verbose_name = _("addressee of a directive")
        verbose_name_plural = _("addressees of directives")
        constraints: ClassVar = [models.UniqueConstraint(fields=["directive", "unit"], name="addressee_once")]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.unit_id}"


class PassedOn(NamesFile):
    """What the head of a unit certifies: when, how and to how many people a directive was passed on, with the list.

    What is certified later stands beside it, and the last counts.
    """

    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="passed_on", verbose_name=_("addressee"))
    day = models.DateField(_("passed on on"))
    way = models.TextField(_("how it was passed on"))
    people = models.PositiveIntegerField(_("people reached"))
    of_people = models.PositiveIntegerField(_("people of the unit"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("confirmation that a directive was passed on")
        verbose_name_plural = _("confirmations that directives were passed on")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(people__lte=models.F("of_people")) & ~Q(way=""),
                name="passed_on_to_some_of_all",
                violation_error_message=_("No more people can be reached than the unit has."),
            )
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="passed_on_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.addressee_id} {self.people}/{self.of_people}"


class Acknowledgement(models.Model):
    """That a person has read a directive that goes to a unit of theirs."""

    addressee = models.ForeignKey(
        Addressee, models.PROTECT, related_name="acknowledgements", verbose_name=_("addressee")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="acknowledgements", verbose_name=_("person")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("acknowledgement of a directive")
        verbose_name_plural = _("acknowledgements of directives")
        constraints: ClassVar = [models.UniqueConstraint(fields=["addressee", "person"], name="acknowledged_once")]
        triggers: ClassVar = [pgtrigger.Protect(name="acknowledgement_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.addressee_id} {self.person_id}"
