"""A site of somebody else: its own address, a strict policy, a page that somebody pasted into."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FALLBACK = "Read the comments"


class ForeignSite:
    """Serves ``pages`` by path. Nothing of theirs may load but what the embed needs."""

    def __init__(self, *, comments_at: str) -> None:
        self.comments_at = comments_at
        self.pages: dict[str, str] = {}
        self.policy = (
            f"default-src 'none'; script-src {comments_at}; frame-src {comments_at};"
            f" connect-src {comments_at}; base-uri 'none'; form-action 'none'"
        )
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        # Another site than localhost to a browser, so cookies in its frames are third-party.
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def paste(self, path: str, element: str, *, above: int = 0, head: str = "") -> str:
        """Put a page with the script and an element under a path; return its address."""
        text = "<p>It was a long ferry ride.</p>" * above
        script = f'<script src="{self.comments_at}/static/js/embed.js" async></script>'
        self.pages[path] = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The ferry</title>'
            f"{head}{script}</head><body><h1>The ferry</h1>{text}{element}</body></html>"
        )
        return f"{self.origin}{path}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = site.pages.get(self.path.partition("?")[0])
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        return Handler

    @contextmanager
    def open(self) -> Iterator["ForeignSite"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


def discussion(name: str) -> str:
    """Return the element for an article, with its link in it."""
    link = f'<a href="https://comments.example/articles/x/">{FALLBACK}</a>'
    return f'<div data-ordstyrer-article="{name}">{link}</div>'
