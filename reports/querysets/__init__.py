"""Questions about reports and figures. `visible_to` is the only gate for reading reports."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import OperationalError, models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from accounts.refusals import Refused
from accounts.roles import Level, Post, Role
from reports.calendars import ZONE, WorkingCalendar, due_day
from reports.standing import SOON, Standing
from reports.workflow import FILLERS, OWED, Status

if TYPE_CHECKING:
    from accounts.models import User
    from reports.models import CalendarDay, Figure, Remark, Report, Request, Synthesis

OWNERS_READERS = (Role.REVIEWER, Role.APPROVER, Role.OBSERVER)

ANSWERERS = (Role.REVIEWER, Role.APPROVER, Role.HEAD)
"""Who answers a request for the unit that it is addressed to."""


def _ownerships(at: datetime, **terms: object) -> models.QuerySet[models.Model]:
    """Ownerships of forms in force on that day; the model is asked by name, as models stand above this module."""
    return apps.get_model("reports", "FormOwner").objects.filter(valid__contains=at.date(), **terms)


def owned(units: list[int], at: datetime, form: str = "form") -> Q:
    """Rows of the forms that one of these units owns on that day; `form` is the way from the row to its form."""
    return Q(**{f"{form}__in": _ownerships(at, unit__in=units).values("form")})


def _reviewed_at(units: list[int], at: datetime) -> Q:
    """Reports that these units review: the owner of the form all but its own, its stand-in the owner's own."""
    own = {"form": OuterRef("form"), "unit": OuterRef("unit")}
    return (owned(units, at) & ~Exists(_ownerships(at, **own))) | Q(Exists(_ownerships(at, **own, stand_in__in=units)))


def units_of(posts: tuple[Post, ...], *roles: Role) -> list[int]:
    """The units in which these posts hold one of the roles."""
    return [post.unit_id for post in posts if post.role in roles]


def _filled_by_parts(user: "User", posts: tuple[Post, ...], *, finished: bool = True) -> Q:
    """Reports of which a part is given to this person or to a division that they fill in for; or only unfinished ones.

    Whoever gave up the post in the unit or its division has no part any more.
    """
    divisions = {post.unit_id: post.path[-2] for post in posts if post.level == Level.DIVISION and post.role in FILLERS}
    units = {post.unit_id for post in posts if post.level != Level.DIVISION}
    if not finished and not divisions and all(post.role in FILLERS for post in posts):
        return Q(pk__in=[])
    parts = (
        apps.get_model("reports", "Part")
        .objects.filter(section__version=OuterRef("version"), unit=OuterRef("unit"))
        .filter(Q(person=user) | Q(division__in=divisions))
    )
    if not finished:
        done = apps.get_model("reports", "PartDone").objects.filter(section=OuterRef("section"))
        parts = parts.exclude(Exists(done.filter(report=OuterRef(OuterRef("pk")))))
    return Q(unit__in=units | set(divisions.values())) & Q(Exists(parts))


def _count(rows: models.QuerySet[Any]) -> Coalesce:
    """How many rows of another table belong to a report."""
    counted = rows.values("report").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


