"""Units in the admin site: the tree of the city, its dates, and the form that begins, corrects or ends a unit."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import units
from accounts.admin.access import (
    AskedForm,
    PortalInline,
    PortalModelAdmin,
    asked,
    day_input,
    last_day,
    until,
    written,
    written_day,
)
from accounts.labels import LEVELS
from accounts.models import Appointment, Unit
from accounts.roles import Level

FIRST_POSSIBLE, LAST_POSSIBLE = date(1900, 1, 1), date(2999, 12, 31)


def in_full(unit: Unit) -> str:
    """The unit as it is told from its namesakes: with the unit above it, and with its last day if it has one."""
    words = f"{unit.name}, {unit.parent}" if unit.level in {Level.COMMUNE, Level.DIVISION} else unit.name
    end = written_day(last_day(unit.valid))
    return _("%(unit)s (until %(day)s)") % {"unit": words, "day": end} if end else words


class DayFilter(admin.SimpleListFilter):
    """Units in force today or on any other day, those that have ended, and those still to begin."""

    title = gettext_lazy("days")
    parameter_name = "on"
    template = "admin/day_filter.html"
    others: list[tuple[str, str]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("today", _("In force today")), ("ended", _("Ended")), ("later", _("Still to begin"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = asked(request)[1].date()
        match self.value():
            case None | "":
                return queryset
            case "today":
                return queryset.in_force(today)
            case "ended":
                return queryset.filter(valid__endswith__lte=today)
            case "later":
                return queryset.filter(valid__startswith__gt=today)
            case _:
                return queryset.in_force(self.day) if self.day else queryset.none()

    @property
    def day(self) -> date | None:
        """The day typed in, where it is one."""
        try:
            return parse_date(self.value() or "")
        except ValueError:
            return None

    def choices(self, changelist: Any) -> Iterator[Any]:
        kept = changelist.params.items()
        self.others = [(name, value) for name, value in kept if name not in {self.parameter_name, PAGE_VAR}]
        yield from super().choices(changelist)


class DistrictFilter(admin.SimpleListFilter):
    """A district with everything below it."""

    title = gettext_lazy("district")
    parameter_name = "district"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(unit.pk), in_full(unit)) for unit in Unit.objects.of_level(Level.DISTRICT)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        if not chosen:
            return queryset
        known = chosen in {key for key, _name in self.lookup_choices}
        return queryset.filter(path__contains=[int(chosen)]) if known else queryset.none()


class UnitForm(AskedForm):
    """A unit with its first and last day."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=day_input(),
        validators=[MinValueValidator(FIRST_POSSIBLE), MaxValueValidator(LAST_POSSIBLE)],
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=day_input(),
        required=False,
        validators=[MinValueValidator(FIRST_POSSIBLE), MaxValueValidator(LAST_POSSIBLE)],
        help_text=gettext_lazy(
            "The unit exists to the end of this day; the rights of its people end with it. Empty: until further notice."
        ),
    )

    class Meta:
        model = Unit
        fields = ("level", "kind", "code", "name", "short_name", "parent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["last_day"] = last_day(self.instance.valid)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        first = self.instance.valid.lower if self.instance.pk else cleaned.get("first_day")
        last = cleaned.get("last_day")
        self.instance.valid = DateRange(first, last + timedelta(days=1) if last else None)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The action says of the superior what the model's constraint says, but at its field."""
        return super()._get_validation_exclusions() | {"parent"}  # type: ignore[misc,no-any-return]

    def check(self) -> None:
        units.check(self.instance)


class PeopleOfUnit(PortalInline):
    """Who has what role in the unit today."""

    model = Appointment
    verbose_name_plural = gettext_lazy("people and their roles today")
    fields = readonly_fields = ("user", "role", "begins", "ends")

    def get_queryset(self, request: HttpRequest) -> Any:
        running = Appointment.objects.in_force(asked(request)[1])
        return super().get_queryset(request).filter(pk__in=running).select_related("user").order_by("role", "user")

    @admin.display(description=gettext_lazy("from"))
    def begins(self, appointment: Appointment) -> str:
        return written(appointment.valid.lower)

    @admin.display(description=gettext_lazy("until"))
    def ends(self, appointment: Appointment) -> str:
        return until(appointment.valid)


@admin.register(Unit)
class UnitAdmin(PortalModelAdmin):
    """The tree of units; a district's communes stand below it as long as nothing is searched or filtered."""

    may_add = may_change = True
    form = UnitForm
    list_display = ("named", "superior", "code", "kind", "level", "first_day", "last_day", "people")
    list_display_links = ("named",)
    list_filter = ("level", DistrictFilter, "kind", DayFilter)
    search_fields = ("search_key",)
    search_help_text = gettext_lazy("Name, short name or code, with or without diacritics.")
    autocomplete_fields = ("parent",)
    inlines = (PeopleOfUnit,)

    def title_of(self, obj: Unit) -> str:
        return in_full(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the unit above, the number of people, and the depth by which the tree indents a name."""
        running = Appointment.objects.in_force(asked(request)[1]).filter(unit=OuterRef("pk")).order_by()
        people = running.values("unit").annotate(count=Count("user", distinct=True)).values("count")
        depth = F("path__len") if _as_tree(request) else Value(1, models.IntegerField())
        return (
            super()
            .get_queryset(request)
            .select_related("parent__parent")
            .annotate(people=Coalesce(Subquery(people), 0), depth=depth)
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        return Unit.objects.in_tree_order().query.order_by if _as_tree(request) else ("sort_key", "pk")

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.matching(text)

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Kinds stand in groups by their level."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "kind" and field:
            groups = [(LEVELS[level], [(kind.value, kind.label) for kind in units.KINDS[level]]) for level in Level]
            field.choices = [("", "---------"), *groups]
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            fields = (("level", "kind"), "parent", "code", "name", "short_name", ("first_day", "last_day"))
            return ((None, {"fields": fields}),)
        return (
            (
                _("Place in the city"),
                {
                    "fields": (("code", "level"), ("parent", "first_day")),
                    "description": _("These never change: where they do, end this unit and add another."),
                },
            ),
            (_("Name and last day"), {"fields": ("kind", "name", "short_name", "last_day")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("level", "code", "parent", "first_day")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        by, at = asked(request)
        if change:
            units.correct(obj, by=by, at=at)
        else:
            units.begin(obj, by=by, at=at)

    @admin.display(description=gettext_lazy("name"), ordering="sort_key")
    def named(self, unit: Any) -> str:
        return format_html('<span class="depth-{}">{}</span>', unit.depth, unit.name)

    @admin.display(description=gettext_lazy("superior unit"), ordering="parent__sort_key")
    def superior(self, unit: Unit) -> str:
        return unit.parent.name if unit.parent else ""

    @admin.display(description=gettext_lazy("First day"), ordering="valid__startswith")
    def first_day(self, unit: Unit) -> str:
        return written_day(unit.valid.lower)

    @admin.display(description=gettext_lazy("Last day"), ordering="valid__endswith")
    def last_day(self, unit: Unit) -> str:
        return written_day(last_day(unit.valid))

    @admin.display(description=gettext_lazy("people"), ordering="people")
    def people(self, unit: Any) -> int:
        return unit.people  # type: ignore[no-any-return]


def _as_tree(request: HttpRequest) -> bool:
    """Whether nothing is searched, filtered or sorted: then the list shows the tree."""
    return not set(request.GET) - {PAGE_VAR}
