"""Brings database, static files and message catalogues to where the code is; the first time, loads the city.

One process for all steps, as starting Django is what takes the time. `make run` calls it before the portal.
"""

import hashlib
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from dxportal import messages
from dxportal.embedded import VAR

SIGN_INS = VAR / "sign-ins.txt"  # what to type to look around
DEMO_START = "2022-05-16T08:00+07:00"
ON_A_NEW_DATABASE = (
    ("Loading the units, the forms and their targets …", ("seed",)),
    ("Filling thirteen months of the demonstration …", ("demonstration", "--first", f"--sign-ins={SIGN_INS}")),
)


def static_digest() -> str:
    """Return a digest of what would be collected: names, sizes and times of all static files."""

    def lines() -> Iterator[str]:
        for finder in get_finders():
            for name, storage in finder.list([]):
                found = Path(storage.path(name)).stat()
                yield f"{name} {found.st_size} {found.st_mtime_ns}"

    return hashlib.sha256("\n".join(sorted(lines())).encode()).hexdigest()


def collect_static() -> None:
    """Collect, name by content and compress the static files, unless that was done from the same ones."""
    stamp = Path(settings.STATIC_ROOT) / "made-from"
    made_from = static_digest()
    if stamp.exists() and stamp.read_text() == made_from:
        return
    print("Collecting the static files …", flush=True)
    call_command("collectstatic", "--noinput", "--clear", "--ignore=redoc", "--verbosity=0")
    stamp.write_text(made_from)


def main() -> int:
    """Do every step that is not done yet."""
    django.setup()
    messages.compile_changed()
    call_command("migrate", verbosity=0)
    collect_static()
    new = not get_user_model().objects.exists()
    if settings.DEMO_CLOCK:
        if new:
            Path(settings.DEMO_CLOCK).unlink(missing_ok=True)
        call_command("clock", "--start", DEMO_START, stdout=StringIO())
    if new:
        for what, first in ON_A_NEW_DATABASE:
            print(what, flush=True)
            call_command(*first, stdout=StringIO())
    return 0


if __name__ == "__main__":
    sys.exit(main())
