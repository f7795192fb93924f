"""Stores what people choose about being told: by which channels, and during which hours not at all.

Everybody chooses for themself. The address in a routine mail is a key to one choice only, and works without a sign-in.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import journal
from accounts.models import User
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
