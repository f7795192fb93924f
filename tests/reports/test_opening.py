"""Opening: one report for every unit that owes one, with all its terms pinned."""

from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from reports.actions import opening
from reports.models import Report, Revision
from tests.city import NOW, VIETNAM


def test_every_unit_in_force_gets_one_report(city):
    reports = Report.objects.filter(period__code="2022-05")
    assert set(reports.values_list("unit__code", flat=True)) == set(
        Unit.objects.exclude(level="city").values_list("code", flat=True)
    )
    assert Revision.objects.filter(report__in=reports, number=1, frozen_at=None).count() == reports.count()


def test_a_communes_report_is_due_one_working_day_after_the_window_and_checked_by_its_district(city):
    assert city.report.deadline == datetime(2022, 5, 17, 0, 0, tzinfo=VIETNAM)
    assert city.report.superior == city.district
    assert (city.report.period.first_day, city.report.period.last_day) == (date(2022, 4, 15), date(2022, 5, 14))


def test_a_departments_report_is_due_three_working_days_after_the_window_and_goes_straight_to_the_owner(city):
    report = city.report_of(city.department)
    assert report.deadline == datetime(2022, 5, 19, 0, 0, tzinfo=VIETNAM)
    assert report.superior is None


def test_tet_pushes_the_deadline(city):
    city.open("2022-02")  # the window ends on 14 February 2022; nothing is off then
    city.open("2022-01")
    assert city.report_of(city.commune, "2022-02").deadline == datetime(2022, 2, 16, tzinfo=VIETNAM)


def test_opening_again_changes_nothing(city):
    before = list(Report.objects.order_by("pk").values())
    city.open("2022-05")
    assert list(Report.objects.order_by("pk").values()) == before


def test_a_unit_added_later_is_caught_up(city):
    late = Unit.objects.create(
        level="commune",
        kind="ward",
        code="00099",
        name="Phường Mới",
        parent=city.district,
        valid=DateRange(date(2022, 5, 1), None),
    )
    opening.open_due_periods(at=NOW - timedelta(days=3))
    assert Report.objects.filter(unit=late).values_list("period__code", flat=True).get() == "2022-05"


def test_a_unit_that_ended_before_the_window_closed_is_not_asked(city):
    Unit.objects.filter(pk=city.sibling.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 6, 1)))
    city.open("2022-06")
    assert not Report.objects.filter(unit=city.sibling, period__code="2022-06").exists()
    assert Report.objects.filter(unit=city.commune, period__code="2022-06").exists()


def test_the_sweep_opens_every_period_since_the_form_began_and_the_running_one(city):
    opening.open_due_periods(at=NOW)
    reports = Report.objects.filter(unit=city.commune).order_by("period__first_day")
    assert list(reports.values_list("period__code", flat=True)) == [f"2021-{month:02}" for month in range(5, 13)] + [
        f"2022-{month:02}" for month in range(1, 7)
    ]
    assert opening.open_due_periods(at=NOW) == 0
