"""Stores what people choose about being told: by which channels, and during which hours not at all.

Everybody chooses for themself. The address in a routine mail is a key to one choice only, and works without a sign-in.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from notifications.models import Preference

_signer = Signer(salt="dxportal.unsubscribe")


@transaction.atomic
def prefer(*, by: User, at: datetime, phone: str | None = None, **chosen: Any) -> Preference:
    """Store what this person chose of the columns of Preference, and their number where it is given; the others stay.

    Raises ValidationError by field, also where short messages are to go to no number.
    """
    journal.sign(by=by, at=at)
    if phone is not None:
        by.phone = phone
        by.clean_fields(exclude=[field.name for field in User._meta.fields if field.name != "phone"])
    if not by.phone and (chosen.get("urgent_gateway") or chosen.get("routine_gateway")):
        raise ValidationError({"phone": _("Give the number to which short messages are to go.")})
    if phone is not None:
        by.save(update_fields=["phone"])
    Preference(person=by, **chosen).full_clean(exclude=["person"], validate_unique=False)
    return Preference.objects.update_or_create(person=by, defaults=chosen)[0]


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
