"""A checkout with the real ./run and a site of a few lines, so that only ./run is on trial."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from launch.environment import ROOT, VENV

_FILES = {
    "config/__init__.py": "",
    "config/settings.py": 'SECRET_KEY = "for a moment"\n',
    "config/wsgi.py": """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"alive"]
""",
    "config/celery.py": """
import os
from urllib.parse import urlsplit
from celery import Celery

path = urlsplit(os.environ["REDIS_URL"]).path
app = Celery("fake", broker=f"redis+socket://{path}")
app.conf.broker_connection_retry_on_startup = True
""",
    "manage.py": """
import os, sys, time

def run(sql):
    import psycopg
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None

command, *words = sys.argv[1:]
if command == "load_demo":
    run("create table if not exists demo (n int); insert into demo values (1)")
    print("moderator@example.org  password: correct-horse")
elif command == "sql":
    print(run(words[0]))
elif command == "copy":
    sys.stdout.write(sys.stdin.read())
    sys.exit(int(words[0]))
elif command == "sleep":
    print("sleeping", flush=True)
    time.sleep(float(words[0]))
""",
}


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class FakeCheckout:
    """A folder with ./run in it, and the ./run that was started there."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        folder.chmod(0o755)  # as root, another account runs the database below it
        for name in ("launch", "deploy"):
            shutil.copytree(ROOT / name, folder / name)
        for path in (ROOT / "run", *ROOT.glob("requirements*.txt")):
            shutil.copy(path, folder)
        (folder / ".venv").symlink_to(VENV)
        for name, text in _FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)

    def environment(self) -> dict[str, str]:
        """Ours without the servers and the settings of the tests."""
        left_out = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MEDIA_ROOT", "SITE_URL")
        return {name: value for name, value in os.environ.items() if name not in left_out}

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> None:
        """Start ./run and wait until it says where the site is."""
        self.process = subprocess.Popen(
            [sys.executable, "run", "--data", str(self.data), "--port", str(self.port), *words],
            cwd=self.folder,
            env={**self.environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stderr=(self.folder / "said").open("w"),
            text=True,
            start_new_session=True,
        )
        wait_for(lambda: "Ordstyrer is at" in self.said() or self.ended())
        assert not self.ended(), self.said()

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run ./run on the same data to its end."""
        return subprocess.run(
            [sys.executable, "run", "--data", str(self.data), *words],
            cwd=self.folder,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def said(self) -> str:
        """What the started ./run has said so far."""
        return (self.folder / "said").read_text()

    def ended(self) -> bool:
        """Whether the started ./run is gone."""
        return self.process is None or self.process.poll() is not None

    def interrupt(self, *, number: signal.Signals = signal.SIGINT) -> None:
        """Send the started ./run a signal, to it alone."""
        assert self.process is not None
        self.process.send_signal(number)

    def processes(self) -> list["Seen"]:
        """Every process of this checkout that is alive, whoever its parent is; oldest first."""
        found = []
        for process in psutil.process_iter(["cmdline", "cwd", "status", "create_time"]):
            info = process.info
            words = " ".join(info["cmdline"] or [])
            alive = info["status"] not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            if alive and str(self.folder) in f"{words} {info['cwd']}":
                found.append(Seen(pid=process.pid, words=words, started=info["create_time"]))
        return sorted(found, key=lambda seen: (seen.started, seen.pid))

    def kill_everything(self) -> None:
        """Kill every process at once, as a power cut would."""
        while found := self.processes():
            for seen in found:
                seen.send(signal.SIGKILL)

    def named(self, word: str) -> "Seen":
        """The oldest process of this checkout with ``word`` in its command line."""
        return next(seen for seen in self.processes() if word in seen.words)


@dataclass(frozen=True, slots=True)
class Seen:
    """A process as it was when it was seen; it may be gone."""

    pid: int
    words: str
    started: float

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def wait_for(condition: Callable[[], bool], *, within_s: float = 90.0) -> None:
    """Wait until something is so; fail when it takes too long."""
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, f"it did not come true within {within_s:.0f} s"
        time.sleep(0.05)
