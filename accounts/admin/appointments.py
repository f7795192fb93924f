"""Appointments in the admin site: who has what role where, and the forms that give a role and end it."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import appointing
from accounts.admin.access import AskedForm, PortalInline, PortalModelAdmin, asked, instant_input, until, written
from accounts.admin.units import in_full
from accounts.labels import CAPACITIES
from accounts.models import Appointment, Unit, User
from accounts.roles import Capacity, Role


class AppointmentForm(AskedForm):
    """A new appointment with its first and last instant."""

    places: ClassVar = {"valid": "ends"}
    begins = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=instant_input(),
        required=False,
        help_text=gettext_lazy("Empty: from now."),
    )
    ends = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=instant_input(),
        required=False,
        help_text=gettext_lazy("The rights end at this instant. Empty: until further notice."),
    )

    class Meta:
        model = Appointment
        fields = ("user", "unit", "role", "capacity", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capacity"].help_text = _("Of who signs for the unit; of every other role it stays “%(head)s”.") % {
            "head": CAPACITIES[Capacity.HEAD]
        }
        self.fields["document"].help_text = _("The number of the document that appoints or authorises.")

    def _get_validation_exclusions(self) -> set[str]:
        """The action says of the capacity what the model's constraints say, but at its field."""
        return super()._get_validation_exclusions() | {"capacity", "document"}  # type: ignore[misc,no-any-return]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        self.instance.valid = DateTimeTZRange(cleaned.get("begins") or self.at, cleaned.get("ends"))
        return cleaned

    def check(self) -> None:
        appointing.check(self.instance, by=self.by)


class EndForm(AskedForm):
    """The end of an appointment, which is all that can change of it; of one that is over, not even that."""

    places: ClassVar = {"valid": "ends", "role": "ends"}
    ends = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=instant_input(),
        required=False,
        help_text=gettext_lazy("The rights end at this instant. Empty: until further notice."),
    )

    class Meta:
        model = Appointment
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        end = self.instance.valid and self.instance.valid.upper
        self.initial["ends"] = end and end.replace(second=0, microsecond=0)
        self.fields["ends"].disabled = end is not None and end <= self.at

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if "ends" in self.changed_data:
            self.instance.valid = DateTimeTZRange(self.instance.valid.lower, cleaned.get("ends"))
        return cleaned

    def check(self) -> None:
        if "ends" in self.changed_data:
            appointing.check_end(self.instance, self.instance.valid.upper, by=self.by, at=self.at)


def store(appointment: Appointment, *, by: User, at: datetime) -> Appointment:
    """Hand what a form has made of an appointment to the action that it means."""
    if appointment.pk:
        return appointing.end_appointment(appointment, appointment.valid.upper, by=by, at=at)
    return appointing.appoint(
        appointment.user,
        appointment.unit,
        Role(appointment.role),
        appointment.valid,
        capacity=Capacity(appointment.capacity),
        document=appointment.document,
        by=by,
        at=at,
    )


def signs_as(appointment: Appointment) -> str:
    """In what capacity, and by what document; nothing of who does not sign."""
    capacity = CAPACITIES[appointment.capacity] if appointment.role == Role.HEAD else ""
    return " · ".join(str(word) for word in (capacity, appointment.document) if word)


class AppointmentsOfPerson(PortalInline):
    """A person's appointments; they can be ended and are never deleted."""

    model = Appointment
    form = EndForm
    may_change = True
    verbose_name_plural = gettext_lazy("appointments")
    fields = ("place", "role", "signs", "begins", "ends")
    readonly_fields = ("place", "role", "signs", "begins")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("unit__parent", "user").order_by("-valid")

    @admin.display(description=gettext_lazy("unit"))
    def place(self, appointment: Appointment) -> str:
        return in_full(appointment.unit)

    @admin.display(description=gettext_lazy("signs as"))
    def signs(self, appointment: Appointment) -> str:
        return signs_as(appointment)

    @admin.display(description=gettext_lazy("From"))
    def begins(self, appointment: Appointment) -> str:
        return written(appointment.valid.lower)


