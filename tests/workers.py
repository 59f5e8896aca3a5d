"""A Celery worker as a process of its own, for tests."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from launch.guard import Guard

QUEUES = ("screening", "mail", "maintenance")
_ROOT = Path(__file__).resolve().parent.parent
_READY_WITHIN_S = 30.0
_IDLE_WITHIN_S = 5.0


def live_database_url() -> str:
    """DATABASE_URL of the database that this test process is connected to."""
    from django.db import connection

    settings = connection.settings_dict
    login = quote(settings["USER"], safe="")
    if settings["PASSWORD"]:
        login += ":" + quote(settings["PASSWORD"], safe="")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    host = quote(settings["HOST"], safe="")
    return f"postgres://{login}@{host}{port}/{settings['NAME']}"


class WorkerProcess:
    """One worker. It ends with the tests, however they end."""

    _alive: ClassVar[set["WorkerProcess"]] = set()

    def __init__(self, *, log: Path, concurrency: int = 2) -> None:
        self.log = log
        self.concurrency = concurrency
        self.process: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None

    @property
    def name(self) -> str:
        """The node's name in Celery."""
        return f"tests-{os.getpid()}@localhost"

    @property
    def pid(self) -> int:
        """The process id of the worker's main process."""
        assert self.process is not None, "the worker has not been started"
        return self.process.pid

    def children(self) -> list[int]:
        """Process ids of the pool's children."""
        import psutil

        return [child.pid for child in psutil.Process(self.pid).children(recursive=True)]

    def is_alive(self) -> bool:
        """Whether the main process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it unless it runs, and wait until it takes messages."""
        if self.is_alive():
            return
        self.kill()
        if self._guard is None:
            self._guard = Guard().__enter__()
        seen = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command(),
                cwd=_ROOT,
                env={**os.environ, "DATABASE_URL": live_database_url()},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._alive.add(self)
        self._guard.watch(group=self.process.pid, stop_signal=signal.SIGKILL)
        end = time.monotonic() + _READY_WITHIN_S
        while " ready." not in self.log.read_text(errors="replace")[seen:]:
            if not self.is_alive() or time.monotonic() > end:
                raise RuntimeError(f"The worker did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once with SIGKILL, as a power cut would, and its pool with it."""
        self._alive.discard(self)
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()
            if self._guard is not None:
                self._guard.forget(group=self.process.pid)
            self.process = None

    def settle(self) -> None:
        """Wait until it has nothing to do, so that the next test starts from rest; a worker that
        does not come to rest is ended."""
        self.forget_messages()
        end = time.monotonic() + _IDLE_WITHIN_S
        while self.is_alive():
            if not self._active():
                return
            if time.monotonic() > end:
                self.kill()

    @classmethod
    def kill_all(cls) -> None:
        """End every worker of this test process."""
        for worker in list(cls._alive):
            worker.kill()

    @staticmethod
    def forget_messages() -> None:
        """Take the waiting messages off the queues; the rest of Redis stays as it is."""
        import redis

        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            client.delete(*QUEUES, "unacked", "unacked_index")

    def _active(self) -> bool:
        from config.celery import app

        inspect = app.control.inspect(destination=[self.name], timeout=2.0, limit=1)
        try:
            answer = inspect.active()
        except OSError:
            answer = None
        if answer is None:
            self.kill()
            return False
        return any(answer.values())

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "celery", "-A", "config", "worker"),
            *("--queues", ",".join(QUEUES)),
            *("--concurrency", str(self.concurrency)),
            *("--hostname", self.name),
            *("--loglevel", "INFO"),
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
