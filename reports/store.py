"""Keeps the bytes of attached files outside the web root, named by their SHA-256: what is alike is kept once."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings


def keep(content: bytes) -> str:
    """Keep these bytes, and return their SHA-256 in hexadecimal.

    Written beside the place and moved into it, so that nobody ever finds half a file; where that fails (OSError, as on
    a disk that is full), nothing is left.
    """
    sha256 = name_of(content)
    place = path_of(sha256)
    if not _is_kept(place, len(content)):
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, content)
    return sha256


def name_of(content: bytes) -> str:
    """The SHA-256 of these bytes in hexadecimal, by which they are kept."""
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> Path:
    """Where the bytes with that SHA-256 are kept."""
    return Path(settings.ATTACHMENTS_ROOT) / sha256[:2] / sha256


def kept() -> Iterator[Path]:
    """Every file of the store, also what a crash has left of one half written."""
    root = Path(settings.ATTACHMENTS_ROOT)
    return (path for path in sorted(root.glob("??/*")) if path.is_file())


def drop(path: Path, *, unless_since: datetime) -> bool:
    """Delete a file of the store, unless it has been kept (again) since that instant of the machine's clock.

    Locked against `keep`: of two at once either the file is kept on, or it is written anew.
    """
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_mtime >= unless_since.timestamp():
            return False
        path.unlink(missing_ok=True)
        return True


def _is_kept(place: Path, size: int) -> bool:
    """Whether the bytes are kept already; if so they count as new from now on, see `drop`."""
    try:
        with place.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            os.utime(file.fileno())
            now = os.fstat(file.fileno())
            return now.st_nlink > 0 and now.st_size == size
    except FileNotFoundError:
        return False


def _write(place: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix="part-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(place)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
