"""Figures through the API: folded ones by right and filter, and those that are read from a unit's own reports."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import figures
from reports.models import Form, FormVersion, Indicator, Item, Report, Section, Value

pytestmark = pytest.mark.django_db


@pytest.fixture
def folded(city):
    """One commune approved, its sibling submitted, one department approved."""
    city.approve(city.report)
    city.submit(city.report_of(city.sibling), online=30)
    city.approve(city.report_of(city.department), online=50)
    figures.fold_marked()
    return city


def rows(program, person, **asked):
    answer = program(person).get("figures/", per_page=1000, **asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_confirmed_and_provisional_differ_by_what_is_not_approved_yet(folded, program):
    asked = {"unit": folded.district.pk, "indicator": "work_dossiers_online", "period": "2022-05", "origin": "commune"}
    totals = {row["state"]: (row["total"], row["coverage"]["answered"]) for row in rows(program, folded.head, **asked)}
    assert totals == {"confirmed": ("60", 1)}
    totals = {row["state"]: row["total"] for row in rows(program, folded.reviewer, **asked)}
    assert totals == {"confirmed": "60", "provisional": "90"}


def test_everybody_reads_the_confirmed_figures_above_and_nobody_those_beside(folded, program):
    assert {row["state"] for row in rows(program, folded.stranger, unit=folded.city.pk)} == {"confirmed"}
    assert rows(program, folded.stranger, unit=folded.district.pk) == []
    assert rows(program, folded.stranger, unit=folded.commune.pk) == []


def test_periods_are_a_list_and_every_filter_narrows(folded, program):
    whole = rows(program, folded.observer, unit=folded.city.pk)
    longer = {"2022-Q2", "2022-H1", "2022", "2022-YTD04", "2022-YTD05"}
    assert {row["period"] for row in whole} == {"2022-04", "2022-05"} | longer
    both = rows(program, folded.observer, unit=folded.city.pk, period=["2022-04", "2022-05"])
    assert both == [row for row in whole if row["period"] not in longer]
    one = rows(
        program,
        folded.observer,
        unit=folded.city.pk,
        form="BM-02",
        period="2022-05",
        origin="department",
        state="confirmed",
        indicator="work_dossiers_online_share",
    )
    assert [(row["quotient"], row["coverage"]["expected"]) for row in one] == [("50", 3)]


def test_a_series_holds_periods_of_one_kind_from_one_to_another(folded, program):
    asked = {"unit": folded.city.pk, "indicator": "work_dossiers_online", "origin": "all", "state": "confirmed"}

    def codes(**ends):
        return [row["period"] for row in rows(program, folded.observer, **asked, **ends)]

    assert codes(**{"from": "2022-01", "to": "2022-04"}) == ["2022-04"]
    assert codes(**{"from": "2022-04"}) == ["2022-05", "2022-04"]
    assert codes(to="2022-YTD05") == ["2022-YTD05", "2022-YTD04"]
    assert codes(period="2022-Q2") == ["2022-Q2"]


def test_a_figure_says_how_it_stands_to_its_targets(folded, program):
    asked = {"unit": folded.city.pk, "indicator": "work_dossiers_online_share", "period": "2022-05"}
    found = rows(program, folded.observer, state="confirmed", **asked)
    by_origin = {row["origin"]: row["targets"] for row in found}
    assert [(one["year"], one["comparator"], one["low"], one["reached"]) for one in by_origin["commune"]] == [
        (2025, ">=", "60", True),
        (2030, ">=", "80", False),
    ]
    assert [one["reached"] for one in by_origin["district"]] == [None, None]
    assert by_origin["all"] == []


def test_a_page_of_figures_asks_no_more_queries_for_many_than_for_one(folded, program):
    observer = program(folded.observer)

    def cost(**asked):
        with CaptureQueriesContext(connection) as queries:
            assert observer.get("figures/", unit=folded.city.pk, **asked).status_code == 200
        return len(queries)

    cost()  # what a process reads only once
    one = cost(indicator="work_dossiers_online_share", period="2022-05", origin="commune", state="confirmed")
    assert cost(per_page=1000) == one


def test_a_unit_with_none_beneath_it_has_its_own_values_as_figures(folded, program):
    asked = {"unit": folded.commune.pk, "period": "2022-05", "origin": "all"}
    found = {(row["indicator"], row["state"]): row for row in rows(program, folded.reviewer, **asked)}
    share = found["work_dossiers_online_share", "confirmed"]
    assert (share["numerator"], share["denominator"], share["quotient"]) == ("60", "100", "60")
    assert share["coverage"] == {
        "expected": 1,
        "submitted": 1,
        "approved": 1,
        "answered": 1,
        "units": 1,
        "without_data": 0,
    }
    assert found["documents_out", "provisional"]["total"] == "120"
    assert len(found) == 20


def test_what_is_submitted_and_not_approved_is_provisional_in_a_single_unit_too(folded, program):
    asked = {"unit": folded.sibling.pk, "period": "2022-05", "origin": "commune", "indicator": "work_dossiers_online"}
    found = {row["state"]: row for row in rows(program, folded.reviewer, **asked)}
    assert (found["confirmed"]["total"], found["provisional"]["total"]) == (None, "30")
    assert found["confirmed"]["coverage"]["without_data"] == 0


def test_a_draft_gives_no_figure(city, program):
    city.fill(city.report)
    found = rows(program, city.reporter, unit=city.commune.pk, period="2022-05", indicator="documents_out")
    assert {(row["total"], row["coverage"]["submitted"]) for row in found} == {(None, 0)}


def test_a_single_unit_is_read_in_the_shape_and_order_of_folded_figures(folded, program):
    stored = rows(program, folded.inspector, unit=folded.city.pk)
    alone = rows(program, folded.inspector, unit=folded.department.pk)
    assert set(stored[0]) == set(alone[0])
    order = ("period", "form", "indicator", "origin", "state")
    for found in (stored, alone):
        keys = [tuple(row[name] for name in order) for row in found if row["period"] == "2022-05"]
        assert keys == sorted(keys)


WRONG_QUESTIONS = [
    ({}, "unit"),
    ({"unit": "abc"}, "unit"),
    ({"unit": ""}, "unit"),
    ({"unit": 999999}, "unit"),
    ({"unit": "1", "period": "2022-13"}, "period.0"),
    ({"unit": "1", "origin": "village"}, "origin"),
    ({"unit": "1", "state": "certain"}, "state"),
    ({"unit": "1", "scope": "1"}, "scope"),
    ({"unit": "1", "from": "2022-05", "to": "2022-04"}, "to"),
    ({"unit": "1", "from": "2022-05", "to": "2022-Q2"}, "to"),
]


def test_a_wrong_question_is_refused_at_its_field(folded, program, problem, subtests):
    observer = program(folded.observer)
    for asked, place in WRONG_QUESTIONS:
        with subtests.test(asked=repr(asked)):
            assert place in problem(observer.get("figures/", **asked), 400, "invalid")["errors"]


def test_a_name_that_does_not_exist_is_explained(folded, program, problem):
    for asked in ({"form": "BM-77"}, {"indicator": "happiness"}):
        answer = program(folded.observer).get("figures/", unit=folded.city.pk, **asked)
        assert list(problem(answer, 400, "invalid")["errors"]) == list(asked)


def test_a_number_that_one_unit_answers_for_all_is_the_citys_in_its_own_figures_too(folded, program):
    single = Indicator.objects.create(
        code="rank_digital", name="Thứ hạng", unit_of_measure="hạng", space_fold="none", time_fold="last"
    )
    report = folded.report_of(folded.stand_in, "2022-05")
    version = FormVersion.objects.create(form=Form.objects.create(code="BM-97"), number=1, title="Hạng", kind="ad_hoc")
    section = Section.objects.create(version=version, position=1, title="Hạng")
    item = Item.objects.create(version=version, section=section, position=1, code="rank", indicator=single)
    Report.objects.filter(pk=report.pk).update(version=version, form=version.form)
    Value.objects.create(revision=report.current, item=item, number=7)
    Report.objects.filter(pk=report.pk).update(status="submitted")
    found = rows(program, folded.inspector, unit=folded.stand_in.pk, period="2022-05")
    assert [(row["origin"], row["state"], row["total"]) for row in found] == [
        ("city", "confirmed", None),
        ("city", "provisional", "7"),
    ]
