"""Figures as SDMX: a structure that is valid, observations that fit it, and codes that mean what the portal means."""

import re

import pytest
from pysdmx.io import get_datasets, read_sdmx

from reports.exchange.statistics import sdmx
from reports.models import Indicator, Period
from reports.periods import PeriodCode, WindowRule
from tests.api.statistics.reading import every_figure, in_sdmx, number

pytestmark = pytest.mark.django_db


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
