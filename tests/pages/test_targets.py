"""Targets on the pages of figures: trajectory, pace and arrival, other frequencies, rows, and what has no card."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from reports.models import Figure, Form, Indicator, LegalBasis, Period, Row, Section, Target
from reports.pages.charts import Scale
from reports.periods import Frequency, PeriodCode, WindowRule

SHARE = "work_dossiers_online_share"
MONTHS = [f"2021-{month:02}" for month in range(5, 13)] + [f"2022-{month:02}" for month in range(1, 5)]


def period(code, rule=WindowRule.DECREE):
    known = PeriodCode.parse(code)
    window = known.window(rule)
    return Period.objects.get_or_create(
        code=code,
        rule=rule.value,
        first_day=window.first,
        defaults={"frequency": known.frequency.value, "last_day": window.last},
    )[0]


def figure(city, number, *, code, form="BM-02", indicator=SHARE, origin="commune", row="", scope=None, **facts):
    """A stored figure of the city, confirmed and provisional alike, that speaks for everybody."""
    measured = Indicator.objects.get(code=indicator)
    ratio = measured.numerator_id is not None
    at = facts.pop("at", None) or period(code)
    for state in ("confirmed", "provisional"):
        values = {
            "total": None if ratio else Decimal(number),
            "numerator": Decimal(number) if ratio else None,
            "denominator": Decimal(100) if ratio else None,
            **dict.fromkeys(("count", "expected", "submitted", "approved"), 3),
            "without_data": 0,
            **facts,
        }
        Figure.objects.update_or_create(
            form=Form.objects.get_or_create(code=form)[0],
            period=at,
            scope=scope or city.city,
            origin=origin,
            indicator=measured,
            row=row,
            state=state,
            defaults=values,
        )


def target(indicator, origin, year, comparator, low, **facts):
    basis = LegalBasis.objects.get(number="4098/QĐ-UBND")
    return Target.objects.create(
        indicator=indicator, origin=origin, year=year, comparator=comparator, low=low, basis=basis, **facts
    )


def measure(code, **facts):
    facts = {"name": code, "unit_of_measure": "%", "decimals": 1, "space_fold": "none", "time_fold": "last"} | facts
    return Indicator.objects.create(code=code, **facts)


@pytest.fixture
def rising(city):
    """A year of the communes' figures: 40 % in 2021-05 and half a point more each month."""
    for place, code in enumerate(MONTHS):
        figure(city, Decimal(40) + Decimal(place) / 2, code=code)
    return city


@pytest.fixture
def get(signed_in):
    """`get(person, name, pk, **query)` is the page of that name as that person sees it."""
    return lambda person, name, pk=None, **query: signed_in(person).get(
        reverse(name, args=[pk] if pk else []), {"period": "2022-04", **query}
    )


def card(response, origin):
    return next(one for topic in response.context["topics"] for one in topic.cards if one.origin == origin)


# The way


def test_a_card_says_where_the_figure_is_on_its_way_what_is_needed_and_when_it_arrives(rising, get):
    shown = card(get(rising.observer, "city"), "commune")
    first, last = date(2021, 5, 14), date(2025, 12, 31)
    due = 40 + 20 * Decimal((date(2022, 4, 14) - first).days) / (last - first).days
    assert shown.lead == pytest.approx(Decimal("45.5") - due)
    assert Decimal("0.49") < shown.pace < Decimal("0.51")
    near, far = shown.aims
    assert (near.arrival.year, near.arrival.month) == (2024, 9)
    assert near.is_in_time
    assert (far.arrival.year, far.is_in_time) == (2028, True)
    assert "9/2024" in near.arrival_words
    assert "0,33" in near.pace_words


def test_a_pace_that_arrives_too_late_or_never_says_so(rising, get):
    for place, code in enumerate(MONTHS):
        figure(rising, Decimal(40) + Decimal(place) / 10, code=code)
        figure(rising, Decimal(50) - place, code=code, origin="district")
    shown = get(rising.observer, "city")
    near = card(shown, "commune").aims[0]
    assert near.arrival > date(2025, 12, 31)
    assert not near.is_in_time
    assert near.arrival_words
    assert card(shown, "commune").lead < 0
    falling = card(shown, "district").aims[0]
    assert falling.arrival is None
    assert falling.arrival_words


