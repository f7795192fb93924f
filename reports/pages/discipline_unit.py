"""The record of a unit over twelve months: how its reports stood, its lapses, and what was proposed and decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports import labels, record
from reports.actions.discipline import proposing
from reports.calendars import ZONE, due_day
from reports.labels.discipline import LAPSE_KINDS
from reports.lapses import standing_as_of
from reports.models import CalendarDay, Lapse, Proposal, Report, StandingList
from reports.pages.discipline_course import Told, told
from reports.pages.discipline_forms import Asked, DecideForm, ProposeForm, SendForm
from reports.pages.parts import STANDING_SIGNS
from reports.pages.place import line_above
from reports.standing import Stand, Standing

MONTHS = 12
DONE = {
    "propose": gettext_lazy("The proposal was drafted. Download it, have it signed, and enter its number and date."),
    "send": gettext_lazy("The document was entered: the proposal is on its way to the Chair."),
    "decide": gettext_lazy("The Chair's decision was recorded."),
}


@dataclass(frozen=True)
class Mark:
    """How one report stood, in a cell of the year."""

    report: int
    stand: Stand
    period: str

    @property
    def tone(self) -> str:
        return STANDING_SIGNS[self.stand.standing][0]

    @property
    def icon(self) -> str:
        return STANDING_SIGNS[self.stand.standing][1]

    @property
    def words(self) -> str:
        return f"{labels.period_name(self.period)}: {labels.stand_words(self.stand)}"

    @property
    def days(self) -> int | None:
        """How many working days it was late, or is."""
        return self.stand.days if self.stand.standing in (Standing.LATE, Standing.MISSING) else None


@dataclass(frozen=True)
class Offered:
    """A lapse of an issued list that a proposal can rest on, with the box that is ticked for it."""

    told: Told
    box: Any


@dataclass(frozen=True)
class Proposed:
    """A proposal with the form that takes it a step on, for an inspector."""

    proposal: Proposal
    form: Asked | None


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """The record, for those who may read it; posted to, an inspector proposes, or says what became of a proposal."""
    at = request.at
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    inspects = request.user.holds(Role.INSPECTOR, at)
    columns = _months(at)
    since = datetime.combine(columns[-1], time(), ZONE)
    lapses = told(Lapse.objects.visible_to(request.user, at).filter(unit=unit, due__gt=since), at)
    reports = Report.objects.visible_to(request.user, at).filter(unit=unit)
    lines = _lines(reports.filter(deadline__gt=since, deadline__lte=at + timedelta(days=31)), columns, at)
    if not (lines or lapses or reports.exists() or _is_own(unit, request)):
        raise Http404("no record of this unit may be read")
    ready = _ready(lapses) if inspects else []
    forms: dict[str, Asked] = {"propose": _propose_form(ready)} if inspects else {}
    status = 200
    if request.method == "POST":
        if not inspects:
            raise PermissionDenied(_("Only an inspector proposes how to handle a unit."))
        name = request.POST.get("do", "")
        if name not in ACTS:
            raise BadRequest("`do` says what is done with a proposal.")
        form = forms[name] = _propose_form(ready, request.POST) if name == "propose" else _FORMS[name](request.POST)
        if form.is_valid() and _made(form, unit, request):
            messages.success(request, str(DONE[name]))
            return redirect(f"{request.path}#proposals")
        status = 422
    return render(
        request,
        "portal/discipline_unit.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "columns": columns,
            "since": columns[-1],
            "lines": lines,
            "lapses": lapses,
            "counting": sum(one.counts for one in lapses),
            "inspects": inspects,
            "propose": forms.get("propose"),
            "offered": _offered(ready, forms["propose"]) if inspects else [],
            "proposals": _proposals(unit, forms, request),
        },
        status=status,
    )


def _is_own(unit: Unit, request: PortalRequest) -> bool:
    return any(post.unit_id in unit.path for post in request.user.posts(request.at))


def _months(at: datetime) -> list[date]:
    """The first days of the last twelve months, the present one first: a phone shows only the first few."""
    latest = at.year * 12 + at.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(latest, latest - MONTHS, -1)]


def _lines(reports: Any, columns: Sequence[date], at: datetime) -> list[tuple[record.Named, list[list[Mark]]]]:
    """Of each form the marks of each month in which a report was due; six queries."""
    calendar = CalendarDay.objects.as_calendar()
    deadlines = dict(reports.order_by().values_list("pk", "deadline"))
    cells: dict[record.Named, dict[date, list[Mark]]] = {}
    for pk, (facts, recorded) in record.recorded(reports).items():
        month = due_day(deadlines[pk]).replace(day=1)
        mark = Mark(pk, standing_as_of(recorded, at, calendar), facts.period)
        cells.setdefault(facts.form, {}).setdefault(month, []).append(mark)
    return [
        (form, [sorted(months.get(month, []), key=lambda mark: mark.period) for month in columns])
        for form, months in sorted(cells.items(), key=lambda item: item[0].code)
    ]


def _ready(lapses: Sequence[Told]) -> list[Told]:
    """The lapses of issued lists that still count."""
    issued = set(StandingList.objects.filter(issued_at__isnull=False).values_list("month", flat=True))
    return [one for one in lapses if one.counts and one.month in issued]


def _propose_form(ready: Sequence[Told], sent: Any = None) -> ProposeForm:
    words = []
    for one in ready:
        report, kind = one.lapse.report, LAPSE_KINDS[one.lapse.kind]
        name = f"{report.form.code} · {labels.period_name(report.period.code)}"
        words.append((str(one.lapse.pk), f"{name} – {kind}"))
    return ProposeForm(sent, offered=words)


def _offered(ready: Sequence[Told], form: Asked) -> list[Offered]:
    return [Offered(one, box) for one, box in zip(ready, form["lapses"], strict=True)]


_FORMS: dict[str, type[Asked]] = {"send": SendForm, "decide": DecideForm}


def _proposals(unit: Unit, forms: dict[str, Asked], request: PortalRequest) -> list[Proposed]:
    """What was proposed of the unit, the latest first: for inspectors all of it, for others what was decided."""
    inspects = request.user.holds(Role.INSPECTOR, request.at)
    readable = Proposal.objects.readable_by(request.user, request.at).filter(unit=unit)
    rows = readable.select_related("by", "recorded_by").prefetch_related("lapses")
    if not inspects:
        return [Proposed(one, None) for one in rows]
    sent = request.POST.get("proposal", "")
    found = []
    for one in rows:
        name = "" if one.recorded_at else "decide" if one.number else "send"
        form: Asked | None = _FORMS[name](auto_id=f"id_{one.pk}_%s") if name else None
        if name and str(one.pk) == sent and name in forms:
            form = forms[name]
        found.append(Proposed(one, form))
    return found


def _made(form: Asked, unit: Unit, request: PortalRequest) -> bool:
    """Whether it was done; where the action refuses, its words stand at the form."""
    try:
        ACTS[form.name](form.cleaned_data, unit, request)
    except Refused as refusal:
        form.add_error(None, refusal.message)
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error(name if name in form.fields else None, words)
    return not form.errors


def _propose(given: dict[str, Any], unit: Unit, request: PortalRequest) -> None:
    chosen = list(Lapse.objects.filter(pk__in=given["lapses"], unit=unit))
    proposing.propose(unit, chosen, measure=given["measure"], reason=given["reason"], by=request.user, at=request.at)


def _send(given: dict[str, Any], unit: Unit, request: PortalRequest) -> None:
    proposing.send(_proposal(unit, request), number=given["number"], day=given["day"], by=request.user, at=request.at)


def _decide(given: dict[str, Any], unit: Unit, request: PortalRequest) -> None:
    proposing.decide(
        _proposal(unit, request),
        measure=given["measure"],
        number=given["number"],
        day=given["day"],
        by=request.user,
        at=request.at,
    )


def _proposal(unit: Unit, request: PortalRequest) -> Proposal:
    key = request.POST.get("proposal", "")
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise BadRequest("A proposal is named by its key.")
    return get_object_or_404(Proposal, unit=unit, pk=int(key))


ACTS: dict[str, Callable[[dict[str, Any], Unit, PortalRequest], None]] = {
    "propose": _propose,
    "send": _send,
    "decide": _decide,
}
