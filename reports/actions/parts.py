"""Gives parts of a form to people and divisions of a unit, and notes which parts of a report are done."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Appointment, Unit, User
from accounts.querysets import AppointmentQuerySet
from accounts.roles import Level
from reports.actions import filing
from reports.models import Part, PartDone, Report, Section
from reports.workflow import FILLERS


def may_assign(unit: int, *, by: User, at: datetime) -> bool:
    """Whether this person says who fills in the parts of that unit's reports: as its reporter or head."""
    return any(post.role in FILLERS and post.unit_id == unit for post in by.posts(at))


@transaction.atomic
def assign_part(
    section: Section, unit: Unit, *, person: User | None = None, division: Unit | None = None, by: User, at: datetime
) -> Part:
    """Give a section of a form, for this unit, to a person or to a division; whoever had it has it no longer.

    A person works in the unit or in one of its divisions, a division stands directly below the unit. Raises
    PermissionDenied for anybody but the unit's reporters and heads, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    _refuse_strangers(unit, by, at)
    if (person is None) == (division is None):
        raise ValidationError({"assignee": _("A part is given to a person or to a division.")})
    if division is not None and not _is_division(division, unit, at):
        raise ValidationError({"assignee": _("Choose a division of your unit that is in force.")})
    if person is not None and not people_of(unit, at).filter(user=person).exists():
        raise ValidationError(
            {"assignee": _("Choose somebody who is appointed in your unit or in one of its divisions.")}
        )
    part, _new = Part.objects.update_or_create(
        section=section, unit=unit, defaults={"person": person, "division": division}
    )
    return part


@transaction.atomic
def unassign_part(part: Part, *, by: User, at: datetime) -> None:
    """Take a part back: the unit's reporters fill it in as they do the rest; who may as for `assign_part`."""
    journal.sign(by=by, at=at)
    _refuse_strangers(part.unit, by, at)
    part.delete()


@transaction.atomic
def mark_done(report: Report, section: Section, *, by: User, at: datetime) -> PartDone:
    """Note that a part of a draft is finished; said twice it stays as it was said first.

    Raises PermissionDenied for who does not fill in this part, Refused(`not_a_draft`) once the report has left the
    draft, and ValidationError where the section is no part that was given to anybody.
    """
    report = _draft(report, section, by, at)
    if not Part.objects.filter(section=section, unit=report.unit_id).exists():
        raise ValidationError({"section": _("This section is not given to anybody, so there is no part to finish.")})
    done, _new = PartDone.objects.get_or_create(report=report, section=section, defaults={"by": by, "at": at})
    return done


@transaction.atomic
def mark_undone(report: Report, section: Section, *, by: User, at: datetime) -> None:
    """Note that a part of a draft is not finished after all; raises as `mark_done` does."""
    report = _draft(report, section, by, at)
    PartDone.objects.filter(report=report, section=section).delete()


def unfinished(report: Report) -> list[Part]:
    """The parts of this report that nobody has said to be done, in the order of the form; one query."""
    done = PartDone.objects.filter(report=report, section=OuterRef("section"))
    parts = Part.objects.filter(~Exists(done), section__version=report.version_id, unit=report.unit_id)
    return list(parts.select_related("section", "person", "division").order_by("section__position"))


def people_of(unit: Unit, at: datetime) -> AppointmentQuerySet:
    """The appointments in force in the unit, and those of its divisions that fill reports in."""
    inside = Appointment.objects.in_force(at).filter(unit=unit)
    beneath = Appointment.objects.in_force(at).filter(
        unit__parent=unit, unit__level=Level.DIVISION, role__in=[str(role) for role in FILLERS]
    )
    return inside | beneath


def _is_division(division: Unit, unit: Unit, at: datetime) -> bool:
    return division.level == Level.DIVISION and division.parent_id == unit.pk and at.date() in division.valid


def _refuse_strangers(unit: Unit, by: User, at: datetime) -> None:
    if not may_assign(unit.pk, by=by, at=at):
        raise PermissionDenied(_("Only the reporters and heads of the unit say who fills in its parts."))


def _draft(report: Report, section: Section, by: User, at: datetime) -> Report:
    """The report locked, if it is a draft and this person fills in the section."""
    report, fillable = filing.draft(report, by=by, at=at)
    if section.version_id != report.version_id:
        raise ValidationError({"section": _("This section is of another form.")})
    if fillable is not None and section.pk not in fillable:
        raise PermissionDenied(_("You fill in only the parts of this report that are given to you or your division."))
    return report
