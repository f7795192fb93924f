"""The list of reports: filters, order and pages in the address, the file of what is shown, and who sees what."""

import csv
import io

import pytest
from django.urls import reverse

from accounts.models import Unit
from accounts.roles import Level
from reports.exchange.tables import safe
from reports.labels import STANDINGS
from reports.models import Report
from reports.pages.listing import PAGE
from reports.standing import Stand, Standing
from reports.workflow import Action

pytestmark = pytest.mark.django_db


def listed(client, query=""):
    return [line.report for line in client.get(reverse("reports") + query).context["lines"]]


def units(client, query=""):
    return {report.unit for report in listed(client, query)}


def file_of(client, query="?export=csv"):
    response = client.get(reverse("reports") + query)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return response, list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("reporter", {"commune"}),
        ("reviewer", {"district", "commune", "sibling"}),
        ("owner_reporter", {"owner"}),
        ("administrator", {"owner"}),
        ("stranger", {"far_commune"}),
    ],
)
def test_only_what_one_may_read_is_listed(city, signed_in, person, seen):
    assert units(signed_in(getattr(city, person))) == {getattr(city, unit) for unit in seen}


@pytest.mark.parametrize("person", ["approver", "inspector", "observer"])
def test_the_owner_the_inspector_and_the_leaders_see_all(city, signed_in, person):
    assert len(listed(signed_in(getattr(city, person)))) == Report.objects.count()


def test_the_newest_period_comes_first_and_units_sort_as_vietnamese_does(city, signed_in):
    shown = listed(signed_in(city.reviewer))
    assert [(report.period.code, report.unit) for report in shown[:3]] == [
        ("2022-05", city.district),
        ("2022-05", city.commune),
        ("2022-05", city.sibling),
    ]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?q=phuc+xa", {"commune"}),
        ("?q=Phúc Xá", {"commune"}),
        ("?q=PHUC", {"commune"}),
        ("?q=Phuc xá", set()),
        ("?q=00004", {"sibling"}),
        ("?q=ba dinh", {"district", "commune", "sibling"}),
        ("?level=district", {"district", "elsewhere"}),
        ("?period=2022-04&level=department", {"owner", "stand_in", "department"}),
        ("?form=BM-02&q=ba vi", {"elsewhere", "far_commune"}),
        ("?form=BM-99", set()),
        ("?period=never", set()),
    ],
)
def test_filters_narrow_the_list(city, signed_in, query, seen):
    assert units(signed_in(city.inspector), query) == {getattr(city, unit) for unit in seen}


def test_the_state_and_the_standing_filter(city, signed_in):
    april = city.report_of(city.commune, "2022-04")
    city.submit(april)
    city.submit(city.report)
    city.check(city.report)
    client = signed_in(city.reporter)
    assert listed(client, "?status=checked") == [city.report]
    assert listed(client, "?status=in_review") == [city.report, april]
    assert listed(client, "?status=owed") == []
    assert listed(client, "?standing=late") == [april]
    assert listed(client, "?standing=on_time") == [city.report]
    assert listed(client, "?standing=behind") == [april]


def test_late_or_missing_holds_both(city, signed_in):
    city.submit(city.report_of(city.commune, "2022-04"))
    assert {report.period.code for report in listed(signed_in(city.inspector), "?standing=behind")} == {"2022-04"}
    assert len(listed(signed_in(city.inspector), "?standing=missing&q=phuc xa")) == 0


@pytest.mark.parametrize("sort", ["unit", "period", "status", "deadline", "received"])
def test_every_order_can_be_turned_round(city, signed_in, sort):
    city.submit(city.report)
    client = signed_in(city.reviewer)
    name = {"unit": "unit__sort_key", "received": "received_at", "period": "period__last_day"}.get(sort, sort)
    value = dict(Report.objects.values_list("pk", name))
    up = [value[report.pk] for report in listed(client, f"?sort={sort}") if value[report.pk] is not None]
    down = [value[report.pk] for report in listed(client, f"?sort=-{sort}") if value[report.pk] is not None]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "?status=none&standing=none&level=none&sort=none",
        "?page=0",
        "?page=-1",
        "?page=x",
        "?page=²",
        "?sort=--unit",
        "?level=%00",
    ],
)
def test_what_makes_no_sense_in_the_address_is_left_out(city, signed_in, query):
    assert len(listed(signed_in(city.reporter), query)) == 2


