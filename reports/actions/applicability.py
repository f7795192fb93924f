"""Says that an indicator does not concern a unit, and that it does again; the figures that this moves are marked."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Unit, User
from accounts.roles import Role
from reports import doorbell, figures
from reports.models import FormOwner, Indicator, Item, NotApplicable, Respondent

LONGEST_REASON = 2000


def decided_for(unit: Unit, *, by: User, at: datetime) -> QuerySet[Indicator]:
    """The indicators that this person may set aside for a unit: those that a form they decide of asks of its level.

    The approvers of the form's owner decide, for the owner itself those of its stand-in; nobody for their own unit.
    """
    posts = by.posts(at)
    if any(post.unit_id == unit.pk for post in posts):
        return Indicator.objects.none()
    offices = [post.unit_id for post in posts if post.role == Role.APPROVER]
    owners = FormOwner.objects.filter(
        Q(unit__in=offices) & ~Q(unit=unit) | Q(stand_in__in=offices, unit=unit), valid__contains=at.date()
    )
    asked = Respondent.objects.filter(version=OuterRef("version"), level=unit.level)
    items = Item.objects.filter(Exists(asked), version__form__in=owners.values("form"), version__valid__isnull=False)
    return Indicator.objects.filter(pk__in=items.values("indicator")).order_by("name", "pk")


@transaction.atomic
def set_not_applicable(
    indicator: Indicator, unit: Unit, first_day: date, reason: str, *, by: User, at: datetime
) -> NotApplicable:
    """Leave an indicator out for a unit in all periods whose data window begins on that day or later.

    Raises PermissionDenied for who does not decide of it, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    _refuse_strangers(indicator, unit, by, at)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: the unit and the city read your reason.")})
    if len(reason) > LONGEST_REASON:
        words = _("The reason is too long: write at most %(count)d characters.")
        raise ValidationError({"reason": words % {"count": LONGEST_REASON}})
    row = NotApplicable(indicator=indicator, unit=unit, valid=DateRange(first_day, None), reason=reason, by=by, at=at)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # of two who say it at once, the second is told
    if NotApplicable.objects.filter(indicator=indicator, unit=unit, valid__overlap=row.valid).exists():
        raise ValidationError(
            {"first_day": _("The indicator is already set aside for this unit on some of these days.")}
        )
    row.save(force_insert=True)
    _mark(row, row.valid)
    return row


@transaction.atomic
def end_not_applicable(row: NotApplicable, last_day: date, *, by: User, at: datetime) -> NotApplicable:
    """Let an indicator concern a unit again in the periods whose data window begins after that day.

    A last day before the first one takes the whole back, as if it had never held. Raises as `set_not_applicable` does.
    """
    journal.sign(by=by, at=at)
    row = NotApplicable.objects.select_related("indicator", "unit").select_for_update(of=("self",)).get(pk=row.pk)
    _refuse_strangers(row.indicator, row.unit, by, at)
    first, upper = row.valid.lower, row.valid.upper
    end = max(first, date.fromordinal(last_day.toordinal() + 1))
    if upper is not None and end >= upper:
        raise ValidationError({"last_day": _("It ends before that day already.")})
    row.valid = DateRange(first, end)
    row.save(update_fields=["valid"])
    _mark(row, DateRange(end, upper))
    return row


def of_unit(unit: Unit) -> QuerySet[NotApplicable]:
    """What has been set aside for a unit, the latest first; what was taken back as a whole is not among it."""
    rows = NotApplicable.objects.filter(unit=unit, valid__isempty=False).annotate(since=F("valid__startswith"))
    return rows.select_related("indicator", "by").order_by("-since", "indicator__name")


def _mark(row: NotApplicable, days: DateRange) -> None:
    figures.mark(row.indicator, days, unit=row.unit)
    doorbell.ring("reports.tasks.fold_figures")


def _refuse_strangers(indicator: Indicator, unit: Unit, by: User, at: datetime) -> None:
    if not decided_for(unit, by=by, at=at).filter(pk=indicator.pk).exists():
        raise PermissionDenied(
            _("Only an approver of a form's owner sets an indicator aside, and not for their own unit.")
        )
