"""Gathers why a unit is or is not expected to send a report, until when, and what moved its deadline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Unit
from accounts.querysets import UnitQuerySet
from accounts.roles import Level
from reports import explaining, labels, schedules
from reports.calendars import DeadlineRule, TooSoon
from reports.explaining import EXPECTING, Facts, Reason
from reports.models import DeadlineChange, Form, FormVersion, LegalBasis, NamedUnit, Report, Respondent
from reports.periods import Frequency, PeriodCode, Window


@dataclass(frozen=True)
class Explanation:
    """What there is to say of one unit, form and period.

    `rule` and `deadline` are those of the unit's level by the version's terms; where the report exists, its own
    deadline counts, with the `changes` that moved it.
    """

    version: FormVersion
    facts: Facts
    reasons: tuple[Reason, ...]
    report: Report | None
    rule: DeadlineRule | None
    deadline: datetime | None
    changes: tuple[DeadlineChange, ...]

    @property
    def is_expected(self) -> bool:
        return EXPECTING.issuperset(self.reasons)

    @property
    def sentences(self) -> list[str]:
        return [labels.reason_words(reason, self.facts) for reason in self.reasons]

    @property
    def basis(self) -> LegalBasis | None:
        return self.version.basis


def unit_of(code: str, day: datetime) -> Unit | None:
    """The unit that has that code then, else the last that had it."""
    units = Unit.objects.filter(code__iexact=code)
    return units.in_force(day.date()).first() or units.order_by("-valid").first()


def asked_of(unit: Unit, day: date) -> QuerySet[Respondent]:
    """The terms by which forms ask this unit on that day: as one of its level, or by name, and not where excluded."""
    named = NamedUnit.objects.filter(version=OuterRef("version"), unit=unit)
    return Respondent.objects.filter(
        Q(everyone=True) & ~Exists(named.filter(excluded=True)) | Exists(named.filter(excluded=False)),
        level=unit.level,
        version__valid__contains=day,
    )


def answering(respondent: Respondent, day: date) -> UnitQuerySet:
    """The units that those terms ask on that day: of their level all but the excluded ones, or only those named."""
    named = NamedUnit.objects.filter(version=respondent.version_id, excluded=respondent.everyone).values("unit")
    units = Unit.objects.in_force(day).filter(level=respondent.level)
    return units.exclude(pk__in=named) if respondent.everyone else units.filter(pk__in=named)


def explain(form: Form, unit: Unit, code: PeriodCode, *, at: datetime) -> Explanation | None:
    """Why the unit is or is not expected to send that period's report; None where the form has no version at all."""
    report = (
        Report.objects.filter(form=form, unit=unit, period__code=code.code)
        .select_related("version__basis", "period", "form", "unit", "current")
        .first()
    )
    versions = list(form.versions.select_related("basis").prefetch_related("respondents").order_by("valid", "number"))
    version = report.version if report else _version_for(versions, code)
    if version is None:
        return None
    respondent = version.respondents.filter(level=unit.level).first()
    facts = _facts(version, versions, unit, code, respondent=respondent, report=report, at=at)
    reasons = explaining.reasons(facts)
    rule = respondent.deadline_rule if respondent and not facts.by_hand else None
    return Explanation(
        version=version,
        facts=facts,
        reasons=reasons,
        report=report,
        rule=rule,
        deadline=report.deadline if report else _deadline(version, code, facts) if rule else None,
        changes=tuple(report.deadline_changes.select_related("extension", "incident", "correction")) if report else (),
    )


def _version_for(versions: list[FormVersion], code: PeriodCode) -> FormVersion | None:
    """The version that holds for the period, else the last one that has such periods, else the last one."""
    fitting = [one for one in versions if _has(one, code)]
    holding = [one for one in fitting if schedules.holds(one, schedules.window_of(one, code))]
    return next(iter([*holding, *reversed(fitting), *reversed(versions)]), None)


def _has(version: FormVersion, code: PeriodCode) -> bool:
    by_hand = schedules.is_asked_by_hand(version)
    return by_hand == (code.frequency == Frequency.ONCE) and (by_hand or code.frequency == version.frequency)


def _facts(
    version: FormVersion,
    versions: list[FormVersion],
    unit: Unit,
    code: PeriodCode,
    *,
    respondent: Respondent | None,
    report: Report | None,
    at: datetime,
) -> Facts:
    has_period = _has(version, code)
    if report:
        window = Window(report.period.first_day, report.period.last_day)
    else:
        window = schedules.window_of(version, code) if has_period else Window(code.start, code.end)
    named = version.named_units.filter(unit=unit).values_list("excluded", flat=True).first()
    return Facts(
        window=window,
        opens_on=schedules.opens_on(version, window),
        today=at.date(),
        frequencies=tuple(dict.fromkeys(Frequency(one.frequency) for one in versions)),
        has_period=has_period,
        holds=schedules.holds(version, window),
        has_draft=any(one.valid is None for one in versions),
        by_hand=schedules.is_asked_by_hand(version),
        level=Level(unit.level),
        begins=unit.valid.lower,
        last_day=unit.valid.upper - timedelta(days=1) if unit.valid.upper else None,
        answers=respondent is not None,
        everyone=respondent is not None and respondent.everyone,
        named=None if named is None else not named,
        opened=report is not None,
    )


def _deadline(version: FormVersion, code: PeriodCode, facts: Facts) -> datetime | None:
    """The deadline of the unit's level by the version's rules; None where they leave no working day."""
    calendar = schedules.working_calendar(facts.window.first.year, facts.window.last.year)
    try:
        return schedules.deadlines_of(version, code, facts.window, calendar).get(facts.level)
    except TooSoon:
        return None
