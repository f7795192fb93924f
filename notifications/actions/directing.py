"""Publishes directives to units, certifies how they were passed on, and acknowledges that they were read.

A directive is first a draft, which its publishers may change and discard; published, it stays as it is.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Unit, User
from accounts.querysets import UnitQuerySet
from accounts.refusals import Refused
from accounts.roles import Level
from notifications.models import Acknowledgement, Addressee, Directive, PassedOn
from notifications.querysets import PUBLISHERS
from reports import doorbell
from reports.actions import attaching
from reports.actions.grounds import LONGEST_DOCUMENT
from reports.calendars import ZONE

LEVELS = (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)
"""The levels that a directive can be addressed to as a whole."""

LONGEST_TITLE = 1000
LONGEST_TEXT = 20_000
LONGEST_WAY = 500


def may_publish(*, by: User, at: datetime) -> bool:
    """Whether this person enters and publishes directives: an administrator or an inspector."""
    return any(post.role in PUBLISHERS for post in by.posts(at))


@transaction.atomic
def write(
    draft: Directive | None,
    *,
    number: str,
    title: str,
    issuer: str,
    issued_on: date,
    text: str,
    pass_on_by: datetime,
    file: tuple[str, bytes] | None = None,
    by: User,
    at: datetime,
) -> Directive:
    """Enter a directive as a draft, or change the one that is given; `file` is its name and bytes, or what it has.

    Raises PermissionDenied for anybody but administrators and inspectors, Refused (`published`) where it was published
    meanwhile, ValidationError by field, and as attaching.keep for the file.
    """
    _refuse_others(by, at)
    journal.sign(by=by, at=at)
    draft = Directive(made_by=by) if draft is None else _draft(draft)
    draft.number, draft.title, draft.issuer = " ".join(number.split()), title.strip(), issuer.strip()
    draft.issued_on, draft.text, draft.pass_on_by = issued_on, text.strip(), pass_on_by
    wrong = _wrong(draft, at)
    if file is None and not draft.sha256:
        wrong["file"] = _("Attach the directive itself: the units read it, and pass it on.")
    if wrong:
        raise ValidationError(wrong)
    if file is not None:
        for name, value in asdict(attaching.keep(*file)).items():
            setattr(draft, name, value)
    draft.save()
    return draft


@transaction.atomic
def discard(draft: Directive, *, by: User, at: datetime) -> None:
    """Throw a draft away. Raises as `write` does."""
    _refuse_others(by, at)
    journal.sign(by=by, at=at)
    _draft(draft).delete()


def audience(levels: Collection[str], units: Iterable[Unit], day: date) -> UnitQuerySet:
    """The units in force on that day that are of one of the levels, or named."""
    known = Unit.objects.in_force(day)
    named = known.filter(pk__in=[unit.pk for unit in units])
    return known.filter(level__in=[level for level in levels if level in LEVELS]) | named


@transaction.atomic
def publish(draft: Directive, levels: Collection[str], units: Iterable[Unit], *, by: User, at: datetime) -> int:
    """Publish a draft to the units of these levels and the named ones, as they are in force now; return how many.

    Raises as `write` does, and ValidationError keyed `levels` where nobody is addressed.
    """
    _refuse_others(by, at)
    journal.sign(by=by, at=at)
    draft = _draft(draft)
    if wrong := _wrong(draft, at):
        raise ValidationError(wrong)
    addressed = list(audience(levels, units, at.date()))
    if not addressed:
        raise ValidationError({"levels": _("Choose a level or name a unit: a directive goes to somebody.")})
    return _publish(draft, addressed, at)


def enter(rows: Iterable[dict[str, Any]]) -> int:
    """Enter directives that were issued before the portal began, as published; what exists is left as it is.

    A row gives the columns of a directive, `levels`, and the days `published_on` and `pass_on_by`; it goes to the
    units in force on the former. Return how many were new.
    """
    known = set(Directive.objects.values_list("number", flat=True))
    new = [row for row in rows if row["number"] not in known]
    for row in new:
        published_on = date.fromisoformat(row["published_on"])
        directive = Directive.objects.create(
            **{name: row[name] for name in ("number", "title", "issuer", "text")},
            issued_on=date.fromisoformat(row["issued_on"]),
            pass_on_by=datetime.fromisoformat(row["pass_on_by"]).replace(tzinfo=ZONE),
        )
        began = datetime(published_on.year, published_on.month, published_on.day, 8, tzinfo=ZONE)
        _publish(directive, audience(row["levels"], (), published_on), began)
    return len(new)


@transaction.atomic
def certify(
    addressee: Addressee,
    *,
    day: date,
    way: str,
    people: int,
    of_people: int,
    file: tuple[str, bytes] | None,
    by: User,
    at: datetime,
) -> PassedOn:
    """Certify when, how and to how many of its people a unit passed a directive on, with the list they signed.

    What was certified before stays beside it; the latest counts. Raises PermissionDenied for anybody but the unit's
    head, ValidationError by field, and as attaching.keep for the list.
    """
    refuse_other_than_head(addressee, by=by, at=at)
    way = " ".join(way.split())
    wrong = {}
    if day > at.date():
        wrong["day"] = _("The day on which it was passed on cannot lie after today.")
    elif day < addressee.directive.issued_on:
        wrong["day"] = _("It cannot have been passed on before it was issued.")
    if not way:
        wrong["way"] = _("Say how it was passed on, such as at a meeting.")
    elif len(way) > LONGEST_WAY:
        wrong["way"] = _("This is too long: write at most %(count)d characters.") % {"count": LONGEST_WAY}
    if of_people < 1:
        wrong["of_people"] = _("Say how many people the unit has.")
    elif not 0 <= people <= of_people:
        wrong["people"] = _("No more people can be reached than the unit has.")
    if file is None:
        wrong["file"] = _("Attach the list that the people have signed.")
    if wrong or file is None:
        raise ValidationError(wrong)
    kept = asdict(attaching.keep(*file))
    return PassedOn.objects.create(
        addressee=addressee, day=day, way=way, people=people, of_people=of_people, by=by, at=at, **kept
    )


def refuse_other_than_head(addressee: Addressee, *, by: User, at: datetime) -> None:
    """Raise PermissionDenied for anybody but a head of the unit, before anything that was typed is judged."""
    if not Addressee.objects.filter(pk=addressee.pk).headed_by(by, at).exists():
        raise PermissionDenied(_("Only the head of the unit certifies how a directive was passed on."))


def acknowledge(directive: Directive, *, by: User, at: datetime) -> int:
    """Put on record that this person has read a directive to units of theirs; return for how many, 0 the second time.

    Raises PermissionDenied for whoever belongs to no unit that it goes to.
    """
    mine = Addressee.objects.filter(directive=directive, directive__published_at__isnull=False).of(by, at)
    addressed = list(mine.values_list("pk", flat=True))
    if not addressed:
        raise PermissionDenied(_("This directive goes to no unit of yours, so there is nothing to acknowledge."))
    read = set(Acknowledgement.objects.filter(person=by, addressee__in=addressed).values_list("addressee", flat=True))
    new = [Acknowledgement(addressee_id=pk, person=by, at=at) for pk in addressed if pk not in read]
    Acknowledgement.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _publish(directive: Directive, units: Iterable[Unit], at: datetime) -> int:
    """Fix the addressees, and let the reminders know."""
    made = Addressee.objects.bulk_create(Addressee(directive=directive, unit=unit) for unit in units)
    directive.published_at = at
    directive.save(update_fields=["published_at"])
    doorbell.ring("notifications.tasks.remind")
    return len(made)


def _refuse_others(by: User, at: datetime) -> None:
    if not may_publish(by=by, at=at):
        raise PermissionDenied(_("Only administrators and inspectors enter and publish directives."))


def _draft(directive: Directive) -> Directive:
    """The draft as it stands now, locked."""
    now = Directive.objects.select_for_update().get(pk=directive.pk)
    if now.published_at is not None:
        words = _("This directive was published, so it stays as it is. Enter another one that takes its place.")
        raise Refused("published", words)
    return now


def _wrong(draft: Directive, at: datetime) -> dict[str, str]:
    """What is wrong with a draft, by field."""
    long = {"number": LONGEST_DOCUMENT, "title": LONGEST_TITLE, "issuer": LONGEST_TITLE, "text": LONGEST_TEXT}
    words = _("This is too long: write at most %(count)d characters.")
    wrong = {name: words % {"count": most} for name, most in long.items() if len(getattr(draft, name)) > most}
    wrong |= {
        name: sentence
        for name, sentence in (
            ("number", _("Give the number of the directive.")),
            ("title", _("Give the title of the directive.")),
            ("issuer", _("Say who issued the directive.")),
        )
        if not getattr(draft, name)
    }
    if Directive.objects.filter(number=draft.number).exclude(pk=draft.pk).exists():
        wrong["number"] = _("A directive with this number has been entered already.")
    if draft.issued_on > at.date():
        wrong["issued_on"] = _("The directive cannot be dated later than today.")
    if draft.pass_on_by <= at:
        wrong["pass_on_by"] = _("Give the units time: the day by which they pass it on lies after now.")
    return wrong
