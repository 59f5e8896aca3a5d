"""./run: the whole site on one machine, and management commands on its data."""

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from launch import environment
from launch.interrupts import Interrupts
from launch.keeper import Held, holder, lock_data, lock_to_install, servers
from launch.manage import run_manage
from launch.places import (
    Places,
    open_places,
    read_json,
    rotate_log,
    secret_key,
    write_json,
)
from launch.problems import Interrupted, Problem, say
from launch.processes import Child, last_lines
from launch.site import (
    address,
    is_live,
    manage_command,
    site_environment,
    site_programs,
    why_not_bind,
)
from launch.steps import run_step

_LIVE_WITHIN_S = 90.0
_FALLS_BEFORE_GIVING_UP = 2
_LOOK_EVERY_S = 0.2
_ROTATE_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, read."""

    data: Path
    host: str
    port: int
    empty: bool
    verbose: bool
    manage: tuple[str, ...] | None


def main(*, words: Sequence[str]) -> int:
    """Run ./run with the words of its command line; return the exit status."""
    options = read_options(words=words)
    try:
        with Interrupts() as interrupts:
            if options.manage is not None:
                return _manage(options, interrupts)
            return _site(options, interrupts)
    except Interrupted:
        say("Stopped.")
        return 130
    except Problem as problem:
        say(str(problem))
        return 1


def read_options(*, words: Sequence[str]) -> Options:
    """Read the command line. Ends the program, as argparse does, when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Start the site on this machine: PostgreSQL, Redis, web, worker and beat.",
        epilog="./run [--data DIR] manage COMMAND ... runs a management command on the same data, "
        "whether the site is up or not. With DATABASE_URL or REDIS_URL set, those servers are "
        "used and none is started.",
    )
    parser.add_argument("--data", default="data", type=Path, help="folder of the data (./data)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", default=8000, type=_port, help="port to listen on (8000)")
    parser.add_argument("--empty", action="store_true", help="begin without the demo")
    parser.add_argument("--verbose", action="store_true", help="show what the programs log")
    parser.add_argument("manage", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    read = parser.parse_args(list(words))
    if read.manage and read.manage[0] != "manage":
        parser.error(f"unknown: {read.manage[0]}. A management command begins with the word manage")
    return Options(
        data=read.data,
        host=read.host,
        port=read.port,
        empty=read.empty,
        verbose=read.verbose,
        manage=tuple(read.manage[1:]) if read.manage else None,
    )


def _port(word: str) -> int:
    if not word.isdigit() or not 0 < int(word) < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(word)


def _manage(options: Options, interrupts: Interrupts) -> int:
    places = open_places(data=options.data)
    lock = lock_to_install(places=places, env=os.environ)
    environment.prepare(lock=lock, interrupts=interrupts)
    env = _environment(options, places)
    return run_manage(places=places, words=options.manage or (), env=env, interrupts=interrupts)


def _site(options: Options, interrupts: Interrupts) -> int:
    places = open_places(data=options.data)
    with ExitStack() as stack:
        if not stack.enter_context(lock_data(places=places, what="site")):
            raise Problem(who_has_it(places=places, about=holder(places=places)))
        if (reason := why_not_bind(host=options.host, port=options.port)) is not None:
            raise Problem(reason)
        write_json(
            path=places.state,
            value={**holder(places=places), "host": options.host, "port": options.port},
        )
        environment.prepare(
            lock=lock_to_install(places=places, env=os.environ), interrupts=interrupts
        )
        env = _environment(options, places)
        say("Starting PostgreSQL and Redis ...")
        held = stack.enter_context(
            servers(places=places, what="site", env=env, interrupts=interrupts)
        )
        state = {**holder(places=places), "host": options.host, "port": options.port}
        write_json(path=places.state, value=state)
        env = {**env, **held.urls}
        _begin(options, places, env, held, interrupts)
        web, *others = site_programs(places=places, env=env, host=options.host, port=options.port)
        # The web first: together they would only keep each other from starting.
        _wait_for_web(options, held, held.supervisor.start(program=web), interrupts)
        for program in others:
            held.supervisor.start(program=program)
        _announce(options, places)
        _look_after(options, places, held, interrupts)
        say("\nStopping ... (Ctrl-C again stops at once)")
    say("Stopped. Nothing is left running; the data stays in " + str(places.data))
    return 0


def who_has_it(*, places: Places, about: Mapping[str, object]) -> str:
    """Why this data cannot be taken: who looks after it, and what to do."""
    pid = about.get("pid", "unknown")
    if about.get("what") == "command":
        return (
            f"A management command (process {pid}) is using {places.data}.\n"
            "Wait until it is done, then try again."
        )
    at = ""
    if "port" in about:
        at = f" at {address(host=str(about['host']), port=int(str(about['port'])))}"
    return (
        f"This data is in use: a site runs on {places.data}{at} (process {pid}).\n"
        f"Stop that one first (Ctrl-C there, or: kill {pid}), or choose another folder: "
        "./run --data DIR --port N"
    )


def _environment(options: Options, places: Places) -> dict[str, str]:
    return site_environment(
        base=os.environ,
        places=places,
        secret_key=secret_key(places=places),
        host=options.host,
        port=options.port,
    )


def _begin(
    options: Options, places: Places, env: Mapping[str, str], held: Held, interrupts: Interrupts
) -> None:
    """Migrate, and the first time load the demo, unless there is a site already."""

    def manage(what: str, *words: str, errors_aside: bool = False) -> str:
        say(what + " ...")
        return run_step(
            argv=manage_command(*words),
            what=what,
            interrupts=interrupts,
            env=env,
            cwd=environment.ROOT,
            errors_aside=errors_aside,
        )

    begun = read_json(path=places.begun)
    if not begun and not held.fresh and "DATABASE_URL" in os.environ:
        # A database of somebody else's making: whatever is in it, a demo is not wanted there.
        plan = manage("Looking into the database", "showmigrations", "--plan")
        if "[X]" in plan:
            begun = {"demo": False}
    manage("Bringing the database up to date", "migrate", "--noinput", "--verbosity", "0")
    if not begun:
        begun = {"demo": not options.empty}
        if not options.empty:
            accounts = manage("Loading the demo", "load_demo", errors_aside=True)
            begun["accounts"] = accounts.strip()
    write_json(path=places.begun, value=begun)


def _wait_for_web(options: Options, held: Held, web: Child, interrupts: Interrupts) -> None:
    say("Starting the site ...")
    end = time.monotonic() + _LIVE_WITHIN_S
    while not is_live(host=options.host, port=options.port):
        interrupts.check()
        held.supervisor.look()
        if web.failures >= _FALLS_BEFORE_GIVING_UP or time.monotonic() > end:
            said = "".join(f"\n    {line}" for line in last_lines(log=web.program.log, count=60))
            raise Problem(f"The site does not start. The end of {web.program.log}:{said}")
        time.sleep(_LOOK_EVERY_S)


def _announce(options: Options, places: Places) -> None:
    begun = read_json(path=places.begun)
    say(f"\nOrdstyrer is at {address(host=options.host, port=options.port)}/\n")
    if begun.get("accounts"):
        say(str(begun["accounts"]) + "\n")
    elif not begun.get("demo"):
        say("It is empty. Make yourself an account: ./run manage createsuperuser\n")
    say(f"Logs are in {places.logs}. Ctrl-C stops everything.")


def _look_after(options: Options, places: Places, held: Held, interrupts: Interrupts) -> None:
    """Stay until the person asks to stop."""
    seen = {path: path.stat().st_size for path in sorted(places.logs.glob("*.log"))}
    rotate_at = time.monotonic() + _ROTATE_EVERY_S
    while not interrupts.count:
        held.supervisor.look()
        if options.verbose:
            for path in seen:
                seen[path] = _show_new(path=path, seen=seen[path])
        if time.monotonic() > rotate_at:
            rotate_at += _ROTATE_EVERY_S
            for path in seen:
                rotate_log(path=path)
        time.sleep(_LOOK_EVERY_S)


def _show_new(*, path: Path, seen: int) -> int:
    """Show the whole lines that were added to a log; return how far they go."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(seen if seen <= size else 0)
        start = file.tell()
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    for line in whole.decode(errors="replace").splitlines():
        print(f"{path.stem:<8} | {line}", file=sys.stderr)
    return start + len(whole)
