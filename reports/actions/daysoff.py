"""Corrects the working calendar: days off and swapped working days, each by the document that orders it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from reports.models import CalendarDay


@transaction.atomic
def correct_day(day: CalendarDay, *, by: User, at: datetime) -> CalendarDay:
    """Store a new or corrected day of the calendar; deadlines of reports that are open already stay as announced.

    Raises PermissionDenied for anybody but an administrator, and ValidationError by field.
    """
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator corrects the working calendar."))
    check(day, at=at)
    day.save()
    return day


def check(day: CalendarDay, *, at: datetime) -> None:
    """Raise ValidationError by field where the day cannot be corrected so."""
    if not day.document.strip():
        raise ValidationError({"document": _("Give the number of the document that orders this.")})
    if day.day < at.date():
        raise ValidationError({"day": _("This day has passed; what was counted by it stays as it was.")})
