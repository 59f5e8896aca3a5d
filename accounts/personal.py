"""What ``accounts``, and what Django keeps beside it, holds of a person."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet, RestrictedError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Session, UsedLink, User
from privacy.emptying import counting, deleting
from privacy.registry import Eraser, Person, Room, Row, Rule, Share, addresses_of, register

UNVERIFIED_DAYS = 30
USED_LINKS_DAYS = 2  # longer than any link is good that works once
_NOBODY = "erased-{}@example.invalid"
_TOLD_OF_TRIES = {
    "username": "address",
    "attempt_time": "at",
    "ip_address": "network_address_hash",
    "user_agent": "browser",
    "http_accept": "accepts",
    "path_info": "page",
}
_OF_ACCOUNTS = {
    "addresses": _("E-mail addresses"),
    "extra_data": _("What they told us"),
    "joined_at": _("Joined"),
    "last_signed_in_at": _("Last signed in"),
    "passkeys_and_codes": _("Passkeys and codes"),
    "provider": _("Provider"),
    "role": _("Role"),
    "signs_in_through": _("Signs in through"),
    "uid": _("Known there as"),
    "verified": _("Verified"),
}
_OF_TRIES = {
    "accepts": _("What the browser takes"),
    "address": _("E-mail address"),
    "at": _("When"),
    "browser": _("Browser"),
    "page": _("Page"),
}
_WORDS = {
    "role": dict(Role.choices),
    "passkeys_and_codes": {
        Authenticator.Type.TOTP: _("Codes from an app"),
        Authenticator.Type.WEBAUTHN: _("Passkey"),
        Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
    },
}
_TRIES: tuple[type[models.Model], ...] = (AccessAttempt, AccessLog, AccessFailureLog)


def _users(person: Person) -> QuerySet[User]:
    if person.user_id is None:
        return User.objects.none()
    return User.objects.filter(pk=person.user_id)


def _addresses(person: Person) -> set[str]:
    """Return the address that they sign in by, and others that they showed to be theirs."""
    verified = EmailAddress.objects.filter(user__in=_users(person), verified=True)
    own = _users(person).values_list("email", flat=True)
    return {*own, *verified.values_list("email", flat=True)}


def _account(person: Person) -> Iterator[Row]:
    for user in _users(person):
        yield {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "joined_at": user.joined_at,
            "last_signed_in_at": user.last_login,
            "addresses": list(
                EmailAddress.objects.filter(user=user).order_by("email").values("email", "verified")
            ),
            "passkeys_and_codes": [key.type for key in Authenticator.objects.filter(user=user)],
            "signs_in_through": list(
                SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")
            ),
        }


def _sign_ins(person: Person) -> Iterator[Row]:
    """Attempts to sign in under the person's addresses, whoever made them."""
    wanted = _tried_as(addresses_of(person))
    for kind in _TRIES:
        tried = kind._default_manager.filter(wanted).order_by("pk")
        for attempt in tried.values(*_TOLD_OF_TRIES).iterator():
            yield {name: attempt[field] for field, name in _TOLD_OF_TRIES.items()}


def _tried_as(addresses: Collection[str]) -> Q:
    wanted = Q(pk__in=())
    for address in addresses:
        wanted |= Q(username__iexact=address)
    return wanted


def _close(person: Person, stays: bool) -> Mapping[str, int]:
    """Sign the person out everywhere, so that nothing more comes from them."""
    if person.user_id is None:
        return {}
    User.objects.filter(pk=person.user_id).update(is_active=False)
    return {"sessions": Session.objects.filter(user=person.user_id).delete()[0]}


def _forget_addresses(person: Person, stays: bool) -> Mapping[str, int]:
    """While the addresses are still known: what was tried with them, and what names them."""
    addresses = addresses_of(person)
    tried = sum(kind._default_manager.filter(_tried_as(addresses)).delete()[0] for kind in _TRIES)
    named = Q(pk__in=())
    for address in addresses:
        named |= Q(object_repr__icontains=address) | Q(change_message__icontains=address)
    log = LogEntry.objects.filter(named).update(object_repr="", change_message="")
    return {"sign_in_tries": tried, "log": log}


def _erase(person: Person, stays: bool) -> Mapping[str, int]:
    """Delete the account; one that decisions name stays as a row without anything of them."""
    user = _users(person).first()
    if user is None:
        return {}
    log = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    log.update(object_repr="", change_message="")
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, RestrictedError):
        _empty(user)
    return {"accounts": 1}


