"""A request with an Idempotency-Key is done once, however often it is sent; without one nothing is different."""

import json
from datetime import timedelta
from functools import partial
from threading import Event
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.actions import answers
from accounts.models import IdempotencyKey
from accounts.refusals import Refused
from reports.api.asking import PortalView
from reports.models import Step
from reports.workflow import Action
from tests.race import at_once

pytestmark = pytest.mark.django_db


class Trial(PortalView[Step]):
    """Says what file it was sent; where none was sent, it moves a report and then refuses."""

    parser_classes = (MultiPartParser,)

    def post(self, request):
        file = request.FILES.get("file")
        if file is None:
            IdempotencyKey.objects.create(person=self.person, key="a trace", request="", at=self.at)
            raise Refused("not_today", "Not today.")
        content = file.read()
        return Response({"name": file.name, "size": len(content), "last": content[-1], "n": self.at.timestamp()}, 201)

    def delete(self, request):
        return Response(status=204)


urlpatterns = [path("trial/", Trial.as_view()), path("", include("dxportal.urls"))]


def keyed(key="the-first"):
    return {"headers": {"idempotency-key": key}}


def submit(program, person, report, key="the-first", edit=None):
    edit = edit or program(person).get(f"reports/{report.pk}/").json()["edit"]
    return partial(
        program(person).post, f"reports/{report.pk}/steps/", {"action": "submit", "edit": edit}, **keyed(key)
    )


def same(one, other):
    """Whether two answers are equal, the second of them told again."""
    told = [(answer.status_code, answer.get("Content-Type"), answer.content) for answer in (one, other)]
    return told[0] == told[1] and "Idempotent-Replayed" not in one and other["Idempotent-Replayed"] == "true"


def test_a_move_sent_again_gives_the_same_answer_whatever_has_happened_since(city, program):
    city.fill(city.report)
    send = submit(program, city.head, city.report)
    first = send()
    city.move(city.report, Action.CHECK, by=city.reviewer)
    again = send()

    assert first.status_code == 201
    assert same(first, again)
    assert list(city.report.steps.values_list("action", flat=True)) == ["submit", "check"]


def test_values_sent_again_are_not_saved_over_a_colleagues(city, program):
    cells = {"cells": [{"item": "online", "number": "5", "edit": 0}]}
    send = partial(program(city.reporter).patch, f"reports/{city.report.pk}/values/", cells, **keyed())
    first = send()
    city.fill(city.report, online=7)
    again = send()

    assert same(first, again)
    assert again.json()["stale"] == []
    assert city.report.current.values.get(item__code="online").number == 7


def test_a_key_that_was_sent_with_another_request_is_refused(city, program, problem):
    city.fill(city.report)
    edit = submit(program, city.head, city.report)().json()["edit"]  # the edit that the step was made from
    head, steps = program(city.head), f"reports/{city.report.pk}/steps/"
    body = {"action": "submit", "edit": edit}
    others = [
        partial(head.post, steps, body | {"reason": "Khác."}),
        partial(head.post, f"reports/{city.report_of(city.sibling).pk}/steps/", body),
        partial(head.patch, f"reports/{city.report.pk}/values/", body),
    ]
    for send in others:
        problem(send(**keyed()), 422, "idempotency_key_reused")
    assert Step.objects.count() == 1


