"""The course of recorded lapses: what they are as of an instant, what was said of each, and in what state it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from reports import record
from reports.calendars import due_day
from reports.courses import Course, State
from reports.labels.discipline import LAPSE_KINDS
from reports.lapses import Found, lapses
from reports.models import CalendarDay, Explanation, Lapse, Objection, Report, Ruling
from reports.pages.discipline_rows import STATES, exclusion_words
from reports.querysets.discipline import LapseQuerySet


@dataclass(frozen=True)
class Told:
    """A recorded lapse with everything said of it, oldest first; `found` is None where it is none by now."""

    lapse: Lapse
    found: Found | None
    explanations: Sequence[Explanation]
    rulings: Sequence[Ruling]
    objections: Sequence[Objection]
    at: datetime

    @property
    def due(self) -> datetime:
        return self.found.due if self.found else self.lapse.due

    @property
    def month(self) -> date:
        """The first day of the month in whose list it stands."""
        return due_day(self.due).replace(day=1)

    @property
    def course(self) -> Course:
        objection = self.objections[-1] if self.objections else None
        return Course(
            self.found is None or self.found.excluded is not None,
            self.lapse.explain_by,
            bool(self.explanations),
            self.rulings[-1].excused if self.rulings else None,
            objection.upheld if objection else None,
        )

    @property
    def state(self) -> State:
        return self.course.state(self.at)

    @property
    def state_chip(self) -> tuple[Any, str, str]:
        return STATES[self.state]

    @property
    def counts(self) -> bool:
        return self.course.counts

    @property
    def contested(self) -> bool:
        return bool(self.objections) and self.objections[-1].answered_at is None

    @property
    def kind_words(self) -> str:
        return str(LAPSE_KINDS[self.lapse.kind])

    @property
    def excluded_words(self) -> str:
        return exclusion_words(self.found.excluded) if self.found else ""


def told(found: LapseQuerySet, at: datetime) -> list[Told]:
    """These lapses with all that was said of them by then; nine queries, however many."""
    listed = list(
        found.select_related("unit__parent", "report__unit", "report__form", "report__period").prefetch_related(
            Prefetch("explanations", Explanation.objects.select_related("by")),
            Prefetch("rulings", Ruling.objects.select_related("by")),
            Prefetch("objections", Objection.objects.select_related("by", "answered_by", "standing_list")),
        )
    )
    facts = _found(listed, at)
    return [
        Told(
            one,
            facts.get(one.pk),
            list(one.explanations.all()),
            list(one.rulings.all()),
            list(one.objections.all()),
            at,
        )
        for one in listed
    ]


def _found(listed: Iterable[Lapse], at: datetime) -> dict[int, Found]:
    """What each lapse is by what was recorded by then; none for what is no longer one."""
    keys = {one.report_id for one in listed}
    calendar = CalendarDay.objects.as_calendar()
    known = {
        (report, found.kind.value, found.since): found
        for report, (_facts, recorded) in record.recorded(Report.objects.filter(pk__in=keys)).items()
        for found in lapses(recorded, at, calendar)
    }
    found = {one.pk: known.get((one.report_id, one.kind, one.since)) for one in listed}
    return {pk: one for pk, one in found.items() if one}
