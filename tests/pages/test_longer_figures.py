"""Reading figures of longer periods: kinds of period, comparisons, what is still running, and the way to the values."""

import pytest
from django.urls import reverse

from reports import figures

pytestmark = pytest.mark.django_db

SHARE = "work_dossiers_online_share"


@pytest.fixture
def filed(city):
    """April and May of one commune: 60 % of 100, then 50 % of 100; its sibling answers in April alone."""
    city.approve(city.report_of(city.commune, "2022-04"), carried=0, opened=100, online=60, closed=0)
    city.approve(city.report_of(city.commune, "2022-05"), carried=0, opened=100, online=50, closed=0)
    city.approve(city.report_of(city.sibling, "2022-04"), carried=0, opened=100, online=40, closed=0)
    figures.fold_marked()
    return city


@pytest.fixture
def get(signed_in):
    """`get(person, name, pk, **query)` is the page of that name as that person sees it."""
    return lambda person, name, pk=None, **query: signed_in(person).get(reverse(name, args=[pk] if pk else []), query)


def card(response, origin="commune"):
    return next(one for topic in response.context["topics"] for one in topic.cards if one.origin == origin)


def test_a_month_is_read_unless_a_longer_period_is_asked_and_leads_to_every_kind(filed, get):
    page = get(filed.observer, "city")
    assert (page.context["period"].chosen.code, page.context["period"].by) == ("2022-05", "month")
    assert {one.by: one.code for one in page.context["segments"]} == {
        "month": "2022-05", "quarter": "2022-Q2", "half": "2022-H1", "year": "2022", "to_date": "2022-YTD05",
    }  # fmt: skip
    for segment in page.context["segments"]:
        shown = get(filed.observer, "city", period=segment.code, by=segment.asked).context["period"]
        assert (shown.by, shown.chosen.code) == (segment.by, segment.code)


def test_beside_a_month_stands_the_year_to_date(filed, get):
    shown = card(get(filed.observer, "city"))
    assert (shown.to_date.span.code, shown.to_date.pair.reading) == ("2022-YTD05", card_of_span(filed, get))
    assert card(get(filed.observer, "city", period="2022-YTD05")).to_date.span is None


def card_of_span(filed, get):
    return card(get(filed.observer, "city", period="2022-YTD05")).pair.reading


def test_a_longer_period_that_goes_on_says_so_and_draws_no_way_to_its_targets(filed, get):
    page = get(filed.observer, "city", period="2022-Q2")
    assert page.context["period"].is_running
    assert [one.code for one in page.context["period"].parts] == ["2022-04", "2022-05"]
    shown = card(page)
    assert (shown.pace, shown.lead, shown.way.is_drawn) == (None, None, False)
    assert [aim.is_met for aim in shown.aims] == [False, False]
    assert not any(aim.pace_words or aim.arrival_words for aim in shown.aims)
    assert shown.pair.confirmed.expected == 6  # reports: three communes in two months
    assert not get(filed.observer, "city", period="2022-05").context["period"].is_running


def test_spans_from_the_years_beginning_are_not_compared_with_their_own_parts(filed, get):
    by_span = get(filed.observer, "city", period="2022-YTD05").context["period"]
    assert (by_span.previous.code, by_span.compared) == ("2022-YTD04", None)
    assert get(filed.observer, "city", period="2022-05").context["period"].compared.code == "2022-04"
    assert get(filed.observer, "city", period="2022-Q1", by="to_date").status_code == 404


def test_a_figure_of_a_longer_period_leads_by_its_shorter_ones_to_the_report_and_its_revision(filed, get):
    asked = {"origin": "commune", "indicator": SHARE, "form": "BM-02"}
    page = get(filed.observer, "figures", filed.district.pk, period="2022-Q2", **asked)
    shorter = page.context["breakdown"].shorter
    assert [(span.code, pair.reading) for span, pair in shorter] == [("2022-04", 50), ("2022-05", 50)]
    whole = page.context["breakdown"].line.pair.confirmed
    assert whole.count == sum(pair.confirmed.count for _span, pair in shorter)
    assert "period=2022-04" in page.content.decode()
    month = get(filed.observer, "figures", filed.district.pk, period="2022-04", **asked)
    report = filed.report_of(filed.commune, "2022-04")
    part = next(one for one in month.context["breakdown"].parts if one.unit == filed.commune)
    assert (part.report, part.report.approved.number) == (report, 1)
    assert part.revision_words in month.content.decode()


def test_a_ratio_that_is_not_complete_shows_its_range(filed, get):
    asked = {"origin": "commune", "indicator": SHARE}
    page = get(filed.observer, "figures", filed.district.pk, period="2022-05", **asked)
    assert page.context["bounds"] == (50, 50)  # only one unit of the level has spoken in May
    whole = get(filed.observer, "figures", filed.district.pk, period="2022-04", **asked)
    assert whole.context["bounds"] is None
    assert get(filed.observer, "figures", filed.district.pk, period="2022-Q2", **asked).context["bounds"] is None


def test_a_unit_that_reports_itself_is_read_by_the_periods_it_is_asked_for(filed, get):
    page = get(filed.reporter, "figures", filed.commune.pk, period="2022-Q2")
    assert page.status_code == 200
    assert page.context["period"].by == "month"
