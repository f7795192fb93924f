"""What moves do to the content of a report: freeze the revision, open the next one, or give an amendment up."""

from dataclasses import asdict
from datetime import datetime

from django.db.models import F, Max, Min
from django.db.models.functions import Coalesce

from reports import content
from reports.checks import Severity
from reports.models import Attachment, Report, Revision, Step, Value
from reports.workflow import RECEIPTS, Action


def freeze(says: content.Reading, *, at: datetime, dropped: bool = False) -> Revision:
    """Freeze the current revision with its snapshot; what comes from another form is written down as it is now."""
    revision = says.report.current
    unwritten = {cell: answer for cell, answer in says.settled.items() if says.stored.get(cell, (None,))[0] != answer}
    Value.objects.bulk_create(
        [
            Value(
                revision=revision,
                item=says.terms.by_code[cell.item],
                row=cell.row,
                **(asdict(answer) | {"absence": answer.absence or ""}),
            )
            for cell, answer in unwritten.items()
        ],
        update_conflicts=True,
        unique_fields=["revision", "item", "row"],
        update_fields=["number", "text", "absence", "cause", "note"],
    )
    scans = Attachment.objects.filter(revision=revision, item=None) if says.report.on_paper else []
    revision.snapshot = content.snapshot(says.report, revision, says.settled, scans=[one.sha256 for one in scans])
    revision.digest = content.digest(revision.snapshot)
    revision.standing_out = [[one.code, one.item, one.row] for one in says.problems if one.severity == Severity.WARNING]
    revision.frozen_at = at
    revision.dropped = dropped
    revision.save(update_fields=["snapshot", "digest", "standing_out", "frozen_at", "dropped"])
    return revision


def reopen(report: Report, action: Action, *, due_at: datetime | None) -> Revision:
    """Open the next revision with a copy of the content.

    The cells keep their edits, so that a save from a page of the last revision is stale where the cell has moved since.
    A scan belongs to the revision that it was filed with, and is not copied.
    """
    last = report.current
    number = report.revisions.aggregate(last=Max("number"))["last"] + 1
    fresh = Revision.objects.create(report=report, number=number, cause=action, due_at=due_at)
    values = Value.objects.filter(revision=last).values(
        "item_id", "row", "number", "text", "absence", "cause", "note", "edit"
    )
    Value.objects.bulk_create([Value(revision=fresh, **value) for value in values])
    files = Attachment.objects.filter(revision=last, item__isnull=False).values(
        "item_id", "row", "name", "content_type", "size", "sha256", "by_id", "at"
    )
    Attachment.objects.bulk_create([Attachment(revision=fresh, **file) for file in files])
    return fresh


def first_receipt(report: Report) -> datetime | None:
    """The first receipt that counts: none that was recalled, nor one of what was returned as no report."""
    steps = Step.objects.filter(report=report)
    void = steps.filter(action=Action.RECALL) | steps.filter(voids=True)
    standing = steps.filter(action__in=RECEIPTS).exclude(revision__in=void.values("revision"))
    found: datetime | None = standing.aggregate(first=Min(Coalesce(F("received_at"), F("at"))))["first"]
    return found
