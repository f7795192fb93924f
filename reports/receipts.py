"""What a receipt says of a submission, and whether what somebody holds up as a receipt is what the portal keeps."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.labels import CAPACITIES, SIGNS_AS
from reports import content, labels
from reports.calendars import WorkingCalendar
from reports.models import Report, Step
from reports.standing import Stand, standing
from reports.workflow import RECEIPTS, STANDING, Action, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

GROUP = 8
"""How many digits of a digest stand together, to be read aloud and compared by eye."""


class Fate(StrEnum):
    """What has become of a revision since it was submitted."""

    STANDS = "stands"
    IN_FORCE = "in_force"
    BEING_AMENDED = "being_amended"
    RECALLED = "recalled"
    RETURNED = "returned"
    VOIDED = "voided"
    KEYED_IN = "keyed_in"
    REPLACED = "replaced"
    SET_ASIDE = "set_aside"


ENDED_BY = {Action.RECALL: Fate.RECALLED, Action.RETURN: Fate.RETURNED, Action.KEY_IN: Fate.KEYED_IN}
"""The moves that open the next revision in the place of one that was received."""

COUNTING = frozenset({Fate.STANDS, Fate.IN_FORCE, Fate.BEING_AMENDED})
"""What leaves the revision the one that counts."""

VOID = frozenset({Fate.RECALLED, Fate.VOIDED})
"""What leaves the receipt none that counts: it says nothing of being on time."""

FATES: dict[Fate, "StrPromise"] = {
    Fate.STANDS: _("The portal has received this revision, and it stands; it is not approved yet."),
    Fate.IN_FORCE: _("This revision is approved and in force."),
    Fate.BEING_AMENDED: _(
        "This revision is approved and in force until an amendment of it, now under way, is approved."
    ),
    Fate.RECALLED: _("This receipt no longer counts: the unit recalled the report at %(instant)s."),
    Fate.RETURNED: _(
        "The report was returned for correction at %(instant)s. This receipt still shows when it was first received."
    ),
    Fate.VOIDED: _("This receipt no longer counts: what was received was returned at %(instant)s as not a report."),
    Fate.KEYED_IN: _(
        "The figures of this report on paper have been keyed in as a later revision since %(instant)s. "
        "This receipt still shows when the paper was received."
    ),
    Fate.REPLACED: _("A later revision of this report has taken the place of this one."),
    Fate.SET_ASIDE: _("The unit has been exempted from this report. This receipt still shows when it was received."),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of one submission, and what has become of it since.

    `since` is when the revision was recalled, returned or keyed in. `stand` is how the report stands by its first
    receipt; None where this one does not count.
    """

    report: Report
    step: Step
    fate: Fate
    since: datetime | None
    stand: Stand | None

    @property
    def name(self) -> str:
        return self.step.receipt_name

    @property
    def unit_words(self) -> str:
        """The unit, and the district of a commune, as communes of two districts may have one name."""
        unit = self.report.unit
        above = unit.parent if unit.parent and unit.parent.parent_id else None
        return f"{unit}, {above}" if above else str(unit)

    @property
    def maker_title(self) -> "StrPromise":
        """What the person of the receipt did: a report filed on paper was recorded by its reviewer."""
        return _("Recorded by") if self.step.received_at else _("Signed and submitted by")

    @property
    def maker_words(self) -> str:
        """Who that was and, of who signs for a unit, in what capacity."""
        capacity = self.step.capacity
        if not capacity:
            return str(self.step.by)
        mark = f" ({SIGNS_AS[capacity]})" if SIGNS_AS[capacity] else ""
        return f"{self.step.by}, {CAPACITIES[capacity]}{mark}"

    @property
    def digest_groups(self) -> list[str]:
        digest = self.step.revision.digest
        return [digest[place : place + GROUP] for place in range(0, len(digest), GROUP)]

    @property
    def counts(self) -> bool:
        return self.fate in COUNTING

    @property
    def fate_words(self) -> str:
        return str(FATES[self.fate]) % {"instant": labels.deadline_words(self.since) if self.since else ""}

    @property
    def earlier(self) -> datetime | None:
        """When an earlier submission was received, where that is what decides how the report stands."""
        received = self.report.received_at
        return received if self.stand and received != self.step.counted_at else None


def given() -> QuerySet[Step]:
    """The steps that gave receipts, with everything that a receipt shows."""
    return Step.objects.filter(action__in=RECEIPTS).select_related(
        "by", "revision", "report__unit__parent", "report__form", "report__version", "report__period"
    )


def receipt_of(step: Step, *, at: datetime, calendar: WorkingCalendar) -> Receipt:
    """What the receipt of this step says at that instant; one query. The step comes from `given()`."""
    report = step.report
    ended = report.steps.filter(revision=step.revision_id, action__in=ENDED_BY).order_by("seq").first()
    fate = _fate(step, ended)
    received = None if fate in VOID else report.received_at
    exempt = report.status == Status.EXEMPT
    return Receipt(
        report=report,
        step=step,
        fate=fate,
        since=ended.at if ended else None,
        stand=standing(report.deadline, received, at, calendar, exempt=exempt) if received else None,
    )


def _fate(step: Step, ended: Step | None) -> Fate:
    """What has become of a revision; `ended` is the step that opened the next one in its place."""
    if ended:
        return Fate.VOIDED if ended.voids else ENDED_BY[Action(ended.action)]
    report, revision = step.report, step.revision_id
    if revision == report.approved_id:
        return Fate.IN_FORCE if revision == report.current_id else Fate.BEING_AMENDED
    if revision != report.current_id:
        return Fate.REPLACED
    return Fate.STANDS if report.status in STANDING else Fate.SET_ASIDE


def find(name: str, digest: str) -> Step | None:
    """The step that gave a receipt of this name for content of this SHA-256; None where there is none.

    The digest is computed anew from the content that is kept. A code is used again once its unit has ended, so a name
    alone may stand for more than one submission.
    """
    form, period, unit, number = name.rsplit("/", 3)
    named = given().filter(
        revision__number=number,
        report__form__code__iexact=form,
        report__period__code__iexact=period,
        report__unit__code__iexact=unit,
    )
    kept = [step for step in named if hmac.compare_digest(content.digest(bytes(step.revision.snapshot or b"")), digest)]
    return kept[0] if kept else None
