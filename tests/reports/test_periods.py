"""The periods and data windows of NĐ 09/2019/NĐ-CP, art. 12, and those of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import ASKED, Frequency, PeriodCode, PeriodRefused, Window, WindowRule

DECREE, CALENDAR = WindowRule.DECREE, WindowRule.CALENDAR
MONTH_BASED = (Frequency.MONTH, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR)

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
weekdays = st.integers(0, 6)
any_window = st.one_of(
    st.tuples(st.sampled_from(MONTH_BASED), st.sampled_from(WindowRule), st.just(0)),
    st.tuples(st.just(Frequency.WEEK), st.just(CALENDAR), weekdays),
    st.tuples(st.just(Frequency.ONCE), st.sampled_from(WindowRule), st.just(0)),
)
periods = st.builds(
    lambda day, frequency: PeriodCode.of(day, frequency, CALENDAR),
    days,
    st.sampled_from(ASKED),
)
spans = periods | st.builds(PeriodCode, st.just(Frequency.TO_DATE), st.integers(1990, 2100), st.integers(1, 12))


def period(code):
    return PeriodCode.parse(code)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-02", date(2026, 1, 15), date(2026, 2, 14)),
        ("2026-01", date(2025, 12, 15), date(2026, 1, 14)),
        ("2024-03", date(2024, 2, 15), date(2024, 3, 14)),
        ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
        ("2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_the_decree_cuts_a_window_on_the_14th_of_the_last_month(code, first, last):
    assert period(code).window(DECREE) == Window(first, last)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-W07", date(2026, 2, 9), date(2026, 2, 15)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_a_calendar_window_is_the_periods_own_days(code, first, last):
    assert period(code).window(CALENDAR) == (first, last) == (period(code).start, period(code).end)


@pytest.mark.parametrize(
    ("starts_on", "first"),
    [(0, 9), (1, 10), (2, 11), (3, 12), (4, 6), (5, 7), (6, 8)],
)
def test_a_week_of_another_weekday_is_named_after_the_iso_week_most_of_it_falls_in(starts_on, first):
    window = period("2026-W07").window(CALENDAR, starts_on)
    assert window == (date(2026, 2, first), date(2026, 2, first + 6))
    assert window.first.weekday() == starts_on


@pytest.mark.parametrize("starts_on", range(7))
def test_the_decree_has_no_week(starts_on):
    with pytest.raises(PeriodRefused, match="weeks no data window"):
        period("2026-W07").window(DECREE, starts_on)
    with pytest.raises(PeriodRefused, match="weeks no data window"):
        PeriodCode.of(date(2026, 2, 9), Frequency.WEEK, DECREE, starts_on)


def test_what_is_asked_once_is_named_after_the_last_day_of_its_span():
    one = period("2022-05-20")
    assert one == PeriodCode(Frequency.ONCE, 2022, 140) == PeriodCode.of(date(2022, 5, 20), Frequency.ONCE, DECREE)
    assert one.start == one.end == date(2022, 5, 20)
    assert one.window(DECREE) == one.window(CALENDAR) == (one.start, one.end)
    assert (one.previous.code, one.next.code, one.same_last_year.code) == ("2022-05-19", "2022-05-21", "2021-05-20")
    assert one.containing == ()


def test_the_day_before_a_leap_day_last_year_is_28_february():
    assert period("2024-02-29").same_last_year.code == "2023-02-28"
    assert period("2024-12-31").next.code == "2025-01-01"
    with pytest.raises(PeriodRefused, match="run from 1 to 365"):
        PeriodCode(Frequency.ONCE, 2023, 366)


@pytest.mark.parametrize(
    "text",
    [
        *("", "26", "2026-13", "2026-00", "2026-1", "2026-Q0", "2026-Q5", "2026-H3"),
        *("2026-W00", "2026-W54", "2025-W53", "2026-q3", " 2026", "2026\n", "2026-02-29", "2026-7-1", "2026-"),
        *("２０２６", "0000", "1899", "2200", "quý 3", "9" * 5000),
    ],
)
def test_a_text_that_names_no_period_is_refused_in_words(text):
    with pytest.raises(PeriodRefused) as refusal:
        PeriodCode.parse(text)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 150


@pytest.mark.parametrize(
    ("code", "previous", "following", "last_year"),
    [
        ("2026-W07", "2026-W06", "2026-W08", "2025-W07"),
        ("2020-W53", "2020-W52", "2021-W01", "2019-W52"),
        ("2027-W01", "2026-W53", "2027-W02", "2026-W01"),
        ("2026-01", "2025-12", "2026-02", "2025-01"),
        ("2026-12", "2026-11", "2027-01", "2025-12"),
        ("2026-Q1", "2025-Q4", "2026-Q2", "2025-Q1"),
        ("2026-H2", "2026-H1", "2027-H1", "2025-H2"),
        ("2026", "2025", "2027", "2025"),
    ],
)
def test_each_period_knows_its_neighbours(code, previous, following, last_year):
    neighbours = period(code).previous, period(code).next, period(code).same_last_year
    assert tuple(map(str, neighbours)) == (previous, following, last_year)


@pytest.mark.parametrize(
    ("code", "longer"),
    [
        ("2026-07", ["2026-Q3", "2026-H2", "2026"]),
        ("2026-06", ["2026-Q2", "2026-H1", "2026"]),
        ("2026-Q1", ["2026-H1", "2026"]),
        ("2026-Q4", ["2026-H2", "2026"]),
        ("2026-H1", ["2026"]),
        ("2026", []),
        ("2026-W07", []),
    ],
)
def test_each_period_knows_the_longer_ones_that_contain_it(code, longer):
    assert list(map(str, period(code).containing)) == longer


@pytest.mark.parametrize(
    ("day", "rule", "code"),
    [
        (date(2022, 5, 14), DECREE, "2022-05"),
        (date(2022, 5, 15), DECREE, "2022-06"),
        (date(2022, 12, 15), DECREE, "2023-01"),
        (date(2022, 12, 15), CALENDAR, "2022-12"),
    ],
)
def test_the_15th_opens_the_next_month_by_decree(day, rule, code):
    assert str(PeriodCode.of(day, Frequency.MONTH, rule)) == code


@given(days, any_window)
def test_every_day_lies_in_exactly_one_window_of_each_rule_and_frequency(day, of):
    frequency, rule, starts_on = of
    one = PeriodCode.of(day, frequency, rule, starts_on)
    before, window, after = (each.window(rule, starts_on) for each in (one.previous, one, one.next))
    assert window.first <= day <= window.last
    assert before.last + timedelta(days=1) == window.first
    assert window.last + timedelta(days=1) == after.first


@given(days, st.sampled_from(WindowRule))
def test_months_tile_quarters_halves_and_years(day, rule):
    month = PeriodCode.of(day, Frequency.MONTH, rule)
    for longer in month.containing:
        months = [longer_month for longer_month in _months_of(longer.year) if longer in longer_month.containing]
        assert months[0].window(rule).first == longer.window(rule).first
        assert months[-1].window(rule).last == longer.window(rule).last
        assert longer == PeriodCode.of(day, longer.frequency, rule)


def _months_of(year):
    return [PeriodCode(Frequency.MONTH, year, number) for number in range(1, 13)]


@given(periods)
def test_the_next_of_the_previous_is_the_period_itself(one):
    assert one.previous.next == one == one.next.previous
    assert one.previous < one < one.next
    assert one.previous.start < one.start <= one.end < one.next.start


@given(spans)
def test_a_code_read_back_is_the_same_period(one):
    assert PeriodCode.parse(one.code) == one == PeriodCode.parse(str(one))


@given(spans)
def test_the_same_period_last_year_lies_a_year_back(one):
    assert one.same_last_year.frequency == one.frequency
    assert 357 <= (one.start - one.same_last_year.start).days <= 371
