"""How the API refuses: who is not signed in, what is malformed, what does not exist; and that it never breaks."""

import random
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

LISTS = ["units/", "forms/", "reports/", "figures/", "reports/{report}/steps/", "reports/{report}/files/"]
SINGLE = [
    "units/{unit}/",
    "forms/BM-02/",
    "reports/{report}/",
    "reports/{report}/values/",
    "reports/{report}/receipts/1/",
]
EVERY = [*LISTS, *SINGLE]


def address(city, path):
    return path.format(report=city.report.pk, unit=city.commune.pk)


def test_who_is_not_signed_in_is_told_so(city, problem, subtests):
    for path in EVERY:
        with subtests.test(path):
            answer = Client().get(f"/api/v1/{address(city, path)}")
            problem(answer, 401, "not_signed_in")
            assert answer["WWW-Authenticate"]


def test_an_unknown_parameter_is_refused(city, program, problem, subtests):
    head = program(city.head)
    for path in EVERY:
        with subtests.test(path):
            body = problem(head.get(address(city, path), colour="blue", format="json"), 400, "invalid")
            assert {"colour", "format"} <= set(body["errors"])


def test_the_known_parameters_are_named(city, program, problem):
    (sentence,) = problem(program(city.head).get("reports/", staus="draft"), 400, "invalid")["errors"]["staus"]
    for name in ("form", "period", "unit", "status", "standing", "page", "per_page"):
        assert name in sentence


WRONG_QUESTIONS = [
    ("units/", {"level": "village"}, "level"),
    ("units/", {"on": "16/05/2022"}, "on"),
    ("units/", {"on": "2022-02-30"}, "on"),
    ("units/", {"on": "2022-05-16T08:00"}, "on"),
    ("units/", {"parent": "0"}, "parent"),
    ("units/", {"parent": "9" * 30}, "parent"),
    ("units/", {"q": "x" * 300}, "q"),
    ("units/", {"q": "a\x00b"}, "q"),
    ("reports/", {"period": "tháng 5"}, "period"),
    ("reports/", {"period": "2022-5"}, "period"),
    ("reports/", {"status": "lost"}, "status"),
    ("reports/", {"standing": "tired"}, "standing"),
    ("reports/", {"unit": "-1"}, "unit"),
    ("reports/", {"form": ""}, "form"),
    ("reports/", {"form": "BM-77"}, "form"),
    ("reports/", {"per_page": "1001"}, "per_page"),
    ("reports/", {"per_page": "0"}, "per_page"),
    ("reports/", {"per_page": "many"}, "per_page"),
    ("reports/", {"per_page": "٣"}, "per_page"),
    ("reports/", {"page": "-1"}, "page"),
    ("reports/", {"page": "9" * 50}, "page"),
    ("reports/", {"status": ["draft", "submitted"]}, "status"),
    ("reports/", {"page": ["1", "2"]}, "page"),
]


def test_a_bad_value_is_refused_with_a_sentence_at_its_field(city, program, problem, subtests):
    observer = program(city.observer)
    for path, asked, place in WRONG_QUESTIONS:
        with subtests.test(path, asked=repr(asked)[:60]):
            assert list(problem(observer.get(path, **asked), 400, "invalid")["errors"]) == [place]


def test_what_does_not_exist_is_not_found(city, program, problem, subtests):
    head = program(city.head)
    paths = [
        "",
        "nothing/",
        "reports/abc/",
        "reports/1/values/2/",
        "units/999999999/",
        "forms/BM-77/",
        "forms/é/",
        "forms/%00/",
    ]
    for path in paths + [f"reports/{pk}/" for pk in (0, 10**18, 10**19, 10**40)]:
        with subtests.test(path):
            problem(head.get(path), 404, "not_found")


def test_an_address_without_its_last_slash_leads_to_it(city, program):
    answer = program(city.head).client.get("/api/v1/reports")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/reports/")


def test_a_method_that_an_address_does_not_take_is_refused(city, program, problem, subtests):
    client = program(city.head).client
    for path, method in product(EVERY, ("put", "delete", "options", "trace")):
        with subtests.test(path, method=method):
            answer = getattr(client, method)(f"/api/v1/{address(city, path)}")
            problem(answer, 405, "method_not_allowed")
            assert "GET" in answer["Allow"]


