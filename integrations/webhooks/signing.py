"""Signatures as in Standard Webhooks 1.0 (https://www.standardwebhooks.com).

A secret is ``whsec_`` and 24 to 64 bytes that nobody can guess, in base64. What is signed is the
id, the time and the body as they are sent, with dots between, by HMAC-SHA256; a header may carry
several signatures with spaces between, so that a secret is changed without a message that nobody
can check.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.utils.crypto import salted_hmac

PREFIX = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64


class BadSecret(ValueError):
    """A secret that signs nothing: an empty one would be everybody's."""


def new_seed() -> str:
    """Return what a new secret is derived from."""
    return secrets.token_hex(16)


def derived_secret(*, seed: str, endpoint: uuid.UUID) -> str:
    """Return the secret of an endpoint: it is made from SECRET_KEY each time and stored nowhere."""
    digest = salted_hmac("webhooks.secret", f"{endpoint.hex}:{seed}", algorithm="sha256").digest()
    return PREFIX + base64.b64encode(digest).decode()


def signature(*, secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature with its version: ``v1,...``. Raises BadSecret."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digest = hmac.digest(_key(secret), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(
    *, secret_list: Iterable[str], message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the three headers of a message, signed with each secret. Raises BadSecret."""
    timestamp = int(at.timestamp())
    signatures = [
        signature(secret=secret, message_id=message_id, timestamp=timestamp, body=body)
        for secret in secret_list
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as problem:
        raise BadSecret("the secret is not base64") from problem
    if not FEWEST_BYTES <= len(key) <= MOST_BYTES:
        raise BadSecret(f"the secret has {len(key)} bytes")
    return key
