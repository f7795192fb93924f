"""What one chooses about being told: channels, quiet hours, days away, and the calendar of one's deadlines."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actions import absences
from accounts.models import Absence, Appointment
from accounts.requests import PortalRequest
from accounts.roles import Role
from notifications.actions import feeding, preferring
from notifications.choices import Channel, wants
from notifications.models import Feed, Gateway, Preference
from reports.pages.fields import day_field

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _hour(label: "StrPromise") -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


class ChoicesForm(forms.Form):
    """By which channels routine and urgent notices come, and when nothing is to come at all."""

    routine_email = forms.BooleanField(label=gettext_lazy("Routine notices by e-mail"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Mobile phone"),
        help_text=gettext_lazy("In digits only, such as 0912345678."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    urgent_gateway = forms.BooleanField(label=gettext_lazy("Urgent notices by short message"), required=False)
    routine_gateway = forms.BooleanField(label=gettext_lazy("Routine notices by short message"), required=False)
    quiet_from = _hour(gettext_lazy("Quiet from"))
    quiet_until = _hour(gettext_lazy("Quiet until"))

    def __init__(self, *args: Any, by_message: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if not by_message:
            for name in ("phone", "urgent_gateway", "routine_gateway"):
                del self.fields[name]


class AwayForm(forms.Form):
    """From which day to which one is away."""

    first = day_field(gettext_lazy("First day away"))
    last = day_field(gettext_lazy("Last day away"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """What this person chose; posted to, it is changed. A new address of the calendar is in this one answer only."""
    by_message = Gateway.objects.filter(is_active=True).exists()
    choices, away, secret = _choices(request, by_message), AwayForm(), ""
    if request.method == "POST":
        match request.POST.get("do"):
            case "choose":
                choices = ChoicesForm(request.POST, by_message=by_message)
                if _chosen(choices, request):
                    messages.success(request, _("Your choices are saved."))
                    return redirect("preferences")
            case "away":
                away = AwayForm(request.POST)
                if _gone(away, request):
                    messages.success(request, _("Your absence is noted."))
                    return redirect(reverse("preferences") + "#away")
            case "stay":
                return _stay(request)
            case "feed":
                secret = feeding.make(by=request.user, at=request.at)
            case "end-feed":
                feeding.end(by=request.user, at=request.at)
                messages.success(request, _("The calendar's address leads nowhere any more."))
                return redirect(reverse("preferences") + "#feed")
            case _:
                raise BadRequest("A change is named.")
    shown = {"choices": choices, "away": away, "by_message": by_message} | _standing(request, secret)
    status = 422 if choices.errors or away.errors else 200
    return render(request, "notifications/preferences.html", shown, status=status)


def _standing(request: PortalRequest, secret: str) -> dict[str, Any]:
    """What stands beside the forms: days away, who stands in, and the calendar with the address that was just made."""
    return {
        "absences": _absences(request),
        "stand_ins": _stand_ins(request),
        "feed": Feed.objects.filter(person=request.user).first(),
        "address": secret and urljoin(settings.PORTAL_ADDRESS, reverse("calendar", args=[secret])),
    }


def _choices(request: PortalRequest, by_message: bool) -> ChoicesForm:
    """The form as it stands; who never chose has what Preference has by itself."""
    stored = Preference.objects.filter(person=request.user).first() or Preference()
    names = ("routine_email", "urgent_gateway", "routine_gateway", "quiet_from", "quiet_until")
    initial = {name: getattr(stored, name) for name in names} | {"phone": request.user.phone}
    return ChoicesForm(initial=initial, by_message=by_message)


def _chosen(form: ChoicesForm, request: PortalRequest) -> bool:
    """Store the choices; where an action refuses, its words are at the form."""
    if not form.is_valid():
        return False
    try:
        preferring.prefer(by=request.user, at=request.at, **form.cleaned_data)
    except ValidationError as error:
        _say(form, error)
    return not form.errors


def _gone(form: AwayForm, request: PortalRequest) -> bool:
    if not form.is_valid():
        return False
    try:
        days = DateRange(form.cleaned_data["first"], form.cleaned_data["last"] + timedelta(days=1))
        absences.store(Absence(person=request.user, valid=days), by=request.user, at=request.at)
    except ValidationError as error:
        _say(form, error)
    return not form.errors


def _say(form: forms.Form, error: ValidationError) -> None:
    """An action's words at the field that they speak of; a span's at its last day."""
    for column, words in error.message_dict.items():
        name = {"valid": "last"}.get(column, column)
        form.add_error(name if name in form.fields else None, words)


def _stay(request: PortalRequest) -> HttpResponse:
    key = request.POST.get("absence", "")
    if not (key.isascii() and key.isdigit() and len(key) < 16):
        raise BadRequest("An absence is named by its number.")
    absence = get_object_or_404(Absence, pk=int(key), person=request.user)
    absences.take_back(absence, by=request.user, at=request.at)
    messages.success(request, _("You are no longer noted as away on these days."))
    return redirect(reverse("preferences") + "#away")


def _absences(request: PortalRequest) -> Iterable[Absence]:
    """The person's absences that are not over."""
    return Absence.objects.filter(person=request.user, valid__endswith__gt=request.at.date())


def _stand_ins(request: PortalRequest) -> list[dict[str, Any]]:
    """For each unit for which this person signs, who else does: they are told while this person is away."""
    headed = [post.unit_id for post in request.user.posts(request.at) if post.role == Role.HEAD]
    signers = Appointment.objects.in_force(request.at).filter(unit__in=headed, role=Role.HEAD)
    names: dict[str, list[str]] = {}
    for signer in signers.select_related("unit", "user").order_by("unit__sort_key", "user__sort_key"):
        others = names.setdefault(signer.unit.name, [])
        if signer.user_id != request.user.pk:
            others.append(signer.user.full_name)
    return [{"unit": unit, "names": ", ".join(others)} for unit, others in names.items()]


@login_not_required
@csrf_exempt  # the key in the address is the right to do this, and no mailbox has our cookie (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: PortalRequest, key: str) -> HttpResponse:
    """Where a routine mail leads whoever wants no more of them; posted to, by a mailbox or the button, it is done."""
    person = preferring.unsubscriber(key)
    if person is None:
        raise Http404
    if request.method == "POST":
        preferring.prefer(by=person, at=request.at, routine_email="again" in request.POST)
    chosen = Preference.objects.filter(person=person).first()
    shown = {
        "person": person,
        "subscribed": wants(chosen, Channel.EMAIL, urgent=False),
        "done": request.method == "POST",
    }
    return render(request, "notifications/unsubscribe.html", shown)
