"""Comments of WordPress are bits of HTML; ours are plain text with a few marks. One into the other.

Links become their address, ``<blockquote>`` becomes ``> `` lines, ``<em>`` and ``<strong>`` become
``*`` and ``**``, entities become letters, and of every other element the text stays.
"""

import re
from html.parser import HTMLParser

_STARS = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_BLOCKS = frozenset(
    "address article aside dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li"
    " ol p pre section table tr ul".split()
)
_NOT_READ = frozenset({"script", "style", "template", "noscript", "iframe", "object"})
_BREAKS = re.compile(r"\n[ \t]*\n\s*")
_BARE = re.compile(r"^https?://|/$", re.IGNORECASE)
_DEEPEST_QUOTE = 20


def plain_text(html: str) -> str:
    """Return a comment's HTML as the plain text a reader could have typed."""
    reader = _Reader()
    reader.feed(html.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._levels: list[list[str]] = [[]]  # one for the comment, one for each open quotation
        self._links: list[tuple[str, int]] = []  # address, and where its text begins
        self._stars: list[tuple[str, int]] = []
        self._unread = 0
        self._too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open what the tag opens."""
        given = {name: value or "" for name, value in attrs}
        if tag in _NOT_READ:
            self._unread += 1
        elif tag == "blockquote":
            self._open_quote()
        elif tag == "br":
            self._say("\n")
        elif tag == "img":
            self._say(given.get("alt", "") or given.get("src", ""))
        elif tag == "li":
            self._say("\n- ")
        elif tag in _BLOCKS:
            self._say("\n\n" if tag != "tr" else "\n")
        elif tag == "a":
            self._links.append((given.get("href", "").strip(), len(self._out)))
        elif tag in _STARS:
            self._stars.append((tag, len(self._out)))

    def handle_endtag(self, tag: str) -> None:
        """Close it, if it is open."""
        if tag in _NOT_READ:
            self._unread = max(0, self._unread - 1)
        elif tag == "blockquote":
            self._close_quote()
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif tag in _STARS and self._stars and self._stars[-1][0] == tag:
            self._close_stars(_STARS[tag], self._stars.pop()[1])
        elif tag in _BLOCKS:
            self._say("\n\n" if tag not in {"li", "tr"} else "\n")
        elif tag in {"td", "th"}:
            self._say(" ")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self._say(data)

    def text(self) -> str:
        """Return everything that was read; what was left open is closed here."""
        while len(self._levels) > 1:
            self._close_quote()
        # Tabs before a line are the export's or a theme's, not the reader's.
        text = "".join(self._out).replace("\xa0", " ")
        lines = (line.rstrip().lstrip("\t") for line in text.split("\n"))
        return _BREAKS.sub("\n\n", "\n".join(lines)).strip()

    @property
    def _out(self) -> list[str]:
        return self._levels[-1]

    def _say(self, text: str) -> None:
        if not self._unread:
            self._out.append(text)

    def _open_quote(self) -> None:
        self._links.clear()
        self._stars.clear()
        if len(self._levels) > _DEEPEST_QUOTE:
            self._too_deep += 1
        else:
            self._levels.append([])

    def _close_quote(self) -> None:
        self._links.clear()
        self._stars.clear()
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._levels) > 1:
            quoted = _BREAKS.sub("\n\n", "".join(self._levels.pop())).strip()
            lines = [f"> {line.strip()}".rstrip() for line in quoted.split("\n")]
            self._say("\n\n" + "\n".join(lines) + "\n\n" if quoted else "")

    def _close_link(self, address: str, begin: int) -> None:
        words = "".join(self._out[begin:]).strip()
        if not address.lower().startswith(("http://", "https://")):
            return
        if not words or _BARE.sub("", words) == _BARE.sub("", address):
            self._out[begin:] = [address]
        elif address not in words:
            self._out[begin:] = [words, f" ({address})"]

    def _close_stars(self, stars: str, begin: int) -> None:
        inside = "".join(self._out[begin:])
        words = inside.strip()
        # Marks do not reach over lines, and marks around nothing would be stars.
        if words and "\n" not in words and "*" not in words:
            before = inside[: len(inside) - len(inside.lstrip())]
            after = inside[len(inside.rstrip()) :]
            self._out[begin:] = [before, f"{stars}{words}{stars}", after]
