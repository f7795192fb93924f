"""What a verification of the journal found wrong and where, in words for people who have to act on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import labels
from reports.replaying import Fault

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FAULTS: dict[Fault, "StrPromise"] = {
    Fault.STEP_MISSING: gettext_lazy("This step is not there, though a later one is."),
    Fault.STEP_CHANGED: gettext_lazy(
        "What this step says does not give its digest: it was changed after it was made, or a step before it was."
    ),
    Fault.STEP_UNLISTED: gettext_lazy("No move leads from “%(before)s” to “%(after)s” by “%(action)s”."),
    Fault.STEP_UNCONNECTED: gettext_lazy(
        "This step starts from “%(before)s”, but the one before it led to “%(after)s”."
    ),
    Fault.CONTENT_DIFFERS: gettext_lazy(
        "This step speaks of content with the SHA-256 %(named)s, but its revision is frozen with %(frozen)s."
    ),
    Fault.HEAD_MISSING: gettext_lazy("Seal %(seal)s lists this step, but it is not there: it was deleted."),
    Fault.HEAD_DIFFERS: gettext_lazy(
        "Seal %(seal)s lists this step with another digest: this chain was written anew after it was sealed."
    ),
    Fault.STATE_DIFFERS: gettext_lazy("The report stands as “%(stored)s”, but its steps lead to “%(replayed)s”."),
    Fault.CURRENT_DIFFERS: gettext_lazy("The report’s current revision is not the one that its steps lead to."),
    Fault.APPROVED_DIFFERS: gettext_lazy("The revision in force is not the one that the steps have approved."),
    Fault.RECEIVED_DIFFERS: gettext_lazy(
        "The report counts as first received at %(stored)s, but its steps say %(replayed)s."
    ),
    Fault.FROZEN_BY_NOBODY: gettext_lazy("This revision is frozen, but no step has frozen it."),
    Fault.SNAPSHOT_CHANGED: gettext_lazy(
        "The bytes frozen at submission do not give the SHA-256 of this revision: one of the two was changed."
    ),
    Fault.VALUES_DIFFER: gettext_lazy("What is stored is not what was frozen at submission: %(cells)s."),
    Fault.FILES_DIFFER: gettext_lazy("The attached files at %(cell)s are not those that were submitted there."),
    Fault.FILE_MISSING: gettext_lazy("The file “%(name)s” is not in the store."),
    Fault.FILE_CHANGED: gettext_lazy("The file “%(name)s” in the store is not the one that was attached."),
    Fault.SEAL_MISSING: gettext_lazy("This seal is not there, though a later one is."),
    Fault.SEAL_CHANGED: gettext_lazy("What this seal says and lists does not give its digest: it was changed."),
    Fault.SEAL_UNSIGNED: gettext_lazy(
        "The code of this seal was not made with this portal’s key: the seal is forged, or the key is another one."
    ),
    Fault.SEAL_UNCONNECTED: gettext_lazy("This seal does not follow the one before it: one of the two was replaced."),
    Fault.KEPT_CHANGED: gettext_lazy("The file does not give the digest that it names: it was changed or cut short."),
    Fault.KEPT_UNSIGNED: gettext_lazy(
        "The code in the file was not made with this portal’s key: the file is forged, or the key is another one."
    ),
    Fault.KEPT_ABSENT: gettext_lazy("There is a file of this seal, but the portal has no such seal: it was deleted."),
    Fault.KEPT_DIFFERS: gettext_lazy("The portal’s seal of this number is not the one in the file."),
}
"""What each fault means, in a whole sentence; the place stands before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a report by form, period and unit, with one of its steps or revisions; or a seal.

    `report` is the report's key, which stands for it where nothing is left of it.
    """

    form: str = ""
    period: str = ""
    unit: str = ""
    report: int | None = None
    step: int | None = None
    revision: int | None = None
    seal: int | None = None

    def __str__(self) -> str:
        parts = [self.form, labels.period_name(self.period) if self.period else "", self.unit]
        if self.report is not None and not self.form:
            parts.append(_("report %(key)d") % {"key": self.report})
        if self.revision is not None:
            parts.append(_("revision %(number)d") % {"number": self.revision})
        if self.step is not None:
            parts.append(_("step %(number)d") % {"number": self.step})
        if self.seal is not None:
            parts.append(_("seal %(number)d") % {"number": self.seal})
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Finding:
    """A fault, where it is, and the facts that its sentence names."""

    fault: Fault
    place: Place
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wrong, in a whole sentence."""
        return str(FAULTS[self.fault]) % {name: _written(name, fact) for name, fact in self.facts.items()}

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


def _written(name: str, fact: object) -> str:
    if isinstance(fact, datetime):
        return f"{timezone.localtime(fact):%H:%M:%S %d/%m/%Y}"
    if name in ("before", "after", "stored", "replayed") and fact in labels.STATUSES:
        return str(labels.STATUSES[fact])
    if name == "action" and fact in labels.ACTIONS:
        return str(labels.ACTIONS[fact])
    return str(fact or "–")
