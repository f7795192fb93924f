"""The words people see for notices, channels, deliveries and attempts."""

from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.labels import words
from notifications.choices import Channel
from notifications.ladder import Audience, NoticeKind


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    OWED = "owed"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


class Outcome(StrEnum):
    """What came of one try: an unclear one may have reached the person, and a later one may repeat it."""

    BEGUN = "begun"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNCLEAR = "unclear"


CHANNELS = words({Channel.EMAIL: _("E-mail"), Channel.GATEWAY: _("Short message")})

AUDIENCES = words(
    {
        Audience.REPORTER: _("Reporter"),
        Audience.HEAD: _("Head of the unit"),
        Audience.SUPERIORS_HEAD: _("Head of the superior unit"),
        Audience.OWNERS_REVIEWER: _("Reviewers of the form's owner"),
        Audience.INSPECTOR: _("Inspectors"),
    }
)

NOTICE_KINDS = words(
    {
        NoticeKind.RUNG: _("Reminder of a deadline"),
        NoticeKind.OVERDUE_LIST: _("List of what is overdue"),
        NoticeKind.OPENED: _("A period was opened"),
        NoticeKind.MOVED: _("A deadline was moved"),
        NoticeKind.RETURNED: _("A report was returned"),
        NoticeKind.CORRECTION_DUE: _("A correction is due"),
        NoticeKind.TO_SIGN: _("A report waits for signature"),
        NoticeKind.REVIEW_OVERDUE: _("A review is overdue"),
        NoticeKind.REVIEW_OVERDUE_HEAD: _("A review of the unit is overdue"),
        NoticeKind.LAPSE_ASKED: _("A lapse is to be explained"),
        NoticeKind.LAPSE_EXPLAINED: _("A lapse was explained"),
        NoticeKind.LAPSE_RULED: _("A lapse was decided on"),
        NoticeKind.LIST_ANNOUNCED: _("A standing list was announced"),
        NoticeKind.LIST_ISSUED: _("A standing list was issued"),
        NoticeKind.DIRECTIVE: _("A directive was published"),
        NoticeKind.DIRECTIVE_RUNG: _("A directive is to be passed on"),
    }
)

DELIVERY_STATES = words(
    {
        DeliveryState.OWED: _("To be sent"),
        DeliveryState.SENT: _("Sent"),
        DeliveryState.DROPPED: _("No longer needed"),
        DeliveryState.DEAD: _("Given up"),
    }
)

OUTCOMES = words(
    {
        Outcome.BEGUN: _("Being sent"),
        Outcome.ACCEPTED: _("Accepted"),
        Outcome.FAILED: _("Failed"),
        Outcome.UNCLEAR: _("Unclear, may have arrived"),
    }
)


def headline(kind: NoticeKind, rung: int | None) -> str:
    """What a notice says in a few words that stay true whenever they are read."""
    if kind is not NoticeKind.RUNG or rung is None:
        return str(HEADLINES[kind])
    if rung < 0:
        return gettext("Reminder: the report will soon be due")
    if rung == 0:
        return gettext("Reminder on the day the report is due")
    return gettext("The report was not received by its deadline")


HEADLINES = {
    **{NoticeKind(kind): said for kind, said in NOTICE_KINDS.items()},
    NoticeKind.MOVED: _("The deadline was moved to a later day"),
}
