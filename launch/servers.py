"""PostgreSQL and Redis as children of the supervisor."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from launch import environment, postgres, programs, redis
from launch.folders import private_folder, temporary_folder
from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.problems import Problem
from launch.processes import Child, Program, Supervisor
from launch.users import Account, database_account

_READY_WITHIN_S = 60.0
_GONE_WITHIN_S = 15.0
_LOOK_AGAIN_S = 0.3


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """Where one PostgreSQL keeps its data, its socket and its log."""

    data: Path
    socket_folder: Path
    log: Path
    account: Account | None  # who it runs as, and whose the data is; None: the present user
    throwaway: bool = False


@dataclass(frozen=True, slots=True)
class RedisPlace:
    """Where one Redis keeps its data, its socket and its log."""

    data: Path
    socket_path: Path
    log: Path
    throwaway: bool = False


def start_postgres(
    *, place: PostgresPlace, supervisor: Supervisor, interrupts: Interrupts
) -> tuple[Child, str]:
    """Start PostgreSQL, its data made first if there is none; return it and its DATABASE_URL."""
    account = place.account
    found = programs.find_postgres(account=account, site_packages=environment.site_packages())
    chosen = postgres.choose_for_data(found=found, folder=place.data)
    if postgres.data_major(folder=place.data) is None:
        postgres.initialise(
            postgres=chosen,
            folder=place.data,
            account=account,
            interrupts=interrupts,
            throwaway=place.throwaway,
        )
    else:
        postgres.stop_leftover(folder=place.data)
    for left in place.socket_folder.glob(".s.PGSQL.*"):
        left.unlink()  # of a server that was killed: the folder is ours alone
    postgres.write_access(folder=place.data, account=account)
    command = postgres.server_command(
        postgres=chosen,
        folder=place.data,
        socket_folder=place.socket_folder,
        throwaway=place.throwaway,
    )
    program = Program(
        name="postgres",
        argv=tuple(command),
        log=place.log,
        env=postgres.server_environment(),
        cwd=Path("/"),
        account=account,
        stop_signal=signal.SIGINT,  # "fast": no waiting for idle connections
        hurry_signal=signal.SIGQUIT,
        stop_within_s=20.0,
    )
    child = _start_when_free(program, place, supervisor, interrupts)
    postgres.ensure_database(
        postgres=chosen,
        socket_folder=place.socket_folder,
        account=account,
        interrupts=interrupts,
    )
    return child, postgres.database_url(socket_folder=place.socket_folder)


def _start_when_free(
    program: Program, place: PostgresPlace, supervisor: Supervisor, interrupts: Interrupts
) -> Child:
    """Start PostgreSQL; after a kill -9 its last processes may need a moment to go."""
    end = time.monotonic() + _GONE_WITHIN_S
    while True:
        child = supervisor.start(program=program)

        def ready(process: int = child.process.pid) -> bool:
            return postgres.is_ready(folder=place.data, process=process)

        try:
            supervisor.wait_until(
                ready=ready, child=child, within_s=_READY_WITHIN_S, interrupts=interrupts
            )
            return child
        except Problem as problem:
            if "still in use" not in str(problem) or time.monotonic() > end:
                raise
        supervisor.forget_ended()
        time.sleep(_LOOK_AGAIN_S)


def start_redis(
    *, place: RedisPlace, supervisor: Supervisor, interrupts: Interrupts
) -> tuple[Child, str]:
    """Start Redis; return it and its REDIS_URL."""
    program = programs.find_redis(site_packages=environment.site_packages())
    if program is None:
        raise Problem(
            "Redis was not found, neither on this machine nor as a wheel.\n"
            "Install it (Debian: apt-get install redis-server; macOS: brew install redis),\n"
            "or set REDIS_URL to a server that runs already."
        )
    redis.stop_leftover(socket_path=place.socket_path)
    command = redis.server_command(
        program=program,
        folder=place.data,
        socket_path=place.socket_path,
        throwaway=place.throwaway,
    )
    child = supervisor.start(
        program=Program(
            name="redis", argv=tuple(command), log=place.log, env=dict(os.environ), cwd=place.data
        )
    )
    supervisor.wait_until(
        ready=lambda: redis.answers(socket_path=place.socket_path),
        child=child,
        within_s=_READY_WITHIN_S,
        interrupts=interrupts,
    )
    return child, redis.redis_url(socket_path=place.socket_path)


@dataclass(frozen=True, slots=True)
class Throwaway:
    """A PostgreSQL and a Redis that nobody will miss, and the folder with all of it."""

    folder: Path
    database_url: str
    redis_url: str


def start_throwaway(
    *, folder: Path, guard: Guard, supervisor: Supervisor, interrupts: Interrupts
) -> Throwaway:
    """Start both in temporary folders; ``folder`` is private to this user and gets the logs."""
    account = database_account()
    # Its own folder: the account that PostgreSQL runs as cannot look into ours.
    shelf = temporary_folder(owner=account)
    guard.remove_at_the_end(folder=shelf)
    guard.remove_at_the_end(folder=folder)
    sockets = private_folder(path=shelf / "s", owner=account)
    _, database_url = start_postgres(
        place=PostgresPlace(
            data=shelf / "data",
            socket_folder=sockets,
            log=folder / "postgres.log",
            account=account,
            throwaway=True,
        ),
        supervisor=supervisor,
        interrupts=interrupts,
    )
    redis_data = private_folder(path=folder / "redis")
    _, redis_url = start_redis(
        place=RedisPlace(
            data=redis_data,
            socket_path=folder / "r.sock",
            log=folder / "redis.log",
            throwaway=True,
        ),
        supervisor=supervisor,
        interrupts=interrupts,
    )
    return Throwaway(folder=folder, database_url=database_url, redis_url=redis_url)
