"""A guest who comes back: folds stay, what is new is marked, and somebody is muted."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from comments.models import Article, DiscussionRead, Mute
from comments.reads import store_reads
from moderation.decisions import database_now
from tests.desk_data import person
from tests.desk_seat import WIDE
from tests.make import make_article, make_regular
from tests.posting import publish

pytestmark = pytest.mark.django_db(transaction=True)

# As if nobody had looked for an hour.
AN_HOUR_LATER = """() => {
  const all = JSON.parse(localStorage["ordstyrer.visits"]);
  for (const visit of Object.values(all)) visit.seenAt -= 3600 * 1000;
  localStorage["ordstyrer.visits"] = JSON.stringify(all);
}"""


def looked(page: Page, article: Article) -> None:
    """Open the article and go to the discussion; the look has been told when this returns."""
    with page.expect_response(lambda answer: answer.url.endswith("/seen/")):
        page.goto(article.get_absolute_url())
        page.locator("#discussion").scroll_into_view_if_needed()


def test_a_guest_who_comes_back(new_context: Callable[..., BrowserContext]) -> None:
    article = make_article()
    root = publish("An old word", article=article, author=make_regular(name="Olav Dahl"))
    publish("An old answer", parent=root)
    page = new_context(viewport=WIDE).new_page()
    looked(page, article)
    expect(page.locator("#new")).to_be_hidden()
    page.get_by_text("1 reply").click()
    expect(page.get_by_text("An old answer")).to_be_hidden()
    page.wait_for_function("() => localStorage['ordstyrer.folded']")
    with page.expect_response(lambda answer: answer.url.endswith("/seen/")):
        page.reload()
    expect(page.get_by_text("An old answer")).to_be_hidden()

    page.goto("/privacy/")  # nothing there looks, and would say so later
    page.evaluate(AN_HOUR_LATER)
    first = publish("A new word", article=article)
    second = publish("A new answer", parent=root)
    looked(page, article)
    expect(page.locator("#new p")).to_contain_text("2 new since")
    page.get_by_role("link", name="Go to the first").click()
    expect(page).to_have_url(re.compile(f"#c-{first.public_id}$"))
    expect(page.locator(f"#c-{first.public_id}")).to_be_in_viewport()
    page.locator(f"#c-{first.public_id} a.new").click()
    # Its thread was folded away: the browser opens it.
    expect(page.locator(f"#c-{second.public_id}")).to_be_in_viewport()
    page.reload()
    expect(page.locator("a.new")).to_have_count(2)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("a.new")).to_have_count(0)

    loud = page.locator(f"#c-{root.public_id}")
    loud.get_by_role("link", name="Mute Olav Dahl").click()
    expect(loud.get_by_text("nor the newsroom is told")).to_be_visible()
    loud.get_by_role("button", name="Mute").click()
    loud.get_by_role("button", name="Load the page again").click()
    expect(page.get_by_text("An old word")).to_be_hidden()
    page.get_by_text("Comment by a reader you muted").click()
    expect(page.get_by_text("An old word")).to_be_visible()
    page.goto(reverse("comments:mutes"))
    page.get_by_role("button", name="Read Olav Dahl again").click()
    expect(page.get_by_text("You have muted nobody")).to_be_visible()
    assert not Mute.objects.exists()

    store_reads(at=database_now())
    assert DiscussionRead.objects.get(article=article).readers == 2  # before the cookie, and with


def test_the_desk_picks_and_readers_find_it_under_a_tab(
    sit_down: Callable[..., Page], plain_desk: None
) -> None:
    comment = publish("The best word", article=make_article())
    desk, reader = sit_down(person()), sit_down(None)
    desk.goto(reverse("moderation:comment", args=[comment.public_id]))
    desk.get_by_role("button", name="Pick this comment").click()
    expect(desk.get_by_text("Picked by")).to_be_visible()
    reader.goto(comment.article.get_absolute_url())
    reader.get_by_role("link", name="Editors’ pick (1)").click()
    expect(reader.locator(".c .badge-pick")).to_have_text("Editors’ pick")
