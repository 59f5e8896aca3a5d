"""OpenID providers that readers and staff may sign in with, from the environment.

``OIDC_PROVIDERS=newsroom`` names them; each has ``OIDC_NEWSROOM_NAME`` (what the button says),
``OIDC_NEWSROOM_URL`` (the issuer), ``OIDC_NEWSROOM_CLIENT_ID`` and ``OIDC_NEWSROOM_CLIENT_SECRET``.
"""

from typing import Any
from urllib.parse import urlsplit

from config import env


def providers() -> list[dict[str, Any]]:
    """Return the providers as django-allauth takes them."""
    return [_provider(word) for word in env.words("OIDC_PROVIDERS")]


def origins() -> list[str]:
    """Return where the sign-in form may lead to: a browser checks where a form's answer goes.

    A provider whose sign-in page is at another host than its issuer needs that in OIDC_ORIGINS.
    """
    issuers = [provider["settings"]["server_url"] for provider in providers()]
    parts = [urlsplit(address) for address in [*issuers, *env.words("OIDC_ORIGINS")]]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts})


def _provider(word: str) -> dict[str, Any]:
    prefix = f"OIDC_{word.upper().replace('-', '_')}"
    return {
        "provider_id": word,
        "name": env.text(f"{prefix}_NAME", word),
        "client_id": env.text(f"{prefix}_CLIENT_ID"),
        "secret": env.text(f"{prefix}_CLIENT_SECRET", ""),
        "settings": {"server_url": env.text(f"{prefix}_URL")},
    }
