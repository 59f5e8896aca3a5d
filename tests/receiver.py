"""Receivers for tests: an HTTP server that behaves as told, and a mail server."""

import socket
import socketserver
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass
class Got:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """An HTTP server on a port of its own. ``behave`` says how it answers.

    A number is a status; "slow" never ends its headers, "drip" sends a byte now and then, "flood"
    sends without an end, "redirect" leads to ``leads_to``, "hang up" says nothing at all.
    """

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.behave: int | str = 200
        self.answers: dict[str, str] = {}
        self.leads_to = "http://169.254.169.254/latest/meta-data/"
        self.sent_bytes = 0
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append(Got(self.path, headers, body))
                try:
                    receiver._answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://localhost:{self.port}/hook?channel=desk"
        self.inside = f"localhost:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        behave = self.behave
        if isinstance(behave, int):
            request.send_response(behave)
            for name, value in self.answers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", "0")
            request.end_headers()
        elif behave == "redirect":
            request.send_response(307)
            request.send_header("Location", self.leads_to)
            request.send_header("Content-Length", "0")
            request.end_headers()
        elif behave == "hang up":
            request.connection.shutdown(socket.SHUT_RDWR)
        elif behave == "slow":
            request.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._over.wait(60)
        elif behave == "drip":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not self._over.wait(0.2):
                request.wfile.write(b"x")
        elif behave == "flood":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not self._over.is_set():
                request.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                self.sent_bytes += 0x10000


@dataclass
class Mailbox:
    """A mail server on a port of its own; ``refuses`` makes it refuse every recipient."""

    refuses: bool = False
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mailbox._talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, session: socketserver.StreamRequestHandler) -> None:
        """Speak SMTP (RFC 5321) as far as one letter needs it."""

        def say(line: str) -> None:
            session.wfile.write(line.encode() + b"\r\n")

        to = ""
        say("220 mailbox ESMTP")
        for line in session.rfile:
            verb = line.strip().upper()
            if verb.startswith(b"RCPT TO:"):
                to = line.strip()[8:].strip(b"<>").decode()
                say("550 nobody here" if self.refuses else "250 fine")
            elif verb == b"DATA":
                say("354 go on")
                letter = b""
                while (part := session.rfile.readline()) not in (b".\r\n", b""):
                    letter += part.removeprefix(b".") if part.startswith(b"..") else part
                parsed = message_from_bytes(letter, policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                self.letters.append((to, parsed))
                say("250 taken")
            elif verb == b"QUIT":
                say("221 good bye")
                return
            else:
                say("250 fine")


def wait_for(what: list[object], *, number: int = 1, within_s: float = 20.0) -> None:
    """Wait until so many things came."""
    end = time.monotonic() + within_s
    while len(what) < number:
        assert time.monotonic() < end, f"{len(what)} of {number} came"
        time.sleep(0.02)
