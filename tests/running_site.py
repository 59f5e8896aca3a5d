"""The site as processes of its own that a test may kill: Redis, web server, worker, beat."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from launch import redis as redis_server
from launch.guard import Guard
from launch.programs import find_redis
from tests.workers import QUEUES, live_database_url

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 90.0


def wait_until(condition: Callable[[], Any], *, within_s: float = 60.0) -> None:
    """Look until the condition holds. Fails with its name after ``within_s`` seconds."""
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, f"after {within_s:.0f} s: not {condition.__name__}"
        time.sleep(0.05)


class RunningSite:
    """Redis, web, worker and beat on the test's own database; ``kill`` is a power cut for one."""

    def __init__(self, *, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._sockets = TemporaryDirectory(prefix="ord-")
        self._socket = Path(self._sockets.name, "redis")
        self._port = _free_port()
        self.address = f"http://localhost:{self._port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": live_database_url(),
            "REDIS_URL": redis_server.redis_url(socket_path=self._socket),
            "SCREENING_LEASE_SECONDS": "3",
            **environment,
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._guard = Guard().__enter__()

    def start_redis(self) -> None:
        program = find_redis(site_packages=Path(sysconfig.get_paths()["purelib"]))
        assert program is not None, "there is no Redis here"
        self._start(
            "redis",
            redis_server.server_command(
                program=program, folder=self.folder, socket_path=self._socket, throwaway=True
            ),
        )
        wait_until(lambda: redis_server.answers(socket_path=self._socket), within_s=_PATIENCE_S)

    def start_web(self) -> None:
        self._start(
            "web",
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
                *("--bind", f"127.0.0.1:{self._port}", "--workers", "1", "--threads", "8"),
                "--no-control-socket",
            ],
        )
        wait_until(self.answers, within_s=_PATIENCE_S)

    def start_worker(self) -> None:
        log = self._log("worker")
        seen = log.stat().st_size if log.exists() else 0
        self._start(
            "worker",
            [
                *(sys.executable, "-m", "celery", "-A", "config", "worker"),
                *("--queues", ",".join(QUEUES)),
                *("--concurrency", "2", "--loglevel", "INFO", "--hostname", f"w{self._port}@test"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
        )
        wait_until(
            lambda: " ready." in log.read_text(errors="replace")[seen:], within_s=_PATIENCE_S
        )

    def start_beat(self) -> None:
        schedule = str(self.folder / "beat")
        celery = (sys.executable, "-m", "celery", "-A", "config")
        self._start("beat", [*celery, "beat", "--schedule", schedule])

    def start(self) -> None:
        self.start_redis()
        self.start_web()
        self.start_worker()
        self.start_beat()

    def answers(self) -> bool:
        """Whether the web server takes requests."""
        try:
            return requests.get(f"{self.address}/health/live", timeout=2).ok
        except requests.RequestException:
            return False

    def is_alive(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def pid_of(self, name: str) -> int:
        return self._running[name].pid

    def health(self) -> dict[str, Any]:
        """What the site answers to whoever asks for its health."""
        answer: dict[str, Any] = requests.get(f"{self.address}/health/ready", timeout=5).json()
        return answer

    def children_of(self, name: str) -> list[int]:
        import psutil

        parent = psutil.Process(self._running[name].pid)
        return [child.pid for child in parent.children(recursive=True)]

    def kill(self, name: str) -> None:
        """End it and its children with SIGKILL."""
        self._end(name, signal.SIGKILL)

    def stop(self, name: str) -> None:
        """Ask it to end, as a deployment does, and wait until it has."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_PATIENCE_S)

    def close(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self._guard.__exit__(None, None, None)
        self._sockets.cleanup()

    def _start(self, name: str, command: list[str]) -> None:
        with self._log(name).open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=_ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running[name] = process
        self._guard.watch(group=process.pid, stop_signal=signal.SIGKILL)

    def _end(self, name: str, number: signal.Signals) -> None:
        process = self._running.pop(name)
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        process.wait()
        self._guard.forget(group=process.pid)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
