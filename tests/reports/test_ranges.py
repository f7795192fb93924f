"""The range of a ratio, given the units that said nothing."""

from decimal import Decimal

import pytest

from reports import figures, silence
from reports.models import Indicator
from reports.ranges import Silent, bounds

SHARE = "work_dossiers_online_share"


def level(known=0, unknown=0, median=100, lowest="0.2", highest="0.9"):
    return Silent(Decimal(known), unknown, Decimal(median), Decimal(lowest), Decimal(highest))


def test_silent_units_are_taken_at_the_lowest_and_the_highest_of_their_level():
    assert bounds(Decimal(60), Decimal(100), [level(known=100)]) == (Decimal("0.4"), Decimal("0.75"))


def test_a_unit_that_never_had_a_denominator_weighs_the_median_of_its_level():
    assert bounds(Decimal(60), Decimal(100), [level(unknown=1)]) == (Decimal("0.4"), Decimal("0.75"))
    assert bounds(Decimal(60), Decimal(100), [level(known=50, unknown=1, median=50)]) == bounds(
        Decimal(60), Decimal(100), [level(known=100)]
    )


def test_levels_have_bounds_of_their_own():
    assert bounds(Decimal(60), Decimal(100), [level(known=50), level(known=50, lowest="0.8", highest="0.8")]) == (
        Decimal("0.55"),
        Decimal("0.725"),
    )


def test_there_is_no_range_where_all_have_spoken_or_nothing_is_known():
    assert bounds(Decimal(60), Decimal(100), []) is None
    assert bounds(Decimal(60), Decimal(100), [level()]) is None
    assert bounds(None, None, [Silent(Decimal(0), 3, None, None, None)]) is None
    assert bounds(Decimal(60), Decimal(100), [Silent(Decimal(10), 0, None, None, None)]) is None


@pytest.mark.django_db
def test_the_range_reads_last_denominators_the_levels_median_and_its_lowest_and_highest_ratio(
    city, django_assert_num_queries
):
    def approve(unit, code, opened, online):
        city.approve(city.report_of(unit, code), carried=0, opened=opened, online=online, closed=0)

    approve(city.sibling, "2022-04", 300, 30)  # silent in May, and weighs 300 there
    approve(city.commune, "2022-05", 100, 60)
    approve(city.far_commune, "2022-05", 100, 20)
    figures.fold_marked()
    share = Indicator.objects.select_related("numerator", "denominator").get(code=SHARE)
    figure = city.figure(SHARE, "commune", scope=city.district)
    with django_assert_num_queries(1):
        found = silence.bounds_of(
            share.numerator, share.denominator, "", form=city.form, period=city.report.period_id,
            scope=city.district, origin="commune",
            numerator=figure.numerator, denominator=figure.denominator,
        )  # fmt: skip
    assert found == (Decimal("0.3"), Decimal("0.6"))  # (60 + 300 × 0.2) ÷ 400 and (60 + 300 × 0.6) ÷ 400
