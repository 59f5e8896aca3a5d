"""One short program after another: initdb, migrate, pip install."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.problems import Problem, say
from launch.users import Account, as_user

_LOOK_EVERY_S = 0.02
_PATIENCE_S = 5.0
_LINES_SHOWN = 25
_WIDEST = 100


def run_step(
    *,
    argv: Sequence[str | Path],
    what: str,
    interrupts: Interrupts,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    show: Callable[[str], bool] | None = None,
    errors_aside: bool = False,
) -> str:
    """Run one program to its end and return what it printed.

    ``what`` names it in messages ("The migration of the database"). ``show`` picks
    the lines that a person sees while it runs; with ``errors_aside`` a person sees its standard
    error as it comes, and only its standard output is returned.

    Raises Problem with the last lines when it fails, and Interrupted, with the program ended,
    when a signal arrives meanwhile.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if errors_aside else subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            **as_user(account=account),
        )
        said = ""
        try:
            while process.poll() is None:
                interrupts.check()
                said = _show_more(output, said, show)
                time.sleep(_LOOK_EVERY_S)
        finally:
            end_group(process=process, patience_s=_PATIENCE_S)
        text = _show_more(output, said, show)
    if process.returncode != 0:
        raise Problem(_failure(what=what, argv=argv, status=process.returncode, text=text))
    return text


def _show_more(output: IO[bytes], said: str, show: Callable[[str], bool] | None) -> str:
    """Show what was added to the output since ``said``; return all of it."""
    size = os.fstat(output.fileno()).st_size
    if size == len(said.encode(errors="replace")):
        return said
    # Read without moving the file's position, which the program writes at.
    text = os.pread(output.fileno(), size, 0).decode(errors="replace")
    if show is not None:
        known, whole = said.count("\n"), text.split("\n")[:-1]
        for line in filter(show, whole[known:]):
            say("  " + line.partition(" (from ")[0][:_WIDEST])
    return text


def run_foreground(
    *,
    argv: Sequence[str | Path],
    env: Mapping[str, str],
    cwd: Path,
    interrupts: Interrupts,
    guard: Guard,
    output: IO[bytes] | None = None,
) -> int:
    """Run a program in the foreground, with our terminal, and return its exit status.

    Ctrl-C in a terminal reaches it directly; a signal that was sent to us alone is passed on
    after a moment, and a second one ends it. ``output`` takes what it prints, if that is for later.
    """
    errors = None if output is None else subprocess.STDOUT
    process = subprocess.Popen(
        [str(part) for part in argv], env=dict(env), cwd=cwd, stdout=output, stderr=errors
    )
    guard.watch_process(process=process.pid)
    asked_at: float | None = None
    passed_on = False
    while process.poll() is None:
        time.sleep(_LOOK_EVERY_S)
        if not interrupts.count:
            continue
        if asked_at is None:
            asked_at = time.monotonic()
        waited_s = time.monotonic() - asked_at
        if interrupts.count > 1 or waited_s > 3 * _PATIENCE_S:
            process.kill()
        elif waited_s > 1.0 and not passed_on:
            passed_on = True
            process.send_signal(interrupts.last)
    guard.forget_process(process=process.pid)
    status = process.returncode
    return 128 - status if status < 0 else status


def end_group(*, process: subprocess.Popen[bytes], patience_s: float) -> None:
    """End a program that leads its own process group, with all that it started.

    SIGTERM first; what still lives after ``patience_s`` seconds is killed.
    """
    if process.poll() is None:
        signal_group(group=process.pid, number=signal.SIGTERM)
        try:
            process.wait(timeout=patience_s)
        except subprocess.TimeoutExpired:
            pass
    signal_group(group=process.pid, number=signal.SIGKILL)
    process.wait()


def signal_group(*, group: int, number: signal.Signals) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM of a group of zombies
        return False
    return True


def _failure(*, what: str, argv: Sequence[str | Path], status: int, text: str) -> str:
    ended = f"signal {-status}" if status < 0 else f"status {status}"
    command = " ".join(str(part) for part in argv)
    lines = text.strip().splitlines()[-_LINES_SHOWN:]
    said = "".join(f"\n    {line}" for line in lines)
    return f"{what} failed ({ended}).\n    $ {command}{said}"
