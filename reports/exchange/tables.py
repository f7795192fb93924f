"""Tables as files that a spreadsheet opens with its diacritics, and never takes a typed text in them for a formula."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from reports.numbers import VIETNAMESE

Cell = str | int | Decimal | None

POINT: Mapping[int, int] = {}
"""Decimals as programs write them, 1234.5."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[Sequence[Cell]], *, decimals: Mapping[int, int] = VIETNAMESE) -> Iterator[bytes]:
    """The rows as lines of CSV in UTF-8, behind a byte order mark, by which spreadsheets know it.

    Numbers are written as offices in Viet Nam type them, 1234,5, or with the decimals that are given.
    """
    writer = csv.writer(Echo())
    yield "\ufeff".encode()
    for row in rows:
        yield writer.writerow([_plain(cell, decimals) for cell in row]).encode()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def _plain(cell: Cell, decimals: Mapping[int, int]) -> str:
    """Numbers with these decimals; everything else made safe."""
    match cell:
        case None:
            return ""
        case Decimal():
            return format(cell, "f").translate(decimals)
        case int():
            return str(cell)
        case _:
            return safe(cell)
