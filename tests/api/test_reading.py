"""What the API gives to read: units, forms, reports and their standing, within bounds on queries and time."""

from datetime import date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.labels import Kind
from accounts.models import Unit
from accounts.roles import Level, Role
from reports.models import Form, FormVersion, Report
from reports.workflow import Action
from tests.city import NOW, VIETNAM
from tests.kinds import open_form

pytestmark = pytest.mark.django_db


def names(response):
    return [row["name"] for row in response.json()["results"]]


def test_units_are_filtered_by_level_superior_and_text_with_or_without_diacritics(city, program):
    asked = program(city.stranger)
    assert names(asked.get("units/", level="district")) == ["Quận Ba Đình", "Huyện Ba Vì"]
    assert names(asked.get("units/", parent=city.district.pk)) == ["Phường Phúc Xá", "Phường Trúc Bạch"]
    assert names(asked.get("units/", q="ba dinh")) == ["Quận Ba Đình"]
    assert names(asked.get("units/", q="00001")) == ["Phường Phúc Xá"]


def test_a_unit_that_has_ended_is_shown_on_its_days_only(city, program):
    Unit.objects.create(
        level=Level.COMMUNE,
        kind=Kind.WARD,
        code="00999",
        name="Phường Cũ",
        parent=city.district,
        valid=DateRange(date(2021, 1, 1), date(2022, 1, 1)),
    )
    asked = program(city.reporter)
    assert "Phường Cũ" not in names(asked.get("units/"))
    assert "Phường Cũ" in names(asked.get("units/", on="2021-12-31"))
    row = asked.get("units/", on="2021-12-31", q="phường cũ").json()["results"][0]
    assert (row["first_day"], row["last_day"]) == ("2021-01-01", "2021-12-31")


def test_one_unit_names_those_above_it(city, program):
    unit = program(city.reporter).get(f"units/{city.commune.pk}/").json()
    assert [above["name"] for above in unit["above"]] == ["Thành phố Hà Nội", "Quận Ba Đình"]
    assert unit["path"] == [city.city.pk, city.district.pk, city.commune.pk]
    assert unit["parent"] == city.district.pk


def test_a_form_tells_its_items_rules_and_respondents(city, program):
    asked = program(city.reporter)
    row = asked.get("forms/").json()["results"][0]
    form = asked.get("forms/BM-02/").json()
    assert (row["code"], row["owner"]["code"]) == ("BM-02", "STTTT")
    assert row["versions"][0]["basis"] == "4098/QĐ-UBND"
    version = form["versions"][0]
    assert [item["code"] for item in version["items"]][4:7] == ["carried", "opened", "to_handle"]
    share = version["items"][-1]["indicator"]
    assert (share["unit_of_measure"], share["numerator"]) == ("%", "work_dossiers_online")
    assert version["items"][6]["formula"] == "carried + opened"
    assert {rule["code"] for rule in version["rules"]} == {"online_within_to_handle", "signed_within_out"}
    assert {one["level"]: one["working_days"] for one in version["respondents"]}["commune"] == 1


def test_a_form_tells_its_sections_kinds_and_deadlines(city, program):
    open_form(city)
    version = program(city.reporter).get("forms/BM-90/").json()["versions"][0]
    table, across, lines, tasks = version["sections"]
    items = {item["code"]: item for item in version["items"]}

    assert [part["shape"] for part in version["sections"]] == ["table", "table", "lines", "tasks"]
    assert (table["rows_title"], [row["is_total"] for row in table["rows"]]) == ("Lĩnh vực", [False, False, True])
    assert (across["rows_across"], lines["items"][0], tasks["rows"]) == (True, "budget", [])
    assert (items["place"]["kind"], items["place"]["options"]) == ("choice", ["Tại UBND", "Nơi khác"])
    assert (items["place"]["indicator"], items["place"]["name"], items["online"]["number"]) == (None, "Nơi đặt", "(4)")
    deadlines = {
        one["level"]: (one["working_days"], one["day_of_month"], one["months_after"], one["due_time"])
        for one in version["respondents"]
    }
    assert deadlines == {"commune": (1, None, 0, None), "department": (None, 5, 1, "10:00:00")}


