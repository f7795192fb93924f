"""How values fold over units and over time, and what a ratio is."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.folds import Parts, SpaceFold, TimeFold, over_time, over_units, quotient, ratio

numbers = st.decimals(-(10**15), 10**15, places=6)
perhaps = st.lists(st.none() | numbers, max_size=30)
foldable = st.sampled_from([fold for fold in SpaceFold if fold not in (SpaceFold.NONE, SpaceFold.RATIO)])
pairs = st.lists(st.tuples(st.none() | numbers, st.none() | numbers), max_size=20)


def decimals(*values):
    return [None if value is None else Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("fold", "figure"), [("sum", "13"), ("mean", "3.25"), ("min", "0"), ("max", "8"), ("count", "3")]
)
def test_each_fold_over_units_speaks_for_those_who_answered(fold, figure):
    assert over_units(SpaceFold(fold), decimals(2, None, 8, 0, None, 3)) == Decimal(figure)


@pytest.mark.parametrize(("fold", "figure"), [("sum", "13"), ("mean", "3.25"), ("first", "2"), ("last", "3")])
def test_flows_add_up_over_time_and_stocks_are_the_first_or_last_known(fold, figure):
    assert over_time(TimeFold(fold), decimals(None, 2, 8, None, 0, 3, None)) == Decimal(figure)


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_what_nobody_answered_is_not_known(values):
    assert {over_units(fold, values) for fold in SpaceFold if fold is not SpaceFold.RATIO} == {None}
    assert {over_time(fold, values) for fold in TimeFold} == {None}
    assert ratio([(value, Decimal(1)) for value in values]) == Parts(None, None)


def test_an_indicator_that_does_not_fold_has_one_answering_unit():
    assert over_units(SpaceFold.NONE, decimals(None, 97, None)) == 97
    with pytest.raises(ValueError, match="One unit answers"):
        over_units(SpaceFold.NONE, decimals(97, 97))


def test_a_mean_of_ratios_cannot_be_expressed():
    with pytest.raises(ValueError, match="never itself"):
        over_units(SpaceFold.RATIO, decimals(1))


def test_a_ratio_of_sums_is_not_the_mean_of_ratios():
    small, large = (Decimal(1), Decimal(1)), (Decimal(0), Decimal(99))
    assert quotient(*ratio([small, large]), 2) == Decimal("0.01")
    assert over_units(SpaceFold.MEAN, [quotient(*small, 2), quotient(*large, 2)]) == Decimal("0.5")


def test_a_unit_enters_a_ratio_only_with_both_parts():
    units = [(Decimal(3), Decimal(4)), (None, Decimal(100)), (Decimal(50), None), (Decimal(1), Decimal(0))]
    assert ratio(units) == Parts(Decimal(4), Decimal(4))


@pytest.mark.parametrize(
    ("numerator", "denominator", "places", "result"),
    [
        ("1", "3", 2, "0.33"),
        ("2", "3", 2, "0.67"),
        ("1", "8", 2, "0.13"),
        ("-1", "8", 2, "-0.13"),
        ("1", "2", 0, "1"),
        ("9000", "100", 1, "90.0"),
        ("5", "0", 1, None),
        ("0", "0", 1, None),
        ("0", "5", 1, "0.0"),
        (None, "5", 1, None),
        ("5", None, 1, None),
        ("4" + "9" * 69, "1" + "0" * 70, 0, "0"),
    ],
)
def test_a_quotient_is_rounded_once_and_half_up(numerator, denominator, places, result):
    above, below = decimals(numerator, denominator)
    found = quotient(above, below, places)
    assert found == (None if result is None else Decimal(result))
    assert found is None or found.as_tuple().exponent == -places


@given(perhaps, foldable, st.randoms())
def test_folding_units_in_any_order_gives_the_same(values, fold, chance):
    shuffled = chance.sample(values, len(values))
    assert over_units(fold, values) == over_units(fold, shuffled)


@given(perhaps, perhaps)
def test_folding_areas_first_gives_the_same_as_folding_units_at_once(one, other):
    for fold in (SpaceFold.SUM, SpaceFold.MIN, SpaceFold.MAX):
        areas = [over_units(fold, one), over_units(fold, other)]
        assert over_units(fold, areas) == over_units(fold, one + other)


@given(pairs, st.randoms())
def test_a_ratio_of_shuffled_units_is_the_same(units, chance):
    assert ratio(units) == ratio(chance.sample(units, len(units)))


@given(pairs)
def test_the_parts_of_a_ratio_are_exact_sums(units):
    whole = [(above, below) for above, below in units if above is not None and below is not None]
    parts = ratio(units)
    if whole:
        assert parts.numerator is not None
        assert Fraction(parts.numerator) == sum(Fraction(above) for above, _ in whole)
        assert parts == Parts(
            over_units(SpaceFold.SUM, [above for above, _ in whole]),
            over_units(SpaceFold.SUM, [below for _, below in whole]),
        )


@given(st.integers(0, 10**15), st.integers(1, 10**15), st.integers(0, 4))
def test_a_quotient_equals_the_exact_fraction_rounded_half_up(numerator, denominator, places):
    exact = Fraction(numerator, denominator) * 10**places
    half_up = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    assert quotient(Decimal(numerator), Decimal(denominator), places) == Decimal(half_up).scaleb(-places)
