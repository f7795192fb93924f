"""A program that talks to the portal as one of the city's people."""

import pytest


class Program:
    """GET, PATCH and POST as JSON; the answer is what the test client gives."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **asked):
        return self.client.get(f"/api/v1/{path}", asked)

    def patch(self, path, body, **terms):
        return self.client.patch(f"/api/v1/{path}", body, content_type="application/json", **terms)

    def post(self, path, body, **terms):
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", **terms)

    def save(self, report, *cells):
        """Save (item, number) or (item, number, edit)."""
        rows = [dict(zip(("item", "number", "edit"), (*cell, 0)[:3], strict=True)) for cell in cells]
        return self.patch(f"reports/{report.pk}/values/", {"cells": rows})

    def move(self, report, action, *, edit=None, reason=""):
        """Make a move, by default from the edit as the report has it now."""
        if edit is None:
            edit = self.get(f"reports/{report.pk}/").json()["edit"]
        return self.post(f"reports/{report.pk}/steps/", {"action": action, "edit": edit, "reason": reason})


@pytest.fixture
def program(signed_in):
    """`program(person)` is a program with that person's session."""
    return lambda person: Program(signed_in(person))


@pytest.fixture
def problem():
    """`problem(response, status, code)` is the body of a refusal, after a look at its shape."""

    def read(response, status, code):
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        body = response.json()
        assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
        assert body["detail"].endswith(".")
        for sentences in body.get("errors", {}).values():
            assert sentences
            assert all(sentence.endswith(".") for sentence in sentences)
        return body

    return read
