"""Units over time and units of one kind compared: what stands there, in which colour, for whom."""

from decimal import Decimal

import pytest
from django.urls import reverse

from reports import figures
from reports.pages.heatmap import shade_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(city):
    """April: one commune 60 %, its sibling only submitted with 40 %, the far one 90 %."""
    city.approve(city.report_of(city.commune, "2022-04"), carried=0, opened=100, online=60, closed=0)
    city.submit(city.report_of(city.sibling, "2022-04"), carried=0, opened=100, online=40, closed=0)
    city.approve(city.report_of(city.far_commune, "2022-04"), carried=0, opened=100, online=90, closed=0)
    figures.fold_marked()
    return city


@pytest.fixture
def get(signed_in):
    """`get(person, name, pk, **query)` is the page of that name as that person sees it, of April."""
    return lambda person, name, pk, **query: signed_in(person).get(
        reverse(name, args=[pk]), {"period": "2022-04", **query}
    )


def cells(page):
    return {unit.code: [cell.text for cell in row] for unit, row in page.context["cells"]}


def test_districts_stand_beside_each_other_with_their_communes_figures(filed, get):
    page = get(filed.observer, "heatmap", filed.city.pk)
    assert cells(page) == {"001": ["60,0"], "271": ["90,0"]}
    assert {row[0].shade for _unit, row in page.context["cells"]} == {1, 5}
    assert cells(get(filed.observer, "heatmap", filed.city.pk, measure="coverage")) == {"001": ["1/2"], "271": ["1/1"]}
    assert get(filed.observer, "heatmap", filed.city.pk, origin="village").status_code == 404


def test_a_districts_communes_are_read_from_their_reports_and_only_by_who_may(filed, get):
    assert cells(get(filed.observer, "heatmap", filed.district.pk)) == {"00001": ["60,0"], "00004": ["–"]}
    assert cells(get(filed.reporter, "heatmap", filed.district.pk)) == {"00001": ["60,0"]}
    assert get(filed.observer, "heatmap", filed.commune.pk).status_code == 404


def test_shades_go_from_the_lowest_to_the_highest():
    assert [shade_of(Decimal(number), Decimal(0), Decimal(100)) for number in (0, 19, 20, 99, 100)] == [1, 1, 2, 5, 5]
    assert shade_of(Decimal(7), Decimal(7), Decimal(7)) == 3


def test_units_of_one_kind_are_ranked_and_no_others(filed, get):
    page = get(filed.observer, "league", filed.city.pk, level="commune")
    assert [(one.code, one.rank) for one in page.context["ranked"]] == [("00001", 1), ("00004", None)]
    assert page.context["ranked"][1].provisional == 40
    rural = get(filed.observer, "league", filed.city.pk, level="commune", kind="commune")
    assert [(one.code, one.rank, one.confirmed) for one in rural.context["ranked"]] == [("09619", 1, 90)]
    found = get(filed.observer, "league", filed.city.pk, level="commune", q="truc bach")
    assert [one.code for one in found.context["ranked"]] == ["00004"]
    own = get(filed.reporter, "league", filed.district.pk)
    assert [one.code for one in own.context["ranked"]] == ["00001"]
