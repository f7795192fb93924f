"""How a report stands: judged by its first receipt, to the second."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.calendars import ZONE, WorkingCalendar, seed
from reports.standing import Standing, standing

HANOI = WorkingCalendar(
    frozenset(day for day, worked, _ in seed([2021, 2022, 2023]) if not worked),
    frozenset(day for day, worked, _ in seed([2021, 2022, 2023]) if worked),
)
SECOND = timedelta(seconds=1)
DEADLINE = datetime(2022, 5, 17, tzinfo=ZONE)  # 24:00 of Monday 16 May

instants = st.datetimes(datetime(2022, 1, 1), datetime(2022, 12, 31)).map(lambda at: at.replace(tzinfo=ZONE))  # noqa: DTZ001


def may(day, hour=8):
    return datetime(2022, 5, day, hour, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("received", "stand"),
    [
        (may(13), (Standing.ON_TIME, 0)),
        (DEADLINE - SECOND, (Standing.ON_TIME, 0)),
        (DEADLINE, (Standing.ON_TIME, 0)),
        (DEADLINE.astimezone(UTC), (Standing.ON_TIME, 0)),
        (DEADLINE + SECOND, (Standing.LATE, 1)),
        (may(17, 23), (Standing.LATE, 1)),
        (may(18), (Standing.LATE, 2)),
        (may(22), (Standing.LATE, 4)),  # a Sunday
        (may(23), (Standing.LATE, 5)),
    ],
)
def test_received_at_the_deadline_is_on_time_and_one_second_later_late(received, stand):
    assert standing(DEADLINE, received, may(31), HANOI) == stand


@pytest.mark.parametrize(
    ("at", "stand"),
    [
        (may(2), (Standing.NOT_DUE, 9)),  # 2 and 3 May compensate the holidays of the weekend
        (may(11), (Standing.NOT_DUE, 3)),
        (may(12), (Standing.DUE_SOON, 2)),
        (may(15), (Standing.DUE_SOON, 1)),
        (may(16, 23), (Standing.DUE_SOON, 0)),
        (DEADLINE, (Standing.DUE_SOON, 0)),
        (DEADLINE + SECOND, (Standing.MISSING, 1)),
        (may(17), (Standing.MISSING, 1)),
        (may(20), (Standing.MISSING, 4)),
        (may(22), (Standing.MISSING, 4)),
    ],
)
def test_a_report_not_received_is_not_due_then_due_soon_then_missing(at, stand):
    assert standing(DEADLINE, None, at, HANOI) == stand


def test_missing_a_friday_deadline_counts_a_day_before_any_working_day_has_passed():
    friday = datetime(2022, 5, 14, tzinfo=ZONE)
    assert standing(friday, None, may(14), HANOI) == (Standing.MISSING, 1)


def test_how_soon_is_soon_is_an_argument():
    assert standing(DEADLINE, None, may(11), HANOI, soon=3).standing is Standing.DUE_SOON


def test_an_exempt_report_is_neither_late_nor_missing():
    assert standing(DEADLINE, None, may(31), HANOI, exempt=True) == (Standing.EXEMPT, 0)
    assert standing(DEADLINE, may(20), may(31), HANOI, exempt=True) == (Standing.EXEMPT, 0)


def test_a_receipt_is_not_known_before_it_is_received():
    assert standing(DEADLINE, may(18), may(17), HANOI) == (Standing.MISSING, 1)
    assert standing(DEADLINE, may(18), may(18), HANOI) == (Standing.LATE, 2)


@given(instants, instants, st.none() | instants)
def test_days_are_counted_exactly_where_they_mean_something(deadline, at, received):
    stand = standing(deadline, received, at, HANOI)
    assert (stand.days > 0) or stand.standing not in (Standing.LATE, Standing.MISSING)
    assert stand.days == 0 or stand.standing is not Standing.ON_TIME
    assert (stand.standing in (Standing.ON_TIME, Standing.LATE)) is (received is not None and received <= at)


@given(instants, instants, instants)
def test_once_received_a_report_stands_the_same_for_ever(deadline, received, at):
    assert standing(deadline, received, max(received, at), HANOI) == standing(deadline, received, received, HANOI)


@given(instants, st.integers(0, 400))
def test_days_missing_never_shrink(deadline, hours):
    at = deadline + timedelta(hours=hours)
    now, later = (standing(deadline, None, each, HANOI) for each in (at + SECOND, at + timedelta(days=1)))
    assert now.standing is Standing.MISSING
    assert later.days >= now.days
