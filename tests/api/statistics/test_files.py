"""Figures as files in open formats: equal to the figures to the last digit, and harmless in spreadsheets."""

import io
import json
import re
from decimal import Decimal

import pandas
import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext
from lxml import etree  # type: ignore[import-untyped]

from accounts.models import Unit
from reports import figures
from reports.exchange import statistics
from reports.exchange.statistics.facts import COLUMNS
from reports.exchange.statistics.sdmx import COMPONENTS
from reports.models import Figure, Indicator
from reports.workflow import Action
from tests.api.statistics.reading import READERS, by_key, every_figure, in_csv, in_json, in_sdmx, in_xlsx, number

pytestmark = pytest.mark.django_db

HUGE = Decimal("123456789012345678901234.000001")


def test_what_is_exported_equals_the_figures_to_the_last_digit(folded, take, subtests):
    some = Figure.objects.filter(indicator__code="documents_out", period__code="2022-05", scope=folded.city)
    some.update(total=HUGE)
    stored = every_figure(folded.observer, folded.now)
    for kind, read in READERS.items():
        with subtests.test(kind=kind):
            are_equal(by_key(read(take(folded.observer, kind))), stored)


def are_equal(found, stored):
    assert set(found) == set(stored)
    assert len({key[1] for key in found}) == 7, "months, quarter, half, year and two spans to date"
    for key, one in stored.items():
        row = found[key]
        assert number(row["value"]) == one.reading
        counts = ("expected", "submitted", "approved", "answered", "without_data")
        assert [int(row[name]) for name in counts] == [
            *(one.expected, one.submitted, one.approved, one.count, one.without_data)
        ]
        assert (row["window_from"], row["window_to"]) == (str(one.period.first_day), str(one.period.last_day))
        assert (row["unit_name"], row["indicator_name"]) == (one.scope.name, one.indicator.name)
        if one.indicator.space_fold == "ratio":
            assert (number(row["numerator"]), number(row["denominator"])) == (one.numerator, one.denominator)
    assert number(found["BM-02", "2022-05", "01", "all", "documents_out", "", "confirmed"]["value"]) == HUGE


def test_numbers_are_plain_decimals_with_a_point_and_without_needless_zeros(folded, take):
    rows = in_csv(take(folded.observer, "csv", unit=folded.city.pk, period="2022-05", origin="department"))
    values = {row["indicator"]: row["value"] for row in rows if row["state"] == "confirmed"}
    assert values["work_dossiers_online"] == "53"
    Figure.objects.filter(indicator__code="work_dossiers_online").update(total=Decimal("12345.600000"))
    body = take(folded.observer, "csv", unit=folded.city.pk, indicator="work_dossiers_online", state="confirmed")
    assert {row["value"] for row in in_csv(body)} == {"12345.6"}


def test_pandas_reads_the_csv_as_the_guide_says(folded, take):
    body = take(folded.observer, "csv", unit=folded.city.pk, period="2022-05", state="confirmed")
    frame = pandas.read_csv(io.BytesIO(body), dtype={"unit": str, "row": str}, encoding="utf-8-sig")
    online = frame[(frame.indicator == "work_dossiers_online") & (frame.origin == "all")]
    assert online.value.tolist() == [67]
    assert set(frame.unit) == {"01"}


def test_a_share_comes_with_both_its_parts_so_that_it_can_be_divided_anew(folded, take):
    asked = {"indicator": "work_dossiers_online_share", "period": "2022-05", "origin": "all", "state": "provisional"}
    (row,) = in_json(take(folded.observer, "json", unit=folded.city.pk, **asked))
    assert (row["numerator"], row["denominator"], row["value"]) == ("98", "231", "42.4")
    assert (row["unit_of_measure"], row["decimals"], row["expected"]) == ("%", 1, 8)


def test_a_mean_comes_with_its_sum_and_its_units(folded, take):
    some = Indicator.objects.create(code="days", name="Số ngày", unit_of_measure="ngày", decimals=2, space_fold="mean")
    pattern = Figure.objects.filter(scope=folded.city, period__code="2022-05", indicator__code="documents_out").first()
    pattern.pk, pattern.indicator, pattern.total, pattern.units = None, some, Decimal(10), 3
    pattern.save()
    (row,) = in_json(take(folded.observer, "json", indicator="days"))
    assert (row["value"], row["numerator"], row["denominator"]) == ("3.33", "10", "3")


