"""Which PostgreSQL and Redis are used, and how they are addressed."""

from pathlib import Path

import dj_database_url
import pytest

from launch import postgres, redis
from launch.problems import Problem
from launch.programs import Postgres, find_redis, parse_postgres_major
from tests.isolation import own_redis_url

OLD = Postgres(bin=Path("/usr/lib/postgresql/15/bin"), major=15)
NEW = Postgres(bin=Path("/venv/bin"), major=18)


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", 15),
        ("postgres (PostgreSQL) 18beta2\n", 18),
        ("redis-server v=8.2", None),
        ("", None),
    ],
)
def test_the_version_is_read(text: str, major: int | None) -> None:
    assert parse_postgres_major(text=text) == major


def test_new_data_is_made_with_the_first_one_found(tmp_path: Path) -> None:
    assert postgres.choose_for_data(found=[OLD, NEW], folder=tmp_path) == OLD


def test_data_keeps_the_version_that_made_it(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("18\n")
    assert postgres.choose_for_data(found=[OLD, NEW], folder=tmp_path) == NEW


def test_data_of_a_version_that_is_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    with pytest.raises(Problem, match="made by PostgreSQL 16, and this machine has 15, 18"):
        postgres.choose_for_data(found=[OLD, NEW], folder=tmp_path)


def test_without_any_postgres_it_is_said_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="apt-get install postgresql"):
        postgres.choose_for_data(found=[], folder=tmp_path)


@pytest.mark.parametrize("major", [14, 15, 16, 17, 18])
def test_a_locale_that_always_works_is_tried_last(major: int) -> None:
    tries = postgres.initdb_locales(major=major)
    assert tries[-1] == ["--no-locale"]
    assert ("--locale-provider=builtin" in tries[0]) == (major >= 17)


def test_the_address_survives_the_way_through_django(tmp_path: Path) -> None:
    url = postgres.database_url(socket_folder=Path("/tmp/a folder/s"))
    read = dj_database_url.parse(url)
    assert read["HOST"] == "/tmp/a folder/s"
    assert read["NAME"] == read["USER"] == "ordstyrer"


def test_ready_is_what_this_process_says_not_one_that_was_killed(tmp_path: Path) -> None:
    lines = ["100", str(tmp_path), "0", "5432", "/tmp", "", "1 2", "ready   "]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines))
    assert postgres.is_ready(folder=tmp_path, process=100)
    assert not postgres.is_ready(folder=tmp_path, process=101)
    (tmp_path / "postmaster.pid").write_text("\n".join([*lines[:-1], "starting"]))
    assert not postgres.is_ready(folder=tmp_path, process=100)


def test_only_wheels_are_used_when_that_is_asked_for(tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho v=8\n")
    program.chmod(0o755)
    env = {"PATH": str(tmp_path)}
    assert find_redis(site_packages=None, env=env) == program
    env["ORDSTYRER_PROGRAMS"] = "wheels"
    assert find_redis(site_packages=None, env=env) is None


def test_unreadable_redis_data_is_put_aside_not_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    (folder / "dump").write_text("from a newer Redis")
    aside = redis.put_aside(folder=folder)
    assert (aside / "dump").read_text() == "from a newer Redis"
    assert list(folder.iterdir()) == []
    assert redis.is_unreadable(said="Can't handle RDB format version 12")
    assert not redis.is_unreadable(said="Address already in use")


@pytest.mark.parametrize(
    ("url", "process", "own"),
    [
        ("unix:///tmp/r.sock?db=0", "", "unix:///tmp/r.sock?db=0"),
        ("unix:///tmp/r.sock?db=0", "gw0", "unix:///tmp/r.sock?db=1"),
        ("redis://localhost:6379/0", "gw11", "redis://localhost:6379/12"),
    ],
)
def test_each_process_of_the_tests_has_its_own_redis_database(
    url: str, process: str, own: str
) -> None:
    assert own_redis_url(url=url, process=process) == own


def test_a_part_beside_others_meets_none_of_their_redis_databases() -> None:
    url = "unix:///tmp/r.sock?db=0"
    beside = {own_redis_url(url=url, process=f"gw{n}", is_beside=True) for n in range(6)}
    assert not beside & {own_redis_url(url=url, process=f"gw{n}") for n in range(7)}
    assert beside == {f"unix:///tmp/r.sock?db={n}" for n in range(9, 15)}
