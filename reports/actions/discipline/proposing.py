"""Proposes to the Chair how to handle a unit, from lapses of issued lists; people choose, and the Chair decides."""

from collections.abc import Collection
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Unit, User
from accounts.refusals import Refused
from reports.actions.discipline import listing
from reports.actions.discipline.rights import fault_of_number, fault_of_text, refuse_no_inspector, refuse_own_unit
from reports.lapses import Measure
from reports.models import Lapse, Proposal, Ruling, StandingList


@transaction.atomic
def propose(unit: Unit, lapses: Collection[Lapse], *, measure: str, reason: str, by: User, at: datetime) -> Proposal:
    """Draft a proposal of handling a unit for some of its lapses; its facts are compiled from them.

    Raises PermissionDenied for anybody but an inspector, Refused for one's own unit (`ones_own`), for a lapse that
    stands in no issued list (`not_issued`) or was excused since (`set_aside`), ValidationError (`lapses`, `measure`,
    `reason`).
    """
    journal.sign(by=by, at=at)
    refuse_no_inspector(by=by, at=at)
    refuse_own_unit(unit.pk, by=by, at=at)
    wrong = {}
    if not lapses or any(lapse.unit_id != unit.pk for lapse in lapses):
        wrong["lapses"] = _("Choose lapses of this unit.")
    if measure not in set(Measure):
        wrong["measure"] = _("Choose a measure.")
    if fault := fault_of_text(reason, _("Say why you propose this measure.")):
        wrong["reason"] = fault
    if wrong:
        raise ValidationError(wrong)
    facts = _facts(unit, lapses, at)
    proposal = Proposal.objects.create(unit=unit, facts=facts, measure=measure, reason=reason.strip(), by=by, at=at)
    proposal.lapses.set(lapses)
    return proposal


@transaction.atomic
def send(proposal: Proposal, *, number: str, day: date, by: User, at: datetime) -> Proposal:
    """Enter the number and date of the document by which a proposal was sent to the Chair.

    Raises PermissionDenied for anybody but an inspector, Refused for one's own unit (`ones_own`) and for what was sent
    (`already_sent`), ValidationError (`number`, `day`).
    """
    proposal = _locked(proposal, by=by, at=at)
    if proposal.number:
        raise Refused("already_sent", _("This proposal has been sent already."))
    _refuse_document(number, day, at)
    proposal.number, proposal.day = number.strip(), day
    proposal.save(update_fields=["number", "day"])
    return proposal


@transaction.atomic
def decide(proposal: Proposal, *, measure: str, number: str, day: date, by: User, at: datetime) -> Proposal:
    """Record what the Chair decided on a proposal that was sent, with the number and date of the decision; once.

    Raises PermissionDenied for anybody but an inspector, Refused for one's own unit (`ones_own`), before it is sent
    (`not_sent`) and twice (`already_decided`), ValidationError (`measure`, `number`, `day`).
    """
    proposal = _locked(proposal, by=by, at=at)
    if proposal.recorded_at is not None:
        raise Refused("already_decided", _("The decision on this proposal has been recorded already."))
    if not proposal.number:
        raise Refused("not_sent", _("Enter first by which document the proposal was sent to the Chair."))
    if measure not in set(Measure):
        raise ValidationError({"measure": _("Choose a measure.")})
    _refuse_document(number, day, at)
    proposal.decided, proposal.decision_number, proposal.decision_day = measure, number.strip(), day
    proposal.recorded_by, proposal.recorded_at = by, at
    proposal.save(update_fields=["decided", "decision_number", "decision_day", "recorded_by", "recorded_at"])
    return proposal


def _locked(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    journal.sign(by=by, at=at)
    refuse_no_inspector(by=by, at=at)
    refuse_own_unit(proposal.unit_id, by=by, at=at)
    return Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)


def _refuse_document(number: str, day: date, at: datetime) -> None:
    wrong = {}
    if fault := fault_of_number(number):
        wrong["number"] = fault
    if day > at.date():
        wrong["day"] = _("The document cannot be dated later than today.")
    if wrong:
        raise ValidationError(wrong)


def _facts(unit: Unit, lapses: Collection[Lapse], at: datetime) -> dict[str, Any]:
    """The lines of these lapses as their lists were issued, in the order of the lists; none that was excused since."""
    wanted = {lapse.pk for lapse in lapses}
    listed = reduce(or_, (Q(content__lines__contains=[{"lapse": pk}]) for pk in wanted))
    lines = {
        line["lapse"]: line | {"list": issued.content["month"], "list_sha256": issued.sha256}
        for issued in StandingList.objects.filter(listed).order_by("month")
        if issued.content
        for line in issued.content["lines"]
        if line["lapse"] in wanted
    }
    if wanted - lines.keys():
        raise Refused("not_issued", _("A proposal rests on lapses of a standing list that has been issued."))
    rulings = Ruling.objects.filter(lapse__in=wanted).order_by("lapse_id", "-at", "-pk").distinct("lapse_id")
    if any(ruling.excused for ruling in rulings):
        raise Refused("set_aside", _("One of these lapses has been excused since. Leave it out."))
    named = {"pk": unit.pk, "code": unit.code, "name": unit.name}
    return {"unit": named, "as_of": listing.instant(at), "lines": list(lines.values())}
