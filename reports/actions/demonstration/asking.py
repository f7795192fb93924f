"""Has the reports of a demonstration ask of others what their tables of tasks ask, and has most of it answered."""

from collections.abc import Iterable
from datetime import datetime
from random import Random

from accounts.roles import Role
from reports import content
from reports.actions import requests
from reports.actions.demonstration.lives import Life, People
from reports.calendars import WorkingCalendar
from reports.illustration import sentences, working_hours_after
from reports.models import Report, Request
from reports.progress import Column, column_of

ANSWERED = 0.7
"""The share of requests that are answered, within three weeks."""


def ask(lives: Iterable[Life], people: People, random: Random, calendar: WorkingCalendar, *, at: datetime) -> None:
    """Ask by the portal's own actions what filed reports ask, and answer up to `at`; one by one, as it is little."""
    for life in lives:
        if life.frozen and any(cell.row and column_of(cell.item) == Column.REQUEST for cell in life.answers):
            report = Report.objects.select_related("unit", "period", "form", "version").get(pk=life.report.pk)
            requests.ask(content.Reading(report), at=life.frozen[-1])
            for request in Request.objects.filter(report=report).select_related("addressee"):
                answered = working_hours_after(life.frozen[-1], random.randint(3, 15), random, calendar)
                if answered <= at and random.random() < ANSWERED:
                    by = people[Role.APPROVER, request.addressee.code].user
                    requests.answer(request, random.choice(sentences.ANSWERS), by=by, at=answered)
