"""Filing through the API: values in and out, moves, receipts, and the figure that moves at the end."""

from datetime import datetime, timedelta

import pytest

from accounts.roles import Role
from reports import figures
from reports.models import Report, Step, Value
from tests.city import NUMBERS, VIETNAM
from tests.kinds import TASK, open_form

pytestmark = pytest.mark.django_db


def share(program, city, **asked):
    """The share of the commune level at the city, as an inspector reads it."""
    rows = (
        program(city.inspector)
        .get(
            "figures/",
            unit=city.city.pk,
            indicator="work_dossiers_online_share",
            period="2022-05",
            origin="commune",
            **asked,
        )
        .json()["results"]
    )
    assert len(rows) == 1
    return rows[0]


def test_the_whole_way_from_an_empty_report_to_a_figure_of_the_city(city, program):
    figures.fold_marked()
    assert share(program, city, state="confirmed")["coverage"]["approved"] == 0
    reporter, head = program(city.reporter), program(city.head)
    reviewer, approver = program(city.reviewer), program(city.approver)

    saved = reporter.save(city.report, *NUMBERS.items()).json()
    assert saved["problems"] == []
    assert saved["stale"] == []
    assert {cell["item"]: cell["number"] for cell in saved["cells"]}["online_share"] == "60"
    handed = reporter.move(city.report, "hand_up", edit=saved["edit"])
    assert handed.status_code == 201
    submitted = head.move(city.report, "submit", edit=handed.json()["report"]["edit"])
    receipt = submitted.json()["receipt"]
    city.report.refresh_from_db()
    assert receipt["digest"] == city.report.current.digest
    assert datetime.fromisoformat(receipt["received_at"]) == city.report.received_at
    assert head.get(f"reports/{city.report.pk}/receipts/1/").json() == receipt
    assert reviewer.move(city.report, "check").json()["report"]["status"] == "checked"
    assert approver.move(city.report, "approve").json()["report"]["status"] == "approved"

    figures.fold_marked()
    figure = share(program, city, state="confirmed")
    assert (figure["numerator"], figure["denominator"], figure["quotient"], figure["total"]) == (
        "60",
        "100",
        "60",
        None,
    )
    assert figure["coverage"] == {
        "expected": 3,
        "submitted": 1,
        "approved": 1,
        "answered": 1,
        "units": 1,
        "without_data": 0,
    }
    history = reviewer.get(f"reports/{city.report.pk}/steps/").json()["results"]
    assert [step["action"] for step in history] == ["hand_up", "submit", "check", "approve"]
    assert history[1]["by"] == {"id": city.head.pk, "full_name": "Head"}


def test_values_are_exact_strings_or_whole_numbers(city, program):
    reporter = program(city.reporter)
    saved = reporter.save(city.report, ("documents_out", "000123"), ("documents_in", 45), ("opened", "7.000"))
    numbers = {cell["item"]: (cell["number"], cell["edit"]) for cell in saved.json()["cells"]}
    assert (numbers["documents_out"], numbers["documents_in"], numbers["opened"]) == (("123", 1), ("45", 1), ("7", 1))
    assert numbers["closed"] == (None, 0)
    emptied = reporter.save(city.report, ("documents_out", None, 1)).json()
    assert {cell["item"]: cell["number"] for cell in emptied["cells"]}["documents_out"] is None


