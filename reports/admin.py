"""Forms, targets, days off and the course of reports in the admin site; what a report contains is not shown here."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.access import (
    AskedForm,
    PortalInline,
    PortalModelAdmin,
    asked,
    day_input,
    last_day,
    written_day,
    written_end,
)
from accounts.admin.units import in_full
from accounts.models import Unit, User
from reports.actions import daysoff
from reports.models import (
    CalendarDay,
    Form,
    FormOwner,
    FormVersion,
    Indicator,
    Item,
    LegalBasis,
    Report,
    Respondent,
    Rule,
    Step,
    Target,
)


class OwnersOfForm(PortalInline):
    """Who owned the form when."""

    model = FormOwner
    fields = readonly_fields = ("unit", "stand_in", "first_day", "last_day")

    @admin.display(description=gettext_lazy("first day"))
    def first_day(self, owner: FormOwner) -> str:
        return written_day(owner.valid.lower)

    @admin.display(description=gettext_lazy("last day"))
    def last_day(self, owner: FormOwner) -> str:
        return written_day(last_day(owner.valid))


class VersionsOfForm(PortalInline):
    """The versions of the form, each on a page of its own."""

    model = FormVersion
    show_change_link = True
    fields = readonly_fields = ("number", "title", "kind", "frequency", "first_day")

    @admin.display(description=gettext_lazy("periods beginning from"))
    def first_day(self, version: FormVersion) -> str:
        return written_day(version.valid.lower)


@admin.register(Form)
class FormAdmin(PortalModelAdmin):
    """The report regimes."""

    list_display = ("code", "title", "owner")
    inlines = (OwnersOfForm, VersionsOfForm)

    def get_queryset(self, request: HttpRequest) -> Any:
        today = asked(request)[1].date()
        owners = FormOwner.objects.filter(valid__contains=today).select_related("unit")
        return (
            super()
            .get_queryset(request)
            .prefetch_related("versions", Prefetch("owners", owners, to_attr="owners_today"))
        )

    def title_of(self, obj: Form) -> str:
        return f"{obj.code} · {self.title(obj)}"

    @admin.display(description=gettext_lazy("title"))
    def title(self, form: Form) -> str:
        versions = form.versions.all()
        return versions[len(versions) - 1].title if versions else ""

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, form: Any) -> str:
        return ", ".join(owner.unit.name for owner in form.owners_today)


class RespondentsOfVersion(PortalInline):
    """Who answers, by what route and when."""

    model = Respondent
    fields = readonly_fields = ("level", "signed", "checked_above", "working_days")


class ItemsOfVersion(PortalInline):
    """What is asked, line by line."""

    model = Item
    fields = readonly_fields = ("position", "section", "code", "indicator", "required", "formula", "guidance")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("section", "indicator")


class RulesOfVersion(PortalInline):
    """What must hold between the lines."""

    model = Rule
    fields = readonly_fields = ("code", "left", "operator", "right", "severity", "message")


@admin.register(FormVersion)
class FormVersionAdmin(PortalModelAdmin):
    """The terms of forms."""

    list_display = ("form", "number", "title", "kind", "frequency", "first_day", "last_day")
    list_display_links = ("title",)
    list_filter = ("kind", "frequency")
    list_select_related = ("form",)
    inlines = (RespondentsOfVersion, ItemsOfVersion, RulesOfVersion)
    fieldsets = (
        (None, {"fields": ("title", ("form", "number"), ("kind", "basis"), "note")}),
        (
            gettext_lazy("Periods and deadlines"),
            {
                "fields": (
                    ("frequency", "window_rule"),
                    ("first_day", "last_day"),
                    ("superior_days", "owner_days", "correction_days"),
                )
            },
        ),
    )

    @admin.display(description=gettext_lazy("periods beginning from"), ordering="valid__startswith")
    def first_day(self, version: FormVersion) -> str:
        return written_day(version.valid.lower)

    @admin.display(description=gettext_lazy("periods beginning until"), ordering="valid__endswith")
    def last_day(self, version: FormVersion) -> str:
        return written_day(last_day(version.valid))


class TargetsOfIndicator(PortalInline):
    """What the indicator is to reach."""

    model = Target
    fields = readonly_fields = ("origin", "year", "comparator", "low", "basis")


@admin.register(Indicator)
class IndicatorAdmin(PortalModelAdmin):
    """What is measured."""

    list_display = ("name", "code", "unit_of_measure", "space_fold", "time_fold")
    list_filter = ("space_fold", "time_fold")
    search_fields = ("name", "code")
    inlines = (TargetsOfIndicator,)


@admin.register(Target)
class TargetAdmin(PortalModelAdmin):
    """What the city has set itself."""

    list_display = ("indicator", "origin", "year", "comparator", "low", "basis")
    list_filter = ("origin", "year")
    list_select_related = ("indicator", "basis")

    def title_of(self, obj: Target) -> str:
        return f"{obj.indicator} · {obj.get_origin_display()} · {obj.year}"


@admin.register(LegalBasis)
class LegalBasisAdmin(PortalModelAdmin):
    """The acts that regimes and targets rest on."""

    list_display = ("number", "issued_on", "issuer", "title")
    search_fields = ("number", "issuer", "title")


class YearFilter(admin.SimpleListFilter):
    """The days of one year."""

    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(first.year), str(first.year)) for first in CalendarDay.objects.dates("day", "year")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        year = self.value()
        return queryset.filter(day__year=int(year)) if year and year.isdecimal() and len(year) == 4 else queryset


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


def about(report: Report) -> str:
    """The report as people speak of it: form, period, unit."""
    return f"{report.form} · {report.period} · {in_full(report.unit)}"


class StepsOfReport(PortalInline):
    """What became of the report."""

    model = Step
    fields = readonly_fields = ("seq", "action", "before", "after", "by", "at", "reason")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


@admin.register(Report)
class ReportAdmin(PortalModelAdmin):
    """Where reports stand, among those that the administrator may read; not what they contain."""

    list_display = ("unit_in_full", "form", "period", "status", "due", "received_at")
    list_filter = ("status", "form", "period", "unit__level")
    search_fields = ("unit__search_key",)
    search_help_text = gettext_lazy("Unit, with or without diacritics.")
    fields = (
        ("unit", "period"),
        ("form", "version"),
        ("signed", "superior"),
        ("status", "received_at"),
        ("first_due", "due"),
    )
    inlines = (StepsOfReport,)

    def title_of(self, obj: Report) -> str:
        return about(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        return Report.objects.visible_to(*asked(request)).select_related("unit__parent", "form", "period")

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(unit__in=Unit.objects.matching(text))

    @admin.display(description=gettext_lazy("unit"), ordering="unit__sort_key")
    def unit_in_full(self, report: Report) -> str:
        return in_full(report.unit)

    @admin.display(description=gettext_lazy("first deadline"))
    def first_due(self, report: Report) -> str:
        return written_end(report.first_deadline)

    @admin.display(description=gettext_lazy("deadline"), ordering="deadline")
    def due(self, report: Report) -> str:
        return written_end(report.deadline)


@admin.register(Step)
class StepAdmin(PortalModelAdmin):
    """Every move of the reports that the administrator may read."""

    list_display = ("at", "about", "action", "after", "by", "reason")
    list_filter = ("action", "report__form", "report__period")
    search_fields = ("by__search_key", "report__unit__search_key")
    search_help_text = gettext_lazy("Person or unit, with or without diacritics.")
    ordering = ("-at", "-pk")
    fields = ("about", "seq", "action", ("before", "after"), "by", "at", "reason")

    def title_of(self, obj: Step) -> str:
        return f"{obj.get_action_display()} · {about(obj.report)}"

    def get_queryset(self, request: HttpRequest) -> Any:
        readable = Report.objects.visible_to(*asked(request))
        steps = super().get_queryset(request).filter(report__in=readable)
        return steps.select_related("by", "report__form", "report__period", "report__unit__parent")

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        people, places = User.objects.get_queryset().matching(text), Unit.objects.matching(text)
        return queryset.filter(Q(by__in=people) | Q(report__unit__in=places))

    @admin.display(description=gettext_lazy("report"))
    def about(self, step: Step) -> str:
        return about(step.report)
