"""Planners and deliverers as processes: each line on standard input starts one, which works until it is killed.

Run as `python -m tests.notifications.workers FOLDER`; the number of each new process is written to standard output.
FOLDER/clock holds the instant that they work at; each round of planning that is done adds a line to FOLDER/rounds.
"""

import os
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path


def work(kind, folder):
    """Plan or deliver at the instant that the clock shows, again and again; whatever the database does."""
    from django.db import Error, connection

    from notifications.actions.delivering import deliver
    from notifications.actions.planning import plan

    act = {"plan": plan, "deliver": deliver}[kind]
    rounds = os.open(folder / "rounds", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        begun, at = time.monotonic(), (folder / "clock").read_text()
        try:
            act(at=datetime.fromisoformat(at))
            if kind == "plan":
                os.write(rounds, f"{at} {begun} {time.monotonic()}\n".encode())
        except (Error, OSError):  # the database went away, or had to give way
            connection.close()
            time.sleep(0.2)
        time.sleep(random.uniform(0.01, 0.1))


def main(folder):
    """Start what is asked for; whoever asked ends, and so do all."""
    import django

    django.setup()
    import notifications.actions.delivering  # noqa: F401  (each process begins with everything loaded)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    started = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            work(line.strip(), folder)
        started.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
