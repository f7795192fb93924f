"""Targets: reached or not by the exact figure, the straight way there, the pace, and when it arrives."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.targets import (
    MONTH,
    Comparator,
    Goal,
    Point,
    arrival,
    is_met,
    pace,
    pace_needed,
    trajectory,
)

START, END_2025, END_2030 = date(2021, 5, 14), date(2025, 12, 31), date(2030, 12, 31)
NUMBERS = st.decimals(min_value=0, max_value=100, places=3)
LENGTHS = st.integers(min_value=1, max_value=3000)


def goal(comparator=Comparator.AT_LEAST, low=60, high=None, due=END_2025):
    return Goal(comparator, Decimal(low), None if high is None else Decimal(high), due)


@pytest.mark.parametrize(
    ("comparator", "low", "high", "reaching", "missing"),
    [
        (Comparator.AT_LEAST, "60", None, ["60", "60.04", "100"], ["59.96", "59.9999999", "0"]),
        (Comparator.MORE_THAN, "40", None, ["40.0000001", "41"], ["40", "39.9"]),
        (Comparator.EQUAL, "100", None, ["100", "100.000000"], ["99.96", "99.9999999"]),
        (Comparator.ABOUT, "30", None, ["28.5", "30", "31.5"], ["28.4999999", "31.5000001"]),
        (Comparator.BETWEEN, "7", "7.5", ["7", "7.2", "7.5"], ["6.9999999", "7.5000001"]),
        (Comparator.RANK_AT_MOST, "5", None, ["1", "5"], ["6", "63"]),
    ],
)
def test_each_comparator_is_judged_by_the_exact_figure(comparator, low, high, reaching, missing):
    bounds = Decimal(low), None if high is None else Decimal(high)
    assert [is_met(comparator, Decimal(one), *bounds) for one in reaching] == [True] * len(reaching)
    assert [is_met(comparator, Decimal(one), *bounds) for one in missing] == [False] * len(missing)


def test_a_milestone_is_reached_by_no_figure():
    with pytest.raises(ValueError, match="document"):
        is_met(Comparator.MILESTONE, Decimal(1), Decimal(0))


# The way


def test_the_way_runs_straight_to_each_target_at_the_end_of_its_year():
    way = trajectory(Point(START, Decimal(40)), [goal(low=80, due=END_2030), goal()])
    assert [way.at(day) for day in (START, END_2025, END_2030)] == [40, 60, 80]
    assert way.at(START - timedelta(days=1)) is None
    assert way.at(END_2030 + timedelta(days=1)) is None
    middle = date(2028, 7, 1)
    share = Fraction((middle - END_2025).days, (END_2030 - END_2025).days)
    assert abs(Fraction(way.at(middle)) - (60 + 20 * share)) < Fraction(1, 10**60)


def test_a_target_that_the_first_figure_reaches_already_bends_no_line():
    assert trajectory(Point(START, Decimal(95)), [goal(low=90)]) is None
    way = trajectory(Point(START, Decimal(95)), [goal(low=90), goal(Comparator.EQUAL, 100, due=END_2030)])
    assert [corner.number for corner in way.corners] == [95, 100]
    assert trajectory(Point(END_2025, Decimal(10)), [goal()]) is None


def test_the_way_to_a_span_ends_at_its_nearer_bound_and_that_to_a_rank_goes_down():
    assert trajectory(Point(START, Decimal(6)), [goal(Comparator.BETWEEN, 7, 8)]).corners[-1].number == 7
    assert trajectory(Point(START, Decimal(9)), [goal(Comparator.BETWEEN, 7, 8)]).corners[-1].number == 8
    assert trajectory(Point(START, Decimal(21)), [goal(Comparator.RANK_AT_MOST, 5)]).corners[-1].number == 5


@given(first=NUMBERS, low=NUMBERS, length=LENGTHS, days=st.lists(st.integers(0, 3000), min_size=2, max_size=6))
def test_the_way_never_turns_back_and_reaches_exactly_the_bound(first, low, length, days):
    way = trajectory(Point(START, first), [goal(low=low, due=START + timedelta(days=length))])
    if first >= low:
        assert way is None
        return
    assert (way.at(START), way.at(START + timedelta(days=length))) == (first, low)
    heights = [way.at(START + timedelta(days=day)) for day in sorted(days) if day <= length]
    assert heights == sorted(heights)


def test_ahead_is_further_toward_the_target_whichever_way_that_is():
    rising = trajectory(Point(START, Decimal(40)), [goal()])
    assert rising.lead(Point(END_2025, Decimal(62))) == 2
    assert rising.lead(Point(START, Decimal("39.5"))) == Decimal("-0.5")
    falling = trajectory(Point(START, Decimal(21)), [goal(Comparator.RANK_AT_MOST, 5)])
    assert falling.lead(Point(END_2025, Decimal(3))) == 2
    assert falling.lead(Point(END_2025, Decimal(8))) == -3
    assert falling.lead(Point(END_2030, Decimal(8))) is None


# The pace


def points(*numbers, step=30):
    return [Point(START + timedelta(days=step * place), Decimal(number)) for place, number in enumerate(numbers)]


def test_a_pace_takes_three_figures_and_forgets_all_but_twelve():
    assert pace(points(40, 41)) is None
    assert pace(points(40, 41, 42)) == pace(points(*[7] * 20, *range(12)))
    assert pace([Point(START, Decimal(1))] * 3) is None


@given(start=NUMBERS, slope=st.decimals(min_value=-2, max_value=2, places=3), count=st.integers(3, 15))
def test_figures_on_a_line_have_the_pace_of_the_line(start, slope, count):
    on_a_line = [Point(START + timedelta(days=7 * place), start + slope * place) for place in range(count)]
    assert abs(pace(on_a_line) - slope * MONTH / 7) < Decimal("1e-20")


def test_the_pace_needed_covers_what_is_missing_by_the_day_and_is_none_where_nothing_is():
    stand = Point(START, Decimal(40))
    needed = pace_needed(stand, goal())
    assert abs(Fraction(needed) * (END_2025 - START).days / Fraction(MONTH) - 20) < Fraction(1, 10**60)
    assert pace_needed(Point(START, Decimal(21)), goal(Comparator.RANK_AT_MOST, 5)) < 0
    assert pace_needed(Point(START, Decimal(60)), goal()) is None
    assert pace_needed(Point(END_2025, Decimal(40)), goal()) is None


# The arrival


@given(number=NUMBERS, low=NUMBERS, monthly=st.decimals(min_value=-3, max_value=3, places=2))
@pytest.mark.parametrize("comparator", [Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.RANK_AT_MOST])
def test_a_figure_that_keeps_its_pace_reaches_the_target_on_the_day_of_arrival_and_not_before(
    comparator, number, low, monthly
):
    aim = goal(comparator, low)
    day = arrival(Point(START, number), aim, monthly)

    def at(days):
        return Fraction(number) + Fraction(monthly) * days / Fraction(MONTH)

    def reached(height):
        match comparator:
            case Comparator.AT_LEAST:
                return height >= low
            case Comparator.MORE_THAN:
                return height > low
            case _:
                return height <= low

    if day is None:
        far = (date(2099, 12, 31) - START).days
        assert reached(at(0)) or not reached(at(far))
        return
    days = (day - START).days
    assert reached(at(days))
    assert not reached(at(days - 1))


@given(number=NUMBERS, length=LENGTHS)
def test_at_the_pace_needed_the_target_is_reached_on_its_very_day(number, length):
    aim = goal(low=101, due=START + timedelta(days=length))
    stand = Point(START, number)
    day = arrival(stand, aim, pace_needed(stand, aim))
    assert aim.due <= day <= aim.due + timedelta(days=1)


@pytest.mark.parametrize(
    ("number", "aim", "monthly"),
    [
        (40, goal(), "-0.5"),
        (40, goal(), "0"),
        (40, goal(), "0.001"),
        (60, goal(), "1"),
        (40, goal(Comparator.MORE_THAN, 40), "-1"),
        (21, goal(Comparator.RANK_AT_MOST, 5), "1"),
        (9, goal(Comparator.BETWEEN, 7, 8), "1"),
    ],
)
def test_there_is_no_arrival_the_wrong_way_nowhere_after_2099_or_where_one_is_already(number, aim, monthly):
    assert arrival(Point(START, Decimal(number)), aim, Decimal(monthly)) is None


def test_about_counts_from_its_edge():
    aim = goal(Comparator.ABOUT, 30)
    assert arrival(Point(START, Decimal("27.5")), aim, Decimal(1)) == arrival(
        Point(START, Decimal("27.5")), goal(low="28.5"), Decimal(1)
    )
