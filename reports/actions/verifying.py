"""Verifies the journal night by night, says aloud what is wrong, and remembers the last outcome for inspectors.

The outcome is kept in the cache, which is a table of the database: a page may lose it, but the log and the next night
do not.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog
from django.core.cache import cache

from reports import journal

logger = structlog.get_logger(__name__)

KEY = "verification-of-the-journal"
SHOWN = 100
"""How many findings are remembered in words, and logged one by one."""


@dataclass(frozen=True)
class Night:
    """What a verification came to: when, how long it took in seconds, what it read, and what it found, in words.

    `count` is of all findings; `signed` says whether the codes of the seals were checked.
    """

    at: datetime
    seconds: float
    read: dict[str, int]
    count: int
    findings: list[str]
    signed: bool


def verify(*, at: datetime) -> Night:
    """Verify the whole journal; log each difference as an error, and remember what came out."""
    began = time.monotonic()
    outcome = journal.verify()
    words = [str(finding) for finding in outcome.findings[:SHOWN]]
    night = Night(at, time.monotonic() - began, dict(outcome.read), outcome.count, words, outcome.signed)
    cache.set(KEY, vars(night), timeout=None)
    for one in words:
        logger.error("the journal does not agree with itself", finding=one)
    if outcome.count > SHOWN:
        logger.error("the journal does not agree with itself in more places", count=outcome.count)
    if not outcome.signed:
        logger.error("the codes of the seals were not checked, as there is no SEAL_KEY")
    return night


def last() -> Night | None:
    """What the last verification came to; None where none is remembered."""
    kept = cast("dict[str, Any] | None", cache.get(KEY))
    return Night(**kept) if kept else None
