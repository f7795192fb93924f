"""Working days and deadlines, with the test points of the law and of Hanoi's own forms."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.calendars import (
    ZONE,
    DayOfMonth,
    DeadlineRule,
    OnDay,
    Shift,
    TooSoon,
    WorkingCalendar,
    WorkingDaysAfter,
    days_late,
    deadline,
    deadlines,
    due_day,
    seed,
)
from reports.periods import Frequency, PeriodCode, WindowRule

DECREE, CALENDAR = WindowRule.DECREE, WindowRule.CALENDAR
SEED = seed(range(2019, 2042))
HANOI = WorkingCalendar(
    frozenset(day for day, worked, _ in SEED if not worked),
    frozenset(day for day, worked, _ in SEED if worked),
)
DAY = timedelta(days=1)

days = st.dates(date(2021, 1, 1), date(2030, 12, 31))
rules = st.one_of(
    st.builds(WorkingDaysAfter, st.integers(1, 12)),
    st.builds(DayOfMonth, st.integers(1, 31), st.integers(0, 1)),
)
terms = st.tuples(
    days,
    st.sampled_from([Frequency.MONTH, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR]),
    st.sampled_from(WindowRule),
    rules,
)


def end_of(year, month, day):
    """24:00 of that day."""
    return datetime(year, month, day, tzinfo=ZONE) + DAY


def due(code, rule, window_rule=DECREE, shift=Shift.NEXT, calendar=HANOI):
    period = PeriodCode.parse(code)
    return deadline(rule, period, period.window(window_rule), calendar, shift)


def of_term(term):
    day, frequency, window_rule, rule = term
    period = PeriodCode.of(day, frequency, window_rule)
    return rule, period, period.window(window_rule)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 13), True),  # the Friday before Tết
        (date(2026, 2, 14), False),
        (date(2026, 2, 20), False),  # the last day of Tết on a weekday
        (date(2026, 2, 23), True),
        (date(2026, 1, 2), False),  # swapped with
        (date(2026, 1, 10), True),  # this Saturday
        (date(2024, 5, 4), True),
        (date(2024, 4, 29), False),
        (date(2025, 4, 26), True),
        (date(2026, 4, 27), False),  # compensates Sunday 26 April
        (date(2029, 11, 26), False),  # compensates Saturday 24 November
        (date(2022, 5, 3), False),
    ],
)
def test_offices_work_from_monday_to_friday_save_holidays_and_swaps(day, worked):
    assert HANOI.is_working(day) is worked


@pytest.mark.parametrize(
    ("day", "n", "result"),
    [
        (date(2026, 2, 14), 1, date(2026, 2, 23)),
        (date(2026, 2, 14), 3, date(2026, 2, 25)),
        (date(2026, 2, 23), -1, date(2026, 2, 13)),
        (date(2026, 2, 14), 0, date(2026, 2, 14)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 1, 12), -1, date(2026, 1, 10)),
    ],
)
def test_the_nth_working_day_is_counted_over_tet_and_swaps(day, n, result):
    assert HANOI.after(day, n) == result


@pytest.mark.parametrize(
    ("code", "rule", "expected"),
    [
        ("2026-02", WorkingDaysAfter(1), end_of(2026, 2, 23)),
        ("2026-02", WorkingDaysAfter(3), end_of(2026, 2, 25)),
        ("2025-01", DayOfMonth(25), end_of(2025, 2, 3)),
        ("2026-04", DayOfMonth(25), end_of(2026, 4, 28)),
        ("2029-11", DayOfMonth(25), end_of(2029, 11, 27)),
        ("2022-05", WorkingDaysAfter(1), end_of(2022, 5, 16)),
        ("2022-05", WorkingDaysAfter(3), end_of(2022, 5, 18)),
        ("2022-Q2", DayOfMonth(20), end_of(2022, 6, 20)),
        ("2022-02", DayOfMonth(31), end_of(2022, 2, 28)),
        ("2022-12", DayOfMonth(3, months_after=1), end_of(2023, 1, 3)),
        ("2025-12", DayOfMonth(9, months_after=1), end_of(2026, 1, 9)),
        ("2025-12", DayOfMonth(10, months_after=1), end_of(2026, 1, 10)),
    ],
)
def test_a_deadline_on_a_day_off_moves_to_the_next_working_day(code, rule, expected):
    assert due(code, rule) == expected


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (Shift.NEXT, end_of(2025, 2, 3)),
        (Shift.PREVIOUS, end_of(2025, 1, 24)),
        (Shift.NONE, end_of(2025, 1, 25)),
    ],
)
def test_a_form_may_move_a_deadline_forward_back_or_not_at_all(shift, expected):
    assert due("2025-01", DayOfMonth(25), shift=shift) == expected


def test_a_weekly_form_is_due_on_monday_at_ten_or_on_tuesday_after_a_holiday():
    at_ten = WorkingDaysAfter(1, at=timedelta(hours=10))
    assert due("2022-W19", at_ten, CALENDAR) == datetime(2022, 5, 16, 10, tzinfo=ZONE)
    assert due("2026-W17", at_ten, CALENDAR) == datetime(2026, 4, 28, 10, tzinfo=ZONE)


def test_a_weekly_form_has_no_day_of_a_month():
    with pytest.raises(ValueError, match="weekly form"):
        due("2022-W19", DayOfMonth(20), CALENDAR)


@pytest.mark.parametrize(
    ("code", "rule", "window_rule", "shift"),
    [
        ("2026-02", DayOfMonth(14), DECREE, Shift.NONE),
        ("2026-02", DayOfMonth(22), DECREE, Shift.NONE),  # a Sunday: Tết and weekends only since the window
        ("2026-02", DayOfMonth(22), DECREE, Shift.PREVIOUS),
        ("2026-03", DayOfMonth(25), CALENDAR, Shift.NEXT),
    ],
)
def test_a_rule_that_leaves_no_working_day_after_the_window_is_refused(code, rule, window_rule, shift):
    with pytest.raises(TooSoon, match="leaves no working day"):
        due(code, rule, window_rule, shift)


@pytest.mark.parametrize("n", [0, -2])
def test_a_rule_of_less_than_one_working_day_cannot_be_written(n):
    with pytest.raises(TooSoon, match="first working day after"):
        WorkingDaysAfter(n)


def test_the_first_working_day_after_the_window_suffices_at_any_hour():
    assert due("2026-02", WorkingDaysAfter(1, at=timedelta(hours=8))) == datetime(2026, 2, 23, 8, tzinfo=ZONE)


@pytest.mark.parametrize("at", [timedelta(0), timedelta(hours=-1), timedelta(hours=24, seconds=1)])
def test_a_time_of_day_lies_after_midnight_and_not_after_24_00(at):
    for rule in (WorkingDaysAfter, DayOfMonth):
        with pytest.raises(ValueError, match="time of day"):
            rule(1, at=at)


@pytest.mark.parametrize(("day", "months_after"), [(0, 0), (32, 0), (5, 2), (5, -1)])
def test_a_fixed_day_lies_in_the_last_month_or_the_one_after(day, months_after):
    with pytest.raises(ValueError, match="fixed day"):
        DayOfMonth(day, months_after)


def all_due(code, rules, window_rule, **terms):
    period = PeriodCode.parse(code)
    return deadlines(rules, period, period.window(window_rule), HANOI, **terms)


BM_05 = {
    "department": DayOfMonth(5, months_after=1),
    "district": DayOfMonth(5, months_after=1),
    "commune": DayOfMonth(3, months_after=1),
}


def test_where_two_levels_meet_the_upper_one_moves_one_working_day():
    assert all_due("2022-01", BM_05, CALENDAR, checked={"commune"}) == {
        "department": end_of(2022, 2, 8),
        "district": end_of(2022, 2, 8),
        "commune": end_of(2022, 2, 7),
    }


def test_levels_that_do_not_meet_keep_their_own_deadlines():
    assert all_due("2022-03", BM_05, CALENDAR, checked={"commune"}) == {
        "department": end_of(2022, 4, 5),
        "district": end_of(2022, 4, 5),
        "commune": end_of(2022, 4, 4),
    }


def test_without_a_superior_check_levels_may_share_a_deadline():
    assert set(all_due("2022-01", BM_05, CALENDAR).values()) == {end_of(2022, 2, 7)}


def test_24_00_of_a_day_belongs_to_that_day():
    midnight = datetime(2022, 5, 17, tzinfo=ZONE)
    assert due_day(midnight) == date(2022, 5, 16)
    assert due_day(midnight + timedelta(microseconds=1)) == date(2022, 5, 17)
    assert due_day(midnight.astimezone(UTC)) == date(2022, 5, 16)


@pytest.mark.parametrize(
    ("received", "late"),
    [
        (end_of(2022, 5, 13), 0),
        (end_of(2022, 5, 13) + timedelta(seconds=1), 1),  # on Saturday: no working day has passed, yet late
        (datetime(2022, 5, 16, 8, tzinfo=ZONE), 1),
        (datetime(2022, 5, 17, 8, tzinfo=ZONE), 2),
        (datetime(2022, 5, 23, 8, tzinfo=ZONE), 6),
    ],
)
def test_lateness_counts_working_days_after_the_deadlines_day_and_at_least_one(received, late):
    assert days_late(end_of(2022, 5, 13), received, HANOI) == late


def test_a_report_an_hour_late_on_its_own_day_is_one_day_late():
    at_ten = datetime(2022, 5, 16, 10, tzinfo=ZONE)
    assert days_late(at_ten, at_ten + timedelta(hours=1), HANOI) == 1


def test_the_seed_names_each_day_in_vietnamese_and_stays_within_its_years():
    seeded = {day: (worked, name) for day, worked, name in seed([2026])}
    assert {day.year for day in seeded} == {2026}
    assert seeded[date(2026, 1, 2)] == (False, "Ngày nghỉ (thay cho ngày 10/01/2026)")
    assert seeded[date(2026, 1, 10)] == (True, "Ngày làm bù")
    assert seeded[date(2026, 8, 22)] == (True, "Ngày làm bù")
    assert seeded[date(2026, 2, 17)] == (False, "Tết Nguyên Đán")
    assert list(seeded) == sorted(seeded)
    assert seed([]) == []


@given(days, st.integers(-30, 30))
def test_the_nth_working_day_has_n_working_days_before_it(day, n):
    found = HANOI.after(day, n)
    if n > 0:
        assert HANOI.is_working(found)
        assert HANOI.between(day, found) == n
    if n < 0:
        assert HANOI.is_working(found)
        assert HANOI.between(found - DAY, day - DAY) == -n


@given(days, st.integers(0, 800), st.sets(days, max_size=30), st.sets(days, max_size=30))
def test_working_days_between_two_days_are_those_one_counts_on_ones_fingers(first, length, off, worked):
    calendar = WorkingCalendar(HANOI.days_off | off, HANOI.working | worked)
    last = first + length * DAY
    assert calendar.between(first, last) == sum(calendar.is_working(first + n * DAY) for n in range(1, length + 1))
    assert calendar.between(last, first) == 0


@given(terms, st.sampled_from(Shift))
def test_a_deadline_falls_on_a_working_day_and_leaves_one_after_the_window(term, shift):
    rule, period, window = of_term(term)
    try:
        instant = deadline(rule, period, window, HANOI, shift)
    except TooSoon:
        return
    assert shift is Shift.NONE or HANOI.is_working(due_day(instant))
    assert HANOI.between(window.last, due_day(instant)) >= 1
    assert instant.utcoffset() == timedelta(hours=7)


def day_by_day(rule, period, window):
    """The day due, found by walking through the days one at a time, by no arithmetic of the module's."""
    walk = (window.last + n * DAY for n in count(1))
    if isinstance(rule, WorkingDaysAfter):
        return next(day for day in walk if sum(map(HANOI.is_working, every(window.last + DAY, day))) == rule.days)
    month = period.end if not rule.months_after else period.end + DAY
    named = [day for day in every(month.replace(day=1), month + 40 * DAY) if day.month == month.month]
    fixed = next((day for day in named if day.day == rule.day), named[-1])
    return next(day for day in every(fixed, fixed + 30 * DAY) if HANOI.is_working(day))


