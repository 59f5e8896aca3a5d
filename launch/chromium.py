"""The browser of the journeys: the system's Chromium, installed where we may.

Where there is one, the build of it that draws no windows: the same engine, and it opens a page for
less.
"""

import os
import shutil
import subprocess
from pathlib import Path

from launch.interrupts import Interrupts
from launch.problems import Problem
from launch.steps import run_step

_PACKAGES = ("chromium-headless-shell", "chromium")  # Debian's, the former from Debian 12 on
NAMES = (*_PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    for name in NAMES:
        if (path := shutil.which(name)) is not None:
            return path
    return next((path for path in _MAC_PLACES if os.access(path, os.X_OK)), None)


def ensure_chromium(*, interrupts: Interrupts) -> str:
    """The path of a Chromium, installed with apt-get if we are root and it is missing."""
    if (path := find_chromium()) is not None:
        return path
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Problem(f"The journeys need Chromium. Type: {_how_to_install()}")
    print("Chromium is missing: installing it with apt-get ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = "apt-get"
    run_step(argv=[get, "update"], what=f"{get} update", interrupts=interrupts, env=env)
    install = [get, "install", "--yes", "--no-install-recommends", _package()]
    run_step(argv=install, what=f"{get} install", interrupts=interrupts, env=env)
    if (path := find_chromium()) is not None:
        return path
    raise Problem(f"apt-get installed no Chromium. Install one by hand: {_how_to_install()}")


def _package() -> str:
    """The first of ``_PACKAGES`` that apt knows."""
    known = (
        name
        for name in _PACKAGES
        if subprocess.run(["apt-cache", "show", name], capture_output=True).returncode == 0
    )
    return next(known, _PACKAGES[-1])


def _how_to_install() -> str:
    if Path("/usr/bin/apt-get").exists():
        return "sudo apt-get update && sudo apt-get install chromium"
    if Path("/usr/bin/dnf").exists():
        return "sudo dnf install chromium"
    if shutil.which("brew") is not None:
        return "brew install --cask chromium"
    return "install chromium with the package manager of this system"
