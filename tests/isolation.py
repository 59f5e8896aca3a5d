"""Gives every pytest process its own Redis database and its own folder for uploads.

./test loads it with ``-p``, before the settings are read, so that the variables are in place
for Django and are inherited by the worker that the tests start.
"""

import os
import re
from pathlib import Path


def own_redis_url(*, url: str, process: str) -> str:
    """``url`` with the number of its database moved on: gw0 -> 1, gw1 -> 2, none -> 0."""
    number = int(process.removeprefix("gw")) + 1 if process else 0
    return re.sub(r"(db=|/)\d+$", rf"\g<1>{number}", url)


_process = os.environ.get("PYTEST_XDIST_WORKER", "")
if "REDIS_URL" in os.environ:
    os.environ["REDIS_URL"] = own_redis_url(url=os.environ["REDIS_URL"], process=_process)
if "MEDIA_ROOT" in os.environ and _process:
    os.environ["MEDIA_ROOT"] = str(Path(os.environ["MEDIA_ROOT"], _process))
