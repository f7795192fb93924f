"""Keeps, in each process, what was read once and holds for good, so that it is not read again with every request."""

from collections.abc import Hashable
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

from django.db import transaction

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")

_shelves: list["Shelf[object, object]"] = []


class Shelf(Generic[Key, Thing]):
    """So many things by their key, the oldest making room for the newest.

    What a key names must be the same for ever: all that it depends on is frozen by the database, or stands in the key.
    Things are given to several threads at once, and nobody changes them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[Key, Thing] = {}
        self._lock = Lock()
        _shelves.append(self)  # type: ignore[arg-type]

    def get(self, key: Key) -> Thing | None:
        """What is kept under the key, if anything is."""
        return self._things.get(key)

    def keep(self, key: Key, thing: Thing) -> None:
        """Keep it once the transaction in which it was read is committed: what is rolled back was never so."""
        transaction.on_commit(partial(self._put, key, thing))

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._things.clear()

    def _put(self, key: Key, thing: Thing) -> None:
        with self._lock:
            self._things.pop(key, None)
            self._things[key] = thing
            while len(self._things) > self._most:
                del self._things[next(iter(self._things))]


def clear_all() -> None:
    """Clear every shelf: for whoever changes by hand what the database holds to be frozen, such as tests."""
    for shelf in _shelves:
        shelf.clear()
