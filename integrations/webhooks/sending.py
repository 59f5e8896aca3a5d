"""One request to a receiver: to the address that was looked at, within a time and a size."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.webhooks.addresses import Refused, Resolver, resolve, split

CONNECT_S = 5.0
TOTAL_S = 10.0
MOST_ANSWER = 64 * 1024  # bytes; what a receiver says is not kept, but a line of it


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request. ``status`` is 0 where none came; ``problem`` says why."""

    status: int
    milliseconds: int
    problem: str = ""
    retry_after_s: int = 0

    @property
    def is_good(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more (410)."""
        return self.status == http.client.GONE


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    total_s: float = TOTAL_S,
    resolver: Resolver | None = None,
) -> Answer:
    """Send a body as JSON. Never raises for what the receiver or the network does.

    Redirects are not followed: where one leads was never looked at.
    """
    started = time.monotonic()
    status, retry_after, problem = 0, 0, ""
    try:
        status, retry_after = _post(url, body, headers, started + total_s, resolver)
        if 300 <= status < 400:
            problem = _("it redirects, and redirects are not followed")
    except Refused as refused:
        problem = _("not sent: %(why)s") % {"why": refused}
    except ssl.SSLError as error:
        problem = _("no secure connection: %(why)s") % {"why": error.reason or _("it was closed")}
    except TimeoutError:
        problem = _("no answer in time")
    except (OSError, http.client.HTTPException) as error:
        late = time.monotonic() >= started + total_s
        why = str(error) or type(error).__name__
        problem = _("no answer in time") if late else _("no answer: %(why)s") % {"why": why}
    spent = round((time.monotonic() - started) * 1000)
    return Answer(status, spent, problem[:200], retry_after)


def _post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    end: float,
    resolver: Resolver | None,
) -> tuple[int, int]:
    parts = split(url)
    address = resolve(parts, within_s=CONNECT_S, resolver=resolver)
    connection = _connection(parts.scheme, str(parts.hostname), parts.port, address)
    # A receiver that sends a byte a second is within every timeout of a socket, but not of this.
    watch = threading.Timer(max(0.1, end - time.monotonic()), _cut, args=(connection,))
    watch.daemon = True
    watch.start()
    try:
        path = parts.path or "/"
        connection.request(
            "POST", f"{path}?{parts.query}" if parts.query else path, body=body, headers=headers
        )
        answer = connection.getresponse()
        answer.read(MOST_ANSWER)
        if time.monotonic() >= end:
            raise TimeoutError  # what was cut off may look like a short answer
        after = answer.headers.get("Retry-After", "")
        return answer.status, int(after) if after.isascii() and after.isdigit() else 0
    finally:
        watch.cancel()
        connection.close()


def _connection(
    scheme: str, host: str, port: int | None, address: str
) -> http.client.HTTPConnection:
    if scheme == "https":
        return _SecureTo(host, port, address=address)
    return _PlainTo(host, port, address=address)


def _cut(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class _PlainTo(http.client.HTTPConnection):
    """A connection to an address that was looked at, whatever the name says by now."""

    def __init__(self, host: str, port: int | None, *, address: str) -> None:
        super().__init__(host, port, timeout=CONNECT_S)
        self._address = address

    def connect(self) -> None:
        """Connect to the address instead of the name."""
        self.sock = socket.create_connection((self._address, self.port), timeout=CONNECT_S)
        self.sock.settimeout(TOTAL_S)


class _SecureTo(_PlainTo):
    """The same with TLS; the certificate must be for the name."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect to the address, and have it prove the name."""
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
