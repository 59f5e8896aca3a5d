"""Programs that run until they are told to stop, and are started again when they fall over."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.problems import Problem
from launch.steps import signal_group
from launch.users import Account, as_user

_LOOK_EVERY_S = 0.05
_HURRY_WITHIN_S = 5.0
_LINES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a program is started again, in seconds.

    The wait doubles with each failure in a row up to ``longest_s``; a program that ran for
    ``healthy_after_s`` starts again from ``first_s``.
    """

    first_s: float = 0.5
    longest_s: float = 15.0
    healthy_after_s: float = 30.0

    def wait_s(self, *, failures: int) -> float:
        """Seconds to wait after that many failures in a row, at least one."""
        return float(min(self.first_s * 2 ** min(failures - 1, 30), self.longest_s))


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and how it is stopped."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str]
    cwd: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    hurry_signal: signal.Signals = signal.SIGKILL
    stop_within_s: float = 10.0


@dataclass(slots=True)
class Child:
    """A started program."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    due_at: float | None = field(default=None)  # when it is started again; None while it runs


def last_lines(*, log: Path, count: int) -> list[str]:
    """The last lines of a log file, at most ``count``."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 20_000))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []


class Supervisor:
    """Starts programs, starts them again with back-off, stops them in reverse order.

    Every program leads its own process group, so that whatever it started ends with it, and
    Ctrl-C in the terminal reaches the supervisor alone.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        say: Callable[[str], None],
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard = guard
        self._say = say
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._children: list[Child] = []

    def start(self, *, program: Program) -> Child:
        """Start a program and look after it from now on."""
        child = Child(program=program, process=self._spawn(program), started_at=self._clock())
        self._children.append(child)
        return child

    def look(self) -> None:
        """Notice what has ended, and start again what is due."""
        for child in self._children:
            if child.due_at is None and child.process.poll() is not None:
                self._note_end(child)
            if child.due_at is not None and self._clock() >= child.due_at:
                child.process = self._spawn(child.program)
                child.started_at, child.due_at = self._clock(), None
                self._say(f"{child.program.name}: started again")

    def wait_until(
        self, *, ready: Callable[[], bool], child: Child, within_s: float, interrupts: Interrupts
    ) -> None:
        """Wait for a child that has just been started; it may not end before it is ready.

        Raises Problem with the end of its log, or Interrupted.
        """
        end = self._clock() + within_s
        name, log = child.program.name, child.program.log
        while not ready():
            interrupts.check()
            ended = child.process.poll() is not None
            if ended or self._clock() > end:
                said = "".join(f"\n    {line}" for line in last_lines(log=log, count=15))
                what = "ended at once" if ended else f"was not ready after {within_s:.0f} s"
                raise Problem(f"{name} {what}. The end of {log}:{said}")
            time.sleep(_LOOK_EVERY_S)

    def stop(self, *, child: Child, interrupts: Interrupts) -> None:
        """Stop one child and all it started. A second signal from the person ends patience."""
        self._children.remove(child)
        program, process = child.program, child.process
        if process.poll() is None:
            self._signal(process, program.stop_signal)
            hurried_at = None
            end = self._clock() + program.stop_within_s
            while process.poll() is None:
                now = self._clock()
                if hurried_at is None and (interrupts.count > 1 or now > end):
                    hurried_at = now
                    self._signal(process, program.hurry_signal)
                if hurried_at is not None and now > hurried_at + _HURRY_WITHIN_S:
                    self._signal(process, signal.SIGKILL)
                time.sleep(_LOOK_EVERY_S)
        signal_group(group=process.pid, number=signal.SIGKILL)
        self._guard.forget(group=process.pid)

    def forget_ended(self) -> None:
        """Stop looking after children that have ended, instead of starting them again."""
        self._children = [child for child in self._children if child.process.poll() is None]

    def stop_all(self, *, interrupts: Interrupts) -> None:
        """Stop everything, the last started first."""
        for child in reversed(list(self._children)):
            self.stop(child=child, interrupts=interrupts)

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        program.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            process = subprocess.Popen(
                list(program.argv),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                env=dict(program.env),
                cwd=program.cwd,
                start_new_session=True,
                **as_user(account=program.account),
            )
        except OSError as error:
            raise Problem(f"{program.name} could not be started: {error}.") from error
        finally:
            os.close(descriptor)
        self._guard.watch(group=process.pid, stop_signal=program.stop_signal)
        return process

    def _note_end(self, child: Child) -> None:
        now = self._clock()
        program, process = child.program, child.process
        # What it started and left behind would hold its port, its socket or its queue.
        signal_group(group=process.pid, number=signal.SIGKILL)
        self._guard.forget(group=process.pid)
        if now - child.started_at >= self._backoff.healthy_after_s:
            child.failures = 0
        child.failures += 1
        wait_s = self._backoff.wait_s(failures=child.failures)
        child.due_at = now + wait_s
        status = process.returncode
        how = f"signal {-status}" if status < 0 else f"status {status}"
        self._say(f"{program.name}: ended ({how}), starts again in {wait_s:.1f} s")
        if child.failures == 1:  # the same lines again would only hide the other programs' words
            for line in last_lines(log=program.log, count=_LINES_SHOWN):
                self._say(f"{program.name} | {line}")
            self._say(f"{program.name} | more in {program.log}")

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        if number is signal.SIGKILL:
            signal_group(group=process.pid, number=number)
        else:  # the leader ends its own children in its own order
            try:
                process.send_signal(number)
            except ProcessLookupError:
                pass
