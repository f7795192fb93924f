"""Rounds asked by hand: seen before they are opened, opened once confirmed, and what is refused said at its field."""

from datetime import date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from reports.actions import opening
from reports.models import Form, FormOwner, FormVersion, Period, Report, Respondent
from reports.periods import Window
from tests.city import NOW, VIETNAM

DEADLINE = datetime(2022, 5, 25, 17, tzinfo=VIETNAM)


def ad_hoc(city):
    """A form of the owner's that is asked by hand of districts and communes."""
    form = Form.objects.create(code="BM-99")
    FormOwner.objects.create(
        form=form, unit=city.owner, stand_in=city.stand_in, valid=DateRange(date(2021, 1, 1), None)
    )
    version = FormVersion.objects.create(
        form=form, number=1, title="Báo cáo đột xuất", kind="ad_hoc", valid=DateRange(date(2022, 1, 1), None)
    )
    for level in ("district", "commune"):
        Respondent.objects.create(version=version, level=level, working_days=2)
    return version


def typed(form_version, **fields):
    given = {"version": form_version.pk, "first_day": "2022-05-01", "last_day": "2022-05-20", "day": "2022-05-25"}
    return {**given, "hour": "17:00", "units": "00001, 00004", **fields}


def test_an_approver_sees_who_will_owe_a_round_and_opens_it_for_two_communes(city, signed_in):
    version, client = ad_hoc(city), signed_in(city.approver)
    answer = client.post(reverse("openings"), typed(version))
    (row,) = answer.context["preview"]["rows"]
    assert (row["units"], row["deadline"]) == (2, DEADLINE)
    assert row["names"] == [city.commune.name, city.sibling.name]
    assert city.commune.name in answer.text
    assert not Report.objects.filter(version=version).exists()
    assert not Period.objects.filter(code="2022-05-20").exists()
    assert client.post(reverse("openings"), typed(version, confirm="")).status_code == 302
    opened = Report.objects.filter(version=version, deadline=DEADLINE)
    assert set(opened.values_list("unit__code", flat=True)) == {"00001", "00004"}
    page = client.get(reverse("openings"))
    assert [(one["asked"], one["submitted"]) for one in page.context["rounds"]] == [(2, 0)]
    assert f"{reverse('reports')}?form=BM-99&amp;period=2022-05-20" in page.text


def test_without_codes_all_units_that_answer_are_asked_but_those_that_owe_it_already(city, signed_in):
    version, client = ad_hoc(city), signed_in(city.approver)
    client.post(reverse("openings"), typed(version, confirm=""))
    assert client.post(reverse("openings"), typed(version)).context["preview"]["total"] == 0
    assert client.post(reverse("openings"), typed(version, units="")).context["preview"]["total"] == 5 - 2


@pytest.mark.parametrize("click", [{}, {"confirm": ""}], ids=["preview", "confirm"])
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"day": "2022-05-20"}, "day"),
        ({"first_day": "2022-04-01", "last_day": "2022-05-10", "day": "2022-05-13"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"last_day": "2022-04-30"}, "last_day"),
        ({"units": "00001, 77777"}, "units"),
        ({"units": "00001, SYT"}, "units"),
        ({"version": 0}, "version"),
    ],
)
def test_what_is_wrong_with_a_round_is_said_at_its_field_and_nothing_typed_is_lost(
    city, signed_in, fields, field, click
):
    version = ad_hoc(city)
    answer = signed_in(city.approver).post(reverse("openings"), typed(version, **fields, **click))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert answer.context["form"]["units"].value() == fields.get("units", "00001, 00004")
    assert 'name="units"' in answer.text
    assert not Report.objects.filter(version=version).exists()


def test_a_code_that_no_unit_has_is_named(city, signed_in):
    answer = signed_in(city.approver).post(reverse("openings"), typed(ad_hoc(city), units="77777, 00001"))
    (words,) = answer.context["form"].errors["units"]
    assert "77777" in words
    assert "00001" not in words


def test_who_owns_no_form_asked_by_hand_is_told_so(city, signed_in):
    assert signed_in(city.approver).get(reverse("openings")).context["offered"] == []
    version = ad_hoc(city)
    assert signed_in(city.approver).get(reverse("openings")).context["offered"] == [version]
    stand_in = signed_in(city.stand_in_approver)
    assert stand_in.get(reverse("openings")).context["offered"] == []
    assert stand_in.post(reverse("openings"), typed(version, confirm="")).status_code == 422
    assert not Report.objects.filter(version=version).exists()


def test_only_an_approver_comes_in(city, signed_in):
    for person in (city.reporter, city.owner_reviewer, city.administrator):
        assert signed_in(person).get(reverse("openings")).status_code == 403
    assert reverse("openings") in signed_in(city.approver).get(reverse("extensions")).text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_on_the_rounds(served_city, open_as, width, height):
    city = served_city
    version = ad_hoc(city)
    opening.open_by_hand(
        version, Window(date(2022, 5, 1), date(2022, 5, 20)), deadline=DEADLINE, units=[city.district],
        by=city.approver, at=NOW,
    )  # fmt: skip
    page = open_as(city.approver, width=width, height=height)

    def look(name):
        found = Axe().run(page).response["violations"]
        assert [(name, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True) if SHOTS else None

    page.goto("/openings/")
    look("openings")
    page.locator("#id_version").select_option(str(version.pk))
    for name, day in (("first_day", "2022-05-01"), ("last_day", "2022-05-20"), ("day", "2022-05-25")):
        page.locator(f"#id_{name}").fill(day)
    page.locator("form[method=post] .after-fields button").click()
    page.locator("button[name=confirm]").wait_for()
    look("opening-preview")


SHOTS = ""
