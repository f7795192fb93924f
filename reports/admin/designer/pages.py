"""The designer's pages: a draft is drawn, tried, compared, put into force, retired, copied and thrown away."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.access import asked
from accounts.labels import LEVELS
from accounts.models import Unit
from accounts.refusals import Refused
from reports import schedules
from reports.actions import designing, regimes
from reports.admin.designer.differences import differences
from reports.admin.designer.drawing import Drawing, SectionPart, new_part
from reports.admin.designer.trial import Trial
from reports.models import Form, FormVersion, Indicator

LONGEST_FILE = 2_000_000  # bytes of a form's file


def version_of(pk: Any) -> FormVersion:
    """The version with its form and basis; 404 where there is none."""
    if not str(pk).isdigit():
        raise Http404
    return get_object_or_404(FormVersion.objects.select_related("form", "basis"), pk=pk)


def draw(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """The page of a draft; `shown` is what every page of the site shows."""
    at = asked(request)[1]
    stored = designing.design_of(version)
    if request.method != "POST":
        drawing = Drawing.of(stored)
    else:
        drawing = Drawing(request.POST)
        do = request.POST.get("do", "save")
        if do in ("save", "force"):
            if _saved(request, version, drawing):
                page = "admin:reports_formversion_force" if do == "force" else "admin:reports_formversion_change"
                return redirect(page, version.pk)
        else:
            drawing.do(do)
    trial = Trial.of(version, drawing.design(), request.POST, at)
    indicators = list(Indicator.objects.filter(retired_on=None).only("code", "name", "unit_of_measure"))
    drawing.name(indicators)
    context = {
        **shown,
        "title": f"{version.form.code} · {version.title}",
        "version": version,
        "drawing": drawing,
        "seen": designing.digest(stored),
        "trial": trial,
        "wrong": _looked_at(version, drawing, at),
        "indicators": indicators,
        "units": Unit.objects.in_force(at.date()).in_tree_order().only("code", "name"),
    }
    return TemplateResponse(request, "designer/draft.html", context)


def _done(request: Any, form: Form, words: str) -> None:
    """Say what was done, and keep it among the changes of the form."""
    messages.success(request, words)
    admin.site.get_model_admin(Form).log_change(request, form, words)


def _saved(request: Any, version: FormVersion, drawing: Drawing) -> bool:
    """Whether it was saved; if not, what is wrong is told at the fields."""
    by, at = asked(request)
    try:
        if not drawing.unreadable:
            designing.save_draft(version, drawing.design(), seen=request.POST.get("seen", ""), by=by, at=at)
            _done(request, version.form, _("The draft was saved."))
            return True
        drawing.tell(designing.faults(version, drawing.design(), at=at))
    except ValidationError as error:
        drawing.tell(error.message_dict)
    except Refused as no:
        messages.error(request, no.message)
        return False
    messages.error(request, _("Nothing was saved. Mend what is marked, then save again; all you typed is still here."))
    return False


def _looked_at(version: FormVersion, drawing: Drawing, at: datetime) -> list[tuple[str, str, str]]:
    """What stands in the way of putting the draft into force, wherever it is on the page."""
    return drawing.listed(designing.faults(version, drawing.design(), at=at, complete=True))


def trial(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """The part of the page that follows from what is typed: faults, deadlines, and the form as a clerk sees it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    at = asked(request)[1]
    drawing = Drawing(request.POST)
    context = {
        "version": version,
        "trial": Trial.of(version, drawing.design(), request.POST, at),
        "wrong": _looked_at(version, drawing, at),
    }
    return TemplateResponse(request, "designer/trial.html", context)


