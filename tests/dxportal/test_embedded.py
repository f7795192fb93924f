"""The embedded servers, really started as the user who runs the tests."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from dxportal.embedded import MissingPart, services
from dxportal.embedded.server import remembered_port

HOLDER = """
import sys, time
from pathlib import Path
from dxportal.embedded import services
with services(Path(sys.argv[1]), durable=False):
    print("up", flush=True)
    time.sleep(120)
"""


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")


def wait_while(lasting):
    ends = time.monotonic() + 20
    while time.monotonic() < ends and lasting():
        time.sleep(0.02)


def answers(url):
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_both_servers_run_inside_the_block_and_stop_after_it(tmp_path):
    with services(tmp_path, durable=False) as used:
        with psycopg.connect(used.database) as connection:
            assert connection.execute("SELECT current_setting('listen_addresses')").fetchone() == ("127.0.0.1",)
            for name in ("btree_gist", "pg_trgm", "unaccent"):
                connection.execute(f"CREATE EXTENSION {name}")
        with redis.Redis.from_url(used.redis) as client:
            assert client.ping()
        used.check()
    assert not answers(used.database)
    assert not list(tmp_path.glob("*/state.json"))


def test_a_second_user_shares_the_server_and_does_not_stop_it(tmp_path):
    with services(tmp_path, durable=False) as first:
        with services(tmp_path, durable=False) as second:
            assert (second.database, second.redis) == (first.database, first.redis)
        assert answers(first.database)


def test_data_port_and_password_outlive_a_stop(tmp_path):
    with services(tmp_path) as used, psycopg.connect(used.database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with services(tmp_path) as again, psycopg.connect(again.database) as connection:
        assert again.database == used.database
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_the_database_asks_for_its_password_and_keeps_it_to_its_owner(tmp_path):
    with services(tmp_path, durable=False) as used:
        state = next(tmp_path.glob("postgresql-*/state.json"))
        assert state.stat().st_mode & 0o077 == 0
        password = json.loads(state.read_text())["password"]
        assert not answers(used.database.replace(password, "another"))
        stranger = redis.Redis(port=int(used.redis.split(":")[-1].split("/")[0]))
        with stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_the_servers_stop_when_their_only_user_is_killed(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"up\n"
    processes = [json.loads(path.read_text())["pid"] for path in tmp_path.glob("*/state.json")]
    assert len(processes) == 2
    holder.kill()
    holder.wait()
    holder.stdout.close()
    wait_while(lambda: any(map(alive, processes)))
    assert not any(map(alive, processes))


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_that_ended_is_named(tmp_path):
    with services(tmp_path, durable=False) as used:
        process = json.loads((tmp_path / "valkey" / "state.json").read_text())["pid"]
        os.kill(process, signal.SIGKILL)
        wait_while((tmp_path / "valkey" / "state.json").exists)
        with pytest.raises(MissingPart, match=r"Valkey has ended; its log is .*server\.log"):
            used.check()


def test_a_broken_database_url_is_named_in_one_sentence_without_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret-word@127.0.0.1:1/none")
    with pytest.raises(MissingPart, match="DATABASE_URL is set, but") as refused, services(tmp_path):
        pass
    assert "secret-word" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["not an address", "redis://127.0.0.1:1/0"])
def test_a_broken_redis_url_is_named(tmp_path, monkeypatch, url):
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(MissingPart, match="REDIS_URL is set, but"), services(tmp_path, durable=False):
        pass


def test_what_the_server_says_is_told_where_it_does_not_start(tmp_path):
    with services(tmp_path, durable=False):
        pass
    cluster = next(tmp_path.glob("postgresql-*/data/postgresql.conf"))
    cluster.write_text("nonsense = 1\n")
    with pytest.raises(MissingPart, match=r"PostgreSQL did not start; .*FATAL"), services(tmp_path, durable=False):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user to run PostgreSQL")
def test_without_user_namespaces_root_runs_postgresql_as_nobody(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # where no `unshare` is found
    with services(tmp_path, durable=False) as used:
        process = json.loads(next(tmp_path.glob("postgresql-*/state.json")).read_text())["pid"]
        assert Path(f"/proc/{process}").stat().st_uid != 0
        assert answers(used.database)
        apart = Path(next(tmp_path.glob("postgresql-*/apart")).read_text())
        assert apart.is_dir()
    assert not apart.exists()


def test_a_remembered_port_is_taken_again_unless_another_has_it(tmp_path):
    memory = tmp_path / "port"
    port = remembered_port(memory)
    assert remembered_port(memory) == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert remembered_port(memory) != port
