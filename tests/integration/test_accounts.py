"""Accounts: signing up with a code, new passwords, one-time codes, and OpenID providers."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import allauth.mfa
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.adapters import AccountAdapter
from accounts.admin import UserForm
from accounts.models import Role, User
from accounts.notifications import TOLD
from accounts.verified import is_verified
from comments.models import SiteSettings
from mailing.tasks import deliver
from privacy.retention import retain
from tests.make import make_user
from tests.openid_provider import OpenIDProvider
from tests.posting import read, words_of
from tests.receiver import Mailbox

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
SIGN_UP = "/accounts/sign-up/"


@pytest.fixture(autouse=True)
def _nothing_is_counted_yet() -> None:
    cache.clear()


def sign_up(client: Client, email: str, *, name: str = "Marit Vik") -> str:
    """Fill in the form; return the words of the page that comes."""
    data = {"name": name, "email": email, "password1": PASSWORD}
    response = client.post(SIGN_UP, data, follow=True)
    assert response.status_code == 200
    return words_of(response.content.decode()).replace(email, "ADDRESS")


def letter_to(mailbox: Mailbox, address: str) -> str:
    """Deliver what waits; return the newest letter to an address."""
    deliver()
    return [mail.get_content() for to, mail in mailbox.letters if to == address][-1]


def code_in(letter: str) -> str:
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", letter, re.MULTILINE)
    assert found, letter
    return found[1]


def test_whoever_signs_up_is_let_in_with_the_code_that_was_mailed(
    client: Client, mailbox: Mailbox
) -> None:
    page = sign_up(client, "Marit@example.org")
    assert "We sent a code to ADDRESS" in page.replace("marit@example.org", "ADDRESS")
    user = User.objects.get()
    assert (user.email, user.name, user.role) == ("marit@example.org", "Marit Vik", Role.READER)
    assert not is_verified(user)
    assert client.get("/accounts/")["Location"].startswith("/accounts/sign-in/")
    here = reverse("account_email_verification_sent")
    wrong = client.post(here, {"code": "AAAAAA"})
    assert "This is not the code that we sent." in words_of(wrong.content.decode())
    client.post(here, {"code": code_in(letter_to(mailbox, "marit@example.org"))})
    assert is_verified(user)
    assert "marit@example.org" in read(client, "/accounts/")


def test_the_code_is_of_no_use_in_another_browser(client: Client, mailbox: Mailbox) -> None:
    sign_up(client, "victim@example.org")
    code = code_in(letter_to(mailbox, "victim@example.org"))
    owner = Client()
    response = owner.post(reverse("account_email_verification_sent"), {"code": code})
    assert response["Location"] == reverse("accounts:sign_in")
    assert not is_verified(User.objects.get())


def test_nobody_learns_from_the_pages_who_has_an_account(mailbox: Mailbox) -> None:
    make_user(email="known@example.org")
    known, unknown = (sign_up(Client(), f"{who}@example.org") for who in ("known", "new"))
    assert known == unknown
    assert User.objects.count() == 2
    assert "There is an account with it already" in letter_to(mailbox, "known@example.org")
    pages = []
    for who in ("known", "nobody"):
        path = reverse("account_reset_password")
        answer = Client().post(path, {"email": f"{who}@example.org"}, follow=True)
        pages.append(words_of(answer.content.decode()).replace(who, "WHO"))
    assert pages[0] == pages[1]
    assert "choose a new password" in letter_to(mailbox, "known@example.org")
    assert not [to for to, _ in mailbox.letters if to == "nobody@example.org"]


def test_a_forgotten_password_is_chosen_anew_with_a_code(client: Client, mailbox: Mailbox) -> None:
    user = make_user(email="kari@example.org")
    client.post(reverse("account_reset_password"), {"email": "Kari@example.org"})
    code = code_in(letter_to(mailbox, "kari@example.org"))
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    new = {"password1": "another long secret", "password2": "another long secret"}
    client.post(reverse("account_complete_password_reset"), new)
    user.refresh_from_db()
    assert user.check_password("another long secret")
    assert "A new password was chosen for your account." in letter_to(mailbox, "kari@example.org")


def test_an_account_that_nobody_opened_is_deleted_after_a_month(client: Client) -> None:
    sign_up(client, "typed@example.org")
    kept = make_user()
    for days, left in ((29, 2), (31, 1)):
        later = timezone.now() + timedelta(days=days)
        list(retain(settings=SiteSettings.current(), at=later))
        assert User.objects.count() == left
    assert User.objects.get() == kept


def test_people_sign_in_while_redis_is_away(client: Client, settings: LazySettings) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {**settings.CACHES, "default": away}
    user = make_user()
    path = reverse("accounts:sign_in")
    wrong = client.post(path, {"login": user.email, "password": "wrong"})
    assert "do not belong together" in words_of(wrong.content.decode())
    client.post(path, {"login": user.email, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 200


def test_a_role_is_given_to_nobody_whose_address_is_not_verified(client: Client) -> None:
    sign_up(client, "editor@example.org")
    squatter = User.objects.get()
    change = {"email": squatter.email, "name": squatter.name, "is_active": True}
    refused = UserForm({**change, "role": Role.MODERATOR}, instance=squatter)
    assert "Nobody has shown yet that this address is theirs." in str(refused.errors)
    vouched = make_user()
    change = {"email": vouched.email, "name": vouched.name, "is_active": True}
    assert UserForm({**change, "role": Role.MODERATOR}, instance=vouched).is_valid()


def test_letters_about_the_safety_of_an_account_are_in_our_words() -> None:
    theirs = Path(allauth.mfa.__file__).parents[1] / "templates/mfa/email"
    names = {f"mfa/email/{path.name.removesuffix('_subject.txt')}" for path in theirs.iterdir()}
    assert {name for name in names if not name.endswith(".txt")} <= TOLD.keys()
    request = RequestFactory().get("/")
    for name, words in TOLD.items():
        letter = AccountAdapter(request).render_mail(name, "kari@example.org", {})
        assert letter.subject == str(words)
        assert letter.body.startswith(f"{words}.\n")


def test_one_time_codes_are_asked_for_and_their_secret_is_sealed(client: Client) -> None:
    user = make_user()
    give = {"login": user.email, "password": PASSWORD}
    client.post(reverse("accounts:sign_in"), give)
    path = reverse("mfa_activate_totp")
    assert client.get(path)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = read(client, path)
    assert "Code from your app" in page
    secret = re.search(r'value="([A-Z2-7]{32})"', page)
    assert secret
    assert "does not fit" in client.post(path, {"code": "1"}).content.decode()
    # Of the half minute before: it was typed slowly.
    before = int(time.time()) // 30 - 1
    code = totp.format_hotp_value(totp.hotp_value(secret[1], before))
    assert client.post(path, {"code": code}).status_code == 302
    assert secret[1] not in str(Authenticator.objects.get(type="totp").data)
    again = Client()
    answer = again.post(reverse("accounts:sign_in"), give)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert again.get("/accounts/").status_code == 302
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    again.post(answer["Location"], {"code": recovery})
    assert again.get("/accounts/").status_code == 200


# --- OpenID providers ----------------------------------------------------------------------------


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[OpenIDProvider]:
    with OpenIDProvider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        provider.person = {
            "sub": "42",
            "name": "Ingrid Solheim",
            "email": "Ingrid@example.org",
            "email_verified": True,
        }
        yield provider


def come_from(provider: OpenIDProvider, client: Client) -> str:
    """Go to the provider and come back; return where that leads."""
    there = client.post(reverse("openid_connect_login", args=["newsroom"]))["Location"]
    assert there.startswith(f"{provider.url}/authorize?")
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = {"code": "the code", "state": asked["state"][0]}
    answer = client.get(reverse("openid_connect_callback", args=["newsroom"]), back)
    return str(answer.headers.get("Location", answer.status_code))


def test_whoever_comes_from_the_provider_has_an_account_here(
    client: Client, provider: OpenIDProvider
) -> None:
    assert "The newsroom" in read(client, "/accounts/sign-in/")
    assert come_from(provider, client) == "/"
    user = User.objects.get()
    assert (user.email, user.name, user.role) == (
        "ingrid@example.org",
        "Ingrid Solheim",
        Role.READER,
    )
    assert is_verified(user)
    assert not user.has_usable_password()
    assert "code_verifier" in provider.asked
    later = Client()
    assert come_from(provider, later) == "/"
    assert User.objects.count() == 1
    assert later.get("/accounts/").status_code == 200


def test_an_address_that_the_provider_has_not_checked_needs_the_code(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.person["email_verified"] = False
    assert come_from(provider, client) == reverse("account_email_verification_sent")
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("trusted", [False, True])
def test_an_account_of_the_same_address_opens_only_where_the_site_says_so(
    client: Client, provider: OpenIDProvider, settings: LazySettings, trusted: bool
) -> None:
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = trusted
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = trusted
    make_user(Role.MODERATOR, email="ingrid@example.org")
    come_from(provider, client)
    assert (client.get("/accounts/").status_code == 200) is trusted
    assert User.objects.count() == 1


def test_a_forged_answer_signs_nobody_in(client: Client, provider: OpenIDProvider) -> None:
    client.post(reverse("openid_connect_login", args=["newsroom"]))
    back = {"code": "the code", "state": "made up"}
    page = client.get(reverse("openid_connect_callback", args=["newsroom"]), back)
    assert "That did not work" in words_of(page.content.decode())
    assert User.objects.count() == 0
