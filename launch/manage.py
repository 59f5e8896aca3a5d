"""./run manage: a management command on the data, with the site's servers or its own."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from launch.environment import ROOT
from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.keeper import holder, lock_data, servers
from launch.places import Places, take_lock
from launch.problems import Problem, say
from launch.site import manage_command
from launch.steps import run_foreground, run_step

_SERVERS_WITHIN_S = 90.0
_LOOK_EVERY_S = 0.1


def run_manage(
    *, places: Places, words: Sequence[str], env: Mapping[str, str], interrupts: Interrupts
) -> int:
    """Run one management command and return its exit status.

    Its standard input and output are ours. When nobody looks after the data, PostgreSQL and
    Redis run for the time of the command; otherwise those that run are used.
    """
    end = time.monotonic() + _SERVERS_WITHIN_S
    while True:
        with lock_data(places=places, what="command") as mine:
            if mine:
                return _with_own_servers(places, words, env, interrupts)
        with _using(places=places), Guard() as guard:
            urls = holder(places=places).get("urls")
            if urls:
                return _run(words, {**env, **urls}, guard, interrupts)
        interrupts.check()
        if time.monotonic() > end:
            pid = holder(places=places).get("pid", "unknown")
            raise Problem(
                f"A ./run (process {pid}) is starting on {places.data} and takes long.\n"
                "Look at what it says there, then try again."
            )
        time.sleep(_LOOK_EVERY_S)


def _with_own_servers(
    places: Places, words: Sequence[str], env: Mapping[str, str], interrupts: Interrupts
) -> int:
    with servers(places=places, what="command", env=env, interrupts=interrupts) as held:
        env = {**env, **held.urls}
        if held.fresh:
            say("The data is new: making the tables first ...")
            run_step(
                argv=manage_command("migrate", "--noinput", "--verbosity", "0"),
                what="Making the tables",
                interrupts=interrupts,
                env=env,
                cwd=ROOT,
            )
        status = _run(words, env, held.guard, interrupts)
        # Other commands may have come meanwhile to use the same servers.
        if not interrupts.count:
            _wait_for_others(places, interrupts)
        return status


def _run(words: Sequence[str], env: Mapping[str, str], guard: Guard, interrupts: Interrupts) -> int:
    argv = manage_command(*words)
    return run_foreground(argv=argv, env=env, cwd=ROOT, interrupts=interrupts, guard=guard)


@contextmanager
def _using(*, places: Places) -> Iterator[None]:
    descriptor = take_lock(path=places.users, shared=True, wait=True)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _wait_for_others(places: Places, interrupts: Interrupts) -> None:
    while not interrupts.count:
        descriptor = take_lock(path=places.users)
        if descriptor is not None:
            os.close(descriptor)
            return
        time.sleep(_LOOK_EVERY_S)
