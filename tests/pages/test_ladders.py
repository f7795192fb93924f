"""The screens of ladders: what one would tell is seen before it is saved, and what will not do is said at its row."""

from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from notifications.ladder import MORNING, RUNGS
from notifications.models import Rung
from tests.city import VIETNAM


def typed(*rows, **more):
    """The rows as the page sends them: (count, side, hour, audience)."""
    sent = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0, **more}
    for number, (count, side, hour, audience) in enumerate(rows):
        given = {"count": count, "side": side, "hour": hour, "audience": audience}
        sent |= {f"form-{number}-{name}": value for name, value in given.items()}
    return sent


ROWS = (("2", "before", "07:30", ["reporter"]), ("1", "after", "07:30", ["head"]), ("", "before", "07:30", ()))


def test_a_ladder_is_previewed_before_it_is_saved(city, signed_in):
    client, path = signed_in(city.approver), reverse("ladder", args=["BM-02"])
    seen = client.post(path, typed(*ROWS))
    commune = seen.context["preview"].shown[2]
    assert [(one.at, one.days) for one in commune["told"]] == [
        (datetime(2022, 5, 12, 7, 30, tzinfo=VIETNAM), -2), (datetime(2022, 5, 17, 7, 30, tzinfo=VIETNAM), 1),
    ]  # fmt: skip
    assert not Rung.objects.exists()
    assert client.post(path, typed(*ROWS, change="")).context["preview"] is None
    assert client.post(path, typed(*ROWS, confirm="")).url == reverse("ladders")
    assert list(Rung.objects.values_list("days", "hour", "audience")) == [
        (-2, MORNING, ["reporter"]), (1, MORNING, ["head"]),
    ]  # fmt: skip
    assert client.post(path, {"default": "1"}).context["preview"].ladder == RUNGS
    assert Rung.objects.count() == 2
    client.post(path, {"default": "1", "confirm": ""})
    assert not Rung.objects.exists()


@pytest.mark.parametrize(
    "rows",
    [
        (("2", "before", "07:30", []),),
        (("", "before", "07:30", ["head"]),),
        (("21", "after", "07:30", ["head"]),),
        (("x", "after", "07:30", ["head"]),),
        (("1", "after", "", ["head"]),),
        (("1", "after", "07:30", ["everybody"]),),
        (("0", "before", "07:30", ["head"]), ("0", "after", "07:30", ["reporter"])),
        (("", "before", "07:30", []),),
    ],
)
def test_rows_that_will_not_do_are_said_on_the_page(city, signed_in, rows):
    answer = signed_in(city.approver).post(reverse("ladder", args=["BM-02"]), typed(*rows, confirm=""))
    assert answer.status_code == 422
    assert "error" in answer.text
    assert not Rung.objects.exists()


def test_who_changes_no_ladder_sees_none(city, signed_in):
    assert signed_in(city.administrator).get(reverse("ladders")).status_code == 200
    assert not signed_in(city.stand_in_approver).get(reverse("ladders")).context["forms"]
    for person in (city.head, city.inspector):
        assert signed_in(person).get(reverse("ladders")).status_code == 403
    for person in (city.head, city.inspector, city.stand_in_approver):
        assert signed_in(person).get(reverse("ladder", args=["BM-02"])).status_code == 403
    assert signed_in(city.approver).get(reverse("ladder", args=["BM-77"])).status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_ladders(served_city, open_as, width, height):
    page = open_as(served_city.approver, width=width, height=height)

    def look():
        found = Axe().run(page).response["violations"]
        assert [(page.url, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    for path in ("/ladders/", "/ladders/BM-02/"):
        page.goto(path)
        look()
    page.locator(".after-fields .primary").click()
    page.locator("button[name=confirm]").wait_for()
    look()
    page.locator("button[name=confirm]").click()
    page.locator(".chip.info").wait_for()
    assert Rung.objects.count() == len(RUNGS)
