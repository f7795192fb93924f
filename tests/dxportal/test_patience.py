"""Where the database ends a wait, people and programs are told in a sentence to try again: on real connections."""

from threading import Event

import pytest
from django.db import connection, transaction
from django.urls import reverse

from reports.models import Report
from tests.race import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def while_locked(shared_city):
    """`while_locked(act, **limits)` does it on a connection with these limits, while another holds the report."""

    def answer_of(act, **limits):
        held, told = Event(), Event()

        def hold():
            with transaction.atomic():
                Report.objects.locked(shared_city.report.pk)
                held.set()
                told.wait(timeout=20)

        def ask():
            held.wait(timeout=20)
            with connection.cursor() as cursor:
                for name, limit in limits.items():
                    cursor.execute(f"SET {name} = '{limit}'")
                try:
                    return act()
                finally:
                    for name in limits:  # and nothing else: the connection goes back to the pool
                        cursor.execute(f"RESET {name}")
                    told.set()

        return at_once(hold, ask)[1]

    return answer_of


SLOW = {"lock_timeout": 0, "statement_timeout": "200ms"}


def test_the_api_says_that_it_is_too_slow_and_when_to_try_again(shared_city, signed_in, while_locked):
    city = shared_city
    city.fill(city.report)
    client = signed_in(city.head)
    edit = Report.objects.get(pk=city.report.pk).edit
    address = f"/api/v1/reports/{city.report.pk}/steps/"
    body = {"action": "submit", "edit": edit}

    answer = while_locked(lambda: client.post(address, body, content_type="application/json"), **SLOW)

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "too_slow"
    assert answer.json()["detail"].endswith(".")
    assert int(answer["Retry-After"]) > 0
    assert client.post(address, body, content_type="application/json").status_code == 201


@pytest.mark.parametrize("limits", [SLOW, {"lock_timeout": "100ms"}])
def test_a_page_that_waits_too_long_is_a_page_that_says_so(shared_city, signed_in, while_locked, limits):
    city = shared_city
    city.fill(city.report)
    client = signed_in(city.head)
    client.raise_request_exception = False
    edit = Report.objects.get(pk=city.report.pk).edit
    address = reverse("report-steps", args=[city.report.pk])

    answer = while_locked(lambda: client.post(address, {"action": "submit", "edit": edit}), **limits)

    assert answer.status_code == (503 if limits is SLOW else 409)
    assert "<h1" in answer.content.decode()
    assert not city.report.steps.exists()


def test_a_sheet_that_waits_too_long_is_told_so_in_its_own_language(shared_city, signed_in, while_locked):
    client = signed_in(shared_city.reporter)
    client.raise_request_exception = False
    cells = {"cells": [{"item": "online", "typed": "5", "edit": 0}]}
    address = reverse("report-cells", args=[shared_city.report.pk])

    answer = while_locked(lambda: client.post(address, cells, content_type="application/json"), **SLOW)

    assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
    assert answer.json()["words"].endswith(".")
    assert client.post(address, cells, content_type="application/json").status_code == 200