def test_each_person_has_keys_of_their_own(city, program):
    city.fill(city.report)
    city.fill(city.report_of(city.sibling))
    one = submit(program, city.head, city.report)()
    other = submit(program, city.sibling_head, city.report_of(city.sibling))()

    assert (one.status_code, other.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in other


def test_a_refusal_stands_as_any_answer_and_a_new_key_asks_anew(city, program, problem):
    city.fill(city.report, online=101)
    edit = program(city.head).get(f"reports/{city.report.pk}/").json()["edit"]
    send = submit(program, city.head, city.report, edit=edit)
    first = send()
    problem(first, 409, "has_errors")
    city.fill(city.report)

    assert same(first, send())
    assert submit(program, city.head, city.report, "the-second")().status_code == 201


def test_a_request_that_cannot_be_read_is_refused_the_same_way_again(city, program, problem):
    client = program(city.reporter).client
    address = f"/api/v1/reports/{city.report.pk}/values/"
    first, again = (client.patch(address, b"{", content_type="application/json", **keyed()) for _ in range(2))

    problem(first, 400, "malformed")
    assert same(first, again)


@pytest.mark.urls(__name__)
def test_a_refusal_leaves_nothing_of_what_was_done_before_it(city, signed_in, problem):
    problem(signed_in(city.head).post("/trial/", **keyed()), 409, "not_today")

    assert list(IdempotencyKey.objects.values_list("key", "status")) == [("the-first", 409)]


@pytest.mark.urls(__name__)
def test_an_answer_without_content_is_given_again_without_content(city, signed_in):
    client = signed_in(city.head)
    first, again = client.delete("/trial/", **keyed()), client.delete("/trial/", **keyed())

    assert (first.status_code, first.content) == (204, b"")
    assert same(first, again)


def test_a_fault_leaves_neither_effect_nor_key_and_the_request_is_then_done(city, program):
    city.fill(city.report)
    send = submit(program, city.head, city.report)
    send.func.__self__.client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'the disk is full'; END$$;"
            "CREATE TRIGGER fail AFTER UPDATE ON accounts_idempotencykey FOR EACH ROW EXECUTE FUNCTION fail()"
        )
        assert send().status_code == 500
        assert (Step.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
        cursor.execute("DROP TRIGGER fail ON accounts_idempotencykey")

    answer = send()
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer


@pytest.mark.parametrize("key", ["", "two words", "khoá", "x" * 201, "tab\there"])
def test_a_key_of_another_shape_is_refused_at_its_name(city, program, problem, key):
    city.fill(city.report)
    body = problem(submit(program, city.head, city.report, key)(), 400, "invalid")

    assert list(body["errors"]) == ["Idempotency-Key"]
    assert not Step.objects.exists()


def test_without_a_key_and_on_reading_nothing_is_asked_of_keys(city, program):
    city.fill(city.report)
    head, address = program(city.head), f"reports/{city.report.pk}/"
    with CaptureQueriesContext(connection) as queries:
        edit = head.client.get(f"/api/v1/{address}", headers={"idempotency-key": "x"}).json()["edit"]
        assert head.post(f"{address}steps/", {"action": "submit", "edit": edit}).status_code == 201

    assert not any("idempotency" in query["sql"].casefold() for query in queries)
    assert not IdempotencyKey.objects.exists()


def test_a_key_costs_a_few_statements_and_an_answer_told_again_only_one_search(city, program):
    city.fill(city.report)
    send = submit(program, city.head, city.report)
    for most in (5, 1):
        with CaptureQueriesContext(connection) as queries:
            send()
        assert sum("idempotencykey" in query["sql"] for query in queries) <= most


def test_the_doorbell_rings_once(city, program, django_capture_on_commit_callbacks):
    city.fill(city.report)
    send = submit(program, city.head, city.report)
    with django_capture_on_commit_callbacks() as first:
        send()
    with django_capture_on_commit_callbacks() as again:
        send()
    other = city.report_of(city.sibling)
    city.fill(other)
    edit = program(city.sibling_head).get(f"reports/{other.pk}/").json()["edit"]
    with django_capture_on_commit_callbacks() as without:
        program(city.sibling_head).post(f"reports/{other.pk}/steps/", {"action": "submit", "edit": edit})

    assert (len(first), len(again)) == (len(without), 0)
    assert first


def upload(client, content, key="the-first", **headers):
    """Send a file as a program does that draws a boundary of its own for each attempt."""
    line = uuid4().hex
    body = (
        f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode() + content
    return client.post(
        "/trial/",
        body + f"\r\n--{line}--\r\n".encode(),
        content_type=f"multipart/form-data; boundary={line}",
        headers={"idempotency-key": key, **headers},
    )


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("size", [1000, 9_000_000])
def test_a_file_sent_again_is_known_by_its_content_and_another_is_not(city, signed_in, problem, size):
    client = signed_in(city.reporter)
    first = upload(client, b"%PDF" * (size // 4))

    assert (first.status_code, first.json()["size"], first.json()["last"]) == (201, size, ord("F"))
    assert same(first, upload(client, b"%PDF" * (size // 4)))
    problem(upload(client, b"%PDF" * (size // 4 - 1) + b"%PDX"), 422, "idempotency_key_reused")
    problem(
        client.post("/trial/", {"file": SimpleUploadedFile("b.pdf", b"x")}, **keyed()), 422, "idempotency_key_reused"
    )


@pytest.mark.urls(__name__)
def test_a_file_is_read_though_the_csrf_check_has_read_the_form_before(city, at):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.reporter)
    client.get("/api/")
    token = {"x-csrftoken": client.cookies["csrftoken"].value}
    first = upload(client, b"%PDF-1.7", **token)

    assert first.json()["size"] == 8
    assert same(first, upload(client, b"%PDF-1.7", **token))
    assert upload(client, b"%PDF-1.7").status_code == 403


def test_a_stored_answer_is_told_only_to_who_is_signed_in_and_sends_the_csrf_token(city, program, problem, at):
    city.fill(city.report)
    send = submit(program, city.head, city.report)
    send()
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.head)
    body = json.dumps(send.args[1])
    address = f"/api/v1/{send.args[0]}"

    problem(client.post(address, body, content_type="application/json", **keyed()), 403, "csrf_failed")
    problem(Client().post(address, body, content_type="application/json", **keyed()), 401, "not_signed_in")


def test_answers_are_forgotten_after_a_day_in_one_statement(city, django_assert_num_queries):
    ages = {"just now": timedelta(), "almost a day": timedelta(hours=23, minutes=59), "a day": timedelta(hours=24)}
    ages |= {f"older {n}": timedelta(hours=25, minutes=n) for n in range(50)}
    for key, age in ages.items():
        answers.claim(key, "digest", by=city.head, at=city.now - age)

    with django_assert_num_queries(1):
        assert answers.forget(at=city.now) == 50
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"just now", "almost a day", "a day"}


# On real connections --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_submission_sent_eight_times_at_once_gives_one_step_and_eight_equal_answers(shared_city, program):
    city = shared_city
    city.fill(city.report)
    edit = program(city.head).get(f"reports/{city.report.pk}/").json()["edit"]
    sent = at_once(*[submit(program, city.head, city.report, edit=edit) for _ in range(8)])

    assert {answer.status_code for answer in sent} == {201}
    assert len({answer.content for answer in sent}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in sent) == 7
    assert city.report.steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_with_one_key_the_second_is_told_of_the_first(shared_city, program):
    city = shared_city
    city.fill(city.report)
    city.fill(city.report_of(city.commune, "2022-04"))
    edits = {
        report: program(city.head).get(f"reports/{report.pk}/").json()["edit"]
        for report in (city.report, city.report_of(city.commune, "2022-04"))
    }
    sent = at_once(*[submit(program, city.head, report, edit=edit) for report, edit in edits.items()])

    assert sorted(answer.status_code for answer in sent) == [201, 422]
    assert Step.objects.count() == 1


def impatient(act):
    """Do it on a connection that waits for a tenth of a second only."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        try:
            return act()
        finally:
            cursor.execute("RESET lock_timeout")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", ["key", "report"])
def test_who_waits_too_long_is_told_so_and_the_same_request_is_done_later(shared_city, program, problem, held):
    city = shared_city
    city.fill(city.report)
    send = submit(program, city.head, city.report)
    taken, told = Event(), Event()

    def hold():
        with transaction.atomic():
            if held == "key":
                answers.claim("the-first", "another", by=city.head, at=city.now)
            else:
                type(city.report).objects.locked(city.report.pk)
            taken.set()
            told.wait(timeout=20)
            transaction.set_rollback(True)

    def ask():
        taken.wait(timeout=20)
        try:
            return impatient(send)
        finally:
            told.set()

    answer = at_once(hold, ask)[1]
    problem(answer, 409, "busy")
    assert int(answer["Retry-After"]) > 0
    assert not IdempotencyKey.objects.exists()
    assert send().status_code == 201
