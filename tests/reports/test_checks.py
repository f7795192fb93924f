"""What is wrong with a set of answers, with form BM-02 as the example."""

import time
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import formulas
from reports.checks import (
    Absence,
    Answer,
    Cell,
    History,
    ItemSpec,
    Kind,
    Problem,
    Questionnaire,
    RuleSpec,
    Severity,
    order,
    problems,
)
from reports.formulas import FormulaError
from reports.outliers import spread


def item(code, formula=None, **terms):
    return ItemSpec(code, computed=formulas.compile(formula) if formula else None, **terms)


def rule(code, text, severity=Severity.ERROR):
    read = formulas.compile_rule(text)
    return RuleSpec(code, read.left, read.operator, read.right, severity)


def computed(items, numbers):
    """What the computed lines come to, by item code."""
    results = Questionnaire(tuple(items)).computed({Cell(code): number for code, number in numbers.items()})
    return {cell.item: number for cell, number in results.items()}


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
        Answer(absence=Absence.NO_DATA, note="Hệ thống đang nâng cấp."),
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
    stated = known | {Cell(missing): Answer(absence=Absence.NO_DATA, note="Mất mạng.")}
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


def test_no_data_without_its_reason_is_a_problem():
    (problem,) = problems([item("one", required=True)], [], {Cell("one"): Answer(absence=Absence.NO_DATA)})
    assert (problem.code, problem.severity) == ("no_reason", Severity.ERROR)


@pytest.mark.parametrize(
    ("spec", "answer", "code"),
    [
        (item("one", kind=Kind.CHOICE, options=("a", "b")), Answer(text="c"), "no_such_choice"),
        (item("one", kind=Kind.CHOICE, options=("a", "b")), Answer(text="b"), None),
        (item("one", kind=Kind.YES_NO), Answer(Decimal(2)), "no_such_choice"),
        (item("one", kind=Kind.YES_NO), Answer(Decimal(1)), None),
        (item("one", kind=Kind.TEXT), Answer(text="x" * 20_001), "text_too_long"),
    ],
)
def test_each_kind_takes_its_own_answers(spec, answer, code):
    assert [each.code for each in problems([spec], [], {Cell("one"): answer})] == ([code] if code else [])


# Tables

ROWS = ("land", "justice")
TABLE = (
    item("online", rows=ROWS, total="total", required=True),
    item("counter", rows=ROWS, total="total", required=True),
    item("received", "online + counter", rows=ROWS, total="total"),
    item("late", rows=ROWS, total="total"),
    item("whole", "sum(received)"),
    item("opinion", kind=Kind.TEXT),
)


def filled(**rows):
    """Answers of a table: filled(land={"online": 1}, …)."""
    return {
        Cell(code, row): Answer(Decimal(number)) for row, numbers in rows.items() for code, number in numbers.items()
    }


def test_a_total_row_adds_up_what_is_typed_and_computes_what_is_computed():
    given_answers = filled(land={"online": 1, "counter": 2}, justice={"online": 10, "counter": 20})
    results = Questionnaire(TABLE).computed({cell: answer.number for cell, answer in given_answers.items()})
    assert results[Cell("online", "total")] == 11
    assert results[Cell("received", "land")] == 3
    assert results[Cell("received", "total")] == 33
    assert results[Cell("whole")] == 33
    assert results[Cell("late", "total")] is None
    assert Cell("opinion") not in results


def test_a_total_of_rows_that_are_not_all_known_is_not_known():
    results = Questionnaire(TABLE).computed({Cell("online", "land"): Decimal(1)})
    assert results[Cell("online", "total")] is None


def test_blanks_of_a_table_are_told_row_by_row_and_its_total_is_never_typed_in():
    found = problems(TABLE, [], filled(land={"online": 1, "counter": 2}))
    assert [(each.item, each.row, each.code) for each in found] == [
        ("online", "justice", "unanswered"),
        ("counter", "justice", "unanswered"),
    ]


def test_a_rule_that_rows_break_is_not_told_again_at_their_total():
    given_answers = filled(land={"online": 1, "counter": 0, "late": 5}, justice={"online": 1, "counter": 0, "late": 0})
    found = problems(TABLE, [rule("late_within", "late <= received")], given_answers)
    assert [(each.item, each.row) for each in found] == [("late", "land")]


def test_a_rule_that_names_a_whole_table_is_asked_once():
    given_answers = filled(land={"online": 1, "counter": 0}, justice={"online": 1, "counter": 0})
    found = problems(TABLE, [rule("few", "sum(online) <= 1")], given_answers)
    assert [(each.item, each.row) for each in found] == [("online", "total")]


# What stands out


def test_what_is_carried_over_is_compared_with_the_last_period():
    items = (item("carried"), item("pending"))
    rules = [rule("carried_over", "carried = previous(pending)", Severity.WARNING)]
    last = History(previous={("pending", ""): Decimal(7)})
    assert problems(items, rules, answers(carried=7, pending=1), last) == []
    (problem,) = problems(items, rules, answers(carried=8, pending=1), last)
    assert (problem.item, problem.severity, problem.noted) == ("carried", Severity.WARNING, False)
    assert problems(items, rules, answers(carried=8, pending=1)) == []


