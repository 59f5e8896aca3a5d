"""Headers of files."""

from wsgiref.headers import Headers

_FOR_OTHER_SITES = "js/embed.js"  # under this name for good: it stands in pages that others wrote
_KEPT = "public, max-age=3600, stale-while-revalidate=86400"


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Let other sites load the embed, whatever policy they have, and keep it for an hour."""
    if url.endswith(_FOR_OTHER_SITES):
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Cache-Control"] = _KEPT
