"""Who is signed in in a session that is not this request's own."""

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User


def signed_in(*, session_key: str) -> User | None:
    """Return who is signed in there now: nobody once they signed out, or have a new password."""
    session = Session.objects.filter(pk=session_key, expire_date__gt=timezone.now()).first()
    kept = session.get_decoded() if session else {}
    if SESSION_KEY not in kept:
        return None
    user = User.objects.filter(pk=kept[SESSION_KEY], is_active=True).first()
    if user is None:
        return None
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    proof = kept.get(HASH_SESSION_KEY, "")
    return user if any(constant_time_compare(proof, one) for one in hashes) else None