def test_fewer_than_three_figures_or_too_few_units_tell_nothing_of_how_things_go_on(rising, get):
    for code in MONTHS[-2:]:
        figure(rising, 70, code=code, origin="district")
    figure(rising, 90, code="2022-04", count=1)
    shown = get(rising.observer, "city")
    assert card(shown, "district").pace is None
    assert [aim.arrival_words for aim in card(shown, "district").aims] == ["", ""]
    assert card(shown, "commune").lead is None
    assert [aim.pace_words + aim.arrival_words for aim in card(shown, "commune").aims] == ["", ""]


def test_the_trend_draws_the_way_beside_the_figures_and_targets_that_are_reached_have_none(rising, get):
    figure(rising, 100, code="2022-04", origin="department")
    shown = get(rising.observer, "city")
    (topic,) = shown.context["topics"]
    ways = {str(one.line.name): bool(one.way) for one in topic.trends[0].drawn}
    assert list(ways.values()) == [False, True]
    assert len(re.findall(r'<svg class="way"', shown.content.decode())) == 2
    assert [sign.year for sign in card(shown, "commune").way.signs] == ["2025", "2030"]


def test_a_scale_holds_what_is_shown_in_round_steps():
    assert Scale.of([Decimal(45), Decimal(88)], "%") == Scale(Decimal(40), Decimal(100), Decimal(10))
    growth = Scale.of([Decimal("6.1"), Decimal("7.5")], "%")
    assert growth.floor <= Decimal("6.1")
    assert growth.top >= Decimal("7.5")
    assert growth.lines[1] - growth.lines[0] == Decimal("0.5")
    assert Scale.of([], "hạng").top > Scale.of([], "hạng").floor
    assert Scale.of([Decimal(3)], "hạng").lines


# Forms of other frequencies


def test_a_topic_of_another_frequency_shows_its_latest_period_that_has_ended_by_the_chosen_month(rising, get):
    quarterly = measure("inspections_share", space_fold="sum")
    target(quarterly, "all", 2025, ">=", 50)
    figure(rising, 10, code="2022-Q1", form="BM-93", indicator="inspections_share", origin="all")
    figure(rising, 30, code="2022-Q2", form="BM-93", indicator="inspections_share", origin="all")
    by_indicator = {
        topic.indicator.code: topic.period.chosen.code
        for topic in get(rising.observer, "city", period="2022-04").context["topics"]
    }
    assert by_indicator == {SHARE: "2022-04", "inspections_share": "2022-Q1"}
    early = get(rising.observer, "city", period="2022-02").context
    assert [topic.indicator.code for topic in early["topics"]] == [SHARE]
    assert "inspections_share" in {other.target.indicator.code for other in early["others"]}
    assert card(get(rising.observer, "city", period="2022-Q2"), "all").pair.reading == 30


def test_months_by_decree_and_by_the_calendar_share_a_code_and_are_told_apart(rising, get):
    calendar = measure("discipline", space_fold="sum", window_rule="calendar")
    target(calendar, "all", 2025, ">=", 50)
    for code, number in (("2022-03", 3), ("2022-04", 4)):
        at = period(code, WindowRule.CALENDAR)
        figure(rising, number, code=code, form="BM-95", indicator="discipline", origin="all", at=at)
    shown = get(rising.observer, "city", period="2022-04")
    assert (shown.context["period"].chosen.rule, shown.context["period"].chosen.frequency) == (
        "decree",
        Frequency.MONTH,
    )
    # The calendar's April ends after the 14th: March is the latest that has ended by then.
    assert card(shown, "all").pair.reading == 3


def test_a_unit_without_months_takes_a_month_in_the_address_as_what_has_ended_by_then(rising, get):
    Figure.objects.all().delete()
    quarterly = measure("inspections_share", space_fold="sum")
    figure(rising, 10, code="2022-Q1", form="BM-93", indicator="inspections_share", origin="all")
    assert get(rising.observer, "figures", rising.city.pk, period="2022-04").context["period"].chosen.code == "2022-Q1"
    assert get(rising.observer, "figures", rising.city.pk, period="2021-04").status_code == 404
    assert get(rising.observer, "figures", rising.city.pk, period="2023-Q1").status_code == 404
    assert quarterly.figures.count() == 2


