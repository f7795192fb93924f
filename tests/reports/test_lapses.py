"""What is a lapse and what is none: judged by what was recorded by an instant, to the second."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.calendars import ZONE, WorkingCalendar, seed
from reports.lapses import (
    Change,
    Excludes,
    Found,
    LapseKind,
    Outage,
    Recorded,
    Taken,
    asks,
    deadline_as_of,
    explain_by,
    first_receipt_as_of,
    lapses,
    standing_as_of,
)
from reports.standing import Hand, Standing
from reports.workflow import Action, Status

HANOI = WorkingCalendar(
    frozenset(day for day, worked, _ in seed([2021, 2022, 2023]) if not worked),
    frozenset(day for day, worked, _ in seed([2021, 2022, 2023]) if worked),
)
SECOND = timedelta(seconds=1)
OPENED = datetime(2022, 4, 15, tzinfo=ZONE)
DEADLINE = datetime(2022, 5, 17, tzinfo=ZONE)  # 24:00 of Monday 16 May
REPORT = Recorded(OPENED, DEADLINE, checked_above=True)
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


def may(day, hour=8):
    return datetime(2022, 5, day, hour, tzinfo=ZONE)


def taken(at, action, **more):
    at = may(at) if isinstance(at, int) else at
    return Taken(at, action, AFTER.get(action, Status.DRAFT), **more)


def with_steps(*steps, **more):
    return replace(
        REPORT,
        steps=tuple(
            taken(*step) if isinstance(step, tuple) and not isinstance(step, Taken) else step for step in steps
        ),
        **more,
    )


def told(recorded, at):
    """What is found, in words: "filing 2" for a lapse of two days, "(filing extension)" for what is none."""
    return ", ".join(
        f"({one.kind} {one.excluded.why})" if one.excluded else f"{one.kind} {one.days}"
        for one in lapses(recorded, at, HANOI)
    )


SENT, CHECKED, APPROVED = (12, Action.SUBMIT), (13, Action.CHECK), (16, Action.APPROVE)
EXTENDED = Change(may(13), may(21, 0), Excludes.EXTENSION, "12/TB")
OUTAGE = Outage(may(16, 9), may(16, 15), may(17, 9), "Mất điện")

BY_THE_DEADLINE = (
    #  steps                                        changes      as of               found
    ((), (), DEADLINE, ""),
    ((), (), DEADLINE + SECOND, "filing 1"),
    ((), (), may(18), "filing 2"),
    (((DEADLINE, Action.SUBMIT),), (), may(17), ""),
    (((DEADLINE + SECOND, Action.SUBMIT),), (), may(17), "filing 1"),
    (((may(18), Action.SUBMIT),), (), may(19), "filing 2"),
    (((may(18), Action.SUBMIT),), (), may(17), "filing 1"),  # not known yet
    (((may(17), Action.HAND_UP), (may(18), Action.SUBMIT)), (), may(19), "filing 2"),
    # an extension
    (((18, Action.SUBMIT),), (EXTENDED,), may(17), "(filing extension)"),
    (((18, Action.SUBMIT),), (EXTENDED,), may(19), "(filing extension)"),
    ((SENT,), (EXTENDED,), may(13), ""),
    (((may(21, 0), Action.SUBMIT),), (EXTENDED,), may(22), "(filing extension)"),
    (((may(21, 0) + SECOND, Action.SUBMIT),), (EXTENDED,), may(22), "filing 1"),
    (((18, Action.SUBMIT),), (EXTENDED._replace(recorded_at=may(19)),), may(18, 20), "filing 2"),
    (((18, Action.SUBMIT),), (EXTENDED._replace(recorded_at=may(19)),), may(19), "(filing extension)"),
    (((18, Action.SUBMIT),), (EXTENDED._replace(cause=Excludes.INCIDENT),), may(19), "(filing incident)"),
    (((18, Action.SUBMIT),), (EXTENDED._replace(cause=Excludes.CALENDAR),), may(19), "(filing calendar)"),
    # recalled, and returned as no report
    (((12, Action.SUBMIT), (13, Action.RECALL)), (), may(16), ""),
    (((12, Action.SUBMIT), (13, Action.RECALL)), (), may(18), "filing 2"),
    (((12, Action.SUBMIT), (18, Action.RECALL), (18, Action.SUBMIT)), (), may(18, 9), "filing 1, review 2"),
    (((16, Action.SUBMIT), (18, Action.RECALL), (20, Action.SUBMIT)), (), may(20), "filing 2"),
    (((16, Action.SUBMIT), taken(18, Action.RETURN, voids=True)), (), may(18), "filing 1"),
    (((16, Action.SUBMIT), taken(18, Action.RETURN, voids=True)), (), may(25), "filing 5"),
    (((16, Action.SUBMIT), (18, Action.RETURN)), (), may(18), ""),
    (((18, Action.SUBMIT), (19, Action.RETURN), (20, Action.SUBMIT)), (), may(20), "filing 2"),
    # exempt
    (((13, Action.EXEMPT),), (), may(16), ""),
    (((13, Action.EXEMPT),), (), may(18), "(filing exempted)"),
    (((18, Action.EXEMPT),), (), may(17), "filing 1"),
    (((18, Action.EXEMPT),), (), may(19), "(filing exempted)"),
    (((18, Action.EXEMPT), (19, Action.UNEXEMPT)), (), may(19), "filing 2"),
    (((13, Action.EXEMPT), (19, Action.UNEXEMPT)), (), may(19, 9), "(filing elsewhere)"),
    (((13, Action.EXEMPT), (19, Action.UNEXEMPT)), (), may(20), "filing 1"),
    (((13, Action.EXEMPT), (19, Action.UNEXEMPT), (19, Action.SUBMIT)), (), may(20), "(filing elsewhere)"),
    # filed on paper
    ((taken(18, Action.RECORD, received_at=may(16)),), (), may(17), "filing 1"),
    ((taken(18, Action.RECORD, received_at=may(16)),), (), may(18), "(filing on_paper)"),
    ((taken(20, Action.RECORD, received_at=may(18)),), (), may(20), "filing 2"),
    ((taken(16, Action.RECORD, received_at=may(13)),), (), may(31), ""),  # keying in late is none
)  # fmt: skip


@pytest.mark.parametrize(("steps", "changes", "at", "found"), BY_THE_DEADLINE)
def test_a_report_lapses_by_its_own_deadline_unless_something_excludes_it(steps, changes, at, found):
    assert told(with_steps(*steps, changes=changes), at) == found


def test_what_excludes_a_lapse_names_its_document():
    recorded = with_steps((18, Action.SUBMIT), changes=(EXTENDED,))
    (found,) = lapses(recorded, may(19), HANOI)
    assert found.excluded == (Excludes.EXTENSION, "12/TB")
    assert (found.due, found.until, found.days) == (DEADLINE, may(18), 2)


def test_a_unit_that_ended_before_its_report_was_due_does_not_lapse():
    assert told(replace(REPORT, ended=date(2022, 5, 17)), may(18)) == "filing 2"
    assert told(replace(REPORT, ended=date(2022, 5, 16)), may(18)) == "(filing ended)"


RETURNED = ((12, Action.SUBMIT), (13, Action.RETURN))  # to be corrected by 24:00 of Wednesday 18
CORRECTED_BY = may(19, 0)

CORRECTIONS = (
    ((), CORRECTED_BY, ""),
    ((), CORRECTED_BY + SECOND, "correction 1"),
    (((18, Action.HAND_UP),), may(20), "correction 2"),
    (((18, Action.HAND_UP), (CORRECTED_BY, Action.SUBMIT)), may(20), ""),
    (((18, Action.HAND_UP), (CORRECTED_BY + SECOND, Action.SUBMIT)), may(20), "correction 1"),
    (((20, Action.SUBMIT),), may(23), "correction 2"),
    (((20, Action.EXEMPT),), may(23), "(correction exempted)"),
    (((20, Action.EXEMPT), (23, Action.UNEXEMPT)), may(23), "correction 2"),
)  # fmt: skip


@pytest.mark.parametrize(("steps", "at", "found"), CORRECTIONS)
def test_a_returned_report_lapses_by_its_correction_deadline(steps, at, found):
    assert told(with_steps(*RETURNED, *steps), at) == found


def test_a_correction_is_excused_by_an_extension_and_by_an_outage_on_its_day():
    late = with_steps(*RETURNED, (19, Action.SUBMIT))
    assert told(late, may(19)) == "correction 1"
    assert told(replace(late, changes=(EXTENDED,)), may(19)) == "(correction extension)"
    down = Outage(may(18, 9), may(18, 10), may(18, 12), "Mất điện")
    assert told(replace(late, outages=(down,)), may(19)) == "(correction incident)"
    assert told(replace(late, outages=(down._replace(confirmed_at=may(20)),)), may(19)) == "correction 1"
    assert told(replace(with_steps(*RETURNED, (20, Action.SUBMIT)), outages=(down,)), may(23)) == "correction 1"


def test_whoever_held_the_report_as_it_ran_out_is_named():
    (signing,) = lapses(with_steps(*RETURNED, (17, Action.HAND_UP)), may(20), HANOI)
    assert (signing.hand, signing.since, signing.due, signing.until) == (Hand.HEAD, may(13), CORRECTED_BY, None)
    (filing,) = lapses(with_steps((16, Action.HAND_UP)), may(18), HANOI)
    assert (filing.kind, filing.hand, filing.since) == (LapseKind.FILING, Hand.HEAD, OPENED)


CHECKED_BY = may(17, 0)  # two working days after Thursday 12
REVIEWS = (
    ((SENT,), CHECKED_BY, ""),
    ((SENT,), CHECKED_BY + SECOND, "superior 1"),
    ((SENT, (CHECKED_BY, Action.CHECK)), may(18), ""),
    ((SENT, (18, Action.CHECK)), may(18), "superior 2"),
    ((SENT, (18, Action.RETURN)), may(18), "superior 2"),
    ((SENT, (18, Action.CHECK), (26, Action.APPROVE)), may(31), "superior 2, owner 1"),
    ((SENT, CHECKED, (may(21, 0), Action.APPROVE)), may(31), ""),
    ((SENT, CHECKED, (may(21, 0) + SECOND, Action.APPROVE)), may(31), "owner 1"),
    ((SENT, (13, Action.DROP_CHECK)), may(20, 23), ""),
    ((SENT, (13, Action.DROP_CHECK)), may(21), "owner 1"),
    ((SENT, (18, Action.DROP_CHECK)), may(18), "superior 2"),
)  # fmt: skip


@pytest.mark.parametrize(("steps", "at", "found"), REVIEWS)
def test_a_stage_kept_beyond_its_days_is_a_lapse_of_whoever_reviews(steps, at, found):
    listed = [one for one in lapses(with_steps(*steps), at, HANOI) if one.kind == LapseKind.REVIEW]
    assert ", ".join(f"{one.hand} {one.days}" for one in listed) == found
    assert not any(one.excluded for one in listed)


def test_a_check_that_is_dropped_later_was_the_superior_s_before():
    later = with_steps(SENT, (20, Action.DROP_CHECK))
    assert lapses(later, may(18), HANOI) == lapses(with_steps(SENT), may(18), HANOI)


def test_an_outage_gives_reviewers_the_next_working_day():
    down = replace(with_steps(SENT, (17, Action.CHECK)), outages=(OUTAGE,))
    assert told(down, may(17, 8)) == "review 1"  # not confirmed yet
    assert told(down, may(17, 9)) == "(review incident)"
    assert told(replace(down, steps=with_steps(SENT, (18, Action.CHECK)).steps), may(18)) == "review 1"


def test_the_owner_s_days_begin_with_the_synthesis_where_one_is_asked_for():
    waiting = with_steps(SENT, CHECKED, synthesised=True)
    assert told(waiting, may(30)) == "(review elsewhere)"
    assert told(replace(waiting, composed=(may(23),)), may(30)) == "(review elsewhere)"
    assert told(replace(waiting, composed=(may(19),)), may(30)) == "review 2"


def test_a_report_that_was_approved_or_amended_lapses_no_more():
    assert told(with_steps(SENT, CHECKED, APPROVED), may(31)) == ""
    assert told(with_steps(SENT, CHECKED, APPROVED, (17, Action.AMEND)), may(31)) == ""


FOUND = Found(LapseKind.FILING, Hand.REPORTER, OPENED, DEADLINE, None, 1)


@pytest.mark.parametrize(("days", "earlier", "asked"), [(1, 0, False), (2, 0, True), (1, 1, True), (1, 3, True)])
def test_more_than_a_day_or_late_again_is_to_be_explained(days, earlier, asked):
    assert asks(FOUND._replace(days=days), earlier) is asked


def test_what_is_excluded_is_never_to_be_explained():
    (found,) = lapses(with_steps((18, Action.SUBMIT), changes=(EXTENDED,)), may(19), HANOI)
    assert not asks(found, 5)


def test_a_head_explains_within_three_working_days():
    assert explain_by(may(17), HANOI) == may(21, 0)
    assert explain_by(may(19), HANOI) == may(25, 0)


# As of an instant ----------------------------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2022, 5, 1), datetime(2022, 6, 30)).map(lambda at: at.replace(tzinfo=ZONE))  # noqa: DTZ001


@st.composite
def histories(draw):
    """A report's whole record: any steps, in their order, and any changes and outages."""
    actions = [*AFTER, Action.RETURN, Action.RECALL, Action.AMEND, Action.HAND_BACK, Action.UNEXEMPT]
    moments = sorted(draw(st.lists(MOMENTS, max_size=10)))
    steps = tuple(
        taken(
            at,
            action := draw(st.sampled_from(actions)),
            received_at=at - timedelta(days=draw(st.integers(0, 9))) if action == Action.RECORD else None,
            voids=action == Action.RETURN and draw(st.booleans()),
        )
        for at in moments
    )
    changes = sorted(draw(st.lists(st.tuples(MOMENTS, st.integers(1, 20)), max_size=3)))
    after, moved = DEADLINE, []
    for at, days in changes:
        after += timedelta(days=days)
        moved.append(Change(at, after, draw(st.sampled_from(list(Excludes)[:3]))))
    began = draw(MOMENTS)
    down = Outage(began, began + timedelta(hours=3), began + timedelta(days=draw(st.integers(1, 9))))
    return replace(REPORT, steps=steps, changes=tuple(moved), outages=(down,), synthesised=draw(st.booleans()))


