"""Rounds asked by hand: those opened lately, and opening one, with who will owe it shown before it is confirmed."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.labels import LEVELS
from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports import schedules
from reports.actions import opening
from reports.models import Form, FormVersion, Report
from reports.pages.fields import day_field, hour_field, instant_of
from reports.periods import Frequency, Window
from reports.workflow import OWED

NAMED = 5
"""So many units of a level are named before the round is opened; the others are counted."""
SHOWN = 50
BETWEEN_CODES = re.compile(r"[\s,;]+")


class OpeningForm(forms.Form):
    """Which form is asked, for which days, until when, and of whom."""

    version = forms.ModelChoiceField(label=gettext_lazy("Form"), queryset=FormVersion.objects.none())
    first_day = day_field(gettext_lazy("Data window, first day"))
    last_day = day_field(gettext_lazy("Data window, last day"))
    day = day_field(gettext_lazy("Deadline, day"))
    hour = hour_field()
    units = forms.CharField(
        label=gettext_lazy("Units, by their codes"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("Codes with commas between them; leave it empty for all units that answer the form."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, offered: list[FormVersion], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        version: Any = self.fields["version"]
        version.queryset = FormVersion.objects.filter(pk__in=[one.pk for one in offered]).prefetch_related(
            "respondents"
        )
        version.choices = [("", "---------"), *((one.pk, f"{one.form.code} · {one.title}") for one in offered)]

    def clean(self) -> dict[str, Any]:
        """With what the action takes: `window`, `deadline` and `audience`, which is None for all units."""
        given = super().clean() or {}
        if given.get("day") and "hour" in given:
            given["deadline"] = instant_of(given["day"], given["hour"])
        if given.get("first_day") and given.get("last_day"):
            given["window"] = Window(given["first_day"], given["last_day"])
            given["audience"] = self._audience(given.get("units", ""), given["last_day"])
        return given

    def _audience(self, typed: str, day: date) -> list[Unit] | None:
        """The units in force on that day with the codes typed; those that nobody has are named at the field."""
        codes = {code.upper() for code in BETWEEN_CODES.split(typed) if code}
        if not codes:
            return None
        found = list(Unit.objects.in_force(day).filter(code__in=codes))
        if unknown := codes - {unit.code for unit in found}:
            words = _("On the last day of the data window there is no unit with the code: %(codes)s.")
            self.add_error("units", words % {"codes": ", ".join(sorted(unknown))})
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """The rounds of one's forms; posted to, who would owe a new one; it is opened once confirmed."""
    user, at = request.user, request.at
    held = [post.unit_id for post in user.posts(at) if post.role == Role.APPROVER]
    if not held:
        raise PermissionDenied(_("Only an approver of the form's owner asks for this report."))
    offered = _offered(held, at)
    form = OpeningForm(request.POST if request.method == "POST" else None, offered=offered)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST:
            asked = _open(form, user, at)
            if asked is not None:
                words = ngettext("%(count)d unit now owes this report.", "%(count)d units now owe this report.", asked)
                messages.success(request, words % {"count": asked})
                return redirect("openings")
        elif "change" not in request.POST:
            preview = _preview(form, user, at)
    return render(
        request,
        "portal/openings.html",
        {"form": form, "offered": offered, "preview": preview, "rounds": _rounds(held, at)},
        status=422 if form.errors else 200,
    )


def _offered(held: list[int], at: datetime) -> list[FormVersion]:
    """The versions in force today that are asked by hand, of the forms that these units own."""
    today = at.date()
    versions = FormVersion.objects.filter(
        valid__contains=today, form__owners__unit__in=held, form__owners__valid__contains=today
    )
    return [one for one in versions.select_related("form").order_by("form__code") if schedules.is_asked_by_hand(one)]


def _open(form: OpeningForm, user: User, at: datetime) -> int | None:
    """Open the round; None where the action refuses, with its words at the form."""
    given = form.cleaned_data
    try:
        return opening.open_by_hand(
            given["version"], given["window"], deadline=given["deadline"], units=given["audience"], by=user, at=at
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
    except PermissionDenied as denied:
        form.add_error(None, str(denied))
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error({"deadline": "day"}.get(name, name), words)
    return None


def _preview(form: OpeningForm, user: User, at: datetime) -> dict[str, Any] | None:
    """Who would owe the report, by level and deadline; None where the action refuses.

    The round is opened and taken back at once, so that what is shown is just what the action does.
    """
    version, window = form.cleaned_data["version"], form.cleaned_data["window"]
    of_round = Report.objects.filter(
        form=version.form_id, period__first_day=window.first, period__last_day=window.last
    ).order_by()
    before = list(of_round.values_list("pk", flat=True))
    with transaction.atomic():
        asked = _open(form, user, at)
        groups = (
            of_round.exclude(pk__in=before)
            .values("unit__level", "deadline")
            .annotate(units=Count("pk"), names=ArrayAgg("unit__name", order_by="unit__sort_key"))
        )
        rows = [
            {
                "level": LEVELS[row["unit__level"]],
                "deadline": row["deadline"],
                "units": row["units"],
                "names": row["names"][:NAMED],
                "others": max(0, row["units"] - NAMED),
            }
            for row in groups.order_by("deadline", "unit__level")
        ]
        transaction.set_rollback(True)
    return None if asked is None else {"rows": rows, "total": asked, "window": window, "version": version}


def _rounds(held: list[int], at: datetime) -> list[dict[str, Any]]:
    """The rounds of the forms that these units own, the latest first: how many units owe each and have submitted."""
    owned = Form.objects.filter(owners__unit__in=held, owners__valid__contains=at.date())
    rounds = Report.objects.filter(form__in=owned, period__frequency=Frequency.ONCE).values(
        "form__code", "version__title", "period__code", "period__first_day", "period__last_day"
    )
    counted = rounds.annotate(
        asked=Count("pk"),
        submitted=Count("pk", filter=~Q(status__in=OWED)),
        soonest=Min("deadline"),
        latest=Max("deadline"),
    )
    return [dict(one) for one in counted.order_by("-period__last_day", "form__code")[:SHOWN]]
