"""Find a Python that the site runs on. This one file is read by any Python 3 there is."""

import os
import shutil
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def ensure_supported():
    """Go on under a supported Python: this one, else one from PATH, else say what to install."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which("python3.%d" % minor)
        if other and _starts(other):
            os.execv(other, [other] + sys.argv)
    sys.exit(
        "This is Python %d.%d, and Ordstyrer needs 3.11, 3.12 or 3.13.\n" % sys.version_info[:2]
        + "Install one (Debian: apt-get install python3; macOS: brew install python@3.13),\n"
        + "then type: python3.13 "
        + " ".join(sys.argv)
    )


def _starts(path):
    import subprocess

    probe = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    try:
        return subprocess.call([path, "-c", probe], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False
