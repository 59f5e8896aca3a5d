"""The virtual environment .venv and the locked requirements in it."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launch.interrupts import Interrupts
from launch.problems import Problem, say
from launch.steps import run_step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.txt"
LOCAL_LOCK = ROOT / "requirements-local.txt"
TEST_LOCK = ROOT / "requirements-dev.txt"

# What each lock holds besides its own: a .venv with the larger one serves for the smaller.
_SERVED_BY = {
    RUNTIME_LOCK: (LOCAL_LOCK, TEST_LOCK),
    LOCAL_LOCK: (TEST_LOCK,),
    TEST_LOCK: (),
}
_STAMP = VENV / ".ordstyrer-installed.json"


def venv_python() -> Path:
    """The Python of .venv."""
    return VENV / "bin" / "python"


def site_packages() -> Path | None:
    """The folder of .venv with the installed packages; None when there is no .venv."""
    return next(iter(sorted(VENV.glob("lib/python3.*/site-packages"))), None)


def fingerprint(*, lock: Path, python: str) -> str:
    """What must be the same for an installation to be up to date: the lock and the Python."""
    return hashlib.sha256(lock.read_bytes() + python.encode()).hexdigest()


def is_installed(*, lock: Path, python: str, stamp: Mapping[str, str]) -> bool:
    """Whether ``stamp`` says that ``lock``, or a larger lock, is installed as it is now."""
    candidates = (lock, *_SERVED_BY.get(lock, ()))
    return any(
        path.is_file() and stamp.get(path.name) == fingerprint(lock=path, python=python)
        for path in candidates
    )


def prepare(*, lock: Path, interrupts: Interrupts) -> None:
    """Make .venv hold what ``lock`` lists. Quick when nothing has changed.

    Two commands started at once take turns.
    """
    version = _venv_version()
    if version is not None and is_installed(lock=lock, python=version, stamp=_read_stamp()):
        return
    with _turn(interrupts=interrupts):
        _prepare_alone(lock=lock, interrupts=interrupts)


@contextmanager
def _turn(*, interrupts: Interrupts) -> Iterator[None]:
    """Wait until no other command changes .venv. The lock is on the folder of the checkout, so
    that it outlives a .venv that is made anew and leaves no file behind."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    said = False
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if not said:
                    say("Waiting for another ./run or ./test that is installing ...")
                    said = True
                interrupts.check()
                time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


def _prepare_alone(*, lock: Path, interrupts: Interrupts) -> None:
    version = _venv_version()
    if version is None:
        _make_venv(interrupts=interrupts)
        version = _venv_version()
        if version is None:
            raise Problem(f"{VENV} was made but its Python does not start. Remove it, try again.")
    stamp = _read_stamp()
    if is_installed(lock=lock, python=version, stamp=stamp):
        return
    say(f"Installing what {lock.name} lists into .venv (only when it has changed) ...")
    _STAMP.unlink(missing_ok=True)
    _install(lock=lock, interrupts=interrupts)
    _STAMP.write_text(json.dumps({lock.name: fingerprint(lock=lock, python=version)}) + "\n")


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(_STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _venv_version() -> str | None:
    """The version of the Python in .venv, or None when it does not start or is too old."""
    code = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
    try:
        done = subprocess.run(
            [venv_python(), "-c", code], stdout=subprocess.PIPE, text=True, check=False
        )
    except OSError:
        return None
    version = done.stdout.strip()
    supported = version.startswith(("3.11.", "3.12.", "3.13."))
    return version if done.returncode == 0 and supported else None


def _make_venv(*, interrupts: Interrupts) -> None:
    if VENV.exists():
        if not (VENV / "pyvenv.cfg").is_file():
            raise Problem(f"{VENV} is in the way and is no virtual environment. Move it away.")
        say("The Python of .venv is gone or not one of 3.11 to 3.13: making .venv anew.")
        shutil.rmtree(VENV)
    say(f"Making .venv with Python {sys.version.split()[0]} ...")
    uv = shutil.which("uv")
    if uv is not None:
        argv: list[str | Path] = [uv, "venv", "--python", sys.executable, VENV]
    else:
        argv = [sys.executable, "-m", "venv", VENV]
    try:
        run_step(argv=argv, what="Making .venv", interrupts=interrupts)
    except Problem as problem:
        shutil.rmtree(VENV, ignore_errors=True)
        hint = "\nOn Debian and Ubuntu: apt-get install python3-venv"
        raise Problem(str(problem) + ("" if uv else hint)) from problem


def _install(*, lock: Path, interrupts: Interrupts) -> None:
    python = venv_python()
    uv = shutil.which("uv")
    if uv is not None:
        options: list[str | Path] = ["--python", python, "--require-hashes", "-r", lock]
        try:
            run_step(
                argv=[uv, "pip", "install", *options],
                what=f"Installing {lock.name} with uv",
                interrupts=interrupts,
                show=bool,
            )
            return
        except Problem:
            say("uv could not install it; trying pip, which may know other sources ...")
    _ensure_pip(python=python, interrupts=interrupts)
    argv: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    argv += ["--require-hashes", "--only-binary", ":all:", "-r", lock]
    try:
        run_step(
            argv=argv,
            what=f"Installing {lock.name}",
            interrupts=interrupts,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            show=lambda line: line.startswith(("Collecting", "ERROR")),
        )
    except Problem as problem:
        raise Problem(f"{problem}\nIs the network up? Then type the command again.") from problem


def _ensure_pip(*, python: Path, interrupts: Interrupts) -> None:
    has_pip = subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False)
    if has_pip.returncode != 0:
        run_step(
            argv=[python, "-m", "ensurepip", "--upgrade"],
            what="Adding pip to .venv (on Debian it needs: apt-get install python3-venv)",
            interrupts=interrupts,
        )
