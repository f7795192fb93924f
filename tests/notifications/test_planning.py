"""Planning: each rung to the right people, once, and to nobody else.

The communes' reports of 2022-05 are due at 24:00 of Monday 16 May, those of districts and departments on Wednesday 18.
"""

from datetime import datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from accounts.models import Appointment, Unit, User
from accounts.roles import Role
from notifications.actions.planning import plan
from notifications.models import Delivery, Notice
from reports.models import Report
from reports.workflow import Action
from tests.city import NOW, VIETNAM
from tests.race import at_once

COMMUNES = {"reporter", "head", "sibling_reporter", "sibling_head", "stranger", "far_head"}
OTHERS = {
    "district_reporter",
    "district_head",
    "owner_reporter",
    "owner_head",
    "department_reporter",
    "department_head",
}
COMMUNE_REPORTERS = {"reporter", "sibling_reporter", "stranger"}
OTHER_REPORTERS = {"district_reporter", "owner_reporter", "department_reporter"}


def may(day, hour=7, minute=30, second=0):
    return datetime(2022, 5, day, hour, minute, second, tzinfo=VIETNAM)


def told(rung=None, of=None):
    notices = Notice.objects.all()
    if rung is not None:
        notices = notices.filter(rung=rung)
    if of is not None:
        notices = notices.filter(report=of)
    return sorted(notices.values_list("person__username", flat=True))


def test_before_the_first_rung_nobody_is_told(city):
    assert plan(at=may(9, 7, 29, 59)) == 0
    assert told() == []


def test_five_working_days_before_reporters_are_told(city):
    assert plan(at=may(9)) == 3
    assert told(rung=-5) == sorted(COMMUNE_REPORTERS)


def test_two_working_days_before_reporters_and_heads_are_told(city):
    assert plan(at=may(12)) == 9
    assert told(rung=-2) == sorted(COMMUNES)
    assert told(rung=-5) == sorted(OTHER_REPORTERS)


def test_on_the_morning_of_the_day_reporters_and_heads_are_told(city):
    plan(at=may(12))
    plan(at=may(16, 7, 29, 59))
    assert told(rung=0) == []
    plan(at=may(16))
    assert told(rung=0) == sorted(COMMUNES)
    assert told(rung=-2) == sorted(COMMUNES | OTHERS)


def test_the_day_after_only_heads_are_told(city):
    for day in (12, 16, 17):
        plan(at=may(day))
    assert told(rung=1) == ["far_head", "head", "sibling_head"]


def test_each_unit_has_its_own_deadline(city):
    plan(at=may(18))
    department = city.report_of(city.department)
    assert told(of=department) == ["department_head", "department_reporter"]
    assert set(Notice.objects.filter(report=department).values_list("occasion", flat=True)) == {"rung:0:2022-05-18"}


def test_a_notice_has_an_e_mail_for_those_who_have_an_address(city):
    User.objects.filter(pk=city.head.pk).update(email="")
    plan(at=may(12))
    assert "head" in told()
    assert set(Delivery.objects.values_list("notice__person__username", "channel", "state")) == {
        (name, "email", "owed") for name in (COMMUNES | OTHER_REPORTERS) - {"head"}
    }


def test_planning_again_tells_nobody_again(city):
    assert plan(at=NOW) == 12
    for minutes in (0, 1, 60, 600):
        assert plan(at=NOW + timedelta(minutes=minutes)) == 0
    assert Notice.objects.count() == Delivery.objects.count() == 12


def test_after_submission_nobody_is_told(city):
    city.submit(city.report)
    plan(at=NOW)
    assert told(of=city.report) == []


def test_a_report_that_only_waits_for_its_signature_is_still_owed(city):
    city.fill(city.report)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    plan(at=NOW)
    assert told(of=city.report) == ["head", "reporter"]


def test_a_recalled_report_is_owed_again(city):
    city.submit(city.report)
    city.move(city.report, Action.RECALL, by=city.head)
    plan(at=NOW)
    assert told(of=city.report) == ["head", "reporter"]


def test_a_returned_report_was_received_so_its_deadline_is_no_longer_spoken_of(city):
    city.submit(city.report)
    city.give_back(city.report)
    plan(at=may(17))
    assert set(city.report.notices.values_list("kind", flat=True)) == {"returned"}


def test_after_an_outage_each_person_gets_only_the_highest_rung_that_names_them(city):
    plan(at=may(19))
    assert sorted(city.report.notices.values_list("person__username", "rung")) == [
        ("district_head", 3),
        ("head", 3),
        ("reporter", 0),
    ]
    plan(at=may(20))
    assert city.report.notices.count() == 3


