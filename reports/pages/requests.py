"""What units ask of one another in their reports on tasks: the list, and one request with its answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.labels import LEVELS
from accounts.models import Unit
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import labels
from reports.actions import requests
from reports.models import Report, Request
from reports.pages import address, downloads
from reports.pages.listing import PAGE, page_number, pager
from reports.querysets import ANSWERERS, RequestQuerySet


class State(StrEnum):
    """Where a request stands; each is a tab of the list."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


STATES = {
    State.OPEN: (gettext_lazy("Waiting for an answer"), Q(answered_at=None, withdrawn_at=None)),
    State.ANSWERED: (gettext_lazy("Answered"), Q(answered_at__isnull=False)),
    State.WITHDRAWN: (gettext_lazy("Withdrawn"), Q(withdrawn_at__isnull=False)),
}
SIDES = {
    "to": gettext_lazy("Addressed to my unit"),
    "from": gettext_lazy("Of the units whose reports I read"),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it asks in vain is left out."""

    side: str = ""
    state: str = ""
    q: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The known parts of the address's query."""
        given = {one.name: address.text(request, one.name) for one in fields(cls)}
        for name, known in (("side", SIDES), ("state", STATES)):
            given[name] = given[name] if given[name] in known else ""
        return cls(**given)

    def of_requests(self, request: PortalRequest) -> RequestQuerySet:
        """The requests that are asked for, in whatever state."""
        user, at = request.user, request.at
        found = Request.objects.readable_by(user, at)
        if self.side:
            ours = Request.objects.addressed_to(user, at).order_by().values("pk")
            found = found.filter(pk__in=ours) if self.side == "to" else found.exclude(pk__in=ours)
        if self.q:
            units = Unit.objects.matching(self.q).order_by().values("pk")
            found = found.filter(
                Q(report__unit__in=units)
                | Q(addressee__in=units)
                | Q(task__code__icontains=self.q)
                | Q(task__title__icontains=self.q)
                | Q(text__icontains=self.q)
            )
        return found


def show(request: PortalRequest) -> HttpResponseBase:
    """The list of one state, oldest first; alone where a script asks for it, as a file with `?export=csv`."""
    wanted = Wanted.of(request)
    found = wanted.of_requests(request)
    counts = found.order_by().aggregate(
        **{state.value: Count("pk", filter=held) for state, (_, held) in STATES.items()}
    )
    state = State(wanted.state) if wanted.state else next((one for one in State if counts[one]), State.OPEN)
    listed = found.filter(STATES[state][1]).with_names()
    if request.GET.get("export") == "csv":
        return downloads.csv(f"kien-nghi-{request.at:%Y-%m-%d}", rows(listed))
    number = min(page_number(request), max(1, -(-counts[state] // PAGE)))
    seen: dict[str, Any] = {
        "wanted": wanted,
        "state": state.value,
        "tabs": [{"key": one.value, "words": STATES[one][0], "count": counts[one]} for one in State],
        "sides": SIDES.items(),
        "lines": listed[(number - 1) * PAGE : number * PAGE],
        "total": counts[state],
        "pager": pager(number, counts[state]),
    }
    alone = request.htmx and not request.htmx.history_restore_request
    response = render(request, "portal/requests_results.html" if alone else "portal/requests.html", seen)
    patch_vary_headers(response, ["HX-Request"])
    return response


def rows(listed: RequestQuerySet) -> Iterator[list[str]]:
    """The heads of the columns, then one row a request."""
    yield [
        *(_("Task"), _("Title"), _("Unit that asks"), _("Form"), _("Period"), _("Request"), _("Asked at")),
        *(_("Addressee"), _("Answer"), _("Answered by"), _("Answered at"), _("Withdrawn at")),
    ]
    for one in listed.iterator():
        yield [
            *(one.task.code, one.task.title, one.report.unit.name, one.report.form.code),
            *(labels.period_name(one.report.period.code), one.text, _written(one.asked_at), one.addressee.name),
            *(one.answer, str(one.answered_by or ""), _written(one.answered_at), _written(one.withdrawn_at)),
        ]


def _written(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}" if instant else ""


def one(request: PortalRequest, pk: int) -> HttpResponse:
    """One request; a post with `answer` answers it, one with `unit` passes it on. What is refused is shown again."""
    asked = get_object_or_404(Request.objects.readable_by(request.user, request.at).with_names(), pk=pk)
    seen: dict[str, Any] = {
        "typed": request.POST.get("answer", "").replace("\0", ""),
        "chosen": request.POST.get("unit"),
    }
    status = 200
    if request.method == "POST":
        try:
            if "unit" in request.POST:
                unit = Unit.objects.filter(pk=_key(seen["chosen"])).first()
                if unit is None:
                    raise ValidationError({"unit": _("Choose the unit that is to answer.")})
                requests.pass_on(asked, unit, by=request.user, at=request.at)
                messages.success(request, _("The request was passed on to %(unit)s.") % {"unit": unit})
                return redirect("requests")
            requests.answer(asked, seen["typed"], by=request.user, at=request.at)
            messages.success(request, _("Your answer was recorded; the unit that asked reads it beside its report."))
            return redirect("request", pk)
        except Refused as refusal:
            seen["refused"], status = refusal.message, 409
        except PermissionDenied as denied:
            seen["refused"], status = str(denied), 403
        except ValidationError as error:
            seen["wrong"], status = {name: said[0] for name, said in error.message_dict.items()}, 422
        asked = get_object_or_404(Request.objects.with_names(), pk=pk)
    may_answer = asked.is_open and requests.may_answer(asked, by=request.user, at=request.at)
    seen |= {
        "one": asked,
        "may_answer": may_answer,
        "report_open": Report.objects.visible_to(request.user, request.at).filter(pk=asked.report_id).exists(),
        "units": _units(asked, request.at) if may_answer else [],
    }
    return render(request, "portal/request.html", seen, status=status)


def _key(text: object) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _units(asked: Request, at: datetime) -> list[tuple[str, list[Unit]]]:
    """The units to which the request can be passed on, by level; one query."""
    known = Unit.objects.in_force(at.date()).filter(level__in=[Level.DEPARTMENT, Level.DISTRICT])
    units = list(known.exclude(pk__in=[asked.addressee_id, asked.report.unit_id]))
    return [
        (str(LEVELS[level]), [unit for unit in units if unit.level == level])
        for level in (Level.DEPARTMENT, Level.DISTRICT)
    ]


def waiting(request: PortalRequest, at_most: int) -> tuple[Sequence[Request], int]:
    """The oldest requests that this person is to answer, and how many there are; two queries for who answers any."""
    if not any(post.role in ANSWERERS for post in request.user.posts(request.at)):
        return [], 0
    mine = Request.objects.addressed_to(request.user, request.at).open()
    listed = list(mine.with_names()[: at_most + 1])
    return listed[:at_most], len(listed) if len(listed) <= at_most else mine.count()


def of_report(report: Report) -> Sequence[Request]:
    """What a report asks, with the answers, in the order of its tasks; one query."""
    return list(Request.objects.filter(report=report).with_names().order_by("task__code", "asked_at", "pk"))
