"""Stores what people choose about being told: channels, quiet hours, the days on which they are away.

Everybody chooses for themself. The address in a routine mail is a key to one choice only, and works without a sign-in.
"""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Absence, User
from notifications.models import Preference

_signer = Signer(salt="dxportal.unsubscribe")


@transaction.atomic
def prefer(*, by: User, at: datetime, **chosen: Any) -> Preference:
    """Store what this person chose of the columns of Preference; the others stay. Raises ValidationError."""
    journal.sign(by=by, at=at)
    Preference(person=by, **chosen).full_clean(exclude=["person"], validate_unique=False)
    return Preference.objects.update_or_create(person=by, defaults=chosen)[0]


@transaction.atomic
def give_phone(phone: str, *, by: User, at: datetime) -> None:
    """Store the number to which this person's short messages go; none where it is empty. Raises ValidationError."""
    journal.sign(by=by, at=at)
    by.phone = phone
    by.clean_fields(exclude=[field.name for field in User._meta.fields if field.name != "phone"])
    by.save(update_fields=["phone"])


@transaction.atomic
def go_away(first: date, last: date, *, by: User, at: datetime) -> Absence:
    """Store that this person is away from a day to a day, both of them included.

    Raises ValidationError where they end before they begin, lie in the past, or meet days that are stored already.
    """
    journal.sign(by=by, at=at)
    if last < first:
        raise ValidationError({"last": _("The last day is not before the first.")})
    if last < at.date():
        raise ValidationError({"last": _("These days are over.")})
    absence = Absence(person=by, valid=DateRange(first, last + timedelta(days=1)))
    User.objects.select_for_update().get(pk=by.pk)  # two windows of one person, one after the other
    absence.full_clean()
    absence.save()
    return absence


@transaction.atomic
def stay(absence: Absence, *, by: User, at: datetime) -> None:
    """Take back that this person is away: what is over of it stays on record."""
    journal.sign(by=by, at=at)
    own = Absence.objects.select_for_update().filter(person=by).get(pk=absence.pk)
    if own.valid.lower >= at.date():
        own.delete()
    elif own.valid.upper > at.date():
        own.valid = DateRange(own.valid.lower, at.date())
        own.save(update_fields=["valid"])


def unsubscribe_address(person: User) -> str:
    """Where this person, or whoever has this address from their mail, declines routine mail; it does not expire."""
    return urljoin(settings.PORTAL_ADDRESS, reverse("unsubscribe", args=[_signer.sign(str(person.pk))]))


def unsubscriber(key: str) -> User | None:
    """Whose key this is; nobody's, where the portal did not give it or the account is closed."""
    try:
        pk = _signer.unsign(key)
    except BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
