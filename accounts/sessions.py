"""Sessions that are not the request's own: who is signed in there, and signing them out."""

from django.contrib.auth import HASH_SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Session, User


def signed_in(*, session_key: str) -> User | None:
    """Return who is signed in there now: nobody once they signed out, or have a new password."""
    live = Session.objects.filter(expire_date__gt=timezone.now(), user__is_active=True)
    session = live.select_related("user").filter(pk=session_key).first()
    if session is None or session.user is None:
        return None
    kept, user = session.get_decoded(), session.user
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    proof = kept.get(HASH_SESSION_KEY, "")
    return user if any(constant_time_compare(proof, one) for one in hashes) else None


def end_session(*, session_key: str) -> None:
    """Sign out whoever is signed in there."""
    Session.objects.filter(pk=session_key).delete()
