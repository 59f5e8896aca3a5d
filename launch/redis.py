"""A Redis of our own: on a Unix socket, kept on disk, private to this data."""

import socket
import time
from pathlib import Path

from launch.problems import Problem

_ANSWER_WITHIN_S = 2.0
_STOP_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.02


def redis_url(*, socket_path: Path, number: int = 0) -> str:
    """REDIS_URL for database ``number`` of the server on ``socket_path``."""
    return f"unix://{socket_path}?db={number}"


def server_command(
    *, program: Path, folder: Path, socket_path: Path, throwaway: bool = False
) -> list[str]:
    """The command line of the server."""
    return [
        str(program),
        *("--port", "0"),
        *("--unixsocket", str(socket_path)),
        *("--unixsocketperm", "700"),
        *("--dir", str(folder)),
        *("--appendonly", "no" if throwaway else "yes"),
        *("--save", ""),
        *("--databases", "64" if throwaway else "16"),
        *("--maxmemory-policy", "noeviction"),
        *("--daemonize", "no"),
    ]


def answers(*, socket_path: Path) -> bool:
    """Whether a server answers PING on ``socket_path``, its data loaded."""
    return _ask(socket_path=socket_path, command="PING").startswith("+PONG")


def stop_leftover(*, socket_path: Path) -> bool:
    """Stop a server that an earlier, killed ./run left; True when there was one."""
    if not answers(socket_path=socket_path):
        return False
    _ask(socket_path=socket_path, command="SHUTDOWN")
    end = time.monotonic() + _STOP_WITHIN_S
    while time.monotonic() < end:
        if not answers(socket_path=socket_path):
            return True
        time.sleep(_LOOK_EVERY_S)
    raise Problem(f"A Redis of an earlier ./run still answers on {socket_path}. End it first.")


def is_unreadable(*, said: str) -> bool:
    """Whether the log says that the data was written by a newer Redis, or is damaged."""
    return any(
        words in said
        for words in ("Can't handle RDB format version", "Bad file format", "Wrong signature")
    )


def put_aside(*, folder: Path) -> Path:
    """Move unreadable data out of the way, so that Redis starts empty; return where it went.

    Redis holds wake-ups, counters and caches only: what must not be lost is in PostgreSQL.
    """
    for number in range(1, 1000):
        target = folder.with_name(f"{folder.name}.unreadable-{number}")
        if not target.exists():
            folder.rename(target)
            folder.mkdir(mode=0o700)
            return target
    raise Problem(f"Redis cannot read its data in {folder}. Remove that folder, then try again.")


def _ask(*, socket_path: Path, command: str) -> str:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_ANSWER_WITHIN_S)
            connection.connect(str(socket_path))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(200).decode(errors="replace")
    except OSError:
        return ""
