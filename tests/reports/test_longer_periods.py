"""Figures of quarters, halves, years and of the year to date, folded over time unit by unit and then over units."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import figures, proof
from reports.models import Figure, Report
from reports.periods import PeriodCode
from reports.workflow import Action

pytestmark = pytest.mark.django_db

ONLINE, CARRIED, OPENED = "work_dossiers_online", "work_dossiers_carried", "work_dossiers_opened"
TO_HANDLE, SHARE = "work_dossiers_to_handle", "work_dossiers_online_share"


def approve(city, unit, code, **numbers):
    city.approve(city.report_of(unit, code), **numbers)


def of(city, indicator, code, origin="commune", **terms):
    figures.fold_marked()
    return Figure.objects.get(
        scope=terms.get("scope", city.city), origin=origin, indicator__code=indicator, period__code=code,
        state=terms.get("state", "confirmed"),
    )  # fmt: skip


@pytest.fixture
def two_months(city):
    """April and May of two communes: the first of both months, the second of April alone."""
    approve(city, city.commune, "2022-04", carried=10, opened=20, online=15, closed=8)
    approve(city, city.commune, "2022-05", carried=22, opened=9, online=14, closed=5)
    approve(city, city.sibling, "2022-04", carried=5, opened=15, online=10, closed=10)
    return city


def test_flows_add_up_and_an_opening_stock_is_the_first_known(two_months):
    quarter = of(two_months, OPENED, "2022-Q2")
    assert (quarter.total, quarter.expected, quarter.submitted, quarter.approved) == (44, 6, 3, 3)
    assert (quarter.count, quarter.units, quarter.without_data) == (3, 2, 0)
    stock = of(two_months, CARRIED, "2022-Q2")
    assert stock.total == 15
    assert (stock.expected, stock.approved, stock.units) == (3, 1, 2)  # those of May, the last month


def test_a_total_is_computed_again_from_its_folded_parts(two_months):
    assert of(two_months, TO_HANDLE, "2022-05").total == 31
    assert of(two_months, TO_HANDLE, "2022-Q2").total == 10 + 20 + 9 + 5 + 15
    assert of(two_months, SHARE, "2022-Q2").numerator == 39
    assert of(two_months, SHARE, "2022-Q2").denominator == 59
    assert of(two_months, SHARE, "2022-Q2").reading == Decimal("66.1")


def test_every_longer_period_and_the_year_to_date_have_their_figures_and_agree_with_the_values(two_months):
    figures.fold_marked()
    assert set(Figure.objects.values_list("period__code", flat=True)) == {
        *("2022-04", "2022-05", "2022-Q2", "2022-H1", "2022", "2022-YTD04", "2022-YTD05")
    }
    assert of(two_months, OPENED, "2022-YTD04").total == 35
    assert of(two_months, OPENED, "2022-YTD05").total == 44
    assert proof.compare()[1] == []


def test_periods_of_the_same_months_are_folded_together(two_months):
    with CaptureQueriesContext(connection) as asked:
        folded = figures.fold_marked()
    folds = [one["sql"] for one in asked.captured_queries if "INSERT INTO reports_figure" in one["sql"]]
    assert folded == 7
    assert len(folds) == len(["2022-04", "2022-05", "2022-Q2", "2022-YTD04", "2022-H1, 2022 and 2022-YTD05"])
    assert len({of(two_months, OPENED, code).pk for code in ("2022-H1", "2022", "2022-YTD05")}) == 3


def test_a_change_in_an_early_month_moves_all_that_hold_it(two_months):
    figures.fold_marked()
    report = two_months.report_of(two_months.commune, "2022-04")
    two_months.move(report, Action.AMEND, by=two_months.approver, reason="Sai.")
    two_months.submit(report, opened=24, carried=10, online=16, closed=12)
    two_months.check(report)
    assert of(two_months, OPENED, "2022-Q2").total == 44
    two_months.move(report, Action.APPROVE, by=two_months.approver)
    for code in ("2022-04", "2022-Q2", "2022-H1", "2022", "2022-YTD04", "2022-YTD05"):
        assert of(two_months, OPENED, code).total == (39 if code in ("2022-04", "2022-YTD04") else 48)
    assert proof.compare()[1] == []


def test_an_exempted_month_is_not_expected_in_the_longer_period(two_months):
    report = two_months.report_of(two_months.sibling, "2022-05")
    two_months.move(report, Action.EXEMPT, by=two_months.approver, reason="Mới thành lập.")
    assert of(two_months, OPENED, "2022-Q2").expected == 5
    assert of(two_months, CARRIED, "2022-Q2").expected == 2
    assert proof.compare()[1] == []


def test_the_largest_numbers_are_added_to_the_last_digit(city):
    huge = Decimal(10) ** 15 - 1
    for unit in (city.commune, city.sibling, city.far_commune):
        for code in ("2022-04", "2022-05"):
            approve(city, unit, code, documents_out=huge, documents_out_signed=huge)
    assert of(city, "documents_out", "2022-Q2").total == 6 * huge
    assert proof.compare()[1] == []


def test_a_period_that_is_asked_itself_is_never_folded_from_shorter_ones(two_months):
    figures.fold_marked()
    quarter = Figure.objects.filter(period__code="2022-Q2").first().period
    april = two_months.report_of(two_months.commune, "2022-04")
    report = Report.objects.create(
        unit=two_months.commune, form=april.form, version=april.version, period=quarter, signed=True,
        first_deadline=april.deadline, deadline=april.deadline, current=april.revisions.create(number=9),
    )  # fmt: skip
    figures.rebuild()
    assert of(two_months, OPENED, "2022-Q2", "all").total is None
    assert of(two_months, OPENED, "2022-Q2", "all").expected == 1
    assert report.period.code == "2022-Q2"
    assert proof.compare()[1] == []


def test_spans_to_date_have_names_of_their_own_only_where_no_other_period_has():
    names = {month: PeriodCode.parse(f"2022-{month:02}").to_date.code for month in range(1, 13)}
    assert names[1] == "2022-01"
    assert (names[3], names[6], names[12]) == ("2022-Q1", "2022-H1", "2022")
    assert names[5] == "2022-YTD05"
    assert PeriodCode.parse("2022-Q3").to_date.code == "2022-YTD09"
