"""Forms with their versions and legal bases in the admin site, to be looked at."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.access import PortalInline, PortalModelAdmin, asked, last_day, written_day
from reports.models import Form, FormOwner, FormVersion, Item, LegalBasis, Respondent, Rule


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


@admin.register(LegalBasis)
class LegalBasisAdmin(PortalModelAdmin):
    """The acts that regimes and targets rest on."""

    list_display = ("number", "issued_on", "issuer", "title")
    search_fields = ("number", "issuer", "title")
