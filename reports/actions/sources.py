"""Says which form an indicator comes from where several ask it: entered once, shown in the others."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.roles import Role
from reports import doorbell, figures
from reports.models import Indicator, Respondent, Source


@transaction.atomic
def enter_source(source: Source, *, by: User, at: datetime) -> Source:
    """Enter the source of an indicator for a level from a day on; figures of the forms that ask it are marked.

    Raises PermissionDenied for anybody but an administrator, and ValidationError by field as `check` does.
    """
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    check(source)
    source.save(force_insert=True)
    _mark(source, source.valid)
    return source


@transaction.atomic
def end_source(source: Source, last_day: date | None, *, by: User, at: datetime) -> Source:
    """Let a source hold for periods whose data window begins until that day; without one, until further notice."""
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    stored = Source.objects.select_related("indicator").select_for_update(of=("self",)).get(pk=source.pk)
    before = stored.valid
    stored.valid = DateRange(before.lower, last_day + timedelta(days=1) if last_day else None)
    check(stored)
    stored.save(update_fields=["valid"])
    ends = [day for day in (before.upper, stored.valid.upper) if day]
    if before.upper != stored.valid.upper:
        _mark(stored, DateRange(min(ends), max(ends) if len(ends) == 2 else None))
    return stored


def check(source: Source) -> None:
    """Raise ValidationError where a source cannot be as described: by field, `valid` as `first_day` and `last_day`.

    Runs in a transaction and keeps the indicator's row locked to its end, so that of two who enter the same at once the
    second is told.
    """
    first, end = source.valid.lower, source.valid.upper
    if first is None:
        raise ValidationError({"first_day": _("Give the day from which the source holds.")})
    if end is not None and end <= first:
        raise ValidationError({"last_day": _("The last day is before the first day.")})
    Indicator.objects.select_for_update(no_key=True).get(pk=source.indicator_id)
    asked = Respondent.objects.filter(
        level=source.level, version__form=source.form_id, version__items__indicator=source.indicator_id
    )
    if not asked.exists():
        raise ValidationError({"form": _("This form does not ask units of that level for this indicator.")})
    others = Source.objects.filter(indicator=source.indicator_id, level=source.level, valid__overlap=source.valid)
    if others.exclude(pk=source.pk).exists():
        words = _("The indicator already has a source for this level on some of these days.")
        raise ValidationError({"first_day": words})


def _mark(source: Source, days: DateRange) -> None:
    figures.mark(source.indicator, days, level=source.level)
    doorbell.ring("reports.tasks.fold_figures")


def _refuse_strangers(by: User, at: datetime) -> None:
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator says which form is the source of an indicator."))
