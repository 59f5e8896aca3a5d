"""The last one out: ends what is left when the supervisor itself is killed.

It is a program of its own, started by the supervisor with a pipe as its standard input. Each
line names what to watch (``+TARGET SIGNAL``), what to forget (``-TARGET``), or a throwaway
folder to remove at the end (``=PATH``); a target is a process or, negative, a process group, as
for kill(2). While the supervisor lives the pipe stays
open; however it ends, the system closes the pipe, and the guard does what is left to do. That
works the same on Linux and macOS, and reaches the children's children.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_PATIENCE_S = 8.0
_LOOK_EVERY_S = 0.05


class Guard:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            try:
                self._process.communicate()
            except OSError:
                self._process.kill()
                self._process.wait()

    def watch(self, *, group: int, stop_signal: signal.Signals) -> None:
        """End this process group when the supervisor is gone."""
        self._tell(f"+{-group} {int(stop_signal)}")

    def forget(self, *, group: int) -> None:
        """This process group has ended."""
        self._tell(f"-{-group}")

    def watch_process(self, *, process: int) -> None:
        """End this one process, which shares the supervisor's group, when that is gone."""
        self._tell(f"+{process} {int(signal.SIGTERM)}")

    def forget_process(self, *, process: int) -> None:
        """This process has ended."""
        self._tell(f"-{process}")

    def remove_at_the_end(self, *, folder: Path) -> None:
        """Remove this throwaway folder when the supervisor is gone."""
        self._tell(f"={folder}")

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except OSError:
            pass  # the guard was killed; the supervisor still stops what it started


def keep_watch(*, lines: IO[str]) -> None:
    """Read until the pipe closes, then end what is still watched, the last started first."""
    targets: dict[int, int] = {}
    folders: list[str] = []
    for line in lines:
        kind, rest = line[:1], line[1:].rstrip("\n")
        if kind == "+":
            words = rest.split()
            targets[int(words[0])] = int(words[1])
        elif kind == "-":
            targets.pop(int(rest), None)
        elif kind == "=":
            folders.append(rest)
    for target, number in reversed(targets.items()):
        _send(target, number)
    end = time.monotonic() + _PATIENCE_S
    while any(_send(target, 0) for target in targets) and time.monotonic() < end:
        time.sleep(_LOOK_EVERY_S)
    for target in targets:
        _send(target, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _send(target: int, number: int) -> bool:
    try:
        os.kill(target, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    keep_watch(lines=sys.stdin)
