"""Composes the message of one or several notices: what is owed, until when, what happens otherwise, and the way there.

It says only what is still owed as it is composed. Its name is the same for every attempt, so that a mailbox or a
gateway can tell a repeated message.
"""

from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.labels import ROLES
from notifications import telling
from notifications.actions.preferring import unsubscribe_address
from notifications.actions.taking import Message
from notifications.owing import Instant, Reason
from notifications.telling import Missing, Telling


def letter(message: Message, missing: Missing, *, instant: Instant) -> EmailMultiAlternatives:
    """The e-mail of a message, in text and HTML."""
    told = _told(message, missing, instant)
    shown = {
        "person": message.person,
        "told": told,
        "single": told[0] if len(told) == 1 else None,
        "subject": _subject(message, told, instant.at),
        "why": _why(message),
        "inbox": _address(reverse("inbox")),
        "address": _address(told[0].page if len(told) == 1 else reverse("inbox")),
        "root": settings.PORTAL_ADDRESS.rstrip("/"),
        "unsubscribe": "" if message.urgent else unsubscribe_address(message.person),
    }
    headers = {
        "Message-ID": f"<{reference(message)}>",
        "Date": format_datetime(instant.at),
        "Auto-Submitted": "auto-generated",
    }
    if not message.urgent:
        headers["List-Unsubscribe"] = f"<{shown['unsubscribe']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail = EmailMultiAlternatives(
        subject=str(shown["subject"]),
        body=render_to_string("notifications/email/message.txt", shown),
        to=[message.person.email],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("notifications/email/message.html", shown), "text/html")
    return mail


def short(message: Message, missing: Missing, *, instant: Instant) -> dict[str, object]:
    """The same for the gateway: to which number, in one line, and where to read on."""
    told = _told(message, missing, instant)
    return {
        "to": message.person.phone,
        "text": _subject(message, told, instant.at),
        "address": _address(told[0].page if len(told) == 1 else reverse("inbox")),
    }


def reference(message: Message) -> str:
    """What names the message in every attempt."""
    return f"notice-{message.batch}@{urlsplit(settings.PORTAL_ADDRESS).hostname}"


def _told(message: Message, missing: Missing, instant: Instant) -> list[Telling]:
    return [
        telling.tell_now(
            one.notice,
            at=instant.at,
            calendar=instant.calendar,
            missing=missing,
            unit=message.reasons[one.notice_id].unit,
        )
        for one in message.deliveries
    ]


def _subject(message: Message, told: list[Telling], at: datetime) -> str:
    """One line, whatever the names hold."""
    if len(told) == 1:
        words = told[0].subject
    elif message.urgent:
        words = ngettext("%(count)d urgent notice", "%(count)d urgent notices", len(told)) % {"count": len(told)}
        words = f"{words}: {told[0].headline}…"
    else:
        words = ngettext("%(count)d notice of %(day)s", "%(count)d notices of %(day)s", len(told))
        words %= {"count": len(told), "day": f"{at:%d/%m/%Y}"}
    return " ".join(words.split())


def _why(message: Message) -> str:
    """In which units, and as what, the person is told this."""
    reasons = {message.reasons[one.notice_id]: None for one in message.deliveries}
    places = ", ".join(dict.fromkeys(_place(reason) for reason in reasons))
    return _("The portal sent this message by itself because you are appointed at: %(places)s.") % {"places": places}


def _place(reason: Reason) -> str:
    role = str(ROLES.get(reason.role, ""))
    return f"{reason.unit} ({role})" if reason.unit and role else reason.unit or role


def _address(page: str) -> str:
    return urljoin(settings.PORTAL_ADDRESS, page)
