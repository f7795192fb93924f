"""The screen of a replay: who may ask, what is asked, and what would have come of it."""

import csv
import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.pages.test_ladders import typed
from tests.reports.test_demonstration import fill, staffed_city

SPAN = {"form": "BM-02", "go": "1", "first": "2021-05-01", "last": "2022-05-31"}


@pytest.fixture
def filled(city):
    """The small city with thirteen months of plausible reports."""
    fill(city.version, people=staffed_city())
    return city


def ask(client, **fields):
    return client.get(reverse("replay"), {**SPAN, **fields}, headers={"HX-Request": "true"})


def test_one_more_day_is_replayed_level_by_level(filled, signed_in):
    client = signed_in(filled.inspector)
    page = client.get(reverse("replay"), {**SPAN, "commune_rule": "days", "commune_number": "2"})
    assert "hx-get" in page.text
    assert "outcome" not in page.context
    seen = ask(client, commune_rule="days", commune_number="2").context
    every = seen["outcome"].every
    assert every.more < 0
    assert {str(unit.level) for unit, _both in seen["units"]} == {"commune"}
    assert sum(both.fewer for _unit, both in seen["units"]) == every.fewer
    assert seen["told"] > seen["would_tell"] > 0


def test_the_policy_as_it_is_differs_in_nothing(filled, signed_in):
    seen = ask(signed_in(filled.approver)).context
    assert (seen["outcome"].every.more, seen["units"]) == (0, [])
    assert seen["told"] == seen["would_tell"] > 0


def test_another_ladder_and_other_days_off_are_taken_from_the_rows(filled, signed_in):
    rows = typed(("2", "before", "07:30", ["reporter"]), ("", "before", "07:30", []))
    seen = ask(signed_in(filled.observer), **rows, days_off="16/05/2022, 17/05/2022").context
    assert {days for days, _distance, _who, _was, would in seen["rungs"] if would} == {-2}
    assert seen["asked"].fields.cleaned_data["days_off"]


def test_all_units_come_as_a_file(filled, signed_in):
    sent = signed_in(filled.inspector).get(reverse("replay"), {**SPAN, "export": "csv"})
    _heads, *rows = csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig")))
    assert len(rows) == 8
    assert all(row[4:8:2] == row[4:8:2] and row[4] == row[5] for row in rows)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first": "2022-06-01"}, "last"),
        ({"first": "2019-06-01"}, "last"),
        ({"commune_rule": "days"}, "commune_number"),
        ({"commune_rule": "next", "commune_number": "32"}, "commune_number"),
        ({"days_off": "2022-05-01"}, "days_off"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(city, signed_in, fields, field):
    answer = signed_in(city.inspector).get(reverse("replay"), {**SPAN, **fields})
    assert (answer.status_code, list(answer.context["asked"].fields.errors)) == (422, [field])
    assert f'id="id_{field}_error"' in answer.text


def test_what_cannot_be_due_is_said_in_a_sentence(city, signed_in):
    answer = ask(signed_in(city.inspector), commune_rule="this", commune_number="14")
    assert answer.context["too_soon"]
    assert 'role="alert"' in answer.text


def test_who_may_replay_finds_the_way_from_discipline(city, signed_in):
    link = f'href="{reverse("replay")}"'
    for person in (city.inspector, city.approver, city.observer):
        assert link in signed_in(person).get(reverse("discipline")).text
    assert link not in signed_in(city.head).get(reverse("discipline")).text
    assert signed_in(city.head).get(reverse("replay")).status_code == 403
    assert not signed_in(city.stand_in_approver).get(reverse("replay")).context["offered"]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_a_replay(served_city, open_as, width, height):
    fill(served_city.version, people=staffed_city())
    page = open_as(served_city.inspector, width=width, height=height)

    def look():
        found = Axe().run(page).response["violations"]
        assert [(page.url, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    page.goto("/replay/")
    look()
    page.locator("#policy > details > summary").click()
    page.locator("[name=commune_rule]").select_option("days")
    page.locator("[name=commune_number]").fill("2")
    page.locator("button[name=go]").click()
    page.locator(".verdict").wait_for()
    look()
    assert page.locator(".replayed tfoot").count() == 1
