"""A PostgreSQL of our own: on a Unix socket, under its own account, private to this data."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from launch.folders import private_folder
from launch.interrupts import Interrupts
from launch.problems import Problem
from launch.programs import Postgres
from launch.steps import run_step
from launch.users import Account, present_user

ROLE = "ordstyrer"
DATABASE = "ordstyrer"

_READY_WITHIN_S = 60.0
_STOP_WITHIN_S = 20.0
_LOOK_EVERY_S = 0.05
_LAST_ONES_GONE_S = 0.5  # when the server dies, its helpers notice within this time
# Throwaway data may lie: nobody reads it after a crash.
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


def data_major(*, folder: Path) -> int | None:
    """The major version of PostgreSQL that made the data in ``folder``; None when it is empty."""
    try:
        return int((folder / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Problem(
            f"{folder} holds data of a PostgreSQL whose version cannot be read "
            f"({folder / 'PG_VERSION'}). Restore it from a backup, or use another --data folder."
        ) from error


def initdb_locales(*, major: int) -> list[list[str]]:
    """Options of initdb to try in turn, best first.

    All know the upper and lower case of every letter (a search for "ÅL" finds "ål"), and none
    depends on a language that the machine may lack, except the last, which always works.
    """
    tries = [["--locale=C.UTF-8"]]
    if major >= 17:
        tries.insert(0, ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"])
    elif major >= 15:
        tries.append(["--locale=C", "--locale-provider=icu", "--icu-locale=und"])
    return [*tries, ["--no-locale"]]


def database_url(*, socket_folder: Path) -> str:
    """DATABASE_URL for the server whose socket is in ``socket_folder``."""
    return f"postgres://{ROLE}@{quote(str(socket_folder), safe='')}/{DATABASE}"


def initialise(
    *,
    postgres: Postgres,
    folder: Path,
    account: Account | None,
    interrupts: Interrupts,
    throwaway: bool = False,
) -> None:
    """Make an empty cluster in ``folder``, or none at all: it is built beside and moved in."""
    building = folder.with_name(folder.name + ".new")
    tries = initdb_locales(major=postgres.major)
    for locale in tries:
        shutil.rmtree(building, ignore_errors=True)
        private_folder(path=building, owner=account)
        try:
            run_step(
                argv=[
                    postgres.bin / "initdb",
                    *("--pgdata", building),
                    *("--username", ROLE),
                    "--encoding=UTF8",
                    "--auth=peer",
                    *(["--no-sync"] if throwaway else []),
                    *locale,
                ],
                what="Making the database's folder (initdb)",
                interrupts=interrupts,
                env=server_environment(),
                cwd=Path("/"),
                account=account,
            )
            break
        except Problem:
            if locale is tries[-1]:
                raise
    if folder.is_dir():
        folder.rmdir()  # only if it is empty
    building.rename(folder)


def write_access(*, folder: Path, account: Account | None) -> None:
    """Let in, over the socket, the person who runs this and the server's account; nobody else.

    Written anew at each start: the data may have been moved to another machine or person.
    """
    names = dict.fromkeys([present_user(), *([account.name] if account else [])])
    files = {
        "pg_hba.conf": "local all all peer map=ordstyrer\n",
        "pg_ident.conf": "".join(f'ordstyrer "{name}" {ROLE}\n' for name in names),
    }
    for name, text in files.items():
        path = folder / name
        path.write_text("# Written by ./run at each start.\n" + text)
        path.chmod(0o600)
        if account is not None:
            os.chown(path, account.uid, account.gid)


def server_command(
    *, postgres: Postgres, folder: Path, socket_folder: Path, throwaway: bool = False
) -> list[str]:
    """The command line of the server."""
    settings = [
        "listen_addresses=",
        "port=5432",
        f'unix_socket_directories="{socket_folder}"',
        "unix_socket_permissions=0700" if os.geteuid() != 0 else "unix_socket_permissions=0777",
        "logging_collector=off",
        "log_destination=stderr",
        "max_connections=200",
        *(_THROWAWAY if throwaway else ()),
    ]
    options = [part for setting in settings for part in ("-c", setting)]
    return [str(postgres.bin / "postgres"), "-D", str(folder), *options]


def server_environment() -> dict[str, str]:
    """The server's environment: nothing of ours that could change what it does."""
    kept = ("PATH", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}


