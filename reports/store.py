"""Keeps the bytes of attached files outside the web root, named by their SHA-256: what is alike is kept once."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def keep(content: bytes) -> str:
    """Keep these bytes, and return their SHA-256 in hexadecimal.

    Written beside the place and moved into it, so that nobody ever finds half a file.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    place = path_of(sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        Path(written.name).replace(place)
    return sha256


def path_of(sha256: str) -> Path:
    """Where the bytes with that SHA-256 are kept."""
    return Path(settings.ATTACHMENTS_ROOT) / sha256[:2] / sha256
