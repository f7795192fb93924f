"""How far a directive was passed on: unit by unit, by level and in all, and who has not acknowledged it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from accounts.models import Appointment
from accounts.querysets import UnitQuerySet
from accounts.roles import Level
from notifications.models import Acknowledgement, Addressee, Directive, PassedOn
from notifications.querysets import AddresseeQuerySet


class Accounts(NamedTuple):
    """How many people with an account a unit has now, and how many of them have acknowledged."""

    all: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One addressee: what its head certified last, and its accounts."""

    addressee: Addressee
    passed_on: PassedOn | None
    accounts: Accounts

    @property
    def level(self) -> str:
        return self.addressee.unit.level


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many units have certified, how many of their people they reached, and how many accounts have acknowledged.

    `of_people` counts the people of those units that have certified; of the others nobody knows how many there are.
    """

    units: int
    certified: int
    people: int
    of_people: int
    accounts: int
    read: int

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Coverage":
        """The sums of these lines."""
        lines = list(lines)
        said = [line.passed_on for line in lines if line.passed_on]
        return cls(
            units=len(lines),
            certified=len(said),
            people=sum(one.people for one in said),
            of_people=sum(one.of_people for one in said),
            accounts=sum(line.accounts.all for line in lines),
            read=sum(line.accounts.read for line in lines),
        )


def lines(directive: Directive, addressees: AddresseeQuerySet, at: datetime) -> list[Line]:
    """These addressees of a directive, from the departments down and by name; three queries."""
    listed = list(addressees.filter(directive=directive).select_related("unit__parent").order_by("unit__sort_key"))
    listed.sort(key=lambda one: list(Level).index(Level(one.unit.level)))
    latest = PassedOn.objects.filter(addressee__directive=directive).order_by("addressee", "-at", "-pk")
    said = {one.addressee_id: one for one in latest.distinct("addressee").select_related("by")}
    accounts = _accounts(directive, at)
    return [Line(one, said.get(one.pk), accounts.get(one.unit_id, Accounts())) for one in listed]


def by_level(lines: Iterable[Line]) -> Mapping[str, Coverage]:
    """The coverage of each level that is addressed."""
    lines = list(lines)
    return {level: Coverage.of(one for one in lines if one.level == level) for level in _levels(lines)}


def unread(directive: Directive, addressees: Iterable[Addressee], at: datetime) -> QuerySet[Any]:
    """One post of each person of these addressees' units who has not acknowledged, by unit and name.

    Annotated with `home` and `home_name`, the unit to whose people they belong.
    """
    posts: QuerySet[Any] = _people(at).annotate(home_name=_home("name"), home_key=_home("sort_key"))
    posts = posts.filter(~Exists(_read(directive)), home__in=[one.unit_id for one in addressees])
    order = ("home_key", "home", "user__sort_key", "user_id")
    listed: QuerySet[Any] = posts.select_related("user").order_by(*order, "pk").distinct(*order)
    return listed


def accounts_of(units: UnitQuerySet, at: datetime) -> Mapping[int, int]:
    """How many people with an account these units have now, by unit; one query."""
    people = _people(at).filter(home__in=units.order_by().values("pk")).order_by().values("home")
    return dict(people.annotate(all=Count("user", distinct=True)).values_list("home", "all"))


def _levels(lines: Iterable[Line]) -> list[str]:
    found = {line.level for line in lines}
    return [level.value for level in Level if level.value in found]


def _people(at: datetime) -> QuerySet[Any]:
    """The posts in force, each with the unit to whose people it makes one belong; see querysets.homes."""
    return Appointment.objects.in_force(at).annotate(home=_home("pk"))


def _home(column: str) -> Case:
    return Case(When(unit__level=Level.DIVISION, then=F(f"unit__parent__{column}")), default=F(f"unit__{column}"))


def _read(directive: Directive) -> QuerySet[Acknowledgement]:
    """Whether a person has acknowledged for the unit to whose people a post makes them belong."""
    return Acknowledgement.objects.filter(
        addressee__directive=directive, addressee__unit=OuterRef("home"), person=OuterRef("user")
    )


def _accounts(directive: Directive, at: datetime) -> Mapping[int, Accounts]:
    """The accounts of the units that a directive goes to; one query."""
    people = _people(at).filter(home__in=directive.addressees.order_by().values("unit")).order_by()
    counted = (
        people.annotate(has_read=Exists(_read(directive)))
        .values("home")
        .annotate(all=Count("user", distinct=True), read=Count("user", distinct=True, filter=Q(has_read=True)))
    )
    return {home: Accounts(everyone, read) for home, everyone, read in counted.values_list("home", "all", "read")}
