"""Composes the e-mail of a notice: what is owed, until when, what happens otherwise, and the way there."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import cast
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.labels import ROLES
from notifications.models import Notice
from reports.calendars import WorkingCalendar
from reports.labels import STATUSES, deadline_words, period_name, stand_words, window_words
from reports.models import Report
from reports.standing import Stand, Standing, standing
from reports.workflow import Status


def letter(notice: Notice, *, at: datetime, calendar: WorkingCalendar) -> EmailMultiAlternatives:
    """The e-mail of a notice as true at that instant, in text and HTML.

    Its Message-ID is the same for every attempt, so that a mailbox can tell a repeated message.
    """
    report, person = cast(Report, notice.report), notice.person
    stand = standing(report.deadline, None, at, calendar)
    shown = {
        "person": person,
        "roles": ", ".join(str(ROLES[post.role]) for post in person.posts(at) if post.unit_id == report.unit_id),
        "report": report,
        "period": period_name(report.period.code),
        "window": window_words(report.period.first_day, report.period.last_day),
        "deadline": deadline_words(report.deadline),
        "status": STATUSES[report.status],
        "waits_for_signature": report.status == Status.TO_SIGN,
        "moved": notice.rung is None,
        "overdue": stand.standing is Standing.MISSING,
        "due_today": _is_due_today(stand),
        "stand": _inside_a_sentence(stand_words(stand)),
        "opens_on": report.period.last_day + timedelta(days=1) if at.date() <= report.period.last_day else None,
        "address": urljoin(settings.PORTAL_ADDRESS, reverse("report", args=[report.pk])),
        "inbox": urljoin(settings.PORTAL_ADDRESS, reverse("inbox")),
    }
    message = EmailMultiAlternatives(
        subject=_subject(notice, stand),
        body=render_to_string("notifications/email/rung.txt", shown),
        to=[person.email],
        headers={
            "Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.PORTAL_ADDRESS).hostname}>",
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("notifications/email/rung.html", shown), "text/html")
    return message


def _subject(notice: Notice, stand: Stand) -> str:
    """One line, whatever the names hold."""
    report = cast(Report, notice.report)
    if notice.rung is None:
        words = _("[%(form)s] New deadline: the report of %(period)s, %(unit)s – until %(deadline)s")
    elif stand.standing is Standing.MISSING:
        words = _("[%(form)s] Overdue: the report of %(period)s, %(unit)s – was due at %(deadline)s")
    elif _is_due_today(stand):
        words = _("[%(form)s] Due today: the report of %(period)s, %(unit)s – until %(deadline)s")
    else:
        words = _("[%(form)s] Reminder of the report of %(period)s, %(unit)s – until %(deadline)s")
    facts = {
        "form": report.form.code,
        "period": _inside_a_sentence(period_name(report.period.code)),
        "unit": report.unit.name,
        "deadline": deadline_words(report.deadline),
    }
    return " ".join((words % facts).split())


def _is_due_today(stand: Stand) -> bool:
    return stand.standing is Standing.DUE_SOON and stand.days == 0


def _inside_a_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
