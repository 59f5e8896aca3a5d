"""The newspaper in a browser: nothing blocked, nothing out of reach, nothing beyond the edge."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import cookies
from comments.models import Article, Comment, Tag
from comments.submission import Writer, withdraw_comment
from tests.author_data import BAN, restricted
from tests.make import make_article, make_regular, make_user
from tests.posting import known_as, publish

pytestmark = pytest.mark.django_db(transaction=True)

TOKYO = ZoneInfo("Asia/Tokyo")
People = Callable[..., BrowserContext]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def article() -> Article:
    article = make_article(
        title="Ferry prices rise again",
        kicker="Transport",
        lead="A return ticket for a car will cost 412 kroner.",
        body="<p>Eight per cent.</p><h2>Fewer boats</h2><table><tr><th>Year</th><td>412</td></tr>"
        "</table><blockquote>It is our road.</blockquote>",
        byline="Ingrid Solheim",
        source_line="Sources: the county",
        picture_caption="The quay.",
        picture_credit="Photo: Ola Berg",
    )
    article.tags.add(Tag.objects.create(name="Ferries", slug="ferries"))
    author = make_regular(name="كريم منصور")
    parent = publish("> said\n\nA *first* word: https://example.org", article=article)
    for level in range(5):
        parent = publish(f"Level {level}", parent=parent, author=author)
    gone = publish("Gone", article=article, author=author)
    publish("Still here", parent=gone, author=author)
    gone.refresh_from_db()
    withdraw_comment(comment=gone, writer=Writer(guest_key=author.key), seen_version=gone.version)
    publish("W" * 400 + "\u0335" * 40, article=article, author=make_regular(name="M" * 80))
    return article


def watched(page: Page) -> list[str]:
    """Collect what the browser complains of: blocked files, faults of scripts."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    return complaints


def paths(article: Article) -> Iterator[str]:
    comment = Comment.objects.filter(article=article, status="published", depth=0).first()
    assert comment is not None
    yield from ("/", "/sections/news/", "/tags/ferries/", "/accounts/sign-in/")
    yield from (article.get_absolute_url(), comment.get_absolute_url())
    yield f"{article.get_absolute_url()}?reply={comment.public_id}"
    yield f"{comment.get_absolute_url()}report/"


# Each width and each scheme once: what a colour is does not depend on how wide the page is.
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_page_is_accessible_and_fits(
    new_context: People, article: Article, width: int, scheme: str
) -> None:
    page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    complaints = watched(page)
    for path in paths(article):
        page.goto(path)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_forms_that_open_in_place_and_own_comments_are_accessible_too(
    new_context: People, article: Article, width: int, settings: Any
) -> None:
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE = 1000
    context = new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    complaints = watched(page)
    page.goto(article.get_absolute_url())
    page.locator('[data-do="reply"]').first.click()
    expect(page.locator(".under form")).to_be_visible()
    page.locator('[data-do="report"]').last.click()
    expect(page.locator(".under form")).to_have_count(2)
    form = page.locator("#write form")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Write something first.")).to_be_visible()
    assert_accessible(page)
    form.locator('[name="name"]').fill("Marit Vik")
    form.locator('[name="email"]').fill("marit@example.org")
    form.locator("textarea").fill("Mine.")
    form.get_by_role("button", name="Send").click()
    expect(page.locator("#own .c")).to_contain_text("Waiting for a moderator")
    assert_accessible(page)
    for verb in ("Edit", "Withdraw"):
        page.goto(article.get_absolute_url())
        page.locator("#own").get_by_text(verb, exact=True).click()
        assert_accessible(page)
    refused = [text for text in complaints if "422" not in text]
    assert refused == []


def test_what_goes_wrong_is_accessible_too(page: Page) -> None:
    page.goto("/nowhere/")
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    assert_accessible(page)


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


def test_a_signed_in_readers_page_is_accessible(page: Page, article: Article) -> None:
    user = make_user(name="Per Reader")
    page.goto(f"/accounts/sign-in/?next={article.get_absolute_url()}")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("do not belong together")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("You write as Per Reader.")).to_be_visible()
    assert_accessible(page)


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
