"""The supervisor, on programs of one line."""

import io
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch.guard import Guard, keep_watch
from launch.interrupts import Interrupts
from launch.problems import Interrupted, Problem
from launch.processes import Backoff, Program, Supervisor, last_lines
from launch.steps import run_foreground, run_step

QUICK = Backoff(first_s=0.05, longest_s=0.2, healthy_after_s=60)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def interrupts() -> Interrupts:
    return Interrupts()


@pytest.fixture
def supervisor(said: list[str], interrupts: Interrupts) -> Iterator[Supervisor]:
    supervisor = Supervisor(guard=Guard(), say=said.append, backoff=QUICK)
    yield supervisor
    supervisor.stop_all(interrupts=interrupts)


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    def make(script: str, name: str = "program", **options: float) -> Program:
        return Program(
            name=name,
            argv=("/bin/sh", "-c", script),
            log=tmp_path / f"{name}.log",
            env={**os.environ, "FOLDER": str(tmp_path)},
            cwd=tmp_path,
            **options,  # type: ignore[arg-type]
        )

    return make


def until(condition: Callable[[], bool], supervisor: Supervisor | None = None) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        if supervisor is not None:
            supervisor.look()
        time.sleep(0.01)


def lines(path: Path) -> int:
    return path.read_text().count("\n") if path.exists() else 0


def sleeper() -> subprocess.Popen[bytes]:
    """A program that sleeps, its end noticed at once, as the system's first process does it."""
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return not state.strip() or state.startswith("Z")


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first_s=0.5, longest_s=15)
    waits = [backoff.wait_s(failures=failures) for failures in (1, 2, 3, 4, 5, 6, 7, 5000)]
    assert waits == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_a_program_that_falls_over_is_started_again(
    supervisor: Supervisor, program: Callable[..., Program], said: list[str], tmp_path: Path
) -> None:
    child = supervisor.start(program=program("echo x >> runs; echo no such model; exit 3"))
    until(lambda: lines(tmp_path / "runs") >= 3, supervisor)
    assert child.failures >= 2
    assert said[0] == "program: ended (status 3), starts again in 0.1 s"
    assert said[1] == "program | no such model"
    assert "starts again in 0.1 s" in " ".join(said[3:])


def test_what_a_dead_program_left_behind_is_ended_before_it_starts_again(
    supervisor: Supervisor, program: Callable[..., Program], tmp_path: Path
) -> None:
    supervisor.start(program=program("sleep 60 & echo $! >> left; exit 1"))
    until(lambda: lines(tmp_path / "left") >= 2, supervisor)
    first = int((tmp_path / "left").read_text().split()[0])
    until(lambda: gone(first))


def test_programs_are_stopped_in_reverse_order(
    supervisor: Supervisor,
    program: Callable[..., Program],
    interrupts: Interrupts,
    tmp_path: Path,
) -> None:
    for name in ("first", "second", "third"):
        on_term = f"trap 'echo {name} >> order; exit' TERM"
        script = f"{on_term}; touch up-{name}; while :; do sleep 0.05; done"
        supervisor.start(program=program(script, name=name))
    until(lambda: len(list(tmp_path.glob("up-*"))) == 3)
    supervisor.stop_all(interrupts=interrupts)
    assert (tmp_path / "order").read_text().split() == ["third", "second", "first"]


def test_a_program_that_does_not_listen_is_killed(
    supervisor: Supervisor, program: Callable[..., Program], interrupts: Interrupts, tmp_path: Path
) -> None:
    script = "trap '' TERM; touch up; while :; do sleep 0.05; done"
    child = supervisor.start(program=program(script, stop_within_s=0.2))
    until((tmp_path / "up").exists)
    supervisor.stop(child=child, interrupts=interrupts)
    assert child.process.returncode == -signal.SIGKILL