def test_a_draft_of_a_form_is_not_there_yet(city, program):
    form = Form.objects.create(code="BM-91")
    FormVersion.objects.create(form=form, number=1, title="Nháp", kind="thematic")
    FormVersion.objects.create(form=city.form, number=9, title="Nháp", kind="thematic")
    asked = program(city.reporter)

    assert asked.get("forms/BM-91/").status_code == 404
    assert "BM-91" not in [row["code"] for row in asked.get("forms/").json()["results"]]
    assert [one["number"] for one in asked.get("forms/BM-02/").json()["versions"]] == [1]


def test_a_form_without_owner_or_version_is_shown_all_the_same(city, program):
    Form.objects.create(code="BM-99")
    assert program(city.reporter).get("forms/BM-99/").json() == {"code": "BM-99", "owner": None, "versions": []}


@pytest.mark.parametrize(
    ("person", "units"),
    [
        ("reporter", {"commune"}),
        ("reviewer", {"district", "commune", "sibling"}),
        ("approver", {"owner", "stand_in", "department", "district", "commune", "sibling", "elsewhere", "far_commune"}),
        ("observer", {"owner", "stand_in", "department", "district", "commune", "sibling", "elsewhere", "far_commune"}),
        ("stranger", {"far_commune"}),
        ("owner_reporter", {"owner"}),
    ],
)
def test_reports_are_those_that_the_person_may_read(city, program, person, units):
    rows = program(getattr(city, person)).get("reports/", period="2022-05").json()["results"]
    assert {row["unit"]["id"] for row in rows} == {getattr(city, unit).pk for unit in units}


def test_a_person_whose_appointment_is_over_reads_no_report(city, program):
    late = city.add_person("late", Role.REPORTER, city.commune, until=NOW - timedelta(days=1))
    assert program(late).get("reports/").json()["count"] == 0
    assert program(late).get(f"reports/{city.report.pk}/").status_code == 404


@pytest.mark.parametrize("person", ["stranger", "far_reviewer", "sibling_reporter", "owner_reporter"])
def test_a_report_of_elsewhere_does_not_exist_for_others(city, program, problem, person, subtests):
    asked = program(getattr(city, person))
    for path in ("", "values/", "steps/", "receipts/1/"):
        with subtests.test(path):
            body = problem(asked.get(f"reports/{city.report.pk}/{path}"), 404, "not_found")
            assert "errors" not in body


def test_why_a_draft_was_handed_back_stays_in_the_unit(city, program):
    city.fill(city.report)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    city.move(city.report, Action.HAND_BACK, by=city.head, reason="Sửa 45 thành 54.")

    def reasons(person):
        steps = program(person).get(f"reports/{city.report.pk}/steps/").json()["results"]
        return [step["reason"] for step in steps]

    assert reasons(city.reporter) == ["", "Sửa 45 thành 54."]
    assert reasons(city.reviewer) == ["", ""]


def test_reports_are_filtered_by_form_period_unit_state_and_standing(city, program):
    city.submit(city.report_of(city.sibling))
    asked = program(city.observer)
    assert asked.get("reports/", form="BM-02").json()["count"] == 16
    assert asked.get("reports/", period="2022-04", unit=city.commune.pk).json()["count"] == 1
    submitted = asked.get("reports/", status="submitted").json()["results"]
    assert [row["unit"]["name"] for row in submitted] == ["Phường Trúc Bạch"]
    assert asked.get("reports/", standing="on_time").json()["count"] == 1
    assert asked.get("reports/", standing="missing").json()["count"] == 8
    assert asked.get("reports/", standing="due_soon").json()["count"] == 7
    assert asked.get("reports/", standing="exempt").json()["count"] == 0


def test_the_filter_by_standing_agrees_with_the_standing_of_each_row(city, program, at, subtests):
    asked = program(city.observer)
    city.submit(city.report_of(city.sibling))
    city.now = datetime(2022, 5, 19, 9, tzinfo=VIETNAM)
    city.submit(city.report)
    for day in range(10, 24):
        at.set(datetime(2022, 5, day, 10, tzinfo=VIETNAM))
        rows = asked.get("reports/").json()["results"]
        for standing in ("not_due", "due_soon", "on_time", "late", "missing"):
            with subtests.test(day=day, standing=standing):
                ids = {row["id"] for row in rows if row["stand"]["standing"] == standing}
                assert {row["id"] for row in asked.get("reports/", standing=standing).json()["results"]} == ids


