"""Questions about lapses, and about the lists and proposals that are made of them."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.roles import Level, Role
from reports.querysets import OWNERS_READERS, owned, units_of

if TYPE_CHECKING:
    from accounts.models import User
    from reports.models import Lapse, Proposal, StandingList


class LapseQuerySet(models.QuerySet["Lapse"]):
    """Lapses by who may read them."""

    def visible_to(self, user: "User", at: datetime) -> Self:
        """Those of units one is appointed in or above, those of forms that one's unit owns, all for inspectors.

        An owner's own lapses are ruled on by its stand-in, whose people read them too.
        """
        posts = user.posts(at)
        if any(post.role == Role.INSPECTOR for post in posts):
            return self
        readable = Q(unit__path__overlap=[post.unit_id for post in posts])
        owners = units_of(posts, *OWNERS_READERS)
        if owners:
            readable |= _ruled_on_at(owners, at)
        return self.filter(readable)

    def to_explain(self, user: "User", at: datetime) -> Self:
        """Those that this person, as the head of their unit, was asked to explain, and that nobody has yet."""
        heads = units_of(user.posts(at), Role.HEAD)
        return self.filter(unit__in=heads, asked_at__lte=at, explanations=None, rulings=None)

    def to_rule(self, user: "User", at: datetime) -> Self:
        """Those that wait for this person's ruling: explained, or not within the term; none of their own units."""
        posts = user.posts(at)
        approvers = units_of(posts, Role.APPROVER)
        if not approvers:
            return self.none()
        ready = Q(explanations__isnull=False) | Q(explain_by__lt=at)
        mine = _ruled_on_at(approvers, at)
        waiting = self.filter(mine, ready, rulings=None).exclude(unit__in=[post.unit_id for post in posts])
        return waiting.distinct()


class StandingListQuerySet(models.QuerySet["StandingList"]):
    """Standing lists by who may have them as a document."""

    def readable_by(self, user: "User", at: datetime) -> Self:
        """All for inspectors and for people of the city itself, as a list names every unit; none for others."""
        posts = user.posts(at)
        names_all = any(post.role == Role.INSPECTOR or post.level == Level.CITY for post in posts)
        return self if names_all else self.none()


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals by who may read them."""

    def readable_by(self, user: "User", at: datetime) -> Self:
        """All for inspectors; for others those that are decided and rest on a lapse that they may read."""
        if user.holds(Role.INSPECTOR, at):
            return self
        lapses = apps.get_model("reports", "Lapse").objects.visible_to(user, at)
        return self.filter(recorded_at__isnull=False, lapses__in=lapses).distinct()


def _ruled_on_at(units: list[int], at: datetime) -> Q:
    """Lapses with forms that one of these units owns that day, and the owner's own where one stands in for it."""
    owners = apps.get_model("reports", "FormOwner").objects.filter(valid__contains=at.date(), stand_in__in=units)
    own = Exists(owners.filter(form=OuterRef("report__form"), unit=OuterRef("unit")))
    return owned(units, at, "report__form") | Q(own)
