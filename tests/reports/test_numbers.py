"""Numbers as Vietnamese offices write and type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numbers import NumberRefused, parse, written


def refused(text, decimals):
    with pytest.raises(NumberRefused) as refusal:
        parse(text, decimals)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "decimals", "number"),
    [
        ("0", 0, "0"),
        ("007", 0, "7"),
        ("1234", 0, "1234"),
        ("1.234", 0, "1234"),
        ("1.234", 3, "1234"),
        ("1.234.567", 0, "1234567"),
        ("1.234,5", 1, "1234.5"),
        ("1234,5", 2, "1234.5"),
        ("1.234.567,89", 2, "1234567.89"),
        ("0,125", 3, "0.125"),
        ("1.234,00", 0, "1234"),
        ("12,50", 1, "12.5"),
        ("1 234", 0, "1234"),
        ("1\u00a0234\u00a0567,5", 1, "1234567.5"),
        ("1\u202f234", 0, "1234"),
        ("\u00a0 12 \n", 0, "12"),
        ("999.999.999.999.999", 0, "999999999999999"),
        ("0" * 40 + "5", 0, "5"),
        ("-0", 0, "0"),
    ],
)
def test_dots_and_spaces_group_thousands_and_a_comma_begins_the_decimals(text, decimals, number):
    assert parse(text, decimals) == Decimal(number)
    assert not parse(text, decimals).is_signed()


@pytest.mark.parametrize(
    ("text", "decimals", "code"),
    [
        ("", 0, "blank"),
        (" \u00a0\t\n", 0, "blank"),
        ("1.234,5", 0, "not_whole"),
        ("1,234", 0, "not_whole"),
        ("0,5", 0, "not_whole"),
        ("1.234,55", 1, "too_precise"),
        ("1234.5", 1, "decimal_point"),
        ("1234.5", 0, "decimal_point"),
        ("1.5", 1, "decimal_point"),
        ("0.125", 3, "decimal_point"),
        ("12.34.567", 0, "decimal_point"),
        ("1,234,567", 0, "decimal_point"),
        ("1,234.5", 1, "decimal_point"),
        ("1 234.567", 0, "decimal_point"),
        ("12 34", 0, "decimal_point"),
        ("1.", 0, "decimal_point"),
        ("1,", 1, "decimal_point"),
        (",5", 1, "decimal_point"),
        ("mười", 0, "not_a_number"),
        ("12a", 0, "not_a_number"),
        ("12 %", 0, "not_a_number"),
        ("1e5", 0, "not_a_number"),
        ("0x10", 0, "not_a_number"),
        ("１２", 0, "not_a_number"),
        ("١٢", 0, "not_a_number"),
        ("NaN", 0, "not_a_number"),
        ("Infinity", 0, "not_a_number"),
        ("1_000", 0, "not_a_number"),
        ("12+3", 0, "not_a_number"),
        ("+5", 0, "not_a_number"),
        ("-", 0, "not_a_number"),
        (".", 0, "not_a_number"),
        (",", 1, "not_a_number"),
        ("-abc", 0, "not_a_number"),
        ("a" * 5000, 0, "not_a_number"),
        ("-5", 0, "negative"),
        ("- 5", 0, "negative"),
        ("\u22121.234", 0, "negative"),
        ("-1234.5", 1, "decimal_point"),
        ("1.000.000.000.000.000", 0, "too_long"),
        ("9" * 40, 0, "too_long"),
        ("9" * 40 + ",5", 0, "too_long"),
    ],
)
def test_what_is_no_such_number_is_refused_with_its_reason(text, decimals, code):
    assert refused(text, decimals) == code


@pytest.mark.parametrize(
    ("text", "decimals", "number"),
    [
        ("=12+30,5-2", 1, "40.5"),
        ("= 1.200 + 34", 0, "1234"),
        ("=5", 0, "5"),
        ("=-5+8", 0, "3"),
        ("=+5", 0, "5"),
        ("=0,5+0,5", 0, "1"),
        ("=1 000\u22121", 0, "999"),
        ("=5-5", 0, "0"),
    ],
)
def test_a_text_that_begins_with_an_equals_sign_is_a_sum(text, decimals, number):
    assert parse(text, decimals) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("=", "not_a_number"),
        ("=12+", "not_a_number"),
        ("=--5", "not_a_number"),
        ("=2*3", "not_a_number"),
        ("=SUM(A1)", "not_a_number"),
        ("=1234.5+1", "decimal_point"),
        ("=12+30,5-2", "not_whole"),
        ("=5-8", "negative"),
        ("=999999999999999+1", "too_long"),
    ],
)
def test_a_sum_obeys_the_same_rule(text, code):
    assert refused(text, 0) == code


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        ("1234567.89", 2, "1.234.567,89"),
        ("1234.5", 1, "1.234,5"),
        ("1234.5", 0, "1.235"),
        ("1234.4999", 0, "1.234"),
        ("0", 1, "0,0"),
        ("-0.04", 1, "0,0"),
        ("-1234.5", 1, "-1.234,5"),
        ("999", 0, "999"),
        ("1E+3", 0, "1.000"),
        ("0.005", 2, "0,01"),
        ("12345678901234567890123456789012345.5", 1, "12.345.678.901.234.567.890.123.456.789.012.345,5"),
    ],
)
def test_numbers_are_shown_as_in_vietnamese_half_up(number, decimals, text):
    assert written(Decimal(number), decimals) == text


places = st.shared(st.integers(0, 6), key="places")
numbers = places.flatmap(lambda n: st.decimals(0, 10**15 - 1, places=n))


@given(numbers, places)
def test_a_number_typed_as_it_is_shown_is_the_same_number(number, decimals):
    assert parse(written(number, decimals), decimals) == number


@given(st.lists(numbers, min_size=1, max_size=5), places)
def test_a_sum_typed_as_it_is_shown_adds_up(terms, decimals):
    if sum(terms) < 10**15:
        assert parse("=" + "+".join(written(each, decimals) for each in terms), decimals) == sum(terms)


@given(st.one_of(st.text(), st.text("0123456789., -+=\u00a0\u2212", max_size=30)), st.integers(0, 4))
def test_any_text_gives_a_fitting_number_or_a_reason(text, decimals):
    try:
        number = parse(text, decimals)
    except NumberRefused as refusal:
        assert refusal.code in KNOWN  # noqa: PT017
        return
    assert 0 <= number < 10**15
    assert number.as_tuple().exponent == -decimals


KNOWN = {"blank", "not_a_number", "decimal_point", "negative", "not_whole", "too_precise", "too_long"}
