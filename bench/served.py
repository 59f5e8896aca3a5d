"""The site on gunicorn, for benchmarks that ask it from outside."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORT = _free_port()
BASE = f"http://127.0.0.1:{PORT}"
ROOT = Path(__file__).resolve().parent.parent


class Server:
    """Gunicorn with the project's own configuration; ``changed`` names what is tried (WEB_…)."""

    def __init__(self, application: str = "config.wsgi:application", **changed: int) -> None:
        more = {name: str(value) for name, value in changed.items()}
        env = {**os.environ, **more, "WEB_BIND": f"127.0.0.1:{PORT}"}
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        self.process = subprocess.Popen([*command, application], cwd=ROOT, env=env)
        for _ in range(300):
            try:
                requests.get(f"{BASE}/health/live", timeout=1)
                return
            except requests.RequestException:
                time.sleep(0.1)
        sys.exit("gunicorn did not come up")

    def tree(self) -> list[int]:
        """The numbers of its processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]

    def cpu(self) -> float:
        """Seconds of processor that it has used."""
        return sum(cpu_of(pid) for pid in self.tree())

    def memory(self) -> float:
        """Mebibytes that are its own."""
        kib = 0
        for pid in self.tree():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue  # a process that was replaced at this moment
            kib += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
        return kib / 1024

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self.process.terminate()
        self.process.wait(timeout=30)


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process has used, its children that ended included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
