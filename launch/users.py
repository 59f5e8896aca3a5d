"""Whom a program runs as. PostgreSQL refuses to run as root, so root lends it another account."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch.problems import Problem

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine that is not root."""

    name: str
    uid: int
    gid: int


def database_account() -> Account | None:
    """Who PostgreSQL runs as: None for the present user, another account when that is root."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise Problem(
        "PostgreSQL does not run as root, and there is no account named postgres or nobody.\n"
        "Run this as an ordinary user, or add one: useradd --system postgres"
    )


def as_user(*, account: Account | None) -> dict[str, Any]:
    """Keyword arguments for subprocess that start a program as ``account``."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def can_enter(*, folder: Path, account: Account | None) -> bool:
    """Whether ``account`` may go into ``folder``, tried for real rather than worked out."""
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **as_user(account=account),
        )
    except OSError:
        return False
    return done.returncode == 0


def present_user() -> str:
    """The name of the account that runs this, as the system knows it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as unknown:
        raise Problem(
            f"The user id {os.geteuid()} has no name on this machine, and PostgreSQL needs one.\n"
            "Run this as an account that /etc/passwd knows."
        ) from unknown