@contextmanager
def _patience() -> Iterator[None]:
    """Refuse (`busy`) what waits for a lock for longer than the database lets one wait."""
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        words = _("Somebody else is working on this report just now. Nothing was changed; try again in a moment.")
        raise Refused("busy", words) from error


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by reader, debt and turn."""

    def visible_to(self, user: "User", at: datetime) -> Self:
        """Reports that the person may read at that instant.

        Those of the subtree of every unit one is appointed in; those of which one's division fills in a part; those of
        a form that one's unit owns, for its reviewers, approvers and observers; the owner's own for its stand-in's; all
        of them for inspectors.
        """
        posts = user.posts(at)
        if not posts:
            return self.none()
        if any(post.role == Role.INSPECTOR for post in posts):
            return self
        readable = Q(unit__path__overlap=[post.unit_id for post in posts])
        if any(post.level == Level.DIVISION for post in posts):
            readable |= _filled_by_parts(user, posts)
        owners = units_of(posts, *OWNERS_READERS)
        if owners:
            readable |= owned(owners, at) | _reviewed_at(owners, at)
        return self.filter(readable)

    def locked(self, pk: int) -> "Report":
        """The report, its row locked until the transaction ends.

        Locked first, read afterwards: a join that waited for the lock would still see the other rows as they were.
        Raises Refused (`busy`) where somebody holds it for longer than the database lets one wait.
        """
        with _patience():
            self.select_for_update().values_list("pk").get(pk=pk)
        return self.get(pk=pk)

    def lock(self, report: "Report") -> "Report":
        """The same report as it stands now, its row locked until the transaction ends; one query.

        What stands beside it was read before and is not read again: unit, form, version and period never change, and
        whoever moved it or saved a cell of it since has counted its edit. Raises Refused (`busy`) as `locked` does.
        """
        columns = [field.attname for field in self.model._meta.concrete_fields]
        with _patience():
            row = self.model._base_manager.select_for_update().values(*columns).get(pk=report.pk)
        now = copy(report)
        for name, value in row.items():
            setattr(now, name, value)
        return now

    def owed(self) -> Self:
        """Reports that their unit still owes."""
        return self.filter(status__in=OWED)

    def standing_as(self, standing: Standing, at: datetime, calendar: WorkingCalendar) -> Self:
        """Reports that stand so as of that instant: what standing.standing says of one report, asked of all."""
        asked = self.exclude(status=Status.EXEMPT)
        arrived = Q(received_at__lte=at)
        owing = Q(received_at=None) | Q(received_at__gt=at)
        soon = datetime.combine(calendar.after(due_day(at), SOON + 1), time(), ZONE)
        match standing:
            case Standing.ON_TIME:
                return asked.filter(arrived, received_at__lte=models.F("deadline"))
            case Standing.LATE:
                return asked.filter(arrived, received_at__gt=models.F("deadline"))
            case Standing.MISSING:
                return asked.filter(owing, deadline__lt=at)
            case Standing.DUE_SOON:
                return asked.filter(owing, deadline__gte=at, deadline__lte=soon)
            case Standing.NOT_DUE:
                return asked.filter(owing, deadline__gte=at, deadline__gt=soon)
            case Standing.EXEMPT:
                return self.filter(status=Status.EXEMPT)

    def awaiting(self, user: "User", at: datetime) -> Self:
        """Reports whose next move is this person's: to fill in, to sign, to check, to approve."""
        posts = user.posts(at)
        turns = (
            Q(status=Status.DRAFT, unit__in=units_of(posts, *FILLERS))
            | Q(status=Status.DRAFT) & _filled_by_parts(user, posts, finished=False)
            | Q(status=Status.SUBMITTED, on_paper=True, unit__in=units_of(posts, *FILLERS))
            | Q(status=Status.TO_SIGN, unit__in=units_of(posts, Role.HEAD))
            | Q(status=Status.SUBMITTED, on_paper=False, superior__in=units_of(posts, Role.REVIEWER))
        )
        approvers = units_of(posts, Role.APPROVER)
        if approvers:
            arrived = Q(status=Status.CHECKED) | Q(status=Status.SUBMITTED, superior=None, on_paper=False)
            turns |= (arrived | Q(amendment_asked=True)) & _reviewed_at(approvers, at)
        return self.filter(turns)

    def reviewed_by(self, user: "User", at: datetime) -> Self:
        """Reports that pass through this person's hands to be checked or approved, wherever they are now.

        Annotated with `ours`: whether the person reviews them for the form's owner, and not only as the superior; and
        with `decides`: whether as its approver.
        """
        posts = user.posts(at)
        ours = _reviewed_at(units_of(posts, Role.REVIEWER, Role.APPROVER), at)
        decides = _reviewed_at(units_of(posts, Role.APPROVER), at)
        return self.annotate(ours=ours, decides=decides).filter(
            Q(ours=True) | Q(superior__in=units_of(posts, Role.REVIEWER))
        )

    def decided_by(self, user: "User", at: datetime) -> Self:
        """Reports of which this person decides for the form's owner, such as to extend; never of their own unit's."""
        posts = user.posts(at)
        ours = _reviewed_at(units_of(posts, Role.APPROVER), at)
        return self.filter(ours).exclude(unit__in=[post.unit_id for post in posts])

    def with_turn(self) -> Self:
        """With the last step, which brought the report where it is.

        Annotates `turned_at`, `turned_by` (an Action), and its `reason` and `document`.
        """
        steps = apps.get_model("reports", "Step").objects.filter(report=OuterRef("pk")).order_by("-seq")
        return self.annotate(
            turned_at=Subquery(steps.values("at")[:1]),
            turned_by=Subquery(steps.values("action")[:1]),
            reason=Subquery(steps.values("reason")[:1]),
            document=Subquery(steps.values("document")[:1]),
        )

    def with_remarks(self) -> Self:
        """With how many remarks the unit has still to answer, nobody has ticked off, and reviewers have not sent.

        Annotates `unanswered`, `unsettled` and `unsent`.
        """
        remarks = apps.get_model("reports", "Remark").objects.filter(report=OuterRef("pk")).order_by()
        return self.annotate(
            unanswered=_count(remarks.open()),
            unsettled=_count(remarks.unsettled()),
            unsent=_count(remarks.unsent().filter(revision=OuterRef("current"))),
        )

    def with_names(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related("unit__parent", "form", "version", "period", "current")


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests by who has to answer them and who may read them."""

    def open(self) -> Self:
        """Requests that are neither answered nor withdrawn."""
        return self.filter(answered_at=None, withdrawn_at=None)

    def addressed_to(self, user: "User", at: datetime) -> Self:
        """Requests to a unit for which this person answers: as its reviewer, approver or head."""
        units = units_of(user.posts(at), *ANSWERERS)
        return self.filter(addressee__in=units) if units else self.none()

    def readable_by(self, user: "User", at: datetime) -> Self:
        """Requests to a unit for which one answers, and those of every report that one may read."""
        reports = apps.get_model("reports", "Report").objects.visible_to(user, at)
        return self.filter(Q(addressee__in=units_of(user.posts(at), *ANSWERERS)) | Q(report__in=reports))

    def with_names(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related(
            "report__unit",
            "report__form",
            "report__period",
            "task",
            "addressee",
            "passed_from",
            "passed_by",
            "answered_by",
        )


class SynthesisQuerySet(models.QuerySet["Synthesis"]):
    """Syntheses by who may read them."""

    def visible_to(self, user: "User", at: datetime) -> Self:
        """Those of the subtree one is appointed in, those of forms that one's unit owns, all for inspectors."""
        posts = user.posts(at)
        if any(post.role == Role.INSPECTOR for post in posts):
            return self
        readable = Q(unit__path__overlap=[post.unit_id for post in posts])
        return self.filter(readable | owned(units_of(posts, *OWNERS_READERS), at))


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Remarks by how far they are."""

    def sent(self) -> Self:
        """Remarks that a return has sent to the unit."""
        return self.filter(step__isnull=False)

    def unsent(self) -> Self:
        """Remarks that only reviewers read so far."""
        return self.filter(step=None)

    def open(self) -> Self:
        """Remarks that the unit still has to answer."""
        return self.sent().filter(answered_at=None)

    def unsettled(self) -> Self:
        """Remarks that no reviewer has ticked off."""
        return self.sent().filter(settled_at=None)


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    """The table of days off and swapped working days."""

    def as_calendar(self) -> WorkingCalendar:
        """The working calendar that the table describes."""
        days = self.values_list("day", "working")
        return WorkingCalendar(
            days_off=frozenset(day for day, working in days if not working),
            working=frozenset(day for day, working in days if working),
        )


class FigureQuerySet(models.QuerySet["Figure"]):
    """Figures by scope and period."""

    def readable_by(self, user: "User", at: datetime) -> Self:
        """Figures of every scope one may read, and the confirmed ones of the units above."""
        posts = user.posts(at)
        if not posts:
            return self.none()
        if any(post.role == Role.INSPECTOR for post in posts):
            return self
        above = {unit for post in posts for unit in post.path}
        readable = Q(scope__path__overlap=[post.unit_id for post in posts]) | Q(scope__in=above, state="confirmed")
        owners = units_of(posts, *OWNERS_READERS)
        if owners:
            readable |= owned(owners, at)
        return self.filter(readable)

    def first_confirmed(self) -> Self:
        """The first confirmed figure of each form, scope, origin, indicator and row that has one, with its period."""
        key = ("form_id", "scope_id", "origin", "indicator_id", "row")
        return (
            self.filter(state="confirmed", count__gt=0)
            .exclude(denominator=0)
            .order_by(*key, "period__last_day", "-period__first_day")
            .distinct(*key)
            .select_related("period")
            .prefetch_related("indicator")
        )

    def of_targets(self) -> Self:
        """Figures of the indicators for which a target is set."""
        targets = apps.get_model("reports", "Target").objects
        return self.filter(indicator__in=targets.values("indicator"))

    def in_form_order(self) -> Self:
        """In the order of the items of their form's latest version; annotated with `detail`, as the item has it."""
        item = (
            apps.get_model("reports", "Item")
            .objects.filter(indicator=OuterRef("indicator"), version__form=OuterRef("form"))
            .order_by("-version__number", "position")
        )
        return self.annotate(
            position=Subquery(item.values("position")[:1]), detail=Subquery(item.values("detail")[:1])
        ).order_by("form", "position", "row")

    def with_names(self) -> Self:
        """With everything that a reading shows; what many figures share is read once. Annotated with `form_code`."""
        return self.annotate(form_code=models.F("form__code")).prefetch_related("scope", "indicator")
