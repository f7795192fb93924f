"""The working calendar in the admin site: days off, swapped working days, and by which document each was corrected."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.access import AskedForm, PortalModelAdmin, asked, day_input
from reports.actions import deadlines
from reports.models import CalendarCorrection, CalendarDay


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
    """A day off or a swapped working day, with the document that orders it; an entry may be taken out again."""

    take_out = forms.BooleanField(
        label=gettext_lazy("take this entry out"),
        help_text=gettext_lazy("The day is then again what its weekday makes it."),
        required=False,
    )

    class Meta:
        model = CalendarDay
        fields = ("day", "working", "name", "document")
        widgets = {"day": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "document" in self.fields:
            self.fields["document"].required = True
        if self.instance.pk is None:
            del self.fields["take_out"]

    @property
    def working(self) -> bool | None:
        """What the day becomes; None where its entry is taken out."""
        return None if self.cleaned_data.get("take_out") else self.instance.working

    def check(self) -> None:
        day = self.instance
        deadlines.check_correction(day.day, working=self.working, name=day.name, document=day.document, at=self.at)


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
                    "Deadlines still to come are computed anew. None becomes earlier than announced, none that has"
                    " passed moves, and the units concerned are told."
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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or not self.has_change_permission(request, obj):
            return self.fieldsets
        ((title, shown),) = self.fieldsets
        return ((title, {**shown, "fields": (*shown["fields"], "take_out")}),)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        passed = obj is not None and obj.day < asked(request)[1].date()
        return not passed and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        by, at = asked(request)
        _correction, moved = deadlines.correct_day(
            obj.day, working=form.working, name=obj.name, document=obj.document, by=by, at=at
        )
        if form.working is not None:
            obj.pk = CalendarDay.objects.get(day=obj.day).pk
        words = ngettext(
            "The deadline of %(count)d report was moved.", "The deadlines of %(count)d reports were moved.", moved
        )
        self.message_user(request, words % {"count": moved}, messages.INFO)

    @admin.display(description=gettext_lazy("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        return date_format(day.day, "l")

    @admin.display(description=gettext_lazy("kind"), ordering="working")
    def what(self, day: CalendarDay) -> str:
        return _("Working day") if day.working else _("Day off")


@admin.register(CalendarCorrection)
class CalendarCorrectionAdmin(PortalModelAdmin):
    """Every correction of the working calendar: who, when, from what to what, by which document."""

    list_display = fields = ("recorded_at", "day", "before", "after", "document", "by")
    search_fields = ("document",)
    ordering = ("-recorded_at",)
    list_select_related = ("by",)