@pytest.mark.parametrize(
    ("previous", "number", "told"),
    [
        (100, 130, False),
        (100, 131, True),
        (100, 70, False),
        (100, 69, True),
        (29, 1, False),
        (29, 40, True),
        (0, 30, True),
    ],
)
def test_a_change_beyond_the_forms_percentage_asks_for_a_note_except_among_small_numbers(previous, number, told):
    asked = Questionnaire((item("one"),), change_percent=30)
    found = asked.problems(answers(one=number), History(previous={("one", ""): Decimal(previous)}))
    assert [each.code for each in found] == (["large_change"] if told else [])


def test_of_a_table_only_the_total_is_asked_for_its_change():
    asked = Questionnaire((item("one", rows=ROWS, total="total"),), change_percent=30)
    last = {("one", "land"): Decimal(100), ("one", "justice"): Decimal(900), ("one", "total"): Decimal(1000)}
    assert asked.problems(filled(land={"one": 200}, justice={"one": 900}), History(previous=last)) == []
    (problem,) = asked.problems(filled(land={"one": 200}, justice={"one": 9000}), History(previous=last))
    assert (problem.row, problem.code) == ("total", "large_change")


def test_a_number_unlike_all_the_unit_has_reported_asks_for_a_note():
    usual = spread([Decimal(number) for number in (50, 52, 49, 51, 50, 53, 48)])
    asked = Questionnaire((item("one"),))
    history = History(own={("one", ""): usual})
    assert asked.problems(answers(one=55), history) == []
    (problem,) = asked.problems(answers(one=90), history)
    assert (problem.code, problem.parameters["median"]) == ("unusual", 50)


def test_a_ratio_unlike_that_of_its_peers_is_told_at_its_numerator():
    share = formulas.compile("online / handle * 100")
    asked = Questionnaire(BM_02, ratios={Cell("share"): share})
    peers = History(peers={Cell("share"): spread([Decimal(number) for number in (20, 22, 21, 19, 20, 23, 21, 20)])})
    (problem,) = asked.problems(answers(**GOOD), peers)
    assert (problem.item, problem.code, problem.parameters["number"]) == ("online", "unlike_peers", 75)


def test_a_broken_rule_says_enough_of_its_cell():
    asked = Questionnaire((item("one"),), (rule("small", "one <= 10"),), change_percent=30)
    found = asked.problems(answers(one=200), History(previous={("one", ""): Decimal(100)}))
    assert [each.code for each in found] == ["rule_broken"]


@pytest.mark.parametrize(
    ("cause", "note", "noted"),
    [("", "", False), ("season", "", True), ("other", "", False), ("other", "Tết", True), ("", "  ", False)],
)
def test_a_warning_is_answered_by_a_cause_or_a_note_and_an_error_never(cause, note, noted):
    answer = {Cell("one"): Answer(Decimal(11), cause=cause, note=note)}
    (warning,) = problems([item("one")], [rule("small", "one <= 10", Severity.WARNING)], answer)
    (error,) = problems([item("one")], [rule("small", "one <= 10")], answer)
    assert (warning.noted, warning.blocks, error.blocks) == (noted, not noted, True)


@given(st.lists(st.integers(0, 1000).map(Decimal), min_size=6, max_size=30), st.integers(0, 5000).map(Decimal))
def test_the_modified_z_score_is_taken_from_medians(numbers, number):
    middle = median(numbers)
    deviation = median(abs(one - middle) for one in numbers)
    expected = deviation > 0 and float(abs(number - middle) / deviation) * 0.6745 > 3.5
    found = Questionnaire((item("one"),)).problems(answers(one=number), History(own={("one", ""): spread(numbers)}))
    assert bool(found) == expected


def test_few_numbers_say_nothing_of_what_is_usual():
    assert spread([Decimal(1)] * 5) is None


def test_a_large_table_is_checked_in_a_few_milliseconds():
    rows = tuple(f"field_{number}" for number in range(20))
    columns = [item(f"c{number}", rows=rows, total="total", required=True) for number in range(8)]
    made = [item(f"s{number}", f"c{number} + c{number + 1}", rows=rows, total="total") for number in range(4)]
    rules = [rule(f"r{number}", f"s{number} = c{number} + c{number + 1}") for number in range(4)]
    asked = Questionnaire((*columns, *made), tuple(rules), change_percent=30)
    given_answers = {Cell(f"c{number}", row): Answer(Decimal(5)) for number in range(8) for row in rows}
    last = History(previous={(cell.item, cell.row): Decimal(5) for cell in given_answers})
    assert asked.problems(given_answers, last) == []
    begun = time.process_time()
    for _ in range(10):
        asked.problems(given_answers, last)
    assert (time.process_time() - begun) / 10 < 0.02  # about 2 ms; the bench holds it to 5
