"""Sets what the city has to reach, and keeps the catalogue of indicators; administrators do."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.roles import Role
from reports.models import Indicator, Row, Target
from reports.targets import BOUNDS, Comparator

FIRST_YEAR, LAST_YEAR = 2020, 2099


@transaction.atomic
def save_target(target: Target, *, by: User, at: datetime) -> Target:
    """Store a new or a changed target, or that a milestone was reached.

    Raises PermissionDenied for anybody but an administrator, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    _refuse_others(by, at)
    check(target, at=at)
    target.save()
    return target


@transaction.atomic
def save_indicator(indicator: Indicator, *, by: User, at: datetime) -> Indicator:
    """Store the name of an indicator, in which direction it improves, and that it is retired; nothing else changes.

    Raises PermissionDenied for anybody but an administrator, and ValidationError by field.
    """
    journal.sign(by=by, at=at)
    _refuse_others(by, at)
    check_indicator(indicator)
    indicator.save(update_fields=["name", "better", "retired_on"])
    return indicator


def check(target: Target, *, at: datetime) -> None:
    """Raise ValidationError by field where the target cannot stand so."""
    faults = {**_bounds(target), **_dates(target), **_reached(target, at), **_subject(target, at)}
    if faults:
        raise ValidationError(faults)


def check_indicator(indicator: Indicator) -> None:
    """Raise ValidationError by field where the indicator cannot stand so."""
    if not indicator.name.strip():
        raise ValidationError({"name": _("Give the indicator a name.")})


def _refuse_others(by: User, at: datetime) -> None:
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator keeps targets and indicators."))


def _bounds(target: Target) -> dict[str, str]:
    """What is wrong with the bounds, by the comparator."""
    comparator = Comparator(target.comparator)
    bounds = BOUNDS[comparator]
    if comparator == Comparator.MILESTONE and not target.words.strip():
        return {"words": _("Say in words what the milestone is.")}
    if bounds < 1 and target.low is not None:
        return {"low": _("A milestone has no bound: it is reached by a document, not by a figure.")}
    if bounds >= 1 and target.low is None:
        return {"low": _("Give the number that is to be reached.")}
    if bounds < 2 and target.high is not None:
        return {"high": _("Only “between” has an upper bound: leave it empty.")}
    if bounds == 2 and target.high is None:
        return {"high": _("Give the upper bound as well.")}
    if target.low is not None and target.high is not None and target.low >= target.high:
        return {"high": _("The upper bound lies above the lower one.")}
    if comparator == Comparator.RANK_AT_MOST and target.low is not None and (target.low < 1 or target.low % 1):
        return {"low": _("A rank is a whole number from 1.")}
    return {}


def _dates(target: Target) -> dict[str, str]:
    """What is wrong with the year and the day; a milestone alone may have neither."""
    if target.year is None and target.due_on is None and target.comparator != Comparator.MILESTONE:
        return {"year": _("Give the year by whose end it is to be reached.")}
    if target.year is not None and not FIRST_YEAR <= target.year <= LAST_YEAR:
        return {"year": _("The year lies between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}}
    if target.year is not None and target.due_on is not None and target.due_on.year > target.year:
        return {"due_on": _("The day lies after the target's year.")}
    return {}


def _reached(target: Target, at: datetime) -> dict[str, str]:
    """What is wrong with the entry that a milestone was reached."""
    if target.comparator != Comparator.MILESTONE:
        if target.reached_on or target.document:
            return {"reached_on": _("Only a milestone is entered as reached: figures show it of any other target.")}
        return {}
    if target.reached_on and target.reached_on > at.date():
        return {"reached_on": _("This day has not come yet.")}
    if target.reached_on and not target.document.strip():
        return {"document": _("Give the number of the document that says so.")}
    if target.document and not target.reached_on:
        return {"reached_on": _("Give the day on which the milestone was reached.")}
    return {}


def _subject(target: Target, at: datetime) -> dict[str, str]:
    """What is wrong with the indicator and the row that the target reads."""
    retired = target.indicator.retired_on
    if target._state.adding and retired and retired <= at.date():
        return {"indicator": _("This indicator is retired: no new target is set for it.")}
    asked = Row.objects.filter(code=target.row, section__items__indicator=target.indicator)
    if target.row and not asked.exists():
        return {"row": _("No form asks this indicator in a row of that code.")}
    return {}
