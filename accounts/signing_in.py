"""Whom django-axes counts failed tries for, whichever form they came from."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def tried_address(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the address that somebody tries to sign in with, in lower case."""
    given = credentials or {}
    typed = request.POST if request is not None else {}
    found = (
        given.get("email") or given.get("username") or typed.get("login") or typed.get("username")
    )
    return str(found or "").strip().lower()