def test_answers_of_every_kind_go_in_and_come_back(city, program):
    report = open_form(city)
    cells = [
        {"item": "online", "row": "land", "number": "8", "edit": 0},
        {"item": "paper", "row": "land", "number": 9, "edit": 0, "cause": "season", "note": "Tết"},
        {"item": "balance", "number": "-2.5", "edit": 0},
        {"item": "place", "text": "Nơi khác", "edit": 0},
        {"item": "budget", "absence": "no_data", "note": "Chưa đối chiếu.", "edit": 0},
        {"item": "result", "row": TASK, "text": "Xong.", "edit": 0},
    ]
    saved = program(city.reporter).patch(f"reports/{report.pk}/values/", {"cells": cells}).json()
    read = program(city.reporter).get(f"reports/{report.pk}/values/").json()

    assert saved["cells"] == read["cells"]
    stands = {(cell["item"], cell["row"]): cell for cell in read["cells"]}
    assert stands["received", "land"]["number"] == "17"
    assert (stands["paper", "land"]["cause"], stands["paper", "land"]["note"]) == ("season", "Tết")
    assert (stands["balance", ""]["number"], stands["place", ""]["text"]) == ("-2.5", "Nơi khác")
    assert (stands["budget", ""]["absence"], stands["budget", ""]["number"]) == ("no_data", None)
    assert stands["result", TASK]["text"] == "Xong."
    assert stands["online", "total"]["typed"] is False
    assert stands["share", "land"]["number"] == "47.1"


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ({"item": "online", "row": "land", "number": "-1"}, "online[land]"),
        ({"item": "online", "row": "total", "number": "1"}, "online[total]"),
        ({"item": "place", "text": "Trên mây"}, "place"),
        ({"item": "place", "number": "1"}, "place"),
        ({"item": "budget", "text": "một"}, "budget"),
        ({"item": "budget", "absence": "no_data"}, "budget"),
        ({"item": "budget", "absence": "not_applicable", "note": "x"}, "budget"),
        ({"item": "budget", "note": "x"}, "cells.0.number"),
        ({"item": "budget", "number": "1", "cause": "laziness"}, "cells.0.cause"),
    ],
)
def test_an_answer_that_its_cell_does_not_take_is_refused_at_its_name(city, program, problem, cell, place):
    report = open_form(city)
    answer = program(city.reporter).patch(f"reports/{report.pk}/values/", {"cells": [cell | {"edit": 0}]})
    assert list(problem(answer, 400, "invalid")["errors"]) == [place]


INEXACT = [
    0.1,
    1.0,
    "abc",
    "",
    "1.234,5",
    "1 234",
    "1e5",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x10",
    "+1",
    ".5",
    "5.",
    "１２",
    "1_000",
    True,
    [1],
    {"a": 1},
    "9" * 200,
    "1\x00",
    "\ud800",
]


def test_what_is_no_exact_number_is_refused_at_its_cell(city, program, problem, subtests):
    reporter = program(city.reporter)
    for number in INEXACT:
        with subtests.test(number=repr(number)):
            body = problem(reporter.save(city.report, ("opened", 1), ("closed", number)), 400, "invalid")
            assert list(body["errors"]) == ["cells.1.number"]
    assert not Value.objects.filter(revision=city.report.current).exists()


@pytest.mark.parametrize("number", ["-1", -5, "1.5", "9" * 40, 10**15, "0." + "0" * 50 + "1"])
def test_numbers_that_the_item_does_not_take_are_refused_by_its_code(city, program, problem, number):
    body = problem(program(city.reporter).save(city.report, ("opened", number)), 400, "invalid")
    assert list(body["errors"]) == ["opened"]


@pytest.mark.parametrize("item", ["to_handle", "online_share", "no_such_item"])
def test_computed_and_unknown_cells_are_not_typed_in(city, program, problem, item):
    assert item in problem(program(city.reporter).save(city.report, (item, 1)), 400, "invalid")["errors"]


WRONG_BODIES = [
    ({}, "cells"),
    ({"cells": []}, "cells"),
    ({"cells": None}, "cells"),
    ({"cells": "online"}, "cells"),
    ({"cells": {"item": "online"}}, "cells"),
    ({"cells": [5]}, "cells.0"),
    ({"cells": [{"item": "online", "edit": 0}]}, "cells.0.number"),
    ({"cells": [{"number": "1", "edit": 0}]}, "cells.0.item"),
    ({"cells": [{"item": "online", "number": "1"}]}, "cells.0.edit"),
    ({"cells": [{"item": "online", "number": "1", "edit": -1}]}, "cells.0.edit"),
    ({"cells": [{"item": "online", "number": "1", "edit": 10**30}]}, "cells.0.edit"),
    ({"cells": [{"item": "online", "number": "1", "edit": "x"}]}, "cells.0.edit"),
    ({"cells": [{"item": "online", "number": "1", "edit": 0, "nubmer": 5}]}, "cells.0.nubmer"),
    ({"cells": [{"item": "online\x00", "number": "1", "edit": 0}]}, "cells.0.item"),
    ({"cells": [{"item": "online", "number": n, "edit": 0} for n in (1, 2)]}, "cells"),
    ({"cells": [{"item": "online", "number": "1", "edit": 0, "row": "x"}]}, "online[x]"),
    ({"cells": [{"item": "online", "number": 1, "edit": 0}], "reason": "x"}, "reason"),
    ([], "body"),
    ('"cells"', "body"),
    ("null", "cells"),
    ("7", "body"),
]


