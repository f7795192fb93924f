"""Finds PostgreSQL and Redis, and starts them from packages where none is given; never in production.

DATABASE_URL and REDIS_URL, where set, are used untouched. Otherwise a server is started on 127.0.0.1, at a
free port that is remembered, with its data, log and password in a folder below `var/`. Whoever asks next
finds it running and shares it; it stops when the last one who uses it has ended (see keeper.py).
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dxportal.embedded.postgresql import database_answers, postgres
from dxportal.embedded.server import MissingPart, Server
from dxportal.embedded.valkey import redis_answers, valkey

__all__ = ["ROOT", "VAR", "MissingPart", "Services", "ensure_database", "ensure_redis", "services"]

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"


@dataclass(frozen=True)
class Services:
    """Where the two services answer, and which of them are our own."""

    database: str
    redis: str
    own: tuple[Server, ...]

    def check(self) -> None:
        """Raise MissingPart where one of our own servers has ended."""
        for server in self.own:
            if not server.is_running():
                raise MissingPart(f"{server.name} has ended; its log is {server.log}.")


_in_use: dict[str, Server] = {}


def ensure_database() -> str:
    """Return the database's address; where none is given, the embedded one runs while this process does."""
    return os.environ.get("DATABASE_URL") or _ensure("postgres", postgres)


def ensure_redis() -> str:
    """Return the address of Redis; where none is given, the embedded one runs while this process does."""
    return os.environ.get("REDIS_URL") or _ensure("valkey", valkey)


def _ensure(name: str, make: Callable[[Path], Server]) -> str:
    server = _in_use.setdefault(name, make(VAR))
    return server.use()


@contextlib.contextmanager
def services(folder: Path = VAR, *, durable: bool = True) -> Iterator[Services]:
    """Have both services, given or embedded, checked and running inside this block.

    Not durable means fast and thrown away: for tests, in a folder that the caller removes.
    Raises MissingPart where one is missing or does not answer.
    """
    with contextlib.ExitStack() as used:
        urls = []
        own = []
        for name, answers, make in (
            ("DATABASE_URL", database_answers, postgres),
            ("REDIS_URL", redis_answers, valkey),
        ):
            if given := os.environ.get(name):
                try:
                    answers(given)
                except (ConnectionError, ValueError) as error:
                    raise MissingPart(f"{name} is set, but nothing usable answers there: {error}") from error
                urls.append(given)
            else:
                server = make(folder, durable=durable)
                if not durable:
                    used.callback(server.forget, server.folder)
                used.callback(server.leave)
                urls.append(server.use())
                own.append(server)
        yield Services(database=urls[0], redis=urls[1], own=tuple(own))