def known_by(recorded, at):
    """The record as it was at that instant, nothing in it that came later."""
    return replace(
        recorded,
        steps=tuple(one for one in recorded.steps if one.at <= at),
        changes=tuple(one for one in recorded.changes if one.recorded_at <= at),
        outages=tuple(one for one in recorded.outages if one.confirmed_at <= at),
    )


@given(histories(), MOMENTS)
def test_nothing_recorded_later_changes_what_is_found_as_of_an_instant(recorded, at):
    before = known_by(recorded, at)
    assert standing_as_of(recorded, at, HANOI) == standing_as_of(before, at, HANOI)
    assert lapses(recorded, at, HANOI) == lapses(before, at, HANOI)


@given(histories(), MOMENTS)
def test_a_filing_is_a_lapse_only_of_what_stands_late_or_missing(recorded, at):
    stand = standing_as_of(recorded, at, HANOI)
    filings = [one for one in lapses(recorded, at, HANOI) if one.kind == LapseKind.FILING]
    assert len(filings) <= 1
    assert all(one.days >= 1 and one.due < at for one in lapses(recorded, at, HANOI))
    if stand.standing in (Standing.LATE, Standing.MISSING):
        (filing,) = filings
        assert filing.due == deadline_as_of(recorded, at)
        assert filing.until == first_receipt_as_of(recorded, at)
        assert filing.excluded or filing.days <= stand.days
    else:
        assert all(one.excluded for one in filings)


@given(histories(), MOMENTS)
def test_each_lapse_is_told_apart_by_kind_and_since(recorded, at):
    found = [
        (one.kind, one.hand in (Hand.SUPERIOR, Hand.OWNER) and one.hand, one.since)
        for one in lapses(recorded, at, HANOI)
    ]
    assert len(found) == len(set(found))