def is_ready(*, folder: Path, process: int) -> bool:
    """Whether the server on ``folder`` says, in its postmaster.pid, that it takes connections.

    What a server that was killed said there does not count: it must be this ``process``.
    """
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(process) and lines[7].strip() == "ready"


def ensure_database(
    *, postgres: Postgres, socket_folder: Path, account: Account | None, interrupts: Interrupts
) -> None:
    """Make the site's database if it is not there. Needs no psql: a single-user server would
    stop the running one, so the programs that come with it are asked."""
    argv: list[str | Path] = [postgres.bin / "createdb", "-h", socket_folder, "-U", ROLE, DATABASE]
    try:
        run_step(
            argv=argv,
            what="Making the database (createdb)",
            interrupts=interrupts,
            env=server_environment(),
            cwd=Path("/"),
            account=account,
        )
    except Problem as problem:
        if "already exists" not in str(problem):
            raise


def stop_leftover(*, folder: Path) -> bool:
    """Stop a server that an earlier, killed ./run left on ``folder``; True when there was one.

    Only for who holds the lock of the data. A postmaster.pid that names a dead process or another
    program (after a restart of the machine numbers are given out anew) is removed.
    """
    try:
        number = int((folder / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return False
    command = _command_of(process=number)
    if command == "":
        return False  # postgres clears this up by itself
    if command is None or "postgres" not in command or str(folder) not in command:
        time.sleep(_LAST_ONES_GONE_S)
        (folder / "postmaster.pid").unlink(missing_ok=True)
        return False
    for number_sent, patience_s in ((2, _STOP_WITHIN_S), (3, 5.0), (9, 5.0)):  # INT, QUIT, KILL
        try:
            os.kill(number, number_sent)
        except ProcessLookupError:
            return True
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if not _command_of(process=number):
                return True
            time.sleep(_LOOK_EVERY_S)
    raise Problem(f"PostgreSQL, process {number}, still holds {folder} and cannot be stopped.")


def choose_for_data(*, found: Sequence[Postgres], folder: Path) -> Postgres:
    """The installation for the data in ``folder``. Raises Problem, saying what to install."""
    wanted = data_major(folder=folder)
    for candidate in found:
        if wanted in (None, candidate.major):
            return candidate
    if wanted is None:
        raise Problem(
            "PostgreSQL was not found, neither on this machine nor as a wheel.\n"
            "Install it (Debian: apt-get install postgresql; macOS: brew install postgresql@17),\n"
            "or set DATABASE_URL to a server that runs already."
        )
    others = ", ".join(str(candidate.major) for candidate in found) or "none"
    raise Problem(
        f"The data in {folder} was made by PostgreSQL {wanted}, and this machine has {others}.\n"
        f"Install PostgreSQL {wanted} and put its programs on PATH, or move the data over as\n"
        'docs/operations.md says under "Another version of PostgreSQL".'
    )


def _command_of(*, process: int) -> str | None:
    """The command line of a process, nothing when there is no such process, None when it is dead
    and only waits for its parent to notice (a container's first process may never do that)."""
    done = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(process)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    state, _, command = done.stdout.strip().partition(" ")
    return None if state.startswith("Z") else command.strip()


def with_url(*, env: Mapping[str, str], socket_folder: Path) -> dict[str, str]:
    """``env`` with DATABASE_URL of the server in ``socket_folder``."""
    return {**env, "DATABASE_URL": database_url(socket_folder=socket_folder)}
