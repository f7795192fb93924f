"""Signs a district's synthesis over the reports of its communes that it has checked, with the list of the missing.

A synthesis adds nothing up: the communes' figures enter the city's on their own, and the district's own beside them.
The first of a form and period is signed once the communes' deadline is over, or once all have come in; whatever is
checked later follows in supplements. The owner accepts it as one, and may return a single report from it.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.roles import Post, Role
from reports.actions.moving import Moved, move_all
from reports.models import Form, Period, Report, Synthesis, SynthesisEntry
from reports.querysets import ReportQuerySet
from reports.workflow import Action, Status


@dataclass(frozen=True)
class Due:
    """What a synthesis signed now would hold, and whom it would name as missing."""

    reports: list[Report]
    missing: list[Report]
    number: int
    opens_at: datetime | None

    @property
    def any(self) -> Report:
        """One of the reports, which names form, period and unit."""
        return (self.reports or self.missing)[0]

    @property
    def unit(self) -> Unit:
        """The unit that brings them together."""
        return cast(Unit, self.any.superior)

    @property
    def is_supplement(self) -> bool:
        return self.number > 1


Key = tuple[int, int, int]
"""The keys of a form, a period and the unit that brings their reports together."""


def dues(units: Collection[int]) -> dict[Key, Due]:
    """What these units could sign now, of every form and period that is not through; the latest first; two queries."""
    through = [Status.APPROVED, Status.EXEMPT]
    unfinished = Report.objects.filter(synthesised=True, superior__in=units).exclude(status__in=through)
    same = {"form": OuterRef("form"), "period": OuterRef("period"), "superior": OuterRef("superior")}
    reports = Report.objects.filter(Exists(unfinished.filter(**same)), synthesised=True, superior__in=units)
    return _dues(reports)


def due(form: Form, period: Period, unit: Unit) -> Due:
    """What the unit could sign now of its communes' reports to that form and period."""
    return _dues(_beneath(form, period, unit)).get((form.pk, period.pk, unit.pk), Due([], [], 1, None))


def _dues(reports: ReportQuerySet) -> dict[Key, Due]:
    """What could be brought together of these reports.

    `opens_at` is the communes' last deadline while some of them are still missing and nothing was signed.
    """
    composed = SynthesisEntry.objects.filter(revision=OuterRef("current"))
    named = reports.select_related("unit", "form", "period", "version", "superior", "current")
    listed = named.defer("current__snapshot").annotate(composed=Exists(composed))
    groups: dict[Key, list[Report]] = {}
    for report in listed.order_by("-period__last_day", "form__code", "superior__sort_key", "unit__sort_key"):
        groups.setdefault((report.form_id, report.period_id, report.superior_id or 0), []).append(report)
    signed = Synthesis.objects.filter(unit__in={unit for _form, _period, unit in groups}).order_by()
    numbers = {tuple(key): last for *key, last in signed.values_list("form", "period", "unit").annotate(Max("number"))}
    found = {key: _due(group, numbers.get(key, 0)) for key, group in groups.items()}
    return {key: due for key, due in found.items() if due.reports or due.missing}


def _due(group: list[Report], last: int) -> Due:
    checked = [one for one in group if one.status == Status.CHECKED and not getattr(one, "composed", False)]
    in_hand = (Status.CHECKED, Status.APPROVED, Status.EXEMPT)
    missing = [one for one in group if one.status not in in_hand]
    return Due(checked, missing, last + 1, max(one.deadline for one in group) if missing and not last else None)


def signer(unit: Unit, *, by: User, at: datetime) -> Post | None:
    """By which post this person signs a synthesis of the unit; None where they do not."""
    return next((post for post in by.posts(at) if post.role == Role.HEAD and post.unit_id == unit.pk), None)


@transaction.atomic
def sign(form: Form, period: Period, unit: Unit, *, by: User, at: datetime) -> Synthesis:
    """Sign the synthesis, or the next supplement, over every report of the unit's communes that is checked by now.

    Raises PermissionDenied for anybody but a head of the unit, Refused (`nothing_to_bring_together`) where no checked
    report is left, and Refused (`communes_still_due`) before the communes' deadline while some are missing.
    """
    post = signer(unit, by=by, at=at)
    if post is None:
        raise PermissionDenied(_("Only a head of the unit signs its synthesis."))
    with connection.cursor() as cursor:  # of two heads who sign at once, the second finds nothing left
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [unit.pk % 2**31, (form.pk * 7919 + period.pk) % 2**31])
    list(_beneath(form, period, unit).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    found = due(form, period, unit)
    if not found.reports:
        words = _("There is no checked report that is not yet in a synthesis.")
        raise Refused("nothing_to_bring_together", words)
    if found.opens_at and at <= found.opens_at:
        words = _("Some communes have not sent their reports, and their deadline is not over. Sign after it.")
        raise Refused("communes_still_due", words)
    snapshot = _snapshot(form, period, unit, found)
    synthesis = Synthesis.objects.create(
        form=form,
        period=period,
        unit=unit,
        number=found.number,
        by=by,
        capacity=post.capacity,
        at=at,
        snapshot=snapshot,
        digest=hashlib.sha256(snapshot).hexdigest(),
    )
    SynthesisEntry.objects.bulk_create(
        SynthesisEntry(synthesis=synthesis, report=report, revision=report.current) for report in found.reports
    )
    synthesis.missing.set([report.unit for report in found.missing])
    return synthesis


def accept(synthesis: Synthesis, *, by: User, at: datetime) -> Moved:
    """Approve every report of a synthesis that stands as it was brought together, each with its own Step.

    What was returned or has moved since is left out: it comes with a supplement. Raises as moving.move_all does.
    """
    standing = Report.objects.filter(
        status=Status.CHECKED, current__in=SynthesisEntry.objects.filter(synthesis=synthesis).values("revision")
    )
    return move_all(dict(standing.values_list("pk", "edit")), Action.APPROVE, by=by, at=at)


def _beneath(form: Form, period: Period, unit: Unit) -> ReportQuerySet:
    return Report.objects.filter(form=form, period=period, superior=unit, synthesised=True)


def _snapshot(form: Form, period: Period, unit: Unit, found: Due) -> bytes:
    """The canonical bytes of a synthesis: what it names, as JSON with sorted keys in UTF-8."""
    content = {
        "form": form.code,
        "period": period.code,
        "unit": unit.code,
        "number": found.number,
        "reports": {
            one.unit.code: {"revision": one.current.number, "digest": one.current.digest} for one in found.reports
        },
        "missing": sorted(one.unit.code for one in found.missing),
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
