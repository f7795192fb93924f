"""Figures as SDMX-CSV 2.0 (ISO 17369): the same facts under codes that statistical offices' tools understand.

An SDMX identifier takes only letters, digits, `_`, `@` and `-`; any other sign of a code, and an underscore that begins
one, is written as its number in Unicode between dollars: the row 1.1 of BM-09 is BM-09@1$2E$1.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from reports.exchange.statistics.facts import Fact, plain
from reports.exchange.tables import Cell, Echo, safe
from reports.labels import ALL_LEVELS
from reports.models import Period
from reports.periods import Frequency, PeriodCode
from reports.workflow import State

AGENCY, VERSION = "HN", "1.0"
DATAFLOW, DATA_STRUCTURE, CONCEPTS = "DF_FIGURES", "DSD_FIGURES", "CS_FIGURES"
STRUCTURE_ID = f"{AGENCY}:{DATAFLOW}({VERSION})"

FREQUENCIES = {
    Frequency.WEEK: "W",
    Frequency.MONTH: "M",
    Frequency.QUARTER: "Q",
    Frequency.HALF: "S",
    Frequency.YEAR: "A",
    Frequency.TO_DATE: "YTD",
    Frequency.ONCE: "_O",
}
"""The codes of SDMX's CL_FREQ, with one that it lacks: YTD, from the beginning of the year."""

TOTAL, NOT_APPLICABLE = "_T", "_Z"
NORMAL, PROVISIONAL, MISSING = "A", "P", "O"

_FOREIGN = re.compile(r"^_|[^A-Za-z0-9_-]")


def identifier(code: str) -> str:
    """A code as an SDMX identifier; two codes never share one."""
    return _FOREIGN.sub(lambda sign: f"${ord(sign[0]):X}$", code)


def area(code: str) -> str:
    """A unit: HN_ and its code, as tools that guess types would take 00001 for the number 1."""
    return f"{AGENCY}_{identifier(code)}"


def row(form: str, code: str) -> str:
    """A row: the form's code, @ and its own, as rows of two forms may share a code; _Z outside tables."""
    return f"{identifier(form)}@{identifier(code)}" if code else NOT_APPLICABLE


def time_period(period: Period) -> str:
    """2022-05, 2022-Q2, 2022-S1, 2022 and 2022-W07; spans without such a name are their beginning and duration.

    The first five months of 2022 are 2022-01-01/P5M, and what is asked once is 2022-05-01/P20D.
    """
    match PeriodCode.parse(period.code):
        case PeriodCode(frequency=Frequency.HALF, year=year, number=half):
            return f"{year:04}-S{half}"
        case PeriodCode(frequency=Frequency.TO_DATE, year=year, number=months):
            return f"{year:04}-01-01/P{months}M"
        case PeriodCode(frequency=Frequency.ONCE):
            days = (period.last_day - period.first_day + timedelta(days=1)).days
            return f"{period.first_day.isoformat()}/P{days}D"
        case named:
            return named.code


def origin(level: str) -> str:
    """A level of origin; _T for all of them."""
    return TOTAL if level == ALL_LEVELS else level


def status(fact: Fact) -> str:
    """The code of SDMX's CL_OBS_STATUS."""
    if fact.figure.reading is None:
        return MISSING
    return PROVISIONAL if fact.figure.state == State.PROVISIONAL else NORMAL


DIMENSIONS: Mapping[str, Callable[[Fact], Cell]] = {
    "FREQ": lambda fact: FREQUENCIES[Frequency(fact.figure.period.frequency)],
    "FORM": lambda fact: identifier(fact.figure.form.code),
    "DATA_WINDOW": lambda fact: fact.figure.period.rule,
    "REF_AREA": lambda fact: area(fact.figure.scope.code),
    "ORIGIN": lambda fact: origin(fact.figure.origin),
    "INDICATOR": lambda fact: identifier(fact.figure.indicator.code),
    "ROW": lambda fact: row(fact.figure.form.code, fact.figure.row),
    "STATE": lambda fact: fact.figure.state,
    "TIME_PERIOD": lambda fact: time_period(fact.figure.period),
}

MEASURE: Mapping[str, Callable[[Fact], Cell]] = {"OBS_VALUE": lambda fact: plain(fact.figure.reading)}

ATTRIBUTES: Mapping[str, Callable[[Fact], Cell]] = {
    "UNIT_MEASURE": lambda fact: fact.figure.indicator.unit_of_measure,
    "DECIMALS": lambda fact: fact.figure.indicator.decimals,
    "NUMERATOR": lambda fact: plain(fact.parts[0]),
    "DENOMINATOR": lambda fact: plain(fact.parts[1]),
    "EXPECTED": lambda fact: fact.figure.expected,
    "SUBMITTED": lambda fact: fact.figure.submitted,
    "APPROVED": lambda fact: fact.figure.approved,
    "ANSWERED": lambda fact: fact.figure.count,
    "WITHOUT_DATA": lambda fact: fact.figure.without_data,
    "WINDOW_FROM": lambda fact: fact.figure.period.first_day.isoformat(),
    "WINDOW_TO": lambda fact: fact.figure.period.last_day.isoformat(),
    "OBS_STATUS": status,
}

COMPONENTS = {**DIMENSIONS, **MEASURE, **ATTRIBUTES}


def as_sdmx_csv(facts: Iterable[Fact]) -> Iterator[bytes]:
    """The facts as lines of SDMX-CSV 2.0 in UTF-8, each of them information (I) of the dataflow."""
    writer = csv.writer(Echo())
    yield writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *COMPONENTS]).encode()
    for fact in facts:
        cells = (of(fact) for of in COMPONENTS.values())
        yield writer.writerow(["dataflow", STRUCTURE_ID, "I", *map(_written, cells)]).encode()


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return safe(cell)
        case _number:
            return format(cell, "f" if not isinstance(cell, int) else "d")
