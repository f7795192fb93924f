"""Who fills in which part of a report, and which parts are done: the panel of a draft, and what it sends."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Level
from reports import content
from reports.actions import parts
from reports.models import Part, PartDone, Report, Section
from reports.terms import Terms
from reports.workflow import OWED, Status


@dataclass(frozen=True)
class Share:
    """A section of the report, who has it, and whether it is done."""

    section: Section
    part: Part | None
    done: PartDone | None
    mine: bool


@dataclass(frozen=True)
class Panel:
    """The parts of a report that its unit still owes, as its own people see them."""

    shares: list[Share]
    may_assign: bool
    is_draft: bool

    @property
    def given(self) -> list[Share]:
        return [share for share in self.shares if share.part]

    @property
    def done(self) -> int:
        return sum(share.done is not None for share in self.given)

    @property
    def unfinished(self) -> list[Share]:
        return [share for share in self.given if share.done is None]


def panel(
    report: Report, sections: Sequence[Section], fillable: frozenset[int] | None, request: PortalRequest
) -> Panel | None:
    """The parts of a report, for its unit's own people while it is owed; None where there is nothing to see or give.

    `sections` are those that the report asks, `fillable` those that the person fills in. One query, one more where
    parts are given.
    """
    user, at = request.user, request.at
    if report.status not in OWED or not content.is_own(report, by=user, at=at):
        return None
    given = Part.objects.filter(section__in=sections, unit=report.unit_id).select_related("person", "division")
    by_section = {part.section_id: part for part in given}
    is_draft = report.status == Status.DRAFT
    may_assign = is_draft and len(sections) > 1 and parts.may_assign(report.unit_id, by=user, at=at)
    if not by_section and not may_assign:
        return None
    finished = PartDone.objects.filter(report=report).select_related("by") if by_section else ()
    done = {one.section_id: one for one in finished}
    shares = [
        Share(one, by_section.get(one.pk), done.get(one.pk), fillable is None or one.pk in fillable) for one in sections
    ]
    return Panel(shares, may_assign, is_draft)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """The page on which parts are given; posted to, a part is given or taken back, or is `done` or not."""
    report = get_object_or_404(Report.objects.visible_to(request.user, request.at).with_names(), pk=pk)
    if request.method != "POST":
        return _page(report, request)
    sent, user, at = request.POST, request.user, request.at
    section = Section.objects.filter(position=_key(sent.get("section", "")), version=report.version_id).first()
    if section is None or sent.get("do") not in ("assign", "done", "undone"):
        raise BadRequest("A part is a section of the report's form by its position, to be assigned, done or undone.")
    try:
        match sent["do"]:
            case "assign":
                _assign(report, section, sent.get("assignee", ""), request)
            case "done":
                parts.mark_done(report, section, by=user, at=at)
                messages.success(request, _("The part “%(part)s” is marked as done.") % {"part": section.title})
            case _:
                parts.mark_undone(report, section, by=user, at=at)
                messages.success(request, _("The part “%(part)s” is open again.") % {"part": section.title})
    except Refused as refusal:
        messages.error(request, refusal.message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("report-parts" if sent["do"] == "assign" else "report", pk)


def _page(report: Report, request: PortalRequest) -> HttpResponse:
    """Every section with whom it can be given to; for the reporters and heads of the unit, while it is a draft."""
    at = request.at
    sections = [section for section, _items in Terms.of(report).sections]
    seen = panel(report, sections, None, request)
    if seen is None or not seen.may_assign:
        raise PermissionDenied(_("Only the reporters and heads of the unit say who fills in its parts."))
    return render(
        request,
        "portal/parts.html",
        {
            "report": report,
            "parts": seen,
            "people": User.objects.filter(pk__in=parts.people_of(report.unit, at).values("user")),
            "divisions": Unit.objects.in_force(at.date()).filter(parent=report.unit_id, level=Level.DIVISION),
        },
    )


def _assign(report: Report, section: Section, assignee: str, request: PortalRequest) -> None:
    user, at = request.user, request.at
    kind, _colon, key = assignee.partition(":")
    if not assignee:
        part = Part.objects.select_related("unit").filter(section=section, unit=report.unit_id).first()
        if part:
            parts.unassign_part(part, by=user, at=at)
        elif not parts.may_assign(report.unit_id, by=user, at=at):
            raise PermissionDenied
        messages.success(
            request, _("The part “%(part)s” is filled in by the unit's reporters.") % {"part": section.title}
        )
        return
    person = User.objects.filter(pk=_key(key)).first() if kind == "person" else None
    division = Unit.objects.filter(pk=_key(key)).first() if kind == "division" else None
    part = parts.assign_part(section, report.unit, person=person, division=division, by=user, at=at)
    words = _("The part “%(part)s” was given to %(assignee)s.")
    messages.success(request, words % {"part": section.title, "assignee": part.person or part.division})


def warn_of_unfinished(request: PortalRequest, report: Report) -> None:
    """Say which parts are not done in a report that has just been handed up or submitted; it is not kept back."""
    left = parts.unfinished(report)
    if left:
        words = ngettext(
            "The report went on although %(count)d part was not marked as done: %(parts)s.",
            "The report went on although %(count)d parts were not marked as done: %(parts)s.",
            len(left),
        )
        messages.warning(request, words % {"count": len(left), "parts": "; ".join(str(part.section) for part in left)})


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