def part(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """A blank part for a list of the page, such as ?in=sections.0.items."""
    fresh = new_part(request.GET.get("in", ""))
    if fresh is None:
        raise Http404
    kind = "sections" if isinstance(fresh, SectionPart) else request.GET["in"].rpartition(".")[2]
    context = {"part": fresh, "fresh": True, "version": version}
    return TemplateResponse(request, f"designer/{kind}.html", context)


class PeriodForm(forms.Form):
    """A period, by its code."""

    period = forms.CharField(label=gettext_lazy("Period"), max_length=20)


def force(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """Shows what putting the draft into force from a period does, and does it."""
    by, at = asked(request)
    if version.valid is not None:
        return redirect("admin:reports_formversion_change", version.pk)
    asked_for = request.POST.get("period") or request.GET.get("period") or _next_period(version, at)
    form = PeriodForm({"period": asked_for}, label_suffix="")
    form.fields["period"].help_text = _("The first period for which it holds, such as %(example)s.") % {
        "example": _next_period(version, at)
    }
    found, wrong = None, []
    try:
        if request.method == "POST" and "confirm" in request.POST:
            designing.put_in_force(version, asked_for, by=by, at=at)
            _done(
                request, version.form, _("The version is in force from the period %(period)s.") % {"period": asked_for}
            )
            return redirect("admin:reports_formversion_change", version.pk)
        found = designing.consequence(version, asked_for, by=by, at=at)
    except ValidationError as error:
        faults = error.message_dict
        for sentence in faults.pop("period", []):
            form.add_error("period", sentence)
        wrong = Drawing.of(designing.design_of(version)).listed(faults)
    except Refused as no:
        form.add_error(None, no.message)
    context = {**shown, "title": _("Put into force"), "version": version, "form": form, "found": found, "wrong": wrong}
    if found and found.ahead:
        context["first_due"] = [(LEVELS[level], due) for level, due in found.ahead[0].due.items()]
    return TemplateResponse(request, "designer/force.html", context)


def _next_period(version: FormVersion, at: datetime) -> str:
    try:
        return schedules.period_at(version, at.date()).next.code
    except ValueError:
        return ""


def retire(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """Ends a version after its last period."""
    by, at = asked(request)
    if version.valid is None:
        return redirect("admin:reports_formversion_change", version.pk)
    typed = request.POST.get("period") or schedules.period_at(version, at.date()).code
    form = PeriodForm({"period": typed}, label_suffix="")
    form.fields["period"].help_text = _("The last period for which it holds; later ones are asked by nothing.")
    if request.method == "POST":
        try:
            designing.retire(version, typed, by=by, at=at)
            _done(request, version.form, _("The version ends with the period %(period)s.") % {"period": typed})
            return redirect("admin:reports_formversion_change", version.pk)
        except ValidationError as error:
            for sentence in error.messages:
                form.add_error("period", sentence)
    context = {**shown, "title": _("End after a period"), "version": version, "form": form}
    return TemplateResponse(request, "designer/retire.html", context)


def discard(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """Asks once more, and throws a draft away."""
    by, at = asked(request)
    if version.valid is not None:
        return redirect("admin:reports_formversion_change", version.pk)
    if request.method == "POST":
        form = Form.objects.get(pk=version.form_id)
        designing.discard_draft(version, by=by, at=at)
        _done(request, form, _("The draft was thrown away."))
        if Form.objects.filter(pk=form.pk).exists():
            return redirect("admin:reports_form_change", form.pk)
        return redirect("admin:reports_form_changelist")
    context = {**shown, "title": _("Throw the draft away"), "version": version}
    return TemplateResponse(request, "designer/discard.html", context)


def copy(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """Begins the next version with all that this one says."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    by, at = asked(request)
    draft = designing.new_version(version.form, copy_of=version, by=by, at=at)
    _done(request, draft.form, _("This is the draft of version %(number)d.") % {"number": draft.number})
    return redirect("admin:reports_formversion_change", draft.pk)


def compare(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """In what two versions of the form differ; beside the one before, unless another is asked for."""
    others = list(version.form.versions.exclude(pk=version.pk).order_by("-number"))
    chosen = request.GET.get("with", "")
    other = next((one for one in others if str(one.pk) == chosen), None)
    other = other or next((one for one in others if one.number < version.number), others[0] if others else None)
    names = dict(Indicator.objects.values_list("code", "name"))
    found = differences(designing.design_of(other), designing.design_of(version), names) if other else []
    context = {
        **shown,
        "title": _("Differences of two versions"),
        "version": version,
        "other": other,
        "others": others,
        "differences": found,
    }
    return TemplateResponse(request, "designer/compare.html", context)


def file(request: Any, version: FormVersion, shown: dict[str, Any]) -> HttpResponse:
    """The version as the file it can be taken in from."""
    answer = HttpResponse(
        json.dumps(regimes.export_form(version), ensure_ascii=False, indent=2) + "\n", content_type="application/json"
    )
    name = f"{version.form.code}-{version.number}.json".replace('"', "")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class FileForm(forms.Form):
    """A form's file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A file that this portal has written (.json). It becomes a draft, and asks nothing yet."
        ),
    )

    def clean_file(self) -> dict[str, Any]:
        """What the file holds."""
        sent = self.cleaned_data["file"]
        if sent.size > LONGEST_FILE:
            raise ValidationError(_("This file is too large to be a form."))
        try:
            held: dict[str, Any] = json.loads(sent.read().decode())
        except ValueError as error:
            raise ValidationError(_("This file cannot be read: it is no JSON file.")) from error
        return held


def take_in(request: Any, shown: dict[str, Any]) -> HttpResponse:
    """Takes a form in from its file, as a draft."""
    by, at = asked(request)
    posting = request.method == "POST"
    form = FileForm(request.POST if posting else None, request.FILES if posting else None, label_suffix="")
    if form.is_valid():
        try:
            draft = designing.import_draft(form.cleaned_data["file"], by=by, at=at)
            _done(request, draft.form, _("This is the draft of version %(number)d.") % {"number": draft.number})
            return redirect("admin:reports_formversion_change", draft.pk)
        except ValidationError as error:
            form.add_error("file", error.messages)
    context = {**shown, "title": _("Take a form in from a file"), "form": form}
    return TemplateResponse(request, "designer/take_in.html", context)


PAGES = {
    "trial": trial,
    "part": part,
    "force": force,
    "retire": retire,
    "discard": discard,
    "copy": copy,
    "compare": compare,
    "file": file,
}
"""The pages of one version beside its own, by the last word of their address."""
