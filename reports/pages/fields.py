"""Fields that several forms of the portal ask: a day, and a time of day that may be left out."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from reports.calendars import ZONE
from reports.labels import time_of_day

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WORDS = gettext_lazy("Give a day between the years 2000 and 2099.")
SENSIBLE = [MinValueValidator(date(2000, 1, 1), WORDS), MaxValueValidator(date(2099, 12, 31), WORDS)]


def day_field(label: "StrPromise") -> forms.DateField:
    """A day of this century."""
    return forms.DateField(
        label=label, validators=SENSIBLE, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def hour_field() -> forms.TimeField:
    """A time of day; left empty it is 24:00."""
    return forms.TimeField(
        label=gettext_lazy("Time of day"),
        required=False,
        help_text=gettext_lazy("Empty: 24:00."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


def instant_of(day: date, hour: time | None) -> datetime:
    """The instant that a day and a time of it name, in ZONE."""
    return datetime.combine(day, time(), ZONE) + time_of_day(hour)
