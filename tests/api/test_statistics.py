"""Figures as files in open formats: equal to the figures to the last digit, harmless in spreadsheets, and true SDMX."""

import csv
import io
import json
import re
from decimal import Decimal
from zipfile import ZipFile

import pandas
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext
from lxml import etree  # type: ignore[import-untyped]
from pysdmx.io import get_datasets, read_sdmx

from accounts.models import Unit
from reports import figures
from reports.exchange import statistics
from reports.exchange.statistics import sdmx
from reports.exchange.statistics.facts import COLUMNS
from reports.models import Figure, Indicator, Period
from reports.periods import PeriodCode, WindowRule
from reports.workflow import Action

pytestmark = pytest.mark.django_db

HUGE = Decimal("123456789012345678901234.000001")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def folded(city):
    """Two communes and a department over two months, folded: months, a quarter, a half, a year and the year to date."""
    city.approve(city.report_of(city.commune, "2022-04"), online=15, carried=10, opened=20, closed=8)
    city.approve(city.report, online=14, carried=22, opened=9, closed=5)
    city.submit(city.report_of(city.sibling), online=31)
    city.approve(city.report_of(city.department), online=53)
    figures.fold_marked()
    return city


@pytest.fixture
def take(program):
    """`take(person, format, **asked)` is the file's bytes."""

    def taken(person, kind, **asked):
        answer = program(person).get("figures/export/", format=kind, **asked)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, body
        assert answer["Content-Type"] == statistics.FORMATS[kind].content_type
        return body

    return taken


def in_json(body):
    return json.loads(body)["figures"]


def in_csv(body):
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def in_xlsx(body, sheet=1):
    """The rows of a sheet as texts; numbers as they are written."""
    with ZipFile(io.BytesIO(body)) as book:
        assert book.testzip() is None
        for name in book.namelist():
            etree.fromstring(book.read(name))
        root = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert not list(root.iter(f"{MAIN}f")), "no formula"
    return [["".join(cell.itertext()) for cell in row.iter(f"{MAIN}c")] for row in root.iter(f"{MAIN}row")]


def below_heads(body):
    heads, *rows = in_xlsx(body)
    assert heads == [str(column.words) for column in COLUMNS.values()]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def in_sdmx(body):
    return list(csv.DictReader(io.StringIO(body.decode())))


READERS = {"json": in_json, "csv": in_csv, "xlsx": below_heads}


def number(text):
    return Decimal(str(text)) if text not in (None, "") else None


