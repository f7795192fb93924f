"""The working calendar in the admin site: days off and swapped working days, each with its document."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.access import AskedForm, PortalModelAdmin, asked, day_input
from reports.actions import daysoff
from reports.models import CalendarDay


class YearFilter(admin.SimpleListFilter):
    """The days of one year."""

    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(first.year), str(first.year)) for first in CalendarDay.objects.dates("day", "year")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        year = self.value()
        known = year in {key for key, _name in self.lookup_choices}
        return queryset.filter(day__year=int(year)) if year and known else queryset


class CalendarDayForm(AskedForm):
    """A day off or a swapped working day, with the document that orders it."""

    class Meta:
        model = CalendarDay
        fields = ("day", "working", "name", "document")
        widgets = {"day": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "document" in self.fields:
            self.fields["document"].required = True

    def check(self) -> None:
        daysoff.check(self.instance, at=self.at)


@admin.register(CalendarDay)
class CalendarDayAdmin(PortalModelAdmin):
    """The working calendar beside Monday to Friday; corrected by a document, and only from today on."""

    may_add = may_change = True
    form = CalendarDayForm
    fieldsets = (
        (
            None,
            {
                "fields": ("day", "working", "name", "document"),
                "description": gettext_lazy(
                    "Deadlines of reports that are open already stay as announced; later ones follow the calendar."
                ),
            },
        ),
    )
    list_display = ("day", "weekday", "name", "what", "document")
    list_filter = (YearFilter, "working")
    search_fields = ("name", "document")
    ordering = ("-day",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("day",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        passed = obj is not None and obj.day < asked(request)[1].date()
        return not passed and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        by, at = asked(request)
        daysoff.correct_day(obj, by=by, at=at)

    @admin.display(description=gettext_lazy("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        return date_format(day.day, "l")

    @admin.display(description=gettext_lazy("kind"), ordering="working")
    def what(self, day: CalendarDay) -> str:
        return _("Working day") if day.working else _("Day off")
