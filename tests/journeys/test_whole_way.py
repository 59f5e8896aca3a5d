"""A comment's whole way, through two browsers, and through things that break."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Role
from comments.models import Article, Comment, Status
from moderation.models import Classification, Decision, ScreeningJob
from tests.make import make_article, make_user
from tests.running_site import RunningSite, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough secret"


def write(page: Page, article: Article, body: str, *, name: str = "Marit Vik") -> None:
    """Open the article, fill in the form as a person would, and send it."""
    page.goto(article.get_absolute_url())
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill("marit@example.org")
    page.get_by_role("textbox", name="Comment").fill(body)
    page.get_by_role("button", name="Send").click()


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/sign-in/?next=/desk/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_reader_writes_a_moderator_approves_and_everybody_reads(
    new_context: Callable[..., BrowserContext],
) -> None:
    article = make_article(title="Night ward to close")
    moderator = make_user(Role.MODERATOR)
    body = "My mother gave birth on that ward in a storm."

    reader = new_context().new_page()
    write(reader, article, body)
    expect(reader.get_by_text(body)).to_be_visible()
    expect(reader.get_by_text("Waiting for a moderator").first).to_be_visible()

    stranger = new_context().new_page()
    stranger.goto(article.get_absolute_url())
    expect(stranger.get_by_text(body)).to_have_count(0)

    desk = new_context().new_page()
    sign_in(desk, moderator.email)
    wait_until(lambda: Comment.objects.get().status == Status.HELD)
    desk.goto("/desk/queues/waiting/")
    expect(desk.locator("#card").get_by_text(body)).to_be_visible()
    expect(desk.get_by_text("First comment of an author").first).to_be_visible()
    expect(desk.get_by_role("heading", name="Scores")).to_be_visible()
    desk.keyboard.press("a")
    wait_until(lambda: Comment.objects.get().status == Status.PUBLISHED)

    stranger.reload()
    expect(stranger.get_by_text(body)).to_be_visible()
    assert Decision.objects.filter(actor=moderator, action="approve").count() == 1


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    site = RunningSite(folder=tmp_path, CLASSIFIER="tests.stand_ins.Slow", SCREENING_BATCH="4")
    site.start()
    yield site
    site.close()


@pytest.fixture
def page_there(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address)
    yield context.new_page()
    context.close()


def test_redis_killed_while_posting_costs_the_reader_nothing(
    site: RunningSite, page_there: Page
) -> None:
    article = make_article()
    site.kill("redis")
    write(page_there, article, "Written while Redis was away.")
    expect(page_there.get_by_text("Written while Redis was away.")).to_be_visible()
    site.start_redis()
    wait_until(lambda: Comment.objects.get().status == Status.HELD)


def test_a_worker_killed_in_the_middle_of_a_batch_is_not_noticed_by_the_reader(
    site: RunningSite, page_there: Page
) -> None:
    write(page_there, make_article(), "Written just before the worker died.")
    wait_until(lambda: ScreeningJob.objects.filter(attempts__gt=0).exists())
    for child in site.children_of("worker"):
        os.kill(child, signal.SIGKILL)
    wait_until(lambda: Comment.objects.get().status == Status.HELD)
    assert Classification.objects.count() == 1
    page_there.reload()
    expect(page_there.get_by_text("Written just before the worker died.")).to_be_visible()