def _empty(user: User) -> None:
    with transaction.atomic():
        for relation in User._meta.related_objects:
            if relation.on_delete is models.CASCADE:
                theirs = {relation.field.name: user}
                relation.related_model._base_manager.filter(**theirs).delete()
        user.email, user.name = _NOBODY.format(uuid4().hex), gettext("Deleted reader")
        user.set_unusable_password()
        user.is_active, user.last_login = False, None
        user.save()


def _tries(before: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__lt=before)
    return found


def _logged_tries(before: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = AccessLog.objects.filter(attempt_time__lt=before)
    return found


def _ended_sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def _used_links(before: datetime) -> QuerySet[UsedLink]:
    return UsedLink.objects.filter(used_at__lt=before)


def _never_verified(before: datetime) -> QuerySet[User]:
    """Accounts that nobody opened: the address may have been typed by anybody."""
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    unopened = User.objects.filter(role=Role.READER, last_login=None, author=None)
    return unopened.filter(~Exists(verified), joined_at__lt=before)


def _never_verified_told(days: int | None) -> str:
    return gettext(
        "An account whose e-mail address is not verified within %(days)d days is deleted."
    ) % {"days": days}


def _log(before: datetime) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(action_time__lt=before)


def _tries_told(days: int | None) -> str:
    if days is None:
        return gettext("Attempts to sign in are kept, with a hash of the network address.")
    return ngettext(
        "Attempts to sign in are kept for %(days)d day, with a hash of the network address.",
        "Attempts to sign in are kept for %(days)d days, with a hash of the network address.",
        days,
    ) % {"days": days}


register(
    Room(
        name="accounts",
        personal={
            "accounts.User": ("email", "name", "password"),
            "account.EmailAddress": ("email",),
            "account.EmailConfirmation": ("key",),
            "mfa.Authenticator": ("type", "data"),
            "socialaccount.SocialAccount": ("provider", "uid", "extra_data"),
            "socialaccount.SocialToken": ("token", "token_secret"),
            "accounts.Session": ("session_key", "session_data"),
            "admin.LogEntry": ("object_repr", "change_message"),
            "axes.AccessAttempt": (
                *("username", "ip_address", "user_agent", "path_info", "http_accept"),
                *("get_data", "post_data"),
            ),
            "axes.AccessLog": (
                *("username", "ip_address", "user_agent", "path_info", "http_accept"),
                "session_hash",
            ),
            "axes.AccessFailureLog": (
                *("username", "ip_address", "user_agent", "path_info", "http_accept"),
            ),
        },
        impersonal={
            "admin.LogEntry": {"object_id": "a number"},
            "accounts.UsedLink": {"digest": "a hash of a link that opens nothing any more"},
        },
        impersonal_models={
            "auth.Permission": "names of the program",
            "auth.Group": "names of the site",
            "socialaccount.SocialApp": "what the site has agreed with a provider",
            "contenttypes.ContentType": "names of the program",
            "axes.AccessAttemptExpiration": "a moment",
        },
        addresses=_addresses,
        shares=(
            Share("account", _("Your account"), _account, called=_OF_ACCOUNTS, words=_WORDS),
            Share(
                "sign_ins", _("Attempts to sign in with your address"), _sign_ins, called=_OF_TRIES
            ),
        ),
        erasers=(
            Eraser(step=0, erase=_close),
            Eraser(step=10, erase=_forget_addresses),
            Eraser(step=100, erase=_erase),
        ),
        rules=(
            Rule(
                key="accounts-never-verified",
                title=_("Accounts whose address was not verified"),
                days=lambda site: UNVERIFIED_DAYS,
                told=_never_verified_told,
                empty=deleting(_never_verified),
                count=counting(_never_verified),
            ),
            Rule(
                key="sign-in-tries",
                title=_("Attempts to sign in that failed"),
                days=lambda site: site.sign_in_days,
                told=_tries_told,
                empty=deleting(_tries),
                count=counting(_tries),
            ),
            Rule(
                key="sign-ins",
                title=_("Attempts to sign in that were logged"),
                days=lambda site: site.sign_in_days,
                told=lambda days: "",
                empty=deleting(_logged_tries),
                count=counting(_logged_tries),
            ),
            Rule(
                key="sessions",
                title=_("Sessions that have ended"),
                days=lambda site: 0,
                told=lambda days: "",
                empty=deleting(_ended_sessions),
                count=counting(_ended_sessions),
            ),
            Rule(
                key="used-links",
                title=_("Links of letters that were used"),
                days=lambda site: USED_LINKS_DAYS,
                told=lambda days: "",
                empty=deleting(_used_links),
                count=counting(_used_links),
            ),
            Rule(
                key="engine-room-log",
                title=_("Log of the engine room"),
                days=lambda site: site.admin_log_days,
                told=lambda days: "",
                empty=deleting(_log),
                count=counting(_log),
            ),
        ),
    )
)
