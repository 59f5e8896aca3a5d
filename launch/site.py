"""The site's environment, and its three programs: web, worker and beat."""

import errno
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from launch.environment import ROOT, venv_python
from launch.places import Places
from launch.processes import Program

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with, not bound to)
_TRIES_FOR_A_FREE_PORT = 50
_PATIENCE_S = 2.0
_STOP_WITHIN_S = 15.0  # a worker ends the batch in hand first


def address(*, host: str, port: int) -> str:
    """What a person types into a browser on this machine."""
    name = "localhost" if host in (*_EVERYWHERE, "127.0.0.1", "::1") else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def site_environment(
    *, base: Mapping[str, str], places: Places, secret_key: str, host: str, port: int
) -> dict[str, str]:
    """The environment of the site: what the person set stays, the rest suits this machine."""
    allowed = "*" if host in _EVERYWHERE else f"localhost,127.0.0.1,[::1],{host}"
    ours = {
        "SECRET_KEY": secret_key,
        "DEBUG": "no",
        "ALLOWED_HOSTS": allowed,
        "SITE_URL": address(host=host, port=port),
        "MEDIA_ROOT": str(places.media),
        "STATIC_ROOT": str(places.static),
        "MAIL_FOLDER": "" if "EMAIL_HOST" in base else str(places.letters),
        "SERVE_STATIC_FROM_SOURCE": "yes",
        "LOG_FORMAT": "console",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {**ours, **base}


def site_programs(
    *, places: Places, env: Mapping[str, str], host: str, port: int
) -> tuple[Program, ...]:
    """What runs, in the order of starting."""
    cores = os.cpu_count() or 1
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    python = str(venv_python())
    celery = (python, "-m", "celery", "-A", "config")
    commands = {
        "web": (
            *(python, "-m", "gunicorn", "config.wsgi:application"),
            *("--config", str(ROOT / "deploy" / "gunicorn.conf.py")),
            *("--bind", bind),
            *("--workers", str(max(2, min(cores, 4)))),
            *("--graceful-timeout", "8"),
        ),
        "worker": (
            *celery,
            "worker",
            *("--queues", "screening,mail,maintenance"),
            *("--concurrency", str(cores)),
            *("--loglevel", "INFO"),
            *("--hostname", f"site-{os.getpid()}@%h"),
        ),
        "beat": (
            *celery,
            "beat",
            *("--schedule", str(places.beat_schedule)),
            *("--loglevel", "INFO"),
        ),
    }
    return tuple(
        Program(
            name=name,
            argv=argv,
            log=places.logs / f"{name}.log",
            # The web's processes share their metrics in a folder; the others have none to show.
            env={**env, "PROMETHEUS_MULTIPROC_DIR": str(places.metrics)} if name == "web" else env,
            cwd=ROOT,
            stop_within_s=_STOP_WITHIN_S,
        )
        for name, argv in commands.items()
    )


def manage_command(*words: str) -> list[str | Path]:
    """The command line of a management command."""
    return [venv_python(), ROOT / "manage.py", *words]


def why_not_bind(*, host: str, port: int) -> str | None:
    """What keeps us from listening there, as a sentence; None when nothing does."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        return f"{host!r} is no address of this machine. Try --host 127.0.0.1"
    family, kind, protocol, _, place = found[0]
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is in use by another program. Add --port {_free(port)}"
        if error.errno == errno.EACCES:
            return f"Port {port} is for root only. Add --port {_free(8000)}"
        if error.errno == errno.EADDRNOTAVAIL:
            return f"{host!r} is no address of this machine. Try --host 127.0.0.1"
        return f"Port {port} cannot be used: {error.strerror}."
    return None


def _free(port: int) -> int:
    """A port near ``port`` that nobody uses at the moment."""
    for other in range(port + 1, min(port + _TRIES_FOR_A_FREE_PORT, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", other))
            except OSError:
                continue
            return other
    return 8000


def is_live(*, host: str, port: int) -> bool:
    """Whether the site answers its health page."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    reachable = f"[{reachable}]" if ":" in reachable else reachable
    try:
        # No proxy: the site is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{reachable}:{port}/health/live", timeout=_PATIENCE_S) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