def every(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


AFTER_THE_PERIOD: list[DeadlineRule] = [
    *(WorkingDaysAfter(n) for n in (1, 3, 4, 5)),
    *(DayOfMonth(n, months_after=1) for n in (3, 5, 31)),
]
TWENTY_YEARS = {
    DECREE: [*AFTER_THE_PERIOD, DayOfMonth(20), DayOfMonth(25), DayOfMonth(31)],
    CALENDAR: AFTER_THE_PERIOD,
}


@pytest.mark.parametrize("frequency", [Frequency.MONTH, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR])
@pytest.mark.parametrize("window_rule", WindowRule)
def test_twenty_years_of_deadlines_equal_those_found_day_by_day(frequency, window_rule):
    period = PeriodCode.of(date(2021, 1, 1), frequency, CALENDAR)
    while period.year <= 2040:
        window = period.window(window_rule)
        for rule in TWENTY_YEARS[window_rule]:
            assert due_day(deadline(rule, period, window, HANOI)) == day_by_day(rule, period, window)
        period = period.next


@given(terms, rules)
def test_the_lower_level_is_always_due_on_an_earlier_day(term, upper):
    lower, period, window = of_term(term)
    try:
        each = deadlines({"district": upper, "commune": lower}, period, window, HANOI, checked=["commune"])
    except TooSoon:
        return
    assert due_day(each["commune"]) < due_day(each["district"])
    assert list(each) == ["district", "commune"]


def test_a_chosen_day_is_kept_with_its_hour_and_24_00_belongs_to_it():
    assert OnDay.until(end_of(2022, 5, 25)) == OnDay(date(2022, 5, 25))
    at_five = datetime(2022, 5, 25, 17, tzinfo=ZONE)
    assert OnDay.until(at_five.astimezone(UTC)) == OnDay(date(2022, 5, 25), timedelta(hours=17))
    assert due("2022-05-20", OnDay.until(at_five), CALENDAR, Shift.NONE) == at_five


def test_a_chosen_day_before_the_first_working_day_after_the_window_is_refused():
    for day in (19, 20, 22):  # 20 May 2022 is a Friday
        with pytest.raises(TooSoon, match="leaves no working day"):
            due("2022-05-20", OnDay(date(2022, 5, day)), CALENDAR, Shift.NONE)


def test_a_holiday_entered_twice_counts_once():
    twice = WorkingCalendar(frozenset([*HANOI.days_off, date(2026, 2, 17)]), HANOI.working)
    assert twice.after(date(2026, 2, 14), 1) == HANOI.after(date(2026, 2, 14), 1) == date(2026, 2, 23)
