"""Keeps one embedded server alive exactly as long as somebody uses it.

server.py starts this file by its path, in a session of its own, with a description of the server in JSON on
standard input. Everyone who uses the server holds a shared lock on the file `users`; the kernel drops such a
lock whenever its holder ends, however it ends. The keeper waits for the exclusive lock: once it has it,
nobody is left, and it stops the server. So no server is ever orphaned, and none is stopped under somebody's
feet. Only the standard library is imported, so that it starts at once.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def die_with_parent(sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this process `sign` when its parent ends (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sign))


def keep(command: list[str], folder: Path, state: dict[str, Any], stop: signal.Signals, **options: Any) -> int:
    """Run the server until it ends by itself or nobody uses it any more; return its exit code."""
    state_file = folder / "state.json"
    settings = options.pop("stdin", "")
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: die_with_parent(stop),  # noqa: PLW1509 - no thread runs yet
            **options,
        )
    assert server.stdin is not None
    server.stdin.write(settings.encode())
    server.stdin.close()
    state_file.touch(mode=0o600)
    state_file.write_text(json.dumps(state | {"pid": server.pid}))
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(stop))

    users = (folder / "users").open("ab")

    def stop_when_unused() -> None:
        fcntl.flock(users, fcntl.LOCK_EX)
        state_file.unlink(missing_ok=True)
        server.send_signal(stop)

    threading.Thread(target=stop_when_unused, daemon=True).start()
    code = server.wait()
    state_file.unlink(missing_ok=True)
    return code


def main() -> int:
    """Read the description and keep the server."""
    description = json.load(sys.stdin)
    folder = Path(description.pop("folder"))
    os.chdir(folder)
    return keep(
        description.pop("command"),
        folder,
        description.pop("state"),
        signal.Signals(description.pop("stop")),
        **description,
    )


if __name__ == "__main__":
    sys.exit(main())
