"""People in the admin site: their sign-in, and on the same page their appointments."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm, UsernameField
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import journal
from accounts.actions import people
from accounts.admin import appointments
from accounts.admin.access import AskedForm, PortalModelAdmin, asked
from accounts.admin.units import in_full
from accounts.labels import ROLES
from accounts.models import Appointment, User


class PersonForm(AskedForm):
    """What is known of a person."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "is_active")
        field_classes = {"username": UsernameField}

    def clean_username(self) -> str:
        """Names to sign in with differ in more than capitals."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else signs in with this name already."))
        return name

    def check(self) -> None:
        people.check(self.instance, by=self.by)


class NewPersonForm(PersonForm, BaseUserCreationForm):  # type: ignore[type-arg]
    """A new person with a first password."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email")
        field_classes = {"username": UsernameField}


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A new password for a person, who always signs in with one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields.pop("usable_password", None)


class RoleFilter(admin.SimpleListFilter):
    """People who have a role anywhere now, or none."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*ROLES.items(), ("none", _("No role now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        running = Appointment.objects.in_force(asked(request)[1])
        match self.value():
            case None:
                return queryset
            case "none":
                return queryset.exclude(pk__in=running.values("user"))
            case role if role in ROLES:
                return queryset.filter(pk__in=running.filter(role=role).values("user"))
            case _:
                return queryset.none()


@admin.register(User)
class PersonAdmin(PortalModelAdmin, UserAdmin):  # type: ignore[type-arg]
    """Everybody who signs in; nobody is deleted, an account is closed instead."""

    may_add = may_change = True
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = PasswordForm
    add_form_template = None
    change_user_password_template = "admin/password.html"  # noqa: S105
    list_display = ("full_name", "username", "email", "roles", "is_active", "last_login")
    list_filter = (RoleFilter, "is_active")
    search_fields = ("search_key",)
    search_help_text = gettext_lazy("Full name, user name or e-mail, with or without diacritics.")
    ordering = ("sort_key", "pk")
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("username", "full_name", "email", "is_active", "password_link", "last_login")}),)
    add_fieldsets = ((None, {"fields": ("username", "full_name", "email", "password1", "password2")}),)
    readonly_fields = ("password_link", "last_login")
    inlines = (appointments.AppointmentsOfPerson, appointments.NewAppointmentsOfPerson)

    def title_of(self, obj: User) -> str:
        return f"{obj.full_name} · {obj.username}"

    def get_queryset(self, request: HttpRequest) -> Any:
        running = Appointment.objects.in_force(asked(request)[1]).select_related("unit__parent").order_by("role")
        return super().get_queryset(request).prefetch_related(Prefetch("appointments", running, to_attr="running"))

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.matching(text)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, at = asked(request)
        people.store(obj, by=by, at=at)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """The page of Django's own, which stores the password itself; signed as every other change."""
        by, at = asked(request)
        with transaction.atomic():
            journal.sign(by=by, at=at)
            return super().user_change_password(request, id, form_url)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        by, at = asked(request)
        for appointment in formset.save(commit=False):
            appointment.pk = appointments.store(appointment, by=by, at=at).pk

    @admin.display(description=gettext_lazy("roles now"))
    def roles(self, person: Any) -> str:
        rows = ((ROLES[one.role], in_full(one.unit)) for one in person.running)
        return format_html_join("", '<span class="role">{} · {}</span>', rows)

    @admin.display(description=gettext_lazy("password"))
    def password_link(self, person: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">{}</a>', url, _("Set a new password"))
