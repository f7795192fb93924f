"""Figures as files in open formats: CSV and SDMX-CSV line by line, JSON and XLSX with what they mean beside them."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, NamedTuple

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from reports.exchange import sheets, tables
from reports.exchange.statistics.facts import COLUMNS, Fact, Survey, facts
from reports.exchange.statistics.metadata import Facts, metadata_of, sheet_of
from reports.exchange.statistics.sdmx import as_sdmx_csv
from reports.exchange.tables import Cell
from reports.models import Figure
from reports.querysets import FigureQuerySet

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(NamedTuple):
    """A format: what a file of it is, and how many figures one holds at most."""

    content_type: str
    ending: str
    most: int


FORMATS = {
    "json": Format("application/json", ".json", 100_000),
    "csv": Format("text/csv; charset=utf-8", ".csv", 200_000),
    "xlsx": Format(XLSX_TYPE, ".xlsx", 50_000),
    "sdmx-csv": Format("application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8", ".sdmx.csv", 200_000),
}


def sent(
    figures: FigureQuerySet | list[Figure], survey: Survey, name: str, *, at: datetime, described_at: str
) -> StreamingHttpResponse | FileResponse:
    """The figures as a file in the format of that name; `described_at` is the address of their structure.

    The figures are fetched while they are sent, but for a workbook, which is complete first.
    """
    kind = FORMATS[name]
    mark = "minh-hoa-" if settings.DEMO_CLOCK else ""
    headers = {
        "Content-Disposition": content_disposition_header(
            as_attachment=True, filename=f"so-lieu-{mark}{at:%Y-%m-%d}{kind.ending}"
        ),
        "Cache-Control": "private, no-store",
        "Link": f'<{described_at}>; rel="describedby"',
    }
    if name == "xlsx":
        book = as_xlsx(facts(figures), metadata_of(survey, at=at))
        return FileResponse(book, content_type=kind.content_type, headers=headers)
    return StreamingHttpResponse(
        _STREAMS[name](facts(figures), lambda: metadata_of(survey, at=at)),
        content_type=kind.content_type,
        headers=headers,
    )


def rows_of(found: Iterable[Fact]) -> Iterator[list[Cell]]:
    """What stands in the columns, one row a figure."""
    columns = [column.of for column in COLUMNS.values()]
    for fact in found:
        yield [of(fact) for of in columns]


def as_csv(found: Iterable[Fact]) -> Iterator[bytes]:
    """CSV under the names of the columns; its numbers have a decimal point."""
    return tables.as_csv(_below(list(COLUMNS), found), decimals=tables.POINT)


def as_json(found: Iterable[Fact], told: Facts) -> Iterator[bytes]:
    """One object: `metadata`, then `figures` as objects, whose numbers are texts, as JSON's own are not exact."""
    yield f'{{"metadata": {json.dumps(told, ensure_ascii=False)},\n"figures": ['.encode()
    before = "\n"
    for cells in rows_of(found):
        one = dict(zip(COLUMNS, map(_said, cells), strict=True))
        yield f"{before}{json.dumps(one, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"\n]}\n"


def as_xlsx(found: Iterable[Fact], told: Facts) -> IO[bytes]:
    """A workbook: the figures under their headings for people, and beside them a sheet that says what they mean."""
    headings = [str(column.words) for column in COLUMNS.values()]
    return sheets.as_xlsx(_below(headings, found), title=_("Figures"), beside={_("What they mean"): sheet_of(told)})


def _below(heads: Sequence[Cell], found: Iterable[Fact]) -> Iterator[Sequence[Cell]]:
    yield heads
    yield from rows_of(found)


def _said(cell: Cell) -> str | int | None:
    return format(cell, "f") if isinstance(cell, Decimal) else cell


_STREAMS: dict[str, Callable[[Iterable[Fact], Callable[[], Facts]], Iterator[bytes]]] = {
    "json": lambda found, told: as_json(found, told()),
    "csv": lambda found, _told: as_csv(found),
    "sdmx-csv": lambda found, _told: as_sdmx_csv(found),
}