def test_only_json_is_taken_and_given(city, program, problem):
    client = program(city.head).client
    path = f"/api/v1/reports/{city.report.pk}/steps/"
    problem(client.post(path, {"action": "submit"}), 415, "unsupported_media_type")
    problem(client.post(path, "action=submit", content_type="text/plain"), 415, "unsupported_media_type")
    problem(client.get(path, headers={"accept": "text/html"}), 406, "not_acceptable")
    problem(client.get(path, headers={"accept": "application/xml"}), 406, "not_acceptable")


MALFORMED = [
    b"{",
    b"{'a': 1}",
    b'{"cells": [{"item": "online", "number": NaN, "edit": 0}]}',
    b'{"cells": [{"item": "online", "number": Infinity, "edit": 0}]}',
    b"\xff\xfe",
    b'{"a": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
]


def test_malformed_json_is_refused(city, program, problem, subtests):
    client = program(city.reporter).client
    for body in MALFORMED:
        with subtests.test(body=repr(body)[:40]):
            answer = client.patch(f"/api/v1/reports/{city.report.pk}/values/", body, content_type="application/json")
            problem(answer, 400, "malformed")


def test_a_body_without_end_is_refused(city, program, problem):
    client = program(city.reporter).client
    answer = client.patch(
        f"/api/v1/reports/{city.report.pk}/values/", b" " * 3_000_000, content_type="application/json"
    )
    problem(answer, 413, "too_large")


def test_writing_asks_for_the_csrf_token(city, at, problem):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.reporter)
    path = f"/api/v1/reports/{city.report.pk}/values/"
    cells = {"cells": [{"item": "online", "number": "1", "edit": 0}]}
    problem(client.patch(path, cells, content_type="application/json"), 403, "csrf_failed")
    client.get(reverse("api-docs"))
    token = client.cookies["csrftoken"].value
    answer = client.patch(path, cells, content_type="application/json", headers={"x-csrftoken": token})
    assert answer.status_code == 200


def test_a_person_who_is_no_longer_active_is_not_signed_in(city, program, problem):
    asked = program(city.head)
    city.head.is_active = False
    city.head.save()
    problem(asked.get("reports/"), 401, "not_signed_in")


ODD = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "1.5",
    "1e9",
    "NaN",
    "null",
    "None",
    "true",
    "[]",
    "{}",
    "'",
    '"',
    "%",
    "_",
    "\\",
    "';--",
    "\x00",
    "\n",
    "á",
    "đ",
    "😀",
    "\u202e",
    "BM-02",
    "2022-05",
    "2022-W60",
    "9999-12-31",
    "0001-01-01",
    "0000-00-00",
    "2022-05-16",
    "draft",
    "all",
    "9" * 19,
    "9" * 100,
    "9" * 5000,
    "٣",
    "²",
]
PARAMETERS = ["level", "on", "q", "parent", "form", "period", "unit", "status", "standing", "page", "per_page"]
PARAMETERS += ["origin", "indicator", "state", "format", "cursor", "é", "a[b]", "\x00"]


@pytest.mark.parametrize("path", EVERY)
def test_no_question_however_odd_breaks_the_api(city, program, path):
    asked = program(city.observer)
    chance = random.Random(path)
    for _ in range(80):
        question = {
            name: chance.choices(ODD, k=chance.choice((1, 1, 1, 2)))
            for name in chance.sample(PARAMETERS, k=chance.randint(1, 3))
        }
        if path == "figures/" and chance.random() < 0.8:
            question["unit"] = [str(city.city.pk)]
        answer = asked.get(address(city, path), **question)
        assert answer.status_code in {200, 400, 404}, (question, answer.content)
    for query in ("%ff=%fe", "q=%C3%28", "%00", "&&&", "unit=1;drop", "q=%u0041", "per_page=%31%30"):
        assert asked.client.get(f"/api/v1/{address(city, path)}?{query}").status_code in {200, 400, 404}
