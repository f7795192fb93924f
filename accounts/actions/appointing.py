"""Appoints people, and ends appointments; an appointment that gave rights is never deleted or moved."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import journal
from accounts.labels import CAPACITIES, ROLES
from accounts.models import Appointment, Unit, User
from accounts.refusals import Refused
from accounts.roles import Capacity, Role


@transaction.atomic
def appoint(
    user: User,
    unit: Unit,
    role: Role,
    valid: DateTimeTZRange,
    *,
    capacity: Capacity = Capacity.HEAD,
    document: str = "",
    by: User | None,
    at: datetime,
) -> Appointment:
    """Give a person a role in a unit for that time; who is to sign for it, in that capacity and by that document.

    `by` is nobody only where the installation's own command line appoints. Raises PermissionDenied for anybody but an
    administrator, Refused (`own_appointment`) for oneself, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    appointment = Appointment(
        user=user, unit=unit, role=role, valid=valid, capacity=capacity, document=document.strip()
    )
    check(appointment, by=by)
    appointment.save(force_insert=True)
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, end: datetime | None, *, by: User, at: datetime) -> Appointment:
    """Let an appointment run until `end`, from which instant it gives no rights; without one, until further notice.

    An end within the running minute is now. Raises as `appoint` does, and Refused (`ended`) where it is over already.
    """
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    stored = check_end(appointment, end, by=by, at=at)
    stored.valid = DateTimeTZRange(stored.valid.lower, None if end is None else max(end, at))
    stored.save(update_fields=["valid"])
    return stored


@transaction.atomic
def withdraw(appointment: Appointment, *, by: User, at: datetime) -> None:
    """Delete an appointment that has not begun; nothing has followed from it. Refused (`begun`) otherwise."""
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    stored = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if stored.valid.lower <= at:
        raise Refused("begun", _("This appointment has begun and is kept; end it instead."))
    stored.delete()


def check(appointment: Appointment, *, by: User | None) -> None:
    """Raise where a new appointment cannot be; of two people who give the same at once, the second is told."""
    if by == appointment.user:
        raise Refused("own_appointment", _("Nobody appoints themselves. Ask another administrator to do it."))
    User.objects.select_for_update(no_key=True).get(pk=appointment.user_id)
    begin, end = appointment.valid.lower, appointment.valid.upper
    if end is not None and end <= begin:
        raise ValidationError({"valid": _("The end is not after the beginning.")})
    if faults := _capacity_faults(appointment):
        raise ValidationError(faults)
    exists = appointment.unit.valid
    day = timezone.localtime(begin).date()
    if day not in exists:
        words = _("%(unit)s does not exist on %(day)s, when the appointment begins.")
        raise ValidationError({"unit": words % {"unit": appointment.unit, "day": f"{day:%d/%m/%Y}"}})
    _refuse_a_second(appointment)


def check_end(appointment: Appointment, end: datetime | None, *, by: User, at: datetime) -> Appointment:
    """Raise where an appointment cannot end then; give back the stored row, locked to the transaction's end."""
    stored = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    begin, stands = stored.valid.lower, stored.valid.upper
    longer = stands is not None and (end is None or end > stands)
    if longer and by.pk == stored.user_id:
        raise Refused(
            "own_appointment", _("Nobody prolongs their own appointment. Ask another administrator to do it.")
        )
    if stands is not None and stands <= at:
        raise Refused("ended", _("This appointment is over and is kept as it was. Appoint the person anew."))
    if end is not None and end <= begin:
        raise ValidationError({"valid": _("The end is not after the beginning.")})
    if end is not None and end < at.replace(second=0, microsecond=0):
        words = _("What was done under the appointment until now stands: it ends now (%(now)s) or later.")
        raise ValidationError({"valid": words % {"now": f"{timezone.localtime(at):%H:%M %d/%m/%Y}"}})
    if end is None and stored.capacity == Capacity.AUTHORISED:
        raise ValidationError({"valid": _("An authorisation has a last day: give the instant at which it ends.")})
    if longer:
        _refuse_a_second(
            Appointment(
                pk=stored.pk,
                user_id=stored.user_id,
                unit_id=stored.unit_id,
                role=stored.role,
                valid=DateTimeTZRange(begin, end),
            )
        )
    return stored


def _refuse_strangers(by: User | None, at: datetime) -> None:
    if by is not None and not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator appoints people."))


def _capacity_faults(appointment: Appointment) -> dict[str, str]:
    """What is wrong with a signer's capacity, by field; one authorises in writing (Decree 30/2020, article 13.3)."""
    if appointment.role != Role.HEAD and appointment.capacity != Capacity.HEAD:
        words = _(
            "Only who signs for the unit does so in a capacity: choose the role “%(role)s”,"
            " or leave this at “%(head)s”."
        )
        return {"capacity": words % {"role": ROLES[Role.HEAD], "head": CAPACITIES[Capacity.HEAD]}}
    faults = {}
    if appointment.capacity == Capacity.AUTHORISED:
        if not appointment.document.strip():
            faults["document"] = _("Give the number of the document by which the head authorises this person.")
        if appointment.valid.upper is None:
            faults["valid"] = _("An authorisation has a last day: give the instant at which it ends.")
    return faults


def _refuse_a_second(appointment: Appointment) -> None:
    others = Appointment.objects.filter(
        user=appointment.user_id, unit=appointment.unit_id, role=appointment.role, valid__overlap=appointment.valid
    )
    if others.exclude(pk=appointment.pk).exists():
        raise ValidationError({"role": _("This person already has this role in this unit at that time.")})
