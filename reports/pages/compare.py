"""Two revisions of a report beside one another, with the remarks and the steps between them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import PortalRequest
from reports import content, reviews
from reports.actions import moving, reviewing
from reports.models import Report, Revision, Step
from reports.pages import report as screen
from reports.pages.differing import rows_of


@require_safe
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """Two revisions by their numbers, `from` and `to`; by default the latest that one may read and the one before it.

    A revision that the person may not read does not exist for them.
    """
    report = screen.get(request, pk)
    user, at = request.user, request.at
    revisions = reviews.revisions_of(report, by=user, at=at)
    seen = {"report": report, "revisions": revisions, "own": content.is_own(report, by=user, at=at)}
    try:
        pair = reviews.pair_of(revisions, _number(request, "from"), _number(request, "to"))
    except LookupError as error:
        raise Http404("no such revision that may be read") from error
    if pair:
        before, after = pair
        reading = content.Reading(report, after.pk)
        may_remark = reviewing.may_remark(moving.moves_open(report, by=user, at=at))
        said = reviews.remarks_of(report, by=user, at=at, reviews=may_remark)
        between = [one for one in said if one.is_sent and before.number <= one.remark.revision.number < after.number]
        rows = rows_of(reviews.compared(reading, before.pk), between, reading.terms)
        seen |= {
            "before": before,
            "after": after,
            "rows": rows,
            "differing": sum(row.differs for row in rows),
            "steps": _steps_between(report, before, after),
        }
    return render(request, "portal/compare.html", seen)


def _number(request: PortalRequest, name: str) -> int | None:
    """The number of a revision that is asked for by that name."""
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Http404("no revision has such a number")
    return int(text) if text else None


def _steps_between(report: Report, before: Revision, after: Revision) -> list[Step]:
    """The steps after the earlier revision was submitted, up to the submission of the later one."""
    named = report.steps.select_related("by", "revision").defer("revision__snapshot").order_by("seq")
    steps = list(named.filter(revision__number__gte=before.number, revision__number__lte=after.number))
    since = max((step.seq for step in steps if step.is_receipt and step.revision_id == before.pk), default=0)
    until = max((step.seq for step in steps if step.is_receipt and step.revision_id == after.pk), default=since)
    return [step for step in steps if since < step.seq and (step.seq <= until or after.frozen_at is None)]