def test_a_report_says_what_you_may_do_with_it(city, program):
    def seen(person):
        return program(person).get(f"reports/{city.report.pk}/").json()

    report = seen(city.reporter)
    assert (report["form"], report["period"], report["status"], report["revision"]) == ("BM-02", "2022-05", "draft", 1)
    assert (report["first_day"], report["last_day"]) == ("2022-04-15", "2022-05-14")
    assert datetime.fromisoformat(report["deadline"]) == datetime(2022, 5, 17, tzinfo=VIETNAM)
    assert report["stand"] == {"standing": "due_soon", "days": 0}
    assert report["may_fill"] is True
    assert report["moves"] == [{"action": "hand_up", "after": "to_sign", "needs_reason": False}]
    assert [move["action"] for move in seen(city.head)["moves"]] == ["submit"]
    assert [move["action"] for move in seen(city.reviewer)["moves"]] == ["record"]
    city.submit(city.report)
    assert {move["action"]: move["needs_reason"] for move in seen(city.reviewer)["moves"]} == {
        "check": False,
        "return": True,
    }
    assert seen(city.reporter)["may_fill"] is False
    receipt = seen(city.observer)["receipts"][0]
    assert (receipt["number"], len(receipt["digest"])) == (1, 64)


def test_lists_come_in_pages(city, program):
    asked = program(city.observer)
    first = asked.get("reports/", per_page=10).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (16, 10, None)
    second = asked.client.get(first["next"]).json()
    assert (second["count"], len(second["results"]), second["next"]) == (16, 6, None)
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


def test_a_page_that_is_not_there_is_refused(city, program, problem):
    assert "page" in problem(program(city.observer).get("reports/", page=3), 400, "invalid")["errors"]
    assert program(city.observer).get("reports/", period="2030-01").json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


@pytest.fixture
def many(city):
    """Eighty reports, a third of them filed."""
    for month in ("2021-09", "2021-10", "2021-11", "2021-12", "2022-01", "2022-02", "2022-03"):
        city.open(month)
        city.submit(city.report_of(city.commune, month))
        city.approve(city.report_of(city.sibling, month))
        city.approve(city.report_of(city.department, month))
    return city


def test_a_list_of_reports_takes_four_queries_however_long_it_is(many, program, django_assert_num_queries, subtests):
    for person in (many.observer, many.approver, many.inspector, many.head):
        asked = program(person)
        for size in (10, 60):
            with subtests.test(person=person.username, size=size):
                with django_assert_num_queries(4):
                    found = asked.get("reports/", form="BM-02", per_page=size).json()
                assert len(found["results"]) == min(size, found["count"])


CEILINGS = {
    "units/": 3,
    "units/{unit}/": 4,
    "forms/": 5,
    "forms/BM-02/": 11,
    "reports/{report}/": 7,
    "reports/{report}/values/": 7,
    "reports/{report}/steps/": 5,
    "figures/?unit={city}": 6,
    "figures/?unit={unit}": 9,
}


def test_no_answer_takes_more_queries_than_it_should(many, program, django_assert_max_num_queries, subtests):
    asked = program(many.observer)
    for path, ceiling in CEILINGS.items():
        address = path.format(unit=many.commune.pk, city=many.city.pk, report=many.report.pk)
        for size in ("&per_page=10", "&per_page=60") if "?" in path else ("",):
            with subtests.test(path + size), django_assert_max_num_queries(ceiling):
                assert asked.get(address + size).status_code == 200


def test_reports_carry_their_rows_and_nothing_of_their_content(city, program):
    city.fill(city.report)
    rows = program(city.observer).get("reports/", unit=city.commune.pk).json()["results"]
    assert set(rows[0]) == {
        "id",
        "form",
        "version",
        "period",
        "unit",
        "superior",
        "signed",
        "status",
        "edit",
        "deadline",
        "received_at",
        "stand",
    }
    assert Report.objects.count() == 16
