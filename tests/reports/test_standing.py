"""How a report stands: judged by its first receipt, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.calendars import ZONE, WorkingCalendar, seed
from reports.standing import Allowed, Hand, Standing, Turned, hands, shares, standing
from reports.workflow import Action, Status

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


# In whose hands -------------------------------------------------------------------------------------------------------

OPENED = datetime(2022, 4, 15, tzinfo=ZONE)  # a Friday
ALLOWED = Allowed(DEADLINE, signed=True, checked_above=True, superior_days=2, owner_days=5, correction_days=3)
REPORTER, HEAD, SUPERIOR, OWNER = Hand
AFTER = {
    Action.HAND_UP: Status.TO_SIGN,
    Action.SUBMIT: Status.SUBMITTED,
    Action.RECORD: Status.SUBMITTED,
    Action.DROP_CHECK: Status.SUBMITTED,
    Action.CHECK: Status.CHECKED,
    Action.APPROVE: Status.APPROVED,
    Action.ASK_TO_AMEND: Status.APPROVED,
    Action.DROP_AMENDMENT: Status.APPROVED,
    Action.EXEMPT: Status.EXEMPT,
}


def lain(*moves, at=None, allowed=ALLOWED):
    """Who held the report, given (day of May, action)."""
    turned = [Turned(may(day), action, AFTER.get(action, Status.DRAFT)) for day, action in moves]
    return hands(OPENED, turned, at or may(31), allowed, HANOI)


HANDED_UP, SENT = (11, Action.HAND_UP), (12, Action.SUBMIT)
APPROVED = ((13, Action.CHECK), (16, Action.APPROVE))


WAYS = (
    #  (day of May, action) …                                                  who held it, for how many working days
    ((), "reporter 31"),
    ((SENT,), "reporter 18, superior 13"),
    ((HANDED_UP,), "reporter 17, head 14"),
    ((HANDED_UP, SENT), "reporter 17, head 1, superior 13"),
    ((HANDED_UP, (12, Action.HAND_BACK), (13, Action.SUBMIT)), "reporter 17, head 1, reporter 1, superior 12"),
    ((SENT, (16, Action.CHECK), (18, Action.APPROVE)), "reporter 18, superior 2, owner 2"),
    ((SENT, (16, Action.RETURN), (17, Action.SUBMIT)), "reporter 18, superior 2, reporter 1, superior 10"),
    ((SENT, (13, Action.RECALL)), "reporter 18, superior 1, reporter 12"),
    (((11, Action.RECORD), (13, Action.KEY_IN), (16, Action.SUBMIT)), "reporter 17, reporter 3, superior 11"),
    (((12, Action.EXEMPT),), "reporter 18"),
    ((SENT, *APPROVED, (20, Action.AMEND)), "reporter 18, superior 1, owner 1, reporter 7"),
    ((SENT, *APPROVED, (20, Action.ASK_TO_AMEND)), "reporter 18, superior 1, owner 1"),
)  # fmt: skip


@pytest.mark.parametrize(("moves", "lay"), WAYS)
def test_the_time_up_to_approval_is_split_among_those_who_held_the_report(moves, lay):
    assert ", ".join(f"{one.hand} {one.days}" for one in lain(*moves)) == lay


def test_a_dropped_check_passes_the_report_to_the_owner_from_that_instant():
    now = replace(ALLOWED, checked_above=False)
    held = lain(SENT, (13, Action.DROP_CHECK), (16, Action.APPROVE), allowed=now)
    assert [(one.hand, one.since, one.until) for one in held[1:]] == [
        (SUPERIOR, may(12), may(13)),
        (OWNER, may(13), may(16)),
    ]
    assert [one.hand for one in lain(SENT, allowed=now)] == [REPORTER, OWNER]


def test_a_report_that_nobody_signs_is_never_in_its_head_s_hands():
    assert [one.hand for one in lain(SENT, allowed=replace(ALLOWED, signed=False))] == [REPORTER, SUPERIOR]


@pytest.mark.parametrize(
    ("moves", "at", "overran"),
    [
        ((), DEADLINE, []),
        ((), DEADLINE + SECOND, [REPORTER]),
        ((HANDED_UP,), may(31), [HEAD]),
        ((SENT,), datetime(2022, 5, 17, tzinfo=ZONE), []),  # two working days after Thursday the 12th: Monday, 24:00
        ((SENT,), datetime(2022, 5, 17, tzinfo=ZONE) + SECOND, [SUPERIOR]),
        ((SENT, (13, Action.CHECK)), may(20, 23), []),
        ((SENT, (13, Action.CHECK)), may(21), [OWNER]),
        ((SENT, (13, Action.CHECK), (23, Action.APPROVE)), may(31), [OWNER]),
        ((SENT, (13, Action.RETURN), (18, Action.SUBMIT)), may(18), []),
        ((SENT, (13, Action.RETURN), (19, Action.SUBMIT)), may(19), [REPORTER]),
        ((SENT, (13, Action.RETURN), (17, Action.HAND_UP)), may(20), [HEAD]),
        (((12, Action.RECORD),), may(18), [REPORTER]),
    ],
)  # fmt: skip
def test_who_keeps_a_report_beyond_the_days_allowed_has_overrun(moves, at, overran):
    assert [one.hand for one in lain(*moves, at=at) if one.overran] == overran


def test_what_happened_after_the_instant_is_not_known_at_it():
    assert lain(SENT, (16, Action.CHECK), at=may(13)) == lain(SENT, at=may(13))


@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.sampled_from([*AFTER, Action.RETURN, Action.RECALL, Action.AMEND])), max_size=8
    )
)
def test_times_follow_one_another_and_their_shares_add_up(moves):
    held = lain(*sorted(moves, key=lambda one: one[0]))
    assert all(before.until <= after.since for before, after in pairwise(held))
    assert all(one.since <= one.until and one.days >= 0 for one in held)
    shared = shares(held)
    assert sum((one.time for one in shared), timedelta()) == sum((one.until - one.since for one in held), timedelta())
    assert sum(one.days for one in shared) == sum(one.days for one in held)
    assert [one.hand for one in shared] == [hand for hand in Hand if hand in {one.hand for one in held}]
