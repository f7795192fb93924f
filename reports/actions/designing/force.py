"""Says for which periods a version holds: puts a draft into force from a period, and ends a version after one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from reports import labels, schedules
from reports.actions.designing.designs import Design, Known, build, design_of
from reports.actions.designing.drafts import locked_draft, refuse_strangers
from reports.actions.designing.faults import Ahead, ahead, faults
from reports.models import Form, FormVersion, Report
from reports.periods import PeriodCode, PeriodRefused, Window


@dataclass(frozen=True)
class Consequence:
    """What putting a draft into force does: from which period on, which version ends, which periods open at once."""

    first: PeriodCode
    window: Window
    ends: FormVersion | None
    opens_at_once: list[PeriodCode]
    ahead: list[Ahead]


@transaction.atomic
def put_in_force(version: FormVersion, period: str, *, by: User, at: datetime) -> FormVersion:
    """Make a draft hold from a period on; the version before it ends with the period before.

    Raises ValidationError by place, with `period` for what is wrong with the period: none of the form's frequency, one
    opened already by the older version, one for which another version holds; Refused where it is no draft.
    """
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    Form.objects.select_for_update().get(pk=version.form_id)
    draft = locked_draft(version)
    found = _consequence(draft, design_of(draft), period, at)
    first = found.window.first
    if found.ends is not None:
        found.ends.valid = DateRange(found.ends.valid.lower, first)
        found.ends.save(update_fields=["valid"])
    draft.valid = DateRange(first, None)
    draft.save(update_fields=["valid"])
    return draft


def consequence(version: FormVersion, period: str, *, by: User, at: datetime) -> Consequence:
    """What putting the draft into force from that period would do; raises as `put_in_force` does."""
    refuse_strangers(by, at)
    draft = FormVersion.objects.select_related("form", "basis").get(pk=version.pk)
    return _consequence(draft, design_of(draft), period, at)


@transaction.atomic
def retire(version: FormVersion, period: str, *, by: User, at: datetime) -> FormVersion:
    """Let a version hold for a last period, and for none after it.

    Raises ValidationError at `period` for one before its first, for one after which reports have been opened by it, and
    where the next version holds already.
    """
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    Form.objects.select_for_update().get(pk=version.form_id)
    version = FormVersion.objects.select_for_update(of=["self"]).select_related("form").get(pk=version.pk)
    if version.valid is None:
        raise ValidationError({"period": _("This version is a draft: put it into force, or discard it.")})
    code = _code(version, period)
    end = schedules.window_of(version, code.next).first
    if end <= version.valid.lower:
        first = schedules.period_at(version, version.valid.lower)
        words = _("The version holds from the period %(first)s; its last period cannot lie before it.")
        raise ValidationError({"period": words % {"first": first}})
    opened = _opened(version.form, end).filter(version=version).first()
    if opened:
        words = _("The period %(period)s is open already. The last period cannot lie before it.")
        raise ValidationError({"period": words % {"period": opened.period.code}})
    following = version.form.versions.filter(valid__startswith__gte=version.valid.upper or end)
    if following.filter(valid__startswith__lt=end).exists():
        raise ValidationError({"period": _("Another version of the form already holds for some of these periods.")})
    version.valid = DateRange(version.valid.lower, end)
    version.save(update_fields=["valid"])
    return version


def _code(version: FormVersion, period: str) -> PeriodCode:
    """The period of that code; ValidationError where the version asks no such one."""
    try:
        code = PeriodCode.parse(period.strip())
    except PeriodRefused as error:
        words = _("“%(period)s” is no period. Write it such as %(example)s.")
        raise ValidationError({"period": words % {"period": period, "example": _example(version)}}) from error
    if code.frequency != version.frequency:
        words = _("“%(period)s” is no period of this form, which is asked so often: %(frequency)s.")
        frequency = labels.FREQUENCIES[version.frequency]
        raise ValidationError({"period": words % {"period": period, "frequency": frequency}})
    return code


def _example(version: FormVersion) -> str:
    return schedules.period_at(version, date(2026, 5, 20)).code


def _opened(form: Form, since: date) -> QuerySet[Report]:
    """Reports of periods whose window begins on that day or later."""
    reports = Report.objects.filter(form=form, period__first_day__gte=since)
    return reports.select_related("period").order_by("-period__first_day")


def _consequence(draft: FormVersion, design: Design, period: str, at: datetime) -> Consequence:
    code = _code(draft, period)
    wrong = faults(draft, design, at=at, complete=True, first=code)
    if wrong:
        raise ValidationError(wrong)
    window = schedules.window_of(draft, code)
    opened = _opened(draft.form, window.first).first()
    if opened:
        words = _("The period %(period)s has been opened with an older version. Begin with a later period.")
        raise ValidationError({"period": words % {"period": opened.period.code}})
    others = list(draft.form.versions.exclude(pk=draft.pk).exclude(valid=None))
    later = next((one for one in others if one.valid.lower >= window.first), None)
    if later:
        words = _("Version %(number)d already holds from %(day)s. Begin with a period after that.")
        raise ValidationError({"period": words % {"number": later.number, "day": f"{later.valid.lower:%d/%m/%Y}"}})
    ends = next((one for one in others if window.first in one.valid), None)
    built = build(draft, design, Known.on(at.date()))
    at_once = []
    opening = code
    while not schedules.is_asked_by_hand(draft):
        if schedules.opens_on(draft, schedules.window_of(draft, opening)) > at.date():
            break
        at_once.append(opening)
        opening = opening.next
    return Consequence(code, window, ends, at_once, ahead(built, today=at.date(), first=code))
