"""The browsers of the journeys: the system's Chromium, installed where we may.

Most journeys take the build of it that draws no windows, where there is one: the same engine, and
it opens pages for less. What hangs on a person's settings needs the whole browser.
"""

import os
import shutil
import subprocess
from pathlib import Path

from launch.interrupts import Interrupts
from launch.problems import Problem
from launch.steps import run_step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOWLESS = "chromium-headless-shell"  # Debian's name of program and package
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
    """The path of a Chromium, installed with apt-get if we are root and it is missing.

    With it comes the one without windows, where apt knows it.
    """
    path = find_chromium()
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if path is not None and not (may_install and _windowless_package()):
        return path
    if not may_install:
        raise Problem(f"The journeys need Chromium. Type: {_how_to_install()}")
    print("Chromium is missing: installing it with apt-get ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get, options = "apt-get", ("--yes", "--no-install-recommends")
    run_step(argv=[get, "update"], what=f"{get} update", interrupts=interrupts, env=env)
    argv = [get, "install", *options, "chromium", *_windowless_package()]
    run_step(argv=argv, what=f"{get} install", interrupts=interrupts, env=env)
    if (path := find_chromium()) is not None:
        return path
    raise Problem(f"apt-get installed no Chromium. Install one by hand: {_how_to_install()}")


def _windowless_package() -> list[str]:
    """The package that is missing, if apt knows it."""
    if shutil.which(WINDOWLESS) is not None:
        return []
    known = subprocess.run(["apt-cache", "show", WINDOWLESS], capture_output=True, check=False)
    return [WINDOWLESS] if known.returncode == 0 else []


def _how_to_install() -> str:
    if Path("/usr/bin/apt-get").exists():
        return "sudo apt-get update && sudo apt-get install chromium"
    if Path("/usr/bin/dnf").exists():
        return "sudo dnf install chromium"
    if shutil.which("brew") is not None:
        return "brew install --cask chromium"
    return "install chromium with the package manager of this system"
