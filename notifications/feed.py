"""A person's deadlines as an iCalendar (RFC 5545): a day in the calendar for each report that their units owe."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration
from icalendar.enums import TRANSP

from accounts.models import User
from reports.calendars import ZONE, due_day
from reports.labels import deadline_words, period_name, window_words
from reports.models import Report
from reports.querysets import units_of
from reports.workflow import FILLERS, Status

BACK = timedelta(days=31)
AHEAD = timedelta(days=366)
ASKED_EVERY = timedelta(hours=1)
"""How often a calendar program may ask again."""


def written(person: User, *, at: datetime) -> bytes:
    """The calendar of this person: deadlines of the last month, and of the year to come as far as they are known.

    The same deadlines give the same bytes.
    """
    calendar = Calendar.new(
        uid=_named(f"deadlines-{person.pk}"),
        name=_("Report deadlines – %(person)s") % {"person": person.full_name},
        prodid="-//dxportal//deadlines//VI",
        refresh_interval=ASKED_EVERY,
        subcomponents=[_day_of(report) for report in deadlines(person, at=at)],
    )
    calendar.add("X-PUBLISHED-TTL", vDuration(ASKED_EVERY))  # what programs older than RFC 7986 look for
    return bytes(calendar.to_ical())


def deadlines(person: User, *, at: datetime) -> Iterable[Report]:
    """The reports of the units for which this person files or signs, with how often and when their deadline moved."""
    return (
        Report.objects.filter(unit__in=units_of(person.posts(at), *FILLERS))
        .filter(deadline__gt=at - BACK, deadline__lte=at + AHEAD)
        .exclude(status=Status.EXEMPT)
        .select_related("unit", "form", "version", "period")
        .annotate(moved=Count("deadline_changes"), moved_at=Max("deadline_changes__recorded_at"))
        .order_by("deadline", "pk")
    )


def _day_of(report: Report) -> Event:
    """A whole day, as 24:00 of a day is another day's beginning to a calendar; its hour stands in words.

    The number of its sequence grows with each move of the deadline, so that programs take the later day.
    """
    day, address = due_day(report.deadline), urljoin(settings.PORTAL_ADDRESS, reverse("report", args=[report.pk]))
    said = {
        "what": f"{report.form.code} {period_name(report.period.code)}, {report.unit.name}",
        "title": report.version.title,
        "window": window_words(report.period.first_day, report.period.last_day),
        "deadline": deadline_words(report.deadline),
    }
    summary = _("Received: %(what)s") if report.received_at else _("Due: %(what)s")
    lines = (_("%(title)s, data of %(window)s.") % said, _("Deadline: %(deadline)s.") % said, address)
    begun = datetime.combine(report.period.first_day, time(), ZONE)
    changed = (begun, report.moved_at, report.received_at)  # type: ignore[attr-defined]
    return Event.new(
        uid=_named(f"report-{report.pk}"),
        stamp=max(instant for instant in changed if instant is not None),
        sequence=report.moved + (report.received_at is not None),  # type: ignore[attr-defined]
        start=day,
        end=day + timedelta(days=1),
        summary=summary % said,
        description="\n".join(lines),
        url=address,
        transparency=TRANSP.TRANSPARENT,
    )


def _named(thing: str) -> str:
    """A name that is the portal's own in the whole world, and the same tomorrow."""
    return f"{thing}@{urlsplit(settings.PORTAL_ADDRESS).hostname}"
