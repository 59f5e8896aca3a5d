"""Where a request comes from, and how little of that is kept."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from python_ipware import IpWare

_ipware = IpWare(proxy_count=settings.PROXY_COUNT) if settings.PROXY_COUNT else None


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
    address = client_address(request)
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def address_hash(address: str) -> str:
    """Return a keyed hash of an address (32 hex digits): enough to count by, not to read."""
    return salted_hmac("comments.address", address, algorithm="sha256").hexdigest()[:32]
