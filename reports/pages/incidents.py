"""Incidents of the portal: administrators report them, an inspector confirms, and deadlines of those days move."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports.actions import deadlines
from reports.calendars import WorkingCalendar
from reports.models import CalendarDay, DeadlineChange, Incident

SHOWN = 50


class IncidentForm(forms.Form):
    """What happened, and from when to when."""

    title = forms.CharField(label=gettext_lazy("What happened"), max_length=500)
    began_at = forms.DateTimeField(
        label=gettext_lazy("Began at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    ended_at = forms.DateTimeField(
        label=gettext_lazy("Ended at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    document = forms.CharField(
        label=gettext_lazy("Document number, where there is one"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@dataclass(frozen=True)
class Line:
    """An incident; while it waits, what its confirmation would move, and until when; afterwards, what it moved."""

    incident: Incident
    reports: int
    until: datetime | None
    may_confirm: bool


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """The incidents, for administrators and inspectors; posted to, one is reported or confirmed."""
    user, at = request.user, request.at
    reports, confirms = user.holds(Role.ADMINISTRATOR, at), user.holds(Role.INSPECTOR, at)
    if not (reports or confirms):
        raise PermissionDenied(_("Only administrators and inspectors look after incidents of the portal."))
    form = IncidentForm()
    if request.method == "POST":
        if "confirm" in request.POST:
            return _confirm(request)
        form = IncidentForm(request.POST)
        if form.is_valid() and _report(form, request):
            messages.success(
                request, _("The incident is on record. Deadlines move once an inspector has confirmed it.")
            )
            return redirect("incidents")
    return render(
        request,
        "portal/incidents.html",
        {
            "form": form if reports else None,
            "lines": _lines(request, CalendarDay.objects.as_calendar()),
            "confirms": confirms,
        },
        status=422 if form.errors else 200,
    )


def _report(form: IncidentForm, request: PortalRequest) -> Incident | None:
    """Put it on record; None where the action refuses, with its words at the form."""
    try:
        return deadlines.report_incident(**form.cleaned_data, by=request.user, at=request.at)
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error(name, words)
    return None


def _confirm(request: PortalRequest) -> HttpResponse:
    key = request.POST["confirm"]
    if not (key.isascii() and key.isdigit() and len(key) < 16):
        raise BadRequest("An incident is named by its number.")
    incident = get_object_or_404(Incident, pk=int(key))
    try:
        moved = deadlines.confirm_incident(incident, by=request.user, at=request.at).reports
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        words = ngettext(
            "The incident is confirmed; the deadline of %(count)d report was moved.",
            "The incident is confirmed; the deadlines of %(count)d reports were moved.",
            moved,
        )
        messages.success(request, words % {"count": moved})
    return redirect("incidents")


def _lines(request: PortalRequest, calendar: WorkingCalendar) -> list[Line]:
    """The latest incidents; those that wait are few, and each is asked what it touches."""
    incidents = list(Incident.objects.select_related("reported_by", "confirmed_by")[:SHOWN])
    moved = dict(
        DeadlineChange.objects.filter(incident__in=incidents)
        .order_by()
        .values("incident")
        .annotate(count=Count("pk"))
        .values_list("incident", "count")
    )
    inspects = request.user.holds(Role.INSPECTOR, request.at)
    lines = []
    for incident in incidents:
        if incident.confirmed_at:
            lines.append(Line(incident, moved.get(incident.pk, 0), None, may_confirm=False))
        else:
            touched, until = deadlines.touched_by(incident, calendar)
            may_confirm = inspects and incident.reported_by_id != request.user.pk
            lines.append(Line(incident, touched.count(), until, may_confirm))
    return lines
