"""How steps are chained: each carries a digest over what it says and over the digest of its report's step before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

SAID = ("report_id", "seq", "action", "before", "after", "revision_id", "edit", "by_id", "capacity", "at")
"""What every step says."""

MAY_SAY = ("reason", "document", "received_at", "voids", "remarks", "content")
"""What a step says where there is something to say; so a column that is added one day breaks no old chain."""


def link(previous: str, step: Mapping[str, object]) -> str:
    """The digest of a step, given by its columns, that follows the one with that digest; SHA-256 in hexadecimal.

    Over the previous digest and the step's columns as JSON with sorted keys, instants in UTC to the microsecond.
    """
    said = {name: step[name] for name in SAID} | {name: step[name] for name in MAY_SAY if step.get(name)}
    written = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(f"{previous}\n{written}".encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
