"""Readers with accounts and guests who come back, in a browser, with mail from a real server."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import LazySettings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import User
from comments.models import Comment
from mailing.tasks import deliver
from tests.desk_seat import NARROW
from tests.make import make_article, make_held, make_regular, make_user
from tests.openid_provider import OpenIDProvider
from tests.posting import publish
from tests.reader_states.stage import give_device
from tests.receiver import Mailbox

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("plain_desk", "no_hurry"),
]

SitDown = Callable[..., Page]
EMAIL, PASSWORD = "marit@example.org", "a long enough secret"


@pytest.fixture(autouse=True)
def _nothing_is_counted_yet() -> None:
    cache.clear()


def newest_letter(mailbox: Mailbox) -> str:
    deliver()
    to, mail = mailbox.letters[-1]
    assert to == EMAIL
    return str(mail.get_content())


def code_in(letter: str) -> str:
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", letter)
    assert code, letter
    return code[0]


def test_a_reader_signs_up_takes_over_what_they_wrote_and_comes_back_with_a_passkey(
    sit_down: SitDown, mailbox: Mailbox
) -> None:
    article = make_article()
    publish("Mine, as a guest.", author=make_regular(email=EMAIL), email=EMAIL)
    page = sit_down(None)
    give_device(page)
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto("/accounts/sign-in/", timeout=30_000)  # the first page loads every address
    page.get_by_role("link", name="Sign up").click()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("Write your e-mail address.")).to_be_visible()
    page.get_by_label("Name").fill("Marit Vik")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.get_by_label("Code").fill(code_in(newest_letter(mailbox)))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Marit Vik")).to_be_visible()

    page.goto(article.get_absolute_url())
    page.get_by_label("Comment").fill("Mine, with an account.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your comment has arrived.")).to_be_visible()
    page.get_by_role("link", name="Marit Vik").first.click()
    expect(page.locator(".mine")).to_have_count(1)
    page.get_by_role("link", name="Are they yours?").click()
    page.get_by_role("button", name="These are mine").click()
    expect(page.get_by_text("These comments are with your account now.")).to_be_visible()
    expect(page.locator(".mine")).to_have_count(2)

    page.goto("/accounts/passkeys/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/sign-in/?next=/me/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".mine").get_by_text("Mine, with an account.")).to_be_visible()
    assert blocked == []


def test_a_guest_asks_for_the_link_and_withdraws_a_comment(
    sit_down: SitDown, mailbox: Mailbox
) -> None:
    author = make_regular(email=EMAIL)
    make_held("Only a fool would wait.", author=author, email=EMAIL)
    page = sit_down(None, viewport=NARROW, java_script_enabled=False)
    page.goto("/me/")
    page.get_by_role("link", name="Have a link mailed to you").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = re.search(r"http\S+?(/me/link/\S+/)", newest_letter(mailbox))
    assert link
    page.goto(link[1])
    page.get_by_role("button", name="Open my comments").click()
    mine = page.locator(".mine")
    expect(mine.get_by_text("Waiting for a moderator")).to_be_visible()
    mine.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_text("Your comment has been taken out.")).to_be_visible()
    assert Comment.objects.get().withdrawn_at is not None


def test_a_reader_forgets_the_password_and_from_then_on_needs_the_app_too(
    sit_down: SitDown, mailbox: Mailbox
) -> None:
    make_user(email=EMAIL, name="Marit Vik")
    page = sit_down(None)
    page.goto("/accounts/sign-in/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(code_in(newest_letter(mailbox)))
    page.get_by_role("button", name="Go on").click()
    for new_and_once_more in page.get_by_label("New password").all():
        new_and_once_more.fill("another long secret")
    page.get_by_role("button", name="Save it").click()
    page.get_by_role("link", name="Marit Vik").click()

    page.get_by_role("link", name="Your account").click()
    page.locator("dd", has_text="Look and change").get_by_role("link").click()
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Password").fill("another long secret")  # once more: it is them
    page.get_by_role("button", name="Go on").click()
    secret = page.get_by_label("Letters for the app").input_value()
    page.get_by_label("Code from your app").fill(app_shows(secret, "before"))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert "One-time codes from an app were turned on" in newest_letter(mailbox)

    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/sign-in/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill("another long secret")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="And the code")).to_be_visible()
    page.get_by_label("Code").fill(app_shows(secret, "now"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Marit Vik")).to_be_visible()


def app_shows(secret: str, when: str) -> str:
    """The code of the half minute now, or of that before: each is good once."""
    moment = int(time.time()) // 30 - (when == "before")
    return totp.format_hotp_value(totp.hotp_value(secret, moment))


def test_a_reader_comes_from_the_newsrooms_provider(
    sit_down: SitDown, settings: LazySettings
) -> None:
    with OpenIDProvider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        settings.CONTENT_SECURITY_POLICY = provider.allowed_by(settings.CONTENT_SECURITY_POLICY)
        provider.person = {"sub": "42", "name": "Ingrid Solheim", "email": "ingrid@example.org"}
        provider.person["email_verified"] = True
        page = sit_down(None)
        blocked: list[str] = []
        page.on("console", lambda message: blocked.append(message.text))
        page.goto("/accounts/sign-in/?next=/me/")
        page.get_by_role("button", name="The newsroom").click()
        page.get_by_role("link", name="Leave").click()  # not now, at the provider's page
        expect(page.get_by_role("heading", name="You stopped signing in")).to_be_visible()
        page.get_by_role("link", name="Sign in another way").click()
        for _first_and_again in range(2):
            page.get_by_role("button", name="The newsroom").click()
            page.get_by_role("link", name="Go on").click()
            expect(page.get_by_role("link", name="Ingrid Solheim")).to_be_visible()
            page.get_by_role("button", name="Sign out").click()
            page.get_by_role("link", name="Sign in", exact=True).click()
    assert User.objects.get().email == "ingrid@example.org"
    assert "code_verifier" in provider.asked
    assert blocked == []
