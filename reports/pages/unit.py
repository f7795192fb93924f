"""One unit: its people, the forms it owes, its record."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.labels import ROLES
from accounts.models import Appointment, Unit, User
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports import expectations
from reports.models import CalendarDay, Report
from reports.pages import address
from reports.pages.listing import stand_of
from reports.pages.place import line_above
from reports.pages.spans import YEAR
from reports.standing import Stand

ORDER = list(Role)


@dataclass(frozen=True)
class Answer:
    """A report of the record, with how it stands against its deadline now."""

    report: Report
    stand: Stand


def show(request: PortalRequest, pk: int) -> HttpResponse:
    """The profile of a unit, for everybody signed in; its record for those who may read its reports."""
    at = request.at
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    text = address.text(request, "q")
    record = _record(unit, request)
    children = Unit.objects.filter(parent=unit).in_force(at.date())
    return render(
        request,
        "portal/unit.html",
        {
            "unit": unit,
            "line": line_above(unit),
            "in_force": at.date() in unit.valid,
            "last_day": unit.valid.upper - timedelta(days=1) if unit.valid.upper else None,
            "people": _people(unit, request),
            "owed": expectations.asked_of(unit, at.date())
            .select_related("version__form", "version__basis")
            .order_by("version__form__code"),
            "record": record,
            "figures_open": bool(record) or any(unit.pk in post.path for post in request.user.posts(at)),
            "asked": text,
            "children": list(children.matching(text) if text else children),
        },
    )


def _people(unit: Unit, request: PortalRequest) -> list[tuple[User, list[str]]]:
    """Those appointed here now with their roles, the roles in the order of the table of roles."""
    held = Appointment.objects.filter(unit=unit).in_force(request.at).select_related("user")
    people: dict[int, tuple[User, list[Role]]] = {}
    for one in sorted(held, key=lambda one: (ORDER.index(Role(one.role)), one.user.sort_key)):
        people.setdefault(one.user_id, (one.user, []))[1].append(Role(one.role))
    return [(user, [str(ROLES[role]) for role in roles]) for user, roles in people.values()]


def _record(unit: Unit, request: PortalRequest) -> list[Answer]:
    """The unit's reports of the last periods that the person may read, latest first."""
    reports = Report.objects.visible_to(request.user, request.at).filter(unit=unit)
    latest = list(reports.with_names().order_by("-period__last_day", "form__code")[:YEAR])
    if not latest:
        return []
    calendar = CalendarDay.objects.as_calendar()
    return [Answer(one, stand_of(one, request.at, calendar)) for one in latest]
