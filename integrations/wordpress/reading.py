"""Reading a WordPress export piece by piece, however large it is.

A WXR file is RSS 2.0 with elements of WordPress's own. One item at a time is held in memory; what
has been read is dropped. Entities of the file's own making and external ones are refused, because
a kilobyte of them can ask for gigabytes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

# Written by every version of the export, with http or https: 1.0, 1.1, 1.2 and whatever follows.
_NAMESPACE = re.compile(r"\{https?://wordpress\.org/export/[^/]+/(?P<excerpt>excerpt/)?\}")
_PREFIXES = {
    "{http://purl.org/rss/1.0/modules/content/}": "content:",
    "{http://purl.org/dc/elements/1.1/}": "dc:",
}
# XML 1.0 has no place for these, and exports are full of them.
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
_AS_SPACES = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))


class UnreadableExport(Exception):
    """The file cannot be read further; the message says where and why."""


class NotAnExport(UnreadableExport):
    """The file is something else; nothing of it was read."""


@dataclass(frozen=True, slots=True)
class Commented:
    """A comment as the file has it: every value as text, empty where it is missing."""

    number: str
    author: str
    email: str
    website: str
    address: str
    date_gmt: str
    date: str
    content: str
    approved: str
    kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class Item:
    """A post, page or anything else as the file has it, with its comments."""

    number: str
    title: str
    link: str
    guid: str
    creator: str
    content: str
    excerpt: str
    date_gmt: str
    date: str
    pub_date: str
    slug: str
    status: str
    kind: str
    password: str
    comment_status: str
    attachment: str
    thumbnail: str
    categories: tuple[tuple[str, str, str], ...]  # domain, nicename, name
    comments: tuple[Commented, ...]


@dataclass(slots=True)
class Site:
    """What the file says of the site it comes from; it stands before the items."""

    address: str = ""
    names: dict[str, str] = field(default_factory=dict)  # login to display name


class Counted:
    """A binary file that counts what is read and replaces what XML has no place for."""

    def __init__(self, file: IO[bytes], *, told: Callable[[int], None]) -> None:
        self._file = file
        self._told = told
        self._one_byte_letters: bool | None = None
        self.replaced = 0

    def read(self, size: int = -1) -> bytes:
        """Read as the file does."""
        data = self._file.read(size)
        if self._one_byte_letters is None:
            self._one_byte_letters = not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        self._told(len(data))
        if self._one_byte_letters:
            without = data.translate(None, _CONTROLS)
            if len(without) != len(data):
                self.replaced += len(data) - len(without)
                return data.translate(_AS_SPACES)
        return data


def read_items(file: Counted, *, site: Site) -> Iterator[Item]:
    """Yield the items of a file in their order and fill ``site`` before the first.

    Raises UnreadableExport where the file ends being XML; the items before that were yielded.
    """
    try:
        yield from _items(file, site)
    except ParseError as error:
        line, column = error.position
        raise UnreadableExport(f"line {line}, column {column}: {_reason(error)}") from error
    except DefusedXmlException as error:
        raise UnreadableExport("it defines entities of its own, which are not read") from error
    except (LookupError, ValueError) as error:
        raise UnreadableExport(f"its text cannot be read: {error}") from error


def _items(file: Counted, site: Site) -> Iterator[Item]:
    open_elements: list[Element] = []
    for event, element in iterparse(file, events=("start", "end")):
        if event == "start":
            if not open_elements:
                _must_be_feed(element)
            open_elements.append(element)
            continue
        open_elements.pop()
        tag = _name(element)
        if tag == "item":
            yield _item(element)
        elif len(open_elements) == 2:
            _learn(site, tag, element)
        if len(open_elements) == 2:
            # The channel would keep an empty element for every item, and a tail of white space.
            open_elements[-1].remove(element)


def _must_be_feed(element: Element) -> None:
    if element.tag != "rss":
        begins = str(element.tag).rpartition("}")[2]
        raise NotAnExport(f"it begins with <{begins}> instead of <rss>")


def _reason(error: ParseError) -> str:
    return str(error).split(":")[0]


def _name(element: Element) -> str:
    tag = str(element.tag)
    found = _NAMESPACE.match(tag)
    if found:
        return ("excerpt:" if found["excerpt"] else "wp:") + tag[found.end() :]
    for namespace, prefix in _PREFIXES.items():
        if tag.startswith(namespace):
            return prefix + tag.removeprefix(namespace)
    return tag


def _learn(site: Site, tag: str, element: Element) -> None:
    if tag == "wp:base_blog_url" or (tag == "link" and not site.address):
        site.address = _text(element) or site.address
    elif tag == "wp:author":
        known = _values(element)
        login, name = known.get("wp:author_login", ""), known.get("wp:author_display_name", "")
        if login and name:
            site.names[login] = name


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _values(element: Element) -> dict[str, str]:
    """Return the texts of an element's children by name; of two, the first that says anything."""
    values: dict[str, str] = {}
    for child in element:
        tag = _name(child)
        if not values.get(tag):
            values[tag] = _text(child)
    return values


def _item(element: Element) -> Item:
    values = _values(element)

    def said(tag: str) -> str:
        return values.get(tag, "")

    return Item(
        number=said("wp:post_id"),
        title=said("title"),
        link=said("link"),
        guid=said("guid"),
        creator=said("dc:creator"),
        content=said("content:encoded"),
        excerpt=said("excerpt:encoded"),
        date_gmt=said("wp:post_date_gmt"),
        date=said("wp:post_date"),
        pub_date=said("pubDate"),
        slug=said("wp:post_name"),
        status=said("wp:status"),
        kind=said("wp:post_type"),
        password=said("wp:post_password"),
        comment_status=said("wp:comment_status"),
        attachment=said("wp:attachment_url"),
        thumbnail=_meta(element, "_thumbnail_id"),
        categories=tuple(
            (child.get("domain", ""), child.get("nicename", ""), _text(child))
            for child in element
            if child.tag == "category"
        ),
        comments=tuple(_comment(child) for child in element if _name(child) == "wp:comment"),
    )


def _meta(element: Element, key: str) -> str:
    for child in element:
        if _name(child) == "wp:postmeta":
            meta = _values(child)
            if meta.get("wp:meta_key") == key:
                return meta.get("wp:meta_value", "")
    return ""


def _comment(element: Element) -> Commented:
    values = _values(element)

    def said(tag: str) -> str:
        return values.get(f"wp:comment_{tag}", "")

    return Commented(
        number=said("id"),
        author=said("author"),
        email=said("author_email"),
        website=said("author_url"),
        address=said("author_IP"),
        date_gmt=said("date_gmt"),
        date=said("date"),
        content=said("content"),
        approved=said("approved"),
        kind=said("type"),
        parent=said("parent"),
    )
