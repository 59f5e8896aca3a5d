"""What is handed out, or kept, so that nobody but the site reads it: sealed with the site's key.

Each purpose has a key of its own. What was sealed under a key of the site that changed since is
opened as long as that key is among ``SECRET_KEY_FALLBACKS``.
"""

import base64
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class SealBroken(Exception):
    """It was not sealed here, not for this purpose, or too long ago."""


def seal(text: str, *, purpose: str) -> str:
    """Return a text as nobody else can read it; letters, digits, ``-``, ``_`` and ``=``."""
    return _keys(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, max_age: timedelta | None = None) -> str:
    """Return what was sealed. Raises SealBroken."""
    ttl = None if max_age is None else int(max_age.total_seconds())
    try:
        return _keys(purpose).decrypt(sealed.encode(), ttl=ttl).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _keys(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(secret, purpose)) for secret in secrets])


def _derived(secret: str | bytes, purpose: str) -> bytes:
    digest = salted_hmac(purpose, "seal", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
