"""Who works where: units with their dates, people, and their appointments."""

from datetime import date, datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import DerivedTextField
from accounts.journal import journalled
from accounts.labels import CAPACITIES, LEVELS, ROLES, Kind
from accounts.querysets import AppointmentQuerySet, UnitQuerySet, UserQuerySet
from accounts.roles import Capacity, Held, Level, Post, Role, post
from accounts.vietnamese import folded, proper_name, sort_key


def unit_sort_key(unit: "Unit") -> str:
    """By the proper name first ("Ba Đình" of "Quận Ba Đình"), then by the whole."""
    return f"{sort_key(proper_name(unit.name))} {sort_key(unit.name)}"


def unit_search_key(unit: "Unit") -> str:
    """Name, short name and code, folded."""
    return folded(f"{unit.name} {unit.short_name} {unit.code}")


def user_sort_key(user: "User") -> str:
    """By the full name as it is written."""
    return sort_key(user.full_name)


def user_search_key(user: "User") -> str:
    """Full name, user name and e-mail, folded."""
    return folded(f"{user.full_name} {user.username} {user.email}")


PHONE = RegexValidator(r"^\+?[0-9]{8,15}\Z", _("Write the number in digits only, with a + before it if need be."))


class Unit(models.Model):
    """A body that reports or reads, with the days on which it exists.

    A row never changes level, code or parent: the unit ends and other rows begin. `path` holds the keys of the units
    from the city down to this one, so a subtree is one containment and a roll-up one unnest.
    """

    level = models.TextField(_("level"), choices=LEVELS)
    kind = models.TextField(_("kind"), choices=Kind)
    code = models.TextField(_("code"))
    name = models.TextField(_("name"))
    short_name = models.TextField(_("short name"), blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("superior unit"),
    )
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)
    valid = DateRangeField(_("valid"))
    sort_key = DerivedTextField(derive=unit_sort_key)
    search_key = DerivedTextField(derive=unit_search_key)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_key", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        indexes: ClassVar = [
            GinIndex(fields=["path"], name="unit_path"),
            GinIndex(fields=["search_key"], name="unit_search", opclasses=["gin_trgm_ops"]),
        ]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="unit_code_once_a_day",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another unit in force on the same days already has this code."),
            ),
            models.CheckConstraint(condition=models.Q(level__in=[one.value for one in Level]), name="unit_level_known"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="unit_kind_known"),
            models.CheckConstraint(
                condition=models.Q(level=Level.CITY.value, parent=None) | models.Q(parent__isnull=False),
                name="unit_below_the_city",
                violation_error_message=_("Every unit except the city stands below another unit."),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="unit_path",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    NEW.path := coalesce((SELECT path FROM accounts_unit WHERE id = NEW.parent_id), '{}') || NEW.id;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="unit_stays_in_its_place",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("level", "code", "parent_id", "path"),  # type: ignore[no-untyped-call]
                func="""
                    IF (NEW.level, NEW.code, NEW.parent_id, NEW.path)
                       IS DISTINCT FROM (OLD.level, OLD.code, OLD.parent_id, OLD.path) THEN
                        RAISE EXCEPTION 'A unit never changes level, code or parent: end it and begin another.'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            journalled(but=["path", "sort_key", "search_key"]),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """People, looked up by the name they sign in with."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)


class User(AbstractBaseUser):
    """A person. What they may do stands in their appointments and nowhere else."""

    username = models.TextField(_("user name"), unique=True, validators=[UnicodeUsernameValidator()])
    full_name = models.TextField(_("full name"))
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.TextField(_("phone"), blank=True, default="", db_default="", validators=[PHONE])
    is_active = models.BooleanField(_("active"), default=True)
    sort_key = DerivedTextField(derive=user_sort_key)
    search_key = DerivedTextField(derive=user_search_key)

    objects = UserManager()
    held: tuple[Held, ...] | None = None  # all appointments, where they were read together with the person

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    class Meta:
        ordering: ClassVar = ["sort_key", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        triggers: ClassVar = [journalled(but=["last_login", "sort_key", "search_key"], secret=["password"])]

    def __str__(self) -> str:
        return self.full_name

    def posts(self, at: datetime) -> tuple[Post, ...]:
        """The appointments that give this person rights at that instant, read once for it.

        Of whoever is signed in they are read together with the person (see adapter.OfficeBackend).
        """
        known: tuple[datetime, tuple[Post, ...]] | None = self.__dict__.get("_posts")
        if known is None or known[0] != at:
            known = (at, self._posts_at(at))
            self.__dict__["_posts"] = known
        return known[1]

    def _posts_at(self, at: datetime) -> tuple[Post, ...]:
        if self.held is not None:
            return tuple(one.post for one in self.held if one.gives_rights(at))
        rows = self.appointments.in_force(at).values_list("role", "unit_id", "unit__level", "unit__path", "capacity")
        return tuple(post(*row) for row in rows)

    def holds(self, role: Role, at: datetime) -> bool:
        """Whether the person has that role anywhere at that instant."""
        return any(post.role == role for post in self.posts(at))


class Appointment(models.Model):
    """A person's role in a unit, from an instant to an instant; it gives its rights just as long as it runs.

    Several people may sign for a unit, each in a capacity; who is authorised names the document that says so.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments", verbose_name=_("unit"))
    role = models.TextField(_("role"), choices=ROLES)
    capacity = models.TextField(_("signs as"), choices=CAPACITIES, default=Capacity.HEAD.value)
    document = models.TextField(_("document"), blank=True, default="")
    valid = DateTimeRangeField(_("valid"))

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="appointment_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already has this role in this unit at that time."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[one.value for one in Role]), name="appointment_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__in=[one.value for one in Capacity]), name="appointment_capacity_known"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity=Capacity.HEAD.value) | models.Q(role=Role.HEAD.value),
                name="appointment_capacity_is_a_signers",
                violation_error_message=_("Only who signs for a unit does so in a capacity."),
            ),
            models.CheckConstraint(
                condition=~models.Q(capacity=Capacity.AUTHORISED.value)
                | ~models.Q(document="") & models.Q(valid__upper_inf=False),
                name="appointment_authorised_by_document",
                violation_error_message=_("An authorisation names its document and its last day."),
            ),
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.user}, {ROLES[self.role]}, {self.unit}"


class Absence(models.Model):
    """Days on which a person is away: notices to a head go to who stands in for the head, and wait in the inbox."""

    person = models.ForeignKey(User, models.PROTECT, related_name="absences", verbose_name=_("person"))
    valid = DateRangeField(_("away"))

    class Meta:
        ordering: ClassVar = ["valid"]
        verbose_name = _("absence of a person")
        verbose_name_plural = _("absences of people")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="absence_once_a_day",
                expressions=[("person", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This person is already away on some of these days."),
            )
        ]
        triggers: ClassVar = [journalled()]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid}"

    @property
    def last_day(self) -> date:
        end: date = self.valid.upper
        return end - timedelta(days=1)


class JournalEntry(models.Model):
    """One change of what the portal works by, written by the database itself: who, when, before, after.

    `table` and `key` name the row. `before` is empty for a row that is new, `after` for one that is gone; of a change,
    both hold all columns. Nobody is named where the installation's own commands made the change.
    """

    table = models.TextField(_("table"))
    key = models.BigIntegerField(_("key"))
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        indexes: ClassVar = [
            models.Index(fields=["table", "key", "-id"], name="journal_of_a_row"),
            models.Index(fields=["table", "-at", "-id"], name="journal_of_a_table"),
            models.Index(fields=["-at", "-id"], name="journal_by_time"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="journal_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


class IdempotencyKey(models.Model):
    """That a person's request was answered: the same key with the same request gives the stored answer again.

    Written in the transaction of what the request did, so there is never the one without the other.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    key = models.TextField(_("key"))
    request = models.TextField(_("SHA-256 of method, address and body"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    content_type = models.TextField(_("content type"), blank=True, default="")
    content = models.BinaryField(_("content"), default=b"")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
