"""Questions about units, people and appointments."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Q, Value, When

from accounts.roles import Level
from accounts.vietnamese import folded

if TYPE_CHECKING:
    from accounts.models import Appointment, Unit, User


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units by day, level, place in the tree, and name."""

    def in_force(self, day: date) -> Self:
        """Units that exist on that day."""
        return self.filter(valid__contains=day)

    def of_level(self, level: Level) -> Self:
        return self.filter(level=level)

    def below(self, unit: "Unit") -> Self:
        """The unit itself and everything beneath it."""
        return self.filter(path__contains=[unit.pk])

    def matching(self, text: str) -> Self:
        """Units whose name or code holds the text: without diacritics any tone will do, with them just these."""
        found = self.filter(search_key__contains=folded(text))
        return found if text.isascii() else found.filter(name__icontains=text.strip())

    def in_tree_order(self) -> Self:
        """The city, its departments, then each district before its communes."""
        below = Q(path__len__gt=2)
        return self.order_by(
            Case(When(below, then=_height("parent__level")), default=_height("level")),
            Case(When(below, then="parent__sort_key"), default="sort_key"),
            Case(When(below, then="parent"), default="pk"),
            "path__len",
            _height("level"),
            "sort_key",
            "pk",
        )


def _height(level: str) -> Case:
    """The levels from the city down, as numbers."""
    return Case(*(When(**{level: one}, then=Value(number)) for number, one in enumerate(Level)))


class UserQuerySet(models.QuerySet["User"]):
    """People by name."""

    def matching(self, text: str) -> Self:
        """People whose name, user name or e-mail holds the text: without diacritics any tone, with them just these."""
        found = self.filter(search_key__contains=folded(text))
        return found if text.isascii() else found.filter(full_name__icontains=text.strip())


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments by instant."""

    def in_force(self, at: datetime) -> Self:
        """Those that give rights at that instant: the appointment runs, the person is active, the unit exists."""
        return self.filter(valid__contains=at, user__is_active=True, unit__valid__contains=at.date())
