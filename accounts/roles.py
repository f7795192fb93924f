"""The levels of units, the roles and capacities of people, and what a post in force is: words every rule may use."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Level(StrEnum):
    """How high a unit stands in the city; a division stands below a department or a district and never reports."""

    CITY = "city"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    DIVISION = "division"


class Place(StrEnum):
    """A unit as seen from a report: the one that owes it, its superior, the one that reviews for the form's owner."""

    OWN = "own"
    SUPERIOR = "superior"
    OWNER = "owner"


class Role(StrEnum):
    """What an appointment lets a person do in a unit."""

    REPORTER = "reporter"
    HEAD = "head"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"

    def __matmul__(self, place: Place) -> "Who":
        """Read ``REVIEWER @ SUPERIOR`` as "a reviewer appointed at the report's superior"."""
        return Who(self, place)


class Capacity(StrEnum):
    """In what capacity a person signs for a unit, as documents print it; the unit's head stays accountable."""

    HEAD = "head"
    DEPUTY = "deputy"  # KT.
    ACTING = "acting"  # Q.
    BY_ORDER = "by_order"  # TL.
    AUTHORISED = "authorised"  # TUQ., by a document and until a day; never passed on


@dataclass(frozen=True, slots=True)
class Who:
    """A role at a place: who may make a move."""

    role: Role
    place: Place


@dataclass(frozen=True, slots=True)
class Post:
    """One appointment in force: the role, and the unit with its line of units from the city down to itself."""

    role: Role
    unit_id: int
    level: Level
    path: tuple[int, ...]
    capacity: Capacity = Capacity.HEAD


def post(role: str, unit_id: int, level: str, path: Sequence[int], capacity: str) -> Post:
    """The post that these columns tell of."""
    return Post(Role(role), unit_id, Level(level), tuple(path), Capacity(capacity))


@dataclass(frozen=True, slots=True)
class Held:
    """A post with the span of its appointment and the days on which its unit exists: it gives rights within both."""

    post: Post
    valid: Container[datetime]
    unit_valid: Container[date]

    def gives_rights(self, at: datetime) -> bool:
        """Whether it does at that instant."""
        return at in self.valid and at.date() in self.unit_valid
