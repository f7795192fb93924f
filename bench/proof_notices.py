"""The fault run at its full size: every unit, three forms, a month; see tests/notifications/faults.py.

Six planners and four deliverers are killed at random; five mails of a hundred break the connection before they are
taken and five after; the clock jumps a day each way; nobody plans for 26 hours; Redis stands still for a while, and
PostgreSQL crashes and recovers. A notice lost or told twice, a mail repeated without being listed, or one sent to who
owed nothing any more ends the proof.
"""

import json
import os
import signal
import socket
import tempfile
import time
from pathlib import Path

from bench.ground import seeded

SEED = int(os.environ.get("DXPORTAL_SEED", "1"))
DAYS = int(os.environ.get("DXPORTAL_DAYS", "31"))
UNITS = int(os.environ.get("DXPORTAL_UNITS", "640"))
STILL, AWAKE, CRASHES = 20, 24, (30, 70)
"""At which instants of the run Redis stands still and goes on, and PostgreSQL crashes."""


def faults(folder):
    """What befalls the servers at each instant of the run."""
    from django.db import Error, connection

    pid = json.loads((folder / "valkey" / "state.json").read_text())["pid"]

    def befall(place):
        if place in (STILL, AWAKE):
            os.kill(pid, signal.SIGSTOP if place == STILL else signal.SIGCONT)
        if place in CRASHES:  # a process killed in the midst makes PostgreSQL start anew and recover
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (victim,) = cursor.fetchone()
            os.kill(victim, signal.SIGKILL)
            time.sleep(1)  # until it has noticed
            for _try in range(300):
                try:
                    connection.close()
                    connection.ensure_connection()
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT 1")
                except Error:
                    time.sleep(0.1)
                else:
                    return
            raise SystemExit("PostgreSQL did not come back.")

    return befall


def main():
    from django.conf import settings

    from tests.notifications.faults import Ground, Run, Sink, listening, workers

    begun = time.perf_counter()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    ground, sink = Ground(SEED, UNITS, DAYS), Sink(SEED)
    servers = Path(os.environ["DEMO_CLOCK"]).parent
    with tempfile.TemporaryDirectory(prefix="dxportal-faults-") as name:
        folder = Path(name)
        run = Run(
            folder, ground, sink, seed=SEED, days=DAYS, planners=6, deliverers=4, pace=2.0, things=4,
            fault=faults(servers),
        )  # fmt: skip
        with listening(sink, port):
            with workers(folder, settings.DATABASE_URL, port) as start:
                run.run(start)
            run.drain()
        figures = run.hold()
    print(f"{len(ground.reports)} reports of {len(ground.units)} units over {DAYS} days, seed {SEED}")
    for name, count in figures.items():
        print(f"  {name:<24} {count:7}")
    print(f"nothing lost, nothing told twice, nothing sent that was not owed; {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    with seeded():
        main()
