"""What a move rests on, and what would refuse it: each need of the table with its code and its sentence."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.refusals import Refused
from reports import content
from reports.actions.situations import Situation
from reports.calendars import ZONE
from reports.checks import Problem, Severity
from reports.models import Report
from reports.workflow import Move, Needs, When

LONGEST_REASON = 4000
LONGEST_DOCUMENT = 100

NOT_NOW = {
    When.NOTHING_APPROVED: ("approved_in_force", gettext_lazy("An approved revision of this report is in force.")),
    When.AMENDING: ("not_an_amendment", gettext_lazy("This draft amends nothing: no revision of it was approved yet.")),
    When.ASKED_TO_AMEND: ("not_asked", gettext_lazy("Nobody has asked to amend this report.")),
    When.NOT_ASKED: ("asked_already", gettext_lazy("An amendment of this report has been asked for already.")),
    When.ON_PAPER: ("not_on_paper", gettext_lazy("The figures of this report were submitted here, not on paper.")),
    When.KEYED: (
        "figures_missing",
        gettext_lazy("This report was filed on paper; its figures are first to be keyed in and confirmed by the unit."),
    ),
    When.CHECK_OVERDUE: (
        "superior_still_checks",
        gettext_lazy("The superior still has time to check this report; only then does the owner check in its place."),
    ),
    When.SUPERIOR_ENDED: ("superior_in_force", gettext_lazy("The superior who checks this report is in force.")),
}
"""What is said where a move is listed but the report has not behind it what the row asks for."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a move rests on: the reason given, a document's number, a scan (name and bytes) with when it was received.

    `voids` says of a return that what was filed is no report, so that its receipt does not count.
    """

    reason: str = ""
    document: str = ""
    received_at: datetime | None = None
    scan: tuple[str, bytes] | None = None
    voids: bool = False


def refuse_not_now(report: Report, move: Move, situation: Situation) -> None:
    """Refuse a move that is listed, and the person's to make, where the report has not behind it what it asks for."""
    for one in move.when:
        if not situation.holds(report, one):
            code, words = NOT_NOW[one]
            raise Refused(code, str(words))


def refuse_unmet(move: Move, says: content.Reading, situation: Situation, grounds: Grounds | None) -> None:
    """Refuse the move where what its row of the table needs does not hold; without grounds, as if they were given."""
    report, needs = says.report, move.needs
    if grounds is not None:
        _refuse_missing_grounds(move, report, situation, grounds)
    if Needs.NOT_ONES_OWN in needs and any(post.unit_id == report.unit_id for post in situation.by.posts(situation.at)):
        raise Refused("ones_own", _("Nobody decides this for their own unit."))
    on_paper = grounds.received_at if grounds and Needs.PAPER in needs else None
    received = (on_paper or situation.at).astimezone(ZONE)
    if Needs.WINDOW_ENDED in needs and received.date() <= report.period.last_day:
        raise Refused(
            "window_open",
            _("The data window runs until the end of %(day)s; the report can be submitted from the day after.")
            % {"day": f"{report.period.last_day:%d/%m/%Y}"},
        )
    if Needs.REMARKS_ANSWERED in needs and report.pk in situation.unanswered:
        words = _("There are remarks that nobody has answered yet. Answer each of them, then submit.")
        raise Refused("remarks_unanswered", words)
    if Needs.NO_ERRORS in needs:
        _refuse_problems(says.problems, notes=Needs.WARNINGS_NOTED in needs)
    if Needs.FOUR_EYES in needs and report.pk in situation.written:
        raise Refused(
            "four_eyes",
            _("You filled in or submitted this report yourself; somebody else has to check and approve it."),
        )
    if Needs.IN_SYNTHESIS in needs and report.synthesised and report.pk not in situation.composed:
        words = _("The superior has not yet brought this report together with the others in its synthesis.")
        raise Refused("not_in_synthesis", words)


def _refuse_missing_grounds(move: Move, report: Report, situation: Situation, grounds: Grounds) -> None:
    reason, needs = grounds.reason.strip(), move.needs
    if Needs.REASON in needs and not reason:
        raise Refused("reason_missing", _("Say why: the unit will read your reason."))
    if Needs.REASON_OR_REMARK in needs and not reason and not situation.unsent.get(report.pk):
        raise Refused("reason_missing", _("Say why, or pin a remark to a cell: the unit will read it."))
    if len(reason) > LONGEST_REASON:
        raise Refused(
            "reason_too_long",
            _("The reason is too long: write at most %(count)d characters.") % {"count": LONGEST_REASON},
        )
    wrong: dict[str, str] = {}
    document = grounds.document.strip()
    if Needs.DOCUMENT in needs and not document:
        wrong["document"] = _("Give the number of the document.")
    elif len(document) > LONGEST_DOCUMENT:
        wrong["document"] = _("The number is too long: write at most %(count)d characters.") % {
            "count": LONGEST_DOCUMENT
        }
    if Needs.PAPER in needs:
        if grounds.received_at is None:
            wrong["received_at"] = _("Say when the paper was received: it decides whether the report is late.")
        elif grounds.received_at > situation.at:
            wrong["received_at"] = _("The paper cannot have been received later than now.")
        if grounds.scan is None:
            wrong["scan"] = _("Attach the scan of the report.")
    if wrong:
        raise ValidationError(wrong)


def _refuse_problems(problems: list[Problem], *, notes: bool) -> None:
    """Refuse what has errors, and where `notes` are needed also what has warnings that nobody has explained."""
    errors = [one for one in problems if one.severity == Severity.ERROR]
    if errors:
        words = _("The report still has %(count)d errors. Mend the marked cells, then try again.")
        raise Refused("has_errors", words % {"count": len(errors)}, problems=_told(errors))
    unnoted = [one for one in problems if one.blocks]
    if unnoted and notes:
        words = _("%(count)d figures stand out and nobody has said why. Choose a cause or write a note at each.")
        raise Refused("warnings_unanswered", words % {"count": len(unnoted)}, problems=_told(unnoted))


def _told(problems: list[Problem]) -> list[dict[str, str]]:
    return [{"item": one.item, "row": one.row, "code": one.code} for one in problems]
