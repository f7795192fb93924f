"""The course of reports in the admin site: where they stand and every step; what they contain is not shown here."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.access import PortalInline, PortalModelAdmin, asked, written_end
from accounts.admin.units import in_full
from accounts.models import Unit, User
from reports.models import Report, Step


def about(report: Report) -> str:
    """The report as people speak of it: form, period, unit."""
    return f"{report.form} · {report.period} · {in_full(report.unit)}"


def told(step: Step) -> str:
    """The reason of a step, unless it speaks of a draft."""
    return "" if step.is_within else step.reason


class StepsOfReport(PortalInline):
    """What became of the report."""

    model = Step
    fields = readonly_fields = ("seq", "action", "before", "after", "by", "at", "told")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")

    @admin.display(description=gettext_lazy("reason"))
    def told(self, step: Step) -> str:
        return told(step)


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

    list_display = ("at", "about", "action", "after", "by", "told")
    list_filter = ("action", "report__form", "report__period")
    search_fields = ("by__search_key", "report__unit__search_key")
    search_help_text = gettext_lazy("Person or unit, with or without diacritics.")
    ordering = ("-at", "-pk")
    fields = ("about", "seq", "action", ("before", "after"), "by", "at", "told")

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

    @admin.display(description=gettext_lazy("reason"))
    def told(self, step: Step) -> str:
        return told(step)
