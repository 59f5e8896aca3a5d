"""Everything that is a person's, as a ZIP: one JSON file, and a page to read beside it.

It is made while it is sent, from rows as they come: ten thousand comments cost no memory.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from privacy.field_names import NAMES
from privacy.registry import Person, Row, Share, shares

FORMAT, VERSION = "ordstyrer.personal-data", 1
_AT_LEAST = 64 * 1024  # bytes that are sent at once


def zip_of(*, person: Person, site: str, at: datetime) -> Iterator[bytes]:
    """Yield the ZIP in pieces: ``data.json`` and ``data.html``."""
    out = _Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in (
            ("data.json", _json(person, site, at)),
            ("data.html", _html(person, site, at)),
        ):
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece.encode())
                    if out.size >= _AT_LEAST:
                        yield out.taken()
    yield out.taken()


class _Outlet(io.RawIOBase):
    """Takes what the archive writes; it cannot be read or wound back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces, self.size = [], 0
        return data


def _json(person: Person, site: str, at: datetime) -> Iterator[str]:
    head = {"format": FORMAT, "version": VERSION, "site": site, "made_at": at.isoformat()}
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for share in shares():
        yield f',\n"{share.name}": ['
        for number, row in enumerate(share.rows(person)):
            text = json.dumps(row, ensure_ascii=False, default=_plain)
            yield f"{',' if number else ''}\n  {text}"
        yield "]"
    yield "}\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _html(person: Person, site: str, at: datetime) -> Iterator[str]:
    title = escape(gettext("What %(site)s keeps of you") % {"site": site})
    yield (
        f'<!DOCTYPE html>\n<html lang="{get_language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head><body><h1>{title}</h1><p>{_words(at)}</p>\n"
    )
    for share in shares():
        yield f"<h2>{escape(str(share.title))}</h2>\n"
        is_empty, spoken = True, _Spoken(share)
        for row in share.rows(person):
            is_empty = False
            yield f"<hr>{spoken.listed(row)}\n"
        if is_empty:
            yield f"<p>{escape(gettext('Nothing.'))}</p>\n"
    yield "</body></html>\n"


class _Spoken:
    """Says the rows of one part in the language of here and now, which it asks for once."""

    def __init__(self, share: Share) -> None:
        called = {**NAMES, **share.called}
        self._names = {name: escape(str(said)) for name, said in called.items()}
        self._words = {
            name: {value: escape(str(said)) for value, said in words.items()}
            for name, words in share.words.items()
        }

    def listed(self, row: Row) -> str:
        """Return a row as a list of what is not empty."""
        items = "".join(
            f"<dt>{self._names.get(name) or escape(name)}</dt><dd>{self._shown(name, value)}</dd>"
            for name, value in row.items()
            if value not in ("", None, [], {})
        )
        return f"<dl>{items}</dl>"

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            return self.listed(value)
        if isinstance(value, list | tuple):
            return "".join(f"<div>{self._shown(name, one)}</div>" for one in value)
        words = self._words.get(name)
        return (words.get(value) if words else None) or _words(value)


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{_day(local.date(), get_language() or '')}, {local:%H:%M}"
    if isinstance(value, bool):
        return escape(gettext("yes") if value else gettext("no"))
    return escape(str(value)).replace("\n", "<br>")


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    """Return a day in words; a list of thousands of comments names few of them."""
    return escape(date_format(day, "DATE_FORMAT"))
