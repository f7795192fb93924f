"""What waits for a person in matters of discipline, on the page of their work: lapses to explain and to rule on."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.requests import PortalRequest
from accounts.roles import Role
from reports.calendars import WorkingCalendar
from reports.models import Lapse
from reports.pages import address
from reports.pages.discipline_course import Told, told
from reports.querysets.discipline import LapseQuerySet
from reports.standing import Stand, standing

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Waiting:
    """A lapse that waits, with how it stands against the term to explain it."""

    told: Told
    stand: Stand | None


class Words(NamedTuple):
    """How a group is called in the address and on the screen, what follows if it is left, and what its button says."""

    name: str
    title: "StrPromise"
    consequence: "StrPromise"
    verb: "StrPromise"


@dataclass(frozen=True)
class Group:
    """The lapses that ask the same of this person, the first term first; `total` counts those not shown as well.

    `opened` is whether more than the first few were asked for.
    """

    words: Words
    lines: list[Waiting]
    total: int
    opened: bool

    @property
    def name(self) -> str:
        return self.words.name


MOST = 100
"""How many lapses a group shows where all of them are asked for; they leave it one by one as they are done."""

EXPLAIN = Words(
    "to-explain",
    _("To be explained"),
    _("Say why the unit was late before the term ends; without your words the owner decides on the facts."),
    _("Explain"),
)
RULE = Words(
    "to-rule",
    _("Explanations to decide"),
    _("Excuse the lapse, with a reason, or not. Until you decide it stands on the list."),
    _("Read and decide"),
)


def waiting(request: PortalRequest, working: WorkingCalendar, at_most: int) -> list[Group]:
    """The groups with something in them; two queries for heads and approvers, and more only where something waits.

    What turned out to be no lapse, as more time was granted since, is not asked for any more. The address asks for more
    of a group by its name, such as `?all=to-rule`.
    """
    user, at = request.user, request.at
    held = {post.role for post in user.posts(at)}
    asked = {
        Role.HEAD: (EXPLAIN, Lapse.objects.to_explain(user, at)),
        Role.APPROVER: (RULE, Lapse.objects.to_rule(user, at)),
    }
    found = []
    for words, lapses in (one for role, one in asked.items() if role in held):
        opened = address.text(request, "all") == words.name
        lines, total = _lines(lapses, at, working, MOST if opened else at_most)
        found.append(Group(words, lines, total, opened))
    return [group for group in found if group.lines]


def _lines(lapses: LapseQuerySet, at: datetime, working: WorkingCalendar, at_most: int) -> tuple[list[Waiting], int]:
    keys = list(lapses.order_by("explain_by", "pk").values_list("pk", flat=True))
    if not keys:
        return [], 0
    ones = sorted(told(Lapse.objects.filter(pk__in=keys[: 2 * at_most]), at), key=lambda one: keys.index(one.lapse.pk))
    kept = [one for one in ones if one.counts]
    lines = [
        Waiting(one, standing(one.lapse.explain_by, None, at, working) if one.lapse.explain_by else None)
        for one in kept[:at_most]
    ]
    return lines, len(keys) - (len(ones) - len(kept))
