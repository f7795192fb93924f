"""Enters under which number and date a unit issued its report on paper, as its records clerk (văn thư) does."""

from dataclasses import asdict
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from reports.actions import attaching
from reports.actions.grounds import LONGEST_DOCUMENT
from reports.models import IssuedDocument, Report, Revision

CLERKS = (Role.CLERK, Role.HEAD)
"""Who enters the documents that their unit issues."""


def may_enter(report: Report, *, by: User, at: datetime) -> bool:
    """Whether this person enters the documents of the unit that owes the report."""
    return any(post.role in CLERKS and post.unit_id == report.unit_id for post in by.posts(at))


@transaction.atomic
def enter(
    report: Report, number: str, day: date, *, scan: tuple[str, bytes] | None = None, by: User, at: datetime
) -> IssuedDocument:
    """Enter the number and date of the document by which a submitted report was issued, with its scan (name and bytes).

    What was entered before stays beside it; the latest counts. It moves nothing: a number not yet given is never
    lateness. Raises PermissionDenied for anybody but the unit's records clerk and head, Refused (`not_submitted`) for a
    report that was never submitted, ValidationError by field, and as attaching.keep for the scan.
    """
    if not may_enter(report, by=by, at=at):
        raise PermissionDenied(_("Only the records clerk and the head of the unit enter its documents."))
    report = Report.objects.locked(report.pk)
    submitted = Revision.objects.filter(report=report, frozen_at__isnull=False, dropped=False)
    revision = submitted.order_by("number").defer("snapshot").last()
    if revision is None:
        raise Refused("not_submitted", _("The report has not been submitted, so there is no document to enter."))
    number = number.strip()
    wrong = {}
    if not number:
        wrong["number"] = _("Give the number of the document.")
    elif len(number) > LONGEST_DOCUMENT:
        words = _("The number is too long: write at most %(count)d characters.")
        wrong["number"] = words % {"count": LONGEST_DOCUMENT}
    if day > at.date():
        wrong["day"] = _("The document cannot be dated later than today.")
    if wrong:
        raise ValidationError(wrong)
    file = asdict(attaching.keep(*scan)) if scan else {}
    return IssuedDocument.objects.create(report=report, revision=revision, number=number, day=day, by=by, at=at, **file)