def test_one_person_with_both_roles_is_told_once(city):
    city.appoint(city.head, Role.REPORTER, city.commune)
    plan(at=may(17))
    assert list(city.head.notices.values_list("rung", flat=True)) == [1]


def test_one_person_in_two_units_is_told_of_both_reports(city):
    city.appoint(city.head, Role.HEAD, city.sibling)
    plan(at=NOW)
    assert set(city.head.notices.values_list("report__unit__code", flat=True)) == {"00001", "00004"}


def test_nobody_is_told_again_of_a_rung_when_days_go_by(city):
    instant = may(10)
    while instant < may(31):
        plan(at=instant)
        instant += timedelta(hours=5)
    assert sorted(city.report.notices.values_list("person__username", "rung")) == [
        ("district_head", 3),
        ("head", -2),
        ("head", 0),
        ("head", 1),
        ("head", 3),
        ("reporter", -5),
        ("reporter", -2),
        ("reporter", 0),
    ]


def test_a_clock_that_jumps_back_tells_nothing_twice(city):
    plan(at=may(16))
    before = Notice.objects.count()
    plan(at=may(12))
    plan(at=may(16))
    assert city.report.notices.filter(rung=0).count() == 2
    assert Notice.objects.count() - before == 9  # on the 12th the rungs -2 and -5 speak, and were not told before


def test_history_does_not_flood(city):
    for code in ("2021-12", "2022-01", "2022-02", "2022-03"):
        city.open(code)
    assert Report.objects.owed().filter(deadline__lte=may(4)).count() == 40
    assert plan(at=may(4)) == 0
    plan(at=NOW)
    assert set(Notice.objects.values_list("report__period__code", flat=True)) == {"2022-05"}


def test_a_deadline_is_spoken_of_until_the_fifth_working_day_after_it(city):
    assert plan(at=may(23, 23, 59, 59)) == 16
    assert told(of=city.report) == ["district_head", "head", "reporter"]
    Notice.objects.all().delete()
    assert plan(at=may(24, 0, 0)) == 6
    assert told(of=city.report) == []


def test_a_moved_deadline_is_a_new_occasion(city):
    plan(at=NOW)
    Report.objects.filter(pk=city.report.pk).update(deadline=datetime(2022, 5, 24, tzinfo=VIETNAM))
    assert plan(at=NOW) == 1  # the reporter, five working days before it
    plan(at=may(19))
    plan(at=may(23))
    assert sorted(city.report.notices.filter(person=city.head).values_list("occasion", flat=True)) == [
        "rung:-2:2022-05-23",
        "rung:0:2022-05-16",
        "rung:0:2022-05-23",
    ]


def test_an_expired_appointment_is_told_nothing(city):
    Appointment.objects.filter(user=city.head).update(valid=DateTimeTZRange(NOW - timedelta(days=9), NOW))
    plan(at=NOW)
    assert told(of=city.report) == ["reporter"]


def test_an_appointment_to_come_is_told_when_it_has_begun(city):
    later = NOW + timedelta(hours=1)
    city.add_person("new_head", Role.HEAD, city.commune, since=later)
    plan(at=NOW)
    assert "new_head" not in told()
    plan(at=later)
    assert "new_head" in told(rung=0)


@pytest.mark.parametrize("gone", ["person", "unit"])
def test_an_inactive_person_and_an_ended_unit_are_told_nothing(city, gone):
    if gone == "person":
        User.objects.filter(pk__in=[city.head.pk, city.reporter.pk]).update(is_active=False)
    else:
        Unit.objects.filter(pk=city.commune.pk).update(valid=DateRange(city.commune.valid.lower, NOW.date()))
    plan(at=NOW)
    assert told(of=city.report) == []


def test_two_planners_at_once_tell_once(shared_city):
    for day in (12, 16, 17, 18):
        counts = at_once(*[lambda day=day: plan(at=may(day))] * 4)
        assert sum(count > 0 for count in counts) >= 1
        assert sum(counts) == Notice.objects.filter(owed_at=may(day)).count()
    assert Notice.objects.count() == Delivery.objects.count()
    assert sorted(shared_city.report.notices.values_list("person__username", "rung")) == [
        ("head", -2),
        ("head", 0),
        ("head", 1),
        ("reporter", -2),
        ("reporter", 0),
    ]


def test_planning_takes_few_queries_however_many_are_told(city, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        assert plan(at=NOW) == 12