def test_a_body_of_another_shape_is_refused_at_its_place(city, program, problem, subtests):
    reporter = program(city.reporter)
    for body, place in WRONG_BODIES:
        with subtests.test(body=repr(body)):
            answer = reporter.patch(f"reports/{city.report.pk}/values/", body)
            assert place in problem(answer, 400, "invalid")["errors"]


def test_a_stale_cell_is_given_back_with_both_numbers_and_the_others_are_saved(city, program):
    program(city.head).save(city.report, ("online", 10))
    program(city.head).save(city.report, ("online", 11, 1))
    answer = program(city.reporter).save(city.report, ("online", 99, 1), ("closed", 5)).json()
    (stale,) = answer["stale"]
    assert (stale["item"], stale["row"], stale["number"]) == ("online", "", "11")
    assert (stale["edit"], stale["sent"]) == (2, "99")
    numbers = {cell["item"]: cell["number"] for cell in answer["cells"]}
    assert (numbers["online"], numbers["closed"]) == ("11", "5")


def test_what_is_wrong_is_said_in_words_at_its_cell(city, program):
    saved = program(city.reporter).save(city.report, *{**NUMBERS, "online": 101}.items()).json()
    (found,) = saved["problems"]
    assert (found["item"], found["severity"], found["code"]) == ("online", "error", "rule_broken")
    assert found["message"].startswith("Số hồ sơ xử lý hoàn toàn")


def read(program, person, report):
    body = program(person).get(f"reports/{report.pk}/values/").json()
    return body["revision"], {cell["item"]: cell["number"] for cell in body["cells"]}["online"]


def test_content_that_is_not_submitted_is_read_by_its_own_unit_only(city, program):
    city.fill(city.report)
    others = (city.reviewer, city.approver, city.inspector, city.observer)
    for person in (city.reporter, city.head):
        assert read(program, person, city.report) == (1, "60")
    for person in others:
        assert read(program, person, city.report) == (None, None)
    city.move(city.report, "submit", by=city.head)
    for person in others:
        assert read(program, person, city.report) == (1, "60")
    city.give_back(city.report)
    city.fill(city.report, online=61)
    assert read(program, city.head, city.report) == (2, "61")
    for person in others:
        assert read(program, person, city.report) == (None, None)


def test_a_revision_says_when_it_was_frozen(city, program):
    city.submit(city.report)
    body = program(city.reviewer).get(f"reports/{city.report.pk}/values/").json()
    assert datetime.fromisoformat(body["frozen_at"]) == city.now
    assert body["problems"] == []


def test_a_move_sent_twice_is_made_once_and_gives_the_same_receipt(city, program):
    city.fill(city.report)
    city.report.refresh_from_db()
    head = program(city.head)
    first = head.move(city.report, "submit", edit=city.report.edit)
    again = head.move(city.report, "submit", edit=city.report.edit)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Step.objects.filter(report=city.report).count() == 1


def test_a_request_repeated_after_a_colleague_went_on_still_finds_its_step(city, program):
    city.fill(city.report)
    city.report.refresh_from_db()
    edit = city.report.edit
    head = program(city.head)
    first = head.move(city.report, "submit", edit=edit)
    city.check(city.report)
    again = head.move(city.report, "submit", edit=edit)
    assert again.status_code == 200
    assert again.json()["receipt"] == first.json()["receipt"]
    assert again.json()["report"]["status"] == "checked"


def test_a_return_opens_the_next_revision_and_keeps_the_last(city, program):
    city.submit(city.report)
    answer = program(city.reviewer).move(city.report, "return", reason="Số liệu chưa khớp.").json()
    assert (answer["report"]["status"], answer["receipt"], answer["reason"]) == ("draft", None, "Số liệu chưa khớp.")
    report = program(city.reporter).get(f"reports/{city.report.pk}/").json()
    assert (report["revision"], report["cause"], len(report["receipts"])) == (2, "return", 1)


# Every coded refusal, each with its sentence.


def test_a_save_after_the_draft_is_refused(city, program, problem):
    city.submit(city.report)
    body = problem(program(city.reporter).save(city.report, ("online", 1, 1)), 409, "not_a_draft")
    assert (body["details"]["status"], body["details"]["action"]) == ("submitted", "submit")


