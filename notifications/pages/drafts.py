"""Entering a directive as a draft, and publishing it: to whom it goes is shown before it is confirmed."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.labels import LEVELS
from accounts.models import Unit
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from notifications import coverage
from notifications.actions import directing
from notifications.models import Directive
from reports.calendars import due_day
from reports.filetypes import LARGEST
from reports.pages.fields import day_field, hour_field, instant_of

BETWEEN_CODES = re.compile(r"[\s,;]+")
NAMED = 5
"""So many units of a level are named before it is published; the others are counted."""


class DirectiveForm(forms.Form):
    """The document itself, and by when it is to be passed on."""

    number = forms.CharField(
        label=gettext_lazy("Document number"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    issued_on = day_field(gettext_lazy("Issued on"))
    issuer = forms.CharField(label=gettext_lazy("Issued by"))
    title = forms.CharField(label=gettext_lazy("Title"), widget=forms.Textarea(attrs={"rows": 2}))
    text = forms.CharField(
        label=gettext_lazy("What it asks, in short"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    day = day_field(gettext_lazy("Deadline for passing it on, day"))
    hour = hour_field()
    file = forms.FileField(
        label=gettext_lazy("The directive, scanned or signed electronically"),
        required=False,
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @classmethod
    def of(cls, draft: Directive) -> "DirectiveForm":
        """The form as the draft fills it in."""
        names = ("number", "issued_on", "issuer", "title", "text")
        local = timezone.localtime(draft.pass_on_by)
        day = due_day(draft.pass_on_by)
        hour = local.time() if local.date() == day else None
        return cls(initial={name: getattr(draft, name) for name in names} | {"day": day, "hour": hour})


class AudienceForm(forms.Form):
    """To whom it goes: levels as a whole, and units by their codes."""

    levels = forms.MultipleChoiceField(
        label=gettext_lazy("All units of the level"),
        required=False,
        choices=[(level.value, LEVELS[level]) for level in directing.LEVELS],
        widget=forms.CheckboxSelectMultiple,
    )
    units = forms.CharField(
        label=gettext_lazy("Further units, by their codes"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("Codes with commas between them."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.day = day

    def clean_units(self) -> list[Unit]:
        """The units in force with the codes typed; those that nobody has are named."""
        codes = {code.upper() for code in BETWEEN_CODES.split(self.cleaned_data["units"]) if code}
        found = list(Unit.objects.in_force(self.day).filter(code__in=codes))
        if unknown := codes - {unit.code for unit in found}:
            words = _("There is no unit in force with the code: %(codes)s.")
            raise ValidationError(words % {"codes": ", ".join(sorted(unknown))})
        return found

    def clean(self) -> dict[str, Any]:
        """Somebody is addressed."""
        given = super().clean() or {}
        if not self.errors and not given["levels"] and not given["units"]:
            self.add_error("levels", _("Choose a level or name a unit: a directive goes to somebody."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Enter a draft, or change one; it is published from its own page."""
    draft = _draft(request, pk) if pk is not None else None
    _refuse_others(request)
    form = DirectiveForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is not None and form.is_valid() and (kept := _keep(form, draft, request)):
        return redirect("directive-draft", kept.pk)
    form = form or (DirectiveForm.of(draft) if draft else DirectiveForm())
    return render(
        request, "notifications/directive_form.html", {"form": form, "draft": draft}, status=422 if form.errors else 200
    )


def _keep(form: DirectiveForm, draft: Directive | None, request: PortalRequest) -> Directive | None:
    """Keep the draft; None where the action refuses, with its words at the form."""
    given = form.cleaned_data
    file = given.pop("file")
    try:
        return directing.write(
            draft,
            pass_on_by=instant_of(given.pop("day"), given.pop("hour")),
            file=(file.name, file.read(LARGEST + 1)) if file else None,
            **given,
            by=request.user,
            at=request.at,
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error({"pass_on_by": "day"}.get(name, name), words)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """A draft; posted to, it is discarded, or it is shown to whom it would go, and once confirmed it is published."""
    draft = _draft(request, pk)
    _refuse_others(request)
    if draft.published_at is not None:
        return redirect("directive", pk)
    form = AudienceForm(request.POST if request.method == "POST" else None, day=request.at.date())
    preview = None
    if request.method == "POST":
        if "discard" in request.POST:
            return _discard(draft, request)
        if form.is_valid() and "change" not in request.POST:
            if "confirm" in request.POST and _publish(form, draft, request):
                return redirect("directive", pk)
            preview = None if form.errors else _preview(form, request.at)
    seen = {"directive": draft, "form": form, "preview": preview}
    return render(request, "notifications/directive_draft.html", seen, status=422 if form.errors else 200)


def _discard(draft: Directive, request: PortalRequest) -> HttpResponse:
    try:
        directing.discard(draft, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The draft of %(number)s was discarded.") % {"number": draft.number})
    return redirect("directives")


def _publish(form: AudienceForm, draft: Directive, request: PortalRequest) -> bool:
    """Publish it; False where the action refuses, with its words at the form."""
    given = form.cleaned_data
    try:
        units = directing.publish(draft, given["levels"], given["units"], by=request.user, at=request.at)
    except Refused as refusal:
        form.add_error(None, refusal.message)
    except ValidationError as error:
        for sentence in error.messages:
            form.add_error(None, sentence)
    else:
        words = ngettext(
            "The directive is published to %(count)d unit, and its people are told.",
            "The directive is published to %(count)d units, and their people are told.",
            units,
        )
        messages.success(request, words % {"count": units})
        return True
    return False


def _preview(form: AudienceForm, at: datetime) -> dict[str, Any]:
    """To how many units of each level it would go, and how many people with accounts those have; two queries."""
    given = form.cleaned_data
    units = directing.audience(given["levels"], given["units"], at.date())
    accounts = coverage.accounts_of(units, at)
    listed = list(units.order_by("sort_key"))
    rows = []
    for level in dict.fromkeys(unit.level for unit in sorted(listed, key=lambda unit: len(unit.path))):
        of_level = [unit for unit in listed if unit.level == level]
        rows.append(
            {
                "level": LEVELS[level],
                "units": len(of_level),
                "names": [unit.name for unit in of_level[:NAMED]],
                "others": max(0, len(of_level) - NAMED),
                "people": sum(accounts.get(unit.pk, 0) for unit in of_level),
            }
        )
    return {"rows": rows, "units": len(listed), "people": sum(row["people"] for row in rows)}


def _draft(request: PortalRequest, pk: int) -> Directive:
    return get_object_or_404(Directive.objects.visible_to(request.user, request.at), pk=pk)


def _refuse_others(request: PortalRequest) -> None:
    if not directing.may_publish(by=request.user, at=request.at):
        raise PermissionDenied(_("Only administrators and inspectors enter and publish directives."))
