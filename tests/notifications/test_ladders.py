"""Ladders of forms: given and taken back by who may, journalled, and foretold as they are told."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import JournalEntry
from accounts.roles import Level
from notifications.actions import laddering, planning
from notifications.examples import examples
from notifications.foretelling import foretold
from notifications.ladder import RUNGS, WHO, Audience
from notifications.ladder import Rung as Rule
from notifications.models import Notice, Rung
from reports.calendars import due_day
from reports.models import CalendarDay
from tests.city import NOW, VIETNAM

REPORTER, HEAD, SUPERIORS_HEAD, REVIEWERS, INSPECTORS = (WHO[one] for one in Audience)
OWN = (Rule(-3, (REPORTER,), time(9)), Rule(0, (REPORTER, HEAD)), Rule(+2, (HEAD, INSPECTORS)))
DUE = date(2022, 5, 16)


def at(day, hour=7, minute=30, month=5):
    return datetime(2022, month, day, hour, minute, tzinfo=VIETNAM)


def give(city, ladder=OWN, by=None):
    laddering.give(city.form, ladder, by=by or city.approver, at=NOW)


# Foretelling ----------------------------------------------------------------------------------------------------------


def test_each_rung_is_foretold_at_its_hour_to_whom_it_names(city):
    calendar = CalendarDay.objects.as_calendar()
    heard = [(one.at, one.rung.days, one.who) for one in foretold(OWN, DUE, at(1), calendar)]
    assert heard == [
        (at(11, 9, 0), -3, REPORTER), (at(16), 0, REPORTER), (at(16), 0, HEAD), (at(18), 2, HEAD),
        (at(18), 2, INSPECTORS),
    ]  # fmt: skip


def test_what_was_opened_late_is_told_by_the_highest_rung_that_has_fallen(city):
    calendar = CalendarDay.objects.as_calendar()
    heard = [(one.at, one.rung.days, one.who) for one in foretold(RUNGS, DUE, at(13, 12, 0), calendar)]
    assert heard[:2] == [(at(13, 12, 0), -2, REPORTER), (at(13, 12, 0), -2, HEAD)]
    assert foretold(RUNGS, DUE, at(1, month=6), calendar) == []


def test_what_is_foretold_is_what_the_planner_tells(city):
    """Of one report that stays away from its opening on: each notice at the instant that was foretold."""
    give(city)
    report, calendar = city.report, CalendarDay.objects.as_calendar()
    heard = foretold(OWN, due_day(report.deadline), at(1), calendar)
    for instant in sorted({one.at for one in heard}):
        planning.plan(at=instant)
    rungs = Notice.objects.filter(report=report, kind="rung").values_list("rung", "person", "owed_at")
    people = {REPORTER: city.reporter, HEAD: city.head}
    assert set(rungs) == {(one.rung.days, people[one.who].pk, one.at) for one in heard if one.who in people}
    listed = Notice.objects.filter(kind="overdue_list", owed_at=at(18), rung=2).values_list("person", flat=True)
    assert set(listed) == {city.inspector.pk}


# Giving and taking back -----------------------------------------------------------------------------------------------


def test_a_form_goes_by_its_own_ladder_once_it_has_one(city):
    assert laddering.ladder_of(city.form) == RUNGS
    give(city)
    assert tuple(laddering.ladder_of(city.form)) == OWN
    laddering.take_back(city.form, by=city.administrator, at=NOW)
    assert laddering.ladder_of(city.form) == RUNGS
    assert not Rung.objects.exists()


def test_saving_replaces_the_rungs_and_the_journal_tells_only_what_changed(city):
    give(city)
    before = JournalEntry.objects.count()
    give(city, (OWN[0], Rule(0, (HEAD,)), Rule(+1, (HEAD,))), by=city.administrator)
    entries = JournalEntry.objects.order_by("pk")[before:]
    told = [(bool(one.before), bool(one.after), (one.after or one.before)["days"]) for one in entries]
    assert sorted(told) == [(False, True, 1), (True, False, 2), (True, True, 0)]
    assert {one.by for one in entries} == {city.administrator}


@pytest.mark.parametrize("person", ["head", "owner_reviewer", "stand_in_approver", "inspector", "reviewer"])
def test_only_administrators_and_the_owner_s_approvers_change_it(city, person):
    with pytest.raises(PermissionDenied):
        give(city, by=getattr(city, person))
    with pytest.raises(PermissionDenied):
        laddering.take_back(city.form, by=getattr(city, person), at=NOW)


@pytest.mark.parametrize(
    "ladder",
    [
        (),
        (Rule(0, (HEAD,)), Rule(0, (REPORTER,))),
        (Rule(21, (HEAD,)),),
        (Rule(-21, (HEAD,)),),
        (Rule(1, ()),),
        (Rule(0, (INSPECTORS,)),),
        (Rule(-1, (HEAD, REVIEWERS)),),
        tuple(Rule(days, (HEAD,)) for days in range(13)),
    ],
)
def test_a_ladder_that_will_not_do_is_refused_in_a_sentence(city, ladder):
    with pytest.raises(ValidationError) as wrong:
        give(city, ladder)
    assert len(wrong.value.message_dict["ladder"]) == 1
    assert not Rung.objects.exists()


# The preview ----------------------------------------------------------------------------------------------------------


def test_an_example_of_each_level_is_of_the_next_period_due_as_a_whole(city):
    found = examples(city.form, OWN, NOW)
    assert [one.level for one in found] == [Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE]
    assert {one.period.code for one in found} == {"2022-05"}
    assert found[2].units["superior"] in (city.district, city.elsewhere)
    later = examples(city.form, OWN, NOW + timedelta(days=1))
    assert {one.period.code for one in later} == {"2022-06"}
    assert later[2].deadline == datetime(2022, 6, 16, tzinfo=VIETNAM)
    assert [heard.at.date() for heard in later[2].heard] == [
        date(2022, 6, 10), date(2022, 6, 15), date(2022, 6, 15), date(2022, 6, 17), date(2022, 6, 17),
    ]  # fmt: skip
