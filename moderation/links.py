"""Where the web addresses in a comment lead, for somebody who must not click them to find out."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.translation import gettext as _

from classifier.lookalikes import DOUBLES, WHOLE

MOST_LINKS = 12  # of one comment
LONGEST_REST = 80  # characters of what follows the host

_ADDRESS = re.compile(r"(?:https?://|(?<![\w.@/])www\.)[^\s<>\"“”«»]+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?'’*_…)]}"
_AUTHORITY = re.compile(r"[^/?#\\]*")
_DOTS = str.maketrans("。．｡", "...")  # browsers read them as dots
_NUMBERS = re.compile(r"\d+(?:\.\d+){0,3}|0x[0-9a-f]+|\[.*\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """An address in pieces. ``host`` is what a reader sees, ``ascii_host`` what a browser asks for.

    ``ascii_host`` is empty where both are the same; ``warnings`` are whole sentences.
    """

    before: str
    host: str
    after: str
    ascii_host: str = ""
    warnings: tuple[str, ...] = ()


def links_in(text: str, *, most: int = MOST_LINKS) -> list[Link]:
    """Return the addresses in a text in their order, each once, ``most`` at most. Never raises."""
    if "://" not in text and "www." not in text.lower():
        return []
    found = dict.fromkeys(m[0].rstrip(_AFTER_ADDRESS) for m in _ADDRESS.finditer(text))
    return [link for link in map(_read, list(found)[:most]) if link.host]


def _read(address: str) -> Link:
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "", address
    authority = _AUTHORITY.match(rest)[0]  # type: ignore[index]  # it matches the empty string
    after = rest[len(authority) :]
    name, at, host_and_port = authority.rpartition("@")
    host, colon, port = host_and_port.partition(":")
    if host.startswith("["):  # the colons of an IPv6 address are its own
        host, bracket, port = host_and_port.partition("]")
        host, colon = host + bracket, ""
    shown, plain = _hosts(host)
    return Link(
        before=f"{scheme}{separator}{name}{at}",
        host=shown,
        after=_shortened(f"{colon}{port}{after}"),
        ascii_host=plain if plain != shown else "",
        warnings=tuple(_warnings(shown, name=name)),
    )


def _hosts(host: str) -> tuple[str, str]:
    """Return a host as it is meant to be read, and as it goes over the wire (punycode)."""
    read = unicodedata.normalize("NFKC", unquote(host).translate(_DOTS)).lower()
    labels = (read if read.isprintable() else host).split(".")
    return ".".join(map(_read_label, labels)), ".".join(map(_wire_label, labels))


def _read_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        read = label[4:].encode("ascii").decode("punycode")
    except (ValueError, OverflowError):
        return label
    return read if read and read.isprintable() else label


def _wire_label(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _warnings(host: str, *, name: str) -> list[str]:
    said = []
    if name:
        said.append(
            _("It leads to %(host)s: what stands before the @ is only a name.") % {"host": host}
        )
    if _NUMBERS.fullmatch(host):
        said.append(_("The host is a bare number, not a name."))
    like = looks_like(host)
    if like:
        said.append(
            _("It looks like %(like)s and is another host: letters of another alphabet.")
            % {"like": like}
        )
    return said


def looks_like(host: str) -> str:
    """Return the plain Latin host that this one is easily taken for, or nothing.

    Accents are no disguise. Letters of another alphabet are, where all of them have Latin doubles.
    """
    if host.isascii():
        return ""
    doubled = any(letter in DOUBLES for letter in host)
    plain = "".join(_plain_letter(letter) for letter in host)
    return plain if doubled and plain.isascii() else ""


def _plain_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    base = unicodedata.normalize("NFKD", letter)[0]
    return DOUBLES.get(base) or WHOLE.get(base) or base


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_REST else f"{text[: LONGEST_REST - 1]}…"
