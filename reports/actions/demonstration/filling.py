"""Fills one form, period by period: opens it, tells what the units would, and copies it in; each in a transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from django.db import connection, transaction

from accounts.roles import Level
from reports import figures, schedules
from reports.actions import opening
from reports.actions.demonstration.asking import ask
from reports.actions.demonstration.lives import SLOW, Life, People, Way, live
from reports.actions.demonstration.remembering import Memory
from reports.actions.demonstration.writing import write
from reports.checks import Answer, Cell, History, Severity
from reports.illustration import TELLERS, Asked, Respondent, Span, Teller, Temper, sentences
from reports.models import CalendarDay, FormOwner, FormVersion, Item, Report, Section, Task
from reports.periods import PeriodCode
from reports.terms import Terms


@dataclass(frozen=True)
class Demonstration:
    """What all forms of a demonstration share: its people, its seed, and the instant up to which it is filled.

    `kept_open` is the code of the unit whose reports of the periods due now are left empty drafts.
    """

    people: People
    seed: int
    kept_open: str
    at: datetime


def periods_of(version: FormVersion, *, at: datetime) -> list[PeriodCode]:
    """The periods that have opened by that instant, in their order."""
    last = at.date()
    codes = schedules.codes_of(version, since=version.valid.lower, until=last) if version.valid else []
    return [code for code in codes if schedules.opens_on(version, schedules.window_of(version, code)) <= last]


def fill(version: FormVersion, given: Demonstration) -> Iterator[tuple[PeriodCode, int]]:
    """Fill the periods one by one; after each, give its code and how many reports were filed in it.

    A period is opened and filled in one transaction, so whoever stops in between may begin again: periods in which
    somebody has done something are told anew, for what follows from them, but not written. Figures are left marked.
    """
    telling = _Telling(version, given)
    for code in periods_of(version, at=given.at):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")  # much is copied in, and the machine may be slow
            opening.open_period(version, code)
            reports = list(
                Report.objects.filter(version=version, period__code=code.code)
                .select_related("unit", "superior", "period", "form", "version", "current")
                .order_by("unit")
            )
            lives = telling.lives(code, reports)
            if all(report.edit == 1 for report in reports):
                write(lives, telling.items)
                random = Random(f"{given.seed}/{code}")  # noqa: S311  (no secret)
                ask(lives, given.people, random, telling.calendar, at=given.at)
        yield code, sum(bool(life.frozen) for life in lives)


def settle() -> None:
    """Fold what was filled into figures, and let the database learn how much there is now."""
    figures.fold_marked()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reports_report, reports_revision, reports_value, reports_step, reports_figure")


class _Telling:
    """The units' tellers of one form, what they have told, and who reviews it."""

    def __init__(self, version: FormVersion, given: Demonstration) -> None:
        self.version = version
        self.given = given
        self.calendar = CalendarDay.objects.as_calendar()
        self.items = {item.code: item.pk for item in Item.objects.filter(version=version)}
        owner = FormOwner.objects.select_related("unit", "stand_in").get(
            form=version.form_id, valid__contains=given.at.date()
        )
        self.owner, self.stand_in = owner.unit.code, owner.stand_in.code
        self.alone = set(Item.asked_of.through.objects.filter(item__version=version).values_list("unit", flat=True))
        self.tasks: dict[str, Span] = {}
        if version.sections.filter(shape=Section.Shape.TASKS).exists():
            led = list(Task.objects.values_list("code", "starts_on", "due_on", "lead"))
            self.tasks = {code: Span(first, last) for code, first, last, _lead in led}
            self.alone |= {lead for _code, _first, _last, lead in led}
        self.memory = Memory()
        self.tellers: dict[int, Teller] = {}

    def lives(self, code: PeriodCode, reports: list[Report]) -> list[Life]:
        """What is told for a period, which follows the last one, and what becomes of each report."""
        terms = self._terms(reports)
        lives = [self._life(code, report, terms[self._alike(report)]) for report in reports]
        self.memory.next_period()
        return lives

    def _life(self, code: PeriodCode, report: Report, terms: Terms) -> Life:
        teller = self._teller(report)
        tasks = {row: span for row, span in self.tasks.items() if any(cell.row == row for cell in terms.typed)}
        told = teller.tell(Asked(code, report.period.last_day, terms.typed, tasks))
        life = Life(report, {cell: answer for cell, answer in told.items() if cell in terms.typed})
        if report.period.last_day >= self.given.at.date() or self._is_kept_open(report):
            return life
        _work_out(life, terms, self.memory.history_of(report, terms), code)
        random = Random(f"{self.given.seed}/{report.form.code}/{report.unit.code}/{code}")  # noqa: S311  (no secret)
        way = Way.of(report, self.given.people, self.owner, self.stand_in)
        above = Random(f"{self.given.seed}/{report.superior.code}/{code}") if report.superior else None  # noqa: S311
        slow = above is not None and above.random() < SLOW
        live(life, way, teller.temper, random, self.calendar, at=self.given.at, slow=slow)
        if life.stands:
            self.memory.remember(report, terms, life.answers)
        return life

    def _is_kept_open(self, report: Report) -> bool:
        return report.unit.code == self.given.kept_open and report.deadline > self.given.at

    def _alike(self, report: Report) -> int | str:
        """What a unit is asked the same as: its level, unless something is asked of it alone."""
        return report.unit_id if report.unit_id in self.alone else report.unit.level

    def _terms(self, reports: list[Report]) -> dict[int | str, Terms]:
        """What is asked in one period, read once for all units of a level and once for each that is asked alone."""
        return {key: Terms.of(report) for key, report in {self._alike(report): report for report in reports}.items()}

    def _teller(self, report: Report) -> Teller:
        unit = report.unit
        if unit.pk not in self.tellers:
            temper = Temper(
                self.given.seed,
                unit.code,
                punctual=unit.code == self.given.kept_open,
                faithful=unit.pk in self.alone and unit.level == Level.DEPARTMENT,  # the city's figure hangs on it
            )
            random = Random(f"{self.given.seed}/{report.form.code}/{unit.code}")  # noqa: S311  (no secret)
            respondent = Respondent(unit.code, Level(unit.level), unit.kind)
            self.tellers[unit.pk] = TELLERS[report.form.code](respondent, temper, random)
        return self.tellers[unit.pk]


def _work_out(life: Life, terms: Terms, history: History, code: PeriodCode) -> None:
    """Add to what was typed in what the form computes from it, and a note at whatever stands out."""
    computed = terms.computed({cell: answer.number for cell, answer in life.answers.items()}, history)
    life.answers = dict(life.answers) | {
        cell: Answer(number) for cell, number in computed.items() if number is not None and cell.item in terms.by_code
    }
    for problem in terms.problems(life.answers, history):
        if problem.severity == Severity.WARNING:
            cell = Cell(problem.item, problem.row)
            cause, note = sentences.explanation(problem.code, code)
            life.answers[cell] = replace(life.answers[cell], cause=cause, note=note)
            life.standing_out.append((problem.code, problem.item, problem.row))
