"""Targets and indicators in the admin site: what is to be reached, by when, and what is measured."""

from copy import copy
from typing import Any

from django.contrib import admin
from django.forms.models import construct_instance
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.access import AskedForm, PortalInline, PortalModelAdmin, asked, day_input
from reports import labels
from reports.actions import targets
from reports.models import Indicator, Target


class TargetForm(AskedForm):
    """A target, with its bounds in the order in which they are read."""

    class Meta:
        model = Target
        fields = (
            *("indicator", "row", "origin", "comparator", "low", "high", "words"),
            *("year", "due_on", "reached_on", "document", "basis", "position"),
        )
        widgets = {"due_on": day_input(), "reached_on": day_input()}

    def clean(self) -> dict[str, Any]:
        """Ask the action's rules before those of the database: they say at which field, and how to mend it."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            targets.check(construct_instance(self, copy(self.instance)), at=self.at)
        return cleaned


@admin.register(Target)
class TargetAdmin(PortalModelAdmin):
    """What the city has set itself."""

    may_add = may_change = True
    form = TargetForm
    list_display = ("indicator", "origin", "bound", "year", "due_on", "reached_on", "basis")
    list_filter = ("origin", "year", "comparator")
    list_select_related = ("indicator", "basis")
    search_fields = ("indicator__name", "indicator__code", "words")
    autocomplete_fields = ("indicator",)
    fieldsets = (
        (
            None,
            {
                "fields": ("indicator", "row", "origin"),
                "description": gettext_lazy(
                    "The row is the code of a row of a table, such as “total”; leave it empty for any other indicator."
                ),
            },
        ),
        (
            gettext_lazy("What is to be reached"),
            {
                "fields": ("comparator", ("low", "high"), "words"),
                "description": gettext_lazy("One bound, or two for “between”; a milestone has words instead."),
            },
        ),
        (
            gettext_lazy("By when, and by which act"),
            {
                "fields": (("year", "due_on"), "basis", "position"),
                "description": gettext_lazy("Without a day of its own it is due on the last day of its year."),
            },
        ),
        (
            gettext_lazy("A milestone that was reached"),
            {
                "fields": (("reached_on", "document"),),
                "description": gettext_lazy("The day, and the number of the document that says so."),
            },
        ),
    )

    def title_of(self, obj: Target) -> str:
        parts = (obj.indicator.name, obj.get_origin_display(), obj.year or obj.due_on)
        return " · ".join(str(part) for part in parts if part)

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        by, at = asked(request)
        targets.save_target(obj, by=by, at=at)

    @admin.display(description=gettext_lazy("to be reached"), ordering="low")
    def bound(self, target: Target) -> str:
        if target.low is None:
            return target.words
        return labels.bound_words(target.comparator, target.low, target.high, target.indicator.unit_of_measure)


class TargetsOfIndicator(PortalInline):
    """What the indicator is to reach, each on a page of its own."""

    model = Target
    show_change_link = True
    fields = readonly_fields = ("origin", "row", "year", "comparator", "low", "high", "words", "basis")


class IndicatorForm(AskedForm):
    """What may change of an indicator: its name, in which direction it improves, and that it is retired."""

    class Meta:
        model = Indicator
        fields = ("name", "better", "retired_on")
        widgets = {"retired_on": day_input()}

    def check(self) -> None:
        targets.check_indicator(self.instance)


@admin.register(Indicator)
class IndicatorAdmin(PortalModelAdmin):
    """What is measured; its meaning never changes."""

    may_change = True
    form = IndicatorForm
    list_display = ("name", "code", "unit_of_measure", "space_fold", "time_fold", "retired_on")
    list_filter = ("space_fold", "time_fold")
    search_fields = ("name", "code")
    inlines = (TargetsOfIndicator,)
    readonly_fields = (
        *("code", "unit_of_measure", "decimals", "space_fold", "time_fold", "window_rule"),
        *("numerator", "denominator"),
    )
    fieldsets = (
        (None, {"fields": ("name", "better", "retired_on")}),
        (
            gettext_lazy("Meaning"),
            {
                "fields": (
                    ("code", "unit_of_measure", "decimals"),
                    ("space_fold", "time_fold", "window_rule"),
                    ("numerator", "denominator"),
                ),
                "description": gettext_lazy(
                    "What an indicator measures and how it folds never changes: retire it and enter another."
                ),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Indicator, form: Any, change: bool) -> None:
        by, at = asked(request)
        targets.save_indicator(obj, by=by, at=at)
