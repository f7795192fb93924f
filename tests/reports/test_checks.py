"""What is wrong with a set of answers, with form BM-02 as the example."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import formulas
from reports.checks import (
    Absence,
    Answer,
    Cell,
    ItemSpec,
    Problem,
    RuleSpec,
    Severity,
    computed,
    order,
    problems,
)
from reports.formulas import FormulaError


def item(code, formula=None, **terms):
    return ItemSpec(code, computed=formulas.compile(formula) if formula else None, **terms)


def rule(code, text, severity=Severity.ERROR):
    read = formulas.compile_rule(text)
    return RuleSpec(code, read.left, read.operator, read.right, severity)


BM_02 = (
    item("out", required=True),
    item("signed", required=True),
    item("carried", required=True),
    item("opened", required=True),
    item("handle", "carried + opened"),
    item("online", required=True),
    item("share", "online / handle * 100", decimals=1),
    item("note"),
)
RULES = (rule("online_within", "online <= handle"), rule("signed_within", "signed <= out", Severity.WARNING))
GOOD = {"out": 40, "signed": 30, "carried": 5, "opened": 35, "online": 30}


def answers(**numbers):
    return {Cell(code): Answer(Decimal(str(number))) for code, number in numbers.items()}


def test_a_good_report_has_no_problem():
    assert problems(BM_02, RULES, answers(**GOOD)) == []


def test_every_required_blank_is_a_problem_in_the_order_of_the_form():
    assert problems(BM_02, RULES, {}) == [
        Problem(code, "", Severity.ERROR, "unanswered") for code in ("out", "signed", "carried", "opened", "online")
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(Decimal(0)),
        Answer(text="đủ"),
        Answer(absence=Absence.NO_DATA),
        Answer(absence=Absence.NOT_APPLICABLE),
    ],
)
def test_a_nil_a_text_and_a_stated_absence_are_answers(answer):
    assert problems([item("one", required=True)], [], {Cell("one"): answer}) == []


@pytest.mark.parametrize("answer", [Answer(), Answer(text="  \n")])
def test_a_blank_is_no_answer(answer):
    assert [each.code for each in problems([item("one", required=True)], [], {Cell("one"): answer})] == ["unanswered"]


def test_a_broken_rule_is_told_at_the_first_typed_item_it_names():
    (problem,) = problems(BM_02, RULES, answers(**GOOD | {"online": 41}))
    assert problem == Problem(
        "online",
        "",
        Severity.ERROR,
        "rule_broken",
        {"rule": "online_within", "left": Decimal(41), "operator": "<=", "right": Decimal(40)},
    )
    (turned,) = problems(BM_02, [rule("turned", "handle >= online")], answers(**GOOD | {"online": 41}))
    assert turned.item == "online"


def test_a_rule_over_computed_items_alone_is_told_at_the_first_of_them():
    (problem,) = problems(BM_02, [rule("low", "share >= handle + 100")], answers(**GOOD))
    assert problem.item == "share"


def test_a_warning_keeps_its_severity():
    (problem,) = problems(BM_02, RULES, answers(**GOOD | {"signed": 41}))
    assert (problem.severity, problem.item) == (Severity.WARNING, "signed")


@pytest.mark.parametrize("missing", ["carried", "opened", "online"])
def test_a_rule_with_an_unknown_side_is_skipped(missing):
    known = answers(**{code: number for code, number in (GOOD | {"online": 99}).items() if code != missing})
    assert [(each.item, each.code) for each in problems(BM_02, RULES, known)] == [(missing, "unanswered")]
    stated = known | {Cell(missing): Answer(absence=Absence.NO_DATA)}
    assert problems(BM_02, RULES, stated) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("-1", "below_minimum"),
        ("1.5", "too_precise"),
        ("0.01", "too_precise"),
        ("1.0", None),
        ("1e2", None),
        ("9" * 40, "too_long"),
        ("9" * 15, None),
    ],
)
def test_a_number_pushed_past_the_screen_is_still_checked(number, code):
    found = problems([item("one")], [], answers(one=number))
    assert [each.code for each in found] == ([code] if code else [])


def test_an_item_may_allow_less_than_nothing():
    assert problems([item("one", minimum=None)], [], answers(one=-3)) == []


def test_rules_hold_row_by_row_in_a_table():
    table = (item("in", rows=("land", "justice")), item("done", rows=("land", "justice"), required=True))
    given_answers = {
        Cell("in", "land"): Answer(Decimal(5)),
        Cell("done", "land"): Answer(Decimal(6)),
        Cell("in", "justice"): Answer(Decimal(5)),
    }
    found = problems(table, [rule("within", "done <= in")], given_answers)
    assert [(each.item, each.row, each.code) for each in found] == [
        ("done", "justice", "unanswered"),
        ("done", "land", "rule_broken"),
    ]


def test_computed_items_follow_what_they_need():
    turned = (item("c", "b * 2"), item("b", "a + 1"), item("a"))
    assert [each.code for each in order(turned)] == ["b", "c"]
    assert computed(turned, {"a": Decimal(3)}) == {"b": 4, "c": 8}
    assert computed(turned, {}) == {"b": None, "c": None}


def test_a_share_of_nothing_is_not_known():
    assert computed(BM_02, {"carried": Decimal(0), "opened": Decimal(0), "online": Decimal(0)}) == {
        "handle": 0,
        "share": None,
    }


def test_what_was_typed_into_a_computed_item_counts_for_nothing():
    assert problems(BM_02, RULES, answers(**GOOD | {"online": 41, "handle": 999}))[0].code == "rule_broken"


@pytest.mark.parametrize(
    ("items", "position"),
    [
        ([item("a", "1 + a")], 4),
        ([item("a", "2 * b"), item("b", "a")], None),
        ([item("a", "b"), item("b", "c"), item("c", "x + a"), item("x")], None),
    ],
)
def test_items_that_need_one_another_in_a_circle_are_refused(items, position):
    with pytest.raises(FormulaError, match="in a circle") as refusal:
        order(items)
    assert position is None or refusal.value.position == position


def test_a_formula_that_names_no_item_of_the_form_is_refused_at_its_place():
    with pytest.raises(FormulaError, match="no item of this form") as refusal:
        order([item("a", "b + c"), item("b")])
    assert refusal.value.position == 4


numbers = st.one_of(st.none(), st.integers(-5, 100).map(Decimal))


@given(st.tuples(numbers, numbers, numbers, numbers, numbers))
def test_a_rule_is_told_exactly_when_its_numbers_break_it(values):
    cells = map(Cell, ("out", "signed", "carried", "opened", "online"))
    told = {
        str(each.parameters["rule"])
        for each in problems(BM_02, RULES, dict(zip(cells, map(Answer, values), strict=True)))
        if each.code == "rule_broken"
    }
    out, signed, carried, opened, online = values
    expected = set()
    if None not in (carried, opened, online) and online > carried + opened:
        expected.add("online_within")
    if None not in (out, signed) and signed > out:
        expected.add("signed_within")
    assert told == expected
