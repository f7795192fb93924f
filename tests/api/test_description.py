"""The OpenAPI description: complete, valid, telling the refusals; and its page, which works without the network."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from reports import figures
from reports.actions import reviewing
from reports.checks import Cell
from reports.workflow import Action
from tests.city import NUMBERS

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def description(tmp_path_factory):
    path = tmp_path_factory.mktemp("description") / "openapi.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(path))
    return json.loads(path.read_text())


def test_the_description_is_complete_and_valid(description):
    operations = {(path, method) for path, one in description["paths"].items() for method in one}
    assert len(operations) == 27
    names = [one["operationId"] for path in description["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)


def test_enums_keep_their_names(description):
    enums = {name for name, schema in description["components"]["schemas"].items() if "enum" in schema}
    assert enums - {"NullEnum"} == set(
        "Absence Action ActionInBulk AnswerCause Capacity Cause FormKind Frequency ItemKind Level Operator Origin "
        "SectionShape Severity SpaceFold Standing State Status TimeFold UnitKind WindowRule".split()
    )


def test_every_operation_tells_its_refusals_as_problems(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert "401" in refusals
            assert ("404" in refusals) == ("{" in path)
            assert ({"400", "403", "409", "415", "422"} <= set(refusals)) == (method != "get")
            assert "503" in refusals
            for answer in refusals.values():
                assert list(answer["content"]) == ["application/problem+json"]


def test_every_operation_that_changes_something_takes_a_key(description):
    for operations in description["paths"].values():
        for method, operation in operations.items():
            headers = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"]
            assert headers == (["Idempotency-Key"] if method != "get" else [])


def test_what_the_api_answers_fits_its_description(city, program, description):
    city.submit(city.report)
    remark = reviewing.pin(city.report, Cell("closed"), "Xem lại.", by=city.reviewer, at=city.now)
    city.give_back(city.report)
    reviewing.answer(remark, "Đã sửa.", by=city.reporter, at=city.now)
    city.submit(city.report, closed=71)
    city.check(city.report)
    figures.fold_marked()
    impact = "/api/v1/reports/{id}/impact/"  # told only while an approval waits, and to those who approve
    weighed = program(city.approver).client.get(impact.format(id=city.report.pk)).json()
    assert weighed["results"]
    fits(
        weighed,
        description["paths"][impact]["get"]["responses"]["200"]["content"]["application/json"]["schema"],
        description,
    )
    city.move(city.report, Action.APPROVE, by=city.approver)
    asked = program(city.observer)
    for path, operations in description["paths"].items():
        pk = city.commune.pk if "units" in path else city.report.pk
        question = {"unit": city.commune.pk} if "figures" in path else {}
        told = "get" in operations and operations["get"]["responses"]["200"]["content"].get("application/json")
        if told and path != impact:  # and not a file
            answer = asked.client.get(path.format(id=pk, code="BM-02", number=1, remark=remark.pk), question)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            fits(json.loads(body), told["schema"], description)


def test_what_is_sent_and_what_comes_back_fit_their_description(city, program, description):
    head = program(city.head)
    path = "/api/v1/reports/{id}/values/"
    sent = {"cells": [{"item": item, "number": number, "edit": 0} for item, number in NUMBERS.items()]}
    operation = description["paths"][path]["patch"]
    fits(sent, operation["requestBody"]["content"]["application/json"]["schema"], description)
    saved = head.patch(f"reports/{city.report.pk}/values/", sent).json()
    fits(saved, operation["responses"]["200"]["content"]["application/json"]["schema"], description)
    operation = description["paths"]["/api/v1/reports/{id}/steps/"]["post"]
    sent = {"action": "submit", "edit": saved["edit"]}
    fits(sent, operation["requestBody"]["content"]["application/json"]["schema"], description)
    for status in (201, 200, 409):
        answer = head.post(f"reports/{city.report.pk}/steps/", sent)
        assert answer.status_code == status
        (content,) = operation["responses"][str(status)]["content"].values()
        fits(answer.json(), content["schema"], description)
        sent["edit"] += status == 200


def fits(answer, schema, description):
    """Raise where the answer is not of the schema, or holds a name that the schema does not tell."""
    components = plain(description["components"])
    Draft202012Validator({**plain(schema), "components": components}).validate(answer)


def plain(schema):
    """A schema of OpenAPI 3.0 as JSON Schema that takes no further names."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: plain(one) for name, one in schema.items() if name != "nullable"}
    if said.get("type") == "object" and isinstance(said.get("properties"), dict):
        said.setdefault("additionalProperties", False)
    return {"anyOf": [said, {"type": "null"}]} if schema.get("nullable") else said


def test_description_and_page_are_for_those_who_are_signed_in(city, signed_in, problem):
    problem(Client().get(reverse("api-schema")), 401, "not_signed_in")
    assert Client().get(reverse("api-docs")).status_code == 302
    assert signed_in(city.stranger).get(reverse("api-schema")).status_code == 200


def test_the_page_brings_all_it_needs_from_the_portal_itself(city, signed_in):
    page = signed_in(city.head).get(reverse("api-docs"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "swagger-ui-bundle" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert "style=" not in text
    assert "<script>" not in text
