"""One lapse: whose, of what, in whose hands the time passed, what was said of it, and what this person may say now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.labels import CAPACITIES
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from reports.actions.discipline import explaining, listing, ruling
from reports.exchange import files as outgoing
from reports.filetypes import LARGEST
from reports.labels.discipline import LAPSE_CAUSES
from reports.models import CalendarDay, Explanation, Lapse, Objection, Report, StandingList, Step
from reports.pages import hands
from reports.pages.discipline_course import Told, told
from reports.pages.discipline_forms import AnswerForm, Asked, ExplainForm, ObjectForm, RuleForm
from reports.pages.parts import instant_words

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DONE = {
    "explain": gettext_lazy("The explanation was recorded. The owner of the form decides on it next."),
    "rule": gettext_lazy("The decision was recorded, and the unit is told."),
    "object": gettext_lazy("The objection was recorded. An inspector answers it before the list is issued."),
    "answer": gettext_lazy("The answer was recorded, and the unit reads it here."),
}
FORMS = {form.name: form for form in (ExplainForm, RuleForm, ObjectForm, AnswerForm)}


@dataclass(frozen=True)
class Event:
    """One point of the course of a lapse."""

    at: datetime
    tone: str
    title: "str | StrPromise"
    by: str = ""
    text: str = ""
    note: "str | StrPromise" = ""
    evidence: Explanation | None = None


@dataclass
class Asking:
    """The forms that this person may use now, by name; the one that was sent keeps what was typed."""

    told: Told
    objection: Objection | None
    standing_list: StandingList | None
    forms: dict[str, Asked] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """The lapse; posted to, `do` says what: explain, rule, object or answer. What is refused is said at its field."""
    (one,) = told(Lapse.objects.filter(pk=_readable(request, pk).pk), request.at)
    asking = _asking(one, request)
    status = 200
    if request.method == "POST":
        name = request.POST.get("do", "")
        if name not in FORMS:
            raise BadRequest("`do` says what is done with a lapse.")
        if name not in asking.forms:
            raise PermissionDenied(_("This is not for you to do now."))
        form = asking.forms[name] = FORMS[name](request.POST, request.FILES)
        if form.is_valid() and _made(form, asking, request):
            messages.success(request, str(DONE[name]))
            return redirect("lapse", pk)
        status = 422
    report = one.lapse.report
    steps = list(Step.objects.filter(report=report).order_by("-seq"))
    working = CalendarDay.objects.as_calendar()
    full = Report.objects.select_related("version", "period", "unit").get(pk=report.pk)
    return render(
        request,
        "portal/discipline_lapse.html",
        {
            "one": one,
            "lapse": one.lapse,
            "report": report,
            "report_open": Report.objects.visible_to(request.user, request.at).filter(pk=report.pk).exists(),
            "held": hands.of_report(full, steps, request.at, working),
            "received_at": full.received_at,
            "events": events(one),
            "asking": asking,
            "forms": asking.forms,
        },
        status=status,
    )


def _readable(request: PortalRequest, pk: int) -> Lapse:
    return get_object_or_404(Lapse.objects.visible_to(request.user, request.at), pk=pk)


def _asking(one: Told, request: PortalRequest) -> Asking:
    """Which forms this person may use now; each is asked of the action that it leads to."""
    user, at, lapse = request.user, request.at, one.lapse
    objection = next((each for each in one.objections if each.answered_at is None), None)
    standing_list = StandingList.objects.filter(month=one.month).first()
    asking = Asking(one, objection, standing_list)
    allowed = {
        "explain": explaining.may_explain(lapse, by=user, at=at),
        "rule": ruling.may_rule(lapse, by=user, at=at),
        "object": (
            standing_list is not None
            and objection is None
            and one.counts
            and listing.may_object(standing_list, lapse, by=user, at=at)
        ),
        "answer": objection is not None and listing.may_answer(objection, by=user, at=at),
    }
    asking.forms = {name: FORMS[name]() for name, allows in allowed.items() if allows}
    return asking


def _made(form: Asked, asking: Asking, request: PortalRequest) -> bool:
    """Whether it was done; where the action refuses, its words stand at the form."""
    try:
        ACTS[form.name](form.cleaned_data, asking, request)
    except Refused as refusal:
        form.add_error(None, refusal.message)
    except PermissionDenied as denied:
        form.add_error(None, str(denied))
    except ValidationError as error:
        said = error.message_dict if hasattr(error, "error_dict") else {"file": error.messages}
        for name, words in said.items():
            form.add_error(name if name in form.fields else None, words)
    return not form.errors


def _explain(given: dict[str, Any], asking: Asking, request: PortalRequest) -> None:
    sent = given["file"]
    file = (sent.name, sent.read(LARGEST + 1)) if sent else None
    explaining.explain(
        asking.told.lapse, cause=given["cause"], text=given["text"], file=file, by=request.user, at=request.at
    )


def _rule(given: dict[str, Any], asking: Asking, request: PortalRequest) -> None:
    ruling.rule(
        asking.told.lapse, excused=given["excused"] == "yes", reason=given["reason"], by=request.user, at=request.at
    )


def _object(given: dict[str, Any], asking: Asking, request: PortalRequest) -> None:
    if asking.standing_list:
        listing.object_to(asking.standing_list, asking.told.lapse, text=given["text"], by=request.user, at=request.at)


def _answer(given: dict[str, Any], asking: Asking, request: PortalRequest) -> None:
    if asking.objection:
        listing.answer(
            asking.objection,
            upheld=given["upheld"] == "yes",
            answer=given["answer"],
            by=request.user,
            at=request.at,
        )


ACTS: dict[str, Callable[[dict[str, Any], Asking, PortalRequest], None]] = {
    "explain": _explain,
    "rule": _rule,
    "object": _object,
    "answer": _answer,
}


def events(one: Told) -> list[Event]:
    """The course of a lapse, oldest first."""
    lapse = one.lapse
    found = [Event(lapse.recorded_at, "bad", _("Recorded by the portal"))]
    if lapse.asked_at and lapse.explain_by:
        found.append(Event(lapse.asked_at, "soon", _("Explanation asked for"), note=_until(lapse.explain_by)))
    for said in one.explanations:
        late = lapse.explain_by is not None and said.at > lapse.explain_by
        found.append(
            Event(
                said.at,
                "soon" if late else "",
                _("Explained after the term") if late else _("Explained"),
                f"{said.by}, {CAPACITIES[said.capacity]}",
                said.text,
                LAPSE_CAUSES[said.cause],
                said if said.sha256 else None,
            )
        )
    for given in one.rulings:
        title = _("Excused by the owner of the form") if given.excused else _("Not excused by the owner of the form")
        found.append(Event(given.at, "good" if given.excused else "bad", title, str(given.by), given.reason))
    for objection in one.objections:
        found.append(Event(objection.at, "soon", _("Facts contested by the unit"), str(objection.by), objection.text))
        if objection.answered_at:
            title = _("Objection upheld, the lapse is set aside") if objection.upheld else _("Objection not upheld")
            tone = "good" if objection.upheld else "bad"
            found.append(Event(objection.answered_at, tone, title, str(objection.answered_by), objection.answer))
    return sorted(found, key=lambda event: event.at)


def _until(instant: datetime) -> str:
    return _("until %(instant)s") % {"instant": instant_words(instant)}


@require_safe
def send(request: PortalRequest, pk: int, explanation: int) -> FileResponse:
    """The evidence of one explanation, to be saved."""
    lapse = _readable(request, pk)
    kept = Explanation.objects.filter(lapse=lapse).exclude(sha256="")
    return outgoing.sent(get_object_or_404(kept, pk=explanation))
