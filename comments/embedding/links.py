"""Links and forms of a page that is shown in a frame.

Pages are rendered as for this site, from the same templates and the same kept discussions. Written
over in one pass at the end, no link can be forgotten: what belongs to the discussion stays in the
frame and carries what the frame knows; everything else opens at the top, in a page of its own.
"""

import re
from functools import cache
from html import escape, unescape
from typing import NamedTuple

from django.urls import reverse

_TAG = re.compile(rb"<(?:a|form)\b[^<>]*>")
_ADDRESS = re.compile(r'\s(?:href|action)="([^"]*)"')
_COMMENT = re.compile(r"comments/([0-9a-f-]{36})/")
# What a frame shows itself; the rest of the site is not made to be framed.
_ACTS = "state|reply|report|edit|withdraw|history|mute|disagree"
_INSIDE = re.compile(rf"articles/[-\w]+/((comments|read)/)?|{_COMMENT.pattern}(({_ACTS})/)?")
_ONES_OWN = re.compile(r'data-do="share"|class="when"')  # for readers to copy


class Links(NamedTuple):
    """Where links of one frame lead.

    ``here``: the address of this page in the frame. ``query``: what every address in the frame
    carries. ``page_url``: where shared comments lead, if not to this site.
    """

    here: str
    query: str
    page_url: str = ""

    def written_into(self, html: bytes) -> bytes:
        """Return the page with its links and forms as a frame needs them."""
        return _TAG.sub(lambda found: self._tag(found[0].decode()).encode(), html)

    def inside(self, address: str) -> str | None:
        """Return an address as it is asked for in the frame, or None for what leads out."""
        asked, mark, fragment = address.partition("#")
        path, _, query = asked.partition("?")
        site, frames = _bases()
        if path and not path.startswith(frames):
            if not path.startswith(site) or not _INSIDE.fullmatch(path, len(site)):
                return None
            path = f"{frames}{path[len(site) :]}"
        carried = "&".join(filter(None, (query, self.query)))
        return f"{path}?{carried}{mark}{fragment}"

    def _tag(self, tag: str) -> str:
        found = _ADDRESS.search(tag)
        if found is None:
            here = f' action="{escape(self.here)}"'
            return f"{tag[:-1]}{here}>" if tag.startswith("<form") else tag
        address = unescape(found[1])
        if address.startswith("#") or " target=" in tag:
            return tag
        if tag.startswith("<a") and _ONES_OWN.search(tag):
            return _outward(_with(tag, found, self._to_share(address, tag)))
        inside = self.inside(address)
        if inside is not None:
            return _with(tag, found, inside)
        return _outward(tag)

    def _to_share(self, address: str, tag: str) -> str:
        comment = _COMMENT.search(address)
        if self.page_url and comment and "data-do" in tag:
            return f"{self.page_url}#comment-{comment[1]}"
        return address


@cache
def _bases() -> tuple[str, str]:
    """Return where the site's own addresses begin, and those of frames."""
    return reverse("comments:index"), reverse("embed:page")


def _with(tag: str, found: re.Match[str], address: str) -> str:
    return f"{tag[: found.start(1)]}{escape(address)}{tag[found.end(1) :]}"


def _outward(tag: str) -> str:
    rel = "" if " rel=" in tag else ' rel="noopener"'
    return f'{tag[:-1]} target="_blank"{rel}>'
