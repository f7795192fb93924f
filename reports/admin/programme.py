"""The tasks of the programme and the sources of indicators in the admin site, kept by administrators."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.access import AskedForm, PortalInline, PortalModelAdmin, asked, day_input, last_day, written_day
from reports.actions import sources, tasks
from reports.models import Source, Task, TaskGroup


class TasksOfGroup(PortalInline):
    """The tasks of a group, each on a page of its own."""

    model = Task
    show_change_link = True
    fields = readonly_fields = ("code", "title", "lead", "due_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("lead")


@admin.register(TaskGroup)
class TaskGroupAdmin(PortalModelAdmin):
    """The groups into which the programme sorts its tasks."""

    list_display = ("position", "name")
    list_display_links = ("name",)
    inlines = (TasksOfGroup,)


class TaskForm(AskedForm):
    """A task, with the units that lead and support it."""

    class Meta:
        model = Task
        fields = (
            *("group", "pillar", "code", "title", "lead", "supporting", "deliverable"),
            *("starts_on", "due_on", "weight", "illustration"),
        )
        widgets = {"starts_on": day_input(), "due_on": day_input()}

    def check(self) -> None:
        tasks.check(self.instance, self.cleaned_data["supporting"])


@admin.register(Task)
class TaskAdmin(PortalModelAdmin):
    """The tasks of the programme by group."""

    may_add = may_change = True
    form = TaskForm
    list_display = ("code", "title", "lead", "starts_on", "due_on", "weight", "illustration")
    list_display_links = ("title",)
    list_filter = ("group", "pillar", "illustration")
    list_select_related = ("lead",)
    ordering = ("group__position", "code")
    search_fields = ("code", "title", "lead__search_key")
    autocomplete_fields = ("lead", "supporting")
    fieldsets = (
        (None, {"fields": (("group", "pillar"), "code", "title", "deliverable")}),
        (gettext_lazy("Who"), {"fields": ("lead", "supporting")}),
        (gettext_lazy("When"), {"fields": (("starts_on", "due_on"), ("weight", "illustration"))}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code stays: reports key their answers by it."""
        return () if obj is None else ("code",)

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:
        by, at = asked(request)
        tasks.save_task(obj, form.cleaned_data["supporting"], by=by, at=at)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The action has stored the supporting units with the task."""


class SourceForm(AskedForm):
    """Which form an indicator comes from, for units of one level, in which periods."""

    first_day = forms.DateField(label=gettext_lazy("periods beginning from"), widget=day_input())
    last_day = forms.DateField(
        label=gettext_lazy("periods beginning until"),
        widget=day_input(),
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )

    class Meta:
        model = Source
        fields = ("indicator", "level", "form")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["last_day"] = last_day(self.instance.valid)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first = self.instance.valid.lower if self.instance.pk else cleaned.get("first_day")
        last = cleaned.get("last_day")
        self.instance.valid = DateRange(first, last + timedelta(days=1) if last and first and last >= first else None)
        if last and first and last < first:
            self.add_error("last_day", gettext_lazy("The last day is before the first day."))
        return cleaned

    def check(self) -> None:
        sources.check(self.instance)


@admin.register(Source)
class SourceAdmin(PortalModelAdmin):
    """Which form is the source of an indicator that several ask: it is entered there and shown in the others."""

    may_add = may_change = True
    form = SourceForm
    list_display = ("indicator", "level", "form", "first_day", "last_day")
    list_filter = ("level", "form")
    list_select_related = ("indicator", "form")
    search_fields = ("indicator__name", "indicator__code")
    autocomplete_fields = ("indicator",)
    fieldsets = ((None, {"fields": ("indicator", ("level", "form"), ("first_day", "last_day"))}),)

    def title_of(self, obj: Source) -> str:
        return f"{obj.indicator} · {obj.get_level_display()} · {obj.form}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("indicator", "level", "form", "first_day")

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        by, at = asked(request)
        if change:
            sources.end_source(obj, form.cleaned_data["last_day"], by=by, at=at)
        else:
            sources.enter_source(obj, by=by, at=at)

    @admin.display(description=gettext_lazy("periods beginning from"), ordering="valid__startswith")
    def first_day(self, source: Source) -> str:
        return written_day(source.valid.lower)

    @admin.display(description=gettext_lazy("periods beginning until"), ordering="valid__endswith")
    def last_day(self, source: Source) -> str:
        return written_day(last_day(source.valid))
