"""Absences in the admin site: for people who cannot note it themselves, such as those who have fallen ill."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.actions import absences
from accounts.admin.access import AskedForm, PortalModelAdmin, asked
from accounts.models import Absence, User


class AbsenceForm(AskedForm):
    """Who is away, from which day to which."""

    places: ClassVar = {"valid": "last"}
    first = forms.DateField(label=gettext_lazy("First day away"), widget=AdminDateWidget)
    last = forms.DateField(
        label=gettext_lazy("Last day away"),
        widget=AdminDateWidget,
        help_text=gettext_lazy("Who is back earlier was away until the day before."),
    )

    class Meta:
        model = Absence
        fields = ("person",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["first"], self.initial["last"] = self.instance.valid.lower, self.instance.last_day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if "first" in cleaned and "last" in cleaned:
            self.instance.valid = DateRange(cleaned["first"], cleaned["last"] + timedelta(days=1))
        return cleaned

    def check(self) -> None:
        absences.check(self.instance, at=self.at)


@admin.register(Absence)
class AbsenceAdmin(PortalModelAdmin):
    """Who is away and when."""

    may_add = may_change = True
    form = AbsenceForm
    list_display = ("person", "first", "last")
    search_fields = ("person__search_key",)
    search_help_text = gettext_lazy("Person, with or without diacritics.")
    ordering = ("-valid", "pk")
    autocomplete_fields = ("person",)
    fields = ("person", "first", "last")

    def title_of(self, obj: Absence) -> str:
        return obj.person.full_name

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person")

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(person__in=User.objects.get_queryset().matching(text))

    def get_readonly_fields(self, request: HttpRequest, obj: Absence | None = None) -> Any:
        return ("person",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:
        by, at = asked(request)
        absences.store(obj, by=by, at=at)

    @admin.display(description=gettext_lazy("first day"), ordering="valid")
    def first(self, absence: Absence) -> Any:
        return absence.valid.lower

    @admin.display(description=gettext_lazy("last day"))
    def last(self, absence: Absence) -> Any:
        return absence.last_day
