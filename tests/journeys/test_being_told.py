"""An author is told why their comment went, and that it is back: by letter, and on a page."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts.models import Role
from mailing.tasks import deliver
from moderation.decisions import database_now
from moderation.telling import QUIET, tell_due
from tests.desk_data import held_item, person
from tests.desk_seat import READ_MS
from tests.make import make_regular
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]

NAME = "Xanthippe Quorlfeather"


def names_nobody(page: Page) -> None:
    assert "Quorlfeather" not in page.content()


def some_minutes_later() -> None:
    tell_due(at=database_now() + QUIET + timedelta(seconds=1))
    deliver()


def test_a_comment_is_removed_its_author_reads_why_and_that_it_is_back(
    sit_down: Callable[..., Page],
    mailbox: Mailbox,
    live_server: object,
    settings: LazySettings,
) -> None:
    settings.SITE_URL = str(live_server)
    author = make_regular(user=person(Role.READER, name="Marit Vik"), name="Marit Vik")
    item = held_item("Only a fool would say that.", author=author)
    desk = sit_down(person(name=NAME))
    desk.goto("/desk/queues/waiting/")
    expect(desk.locator("#card-title")).to_have_text("Marit Vik")
    desk.wait_for_timeout(READ_MS)
    desk.keyboard.press("r")
    desk.keyboard.press("1")
    expect(desk.locator("#done")).to_contain_text("Removed: Insults")
    some_minutes_later()
    [(to, first)] = mailbox.letters
    assert to == author.user.email
    assert "Quorlfeather" not in first.get_content()

    # The link of the letter opens without an account.
    anybody = sit_down(None)
    link = re.search(rf"{live_server}/statements/\S+", first.get_content())
    assert link is not None
    anybody.goto(link[0])
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Your comment was removed")
    expect(anybody.locator("main")).to_contain_text("Only a fool would say that.")
    anybody.locator("summary", has_text="The whole text of this rule").click()
    expect(anybody.locator("main")).to_contain_text("aimed at the person")
    names_nobody(anybody)
    anybody.locator("#told-policy + p a").click()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Insults")
    names_nobody(anybody)
    anybody.get_by_role("link", name="The rules of the discussion").first.click()
    names_nobody(anybody)

    # Under the article the author finds the same.
    reader = sit_down(author.user)
    reader.goto(item.comment.article.get_absolute_url())
    reader.get_by_role("link", name="Why, and how to object").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your comment was removed")
    reader.get_by_role("link", name="Decisions about your comments").click()
    names_nobody(reader)
    reader.get_by_label("Write to me when a comment").uncheck()
    reader.get_by_role("button", name="Keep").click()
    expect(reader.locator(".messages")).to_contain_text("no letters")
    reader.get_by_label("Write to me when a comment").check()
    reader.get_by_role("button", name="Keep").click()

    desk.keyboard.press("u")
    expect(desk.locator("#card-title")).to_have_text("Marit Vik")
    desk.wait_for_timeout(READ_MS)
    desk.keyboard.press("a")
    expect(desk.locator("#done")).to_contain_text("Approved")
    some_minutes_later()
    second = mailbox.letters[-1][1]
    assert len(mailbox.letters) == 2
    assert second["Subject"].endswith("was taken back")
    assert "Your comment is on the page." in second.get_content()
    reader.reload()
    expect(reader.locator("main")).to_contain_text("A decision about your comment was taken back")
    anybody.goto(link[0])
    expect(anybody.locator("main")).to_contain_text("This decision was taken back")
    names_nobody(anybody)
