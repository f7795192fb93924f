"""The supervisor: what it starts lives together and ends together."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dxportal.serve import Stopped, together

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def await_end(processes):
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        processes.check()
        time.sleep(0.02)


def test_where_one_process_ends_its_name_code_and_last_words_are_told(tmp_path):
    with together(tmp_path, os.environ) as processes:
        processes.start("worker", SLEEP)
        processes.start("mail sink", [sys.executable, "-c", "print('my last words'); raise SystemExit(3)"])
        with pytest.raises(
            Stopped, match=r"my last words\nThe mail sink ended by code 3; its log is .*/mail-sink\.log\."
        ):
            await_end(processes)
        worker = processes.running["worker"]
        assert worker.poll() is None
    assert worker.poll() is not None


def test_a_process_that_runs_once_may_end_well_and_speaks_on_the_console(tmp_path, capfd):
    with together(tmp_path, os.environ) as processes:
        processes.start("demonstration", [sys.executable, "-c", "print('half of it')"], once=True)
        processes.start("worker", SLEEP)
        processes.running["demonstration"].wait(10)
        processes.check()
        assert processes.running.keys() == {"worker"}
    assert capfd.readouterr().out == "half of it\n"


def test_where_one_that_runs_once_ends_badly_all_are_stopped(tmp_path):
    with together(tmp_path, os.environ) as processes:
        processes.start("demonstration", [sys.executable, "-c", "raise SystemExit('no room left')"], once=True)
        with pytest.raises(Stopped, match=r"no room left\nThe demonstration ended by code 1"):
            await_end(processes)


def test_a_process_that_does_not_listen_is_ended_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr("dxportal.serve.STOP_SECONDS", 0.5)
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True); time.sleep(60)"
    )
    with together(tmp_path, os.environ) as processes:
        processes.start("web server", [sys.executable, "-c", stubborn])
        ends = time.monotonic() + 10
        while time.monotonic() < ends and not processes.log("web server").read_text():
            time.sleep(0.02)
        child = int(processes.log("web server").read_text())
    ends = time.monotonic() + 5
    while time.monotonic() < ends and Path(f"/proc/{child}").exists():
        time.sleep(0.02)
    assert not Path(f"/proc/{child}").exists()


def serve(**environment):
    return subprocess.run(
        [sys.executable, "-m", "dxportal.serve"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_named_in_one_sentence_before_anything_starts():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = serve(PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} cannot be used (Address already in use)")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize("port", ["eighty", "-1", "0", "65536", ""])
def test_a_port_that_is_none_is_refused(port):
    done = serve(PORT=port)
    assert done.returncode == 1
    assert done.stderr == f"PORT is {port!r}; it must be a number from 1 to 65535.\n"
