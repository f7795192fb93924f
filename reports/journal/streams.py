"""Ordered streams of rows, read beside each other, and where their findings are."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from reports.findings import Place

AT_ONCE = 2000
"""How many rows of a stream are fetched at once."""

REPORT = ("form__code", "period__code", "unit__name", "unit__code", "pk")
"""The columns of a report that say where."""


def place(form: str, period: str, unit: str, code: str, pk: int, **within: int | None) -> Place:
    """The place of a report given by those columns; `within` it a step or a revision, by number."""
    return Place(form, period, f"{unit} ({code})", pk, **within)


class Beside:
    """The rows of an ordered stream, fetched group by group beside another stream that is ordered by the same key."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, key: int) -> Iterator[tuple[Any, ...]]:
        """The rows with that key; keys are asked for in their order, and what lies between them is passed over."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is not None and self._next[0] == key:
            yield from self._next[1]
