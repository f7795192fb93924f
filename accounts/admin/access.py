"""What every page of the admin site starts from: who may open it, who asks and when, and how a refusal is shown."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.requests import PortalRequest


def asked(request: HttpRequest) -> tuple[User, datetime]:
    """Who asks, and when: every page of the site is behind the sign-in, and each request has its instant."""
    known = cast(PortalRequest, request)
    return known.user, known.at


class Chooser(AutocompleteSelect):
    """A choice that one types to find; an empty one says so, to the ear as well."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": _("Type to find and choose")}


class ByAppointment(BaseModelAdmin):  # type: ignore[type-arg]
    """Opens a model to whom the site is open, and to nobody else; to be read only, unless it says more."""

    may_add = False
    may_change = False
    formfield_overrides = {models.TextField: {"widget": AdminTextInputWidget}}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Without the buttons that open a second window; a choice is named as its own pages name it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
            if self.admin_site.is_registered(db_field.related_model):
                named = cast(PortalModelAdmin, self.admin_site.get_model_admin(db_field.related_model))
                field.label_from_instance = named.title_of  # type: ignore[attr-defined]
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Chooser(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AskedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows who asks and when, and shows what an action would refuse where it can be mended.

    `places` names the form's field for a fault that an action finds at a column which is no field here.
    """

    by: User
    at: datetime
    places: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def check(self) -> None:
        """Ask the action's own rules, in the transaction in which the action will run."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.check()
        except Refused as no:
            self.add_error(None, no.message)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                place = self.places.get(name, name)
                self.add_error(place if place in self.fields else None, messages)


class PortalModelAdmin(ByAppointment, admin.ModelAdmin):  # type: ignore[type-arg]
    """The pages of a model."""

    form = AskedForm
    list_per_page = 100
    list_max_show_all = 1000
    show_full_result_count = False
    save_on_top = False

    def title_of(self, obj: Any) -> str:
        """How the object is named in headings and where it is to be chosen."""
        return str(obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.strip()
        return (self.found(request, queryset, text) if text else queryset), False

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        """The rows that a search finds; people and units are found with and without diacritics."""
        return super().get_search_results(request, queryset, text)[0]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by, form.at = asked(request)
        return form

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._by_the_clock(request, super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._by_the_clock(request, super().log_change(request, obj, message))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self._by_the_clock(request, entry) for entry in super().log_deletions(request, queryset)]

    def _by_the_clock(self, request: HttpRequest, entry: LogEntry) -> LogEntry:
        """The entry with the instant of the request, as the portal has one clock."""
        entry.action_time = asked(request)[1]
        entry.save(update_fields=["action_time"])
        return entry

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the object's name as its own pages say it."""
        context["subtitle"] = self.title_of(kwargs["obj"]) if kwargs["obj"] else None
        return super().render_change_form(request, context, *args, **kwargs)


class PortalInline(ByAppointment, admin.TabularInline):  # type: ignore[type-arg]
    """The rows of a model on the page of another."""

    form = AskedForm
    extra = 0
    can_delete = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.by, formset.form.at = asked(request)
        return formset


def day_input() -> forms.DateInput:
    """An input that takes a day from a calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def instant_input() -> forms.DateTimeInput:
    """An input that takes a day and a time."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def last_day(days: Any) -> date | None:
    """The last day of a range of days, which is stored by the day after it."""
    return days.upper - timedelta(days=1) if days.upper else None


def written_day(day: date | None) -> str:
    """A day as it is written; nothing where there is none."""
    return f"{day:%d/%m/%Y}" if day else ""


def written(instant: datetime) -> str:
    """An instant as it is written."""
    return f"{timezone.localtime(instant):%H:%M %d/%m/%Y}"


def written_end(instant: datetime) -> str:
    """An end as an office writes it: midnight is 24:00 of the day before."""
    end = timezone.localtime(instant)
    return f"24:00 {end - timedelta(days=1):%d/%m/%Y}" if end.time() == time() else written(end)


def until(instants: Any) -> str:
    """The end of a range of instants; nothing where it is open."""
    return written_end(instants.upper) if instants.upper else ""
