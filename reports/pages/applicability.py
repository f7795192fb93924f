"""Which indicators do not concern a unit, and the form by which the owner of a form says so."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from accounts.requests import PortalRequest
from reports.actions import applicability
from reports.models import Indicator, NotApplicable
from reports.pages.place import line_above


def day_input() -> forms.DateInput:
    """An input that takes a day from a calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SetAsideForm(forms.Form):
    """Which indicator, from when on, and why."""

    indicator = forms.ModelChoiceField(
        Indicator.objects.none(), label=gettext_lazy("Indicator"), empty_label=gettext_lazy("Choose an indicator")
    )
    first_day = forms.DateField(
        label=gettext_lazy("For periods beginning from"),
        widget=day_input(),
        help_text=gettext_lazy("It holds for every period whose data window begins on this day or later."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 3}), max_length=applicability.LONGEST_REASON
    )


class EndForm(forms.Form):
    """Until when it holds."""

    last_day = forms.DateField(widget=day_input())


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """What is set aside for a unit; posted to, one more is, or with `row` one of them ends with `last_day`."""
    user, at = request.user, request.at
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    choices = applicability.decided_for(unit, by=user, at=at)
    form = SetAsideForm(initial={"first_day": at.date()}, label_suffix="")
    status = 200
    if request.method == "POST" and "row" in request.POST:
        _end(unit, request)
        return redirect("unit-applicability", pk)
    if request.method == "POST":
        form = SetAsideForm(request.POST, label_suffix="")
        form.fields["indicator"].queryset = Indicator.objects.all()  # type: ignore[attr-defined]
        if form.is_valid() and _set(unit, form, request):
            return redirect("unit-applicability", pk)
        status = 422
    offered = list(choices)
    form.fields["indicator"].choices = [("", _("Choose an indicator")), *((one.pk, one.name) for one in offered)]  # type: ignore[attr-defined]
    seen: dict[str, Any] = {
        "unit": unit,
        "line": line_above(unit),
        "form": form,
        "may_decide": bool(offered),
        "rows": [
            (row, row.valid.upper - timedelta(days=1) if row.valid.upper else None, row.indicator in offered)
            for row in applicability.of_unit(unit)
        ],
        "today": at.date(),
    }
    return render(request, "portal/applicability.html", seen, status=status)


def _set(unit: Unit, form: SetAsideForm, request: PortalRequest) -> bool:
    given = form.cleaned_data
    try:
        applicability.set_not_applicable(
            given["indicator"], unit, given["first_day"], given["reason"], by=request.user, at=request.at
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    words = _("“%(indicator)s” no longer counts for %(unit)s.")
    messages.success(request, words % {"indicator": given["indicator"], "unit": unit})
    return True


def _end(unit: Unit, request: PortalRequest) -> None:
    key, form = request.POST["row"], EndForm(request.POST)
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise BadRequest("What is ended is named by its key.")
    row = get_object_or_404(NotApplicable, pk=key, unit=unit)
    if not form.is_valid():
        messages.error(request, _("Give the last day as day, month and year."))
        return
    try:
        applicability.end_not_applicable(row, form.cleaned_data["last_day"], by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The indicator concerns the unit again after that day."))
