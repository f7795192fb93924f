"""Questions about notices, their deliveries, and directives."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.roles import Level, Post, Role
from notifications.labels import DeliveryState, Outcome

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Addressee, Attempt, Delivery, Directive, Notice


NAMED = (
    *("report__unit", "report__form", "report__version", "report__period", "report__current"),
    *("lapse__unit", "lapse__report__form", "lapse__report__version", "lapse__report__period"),
    *("standing_list", "directive", "form"),
)
"""Whatever a notice speaks of, with its names."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by person."""

    def of(self, person: "User") -> Self:
        """What this person was told; nobody else sees it."""
        return self.filter(person=person)

    def unread_of(self, person: "User") -> Self:
        """What this person was told and has not opened."""
        return self.of(person).filter(read_at=None)

    def with_names(self) -> Self:
        """With everything that a row of the inbox shows."""
        return self.select_related(*NAMED)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what is to be done about them."""

    def with_all_to_say(self) -> Self:
        """With everything that a message says and goes by."""
        return self.select_related("notice__person__preference", *(f"notice__{name}" for name in NAMED))

    def message_of(self, delivery: "Delivery") -> Self:
        """All that goes in one message with this one."""
        return self.filter(Q(pk=delivery.pk) | Q(batch__isnull=False, batch=delivery.batch_id))

    def one_a_message(self) -> Self:
        """Of those that go in one message, the first."""
        messages = self.order_by().values(message=Coalesce("batch", "pk"))
        return self.filter(pk__in=messages.annotate(first=Min("pk")).values("first"))

    def waiting(self, at: datetime) -> Self:
        """Those that were to go out by that instant and did not."""
        return self.filter(state=DeliveryState.OWED, due_at__lte=at)

    def failing(self) -> Self:
        """Those that are still to go out though they were tried in vain."""
        attempts = apps.get_model("notifications", "Attempt").objects.filter(delivery=OuterRef("pk"))
        vain = attempts.filter(outcome__in=(Outcome.FAILED, Outcome.UNCLEAR))
        return self.filter(Exists(vain), state=DeliveryState.OWED)

    def accepted_since(self, since: datetime) -> Self:
        """Those of which a server accepted an attempt since then.

        They are looked for from the first of them on, as they lie at the end of a table that grows with the years.
        """
        accepted = apps.get_model("notifications", "Attempt").objects.filter(at__gt=since, outcome=Outcome.ACCEPTED)
        first = accepted.order_by().values("outcome").annotate(first=Min("delivery")).values("first")
        return self.filter(pk__gte=first, pk__in=accepted.values("delivery"))

    def given_up(self) -> Self:
        """Those that no deliverer tries any more."""
        return self.filter(state=DeliveryState.DEAD)

    def unclear_since(self, since: datetime) -> Self:
        """Those of which the person may have a message twice, or none: an attempt since then ended unclear."""
        attempts = apps.get_model("notifications", "Attempt").objects
        return self.filter(pk__in=attempts.unclear().filter(at__gte=since).values("delivery"))


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts by outcome."""

    def unclear(self) -> Self:
        """Those of which nobody knows whether the person got the message, and which a later attempt may repeat."""
        return self.filter(outcome=Outcome.UNCLEAR)


PUBLISHERS = (Role.ADMINISTRATOR, Role.INSPECTOR)
"""Who publishes directives, and reads how every unit passed them on."""


def homes(posts: Iterable[Post]) -> list[int]:
    """The units to whose people these posts make one belong: their own; of a division, the unit above it."""
    return [post.path[-2] if post.level == Level.DIVISION else post.unit_id for post in posts]


class DirectiveQuerySet(models.QuerySet["Directive"]):
    """Directives by who may read them."""

    def visible_to(self, user: "User", at: datetime) -> Self:
        """Those published to a unit one belongs to, or that stands above or below it; for publishers all of them."""
        posts = user.posts(at)
        if any(post.role in PUBLISHERS for post in posts):
            return self
        below = Q(unit__path__overlap=[post.unit_id for post in posts])
        above = Q(unit__in={unit for post in posts for unit in post.path})
        addressees = apps.get_model("notifications", "Addressee").objects.filter(below | above)
        return self.filter(Exists(addressees.filter(directive=OuterRef("pk"))), published_at__isnull=False)

    def with_coverage(self, user: "User", at: datetime) -> Self:
        """With how many of the addressees that this person may read of there are, and have certified.

        Annotates `units` and `certified`.
        """
        readable = apps.get_model("notifications", "Addressee").objects.readable_by(user, at)
        of_directive = readable.filter(directive=OuterRef("pk")).order_by()
        return self.annotate(units=_count(of_directive), certified=_count(of_directive.certified()))


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    """Addressees by person, and by what they have still to do."""

    def of(self, user: "User", at: datetime) -> Self:
        """The addressees to whose people this person belongs."""
        return self.filter(unit__in=homes(user.posts(at)))

    def readable_by(self, user: "User", at: datetime) -> Self:
        """The addressees of whose people this person may read: one's own unit and those beneath, all for publishers."""
        posts = user.posts(at)
        if any(post.role in PUBLISHERS for post in posts):
            return self
        return self.filter(Q(unit__path__overlap=[post.unit_id for post in posts]) | Q(unit__in=homes(posts)))

    def headed_by(self, user: "User", at: datetime) -> Self:
        """The addressees of which this person is a head."""
        return self.filter(unit__in=[post.unit_id for post in user.posts(at) if post.role == Role.HEAD])

    def certified(self) -> Self:
        """Those whose head has certified how the directive was passed on."""
        return self.filter(Exists(_of_addressee("PassedOn")))

    def waiting_for(self, user: "User", at: datetime) -> Self:
        """What this person has still to do: to acknowledge a published directive, or as head to certify it.

        Annotates `unread` and `uncertified`, the earliest day first.
        """
        posts = user.posts(at)
        heads = [post.unit_id for post in posts if post.role == Role.HEAD]
        return (
            self.of(user, at)
            .filter(directive__published_at__isnull=False)
            .annotate(
                unread=~Exists(_of_addressee("Acknowledgement").filter(person=user)),
                uncertified=Q(unit__in=heads) & ~Exists(_of_addressee("PassedOn")),
            )
            .filter(Q(unread=True) | Q(uncertified=True))
            .select_related("directive", "unit")
            .order_by("directive__pass_on_by", "directive", "unit__sort_key")
        )


def _of_addressee(model: str) -> models.QuerySet[Any]:
    """The rows of a table that belong to an addressee."""
    rows: models.QuerySet[Any] = apps.get_model("notifications", model).objects.filter(addressee=OuterRef("pk"))
    return rows


def _count(addressees: "AddresseeQuerySet") -> Coalesce:
    """How many addressees a directive has."""
    counted = addressees.values("directive").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
