"""Enters people and corrects what is known of them; a person is never deleted, as what they did is kept."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role


@transaction.atomic
def store(person: User, *, by: User, at: datetime) -> User:
    """Store a new or corrected person.

    Raises PermissionDenied for anybody but an administrator, and Refused (`own_account`) for closing one's own account.
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator enters and corrects people."))
    check(person, by=by)
    person.save()
    return person


@transaction.atomic
def set_password(person: User, password: str, *, by: User, at: datetime) -> User:
    """Give a person another password; one does it for oneself, and an administrator for anybody."""
    journal.sign(by=by, at=at)
    if person.pk != by.pk and not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator sets another person's password."))
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def check(person: User, *, by: User) -> None:
    """Raise Refused where a person cannot be stored as described."""
    if person.pk == by.pk and not person.is_active:
        raise Refused("own_account", _("You cannot close your own account. Ask another administrator to do it."))
