"""The language of formulas: what it reads, what it refuses and where, and what it leaves unknown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import formulas
from reports.formulas import COMPARISONS, DEEPEST, LONGEST, FormulaError, compile_rule

VALUES = {
    "online": Decimal(30),
    "in_person": Decimal("12.5"),
    "carried": Decimal(0),
    "gone": None,
    "q2": Decimal(7),
}

numbers = st.decimals(-(10**12), 10**12, places=4)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1", "1"),
        ("1.50", "1.50"),
        ("online + in_person", "42.5"),
        ("online - in_person - 2", "15.5"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("24 / 4 / 2", "3"),
        ("24 / (4 / 2)", "12"),
        ("-online + 31", "1"),
        ("--online", "30"),
        ("2 * -3", "-6"),
        ("2--3", "5"),
        ("  online\n+\tq2 ", "37"),
        ("online/(online+in_person)*85", "60"),
        ("carried / online", "0"),
        ("((((online))))", "30"),
    ],
)
def test_a_formula_follows_the_rules_of_arithmetic(text, result):
    assert formulas.compile(text).value(VALUES) == Decimal(result)


@pytest.mark.parametrize(
    "text",
    [
        "gone",
        "online + gone",
        "0 * gone",
        "unheard_of",
        "online / carried",
        "carried / carried",
        "1 / (q2 - 7)",
    ],
)
def test_an_absent_value_or_a_division_by_zero_leaves_the_result_absent(text):
    assert formulas.compile(text).value(VALUES) is None


def test_a_result_no_office_could_have_is_absent():
    large = {"a": Decimal(10) ** 20, "b": Decimal("1e999999"), "c": Decimal("NaN"), "d": Decimal("sNaN")}
    for text in ("a * a", "b", "b * b", "-b", "c", "c + 1", "d", "d + 1", "1 / b / b"):
        assert formulas.compile(text).value(large) in (None, Decimal(0)), text


def test_a_formula_says_which_items_it_names_and_where():
    formula = formulas.compile("online / (online + q2)")
    assert formula.names == {"online", "q2"}
    assert (formula.place("online"), formula.place("q2")) == (0, 19)
    assert formulas.compile("on + online").place("online") == 5
    assert formulas.compile("7").names == frozenset()


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("online +", 8, "ends too early"),
        ("(online", 7, "ends too early"),
        ("online in_person", 7, "missing before"),
        ("online + * 2", 9, "missing before"),
        ("online)", 6, "missing before"),
        ("2online", 1, "missing before"),
        ("1e5", 1, "missing before"),
        ("()", 1, "missing before"),
        ("1,5", 1, "no meaning"),
        (".5", 0, "no meaning"),
        ("1.", 1, "no meaning"),
        ("Online", 0, "no meaning"),
        ("hồ_sơ", 1, "no meaning"),
        ("１", 0, "no meaning"),
        ("online % 2", 7, "no meaning"),
        ("online ** 2", 8, "missing before"),
        ("online.real", 6, "no meaning"),
        ("__import__('os')", 0, "no meaning"),
        ("previous(online)", 8, "missing before"),
        ("online <= 2", 7, "Only a rule compares"),
        ("9" * 31, 0, "number is too long"),
        ("1 + 0." + "0" * 40, 4, "number is too long"),
        ("1+" * 250 + "1", LONGEST, "formula is too long"),
    ],
)
def test_a_text_that_is_no_formula_is_refused_at_its_place(text, position, words):
    with pytest.raises(FormulaError, match=words) as refusal:
        formulas.compile(text)
    assert refusal.value.position == position
    assert refusal.value.message.endswith(".")


def test_a_formula_may_be_long_but_not_deep():
    assert formulas.compile("+".join(["1"] * 250)).value({}) == 250
    assert formulas.compile("(" * 249 + "1" + ")" * 249).value({}) == 1
    assert formulas.compile("-" * (DEEPEST - 1) + "1").value({}) == -1
    with pytest.raises(FormulaError, match="too deeply") as refusal:
        formulas.compile("2*" + "-" * DEEPEST + "1")
    assert refusal.value.position == 2
    with pytest.raises(FormulaError, match="too deeply"):
        formulas.compile("1+(" * 100 + "1" + ")" * 100)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("online + carried <= 30", True),
        ("online < 30", False),
        ("online >= in_person * 2", True),
        ("online > 30", False),
        ("in_person = 12.50", True),
        ("in_person != 12.50", False),
        ("gone <= 5", None),
        ("5 <= online / carried", None),
    ],
)
def test_a_rule_compares_two_formulas_once(text, holds):
    assert compile_rule(text).holds(VALUES) is holds


def test_a_rule_keeps_the_text_of_its_two_sides():
    rule = compile_rule(" online + q2<= in_person ")
    assert (rule.left.text, rule.operator, rule.right.text) == ("online + q2", "<=", "in_person")
    assert rule.left.names == {"online", "q2"}
    assert formulas.compile(rule.left.text).value(VALUES) == rule.left.value(VALUES)


@pytest.mark.parametrize(
    ("text", "position"),
    [("", 0), ("online", 6), ("a < b < c", 6), ("a <", 3), ("< a", 0), ("a == b", 3), ("(a < b)", 3)],
)
def test_a_text_that_is_no_rule_is_refused_at_its_place(text, position):
    with pytest.raises(FormulaError) as refusal:
        compile_rule(text)
    assert refusal.value.position == position


@given(numbers, numbers, st.sampled_from(sorted(COMPARISONS)))
def test_the_six_comparisons_mean_what_they_mean_elsewhere(left, right, sign):
    python = {"=": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}[sign]
    assert compile_rule(f"a {sign} b").holds({"a": left, "b": right}) is getattr(left, python)(right)


def joined(parts):
    (left, one), sign, (right, other) = parts
    return f"({left} {sign} {right})", {"+": one + other, "-": one - other, "*": one * other}[sign]


# A text beside what it is worth, built up together.
worth = st.recursive(
    st.one_of(st.integers(0, 99).map(lambda n: (str(n), n)), st.sampled_from([("a", -7), ("b1", 0), ("c_2", 31)])),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*"), part).map(joined),
        part.map(lambda one: (f"-{one[0]}", -one[1])),
    ),
    max_leaves=12,
)


@given(worth.filter(lambda one: len(one[0]) <= LONGEST and one[0].count("-") < 10))
def test_a_well_formed_formula_is_worth_what_its_parts_are_worth(pair):
    text, number = pair
    assert formulas.compile(text).value({"a": Decimal(-7), "b1": Decimal(0), "c_2": Decimal(31)}) == number


pieces = st.sampled_from([*"()+-*/<>=!. \n", "<=", "a", "b1", "c_2", "1", "2.5", "0", "10", "é", "２", "__", "'", "A"])


texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=40).map("".join))


def read(text, reader):
    """What was read, or the place of the error."""
    try:
        return reader(text)
    except formulas.FormulaError as refusal:
        return refusal.position


@given(texts, numbers)
def test_any_text_gives_a_value_or_an_error_with_a_place(text, number):
    values = {"a": number, "b1": Decimal(0), "c_2": None}
    formula, rule = read(text, formulas.compile), read(text, compile_rule)
    if isinstance(formula, formulas.Formula):
        assert formula.value(values) is None or isinstance(formula.value(values), Decimal)
        assert rule == len(text)
    else:
        assert 0 <= formula <= len(text)
    if isinstance(rule, formulas.Comparison):
        assert rule.holds(values) in (None, True, False)
