"""The words people see for levels, kinds of unit, roles and capacities."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Capacity, Level, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def words(of: Mapping[StrEnum, "StrPromise"]) -> dict[str, "StrPromise"]:
    """Words by the plain text that the database stores, so that migrations speak of texts and not of enums."""
    return {str(member): word for member, word in of.items()}


LEVELS = words(
    {
        Level.CITY: _("City"),
        Level.DEPARTMENT: _("Department"),
        Level.DISTRICT: _("District"),
        Level.COMMUNE: _("Commune"),
        Level.DIVISION: _("Division"),
    }
)

ROLES = words(
    {
        Role.REPORTER: _("Reporter"),
        Role.HEAD: _("Head of unit"),
        Role.CLERK: _("Records clerk"),
        Role.REVIEWER: _("Reviewer"),
        Role.APPROVER: _("Approver"),
        Role.INSPECTOR: _("Inspector"),
        Role.OBSERVER: _("Observer"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
)

CAPACITIES = words(
    {
        Capacity.HEAD: _("Head"),
        Capacity.DEPUTY: _("Deputy, for the head"),
        Capacity.ACTING: _("Acting head"),
        Capacity.BY_ORDER: _("By order of the head"),
        Capacity.AUTHORISED: _("By authorisation of the head"),
    }
)

SIGNS_AS = {
    Capacity.HEAD.value: "",
    Capacity.DEPUTY.value: "KT.",
    Capacity.ACTING.value: "Q.",
    Capacity.BY_ORDER.value: "TL.",
    Capacity.AUTHORISED.value: "TUQ.",
}
"""What documents print before the head's title, in any language (Decree 30/2020, annex I, part II, article 7)."""


class Kind(TextChoices):
    """What the law calls a unit of its level."""

    CITY = "city", _("City under the Government")
    OFFICE = "office", _("Office")
    DEPARTMENT = "department", pgettext_lazy("kind of unit", "Department")
    INSPECTORATE = "inspectorate", _("Inspectorate")
    BOARD = "board", _("Board")
    URBAN_DISTRICT = "urban_district", _("Urban district")
    RURAL_DISTRICT = "rural_district", _("Rural district")
    TOWN = "town", _("Town")
    WARD = "ward", _("Ward")
    COMMUNE = "commune", _("Rural commune")
    TOWNSHIP = "township", _("Township")
    DIVISION = "division", _("Division of a unit")
