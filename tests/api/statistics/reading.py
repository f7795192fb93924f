"""Files of figures, read back as programs read them."""

import csv
import io
import json
from decimal import Decimal
from zipfile import ZipFile

from lxml import etree  # type: ignore[import-untyped]

from reports.exchange.statistics.facts import COLUMNS
from reports.models import Figure

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


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
