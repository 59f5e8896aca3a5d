"""The newspaper in a browser: times, folds, permalinks, sharing."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import cookies
from comments.models import Article, Comment
from tests.author_data import BAN, restricted
from tests.make import make_regular
from tests.posting import known_as, publish
from tests.reader_states.newspaper import discussed

pytestmark = pytest.mark.django_db(transaction=True)

TOKYO = ZoneInfo("Asia/Tokyo")
People = Callable[..., BrowserContext]


@pytest.fixture
def article() -> Article:
    return discussed()


def watched(page: Page) -> list[str]:
    """Collect what the browser complains of: blocked files, faults of scripts."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    return complaints


def test_times_are_told_in_the_readers_zone_whatever_their_age(
    new_context: People, article: Article, live_server: object
) -> None:
    old = publish("Said last month", article=article)
    at = timezone.now().replace(hour=20, minute=15) - timedelta(days=30)  # tomorrow, in Tokyo
    Comment.objects.filter(pk=old.pk).update(submitted_at=at)
    ends = timezone.now().replace(hour=20, minute=15) + timedelta(days=3)
    ban = restricted(make_regular(), BAN, until=ends)
    context = new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    cookie = known_as(ban.author).cookies[cookies.NAME].value
    address = str(live_server)
    context.add_cookies([{"name": cookies.NAME, "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(article.get_absolute_url())
    fresh = page.locator(".c", has_text="Still here").locator("time").first
    now = timezone.now().astimezone(TOKYO)
    expect(fresh).to_contain_text("now")
    expect(fresh.locator(".unseen")).to_have_text(re.compile(rf"\({now.day} .*{now.year}.*:.*\)"))
    there = at.astimezone(TOKYO)
    expect(page.locator(f"#c-{old.public_id} time")).to_have_text(
        f"{there.day} {there:%B %Y} at 05:15"
    )
    ends = ends.astimezone(TOKYO)
    expect(page.locator("#write")).to_contain_text(f"until {ends.day} {ends:%B %Y} at 05:15.")


def test_a_thread_folds_and_unfolds_from_the_keyboard(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    fold = page.get_by_text("5 replies")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Level 0")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Level 0")).to_be_visible()


def test_a_permalink_shows_its_comment_in_view(page: Page, article: Article) -> None:
    deep = Comment.objects.get(current_revision__body="Level 4")
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(deep.get_absolute_url())
    expect(page.locator(f"#c-{deep.public_id}")).to_be_in_viewport()


def test_sharing_copies_the_permalink(new_context: People, article: Article) -> None:
    context = new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(article.get_absolute_url())
    share = page.locator('[data-do="share"]').first
    share.click()
    expect(share).to_have_text("Link copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == share.evaluate("link => link.href")
