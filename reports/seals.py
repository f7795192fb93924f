"""What a seal says: one canonical text over the heads of all chains that have moved, its digest and its code.

The text is what a kept file holds from its fourth line on, so that anybody can compute the digest without the portal.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

NONE = "-"
"""What stands where the first seal would name the one before it."""


class Head(NamedTuple):
    """The last step of one report's chain: the report's key, the step's number, the digest of the chain."""

    report: int
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A seal as somebody has kept it in a file; `heads` in the order of their reports."""

    number: int
    at: datetime
    previous: str
    digest: str
    code: str
    heads: tuple[Head, ...]


def lines(number: int, at: datetime, previous: str, heads: Iterable[Head]) -> Iterator[str]:
    """The lines of the sealed text, each with its end; the heads are given in the order of their reports.

    The instant is in UTC to the microsecond, as in the chains.
    """
    yield f"number {number}\n"
    yield f"at {at.astimezone(UTC).isoformat(timespec='microseconds')}\n"
    yield f"previous {previous or NONE}\n"
    for head in heads:
        yield f"{head.report} {head.seq} {head.digest}\n"


def digest_of(number: int, at: datetime, previous: str, heads: Iterable[Head]) -> str:
    """The SHA-256 of the sealed text, in hexadecimal; the heads may be a stream."""
    digest = hashlib.sha256()
    for line in lines(number, at, previous, heads):
        digest.update(line.encode())
    return digest.hexdigest()


def code_of(digest: str, *, key: str) -> str:
    """The HMAC-SHA-256 of a digest as it is written, in hexadecimal: only who has the key makes it."""
    return hmac.new(key.encode(), digest.encode(), hashlib.sha256).hexdigest()


def is_signed(digest: str, code: str, *, key: str) -> bool:
    """Whether that code was made for this digest with this key."""
    return hmac.compare_digest(code_of(digest, key=key), code)
