"""Forms, their versions and legal bases in the admin site: which there are, in what state, and how a new one begins."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Prefetch, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.access import AskedForm, PortalInline, PortalModelAdmin, asked, last_day, written_day
from accounts.models import Unit
from accounts.roles import Level
from reports.actions import designing
from reports.admin.designer import pages
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


def is_over(version: FormVersion, today: date) -> bool:
    """Whether no period that begins from today on is asked by it any more."""
    return version.valid is not None and version.valid.upper is not None and version.valid.upper <= today


def state_of(version: FormVersion, today: date) -> str:
    """Whether it is a draft, and from when or until when it holds, in words."""
    if version.valid is None:
        return _("Draft")
    end = written_day(last_day(version.valid))
    if is_over(version, today):
        return _("Ended on %(day)s") % {"day": end}
    words = _("In force from %(day)s") if version.valid.lower <= today else _("Comes into force on %(day)s")
    begins = words % {"day": written_day(version.valid.lower)}
    return _("%(begins)s until %(day)s") % {"begins": begins, "day": end} if end else begins


class VersionsOfForm(PortalInline):
    """The versions of the form, each on a page of its own."""

    model = FormVersion
    show_change_link = True
    fields = readonly_fields = ("number", "title", "kind", "frequency", "state")
    ordering = ("-number",)

    @admin.display(description=gettext_lazy("state"))
    def state(self, version: FormVersion) -> str:
        return state_of(version, self.today)

    def get_queryset(self, request: HttpRequest) -> Any:
        self.today = asked(request)[1].date()
        return super().get_queryset(request)


class NewForm(AskedForm):
    """A new form with the draft of its first version."""

    title = forms.CharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("The name of the report, as the act gives it.")
    )
    owner = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Owner"),
        help_text=gettext_lazy("The unit that reviews and approves the reports."),
    )
    stand_in = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Reviews the owner's own reports"),
        help_text=gettext_lazy("Another unit: nobody approves the reports of their own unit."),
    )

    class Meta:
        model = Form
        fields = ("code",)
        help_texts = {"code": gettext_lazy("Such as BM-08; it never changes.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            units = Unit.objects.in_force(self.at.date()).of_level(Level.DEPARTMENT).order_by("sort_key")
            for name in ("owner", "stand_in"):
                self.fields[name].queryset = units  # type: ignore[attr-defined]

    def check(self) -> None:
        """Try the action, and undo it: whoever is refused keeps what was typed."""
        with transaction.atomic():
            self.begin()
            transaction.set_rollback(True)

    def begin(self) -> FormVersion:
        """Begin the form; return the draft of its first version."""
        typed = self.cleaned_data
        return designing.create_form(
            typed["code"],
            typed["title"],
            owner=typed["owner"],
            stand_in=typed["stand_in"],
            by=self.by,
            at=self.at,
        )


@admin.register(Form)
class FormAdmin(PortalModelAdmin):
    """The report regimes."""

    may_add = True
    form = NewForm
    list_display = ("code", "title", "owner", "state")
    inlines = (OwnersOfForm, VersionsOfForm)

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.take_in)
        return [path("take-in/", view, name="reports_form_take_in"), *super().get_urls()]

    def take_in(self, request: HttpRequest) -> HttpResponse:
        return pages.take_in(request, self.admin_site.each_context(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": ("code",) if obj else ("code", "title", "owner", "stand_in")}),)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: Form, form: Any, change: bool) -> None:
        obj.pk = form.begin().form.pk

    def response_add(self, request: HttpRequest, obj: Form, post_url_continue: str | None = None) -> HttpResponse:
        draft = obj.versions.get()
        self.message_user(request, _("The form has begun. This is the draft of its first version."), messages.SUCCESS)
        return redirect("admin:reports_formversion_change", draft.pk)

    def get_queryset(self, request: HttpRequest) -> Any:
        today = asked(request)[1].date()
        owners = FormOwner.objects.filter(valid__contains=today).select_related("unit")
        return (
            super()
            .get_queryset(request)
            .prefetch_related("versions", Prefetch("owners", owners, to_attr="owners_today"))
            .annotate(today=Value(today))
        )

    def title_of(self, obj: Form) -> str:
        return f"{obj.code} · {self.title(obj)}"

    @admin.display(description=gettext_lazy("title"))
    def title(self, form: Form) -> str:
        versions = form.versions.all()
        return versions[len(versions) - 1].title if versions else ""

    @admin.display(description=gettext_lazy("state"))
    def state(self, form: Any) -> str:
        """The state of each version that is not over."""
        versions = [one for one in form.versions.all() if not is_over(one, form.today)]
        return " · ".join(f"{one.number}: {state_of(one, form.today)}" for one in versions)

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, form: Any) -> str:
        return ", ".join(owner.unit.name for owner in form.owners_today)


class RespondentsOfVersion(PortalInline):
    """Who answers, by what route and when."""

    model = Respondent
    fields = readonly_fields = ("level", "signed", "checked_above", "synthesised", "working_days")


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


class StateFilter(admin.SimpleListFilter):
    """Drafts, versions in force, and those that have ended."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("draft", _("Draft")), ("now", _("In force")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = asked(request)[1].date()
        match self.value():
            case "draft":
                return queryset.filter(valid=None)
            case "now":
                return queryset.exclude(valid=None).exclude(valid__endswith__lte=today)
            case "ended":
                return queryset.filter(valid__endswith__lte=today)
            case None | "":
                return queryset
            case _unknown:
                return queryset.none()


@admin.register(FormVersion)
class FormVersionAdmin(PortalModelAdmin):
    """The versions of forms; a draft opens in the designer."""

    list_display = ("form", "number", "title", "kind", "frequency", "state")
    list_display_links = ("title",)
    list_filter = (StateFilter, "kind", "frequency")
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

    def get_urls(self) -> Any:
        own = [
            path(f"<str:pk>/{name}/", self.admin_site.admin_view(self._page(page)), name=f"reports_formversion_{name}")
            for name, page in pages.PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def _page(self, page: Any) -> Any:
        def shown(request: HttpRequest, pk: str) -> HttpResponse:
            answer: HttpResponse = page(request, pages.version_of(pk), self.admin_site.each_context(request))
            return answer

        return shown

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a version; that of a draft is the designer."""
        if object_id.isdigit() and FormVersion.objects.filter(pk=object_id, valid=None).exists():
            return pages.draw(request, pages.version_of(object_id), self.admin_site.each_context(request))
        return super().change_view(request, object_id, form_url, extra_context)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(today=Value(asked(request)[1].date()))

    @admin.display(description=gettext_lazy("state"), ordering="valid__startswith")
    def state(self, version: Any) -> str:
        return state_of(version, version.today)

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
