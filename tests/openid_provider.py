"""A small OpenID provider: it knows one person, and says so to whoever asks rightly."""

import json
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT_ID, SECRET = "ordstyrer", "a secret of the two"


class OpenIDProvider:
    """Discovery, tokens and user info on a port of its own; ``person`` is who signs in there."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._token(self)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
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

    def settings(self) -> dict[str, Any]:
        """What stands in the site's settings about this provider."""
        app = {
            "provider_id": "newsroom",
            "name": "The newsroom",
            "client_id": CLIENT_ID,
            "secret": SECRET,
            "settings": {"server_url": self.url},
        }
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path).path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            self._answer(
                request,
                {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "userinfo_endpoint": f"{self.url}/me",
                    "jwks_uri": f"{self.url}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                },
            )
        elif path == "/authorize":
            self._ask(request)
        elif path == "/me" and request.headers["Authorization"] == "Bearer let me in":
            self._answer(request, self.person)
        else:
            request.send_error(404)

    def allowed_by(self, policy: dict[str, Any]) -> dict[str, Any]:
        """The site's policy with this provider among those that its forms may lead to."""
        directives = policy["DIRECTIVES"]
        there = [*directives["form-action"], self.url]
        return {**policy, "DIRECTIVES": {**directives, "form-action": there}}

    def _ask(self, request: BaseHTTPRequestHandler) -> None:
        """Show the page of the provider: its person is signed in there, and goes back or not."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        back = asked["redirect_uri"]
        words = {
            "Go on": {"code": "the code", "state": asked["state"]},
            "Leave": {"error": "access_denied", "state": asked["state"]},
        }
        links = [
            f'<a href="{escape(f"{back}?{urlencode(answer)}")}">{word}</a>'
            for word, answer in words.items()
        ]
        head = '<title>The newsroom</title><link rel="icon" href="data:,">'
        self._send(request, "text/html", f"{head}<h1>The newsroom</h1>{' '.join(links)}")

    def _token(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        if sent.get("code") != "the code" or sent.get("client_secret") != SECRET:
            request.send_error(400)
            return
        self.asked.append("code_verifier" if sent.get("code_verifier") else "no verifier")
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60, **self.person}
        id_token = jwt.encode(told, "not looked at: it came straight from here", algorithm="HS256")
        self._answer(
            request,
            {"access_token": "let me in", "token_type": "Bearer", "id_token": id_token},
        )

    def _answer(self, request: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
        self._send(request, "application/json", json.dumps(content))

    def _send(self, request: BaseHTTPRequestHandler, kind: str, content: str) -> None:
        body = content.encode()
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