@pytest.mark.parametrize("person", ["reviewer", "approver", "observer", "inspector"])
def test_who_does_not_fill_the_report_in_is_refused(city, program, problem, person):
    problem(program(getattr(city, person)).save(city.report, ("online", 1)), 403, "not_permitted")


def test_for_strangers_there_is_nothing_to_fill_in_or_to_move(city, program, problem):
    problem(program(city.stranger).save(city.report, ("online", 1)), 404, "not_found")
    problem(program(city.stranger).move(city.report, "submit", edit=1), 404, "not_found")


def test_a_move_that_is_not_yours_is_refused(city, program, problem):
    city.fill(city.report)
    problem(program(city.reporter).move(city.report, "submit"), 403, "not_permitted")


def test_a_move_that_the_table_does_not_list_is_refused(city, program, problem):
    problem(program(city.head).move(city.report, "approve"), 409, "no_such_move")


def test_a_move_from_an_edit_that_is_over_is_refused_with_what_happened(city, program, problem):
    city.submit(city.report)
    seen = Report.objects.get(pk=city.report.pk).edit
    city.check(city.report)
    body = problem(
        program(city.reviewer).move(city.report, "return", edit=seen, reason="Vì sao đó."), 409, "moved_meanwhile"
    )
    assert body["details"] == {"edit": seen + 1, "status": "checked"}


def test_submitting_before_the_window_ends_is_refused(city, program, problem, at):
    city.fill(city.report)
    head = program(city.head)
    at.set(datetime(2022, 5, 14, 23, 59, 30, tzinfo=VIETNAM))
    assert "14/05/2022" in problem(head.move(city.report, "submit"), 409, "window_open")["detail"]
    at.set(datetime(2022, 5, 15, 0, 0, tzinfo=VIETNAM))
    assert head.move(city.report, "submit").status_code == 201


def test_submitting_with_errors_is_refused_with_their_places(city, program, problem):
    city.fill(city.report, online=500)
    body = problem(program(city.head).move(city.report, "submit"), 409, "has_errors")
    assert body["details"]["problems"] == [{"item": "online", "row": "", "code": "rule_broken"}]


def test_a_return_without_a_reason_is_refused(city, program, problem):
    city.submit(city.report)
    problem(program(city.reviewer).move(city.report, "return", reason=" \n "), 409, "reason_missing")


def test_who_filled_in_does_not_check(city, program, problem):
    city.appoint(city.reviewer, Role.REPORTER, city.commune)
    city.fill(city.report, by=city.reviewer)
    city.move(city.report, "submit", by=city.head)
    problem(program(city.reviewer).move(city.report, "check"), 409, "four_eyes")


def test_an_appointment_that_has_ended_moves_nothing(city, program, problem, at):
    late = city.add_person("late", Role.HEAD, city.commune, until=city.now + timedelta(hours=1))
    city.fill(city.report)
    asked = program(late)
    at.set(city.now + timedelta(hours=2))
    problem(asked.move(city.report, "submit", edit=2), 404, "not_found")


WRONG_MOVES = [
    ({"action": "destroy", "edit": 1}, "action"),
    ({"action": None, "edit": 1}, "action"),
    ({"action": ["submit"], "edit": 1}, "action"),
    ({"edit": 1}, "action"),
    ({"action": "submit"}, "edit"),
    ({"action": "submit", "edit": 0}, "edit"),
    ({"action": "submit", "edit": "one"}, "edit"),
    ({"action": "submit", "edit": 1.5}, "edit"),
    ({"action": "submit", "edit": 10**30}, "edit"),
    ({"action": "submit", "edit": 1, "reason": None}, "reason"),
    ({"action": "submit", "edit": 1, "reason": "x" * 5000}, "reason"),
    ({"action": "submit", "edit": 1, "reason": "a\x00b"}, "reason"),
    ({"action": "submit", "edit": 1, "reason": "\ud800"}, "reason"),
    ({"action": "submit", "edit": 1, "comment": "x"}, "comment"),
]


def test_a_move_of_another_shape_is_refused_at_its_place(city, program, problem, subtests):
    head = program(city.head)
    for body, place in WRONG_MOVES:
        with subtests.test(body=repr(body)[:60]):
            answer = head.post(f"reports/{city.report.pk}/steps/", body)
            assert place in problem(answer, 400, "invalid")["errors"]


def test_a_receipt_that_was_never_given_is_not_there(city, program, problem):
    problem(program(city.head).get(f"reports/{city.report.pk}/receipts/1/"), 404, "not_found")