def test_a_name_that_looks_like_a_formula_is_none_in_a_spreadsheet(folded, take, subtests):
    Unit.objects.filter(pk=folded.city.pk).update(name='=HYPERLINK("http://x";"Hà Nội, Thủ đô")')
    for kind, read in READERS.items():
        with subtests.test(kind=kind):
            rows = read(take(folded.observer, kind, unit=folded.city.pk, period="2022-05"))
            mark = "" if kind == "json" else "'"
            assert {row["unit_name"] for row in rows} == {f'{mark}=HYPERLINK("http://x";"Hà Nội, Thủ đô")'}
    odd = Indicator.objects.create(code="odd", name="@x", unit_of_measure="=1+1")
    Figure.objects.filter(indicator__code="documents_out", period__code="2022-05").update(indicator=odd)
    rows = in_sdmx(take(folded.observer, "sdmx-csv", indicator="odd"))
    assert {row["UNIT_MEASURE"] for row in rows} == {"'=1+1"}


def test_where_there_are_no_figures_the_file_is_empty_and_well_formed(city, take, subtests):
    for kind, read in {**READERS, "sdmx-csv": in_sdmx}.items():
        with subtests.test(kind=kind):
            assert read(take(city.observer, kind, period="2021-01")) == []


def test_beside_the_figures_stands_what_they_mean(folded, take):
    file = json.loads(take(folded.observer, "json", unit=folded.city.pk, period=["2022-05", "2022-YTD05"]))
    told = file["metadata"]
    (form,) = told["forms"]
    assert (form["code"], form["legal_basis"]) == ("BM-02", folded.version.basis.number)
    share = next(one for one in told["indicators"] if one["code"] == "work_dossiers_online_share")
    assert (share["space_fold"], share["numerator"], share["unit_of_measure"]) == ("ratio", "work_dossiers_online", "%")
    assert [(one["code"], one["window_from"], one["window_to"]) for one in told["periods"]] == [
        ("2022-YTD05", "2021-12-15", "2022-05-14"),
        ("2022-05", "2022-04-15", "2022-05-14"),
    ]
    assert told["extracted_at"] == "2022-05-16T08:00:00+07:00"
    assert set(told["states"]) == {"confirmed", "provisional"}
    assert set(told["columns"]) == set(COLUMNS)
    assert told["figures"] == len(file["figures"]) == 160
    assert told["licence"]


def test_a_demonstration_marks_what_it_gives_out(folded, take, program, at, settings):
    asked = {"unit": folded.city.pk, "period": "2022-05", "indicator": "documents_out"}
    answer = program(folded.observer).get("figures/export/", format="csv", **asked)
    assert "so-lieu-minh-hoa-2022-05-16.csv" in answer["Content-Disposition"]
    assert json.loads(take(folded.observer, "json", **asked))["metadata"]["marking"] == gettext("Illustrative data")
    said = in_xlsx(take(folded.observer, "xlsx", **asked), sheet=2)
    assert ["marking", gettext("Illustrative data")] in said
    assert ["BM-02", "1"] in [row[:2] for row in said]


# Who may have which -------------------------------------------------------------------------------------------------


def test_one_takes_away_what_one_may_read_and_no_more(folded, take):
    def read(person, **asked):
        return {(row["unit"], row["state"]) for row in in_csv(take(person, "csv", **asked))}

    both = ("confirmed", "provisional")
    assert read(folded.stranger) == {("01", "confirmed"), ("271", "confirmed")}
    assert read(folded.reviewer) == {("01", "confirmed"), *(("001", state) for state in both)}
    assert read(folded.observer) == {(unit, state) for unit in ("01", "001", "271") for state in both}
    assert read(folded.stranger, unit=folded.district.pk) == set()


def test_of_a_unit_with_none_beneath_it_the_figures_of_its_own_reports_are_taken(folded, take):
    asked = {"unit": folded.commune.pk, "period": "2022-05", "origin": "commune", "state": "confirmed"}
    rows = {row["indicator"]: row for row in in_csv(take(folded.reviewer, "csv", **asked))}
    assert (rows["work_dossiers_online"]["value"], rows["work_dossiers_online"]["expected"]) == ("14", "1")
    assert rows["work_dossiers_online_share"]["value"] == "45.2"
    assert in_csv(take(folded.stranger, "csv", **asked)) == []


# Questions ------------------------------------------------------------------------------------------------------------


def periods(body):
    return {row["period"] for row in in_csv(body)}


