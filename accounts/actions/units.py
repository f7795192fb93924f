"""Begins, corrects and ends units; a unit never changes level, code or superior: it ends and another begins."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.labels import LEVELS, Kind
from accounts.models import Unit, User
from accounts.roles import Level, Role

STANDS_BELOW = {
    Level.CITY: (),
    Level.DEPARTMENT: (Level.CITY,),
    Level.DISTRICT: (Level.CITY,),
    Level.COMMUNE: (Level.DISTRICT, Level.CITY),  # under the city since districts ended in July 2025
    Level.DIVISION: (Level.DEPARTMENT, Level.DISTRICT),
}
"""Below units of which levels a unit may stand."""

KINDS = {
    Level.CITY: (Kind.CITY,),
    Level.DEPARTMENT: (Kind.OFFICE, Kind.DEPARTMENT, Kind.INSPECTORATE, Kind.BOARD),
    Level.DISTRICT: (Kind.URBAN_DISTRICT, Kind.RURAL_DISTRICT, Kind.TOWN),
    Level.COMMUNE: (Kind.WARD, Kind.COMMUNE, Kind.TOWNSHIP),
    Level.DIVISION: (Kind.DIVISION,),
}
"""What units of a level can be called by the law."""


@transaction.atomic
def begin(unit: Unit, *, by: User, at: datetime) -> Unit:
    """Enter a new unit, or raise ValidationError by field; PermissionDenied for anybody but an administrator."""
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    check(unit)
    unit.save(force_insert=True)
    unit.refresh_from_db(fields=["path"])
    return unit


@transaction.atomic
def correct(unit: Unit, *, by: User, at: datetime) -> Unit:
    """Store a unit's corrected kind and names, and the days on which it exists; its place stays what it was."""
    journal.sign(by=by, at=at)
    _refuse_strangers(by, at)
    check(unit)
    unit.save(update_fields=["kind", "name", "short_name", "valid", "sort_key", "search_key"])
    return unit


def check(unit: Unit) -> None:
    """Raise ValidationError where the unit cannot be as described: by field, `valid` as `first_day` and `last_day`.

    Runs in a transaction and keeps the superior's row locked to its end, so that of two people who enter the same unit
    at once the second is told.
    """
    superior = Unit.objects.select_for_update(no_key=True).get(pk=unit.parent_id) if unit.parent_id else None
    errors = _kind_errors(unit) | _day_errors(unit)
    if not errors:
        errors = _superior_errors(unit, superior) | _neighbour_errors(unit)
    if errors:
        raise ValidationError(errors)


def _refuse_strangers(by: User, at: datetime) -> None:
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator enters and corrects units."))


def _kind_errors(unit: Unit) -> dict[str, str]:
    if unit.kind in KINDS[Level(unit.level)]:
        return {}
    words = _("“%(kind)s” is no kind of unit at the level “%(level)s”; choose one of: %(kinds)s.")
    kinds = ", ".join(str(kind.label) for kind in KINDS[Level(unit.level)])
    return {"kind": words % {"kind": Kind(unit.kind).label, "level": LEVELS[unit.level], "kinds": kinds}}


def _day_errors(unit: Unit) -> dict[str, str]:
    if unit.valid.lower is None:
        return {"first_day": _("Give the first day on which the unit exists.")}
    if unit.valid.upper is not None and unit.valid.upper <= unit.valid.lower:
        return {"last_day": _("The last day is before the first day; a unit exists for one day at least.")}
    return {}


def _superior_errors(unit: Unit, superior: Unit | None) -> dict[str, str]:
    allowed = STANDS_BELOW[Level(unit.level)]
    if not allowed:
        return {"parent": _("The city stands below no other unit; leave this empty.")} if superior else {}
    if superior is None or superior.level not in allowed:
        words = _("A unit of the level “%(level)s” stands below a unit of the level “%(allowed)s”; choose that one.")
        return {
            "parent": words % {"level": LEVELS[unit.level], "allowed": "”, “".join(str(LEVELS[one]) for one in allowed)}
        }
    days = superior.valid
    if unit.valid.lower < days.lower:
        words = _("%(superior)s exists only from %(day)s; the unit cannot begin before it.")
        return {"first_day": words % {"superior": superior, "day": f"{days.lower:%d/%m/%Y}"}}
    if days.upper is not None and (unit.valid.upper is None or unit.valid.upper > days.upper):
        words = _("%(superior)s exists only to the end of %(day)s; give that day or an earlier one as the last.")
        return {"last_day": words % {"superior": superior, "day": f"{days.upper - timedelta(days=1):%d/%m/%Y}"}}
    return {}


def _neighbour_errors(unit: Unit) -> dict[str, str]:
    """What other units say against it: one has the code, a second city stands, units below would be left over."""
    others = Unit.objects.filter(valid__overlap=unit.valid).exclude(pk=unit.pk)
    if unit.level == Level.CITY and others.of_level(Level.CITY).exists():
        return {"level": _("There is a city on these days already.")}
    namesake = others.filter(code=unit.code).first()
    if namesake:
        words = _("%(unit)s has the code %(code)s on some of these days; a code belongs to one unit at a time.")
        return {"code": words % {"unit": namesake, "code": unit.code}}
    left = (
        Unit.objects.filter(parent=unit.pk).exclude(valid__contained_by=unit.valid) if unit.pk else Unit.objects.none()
    )
    if left:
        words = _("%(count)d units below would still exist after that day, %(unit)s among them; end those first.")
        return {"last_day": words % {"count": len(left), "unit": left[0]}}
    return {}
