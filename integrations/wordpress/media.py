"""Pictures out of a folder: a copy of ``wp-content/uploads``. Nothing is ever downloaded."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.text import slugify
from django.utils.translation import gettext as _

from comments.pictures import check_picture
from integrations.wordpress.tally import Tally

_SCALED = re.compile(r"-(?:\d+x\d+|scaled)(?=\.\w+$)")


def store_picture(*, source: str, folder: Path, tally: Tally) -> str:
    """Store the picture that stood at the address ``source``; returns its name, or nothing."""
    path = next(_candidates(source, folder), None)
    if path is None:
        tally.left_out[_("pictures that are not in the media folder")] += 1
        return ""
    try:
        with path.open("rb") as file:
            ending = check_picture(file, size=path.stat().st_size)
            name = f"pictures/{slugify(path.stem)[:80] or 'picture'}{ending}"
            stored = default_storage.save(name, File(file))
    except (OSError, ValidationError):
        tally.left_out[_("pictures that cannot be read or are too large")] += 1
        return ""
    tally.came_in[_("pictures")] += 1
    return stored


def _candidates(source: str, folder: Path) -> Iterator[Path]:
    """Yield the files that may be meant, inside the folder, the nearest guess first."""
    folder = folder.resolve()
    parts = [part for part in unquote(urlsplit(source).path).split("/") if part]
    if not parts or "\0" in source:
        return
    original = [*parts[:-1], _SCALED.sub("", parts[-1])]
    for wanted in (parts, original):
        for skipped in range(len(wanted)):
            path = folder.joinpath(*wanted[skipped:])
            try:
                path = path.resolve()
                if path.is_relative_to(folder) and path.is_file():
                    yield path
            except OSError:
                continue
