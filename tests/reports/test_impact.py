"""Which figures move, from what to what, before an amended report is approved."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection

from reports import figures
from reports.impact import impact_of
from reports.models import Figure, Mark, Report
from reports.workflow import Action
from tests.race import at_once

pytestmark = pytest.mark.django_db

ONLINE = "work_dossiers_online"


@pytest.fixture
def amended(city):
    """The commune's approved report of May with an amendment that waits: 60 online have become 75."""
    city.approve(city.report, online=60)
    city.approve(city.report_of(city.sibling), online=40)
    city.move(city.report, Action.AMEND, by=city.approver, reason="Sai.")
    city.submit(city.report, online=75)
    city.check(city.report)
    figures.fold_marked()
    return city.report


def read(shifts):
    """Before and after, by unit, period, origin and indicator."""
    return {
        (one.now.scope.code, one.now.period.code, one.now.origin, one.now.indicator.code): (one.before, one.after)
        for one in shifts
    }


def test_it_says_which_confirmed_figures_move_from_what_to_what(city, amended):
    found = read(impact_of(amended))
    for period in ("2022-05", "2022-Q2", "2022-H1", "2022", "2022-YTD05"):
        for unit in ("01", "001"):
            assert found[unit, period, "commune", ONLINE] == found[unit, period, "all", ONLINE] == (100, 115)
    assert found["01", "2022-05", "all", "work_dossiers_online_share"] == (Decimal("50.0"), Decimal("57.5"))
    assert not any(indicator == "documents_in" for _unit, _period, _origin, indicator in found)


def test_what_is_foretold_is_what_the_approval_then_does(city, amended):
    def confirmed():
        figures.fold_marked()
        stored = Figure.objects.filter(state="confirmed").select_related("scope", "period", "indicator")
        return {(one.scope.code, one.period.code, one.origin, one.indicator.code): one.reading for one in stored}

    foretold, before = read(impact_of(amended)), confirmed()
    city.move(amended, Action.APPROVE, by=city.approver)
    after = confirmed()
    moved = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert moved == foretold
    assert len(moved) > 10


def test_the_reports_own_period_and_the_city_stand_first(amended):
    shifts = impact_of(amended)
    assert (shifts[0].now.period.code, shifts[0].now.scope.code) == ("2022-05", "01")
    of_period = [one.now.period.last_day - one.now.period.first_day for one in shifts]
    assert all(one <= other for one, other in pairwise(of_period))
    assert "2022-YTD05" not in {one.now.period.code for one in impact_of(amended, to_date=False)}


def test_nothing_is_written(amended):
    figures_before = list(Figure.objects.order_by("pk").values())
    impact_of(amended)
    assert list(Figure.objects.order_by("pk").values()) == figures_before
    assert not Mark.objects.exists()
    assert Report.objects.get(pk=amended.pk).status == "checked"


def test_a_report_that_does_not_wait_for_approval_moves_nothing(city):
    assert impact_of(city.report) == []
    city.approve(city.report)
    figures.fold_marked()
    assert impact_of(Report.objects.get(pk=city.report.pk)) == []


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_no_fold_and_no_fold_waits_for_it(city):
    city.approve(city.report, online=60)
    city.move(city.report, Action.AMEND, by=city.approver, reason="Sai.")
    city.submit(city.report, online=75)
    city.check(city.report)
    figures.fold_marked()
    cell = [city.report.form_id, city.report.period_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", cell)
        (shifts,) = at_once(lambda: impact_of(Report.objects.select_related("unit", "period").get(pk=city.report.pk)))
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", cell)
    assert read(shifts)["01", "2022-05", "all", ONLINE] == (60, 75)


# Edges


def test_the_dialog_that_approves_an_amendment_lists_what_moves(
    city, amended, signed_in, django_assert_max_num_queries
):
    client = signed_in(city.approver)
    with django_assert_max_num_queries(75):
        page = client.get(f"/reports/{amended.pk}/?move=approve").content.decode()
    assert "Quận Ba Đình" in page
    assert "115" in page
    assert "57,5" in page


def test_the_dialog_that_approves_a_first_time_lists_nothing(city, signed_in):
    city.submit(city.report)
    city.check(city.report)
    figures.fold_marked()
    assert 'id="move-title"' in (
        page := signed_in(city.approver).get(f"/reports/{city.report.pk}/?move=approve").content.decode()
    )
    assert "57,5" not in page
