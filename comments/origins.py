"""Origins of other sites, and addresses of pages there: read, checked, written one way."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

MOST_ORIGINS = 50  # they all stand in a header of every frame
LONGEST_ADDRESS = 500
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_AT_HOME = frozenset({"localhost", "127.0.0.1"})
_USUAL_PORTS = {"https": 443, "http": 80}
# What campaigns hang on to an address; the page behind it is the same.
_CAMPAIGNS = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id")


class NotAnOrigin(ValueError):
    """Says in words for its writer why a line is not the origin of a site."""


def read_origin(text: str) -> str:
    """Return an origin as browsers write it: ``https://example.org``. Raises NotAnOrigin."""
    if "*" in text:
        raise NotAnOrigin(gettext("“%s” has a star: write each site on a line of its own.") % text)
    parts, origin = _split(text)
    if parts is None or origin is None:
        raise NotAnOrigin(
            gettext("“%s” is no address of a site. Write it like https://example.org.") % text
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise NotAnOrigin(
            gettext("“%(text)s” is a page. Write only how it begins: %(origin)s")
            % {"text": text, "origin": origin}
        )
    if parts.scheme != "https" and parts.hostname not in _AT_HOME:
        raise NotAnOrigin(
            gettext("“%s” is not encrypted, so anybody on the way could change it. Use https://")
            % text
        )
    return origin


def read_origins(text: str) -> list[str]:
    """Return the origins of a text with one a line, each once. Raises NotAnOrigin."""
    lines = filter(None, (line.strip() for line in text.splitlines()))
    return list(dict.fromkeys(read_origin(line) for line in lines))


def validate_origins(text: str) -> None:
    """Refuse a list that holds something else than origins, and say which line it is."""
    try:
        count = len(read_origins(text))
    except NotAnOrigin as refused:
        raise ValidationError(str(refused), code="origin") from None
    if count > MOST_ORIGINS:
        raise ValidationError(
            gettext("That is %(count)d sites; up to %(most)d fit."),
            code="too_many",
            params={"count": count, "most": MOST_ORIGINS},
        )


def origin_of(address: str) -> str | None:
    """Return the origin of a web address, or None for what is none."""
    return _split(address)[1]


def page_address(address: str) -> str | None:
    """Return the address of a page in the one form it is stored in, or None for what is none.

    Without the fragment and what campaigns hang on; scheme and host in small letters.
    """
    parts, origin = _split(address)
    if parts is None or origin is None:
        return None
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if not _CAMPAIGNS.fullmatch(name)]
    query = parts.query if len(kept) == len(asked) else urlencode(kept)
    page = urlunsplit(("", "", parts.path or "/", query, ""))
    found = f"{origin}{page}"
    return found if len(found) <= LONGEST_ADDRESS else None


def _split(address: str) -> tuple[SplitResult | None, str | None]:
    """Return the parts of an address and its origin; None twice for what is no web address."""
    if not address.isprintable() or any(letter in address for letter in ' "<>\\'):
        return None, None
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return None, None
    if parts.scheme not in _USUAL_PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None, None
    ending = "" if port in (None, _USUAL_PORTS[parts.scheme]) else f":{port}"
    return parts, f"{parts.scheme}://{host}{ending}"
