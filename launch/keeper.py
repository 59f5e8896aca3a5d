"""Who looks after a data folder: takes its lock, starts its servers, tells other commands."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch import environment, postgres, programs, redis
from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.places import (
    Places,
    postgres_folder,
    read_json,
    rotate_log,
    socket_folder,
    take_lock,
    write_json,
)
from launch.problems import Problem, say
from launch.processes import Supervisor
from launch.servers import PostgresPlace, RedisPlace, start_postgres, start_redis


@dataclass(frozen=True, slots=True)
class Held:
    """A data folder in our care, its servers running."""

    urls: dict[str, str]  # DATABASE_URL and REDIS_URL
    supervisor: Supervisor
    guard: Guard
    fresh: bool  # was the database made just now?


def lock_to_install(*, places: Places, env: Mapping[str, str]) -> Path:
    """The lock that ./run needs: with the wheels of PostgreSQL and Redis only where the machine
    has none that fits and no address of a running one was given."""
    has_redis = env.get("REDIS_URL") or programs.find_redis(site_packages=None, env=env)
    if has_redis and (env.get("DATABASE_URL") or _machine_has_postgres(places, env)):
        return environment.RUNTIME_LOCK
    return environment.LOCAL_LOCK


def _machine_has_postgres(places: Places, env: Mapping[str, str]) -> bool:
    folder, account = postgres_folder(places=places)
    wanted = postgres.data_major(folder=folder)
    found = programs.find_postgres(account=account, site_packages=None, env=env)
    return any(wanted in (None, candidate.major) for candidate in found)


def holder(*, places: Places) -> dict[str, Any]:
    """What the holder of the lock wrote about itself."""
    return read_json(path=places.state)


@contextmanager
def lock_data(*, places: Places, what: str) -> Iterator[bool]:
    """Take the data folder into our care; False when somebody else has it."""
    descriptor = take_lock(path=places.lock)
    if descriptor is None:
        yield False
        return
    try:
        before = holder(places=places)
        if before.get("redis_socket"):
            redis.stop_leftover(socket_path=Path(before["redis_socket"]))
        for folder in before.get("temporary", []):
            shutil.rmtree(folder, ignore_errors=True)
        write_json(path=places.state, value={"pid": os.getpid(), "what": what})
        yield True
    finally:
        os.close(descriptor)


@contextmanager
def servers(
    *, places: Places, what: str, env: Mapping[str, str], interrupts: Interrupts
) -> Iterator[Held]:
    """Start what no address was given for, and stop everything at the end. Needs the lock."""
    with ExitStack() as stack:
        guard = stack.enter_context(Guard())
        supervisor = Supervisor(guard=guard, say=say)
        stack.callback(places.state.unlink, missing_ok=True)
        stack.callback(supervisor.stop_all, interrupts=interrupts)
        state: dict[str, Any] = {"pid": os.getpid(), "what": what, "temporary": []}
        urls = {name: env[name] for name in ("DATABASE_URL", "REDIS_URL") if env.get(name)}
        for name in ("postgres", "redis", "web", "worker", "beat"):
            rotate_log(path=places.logs / f"{name}.log")
        fresh = False
        if "DATABASE_URL" not in urls:
            place, fresh = _postgres_place(places, guard, state)
            _, urls["DATABASE_URL"] = start_postgres(
                place=place, supervisor=supervisor, interrupts=interrupts
            )
        if "REDIS_URL" not in urls:
            urls["REDIS_URL"] = _start_redis(places, guard, supervisor, state, interrupts)
        write_json(path=places.state, value={**state, "urls": urls})
        yield Held(urls=urls, supervisor=supervisor, guard=guard, fresh=fresh)


def _postgres_place(
    places: Places, guard: Guard, state: dict[str, Any]
) -> tuple[PostgresPlace, bool]:
    folder, account = postgres_folder(places=places)
    sockets, temporary = socket_folder(places=places, name="postgres-socket", account=account)
    if temporary:
        _note_temporary(places, guard, state, sockets)
    place = PostgresPlace(
        data=folder, socket_folder=sockets, log=places.logs / "postgres.log", account=account
    )
    return place, postgres.data_major(folder=folder) is None


def _start_redis(
    places: Places,
    guard: Guard,
    supervisor: Supervisor,
    state: dict[str, Any],
    interrupts: Interrupts,
) -> str:
    sockets, temporary = socket_folder(places=places, name="redis-socket", account=None)
    if temporary:
        _note_temporary(places, guard, state, sockets)
    path = sockets / "redis.sock"
    state["redis_socket"] = str(path)
    write_json(path=places.state, value=state)
    place = RedisPlace(data=places.redis, socket_path=path, log=places.logs / "redis.log")
    try:
        return start_redis(place=place, supervisor=supervisor, interrupts=interrupts)[1]
    except Problem as problem:
        if not redis.is_unreadable(said=str(problem)):
            raise
        supervisor.forget_ended()
        aside = redis.put_aside(folder=places.redis)
        say(f"Redis cannot read what an earlier Redis wrote; it starts empty. (Kept in {aside}.)")
        return start_redis(place=place, supervisor=supervisor, interrupts=interrupts)[1]


def _note_temporary(places: Places, guard: Guard, state: dict[str, Any], folder: Path) -> None:
    state["temporary"].append(str(folder))
    guard.remove_at_the_end(folder=folder)
    write_json(path=places.state, value=state)