def test_periods_are_narrowed_by_name_by_kind_and_by_span(folded, take):
    asked = {"unit": folded.city.pk, "indicator": "documents_out"}
    assert periods(take(folded.observer, "csv", frequency="month", **asked)) == {"2022-04", "2022-05"}
    assert periods(take(folded.observer, "csv", frequency="to_date", **asked)) == {"2022-YTD04", "2022-YTD05"}
    later = {**asked, "from": "2022-04"}
    assert periods(take(folded.observer, "csv", **later)) == {"2022-04", "2022-05", "2022-Q2"}
    assert periods(take(folded.observer, "csv", to="2022-05", **later)) == {"2022-04", "2022-05"}
    assert periods(take(folded.observer, "csv", to="2022-W18", **later)) == {"2022-04"}
    assert periods(take(folded.observer, "csv", period="2022-H1", **asked)) == {"2022-H1"}


WRONG_QUESTIONS = [
    ({"format": "pdf"}, "format"),
    ({"from": "soon"}, "from"),
    ({"to": "2022-13"}, "to"),
    ({"period": "2022-13"}, "period.0"),
    ({"unit": 999999}, "unit"),
    ({"form": "BM-77"}, "form"),
    ({"indicator": "happiness"}, "indicator"),
    ({"as": "csv"}, "as"),
]


def test_a_wrong_question_is_refused_at_its_field(city, program, problem, subtests):
    for asked, place in WRONG_QUESTIONS:
        with subtests.test(asked=repr(asked)):
            answer = program(city.observer).get("figures/export/", **asked)
            assert place in problem(answer, 400, "invalid")["errors"]


def test_more_figures_than_a_file_holds_are_refused_with_how_to_ask_for_fewer(folded, program, problem, monkeypatch):
    few = statistics.FORMATS["csv"]._replace(most=10)
    monkeypatch.setitem(statistics.FORMATS, "csv", few)
    errors = problem(program(folded.observer).get("figures/export/", format="csv"), 400, "invalid")["errors"]
    assert re.search(r"\d+.*10", errors["format"][0])
    answer = program(folded.observer).get(
        "figures/export/", format="csv", unit=folded.city.pk, indicator="documents_out", period="2022-05", origin="all"
    )
    assert answer.status_code == 200


def test_a_long_file_takes_no_more_queries_than_a_short_one(folded, take):
    asked = {"unit": folded.city.pk, "indicator": "documents_out", "origin": "all", "state": "confirmed"}
    with CaptureQueriesContext(connection) as few:
        assert len(in_json(take(folded.observer, "json", period="2022-05", **asked))) == 1
    with CaptureQueriesContext(connection) as many:
        assert len(in_json(take(folded.observer, "json"))) > 500
    assert len(many) <= len(few)


def test_what_an_amendment_has_changed_is_in_the_next_file(folded, take):
    asked = {"unit": folded.city.pk, "indicator": "work_dossiers_online", "origin": "department", "period": "2022-05"}
    report = folded.report_of(folded.department)
    folded.move(report, Action.AMEND, by=folded.approver, reason="Sai.")
    folded.submit(report, online=54)
    figures.fold_marked()
    found = {row["state"]: row["value"] for row in in_csv(take(folded.observer, "csv", **asked))}
    assert found == {"confirmed": "53", "provisional": "54"}


def test_the_pages_offer_what_they_show_in_every_format(folded, signed_in):
    observer = signed_in(folded.observer)
    pages = {
        "/city/?period=2022-05": {"unit": str(folded.city.pk), "period": "2022-05"},
        f"/figures/{folded.district.pk}/?period=2022-05&origin=commune": {
            "period": "2022-05", "unit": str(folded.district.pk), "form": "BM-02", "origin": "commune",
        },
    }  # fmt: skip
    for address, shown in pages.items():
        page = etree.HTML(observer.get(address).content)
        (form,) = page.xpath("//form[contains(@action, 'figures/export')]")
        assert {one.get("name"): one.get("value") for one in form.xpath(".//input")} == shown
        assert {one.get("value") for one in form.xpath(".//button[@name='format']")} == set(statistics.FORMATS)
        for kind in statistics.FORMATS:
            answer = observer.get(form.get("action"), {**shown, "format": kind})
            assert (answer.status_code, len(b"".join(answer.streaming_content)) > 1000) == (200, True), (address, kind)


def test_the_guide_names_every_column_every_code_and_every_format():
    guide = (project.ROOT / "docs/formats.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([A-Za-z_-]+)`", guide))
    assert {*COLUMNS, *COMPONENTS, *statistics.FORMATS} <= told
