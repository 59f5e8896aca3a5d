"""Folders for what must not be lost, and for sockets, whose paths may only be short."""

import os
import shutil
import tempfile
from pathlib import Path

from launch.problems import Problem
from launch.users import Account, can_enter

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the closing NUL.
_LONGEST_SOCKET_PATH = 100
_LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")

# Where root keeps what another account must reach and root's own home would hide.
ROOTS_SHELF = Path("/var/lib/ordstyrer-run")


def private_folder(*, path: Path, owner: Account | None = None) -> Path:
    """Make ``path`` if it is not there, and keep it to its owner. Parents stay as they are."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    if owner is not None:
        os.chown(path, owner.uid, owner.gid)
    return path


def fits_a_socket(*, folder: Path) -> bool:
    """Whether the path of a socket in ``folder`` stays under the system's limit."""
    return len(os.fsencode(folder)) + _LONGEST_SOCKET_NAME <= _LONGEST_SOCKET_PATH


def temporary_folder(*, owner: Account | None = None) -> Path:
    """A new private folder with a short path that ``owner`` can reach."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 (mkdtemp makes it private)
        if not fits_a_socket(folder=parent / "ordstyrer-12345678") or not parent.is_dir():
            continue
        folder = Path(tempfile.mkdtemp(prefix="ordstyrer-", dir=parent))
        if owner is not None:
            os.chown(folder, owner.uid, owner.gid)
        if can_enter(folder=folder, account=owner):
            return folder
        shutil.rmtree(folder, ignore_errors=True)
    raise Problem("There is no temporary folder to put sockets in. Set TMPDIR to a short path.")


def roots_shelf() -> Path:
    """The folder for what root shares with the account that runs PostgreSQL."""
    try:
        ROOTS_SHELF.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The folder {ROOTS_SHELF} could not be made: {error.strerror}.\n"
            "Run this as an ordinary user instead of root, or set DATABASE_URL."
        ) from error
    if ROOTS_SHELF.stat().st_uid != 0:
        raise Problem(f"{ROOTS_SHELF} does not belong to root. Remove it, then try again.")
    return ROOTS_SHELF
