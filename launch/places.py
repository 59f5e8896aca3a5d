"""The folder with a site's data, and what is where in it.

lock              held by the ./run that looks after the data
state.json        what that ./run started, for other commands on the same data
secret-key        made once
begun.json        how the data was begun: with the demo, or empty; the demo's accounts
postgres/         the database; where root cannot put it here, postgres-is-at.json says where
redis/            wake-ups, counters and caches, kept over a restart
media/            pictures
letters/          what the site would mail, where no mail server is named
logs/             one file for each program, and the one before
static/           nothing: style sheets and scripts are served from the checkout
metrics/          numbers of the web processes that run
beat/             when each regular task ran last
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch.folders import fits_a_socket, private_folder, roots_shelf, temporary_folder
from launch.problems import Problem
from launch.users import Account, can_enter, database_account


@dataclass(frozen=True, slots=True)
class Places:
    """Paths inside a data folder."""

    data: Path

    @property
    def lock(self) -> Path:
        """The file whose lock says that somebody looks after the data."""
        return self.data / "lock"

    @property
    def users(self) -> Path:
        """The file that commands lock, shared, while they use somebody else's servers."""
        return self.data / "users"

    @property
    def state(self) -> Path:
        """What the holder of the lock started."""
        return self.data / "state.json"

    @property
    def begun(self) -> Path:
        """How the data was begun."""
        return self.data / "begun.json"

    @property
    def redis(self) -> Path:
        """Redis' folder."""
        return self.data / "redis"

    @property
    def letters(self) -> Path:
        """What the site would mail, as files."""
        return self.data / "letters"

    @property
    def media(self) -> Path:
        """Pictures."""
        return self.data / "media"

    @property
    def logs(self) -> Path:
        """One log for each program."""
        return self.data / "logs"

    @property
    def static(self) -> Path:
        """Where copies of style sheets would be; ./run serves them from where they lie."""
        return self.data / "static"

    @property
    def metrics(self) -> Path:
        """Where the web's processes put their numbers together."""
        return self.data / "metrics"

    @property
    def beat_schedule(self) -> Path:
        """When each regular task ran last."""
        return self.data / "beat" / "schedule"


def open_places(*, data: Path) -> Places:
    """Make the data folder if it is not there. Raises Problem when it is somebody else's."""
    places = Places(data=data.absolute())
    try:
        if not data.exists():
            # Another account may pass through root's folder to its database, but not look round.
            data.mkdir(mode=0o700, parents=True)
            data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        owner = data.stat().st_uid
        if owner == os.geteuid():
            for folder in (
                places.redis,
                places.media,
                places.letters,
                places.static,
                places.logs,
                places.beat_schedule.parent,
            ):
                private_folder(path=folder)
    except OSError as error:
        raise Problem(
            f"The folder {data} cannot be used: {error.strerror}. Choose another with --data."
        ) from error
    if owner != os.geteuid():
        name = _name_of(owner)
        raise Problem(
            f"The data in {data} belongs to {name}, and its files would get mixed owners.\n"
            f"Run this as {name}, or choose another folder with --data."
        )
    return places


def secret_key(*, places: Places) -> str:
    """The site's secret key, made the first time and the same ever after."""
    path = places.data / "secret-key"
    try:
        key = path.read_text().strip()
    except FileNotFoundError:
        key = ""
    if not key:
        key = secrets.token_urlsafe(50)
        _write_private(path=path, text=key + "\n")
    return key


def socket_folder(*, places: Places, name: str, account: Account | None) -> tuple[Path, bool]:
    """A private folder for a socket, and whether it is a temporary one, to be removed later.

    In the data folder, unless that path is too long for a socket or closed to ``account``.
    """
    folder = places.data / name
    if fits_a_socket(folder=folder) and can_enter(folder=places.data, account=account):
        return private_folder(path=folder, owner=account), False
    return temporary_folder(owner=account), True


def postgres_folder(*, places: Places) -> tuple[Path, Account | None]:
    """Where the database's files are or will be, and whose they are.

    As root they belong to another account. Where that account cannot reach the data folder
    (below root's home, say) they are on root's shelf, and a pointer in the data folder says so.
    """
    account = database_account()
    here = places.data / "postgres"
    if account is None:
        return here, None
    pointer = places.data / "postgres-is-at.json"
    folder = _pointed_at(pointer=pointer, places=places)
    if folder is None and (here.exists() or can_enter(folder=places.data, account=account)):
        folder = here
    if folder is None:
        name = hashlib.sha256(os.fsencode(places.data)).hexdigest()[:12]
        folder = roots_shelf() / f"data-{name}" / "postgres"
        folder.parent.mkdir(mode=0o755, exist_ok=True)
        _point(pointer=pointer, folder=folder, places=places)
    account = _owner_of(folder, otherwise=account)
    if not can_enter(folder=folder.parent, account=account):
        raise Problem(
            f"PostgreSQL runs as {account.name} when you are root, and that account cannot reach\n"
            f"{folder}. Move the data folder to where everybody may pass, such as /srv."
        )
    return folder, account


def read_json(*, path: Path) -> dict[str, Any]:
    """What is in a small file of ours; nothing when it is missing or damaged."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(*, path: Path, value: Mapping[str, Any]) -> None:
    """Write a small file of ours, whole or not at all, for our eyes only."""
    _write_private(path=path, text=json.dumps(value, indent=2) + "\n")


def take_lock(*, path: Path, shared: bool = False, wait: bool = False) -> int | None:
    """Lock a file until the returned descriptor is closed or this process ends, however it ends.

    None when somebody else holds it and ``wait`` is false.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def rotate_log(*, path: Path, longest: int = 20_000_000) -> None:
    """Move a log of more than ``longest`` bytes to NAME.1. Who writes to it may go on: every
    program appends."""
    try:
        if path.stat().st_size > longest:
            shutil.copyfile(path, path.with_name(path.name + ".1"))
            os.truncate(path, 0)
    except OSError:
        pass  # a log is not worth stopping a site for


def _write_private(*, path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _point(*, pointer: Path, folder: Path, places: Places) -> None:
    write_json(path=pointer, value={"postgres": str(folder), "data": str(places.data)})


def _pointed_at(*, pointer: Path, places: Places) -> Path | None:
    said = read_json(path=pointer)
    if "postgres" not in said:
        return None
    folder, before = Path(said["postgres"]), Path(said["data"])
    if before != places.data:
        if (before / pointer.name).exists():
            raise Problem(
                f"{places.data} is a copy of {before}, whose database is in {folder}.\n"
                "Two sites cannot share it. Begin with an empty folder, and bring the data over\n"
                "with a backup as docs/operations.md describes."
            )
        _point(pointer=pointer, folder=folder, places=places)
    if not folder.parent.is_dir():
        raise Problem(
            f"The database of {places.data} was kept in {folder}, and that is gone.\n"
            f"Restore it from a backup, or remove {places.data} to begin anew."
        )
    return folder


def _owner_of(folder: Path, *, otherwise: Account) -> Account:
    try:
        entry = pwd.getpwuid(folder.stat().st_uid)
    except (OSError, KeyError):
        return otherwise
    if entry.pw_uid == 0:
        return otherwise
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
