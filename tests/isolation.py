"""Gives every pytest process its own Redis database and its own folder for uploads.

./test loads it with ``-p``, before the settings are read, so that the variables are in place
for Django and are inherited by the worker that the tests start. The processes of a part that runs
beside others have the same names as theirs, gw0 and on, and share nothing with them all the same.
"""

import os
import re
from pathlib import Path

from launch.test_parts import BESIDE

_MOVED_ON = 8  # of the sixteen databases that a Redis has


def own_redis_url(*, url: str, process: str, is_beside: bool = False) -> str:
    """``url`` with the number of its database moved on: gw0 -> 1, gw1 -> 2, none -> 0."""
    number = int(process.removeprefix("gw")) + 1 if process else 0
    number += _MOVED_ON if is_beside else 0
    return re.sub(r"(db=|/)\d+$", rf"\g<1>{number}", url)


_process = os.environ.get("PYTEST_XDIST_WORKER", "")
_beside = os.environ.get(BESIDE, "")
if "REDIS_URL" in os.environ:
    os.environ["REDIS_URL"] = own_redis_url(
        url=os.environ["REDIS_URL"], process=_process, is_beside=bool(_beside)
    )
if "MEDIA_ROOT" in os.environ and _process:
    os.environ["MEDIA_ROOT"] = str(Path(os.environ["MEDIA_ROOT"], _beside, _process))
