"""Checking or approving many reports in one act: first what follows from it, then what became of each."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from accounts.requests import PortalRequest
from reports.actions import moving
from reports.actions.moving import Moved
from reports.models import Item, Report
from reports.pages.queue import Asked
from reports.pages.review import refuse_who_reviews_nothing
from reports.workflow import IN_BULK, Action, Status

MOST = 2000
"""How many reports are taken in one act; more than the city has units of any form."""

UNKNOWN = gettext_lazy("There is no such report, or you may no longer see it.")


@dataclass(frozen=True)
class Failure:
    """A report to which it could not be done, and why."""

    report: Report | None
    words: str


def make(request: PortalRequest) -> HttpResponse:
    """Ask whether to do it, in a dialog where a script asks; once confirmed do it, and say what became of it."""
    refuse_who_reviews_nothing(request)
    if request.method != "POST":
        return redirect("review")
    action = action_of(request.POST.get("action", ""))
    edits = edits_of(request.POST.getlist(action))
    seen: dict[str, Any] = {"action": action.value, "place": Asked.of(request).query, "count": len(edits)}
    if not edits or "confirmed" not in request.POST:
        seen |= consequence(edits, request)
        template = "portal/review_ask.html" if request.htmx else "portal/review_asked.html"
        return render(request, template, seen)
    named = visible(edits, request)
    moved = moving.move_all({pk: edits[pk] for pk in named}, action, by=request.user, at=request.at)
    return render(request, "portal/review_made.html", seen | made(moved, named, edits))


def action_of(text: str) -> Action:
    """What is to be done."""
    if text not in IN_BULK:
        raise BadRequest("Only checking and approving can be done to many reports at once.")
    return Action(text)


def edits_of(fields: list[str]) -> dict[int, int]:
    """The edits seen, by the report's key, from fields such as "12:3" or "12:3 15:1"."""
    pairs = [pair.partition(":") for one in fields for pair in one.split()]
    try:
        edits = {int(pk[:18]): int(edit[:9]) for pk, _colon, edit in pairs}
    except ValueError as error:
        raise BadRequest("A report is named with the edit that was seen.") from error
    if len(edits) > MOST:
        raise BadRequest(f"At most {MOST} reports are taken at once.")
    return edits


def visible(edits: dict[int, int], request: PortalRequest) -> dict[int, Report]:
    """Those of the reports that the person may read, with their names."""
    return Report.objects.visible_to(request.user, request.at).with_names().defer("current__snapshot").in_bulk(edits)


def consequence(edits: dict[int, int], request: PortalRequest) -> dict[str, Any]:
    """What follows from approving these: whose figures, which, and how much of the form's units is then confirmed."""
    named = visible(edits, request)
    if not named:
        return {"reports": []}
    one = next(iter(named.values()))
    same = Report.objects.filter(form=one.form_id, period=one.period_id).exclude(status=Status.EXEMPT)
    counted = same.aggregate(
        expected=Count("pk"),
        submitted=Count("pk", filter=Q(received_at__isnull=False)),
        before=Count("pk", filter=Q(approved__isnull=False)),
        added=Count("pk", filter=Q(approved=None, pk__in=named)),
    )
    items = Item.objects.filter(version=one.version_id, indicator__isnull=False, detail=False)
    return {
        "reports": list(named.values()),
        "one": one,
        "figures": [item.name for item in items.select_related("indicator").order_by("position")],
        "after": counted["before"] + counted["added"],
        **counted,
        "seen": " ".join(f"{pk}:{edits[pk]}" for pk in named),
    }


def made(moved: Moved, named: dict[int, Report], edits: dict[int, int]) -> dict[str, Any]:
    """What became of it: how many, and each failure with its unit."""
    failures = [Failure(named[pk], words) for pk, words in moved.refused.items()]
    failures.sort(key=lambda failure: failure.report.unit.sort_key if failure.report else "")
    gone = len(edits) - len(named)
    return {
        "done": [named[step.report_id] for step in moved.steps],
        "failures": [*failures, *([Failure(None, str(UNKNOWN))] * gone)],
    }
