"""Remarks, revisions and differences through the API."""

import pytest

from reports.actions import reviewing
from reports.checks import Cell
from reports.models import Remark
from reports.workflow import Action
from tests.city import NUMBERS

pytestmark = pytest.mark.django_db

WORDS = "Chưa khớp với một cửa."


@pytest.fixture
def report(city):
    city.submit(city.report)
    return city.report


@pytest.fixture
def sent(city, report):
    """A remark that the unit has."""
    remark = reviewing.pin(report, Cell("opened"), WORDS, by=city.reviewer, at=city.now)
    city.move(report, Action.RETURN, by=city.reviewer)
    return remark


def of(report, remark=None):
    return f"reports/{report.pk}/remarks/" + (f"{remark.pk}/" if remark else "")


def listed(asked, report):
    return [(one["item"], one["sent"], one["answer"]) for one in asked.get(of(report)).json()["results"]]


def test_a_remark_is_pinned_sent_answered_and_ticked_off(city, program, report):
    reviewer, reporter = program(city.reviewer), program(city.reporter)
    pinned = reviewer.post(of(report), {"item": "opened", "text": WORDS, "revision": 1})
    assert pinned.status_code == 201
    body = pinned.json()
    assert (body["item"], body["row"], body["paragraph"], body["text"], body["sent"]) == (
        "opened",
        "",
        None,
        WORDS,
        False,
    )
    assert (body["by"]["id"], body["revision"], body["answered_by"]) == (city.reviewer.pk, 1, None)
    assert listed(reviewer, report) == [("opened", False, "")]
    assert listed(reporter, report) == []

    assert reviewer.move(report, "return").json()["remarks"] == 1
    remark = Remark.objects.get()
    answered = reporter.patch(of(report, remark), {"answer": "Đã sửa."}).json()
    assert (answered["answer"], answered["answered_by"]["id"]) == ("Đã sửa.", city.reporter.pk)
    assert answered["answered_at"] is not None
    unread = reviewer.get(of(report, remark)).json()
    assert (unread["answer"], unread["answered_by"], unread["answered_at"]) == ("", None, None)

    city.move(report, Action.SUBMIT, by=city.head)
    assert listed(reviewer, report) == [("opened", True, "Đã sửa.")]
    settled = reviewer.patch(of(report, remark), {"settled": True}).json()
    assert settled["settled_by"]["id"] == city.reviewer.pk
    assert reviewer.patch(of(report, remark), {"settled": False}).json()["settled_at"] is None


def test_an_unsent_remark_is_reworded_and_taken_off(city, program, report):
    reviewer = program(city.reviewer)
    reviewer.post(of(report), {"item": "opened", "text": WORDS})
    remark = Remark.objects.get()
    assert reviewer.patch(of(report, remark), {"text": "Ngắn."}).json()["text"] == "Ngắn."
    assert program(city.reporter).get(of(report, remark)).status_code == 404
    assert reviewer.client.delete(f"/api/v1/{of(report, remark)}").status_code == 204
    assert Remark.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"item": "nowhere", "text": WORDS}, "item"),
        ({"item": "opened", "row": "land", "text": WORDS}, "item"),
        ({"item": "opened", "paragraph": 1, "text": WORDS}, "paragraph"),
        ({"item": "opened", "paragraph": 0, "text": WORDS}, "paragraph"),
        ({"item": "opened", "text": "  "}, "text"),
        ({"item": "opened", "text": "x" * 2001}, "text"),
        ({"item": "opened", "text": "a\0b"}, "text"),
        ({"item": "opened", "text": WORDS, "revision": "một"}, "revision"),
        ({"item": "opened", "text": WORDS, "cell": "opened"}, "cell"),
        ({"text": WORDS}, "item"),
    ],
)
def test_what_cannot_be_pinned_is_told_by_its_field(city, program, problem, report, body, field):
    refused = problem(program(city.reviewer).post(of(report), body), 400, "invalid")
    assert list(refused["errors"]) == [field]
    assert Remark.objects.count() == 0


def test_refusals_have_their_codes(city, program, problem, report, sent):
    reporter, reviewer = program(city.reporter), program(city.reviewer)
    problem(reviewer.post(of(report), {"item": "opened", "text": WORDS}), 409, "not_under_review")
    problem(reviewer.patch(of(report, sent), {"text": "Khác."}), 409, "remark_sent")
    problem(reviewer.patch(of(report, sent), {"answer": "Đã sửa."}), 403, "not_permitted")
    problem(reviewer.patch(of(report, sent), {"settled": True}), 409, "not_under_review")
    problem(reporter.patch(of(report, sent), {"answer": "x" * 2001}), 400, "invalid")
    problem(reporter.patch(of(report, sent), {}), 400, "invalid")
    problem(reporter.patch(of(report, sent), {"answer": "Đã sửa.", "settled": True}), 400, "invalid")
    problem(program(city.stranger).patch(of(report, sent), {"answer": "Đã sửa."}), 404, "not_found")
    problem(reporter.client.delete(f"/api/v1/{of(report, sent)}"), 409, "remark_sent")
    other = city.report_of(city.commune, "2022-04")
    problem(reporter.patch(of(other, sent), {"answer": "Đã sửa."}), 404, "not_found")


def test_revisions_and_what_differs_between_them(city, program, report, sent):
    reviewing.answer(sent, "Đã sửa.", by=city.reporter, at=city.now)
    city.fill(report, **(NUMBERS | {"opened": 90, "online": 77}))
    asked = program(city.reviewer)
    assert asked.get(f"reports/{report.pk}/differences/").json() == {"before": None, "after": None, "cells": []}
    city.move(report, Action.SUBMIT, by=city.head)

    revisions = asked.get(f"reports/{report.pk}/revisions/").json()["results"]
    assert [(one["number"], one["cause"], one["dropped"]) for one in revisions] == [
        (2, "return", False),
        (1, "opening", False),
    ]
    assert all(len(one["digest"]) == 64 for one in revisions)
    body = asked.get(f"reports/{report.pk}/differences/").json()
    assert (body["before"], body["after"]) == (1, 2)
    found = {one["item"]: (one["before"]["number"], one["after"]["number"], one["change"]) for one in body["cells"]}
    assert found == {
        "opened": ("80", "90", "10"),
        "to_handle": ("100", "110", "10"),
        "online": ("60", "77", "17"),
        "online_share": ("60", "70", "10"),
    }
    assert asked.get(f"reports/{report.pk}/differences/", **{"from": 2, "to": 1}).json() == body


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [({"from": 3}, 404, "not_found"), ({"to": "hai"}, 400, "invalid"), ({"revision": 1}, 400, "invalid")],
)
def test_a_revision_that_one_may_not_read_is_not_there(city, program, problem, report, sent, asked, status, code):
    problem(program(city.reviewer).get(f"reports/{report.pk}/differences/", **asked), status, code)
    problem(program(city.reviewer).get(f"reports/{report.pk}/differences/", to=2), 404, "not_found")
    assert program(city.reporter).get(f"reports/{report.pk}/differences/", to=2).status_code == 200
