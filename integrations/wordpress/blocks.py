"""The body of a WordPress post as a list of blocks: paragraphs, pictures, and the rest.

WordPress stores what the editor typed: paragraphs are blank lines, pictures stand in shortcodes,
and the block editor leaves notes to itself in comments. Reading it into blocks makes all of these
the same, so that a picture or a source line can be taken out whole.
"""

import re
from dataclasses import dataclass
from enum import Enum
from html import escape, unescape
from html.parser import HTMLParser

# Shortcodes that WordPress and its most used plug-ins bring. "[sic]" is none of them.
_KNOWN = (
    "gallery|playlist|audio|video|embed|caption|wp_caption|youtube|vimeo|soundcloud|tweet|spotify"
    "|slideshow|contact-form|contact-form-7|contact-field|gravityform|mailchimp|mc4wp_form|ad|ads"
    "|adsense|poll|polldaddy|googlemaps|sharethis|jetpack_subscription_form|vc_\\w+|et_pb_\\w+"
)
_CAPTION = re.compile(
    r"\[(?:wp_)?caption(?P<given>[^\]]*)\](?P<inside>.*?)\[/(?:wp_)?caption\]",
    re.DOTALL | re.IGNORECASE,
)
_CAPTION_GIVEN = re.compile(r'\bcaption="(?P<words>[^"]*)"')
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]", re.IGNORECASE)
_SHORTCODE = re.compile(
    rf"\[/?(?:{_KNOWN})(?:\s[^\]\[]*)?/?\]|\[[a-z][\w-]*\s+[\w-]+=[\"'][^\]\[]*\]", re.IGNORECASE
)
_MEDIA = re.compile(r"(<(?:img|a|/a)\b[^>]*>|\s)*", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_TAGS = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")

_WRAPPERS = frozenset(
    "div section article aside header footer main center body html font figcaption".split()
)
_WHOLE = frozenset(
    "blockquote ul ol dl table pre h1 h2 h3 h4 h5 h6 figure address form details".split()
)
_PLAYERS = frozenset({"iframe", "video", "audio", "embed", "object", "source"})
_NOT_READ = frozenset({"script", "style", "noscript", "template", "object", "iframe", "svg"})
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4", "address": "p"}


class Kind(Enum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    PICTURE = "picture"
    OTHER = "other"


@dataclass(slots=True)
class Image:
    """A picture in a body."""

    source: str
    alt: str = ""
    caption: str = ""


@dataclass(slots=True)
class Block:
    """A piece of a body: its HTML, its words, and the pictures that stood in it."""

    kind: Kind
    html: str
    words: str
    images: list[Image]


def blocks_of(body: str) -> tuple[list[Block], int]:
    """Return the blocks of a post's body, and how many shortcodes were taken out."""
    body = body.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    body, _count = _CAPTION.subn(_as_figure, body)
    body = _EMBED.sub(r"\n\n\1\n\n", body)
    body, taken_out = _SHORTCODE.subn("", body)
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return reader.finish(), taken_out


def words_of(html: str) -> str:
    """Return the words of a piece of HTML on one line."""
    return " ".join(unescape(_TAGS.sub(" ", html)).split())


def _as_figure(found: re.Match[str]) -> str:
    inside = found["inside"]
    media = _MEDIA.match(inside)
    end = media.end() if media else 0
    given = _CAPTION_GIVEN.search(found["given"])
    words = inside[end:].strip() or (given["words"] if given else "")
    return f"\n\n<figure>{inside[:end]}<figcaption>{words}</figcaption></figure>\n\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._blocks: list[Block] = []
        self._out: list[str] = []
        self._images: list[Image] = []
        self._loose = True  # not in a <p>: a blank line ends a paragraph, a line end is a <br>
        self._whole = ""  # the element that is kept in one piece
        self._depth = 0
        self._unread: list[str] = []
        self._caption: list[str] | None = None
        self._captioned = 0
        self._spare = ""

    def finish(self) -> list[Block]:
        """Return the blocks; whatever is still open ends here."""
        self._flush()
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sort an element: a block of its own, a wrapper to forget, or part of what is open."""
        given = {name: value or "" for name, value in attrs}
        if tag in _PLAYERS and not self._unread:
            self._play(given)
        if tag in _NOT_READ:
            self._unread.append(tag)
        elif self._unread or tag in _PLAYERS:
            return
        elif tag == "img":
            self._images.append(Image(given.get("src", ""), given.get("alt", "")))
        elif tag == "figcaption":
            self._caption = []
        elif self._whole:
            self._depth += tag == self._whole
            self._keep(tag)
        elif tag in _WHOLE:
            self._flush()
            self._whole, self._depth = tag, 1
            self._keep(tag)
        elif tag in _WRAPPERS or tag in {"p", "hr"}:
            self._flush()
            self._loose = tag != "p"
        else:
            self._keep(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if self._unread:
            if tag == self._unread[-1]:
                self._unread.pop()
        elif tag == "figcaption" and self._caption is not None:
            self._name_images()
        elif self._whole:
            self._out.append(f"</{_HEADINGS.get(tag, tag)}>")
            self._depth -= tag == self._whole
            if not self._depth:
                self._flush()
        elif tag in _WRAPPERS or tag == "p":
            self._flush()
        elif tag not in _PLAYERS and tag != "img":
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep text; where paragraphs are blank lines, end one there."""
        if self._unread:
            return
        if self._caption is not None:
            self._caption.append(data)
        elif self._whole or not self._loose:
            self._out.append(data)
        else:
            first, *others = _BLANK_LINES.split(data)
            self._out.append(first)
            for other in others:
                self._flush()
                self._out.append(other)

    def handle_entityref(self, name: str) -> None:
        """Keep ``&name;`` as it is."""
        self._keep_text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Keep ``&#name;`` as it is."""
        self._keep_text(f"&#{name};")

    def _keep_text(self, text: str) -> None:
        if self._caption is not None:
            self._caption.append(text)
        elif not self._unread:
            self._out.append(text)

    def _keep(self, tag: str) -> None:
        if self._caption is not None:
            return
        source = self.get_starttag_text() or ""
        other = _HEADINGS.get(tag)
        self._out.append(f"<{other}>" if other else source)

    def _play(self, given: dict[str, str]) -> None:
        address = given.get("src") or given.get("data", "")
        if address.startswith("//"):
            address = f"https:{address}"
        if address.startswith(("http://", "https://")):
            shown = escape(address, quote=True)
            self._out.append(f' <a href="{shown}">{shown}</a> ')

    def _name_images(self) -> None:
        caption = words_of("".join(self._caption or ()))
        self._caption = None
        unnamed = self._images[self._captioned :]
        if not unnamed:
            self._spare = caption  # it stands before its picture
        for image in unnamed:
            image.caption = caption
        self._captioned = len(self._images)

    def _flush(self) -> None:
        if self._caption is not None:
            self._name_images()
        html, images = "".join(self._out).strip(), self._images
        if self._spare and not images:
            html += escape(self._spare)
        for image in images:
            image.caption = image.caption or self._spare
        self._spare = ""
        words = words_of(html)
        if self._whole and self._whole != "figure":
            html = html + "".join(_link_to(image) for image in images)
            if words or images:
                self._blocks.append(Block(Kind.OTHER, html, words, images))
        else:
            self._add(html, words, images)
        self._out, self._images, self._captioned = [], [], 0
        self._whole, self._depth, self._loose = "", 0, True

    def _add(self, html: str, words: str, images: list[Image]) -> None:
        if images:
            links = "".join(_link_to(image) for image in images)
            # An empty <a> stood around the picture.
            rest = f"<p>{html}</p>" if words else ""
            kind = Kind.OTHER if words else Kind.PICTURE
            self._blocks.append(Block(kind, rest + links, words, images))
        elif words:
            if _ADDRESS.fullmatch(html):
                html = f'<a href="{html}">{html}</a>'  # WordPress would fetch and embed it
            elif self._loose:
                html = html.replace("\n", "<br>\n")
            self._blocks.append(Block(Kind.PARAGRAPH, f"<p>{html}</p>", words, []))


def _link_to(image: Image) -> str:
    """Return a link in the place of a picture: it would be loaded from another site."""
    if not image.source.startswith(("http://", "https://")):
        return ""
    words = image.caption or image.alt or image.source.rpartition("/")[2]
    return f'<p><a href="{escape(image.source)}">{escape(words)}</a></p>'