def by_key(rows):
    """The rows by what makes one figure; none of them twice."""
    names = ("form", "period", "unit", "origin", "indicator", "row", "state")
    keyed = {tuple(row[name] for name in names): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def every_figure(person, at):
    stored = Figure.objects.readable_by(person, at)
    return {
        (one.form.code, one.period.code, one.scope.code, one.origin, one.indicator.code, one.row, one.state): one
        for one in stored.select_related("form", "period", "scope", "indicator")
    }


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


# SDMX -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def structure(program):
    """`structure(person)` is the structure message."""
    return lambda person: program(person).get("figures/structure/").content


def test_the_structure_is_valid_sdmx_and_names_what_the_portal_names(city, structure):
    message = read_sdmx(structure(city.observer).decode(), validate=True)
    found = {one.id: one for one in message.structures}
    (units,) = (one for one in message.structures if one.id == "CL_AREA")
    assert {code.id: code.name for code in units.items}["HN_00001"] == "Phường Phúc Xá"
    assert {code.id for code in found["CL_INDICATOR"].items} == set(Indicator.objects.values_list("code", flat=True))
    components = found["DSD_FIGURES"].components
    assert [one.id for one in components.dimensions] == list(sdmx.DIMENSIONS)
    assert [one.id for one in components.attributes] == list(sdmx.ATTRIBUTES)
    assert [one.id for one in components.measures] == ["OBS_VALUE"]


def test_an_sdmx_library_reads_the_figures_against_their_structure(folded, take, structure):
    body = take(folded.observer, "sdmx-csv")
    (read,) = get_datasets(body.decode(), structure(folded.observer).decode())
    assert read.structure.short_urn == "Dataflow=HN:DF_FIGURES(1.0)"
    rows = in_sdmx(body)
    assert len(read.data) == len(rows) == len(every_figure(folded.observer, folded.now))
    assert list(read.data.columns) == list(sdmx.COMPONENTS)
    coded = 0
    for component in read.structure.components:
        if component.enumeration:
            coded += 1
            known = {code.id for code in component.enumeration.items}
            assert set(read.data[component.id].astype(str)) <= known, component.id
    assert coded == 9
    keys = read.data[list(sdmx.DIMENSIONS)]
    assert not keys.duplicated().any(), "each observation has a key of its own"


def test_every_observation_is_its_figure(folded, take):
    rows = in_sdmx(take(folded.observer, "sdmx-csv"))
    found = {
        (row["FORM"], row["TIME_PERIOD"], row["REF_AREA"], row["ORIGIN"], row["INDICATOR"], row["STATE"]): row
        for row in rows
    }
    for key, one in every_figure(folded.observer, folded.now).items():
        form, _period, unit, origin, indicator, _row, state = key
        time = sdmx.time_period(one.period)
        row = found[form, time, f"HN_{unit}", "_T" if origin == "all" else origin, indicator, state]
        assert number(row["OBS_VALUE"]) == one.reading
        assert number(row["NUMERATOR"]) == one.numerator
        assert (row["STRUCTURE"], row["STRUCTURE_ID"], row["ACTION"]) == ("dataflow", "HN:DF_FIGURES(1.0)", "I")
        expected = "O" if one.reading is None else {"confirmed": "A", "provisional": "P"}[state]
        assert row["OBS_STATUS"] == expected
    assert {(row["FREQ"], row["TIME_PERIOD"]) for row in rows} == {
        *(("M", "2022-04"), ("M", "2022-05"), ("Q", "2022-Q2"), ("S", "2022-S1"), ("A", "2022")),
        *(("YTD", "2022-01-01/P4M"), ("YTD", "2022-01-01/P5M")),
    }


TIMES = {
    "2022-05": "2022-05",
    "2022-Q2": "2022-Q2",
    "2022-H2": "2022-S2",
    "2022": "2022",
    "2022-W07": "2022-W07",
    "2022-YTD11": "2022-01-01/P11M",
    "2022-05-20": "2022-05-20/P1D",
}


@pytest.mark.parametrize("code", TIMES)
def test_a_period_is_written_as_sdmx_writes_it(code):
    period = PeriodCode.parse(code)
    first, last = period.window(WindowRule.CALENDAR)
    written = sdmx.time_period(Period(code=code, frequency=period.frequency, first_day=first, last_day=last))
    assert written == TIMES[code]
    assert re.fullmatch(OBSERVATIONAL_TIME_PERIOD, written)


OBSERVATIONAL_TIME_PERIOD = (
    r"\d{4}(-\d\d)?"  # GregorianYear, GregorianYearMonth
    r"|\d{4}-(A1|S[12]|T[1-3]|Q[1-4]|M(0[1-9]|1[0-2])|W(0[1-9]|[1-4]\d|5[0-3]))"  # ReportingTimePeriod
    r"|\d{4}-\d\d-\d\d/P(\d+Y)?(\d+M)?(\d+D)?"  # TimeRange
)
"""What the schema of SDMX 3.0 takes for ObservationalTimePeriod, without times of day."""


def test_no_two_codes_share_an_identifier_and_each_is_one_that_sdmx_takes():
    codes = ["1.1", "1$2E$1", "1_1", "_T", "_Z", "$5F$T", "Mục 1", "muc-1", "a@b", "a/b", "ơ"]
    identifiers = [sdmx.identifier(code) for code in codes]
    assert len(set(identifiers)) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", one) for one in identifiers)
    assert sdmx.identifier("work_dossiers_online") == "work_dossiers_online"
    assert not {"_T", "_Z"} & set(identifiers)


def test_rows_of_two_forms_with_one_code_stay_apart():
    assert sdmx.row("BM-01", "total") == "BM-01@total" != sdmx.row("BM-05", "total")
    assert sdmx.row("BM-02", "") == "_Z"


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
