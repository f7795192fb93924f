"""What stands behind reports that somebody is about to move, and what the rows of the table ask of it.

Everything is read once for all of the reports, when it is first asked: one report or six hundred cost the same queries.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.roles import Capacity, Place, Post
from reports.calendars import WorkingCalendar
from reports.models import Author, CalendarDay, DeputyForm, FormOwner, Remark, Report, Step, SynthesisEntry
from reports.standing import stage_deadline
from reports.workflow import RECEIPTS, Move, Status, When, moves_from


class Situation:
    """Some reports, a person and an instant; select the version with the reports."""

    def __init__(self, reports: Collection[Report], *, by: User, at: datetime) -> None:
        self.reports = reports
        self.by = by
        self.at = at

    def moves_open(self, report: Report) -> list[Move]:
        """The moves of the table that the person may make with the report as it stands."""
        return [move for move in moves_from(Status(report.status), report.route) if self.is_open(report, move)]

    def is_open(self, report: Report, move: Move) -> bool:
        """Whether this move is open to the person: by role and place, and by what the report has behind it."""
        return (
            self.post_for(report, move) is not None and self.holds(report, move.when) and self.leads_back(report, move)
        )

    def post_for(self, report: Report, move: Move) -> Post | None:
        """By which of their posts the person may make the move, whatever the report has behind it."""
        for who in move.who:
            for post in self.by.posts(self.at):
                if (
                    post.role == who.role
                    and post.unit_id == self._unit(report, who.place)
                    and self._signs(report, post)
                ):
                    return post
        return None

    def holds(self, report: Report, when: When) -> bool:
        """Whether the report has behind it what a move asks for."""
        last = self.last_steps.get(report.pk) if When.CHECK_OVERDUE in when else None
        asked = {
            When.NOTHING_APPROVED: lambda: report.approved_id is None,
            When.AMENDING: lambda: report.approved_id is not None,
            When.ASKED_TO_AMEND: lambda: report.amendment_asked,
            When.NOT_ASKED: lambda: not report.amendment_asked,
            When.ON_PAPER: lambda: report.on_paper,
            When.KEYED: lambda: not report.on_paper,
            When.CHECK_OVERDUE: lambda: last is not None and self.at > self._check_due(report, last),
            When.SUPERIOR_ENDED: lambda: report.superior is not None and self.at.date() not in report.superior.valid,
        }
        return all(asked[one]() for one in when if one in asked)

    def leads_back(self, report: Report, move: Move) -> bool:
        """Whether the move brings an exempt report back to the state that it had before."""
        last = self.last_steps.get(report.pk)
        return When.AS_BEFORE not in move.when or (last is not None and last.before == move.after)

    @cached_property
    def last_steps(self) -> dict[int, Step]:
        """The last step of each report that has one, with whether a remark is `unanswered` there."""
        remarks = Remark.objects.filter(report=OuterRef("report")).open()
        steps = Step.objects.filter(report__in=self.reports).annotate(unanswered=Exists(remarks))
        steps = steps.order_by("report_id", "-seq").distinct("report_id")
        return {step.report_id: step for step in steps}

    @cached_property
    def written(self) -> frozenset[int]:
        """The reports of which the person filled in or submitted any revision."""
        authored = Author.objects.filter(report__in=self.reports, user=self.by).values_list("report")
        submitted = Step.objects.filter(report__in=self.reports, by=self.by, action__in=RECEIPTS).values_list("report")
        return frozenset(pk for (pk,) in authored.union(submitted))

    @cached_property
    def composed(self) -> frozenset[int]:
        """The reports whose current revision stands in a synthesis of their superior."""
        revisions = [report.current_id for report in self.reports]
        return frozenset(SynthesisEntry.objects.filter(revision__in=revisions).values_list("report", flat=True))

    @cached_property
    def unanswered(self) -> frozenset[int]:
        """The reports with a remark that the unit has not answered; none is sent but by a step."""
        return frozenset(pk for pk, step in self.last_steps.items() if getattr(step, "unanswered", False))

    @cached_property
    def unsent(self) -> dict[int, list[Remark]]:
        """The remarks on each report's current revision that the next return would send."""
        found: dict[int, list[Remark]] = {}
        revisions = [report.current_id for report in self.reports]
        for remark in Remark.objects.filter(revision__in=revisions).unsent():
            found.setdefault(remark.report_id, []).append(remark)
        return found

    @cached_property
    def _owners(self) -> dict[int, FormOwner]:
        """Today's owner of each form."""
        forms = {report.form_id for report in self.reports}
        owners = FormOwner.objects.filter(form__in=forms, valid__contains=self.at.date())
        return {owner.form_id: owner for owner in owners}

    def _unit(self, report: Report, place: Place) -> int | None:
        """The unit at that place; the owner's own reports are reviewed by its stand-in."""
        if place is not Place.OWNER:
            return report.unit_id if place is Place.OWN else report.superior_id
        owner = self._owners.get(report.form_id)
        if owner is None:
            return None
        return owner.stand_in_id if owner.unit_id == report.unit_id else owner.unit_id

    def _signs(self, report: Report, post: Post) -> bool:
        """Whether a deputy's post covers the report's form; everybody else's covers all."""
        if post.capacity is not Capacity.DEPUTY:
            return True
        forms = self._deputy_forms.get(post.unit_id, frozenset())
        return not forms or report.form_id in forms

    @cached_property
    def _deputy_forms(self) -> dict[int, frozenset[int]]:
        """The forms that the person signs as a deputy, by unit."""
        posts = self.by.appointments.in_force(self.at).filter(capacity=Capacity.DEPUTY)
        rows = DeputyForm.objects.filter(appointment__in=posts).values_list("appointment__unit", "form")
        units = {unit for unit, _form in rows}
        return {unit: frozenset(form for of, form in rows if of == unit) for unit in units}

    def _check_due(self, report: Report, last: Step) -> datetime:
        """Until when the superior is to check the report that it has received."""
        return stage_deadline(last.at, report.version.superior_days, self._calendar)

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        return CalendarDay.objects.as_calendar()
