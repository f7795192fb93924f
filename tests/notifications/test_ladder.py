"""The ladder, as a table: when rungs fall, whom they name, until when they are told, and when routine is gathered."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import ladder
from notifications.ladder import RUNGS, WHO, Audience, Rung, days_told, mornings, not_before, stages, told
from reports.calendars import ZONE, WorkingCalendar, due_day
from reports.standing import stage_deadline

PLAIN = WorkingCalendar()
TET_2022 = WorkingCalendar(days_off=frozenset(date(2022, 1, 31) + timedelta(days=n) for n in range(5)))
MONDAY = date(2022, 5, 16)


def moment(day, month, hour=7, minute=30, second=0, year=2022):
    return datetime(year, month, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("days", "falls"),
    [
        (-5, moment(9, 5)),
        (-2, moment(12, 5)),
        (0, moment(16, 5)),
        (1, moment(17, 5)),
        (3, moment(19, 5)),
        (5, moment(23, 5)),
    ],
)
def test_a_rung_falls_at_half_past_seven_of_its_working_day(days, falls):
    (row,) = [row for row in RUNGS if row.days == days]
    assert row.falls(MONDAY, PLAIN) == falls


def test_a_rung_may_have_an_hour_of_its_own():
    assert Rung(1, (), time(14)).falls(MONDAY, PLAIN) == moment(17, 5, 14, 0)


def test_days_off_are_stepped_over():
    tuesday = date(2022, 2, 8)  # Tết runs to Friday 4 February
    assert Rung(-2, ()).falls(tuesday, TET_2022) == moment(28, 1)


REPORTER, HEAD, ABOVE, REVIEWER, INSPECTOR = Audience


@pytest.mark.parametrize(
    ("at", "heard"),
    [
        (moment(9, 5, 7, 29, 59), {}),
        (moment(9, 5), {REPORTER: -5}),
        (moment(12, 5), {REPORTER: -2, HEAD: -2}),
        (moment(16, 5, 7, 29, 59), {REPORTER: -2, HEAD: -2}),
        (moment(16, 5), {REPORTER: 0, HEAD: 0}),
        (moment(17, 5), {REPORTER: 0, HEAD: 1}),  # nothing later names a reporter
        (moment(19, 5), {REPORTER: 0, HEAD: 3, ABOVE: 3}),
        (moment(23, 5, 23, 59, 59), {REPORTER: 0, HEAD: 3, ABOVE: 3, REVIEWER: 5, INSPECTOR: 5}),
        (moment(24, 5, 0, 0), {}),
        (moment(17, 5, year=2023), {}),
    ],
)
def test_each_audience_hears_the_highest_rung_that_names_it_until_the_fifth_working_day(at, heard):
    rungs = told(RUNGS, MONDAY, at, PLAIN)
    assert {one: rungs[WHO[one]].days for one in Audience if WHO[one] in rungs} == heard


def test_a_longer_ladder_is_told_up_to_its_last_rungs_day():
    longer = (Rung(0, (WHO[HEAD],)), Rung(10, (WHO[HEAD],)))
    assert told(longer, MONDAY, moment(30, 5), PLAIN)[WHO[HEAD]].days == 10
    assert told(longer, MONDAY, moment(31, 5, 0, 0), PLAIN) == {}


def test_a_ladder_without_a_rung_tells_nothing():
    assert list(days_told((), moment(16, 5), PLAIN)) == []


def test_the_rows_rise_and_name_everybody():
    assert [rung.days for rung in RUNGS] == sorted({rung.days for rung in RUNGS})
    assert max(rung.days for rung in RUNGS) <= ladder.LAST
    assert {who for rung in RUNGS for who in rung.who} == set(WHO.values())


@pytest.mark.parametrize(
    ("at", "this", "following"),
    [
        (moment(16, 5, 7, 29, 59), moment(13, 5), moment(16, 5)),
        (moment(16, 5), moment(16, 5), moment(17, 5)),
        (moment(20, 5, 18), moment(20, 5), moment(23, 5)),
        (moment(21, 5, 10), moment(20, 5), moment(23, 5)),
    ],
)
def test_routine_is_gathered_on_working_mornings(at, this, following):
    assert mornings(at, PLAIN) == (this, following)


def test_what_is_told_of_reaches_back_five_working_days():
    assert not_before(moment(16, 5), PLAIN) == moment(7, 5, 0, 0)  # 24:00 of Friday the 6th


days_off = st.frozensets(st.dates(date(2022, 4, 25), date(2022, 6, 10)), max_size=20)
instants = st.integers(0, 31 * 24 * 60).map(lambda minutes: moment(1, 5, 0, 0) + timedelta(minutes=minutes))


@settings(deadline=None)
@given(days_off, instants, st.integers(-60, 60))
def test_the_days_told_are_all_of_which_something_is_told(off, at, distance):
    calendar = WorkingCalendar(days_off=off)
    day = at.date() + timedelta(days=distance)
    assert dict(days_told(RUNGS, at, calendar)).get(day, {}) == told(RUNGS, day, at, calendar)


@settings(deadline=None)
@given(days_off, instants, st.integers(0, 6))
def test_a_stage_is_found_by_the_day_on_which_it_began(off, since, days):
    calendar = WorkingCalendar(days_off=off)
    due = due_day(stage_deadline(since, days, calendar))
    assert (since.astimezone(ZONE).date(), due) in list(stages({due}, days, calendar))


@settings(deadline=None)
@given(days_off, instants)
def test_a_morning_is_a_working_one_and_they_follow_one_another(off, at):
    calendar = WorkingCalendar(days_off=off)
    this, following = mornings(at, calendar)
    assert this <= at < following
    assert calendar.is_working(this.date())
    assert calendar.after(this.date(), 1) == following.date()