# One answering unit, rows, milestones


def test_a_figure_of_the_city_as_a_whole_has_a_card_and_its_parts(rising, get):
    growth = measure("productivity_growth")
    target(growth, "city", 2025, "between", 7, high=Decimal("7.5"))
    figure(rising, "6.2", code="2022-04", indicator="productivity_growth", origin="city", expected=1, count=1)
    shown = card(get(rising.observer, "city"), "city")
    assert (shown.pair.reading, shown.aims[0].is_met) == (Decimal("6.2"), False)
    assert "0,8" in shown.aims[0].gap_words
    assert "7,5%" in shown.aims[0].bound
    parts = get(rising.observer, "figures", rising.city.pk, origin="city", indicator="productivity_growth")
    assert parts.context["breakdown"].line.pair.reading == Decimal("6.2")


def test_a_figure_of_another_form_does_not_stand_in_for_one_of_the_same_period(rising, get):
    figure(rising, 99, code="2022-04", form="BM-94", indicator="documents_in", origin="commune")
    lines = get(rising.observer, "figures", rising.city.pk, form="BM-02", origin="commune").context["lines"]
    assert all(line.pair.reading != 99 for line in lines)
    shown = get(rising.observer, "figures", rising.city.pk, form="BM-94", origin="commune")
    assert [line.pair.reading for line in shown.context["lines"]] == [99]
    assert get(rising.observer, "figures", rising.city.pk, form="BM-77").status_code == 404


def test_rows_stand_under_their_indicator_and_a_target_reads_its_own(rising, get):
    share = measure("databases_connected", space_fold="sum")
    target(share, "all", 2025, "=", 100, row="total")
    form = Form.objects.create(code="BM-96")
    version = type(rising.version)(form=form, number=1, title="CSDL", kind="thematic", frequency="month")
    version.save()
    section = Section.objects.create(version=version, position=1, title="CSDL", shape="table")
    for position, code in enumerate(("land", "people", "total"), 1):
        Row.objects.create(section=section, position=position, code=code, title=code, is_total=code == "total")
        facts = {"form": "BM-96", "indicator": "databases_connected", "origin": "all", "row": code}
        figure(rising, position * 10, code="2022-04", **facts)
    shown = get(rising.observer, "figures", rising.city.pk, form="BM-96")
    assert [(line.row.code, line.pair.reading) for line in shown.context["lines"]] == [
        ("land", 10),
        ("people", 20),
        ("total", 30),
    ]
    assert shown.context["breakdown"].line.row.code == "total"
    asked = get(rising.observer, "figures", rising.city.pk, form="BM-96", indicator=share.code, row="land")
    assert asked.context["breakdown"].line.pair.reading == 10
    assert get(rising.observer, "figures", rising.city.pk, form="BM-96", row="sea").status_code == 404
    assert card(get(rising.observer, "city"), "all").pair.reading == 30


def test_milestones_and_unanswered_targets_are_listed_with_what_is_known_of_them(rising, get):
    done, late, open_ended = measure("done"), measure("late"), measure("open_ended")
    facts = {"comparator": "milestone", "low": None, "origin": "city", "words": "Hoàn thành"}
    target(done, year=2025, reached_on=date(2022, 3, 1), document="15/QĐ-UBND", **facts)
    target(late, year=2025, due_on=date(2022, 5, 1), **facts)
    target(open_ended, year=None, **facts)
    target(measure("rank", unit_of_measure="hạng", decimals=0), "city", 2025, "rank<=", 5)
    shown = get(rising.observer, "city")
    known = {one.target.indicator.code: one for one in shown.context["others"]}
    assert known["done"].is_reached
    assert "15/QĐ-UBND" in known["done"].words
    assert known["late"].is_overdue
    assert known["late"].when == "01/05/2022"
    assert (known["open_ended"].when, known["open_ended"].is_overdue) == ("", False)
    assert "≤ 5" in known["rank"].bound
    assert "15/QĐ-UBND" in shown.content.decode()
    assert SHARE not in {code for code, one in known.items() if one.target.origin == "commune"}
