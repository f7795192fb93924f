"""Replays: an unchanged policy gives the record to the last report, and another one just what follows from it."""

import io
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.roles import Level
from notifications.actions import laddering, planning
from notifications.ladder import RUNGS, WHO, Audience
from notifications.models import Notice
from notifications.policies import Owed, Teller, under
from notifications.replays import Outcome, Policy, Replay
from reports import record
from reports.actions import deadlines
from reports.calendars import DayOfMonth, TooSoon, WorkingDaysAfter
from reports.lapses import Change, Excludes, Outage, Recorded, Taken, standing_as_of
from reports.models import CalendarDay, Extension, Report
from reports.standing import Standing
from reports.workflow import Action, Status
from tests.city import NOW, VIETNAM
from tests.reports.test_demonstration import fill, staffed_city

REPORTER, HEAD, SUPERIORS_HEAD, REVIEWERS, INSPECTORS = (WHO[one] for one in Audience)


def on(day, hour=0, minute=0, month=5):
    return datetime(2022, month, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def filled(city):
    """The small city with thirteen months of plausible reports."""
    fill(city.version, people=staffed_city())
    return city


def replay(city, rules=None, ladder=RUNGS, **days):
    policy = Policy(ladder, rules or {}, **{name: frozenset(given) for name, given in days.items()})
    return Replay(city.form, date(2021, 5, 1), date(2022, 5, 31), policy, NOW)


def stood(city, **more):
    """(report's unit, period) → (as it stands, as it would)."""
    lines = {}
    for period, of_period in replay(city, **more).steps(RUNGS, Outcome()):
        lines |= {(one.unit, period.code): (one.was, one.would) for one in of_period}
    return lines


# The record -----------------------------------------------------------------------------------------------------------


def test_the_unchanged_policy_gives_the_record_exactly(filled):
    city, calendar = filled, CalendarDay.objects.as_calendar()
    facts = record.recorded(Report.objects.filter(form=city.form, period__last_day__lte=date(2022, 5, 31)))
    stands = {(one.unit, one.period): standing_as_of(of, NOW, calendar) for one, of in facts.values()}
    assert stood(city) == {key: (stand, stand) for key, stand in stands.items()}
    outcome = replay(city).run(RUNGS)
    assert not any(both.differs for both in outcome.units.values())
    assert outcome.told == outcome.would_tell != Counter()
    tallied = Counter()
    for months in range(14):
        month = date(2021 + (4 + months) // 12, (4 + months) % 12 + 1, 1)
        for one in record.tallies(month, at=NOW, to=city.inspector):
            tallied += Counter(late=one.late, missing=one.missing, on_time=one.on_time)
    every = outcome.every.was
    assert (every.late, every.missing, every.on_time) == (tallied["late"], tallied["missing"], tallied["on_time"])
    assert every.late
    assert every.on_time


def test_one_more_working_day_makes_on_time_just_those_who_were_a_day_late(filled):
    before, after = stood(filled), stood(filled, rules={Level.COMMUNE: WorkingDaysAfter(2)})
    communes = {unit.pk for unit in (filled.commune, filled.sibling, filled.far_commune)}
    saved = {key for key, (was, would) in after.items() if was.standing != would.standing}
    a_day_late = {
        key for key, (was, _would) in before.items()
        if key[0] in communes and was.standing == Standing.LATE and was.days == 1
    }  # fmt: skip
    passed = {key for key in saved if before[key][0].standing == Standing.LATE}
    assert passed == a_day_late != set()
    assert all(after[key][1].standing == Standing.ON_TIME for key in passed)
    assert {unit for unit, _period in saved} <= communes


def test_a_day_less_makes_nobody_more_punctual(filled):
    for was, would in stood(filled, rules={Level.DISTRICT: WorkingDaysAfter(2)}).values():
        assert not (was.standing == Standing.LATE and would.standing == Standing.ON_TIME)


def test_a_level_that_waits_for_another_moves_with_it(city):
    """Communes are due before the districts that check them, so a later commune moves its district."""
    after = stood(city, rules={Level.COMMUNE: WorkingDaysAfter(3)})
    district = city.report_of(city.district)
    assert after[city.district.pk, "2022-05"][1].days == after[city.district.pk, "2022-05"][0].days + 1
    assert district.deadline == on(19)


def test_a_day_off_moves_the_deadlines_that_count_it(city):
    after = stood(city, days_off=[date(2022, 5, 16)])
    was, would = after[city.commune.pk, "2022-05"]
    assert (was.standing, was.days) == (Standing.DUE_SOON, 0)
    assert (would.standing, would.days) == (Standing.DUE_SOON, 1)


def test_a_swapped_working_day_brings_them_forward(city):
    was, would = stood(city, working=[date(2022, 5, 15)])[city.commune.pk, "2022-05"]
    assert (was.standing, would.standing) == (Standing.DUE_SOON, Standing.MISSING)


def test_a_deadline_before_the_first_working_day_is_refused(city):
    with pytest.raises(TooSoon):
        replay(city, rules={Level.COMMUNE: DayOfMonth(14)}).run(RUNGS)


def test_nothing_is_written(filled):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL transaction_read_only = on")
    replay(filled, rules={Level.COMMUNE: WorkingDaysAfter(2)}, ladder=RUNGS[:2]).run(RUNGS)


def test_the_questions_asked_grow_with_the_periods_and_not_with_the_units(filled, django_assert_max_num_queries):
    with django_assert_max_num_queries(13 * 6 + 10):
        replay(filled).run(RUNGS)


# Facts under another deadline -----------------------------------------------------------------------------------------

OPENED, DUE, LATER = on(15, month=4), on(17), on(18)
EXTENDED = Change(on(10), on(20), Excludes.EXTENSION, "12/QĐ")
CORRECTED = Change(on(9), on(18), Excludes.CALENDAR, "1/TB")


def test_where_the_rules_agree_the_facts_stay_as_they_are():
    recorded = Recorded(OPENED, DUE, (EXTENDED, CORRECTED))
    assert under(recorded, LATER, LATER, None) is recorded


def test_extensions_hold_until_the_day_they_name_and_corrections_are_in_the_rule(city):
    calendar = CalendarDay.objects.as_calendar()
    recorded = Recorded(OPENED, DUE, (CORRECTED, EXTENDED))
    assert under(recorded, DUE, LATER, calendar).changes == (EXTENDED,)
    assert under(recorded, DUE, on(21), calendar).changes == ()


def test_an_incident_gives_what_it_would_have_given(city):
    calendar = CalendarDay.objects.as_calendar()
    outage = Outage(on(17, 9), on(17, 11), on(17, 15), "Mất kết nối")
    moved = Change(on(17, 15), on(19), Excludes.INCIDENT, "Mất kết nối")
    recorded = Recorded(OPENED, DUE, (), outages=(outage,))
    assert under(recorded, DUE, LATER, calendar).changes == (moved,)
    assert under(Recorded(OPENED, LATER, (moved,), outages=(outage,)), LATER, DUE, calendar).changes == ()


def test_a_report_is_owed_again_once_its_receipt_is_taken_back(city):
    steps = (
        Taken(on(10), Action.SUBMIT, Status.SUBMITTED), Taken(on(11), Action.RECALL, Status.DRAFT),
        Taken(on(13), Action.SUBMIT, Status.SUBMITTED),
    )  # fmt: skip
    owed = Owed(Recorded(OPENED, DUE, (), steps), CalendarDay.objects.as_calendar())
    assert [owed.at(on(day)) for day in (9, 10, 12, 13, 14)] == [True, False, True, False, False]


def test_what_is_told_follows_the_deadline_that_was_known_then(city):
    teller = Teller(RUNGS, CalendarDay.objects.as_calendar())
    moved = Change(on(16, 12), on(20), Excludes.EXTENSION)
    told = {(one.rung.days, one.due) for one in teller.of(Recorded(OPENED, DUE, (moved,)), on(30))}
    first, then = date(2022, 5, 16), date(2022, 5, 19)
    assert told == {
        (-5, first),
        (-2, first),
        (0, first),
        (-5, then),
        (-2, then),
        (0, then),
        (1, then),
        (3, then),
        (5, then),
    }


# Notices --------------------------------------------------------------------------------------------------------------


def test_a_ladder_without_a_rung_sends_nothing_of_it_and_all_else_as_before(filled):
    outcome = replay(filled, ladder=[rung for rung in RUNGS if rung.days != 1]).run(RUNGS)
    assert any(days == 1 for days, _who in outcome.told)
    assert {key: count for key, count in outcome.told.items() if key[0] != 1} == outcome.would_tell
    assert not any(both.differs for both in outcome.units.values())


def test_the_notices_counted_are_those_that_the_planner_sends(city):
    """Planned morning by morning, with an extension and a report that comes in between."""
    laddering.give(city.form, RUNGS, by=city.approver, at=NOW)
    for day in range(28):
        moment = on(9, 7, 30) + timedelta(days=day)
        planning.plan(at=moment)
        if moment.date() == date(2022, 5, 17):
            city.now = moment + timedelta(hours=1)
            city.submit(city.report_of(city.sibling))
            deadlines.grant_extension(
                city.form, city.report.period, until=on(21), unit=city.far_commune, reason="Mưa lũ.", document="9/TB",
                by=city.approver, at=city.now,
            )  # fmt: skip
            planning.plan(at=city.now)
    end = on(5, 8, month=6)
    policy = Policy(RUNGS)
    outcome = Replay(city.form, date(2022, 5, 1), date(2022, 5, 31), policy, end).run(RUNGS)
    of_may = Notice.objects.filter(kind="rung", report__period__code="2022-05")
    sent = Counter(of_may.values_list("rung", flat=True))
    counted = Counter()
    for (days, audience), count in outcome.told.items():
        if audience not in (Audience.OWNERS_REVIEWER, Audience.INSPECTOR):
            counted[days] += count
    assert Extension.objects.exists()
    assert counted == sent


# The command ----------------------------------------------------------------------------------------------------------


def told(*arguments):
    out = io.StringIO()
    call_command("replay", "--form", "BM-02", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_tells_what_differs(filled, at):
    text = told("--deadline", "commune=2", "--ladder", "-2:reporter,head 0@08:00:reporter", "--units")
    assert "commune" in text
    assert "+1 head" in text
    assert " -> 0" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("--deadline", "commune"), ("--deadline", "village=2"), ("--deadline", "commune=0"), ("--ladder", "x"),
        ("--ladder", "0:inspector"), ("--deadline", "commune=this14"),
    ],
)  # fmt: skip
def test_the_command_refuses_in_a_sentence(filled, at, arguments):
    with pytest.raises(CommandError):
        told(*arguments)
