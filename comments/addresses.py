"""Where a request comes from, and how little of that is kept."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from python_ipware import IpWare

# Each proxy adds the address it was asked from, so the outermost one wrote the PROXY_COUNT-th from
# the right. IpWare counts what stands to the right of that, and would believe other headers too.
_ipware = (
    IpWare(precedence=("HTTP_X_FORWARDED_FOR",), proxy_count=settings.PROXY_COUNT - 1)
    if settings.PROXY_COUNT
    else None
)
_ONE_HOUSEHOLD = 64  # bits: providers give each customer that many IPv6 addresses and more


def client_address(request: HttpRequest) -> str:
    """Return the address of the client.

    Headers about proxies are believed only when PROXY_COUNT says how many stand before the site;
    otherwise anybody could choose the address they are limited by.
    """
    if _ipware is not None:
        address, _trusted = _ipware.get_client_ip(request.META)
        if address is not None:
            return str(address)
    return str(request.META.get("REMOTE_ADDR") or "unknown")


def valid_address(request: HttpRequest) -> str | None:
    """Return the same for django-axes, whose column takes addresses and nothing else.

    A web server that hands requests on through a Unix socket names none.
    """
    return _household(client_address(request))


def address_hash(address: str) -> str:
    """Return a keyed hash of an address (32 hex digits): enough to count by, not to read.

    All IPv6 addresses of one household are one: whoever has one of them has all.
    """
    counted = _household(address) or address
    return salted_hmac("comments.address", counted, algorithm="sha256").hexdigest()[:32]


def _household(address: str) -> str | None:
    """Return an address that stands for all of a household's; None for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), _ONE_HOUSEHOLD), strict=False).network_address)
