"""Extensions: what was granted, and granting one, with the reports that it moves shown before it is confirmed."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.labels import LEVELS
from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Level, Role
from reports import labels
from reports.actions import deadlines
from reports.models import DeadlineChange, Extension, Form, Period, Report
from reports.pages.fields import day_field, hour_field, instant_of

LOOKING_BACK = timedelta(days=120)
"""For how long after its deadline a period is offered."""
SHOWN = 50
ANSWERING = (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)


class UnitField(forms.CharField):
    """A unit typed by its code, or chosen from the list, which writes the code and the name."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        unit = Unit.objects.filter(code__iexact=text.split(" ")[0]).order_by("-valid").first()
        if unit is None:
            raise ValidationError(_("There is no unit with this code: choose one from the list."))
        return unit


class ExtensionForm(forms.Form):
    """Which reports get more time, until when, why, and by which document."""

    report_of = forms.ChoiceField(label=gettext_lazy("Form and period"))
    unit = UnitField(
        label=gettext_lazy("Unit or area"),
        required=False,
        help_text=gettext_lazy("Name or code; leave it empty for all units."),
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    with_area = forms.BooleanField(label=gettext_lazy("With all units beneath it"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        required=False,
        choices=[("", gettext_lazy("All")), *((one.value, LEVELS[one]) for one in ANSWERING)],
    )
    day = day_field(gettext_lazy("New deadline, day"))
    hour = hour_field()
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the units will read"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=200)

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["report_of"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With what the action takes: `form`, `period` and `until`."""
        given = super().clean() or {}
        if "report_of" in given:
            form, period = given["report_of"].split(":")
            given["form"], given["period"] = Form.objects.get(pk=form), Period.objects.get(pk=period)
        if given.get("day"):
            given["until"] = instant_of(given["day"], given.get("hour"))
        return given

    @property
    def scope(self) -> dict[str, Any]:
        """What the action needs to find the reports."""
        return {name: self.cleaned_data[name] for name in ("form", "period", "until", "unit", "with_area", "level")}


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """The extensions of forms that one decides of; posted to, what a new one moves; it is granted once confirmed."""
    user, at = request.user, request.at
    if not any(post.role == Role.APPROVER for post in user.posts(at)):
        raise PermissionDenied(_("Only an approver of the form's owner grants an extension."))
    offered = _offered(user, at)
    form = ExtensionForm(request.POST if request.method == "POST" else None, offered=offered)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST:
            moved = _grant(form, user, at)
            if moved is not None:
                words = ngettext(
                    "%(count)d report has more time, and its unit is told.",
                    "%(count)d reports have more time, and their units are told.",
                    moved,
                )
                messages.success(request, words % {"count": moved})
                return redirect("extensions")
        elif "change" not in request.POST:
            preview = _preview(form, user, at)
    return render(
        request,
        "portal/extensions.html",
        {
            "form": form,
            "offered": offered,
            "preview": preview,
            "granted": _granted(user, at),
            "units": Unit.objects.in_force(at.date()).exclude(level=Level.CITY).only("code", "name"),
        },
        status=422 if form.errors else 200,
    )


def _offered(user: User, at: datetime) -> list[tuple[str, str]]:
    """The forms and periods of which this person decides, the latest first, as choices."""
    rows = (
        Report.objects.decided_by(user, at)
        .filter(deadline__gt=at - LOOKING_BACK)
        .order_by("form__code", "-period__last_day")
        .values_list("form", "period", "form__code", "period__code", "period__first_day", "period__last_day")
        .distinct()
    )
    return [
        (f"{form}:{period}", f"{name} · {labels.period_name(code)} ({labels.window_words(first, last)})")
        for form, period, name, code, first, last in rows
    ]


def _preview(form: ExtensionForm, user: User, at: datetime) -> dict[str, Any]:
    """How many reports the extension would move, by level and present deadline."""
    touched = deadlines.extended_by(**form.scope, by=user, at=at)
    groups = touched.order_by().values("unit__level", "deadline").annotate(reports=Count("pk"), some=Min("unit__name"))
    rows = [
        {
            "level": LEVELS[row["unit__level"]],
            "before": row["deadline"],
            "reports": row["reports"],
            "only": row["some"] if row["reports"] == 1 else "",
        }
        for row in groups.order_by("deadline", "unit__level")
    ]
    return {"rows": rows, "total": sum(row["reports"] for row in rows), "until": form.cleaned_data["until"]}


def _grant(form: ExtensionForm, user: User, at: datetime) -> int | None:
    """Grant it; None where the action refuses, with its words at the form."""
    given = form.cleaned_data
    try:
        return deadlines.grant_extension(
            **form.scope, reason=given["reason"], document=given["document"], by=user, at=at
        ).reports
    except Refused as refusal:
        form.add_error(None, refusal.message)
    except PermissionDenied as denied:
        form.add_error(None, str(denied))
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error({"until": "day"}.get(name, name), words)
    return None


def _granted(user: User, at: datetime) -> list[Extension]:
    """The extensions of the forms of which this person decides, the latest first, each with how many it moved."""
    held = [post.unit_id for post in user.posts(at) if post.role == Role.APPROVER]
    owned = Form.objects.filter(
        Q(owners__unit__in=held) | Q(owners__stand_in__in=held), owners__valid__contains=at.date()
    )
    changes = DeadlineChange.objects.filter(extension=OuterRef("pk")).order_by().values("extension")
    rows = Extension.objects.filter(form__in=owned).select_related("form", "period", "unit", "by")
    return list(rows.annotate(moved=Subquery(changes.annotate(count=Count("pk")).values("count")))[:SHOWN])
