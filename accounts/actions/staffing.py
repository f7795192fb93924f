"""Staffs a demonstration: one person for each role that the city needs, named after the role and marked as made up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Appointment, Unit, User
from accounts.roles import Capacity, Level, Role

WORDS = {
    Role.REPORTER: ("baocao", "Cán bộ báo cáo"),
    Role.HEAD: ("lanhdao", "Lãnh đạo"),
    Role.REVIEWER: ("thamtra", "Cán bộ thẩm tra"),
    Role.APPROVER: ("duyet", "Lãnh đạo duyệt số liệu"),
    Role.INSPECTOR: ("theodoi", "Cán bộ theo dõi kỷ cương"),
    Role.OBSERVER: ("quansat", "Lãnh đạo theo dõi"),
    Role.ADMINISTRATOR: ("quantri", "Quản trị"),
}

DEPUTY = ("pholanhdao", "Phó lãnh đạo")
"""A second signer of a unit, in the head's place (KT.)."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The made-up person of a role in a unit."""

    user: User
    role: Role
    unit: Unit


def _posts(units: list[Unit], reviewing: Collection[str], inspecting: Collection[str]) -> list[tuple[Role, Unit]]:
    """Which roles each unit needs: all report; districts and those who own forms review; some only read."""
    posts = []
    for unit in units:
        roles = {
            Level.CITY: [Role.OBSERVER],
            Level.DISTRICT: [Role.REPORTER, Role.HEAD, Role.REVIEWER],
        }.get(Level(unit.level), [Role.REPORTER, Role.HEAD])
        if unit.code in reviewing:
            roles = [*roles, Role.REVIEWER, Role.APPROVER]
        if unit.code in inspecting:
            roles = [*roles, Role.INSPECTOR]
        posts += [(role, unit) for role in roles]
    return posts


@transaction.atomic
def staff(
    password: str, *, reviewing: Collection[str], inspecting: Collection[str], administering: str, since: datetime
) -> dict[tuple[Role, str], Staff]:
    """Create the people and their appointments; give them back by role and unit code. All share one password's hash.

    Units are named by their codes: those that own forms or stand in for an owner are `reviewing`. They and the
    districts have a deputy of the head as well, who is not given back.
    """
    units = list(Unit.objects.all())
    posts = _posts(units, reviewing, inspecting)
    posts += [(Role.ADMINISTRATOR, unit) for unit in units if unit.code == administering]
    shared = make_password(password)
    users = User.objects.bulk_create(_made_up(WORDS[role], unit, shared) for role, unit in posts)
    seconded = [unit for unit in units if unit.level == Level.DISTRICT or unit.code in reviewing]
    deputies = User.objects.bulk_create(_made_up(DEPUTY, unit, shared) for unit in seconded)
    valid = DateTimeTZRange(since, None)
    Appointment.objects.bulk_create(
        [
            *(
                Appointment(user=user, unit=unit, role=role, valid=valid)
                for user, (role, unit) in zip(users, posts, strict=True)
            ),
            *(
                Appointment(user=user, unit=unit, role=Role.HEAD, capacity=Capacity.DEPUTY, valid=valid)
                for user, unit in zip(deputies, seconded, strict=True)
            ),
        ]
    )
    return {(role, unit.code): Staff(user, role, unit) for user, (role, unit) in zip(users, posts, strict=True)}


def staffed() -> dict[tuple[Role, str], Staff]:
    """The people whom `staff` has created, by role and unit code."""
    posts = Appointment.objects.select_related("user", "unit")
    return {
        (Role(post.role), post.unit.code): Staff(post.user, Role(post.role), post.unit)
        for post in posts
        if post.role in WORDS and post.user.username == _username(Role(post.role), post.unit)
    }


def _username(role: Role, unit: Unit) -> str:
    return f"{WORDS[role][0]}.{unit.code.lower()}"


def _made_up(words: tuple[str, str], unit: Unit, password: str) -> User:
    """A person named after what they are in their unit; `password` is its hash."""
    name = f"{words[0]}.{unit.code.lower()}"
    return User(
        username=name,
        full_name=f"{words[1]} {unit.name} (minh hoạ)",
        email=f"{name}@minh-hoa.example",
        password=password,
    )
