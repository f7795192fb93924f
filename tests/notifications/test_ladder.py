"""The ladder, as a table: when rungs fall, whom they name, and until when they are told."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from notifications import ladder
from notifications.ladder import RUNGS, fallen, reach, rung_for
from reports.calendars import ZONE, WorkingCalendar

PLAIN = WorkingCalendar()
TET_2022 = WorkingCalendar(days_off=frozenset(date(2022, 1, 31) + timedelta(days=n) for n in range(5)))
DEADLINE = datetime(2022, 5, 17, tzinfo=ZONE)  # 24:00 of Monday 16 May


def moment(day, month, hour=7, minute=30, second=0, year=2022):
    return datetime(year, month, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("rung", "falls"), [(-2, moment(12, 5)), (0, moment(16, 5)), (1, moment(17, 5))], ids=["-2", "0", "+1"]
)
def test_a_rung_falls_at_half_past_seven_of_its_working_day(rung, falls):
    (row,) = [row for row in RUNGS if row.days == rung]
    assert row.falls(DEADLINE, PLAIN) == falls


def test_days_off_are_stepped_over():
    deadline = datetime(2022, 2, 9, tzinfo=ZONE)  # 24:00 of Tuesday 8 February; Tết runs to Friday 4 February
    assert RUNGS[0].falls(deadline, TET_2022) == moment(28, 1)


def test_a_deadline_within_a_day_belongs_to_that_day():
    assert RUNGS[1].falls(datetime(2022, 5, 16, 10, tzinfo=ZONE), PLAIN) == moment(16, 5)


def test_an_occasion_names_rung_and_day_so_that_a_moved_deadline_is_another():
    assert [rung.occasion(DEADLINE) for rung in RUNGS] == [
        "rung:-2:2022-05-16",
        "rung:0:2022-05-16",
        "rung:1:2022-05-16",
    ]


BOTH, REPORTER, HEAD = {Role.REPORTER, Role.HEAD}, {Role.REPORTER}, {Role.HEAD}


@pytest.mark.parametrize(
    ("at", "roles", "told"),
    [
        (moment(12, 5, 7, 29, 59), BOTH, None),
        (moment(12, 5), REPORTER, -2),
        (moment(12, 5), HEAD, -2),
        (moment(16, 5, 7, 29, 59), BOTH, -2),
        (moment(16, 5), REPORTER, 0),
        (moment(17, 5), HEAD, 1),
        (moment(17, 5), BOTH, 1),
        (moment(17, 5), REPORTER, 0),  # nothing later names a reporter
        (moment(23, 5, 23, 59, 59), HEAD, 1),  # the fifth working day after the 16th
        (moment(23, 5, 23, 59, 59), REPORTER, 0),
        (moment(24, 5, 0, 0), BOTH, None),
        (moment(17, 5, year=2023), BOTH, None),
        (moment(17, 5), {Role.REVIEWER, Role.OBSERVER, Role.ADMINISTRATOR}, None),
        (moment(17, 5), set(), None),
    ],
)
def test_a_person_hears_the_highest_rung_that_names_them_until_the_fifth_working_day(at, roles, told):
    rung = rung_for(roles, DEADLINE, at, PLAIN)
    assert (rung and rung.days) == told


def test_the_rows_rise():
    assert [rung.days for rung in RUNGS] == sorted({rung.days for rung in RUNGS})
    assert max(rung.days for rung in RUNGS) <= ladder.LAST


days_off = st.frozensets(st.dates(date(2022, 4, 25), date(2022, 6, 10)), max_size=20)
instants = st.integers(0, 31 * 24 * 60).map(lambda minutes: moment(1, 5, 0, 0) + timedelta(minutes=minutes))


@settings(deadline=None)
@given(days_off, instants, st.integers(-500, 500))
def test_within_reach_lies_every_deadline_of_which_something_is_told(off, at, hours):
    calendar = WorkingCalendar(days_off=off)
    deadline = at + timedelta(hours=hours)
    after, until = reach(at, calendar)
    if fallen(deadline, at, calendar):
        assert after < deadline <= until


@settings(deadline=None)
@given(days_off, instants)
def test_reach_is_a_matter_of_days_and_not_of_the_history(off, at):
    after, until = reach(at, WorkingCalendar(days_off=off))
    assert until - after < timedelta(days=60)
