"""Where a request comes from, and how little of that is kept.

Network addresses are kept as hashes under a key that changes, and is destroyed in the end.

A hash carries the generation of its key: ``3.9f86d081884c7d65``. Keys are asked for with each
comment and report (a table of a few rows): no process keeps one beyond its time, and none hashes
under a key that is gone. Whoever comes back under a new key is known again as long as the key
before is kept: their hashes are linked. How long that is follows from what addresses are for:
other names of an address and new names are asked about for ``SiteSettings.address_days``, and a ban
may hold new names from an address for as long again.
"""

import secrets
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from python_ipware import IpWare

from comments.models import AddressKey, SiteSettings

# Each proxy adds the address it was asked from, so the outermost one wrote the PROXY_COUNT-th from
# the right. IpWare counts what stands to the right of that, and would believe other headers too.
_ipware = (
    IpWare(precedence=("HTTP_X_FORWARDED_FOR",), proxy_count=settings.PROXY_COUNT - 1)
    if settings.PROXY_COUNT
    else None
)
_ONE_HOUSEHOLD = 64  # bits: providers give each customer that many IPv6 addresses and more
_ONE_NETWORK = {4: 24, 6: 48}  # bits that the addresses of one network have in common
_HASH_LENGTH = 24  # hex digits: 96 bits
_PSEUDONYM_LENGTH = 30


class AddressHashes(NamedTuple):
    """The hash of an address under the key in use, and under those that are still kept.

    ``network`` is that of the network around it, under the key in use alone: what is counted there
    is of the last hours. Empty where there is no address.
    """

    current: str
    earlier: tuple[str, ...] = ()
    network: str = ""


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


def hashes_of(address: str) -> AddressHashes:
    """Return the hashes of an address. One query."""
    keys, network = _kept_keys(), _network(address)
    current, *earlier = (_hash(address, key=key) for key in keys)
    of_network = _hash(network, key=keys[0]) if network is not None else ""
    return AddressHashes(current, tuple(earlier), of_network)


def address_hash(address: str) -> str:
    """Return the hash of an address under the key in use."""
    return hashes_of(address).current


def hashes_of_client(request: HttpRequest) -> AddressHashes:
    """Return the hashes of the address that a request comes from, joined with the earlier ones.

    For what is going to be stored or counted: two queries while an older key is kept.
    """
    hashes = hashes_of(client_address(request))
    _link(hashes)
    return hashes


def pseudonym_of_client(request: HttpRequest) -> str | None:
    """Return what django-axes keeps in place of an address: the hash, in an address's clothes.

    Its column takes addresses and nothing else, so the hash becomes one of fd00::/8, which nobody
    on the internet has. None where a web server that hands requests on names no address.
    """
    address = _household(client_address(request))
    if address is None:
        return None
    digits = keyed_hash(address, secret=_kept_keys()[0].secret)[:_PSEUDONYM_LENGTH]
    return ":".join(f"fd{digits}"[at : at + 4] for at in range(0, 32, 4))


def rotate(*, days: int) -> bool:
    """Put a fresh key in the place of one that is ``days`` old; whether this call did.

    Of two processes that rotate at once, one does: the other waits for the row, and finds it
    retired.
    """
    _kept_keys()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE comments_addresskey SET retired_at = clock_timestamp()
            WHERE retired_at IS NULL AND made_at <= clock_timestamp() - %s * interval '1 day'
            RETURNING generation
            """,
            [days],
        )
        row = cursor.fetchone()
        if row is not None:
            _make(row[0] + 1)
        return row is not None


def destroy_old(*, at: datetime, settings: SiteSettings) -> int:
    """Delete keys that nothing needs any more, and with each what it joined; how many.

    A key stays while addresses are remembered, and while a ban holds new names from one of its
    hashes.
    """
    over = AddressKey.objects.filter(retired_at__lte=at - timedelta(days=settings.address_days))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT split_part(hash, '.', 1)
            FROM comments_restriction, unnest(addresses) AS hash
            WHERE lifted_at IS NULL AND names_held_until > %s
            """,
            [at],
        )
        needed = {int(generation) for (generation,) in cursor.fetchall() if generation.isdigit()}
    doomed = [key for key in over if key.generation not in needed]
    for key in doomed:
        key.delete()
    return len(doomed)


def keyed_hash(address: str, *, secret: str) -> str:
    """Return the hash of an address under a key (hex): enough to count by, not to read.

    Whoever reads the database alone has the secrets and not SECRET_KEY, and cannot try addresses
    out. All IPv6 addresses of one household are one: whoever has one of them has all.
    """
    counted = _household(address) or address
    return salted_hmac(f"comments.address.{secret}", counted, algorithm="sha256").hexdigest()


def _hash(address: str, *, key: AddressKey) -> str:
    return f"{key.generation}.{keyed_hash(address, secret=key.secret)[:_HASH_LENGTH]}"


def _kept_keys() -> list[AddressKey]:
    """Return the keys, the one in use first; the very first is made here."""
    keys = list(AddressKey.objects.order_by("-generation"))
    if not keys:
        _make(1)
        keys = list(AddressKey.objects.order_by("-generation"))
    return keys


def _make(generation: int) -> None:
    key = AddressKey(generation=generation, secret=secrets.token_hex(32), made_at=Now())
    AddressKey.objects.bulk_create([key], ignore_conflicts=True)


def _link(hashes: AddressHashes) -> None:
    """Join the hashes of an address that was here under an earlier key, too."""
    if not hashes.earlier:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO comments_addresslink (later, earlier, key_id)
            SELECT %s, hash, split_part(hash, '.', 1)::int
            FROM unnest(%s::varchar[]) AS hash
            WHERE EXISTS (SELECT FROM comments_addresskey
                          WHERE generation = split_part(hash, '.', 1)::int)
                AND (EXISTS (SELECT FROM comments_comment WHERE address_hash = hash)
                     OR EXISTS (SELECT FROM comments_report
                                WHERE reporter_key = 'address:' || hash AND outcome <> '')
                     OR EXISTS (SELECT FROM comments_restriction
                                WHERE addresses @> ARRAY[hash] AND lifted_at IS NULL
                                    AND names_held_until IS NOT NULL))
            ON CONFLICT DO NOTHING
            """,
            [hashes.current, list(hashes.earlier)],
        )


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


def _network(address: str) -> str | None:
    """Return the network around an address; None for what is no address."""
    household = _household(address)
    if household is None:
        return None
    bits = _ONE_NETWORK[ip_address(household).version]
    return str(ip_network(f"{household}/{bits}", strict=False))
