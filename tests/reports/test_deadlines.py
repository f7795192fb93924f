"""What moves a deadline: extensions, incidents of the portal, corrections of the calendar; and what never does."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.refusals import Refused
from accounts.roles import Role
from reports.actions import deadlines, regimes
from reports.calendars import Shift
from reports.models import CalendarCorrection, CalendarDay, DeadlineChange, Extension, Period, Report
from tests.city import NOW, VIETNAM

ORDER = "12/TB-UBND"


def may(day, hour=0):
    return datetime(2022, 5, day, hour, tzinfo=VIETNAM)


COMMUNES_DUE, OTHERS_DUE = may(17), may(19)  # 24:00 of Monday 16 and of Wednesday 18


def due(**terms):
    return dict(Report.objects.filter(period__code="2022-05", **terms).values_list("unit__code", "deadline"))


def extend(city, code="2022-05", **terms):
    given = {"until": may(21), "reason": "Mưa lũ", "document": ORDER, "by": city.approver, "at": NOW}
    return deadlines.grant_extension(city.form, Period.objects.get(code=code), **given | terms)


# Extensions -----------------------------------------------------------------------------------------------------------


def test_an_extension_of_one_unit_moves_its_report_and_is_kept_beside_it(city):
    extension, moved = extend(city, unit=city.commune)
    assert moved == 1
    assert [code for code, deadline in due().items() if deadline == may(21)] == ["00001"]
    change = DeadlineChange.objects.get()
    assert (change.report, change.cause, change.extension) == (city.report, "extension", extension)
    assert (change.before, change.after, change.recorded_at) == (COMMUNES_DUE, may(21), NOW)
    city.report.refresh_from_db()
    assert city.report.first_deadline == COMMUNES_DUE


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        ({"unit": "district", "with_area": True}, {"001", "00001", "00004"}),
        ({"unit": "district"}, {"001"}),
        ({"level": "commune"}, {"00001", "00004", "09619"}),
        ({"unit": "elsewhere", "with_area": True, "level": "commune"}, {"09619"}),
        ({}, {"VPUBND", "SYT", "001", "271", "00001", "00004", "09619"}),
    ],
)
def test_an_area_a_level_or_all_are_extended_at_once_save_the_owners_own(city, scope, codes):
    scope = scope | ({"unit": getattr(city, scope["unit"])} if "unit" in scope else {})
    _extension, moved = extend(city, **scope)
    assert {code for code, deadline in due().items() if deadline == may(21)} == codes
    assert moved == len(codes) == DeadlineChange.objects.count()


def test_a_report_that_is_due_later_already_keeps_its_deadline(city):
    extend(city, unit=city.commune, until=may(25))
    _extension, moved = extend(city, level="commune")
    assert moved == 2
    assert due()["00001"] == may(25)


def test_an_extension_granted_to_a_late_unit_makes_it_on_time(city):
    city.now = may(17, 9)
    city.submit(city.report)
    extend(city, unit=city.commune, at=may(17, 10))
    city.report.refresh_from_db()
    assert city.report.received_at <= city.report.deadline


def test_the_stand_in_extends_the_owners_own_report_and_the_owner_does_not(city):
    with pytest.raises(Refused) as refusal:
        extend(city, unit=city.owner)
    assert refusal.value.code == "own_unit"
    assert extend(city, unit=city.owner, by=city.stand_in_approver).reports == 1
    assert due()["STTTT"] == may(21)


def test_nobody_extends_for_a_unit_of_their_own(city):
    city.appoint(city.approver, Role.REPORTER, city.commune)
    with pytest.raises(Refused) as refusal:
        extend(city, unit=city.commune)
    assert refusal.value.code == "own_unit"
    assert extend(city, level="commune").reports == 2


def test_only_an_approver_of_the_forms_owner_extends(city):
    for person in (city.administrator, city.owner_reviewer, city.reviewer, city.head, city.stand_in_approver):
        with pytest.raises(PermissionDenied):
            extend(city, unit=city.commune, by=person)
    assert not Extension.objects.exists()


def test_an_extension_that_moves_nothing_is_refused_in_words(city):
    with pytest.raises(Refused) as refusal:
        extend(city, level="commune", until=COMMUNES_DUE)
    assert refusal.value.code == "nothing_to_extend"
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("terms", "field"), [({"reason": " "}, "reason"), ({"document": ""}, "document"), ({"until": NOW}, "until")]
)
def test_an_extension_has_a_reason_a_document_and_an_instant_to_come(city, terms, field):
    with pytest.raises(ValidationError) as refusal:
        extend(city, **terms)
    assert set(refusal.value.message_dict) == {field}


def test_what_moved_a_deadline_is_never_changed_or_deleted(city):
    extend(city, unit=city.commune)
    for act in (
        lambda: Extension.objects.update(until=may(31)),
        lambda: DeadlineChange.objects.update(after=may(31)),
        lambda: DeadlineChange.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            act()


def test_the_database_lets_no_change_put_a_deadline_earlier(city):
    change = {"report": city.report, "cause": "extension", "extension": extend(city, unit=city.sibling).cause}
    with pytest.raises(IntegrityError, match="deadline_never_moves_earlier"), transaction.atomic():
        DeadlineChange.objects.create(**change, before=may(17), after=may(16), recorded_at=NOW)


# Incidents ------------------------------------------------------------------------------------------------------------


def outage(city, begins, ends, at=None):
    return deadlines.report_incident(
        title="Mất kết nối", began_at=begins, ended_at=ends, by=city.administrator, at=at or ends
    )


def test_a_confirmed_incident_extends_the_deadlines_of_the_days_it_touches_to_the_next_working_day(city):
    incident = outage(city, may(16, 20), may(16, 22))
    assert due() == {**due(), "00001": COMMUNES_DUE}  # nothing moves before it is confirmed
    moved = deadlines.confirm_incident(incident, by=city.inspector, at=may(17, 9))
    assert moved.reports == 3
    assert set(due(unit__level="commune").values()) == {may(18)}  # 24:00 of Tuesday 17
    assert set(due(unit__level="department").values()) == {OTHERS_DUE}
    assert DeadlineChange.objects.filter(cause="incident", incident=incident).count() == 3


@pytest.mark.parametrize(
    ("begins", "ends", "moves"),
    [
        (may(17), may(17, 8), False),  # from 00:00 of the day after: 24:00 of the 16th belongs to the 16th
        (may(15, 8), may(16), False),  # until 24:00 of the day before
        (may(15, 8), may(16) + timedelta(seconds=1), True),
        (may(16, 23), may(17, 1), True),
    ],
)
def test_a_day_reaches_from_0_to_24_hours(city, begins, ends, moves):
    deadlines.confirm_incident(outage(city, begins, ends), by=city.inspector, at=may(18, 9))
    assert (due()["00001"] > COMMUNES_DUE) is moves


def test_an_incident_that_ends_on_a_friday_extends_to_monday(city):
    extend(city, unit=city.commune)  # until 24:00 of Friday 20
    deadlines.confirm_incident(outage(city, may(20, 9), may(20, 10)), by=city.inspector, at=may(20, 11))
    assert due()["00001"] == may(24)


def test_an_incident_needs_an_administrator_and_the_confirmation_of_another_inspector(city):
    with pytest.raises(PermissionDenied):
        deadlines.report_incident(title="?", began_at=may(15), ended_at=may(16), by=city.inspector, at=NOW)
    incident = outage(city, may(15, 9), may(15, 10))
    with pytest.raises(PermissionDenied):
        deadlines.confirm_incident(incident, by=city.administrator, at=NOW)
    city.appoint(city.administrator, Role.INSPECTOR, city.stand_in)
    with pytest.raises(Refused) as refusal:
        deadlines.confirm_incident(incident, by=city.administrator, at=NOW + timedelta(seconds=1))
    assert refusal.value.code == "four_eyes"
    deadlines.confirm_incident(incident, by=city.inspector, at=NOW)
    with pytest.raises(Refused) as refusal:
        deadlines.confirm_incident(incident, by=city.inspector, at=NOW)
    assert refusal.value.code == "already_confirmed"


@pytest.mark.parametrize(
    ("begins", "ends", "field"), [(may(16, 7), may(16, 6), "ended_at"), (may(16, 7), may(16, 9), "ended_at")]
)
def test_an_incident_is_reported_once_it_is_over(city, begins, ends, field):
    with pytest.raises(ValidationError) as refusal:
        outage(city, begins, ends, at=NOW)
    assert set(refusal.value.message_dict) == {field}


# Corrections of the calendar ------------------------------------------------------------------------------------------


def correct(city, day, *, working=False, name="Nghỉ bù", document=ORDER, by=None, at=NOW):
    return deadlines.correct_day(day, working=working, name=name, document=document, by=by or city.administrator, at=at)


def test_a_new_day_off_moves_the_deadlines_still_to_come_by_the_rule(city):
    correction, moved = correct(city, date(2022, 5, 17))
    assert set(due(unit__level="commune").values()) == {COMMUNES_DUE}
    assert set(due(unit__level="district").values()) == {may(20)}  # the third working day is now Thursday 19
    assert moved == 5 == DeadlineChange.objects.filter(cause="calendar", correction=correction).count()


def test_a_day_worked_after_all_makes_no_announced_deadline_earlier(city):
    correct(city, date(2022, 5, 17))
    before = due()
    correct(city, date(2022, 5, 17), working=None)
    assert due() == before
    assert DeadlineChange.objects.count() == 5
    assert not CalendarDay.objects.filter(day=date(2022, 5, 17)).exists()


def test_a_correction_says_what_the_day_was_and_what_it_became(city):
    holiday = CalendarDay.objects.get(day=date(2022, 9, 2))
    correct(city, holiday.day, working=True, name="Làm bù")
    correct(city, date(2022, 5, 20))
    correct(city, date(2022, 5, 20), working=None)
    told = list(CalendarCorrection.objects.order_by("pk").values_list("before", "after"))
    assert holiday.name in told[0][0]
    assert "Làm bù" in told[0][1]
    assert told[1][0] == told[2][1] == ""
    assert told[1][1] == told[2][0]
    assert set(CalendarCorrection.objects.values_list("document", "by")) == {(ORDER, city.administrator.pk)}


def test_a_report_that_was_extended_keeps_the_later_deadline(city):
    extend(city, unit=city.district, until=may(25))
    correct(city, date(2022, 5, 17))
    assert due()["001"] == may(25)
    assert due()["271"] == may(20)


def test_what_was_opened_since_follows_the_corrected_calendar(city):
    correct(city, date(2022, 6, 15))
    city.open("2022-06")
    assert city.report_of(city.commune, "2022-06").deadline == datetime(2022, 6, 17, tzinfo=VIETNAM)


def test_the_same_day_off_entered_twice_moves_nothing_more(city):
    correct(city, date(2022, 5, 17))
    before = due()
    assert correct(city, date(2022, 5, 17)).reports == 0
    assert due() == before
    assert CalendarDay.objects.filter(day=date(2022, 5, 17)).count() == 1
    assert regimes.enter_days_off([2022]) == 0


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"document": " "}, "document"),
        ({"name": ""}, "name"),
        ({"day": date(2022, 5, 13)}, "day"),
        ({"working": None}, "day"),  # the table says nothing of it
    ],
)
def test_a_correction_names_its_document_and_a_day_to_come(city, terms, field):
    terms = {"day": date(2022, 5, 19)} | terms
    with pytest.raises(ValidationError) as refusal:
        correct(city, terms.pop("day"), **terms)
    assert set(refusal.value.message_dict) == {field}


def test_only_an_administrator_corrects_the_calendar(city):
    for person in (city.approver, city.inspector, city.head):
        with pytest.raises(PermissionDenied):
            correct(city, date(2022, 5, 19), by=person)


corrections = st.lists(
    st.tuples(
        st.dates(date(2022, 5, 16), date(2022, 6, 10)),
        st.sampled_from([True, False, None]),
        st.integers(0, 6 * 24),  # hours since now
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corrections, st.sampled_from(Shift))
def test_moving_holidays_moves_no_past_deadline_and_makes_no_announced_one_earlier(city, moves, shift):
    def all_due():
        return dict(Report.objects.values_list("pk", "deadline"))

    with transaction.atomic():
        at = NOW
        for day, working, hours in moves:
            at, before = max(at, NOW + timedelta(hours=hours)), all_due()
            try:
                correct(city, day, working=working, at=at)
            except ValidationError:
                continue  # the day has passed, or there is nothing to take out
            after = all_due()
            assert all(after[pk] == was for pk, was in before.items() if was <= at)
            assert all(after[pk] >= was for pk, was in before.items())
        latest = dict(DeadlineChange.objects.order_by("pk").values_list("report", "after"))
        assert all(all_due()[pk] == after for pk, after in latest.items())
        transaction.set_rollback(True)
