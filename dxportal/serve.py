"""Runs the whole portal on one machine: services, web, worker, beat and a mail sink under one supervisor.

Nothing is restarted silently: where one process ends, all are stopped and the reason is named. Ctrl-C stops
everything.
"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from dxportal.embedded import ROOT, VAR, MissingPart, Services, services
from dxportal.embedded.keeper import die_with_parent
from dxportal.embedded.server import remembered_port

HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 15
CELERY = [sys.executable, "-m", "celery", "--app", "dxportal"]


class Stopped(Exception):
    """A process that should run has ended; the message is one sentence."""


def web(port: int) -> list[str]:
    """Return the command of the web server."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--log-level", "warning", "dxportal.wsgi:application"),
    ]


def worker() -> list[str]:
    """Return the command of the worker."""
    return [*CELERY, "worker", "--concurrency", "2", "--loglevel", "WARNING"]


def beat(folder: Path) -> list[str]:
    """Return the command of the beat, which keeps its schedule in this folder."""
    return [*CELERY, "beat", "--schedule", str(folder / "beat"), "--pidfile", "", "--loglevel", "WARNING"]


def rest() -> list[str]:
    """Return the command that loads what is left of the demonstration, if anything is, and ends."""
    return [sys.executable, "manage.py", "demonstration", "--rest"]


def mail(folder: Path, smtp_port: int, page_port: int) -> list[str]:
    """Return the command of the mail sink."""
    ports = ["--smtp-port", str(smtp_port), "--page-port", str(page_port)]
    return [sys.executable, "-m", "dxportal.mailsink", str(folder / "mail"), *ports]


class Together:
    """Processes that live and die together; each writes its own log."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self.logs = logs
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.passing: set[str] = set()
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str], *, once: bool = False) -> None:
        """Start one process, in a session of its own so that only the supervisor signals it.

        One that runs `once` may end well by itself, and says on the console what it does.
        """
        if once:
            self.passing.add(name)
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=None if once else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the supervisor has no threads
            )

    def log(self, name: str) -> Path:
        """Return the file that a process writes to."""
        return self.logs / f"{name.replace(' ', '-')}.log"

    def check(self) -> None:
        """Raise Stopped where a process has ended, but for one that ran once and ended well."""
        for name, process in list(self.running.items()):
            if name in self.passing and process.poll() == 0:
                del self.running[name]
            elif process.poll() is not None:
                how = f"code {process.returncode}" if process.returncode >= 0 else f"signal {-process.returncode}"
                tail = "\n".join(self.log(name).read_text(errors="replace").splitlines()[-15:])
                raise Stopped(f"{tail}\nThe {name} ended by {how}; its log is {self.log(name)}.".lstrip())

    def await_page(self, address: str) -> None:
        """Wait until this address answers; raise Stopped where a process ends first or it takes too long."""
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends:
            self.check()
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise Stopped(f"The portal did not answer at {address} within {READY_SECONDS} seconds.")

    def stop(self) -> None:
        """Ask all to end, wait, and end those that do not listen together with their children."""
        for process in self.running.values():
            process.terminate()
        ends = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, ends - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def together(logs: Path, environment: Mapping[str, str]) -> Iterator[Together]:
    """Have processes that are all stopped at the end of this block."""
    processes = Together(logs, environment)
    try:
        yield processes
    finally:
        processes.stop()


def chosen_port() -> int:
    """Return the port to serve at, sure to be free."""
    given = os.environ.get("PORT", "8000")
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise MissingPart(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except OSError as error:
            raise MissingPart(
                f"Port {given} cannot be used ({error.strerror}); choose another, as in `PORT=8080 make run`."
            ) from error
    return int(given)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make sure that this checkout is run once at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MissingPart("The portal already runs from this checkout; stop it first.") from error
        yield


def stage(environment: Mapping[str, str]) -> None:
    """Bring database and files to where the code is, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "dxportal.stage"],
        cwd=ROOT,
        env=environment,
        check=False,
        preexec_fn=die_with_parent,
    )
    if done.returncode != 0:
        raise Stopped("The portal could not be prepared; the reason stands above.")


def run(port: int, used: Services) -> None:
    """Start everything and watch over it until told to stop."""
    address = f"http://{HOST}:{port}/"
    environment = os.environ | {
        "DXPORTAL_ENV": "development",
        "DATABASE_URL": used.database,
        "REDIS_URL": used.redis,
        "DJANGO_SETTINGS_MODULE": "dxportal.settings",
        "DEMO_CLOCK": os.environ.get("DEMO_CLOCK", str(VAR / "clock")),
        "PORTAL_ADDRESS": address.rstrip("/"),
        "PYTHONUNBUFFERED": "1",
    }
    commands = {"worker": worker()}
    mails = "sent by the EMAIL_URL given"
    if not os.environ.get("EMAIL_URL"):
        smtp_port, page_port = (remembered_port(VAR / f"{name}-port") for name in ("smtp", "mail"))
        environment["EMAIL_URL"] = f"smtp://{HOST}:{smtp_port}"
        commands["mail sink"] = mail(VAR, smtp_port, page_port)
        mails = f"http://{HOST}:{page_port}/"
    stage(environment)
    with together(VAR / "log", environment) as processes:
        processes.start("web server", web(port))
        processes.await_page(f"{address}livez")
        for name, command in commands.items():
            processes.start(name, command)
        sign_ins = VAR / "sign-ins.txt"
        if sign_ins.exists():
            print(f"\n{sign_ins.read_text().strip()}")
        print(f"\nMails:  {mails}\nLogs:   {VAR / 'log'}\nPortal: {address}  (Ctrl-C stops it)", flush=True)
        processes.start("demonstration", rest(), once=True)
        while True:
            processes.check()
            if not processes.running.keys() & {"demonstration", "beat"}:  # beat would open what is still to be loaded
                processes.start("beat", beat(VAR))
            used.check()
            time.sleep(0.5)


def main() -> int:
    """Run the portal; return 0 where it was stopped on purpose, 1 where something is missing or has ended."""

    def stop(sign: int, frame: FrameType | None) -> None:
        for further in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(further, signal.SIG_IGN)
        raise KeyboardInterrupt

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop)
    try:
        port = chosen_port()
        with alone(VAR), services(VAR) as used:
            run(port, used)
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
    except (MissingPart, Stopped) as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
