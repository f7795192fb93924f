"""Runs every check that is not a test, two at a time, and shows what those that failed had to say."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dxportal.embedded import ROOT, MissingPart, Services, services

BIN = Path(sys.executable).parent
SOURCES = ("accounts", "reports", "notifications", "dxportal", "manage.py")
DJANGO = [sys.executable, "manage.py"]


def templates() -> list[str]:
    """Return the templates of the project, committed or not yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split() if (ROOT / name).exists()]


def checks() -> dict[str, list[str | Path]]:
    """Return the command of every check, the slowest first."""
    html = templates()
    return {
        "types": [BIN / "mypy"],
        "production settings": [*DJANGO, "check", "--deploy", "--fail-level", "WARNING"],
        "migrations": [*DJANGO, "makemigrations", "--check", "--dry-run"],
        "imports": [BIN / "lint-imports", "--no-logo"],
        "format": [BIN / "ruff", "format", "--check"],
        "lint": [BIN / "ruff", "check"],
        **({"templates": [BIN / "djade", "--target-version", "5.2", "--check", *html]} if html else {}),
        "known dangers": [BIN / "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *SOURCES],
        "compose file": [*(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")],
    }


def surroundings(name: str, used: Services) -> dict[str, str]:
    """Return the environment of a check: the tests' own, and production's where its settings are checked."""
    served = os.environ | {"DATABASE_URL": used.database, "REDIS_URL": used.redis, "DXPORTAL_ENV": "test"}
    if name != "production settings":
        return served
    return served | {
        "DXPORTAL_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEAL_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "portal.example",
        "EMAIL_URL": "smtp://mail.example:25",
        "DEFAULT_FROM_EMAIL": "portal@city.example",
        "PORTAL_ADDRESS": "https://portal.example",
        "DEMO_CLOCK": "",
    }


def passes(name: str, command: list[str | Path], environment: Mapping[str, str]) -> bool:
    """Run one check and say how it went."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    well = done.returncode == 0
    said = "" if well else f"\n{done.stdout}{done.stderr}"
    print(f"{'ok    ' if well else 'FAILED'} {name} ({time.monotonic() - began:.1f} s){said}", flush=True)
    return well


def main() -> int:
    """Run the checks; return 0 where all passed."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="dxportal-check-") as folder,
            services(Path(folder), durable=False) as used,
            ThreadPoolExecutor(2) as pool,
        ):
            outcomes = [
                pool.submit(passes, name, command, surroundings(name, used)) for name, command in checks().items()
            ]
            return 0 if all(outcome.result() for outcome in outcomes) else 1
    except MissingPart as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