class NewAppointmentsOfPerson(PortalInline):
    """Rows to appoint a person in."""

    model = Appointment
    form = AppointmentForm
    may_add = True
    extra = 1
    verbose_name = gettext_lazy("new appointment")
    verbose_name_plural = gettext_lazy("new appointments")
    fields = ("unit", "role", "capacity", "document", "begins", "ends")
    autocomplete_fields = ("unit",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()


class StateFilter(admin.SimpleListFilter):
    """Appointments that give rights now, and those that do not."""

    title = gettext_lazy("rights")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", _("In force now")), ("later", _("Still to begin")), ("none", _("Over, or without effect"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        at = asked(request)[1]
        match self.value():
            case "now":
                return queryset.in_force(at)
            case "later":
                return queryset.filter(valid__startswith__gt=at)
            case "none":
                return queryset.filter(valid__startswith__lte=at).exclude(pk__in=Appointment.objects.in_force(at))
            case _:
                return queryset


@admin.register(Appointment)
class AppointmentAdmin(PortalModelAdmin):
    """All appointments."""

    may_add = may_change = True
    list_display = ("person", "role", "signs", "place", "level", "begins", "ends", "in_force")
    list_filter = (StateFilter, "role", "capacity", "unit__level")
    list_select_related = ("user", "unit__parent")
    search_fields = ("user__search_key", "unit__search_key")
    search_help_text = gettext_lazy("Person or unit, with or without diacritics.")
    autocomplete_fields = ("user", "unit")
    ordering = ("user__sort_key", "unit__sort_key", "pk")
    fields = ("user", "unit", "role", ("capacity", "document"), ("begins", "ends"))

    def title_of(self, obj: Appointment) -> str:
        return f"{obj.get_role_display()} · {in_full(obj.unit)}"

    def get_queryset(self, request: HttpRequest) -> Any:
        """With whether each gives rights now."""
        now = Appointment.objects.in_force(asked(request)[1]).filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(gives_rights=Exists(now))

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        people, places = User.objects.get_queryset().matching(text), Unit.objects.matching(text)
        return queryset.filter(Q(user__in=people) | Q(unit__in=places))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **{"form": EndForm if obj else AppointmentForm, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("user", "unit", "role", "capacity", "document", "begins")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        over = obj is not None and obj.valid.upper is not None and obj.valid.upper <= asked(request)[1]
        return not over and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An appointment that has not begun can be taken back; one that has is kept."""
        return obj is not None and self.admin_site.has_permission(request) and bool(obj.valid.lower > asked(request)[1])

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        by, at = asked(request)
        obj.pk = store(obj, by=by, at=at).pk

    def delete_model(self, request: HttpRequest, obj: Appointment) -> None:
        by, at = asked(request)
        appointing.withdraw(obj, by=by, at=at)

    @admin.display(description=gettext_lazy("person"), ordering="user__sort_key")
    def person(self, appointment: Appointment) -> str:
        return appointment.user.full_name

    @admin.display(description=gettext_lazy("signs as"), ordering="capacity")
    def signs(self, appointment: Appointment) -> str:
        return signs_as(appointment)

    @admin.display(description=gettext_lazy("unit"), ordering="unit__sort_key")
    def place(self, appointment: Appointment) -> str:
        return in_full(appointment.unit)

    @admin.display(description=gettext_lazy("level"), ordering="unit__level")
    def level(self, appointment: Appointment) -> str:
        return appointment.unit.get_level_display()

    @admin.display(description=gettext_lazy("From"), ordering="valid__startswith")
    def begins(self, appointment: Appointment) -> str:
        return written(appointment.valid.lower)

    @admin.display(description=gettext_lazy("Until"), ordering="valid__endswith")
    def ends(self, appointment: Appointment) -> str:
        return until(appointment.valid)

    @admin.display(description=gettext_lazy("in force now"), boolean=True)
    def in_force(self, appointment: Any) -> bool:
        return appointment.gives_rights  # type: ignore[no-any-return]
