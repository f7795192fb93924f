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
    NoticeKind.OVERDUE_LIST: _("Reports were not received by their deadline"),
    NoticeKind.OPENED: _("A report can be filled in"),
    NoticeKind.CORRECTION_DUE: _("The correction of a report will be due"),
}

_OPEN_REPORT, _OPEN_LAPSE = _("Open the report"), _("Open the lapse")
_OPEN_LIST, _OPEN_DIRECTIVE = _("Open the list"), _("Open the directive")

LETTERS = {
    #  kind: (what is said, what to do, what the button says)
    NoticeKind.RUNG: ("", "", _OPEN_REPORT),  # by how the report stands: see telling
    NoticeKind.OVERDUE_LIST: (
        _("The reports of the form below were not received by their deadline."),
        _("What to do: look through the units that have not sent theirs, and urge them."),
        _("Open the reports"),
    ),
    NoticeKind.OPENED: (
        _("The period of the report below has begun: %(unit)s can fill it in."),
        _("What to do: look at what is asked, and type in the figures as they become known."),
        _OPEN_REPORT,
    ),
    NoticeKind.MOVED: (
        _("%(unit)s has more time for the report below: its deadline was moved."),
        _("What to do: send the report by the new deadline."),
        _OPEN_REPORT,
    ),
    NoticeKind.RETURNED: (
        _("The report below was returned to %(unit)s to be corrected."),
        _("What to do: read the reasons and remarks, correct the figures, answer each remark and submit it again."),
        _OPEN_REPORT,
    ),
    NoticeKind.CORRECTION_DUE: (
        _("%(unit)s still has to submit the report below again, and its deadline is near."),
        _("What to do: finish the correction and submit the report; what is missed is recorded as a lapse."),
        _OPEN_REPORT,
    ),
    NoticeKind.TO_SIGN: (
        _("The report below of %(unit)s waits for the signature of its head."),
        _("What to do: read the report and submit it, or hand it back with the reason."),
        _OPEN_REPORT,
    ),
    NoticeKind.REVIEW_OVERDUE: (
        _("The report below of %(unit)s waits for its review longer than is allowed."),
        _("What to do: check or approve the report, or return it with the reasons."),
        _OPEN_REPORT,
    ),
    NoticeKind.REVIEW_OVERDUE_HEAD: (
        _("The report below of %(unit)s waits for its review by your unit longer than is allowed."),
        _("What to do: have the report reviewed; the time is counted as a lapse of the unit that reviews."),
        _OPEN_REPORT,
    ),
    NoticeKind.LAPSE_ASKED: (
        _("%(unit)s is asked to explain the lapse below."),
        _("What to do: say what caused it, with evidence, by the day named here."),
        _OPEN_LAPSE,
    ),
    NoticeKind.LAPSE_EXPLAINED: (
        _("%(unit)s has explained the lapse below."),
        _("What to do: read the explanation, and decide whether it excuses the lapse."),
        _OPEN_LAPSE,
    ),
    NoticeKind.LAPSE_RULED: (
        _("It was decided whether the lapse below of %(unit)s is excused."),
        _("What to do: read the decision and its reason."),
        _OPEN_LAPSE,
    ),
    NoticeKind.LIST_ANNOUNCED: (
        _("The list of the lapses of %(month)s was announced, and your unit stands in it."),
        _("What to do: read what the list says of your unit, and object in time to facts that are wrong."),
        _OPEN_LIST,
    ),
    NoticeKind.LIST_ISSUED: (
        _("The list of the lapses of %(month)s was issued, and your unit stands in it."),
        _("What to do: read what the list says of your unit."),
        _OPEN_LIST,
    ),
    NoticeKind.DIRECTIVE: (
        _("The directive below was published for your unit."),
        _("What to do: read the directive and acknowledge it."),
        _OPEN_DIRECTIVE,
    ),
    NoticeKind.DIRECTIVE_RUNG: (
        _("Your unit has not yet certified how the directive below was passed on to its people."),
        _("What to do: pass the directive on, and certify when, how and to how many people."),
        _OPEN_DIRECTIVE,
    ),
}

NOW_MISSING = _(
    "The report is now recorded as missing, and every further working day counts as one more day late. "
    "The head of the unit answers for this."
)
OTHERWISE = _(
    "Otherwise: a report received later is recorded as late, and one that is not received as missing. "
    "The head of the unit answers for this."
)
"""What a late report comes to, said once its deadline has passed and before."""
