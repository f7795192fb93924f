"""What is still to be loaded of a demonstration, kept in a file beside its clock: whoever loads goes on from it, and
every page says how far it is."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Agenda:
    """The seed and the instant of a demonstration, the forms that are left to fill, and how far it is: "BM-05 3/12"."""

    seed: int
    at: datetime
    forms: tuple[str, ...]
    progress: str = ""


def left() -> Agenda | None:
    """What is left to load; None where everything is loaded, and where there is no demonstration."""
    if not settings.DEMO_CLOCK:
        return None
    try:
        stored = json.loads(_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Agenda(stored["seed"], datetime.fromisoformat(stored["at"]), tuple(stored["forms"]), stored["progress"])


def note(agenda: Agenda) -> None:
    """Say that this is left."""
    stored = asdict(agenda) | {"at": agenda.at.isoformat()}
    fresh = _path().with_suffix(".new-loading")
    fresh.write_text(json.dumps(stored), encoding="utf-8")
    fresh.replace(_path())


def finish() -> None:
    """Say that everything is loaded."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.DEMO_CLOCK).with_suffix(".loading")
