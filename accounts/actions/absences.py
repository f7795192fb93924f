"""Notes on which days people are away; one does it for oneself, and an administrator for anybody."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Absence, User
from accounts.roles import Role


@transaction.atomic
def store(absence: Absence, *, by: User, at: datetime) -> Absence:
    """Store a new or corrected absence.

    Raises PermissionDenied for who is neither the person nor an administrator, and ValidationError where the days end
    before they begin, are over, or meet days that are stored already.
    """
    _sign(absence, by=by, at=at)
    User.objects.select_for_update().get(pk=absence.person_id)  # two windows of one person, one after the other
    check(absence, at=at)
    absence.save()
    return absence


@transaction.atomic
def take_back(absence: Absence, *, by: User, at: datetime) -> None:
    """Take back that a person is away from today on; what is over of it stays on record. Raises PermissionDenied."""
    _sign(absence, by=by, at=at)
    today = at.date()
    held = Absence.objects.select_for_update().get(pk=absence.pk)
    if held.valid.lower >= today:
        held.delete()
    elif held.valid.upper > today:
        held.valid = DateRange(held.valid.lower, today)
        held.save(update_fields=["valid"])


def check(absence: Absence, *, at: datetime) -> None:
    """Raise ValidationError where an absence cannot be stored as described."""
    first, end = absence.valid.lower, absence.valid.upper
    if end <= first:
        raise ValidationError({"valid": _("The last day is not before the first.")})
    if end <= at.date():
        raise ValidationError({"valid": _("These days are over.")})
    absence.validate_constraints()


def _sign(absence: Absence, *, by: User, at: datetime) -> None:
    journal.sign(by=by, at=at)
    if absence.person_id != by.pk and not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator notes somebody else's absence."))