def test_a_second_ctrl_c_ends_patience(
    supervisor: Supervisor, program: Callable[..., Program], interrupts: Interrupts, tmp_path: Path
) -> None:
    script = "trap '' TERM; touch up; while :; do sleep 0.05; done"
    child = supervisor.start(program=program(script, stop_within_s=60))
    until((tmp_path / "up").exists)
    interrupts.count = 2
    started = time.monotonic()
    supervisor.stop(child=child, interrupts=interrupts)
    assert time.monotonic() - started < 5


def test_a_program_that_ends_before_it_is_ready_is_explained(
    supervisor: Supervisor, program: Callable[..., Program], interrupts: Interrupts
) -> None:
    child = supervisor.start(program=program("echo the disk is full; exit 1"))
    with pytest.raises(Problem, match=r"program ended at once.*\n.*the disk is full"):
        supervisor.wait_until(ready=lambda: False, child=child, within_s=10, interrupts=interrupts)
    supervisor.forget_ended()


def test_the_guard_ends_what_a_killed_supervisor_left(tmp_path: Path) -> None:
    left, forgotten = sleeper(), sleeper()
    throwaway = tmp_path / "throwaway"
    throwaway.mkdir()
    try:
        with Guard() as guard:
            guard.watch(group=left.pid, stop_signal=signal.SIGTERM)
            guard.watch(group=forgotten.pid, stop_signal=signal.SIGTERM)
            guard.forget(group=forgotten.pid)
            guard.remove_at_the_end(folder=throwaway)
        # Leaving the block closes the pipe, as the end of this process would.
        assert left.wait(timeout=5) == -signal.SIGTERM
        assert forgotten.poll() is None
        assert not throwaway.exists()
    finally:
        forgotten.kill()
        forgotten.wait()


def test_a_step_that_fails_says_what_it_printed(interrupts: Interrupts) -> None:
    with pytest.raises(Problem, match=r"The thing failed \(status 7\)\.\n.*\n.*no room"):
        run_step(
            argv=["/bin/sh", "-c", "echo no room; exit 7"], what="The thing", interrupts=interrupts
        )


def test_a_step_shows_the_lines_that_are_asked_for(
    interrupts: Interrupts, capsys: pytest.CaptureFixture[str]
) -> None:
    run_step(
        argv=["/bin/sh", "-c", "echo Collecting a; echo noise; echo Collecting b"],
        what="It",
        interrupts=interrupts,
        show=lambda line: line.startswith("Collecting"),
    )
    assert capsys.readouterr().err == "  Collecting a\n  Collecting b\n"


def test_a_step_is_ended_by_ctrl_c(interrupts: Interrupts) -> None:
    interrupts.count = 1
    started = time.monotonic()
    with pytest.raises(Interrupted):
        run_step(argv=["sleep", "60"], what="It", interrupts=interrupts)
    assert time.monotonic() - started < 5


def test_a_command_in_the_foreground_gives_its_status(interrupts: Interrupts) -> None:
    def status(script: str) -> int:
        return run_foreground(
            argv=["/bin/sh", "-c", script],
            env=os.environ,
            cwd=Path("/"),
            interrupts=interrupts,
            guard=Guard(),
        )

    assert status("exit 3") == 3
    assert status("kill -TERM $$") == 128 + signal.SIGTERM


def test_interrupts_are_counted_only_while_entered() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        until(lambda: interrupts.count == 2)
        with pytest.raises(Interrupted):
            interrupts.check()
    assert signal.getsignal(signal.SIGTERM) == before


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(10_000)))
    assert last_lines(log=log, count=2) == ["line 9998", "line 9999"]
    assert last_lines(log=tmp_path / "none", count=2) == []


def test_the_guard_reads_its_orders() -> None:
    process = sleeper()
    keep_watch(lines=io.StringIO(f"+{-process.pid} {int(signal.SIGTERM)}\n"))
    assert process.wait(timeout=5) == -signal.SIGTERM