def test_odd_signs_in_the_search_do_no_harm(city, signed_in):
    for odd in ("%25", "_", "'", "\\", "%F0%9F%98%80", "x" * 5000):
        assert listed(signed_in(city.inspector), f"?q={odd}") == []


def test_a_page_beyond_the_last_leads_back_to_the_first(city, signed_in):
    response = signed_in(city.reporter).get("/reports/?status=draft&page=9")
    assert (response.status_code, response.url) == (302, "/reports/?status=draft")


def test_a_script_gets_the_table_alone_and_the_address_to_show(city, signed_in):
    response = signed_in(city.reviewer).get("/reports/?q=&status=draft&sort=", headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == "/reports/?status=draft"
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_nothing_found_says_what_to_do(city, signed_in):
    response = signed_in(city.inspector).get("/reports/?q=zzz")
    assert response.context["total"] == 0
    assert 'class="empty"' in response.content.decode()
    assert 'href="/reports/"' in response.content.decode()


def test_the_file_holds_what_is_shown_and_nothing_else(city, signed_in):
    city.submit(city.report)
    response, (heads, *rows) = file_of(signed_in(city.reviewer), "?q=phuc+xa&export=csv&page=7")
    assert len(rows) == 2
    assert {len(row) for row in rows} == {len(heads)}
    assert rows[0][:2] == ["00001", "Phường Phúc Xá"]
    assert rows[0][9:11] == ["2022-05-17 00:00:00", "2022-05-16 08:00:00"]
    assert rows[1][12] == "19"
    assert response["Content-Disposition"] == 'attachment; filename="bao-cao-2022-05-16.csv"'


def test_the_file_shows_no_more_than_one_may_read(city, signed_in):
    _response, (_heads, *rows) = file_of(signed_in(city.stranger))
    assert {row[1] for row in rows} == {"Xã Tản Hồng"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_file_is_a_formula(cell):
    assert safe(cell) == f"'{cell}"


def test_a_unit_with_the_name_of_a_formula_is_only_text_in_the_file(city, signed_in):
    Unit.objects.filter(pk=city.commune.pk).update(name='=HYPERLINK("http://x")')
    _response, (_heads, *rows) = file_of(signed_in(city.reporter))
    assert {row[1] for row in rows} == {'\'=HYPERLINK("http://x")'}


def test_a_long_list_is_paged_and_asks_no_more(city, signed_in, django_assert_max_num_queries):
    client = signed_in(city.inspector)
    with django_assert_max_num_queries(8) as few:
        client.get("/reports/")
    Unit.objects.bulk_create(
        Unit(
            level=Level.COMMUNE,
            kind="ward",
            code=f"8{n:04}",
            name=f"Phường {n}",
            parent=city.district,
            valid=city.city.valid,
        )
        for n in range(PAGE)
    )
    city.open("2022-03")
    with django_assert_max_num_queries(len(few)):
        first = client.get("/reports/")
    second = client.get("/reports/?page=2")
    total = Report.objects.count()
    assert (first.context["total"], second.context["total"]) == (total, total)
    assert len(first.context["lines"]) == PAGE
    assert len(second.context["lines"]) == total - PAGE
    assert not {line.report.pk for line in first.context["lines"]} & {
        line.report.pk for line in second.context["lines"]
    }


def test_an_exempt_report_says_so_and_is_neither_missing_nor_late(city, signed_in):
    april = city.report_of(city.commune, "2022-04")
    city.move(april, Action.EXEMPT, by=city.approver, reason="Đơn vị mới thành lập.")
    client = signed_in(city.inspector)
    assert april not in [
        line.report for line in client.get("/reports/?standing=missing&period=2022-04").context["lines"]
    ]
    (line,) = client.get("/reports/?standing=exempt").context["lines"]
    assert (line.report, line.stand) == (april, Stand(Standing.EXEMPT, 0))
    rows = list(
        csv.reader(io.StringIO(b"".join(client.get("/reports/?standing=exempt&export=csv")).decode("utf-8-sig")))
    )
    assert rows[1][-2:] == [str(STANDINGS[Standing.EXEMPT]), "0"]
    record = client.get(f"/units/{city.commune.pk}/").context["record"]
    assert [one.stand.standing for one in record if one.report == april] == [Standing.EXEMPT]
    assert client.get(f"/api/v1/reports/{april.pk}/").json()["stand"] == {"standing": "exempt", "days": 0}
