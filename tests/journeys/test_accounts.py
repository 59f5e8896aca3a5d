"""Readers with accounts and guests who come back, in a browser, with mail from a real server."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from comments.models import Comment
from mailing.tasks import deliver
from tests.desk_seat import NARROW, troubles_at_any_size
from tests.make import make_article, make_held, make_regular
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


def looks_right(page: Page) -> None:
    """Accessible, nothing beyond the edge."""
    assert troubles_at_any_size(page) == [], page.url


def with_passkeys(page: Page) -> None:
    """Give the browser a device that holds passkeys and always agrees."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_reader_signs_up_comments_and_comes_back_with_a_passkey(
    sit_down: SitDown, mailbox: Mailbox
) -> None:
    article = make_article()
    page = sit_down(None)
    with_passkeys(page)
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto("/accounts/sign-in/", timeout=30_000)  # the first page loads every address
    looks_right(page)
    page.get_by_role("link", name="Sign up").click()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("Write your e-mail address.")).to_be_visible()
    looks_right(page)
    page.get_by_label("Name").fill("Marit Vik")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    looks_right(page)
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", newest_letter(mailbox))
    assert code
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Marit Vik")).to_be_visible()

    page.goto(article.get_absolute_url())
    page.get_by_label("Comment").fill("Mine, with an account.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your comment has arrived.")).to_be_visible()
    page.get_by_role("link", name="Marit Vik").first.click()
    expect(page.locator(".mine").get_by_text("Mine, with an account.")).to_be_visible()
    looks_right(page)

    page.get_by_role("link", name="Your account").click()
    looks_right(page)
    page.goto("/accounts/passkeys/add/")
    looks_right(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    looks_right(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    for path in ("passkeys/", "address/", "password/", "safety/", "safety/app/"):
        page.goto(f"/accounts/{path}")
        looks_right(page)
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
    looking = sit_down(None)
    for path in ("/me/", "/me/link/", link[1], "/me/link/lost-a-part/"):
        looking.goto(path)
        looks_right(looking)
