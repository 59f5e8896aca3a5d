"""Where a webhook may connect to: addresses of the Internet, and hosts that the operator named.

A name is resolved once, every answer must be allowed, and the connection goes to the address that
was looked at: a name that answers differently the second time gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Collection[str]]

# Public by the book and never a receiver: metadata of clouds.
_NEVER = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "169.254.169.254")))
# Python's own list of what is not public has gaps in older versions.
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "3fff::/20"),
    )
)
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_6TO4 = ipaddress.ip_network("2002::/16")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """An address that no webhook connects to; the words say why, without naming what is there."""


def split(url: str) -> SplitResult:
    """Return the parts of an endpoint's address. Raises Refused for what is none.

    It is https, unless the operator named the host; it carries no name and password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("this is not an address")) from None
    if any(c.isspace() or not c.isprintable() for c in url) or "\\" in url:
        raise Refused(_("this is not an address"))
    if not parts.hostname or port == 0:
        raise Refused(_("this is not an address"))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("it carries a name and a password"))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_inside(parts)):
        raise Refused(_("it is not https"))
    return parts


def is_inside(parts: SplitResult) -> bool:
    """Whether the operator named this host and port as one inside their own network."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.hostname}:{port}" in settings.WEBHOOK_INSIDE_HOSTS


def resolve(parts: SplitResult, *, within_s: float, resolver: Resolver | None = None) -> str:
    """Return the address to connect to. Raises Refused, and OSError when the name has none."""
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    found = _ask(resolver or _addresses, host, port, within_s=within_s)
    if not found:
        raise OSError(_("the name has no address"))
    if not is_inside(parts) and not all(is_public(address) for address in found):
        raise Refused(_("it leads to an address that is not public"))
    return next(iter(found))


def is_public(text: str) -> bool:
    """Whether an address is one of the Internet, whatever clothes it wears."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(str(inner))
        if address not in _GLOBAL_V6:
            return False
    if address in _NEVER or any(address in network for network in _REFUSED):
        return False
    return address.is_global and not address.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _ask(resolver: Resolver, host: str, port: int, *, within_s: float) -> Collection[str]:
    """Resolve in a thread: the system's resolver knows no time limit of ours."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="resolve")
    try:
        return pool.submit(resolver, host, port).result(timeout=within_s)
    except TookTooLong:
        raise OSError(_("the name was not found in time")) from None
    except UnicodeError:
        raise Refused(_("this is not an address")) from None
    finally:
        pool.shutdown(wait=False)
