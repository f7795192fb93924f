"""One embedded server: found running, or started at a remembered port, and used together."""

import contextlib
import fcntl
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

KEEPER = Path(__file__).with_name("keeper.py").resolve()
START_SECONDS = 60


class MissingPart(Exception):
    """Something this machine lacks or that does not work; the message is one sentence for people."""


@dataclass
class Server:
    """One server and the lock by which this process uses it."""

    name: str
    folder: Path
    url: Callable[[dict[str, Any]], str]
    answers: Callable[[str], None]
    describe: Callable[[Path, int, str], dict[str, Any]]
    forget: Callable[[Path], None] = lambda folder: None  # removes what stands outside the folder
    _users: IO[bytes] | None = field(default=None, repr=False)
    _keeper: subprocess.Popen[str] | None = field(default=None, repr=False)

    def use(self) -> str:
        """Find the server running or start it, keep it in use by this process, and return its address."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._users = (self.folder / "users").open("ab")
        fcntl.flock(self._users, fcntl.LOCK_SH)  # waits while a server that nobody used any more is stopping
        with (self.folder / "starting").open("ab") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            state = self.state()
            if state is None:
                state = self._start()
        return self.url(state)

    def state(self) -> dict[str, Any] | None:
        """Return what is known of the running server, or None where none answers."""
        try:
            state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
            self.answers(self.url(state))
        except (OSError, ValueError, ConnectionError):
            return None
        return state

    def is_running(self) -> bool:
        """Tell whether the server's process lives, without asking it anything."""
        try:
            os.kill(json.loads((self.folder / "state.json").read_text())["pid"], 0)
        except (OSError, ValueError):
            return False
        return True

    @property
    def log(self) -> Path:
        """Return what the server wrote since its last start."""
        return self.folder / "server.log"

    def leave(self) -> None:
        """Use the server no longer; after its last user, wait until it has stopped."""
        if self._users is None:
            return
        self._users.close()
        self._users = None
        while self.is_running():
            with (self.folder / "users").open("ab") as users, contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return  # somebody else uses it
            time.sleep(0.02)  # the keeper is about to take the lock, or holds it and stops the server
        with (self.folder / "users").open("ab") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
        if self._keeper is not None:
            self._keeper.wait()

    def _start(self) -> dict[str, Any]:
        port = remembered_port(self.folder / "port")
        password = remembered_secret(self.folder / "password")
        description = self.describe(self.folder, port, password)
        description |= {"folder": str(self.folder), "state": {"port": port, "password": password}}
        self._keeper = keeper = subprocess.Popen(
            [sys.executable, str(KEEPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        assert keeper.stdin is not None
        with keeper.stdin:
            json.dump(description, keeper.stdin)
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends and keeper.poll() is None:
            state = self.state()
            if state is not None:
                return state
            time.sleep(0.05)
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        telling = [line for line in lines if "FATAL" in line] or lines or ["nothing"]
        raise MissingPart(f"{self.name} did not start; {self.log} says: {telling[-1]}")


def remembered_port(memory: Path) -> int:
    """Return the port used last time if it is still free, else a free one, and remember it."""
    wanted = int(memory.read_text()) if memory.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            found = int(probe.getsockname()[1])
            memory.write_text(str(found))
            return found
    raise MissingPart("No free port was found on 127.0.0.1.")


def remembered_secret(memory: Path) -> str:
    """Return the secret kept in this file, made once and readable by its owner only; of two at once one makes it."""
    if not memory.exists():
        memory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=memory.parent, prefix=f"{memory.name}-") as fresh:
            fresh.write(secrets.token_urlsafe(24))
            fresh.flush()
            with contextlib.suppress(FileExistsError):
                memory.hardlink_to(fresh.name)
    return memory.read_text().strip()
