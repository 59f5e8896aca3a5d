"""Two readers' whole ways: one who writes, is told a word, edits and quotes; one who follows."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from comments import hints, news
from comments.hints import Hint, Wanted
from comments.models import Article, Comment, Follow, HintGiven, SiteSettings
from mailing.letters import send_next
from tests.journeys.test_reader_looking import watched
from tests.make import make_article, make_published, make_regular, screen_all
from tests.posting import publish
from tests.receiver import Mailbox

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("plain_desk", "no_hurry"),
]
SitDown = Callable[..., Page]


@pytest.fixture
def article() -> Article:
    return make_article(title="Night ward to close", body="<p>The ward closes in May.</p>")


@pytest.fixture
def _told_of_idiots(monkeypatch: pytest.MonkeyPatch) -> None:
    def estimate(wanted: Wanted) -> Hint | None:
        return Hint(("idiot",), ("insult",)) if "idiot" in wanted.body else None

    monkeypatch.setattr(hints, "_estimate", estimate)


@pytest.mark.usefixtures("_told_of_idiots")
def test_a_reader_writes_is_told_a_word_changes_it_edits_and_quotes(
    sit_down: SitDown, article: Article
) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"edit_history": True})
    answered = publish("It was sold.\n\nTo whom?", article=article, author=make_regular())
    page = sit_down(None)
    wrong = watched(page)

    # Begun, lost, offered back.
    page.goto(article.get_absolute_url())
    form = page.locator("#write")
    box = form.locator("textarea")
    box.press_sequentially("Only an idiot closes it: https://example.org")
    expect(form.locator(".count")).to_have_text("Characters left: 4,956 · Links: 1")
    expect(form.get_by_role("status")).to_have_text("Characters left: 4,956 · Links: 1")
    page.reload()
    form.get_by_role("button", name="Bring it back").click()
    expect(box).to_have_value("Only an idiot closes it: https://example.org")
    form.get_by_label("Name").fill("Marit Vik")
    form.get_by_label("E-mail address").fill("marit@example.org")

    # Told once which word it is, before anything is posted.
    form.get_by_role("button", name="Send").click()
    hint = form.locator(".hint")
    expect(hint).to_be_focused()
    expect(hint.locator("mark")).to_have_text("idiot")
    expect(form.get_by_role("button", name="Post it as it is")).to_be_visible()
    assert Comment.objects.count() == 1
    box.fill("Only a fool closes it.")
    form.get_by_role("button", name="Send the changed text").click()
    mine = page.locator("#own .c")
    expect(mine).to_contain_text("Only a fool closes it.")
    assert HintGiven.objects.get().is_changed is True
    page.reload()
    expect(page.locator("#write .draft")).to_be_hidden()  # what arrived is no draft any more

    # Edited while there is time, and published: everybody may read what was edited.
    expect(mine).to_contain_text("you can edit until")
    screen_all()
    author = Comment.objects.latest("id").author
    author.published_count = 5
    author.save()
    page.reload()
    page.get_by_text("Edit", exact=True).click()
    page.locator("textarea").fill("Only the county closes it.")
    page.get_by_role("button", name="Send the new text").click()
    expect(page.get_by_text("Your new text has arrived.")).to_be_visible()
    screen_all()
    page.reload()
    expect(page.locator(".c", has_text="Only the county closes it.")).to_be_visible()

    # A reply that quotes what is selected, then all of it.
    comment = page.locator(f"#c-{answered.public_id}")
    comment.get_by_text("Reply", exact=True).click()
    reply = comment.locator("form textarea")
    expect(comment.locator("form :focus")).to_have_count(1)  # it is there, and takes no more focus
    comment.locator(".text p", has_text="To whom?").first.click(click_count=3)
    comment.locator(".quoted summary").click()
    comment.get_by_text("Quote this in your reply").click()
    expect(reply).to_have_value("> To whom?\n\n")
    reply.fill("")
    comment.get_by_text("Quote this in your reply").click()
    expect(reply).to_have_value("> It was sold.\n>\n> To whom?\n\n")
    reply.press_sequentially("A school.")
    comment.get_by_role("button", name="Send").click()
    expect(comment.locator(".own blockquote")).to_contain_text("To whom?")
    assert [one for one in wrong if "422" not in one] == []  # the form that came back with the hint


def test_a_reader_follows_a_discussion_reads_the_letter_and_stops_by_one_click(
    sit_down: SitDown,
    article: Article,
    mailbox: Mailbox,
    settings: Any,
    live_server: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SITE_URL = str(live_server)
    monkeypatch.setattr(news, "SETTLED_AFTER", timedelta(0))
    page = sit_down(None, java_script_enabled=False)
    page.goto(article.get_absolute_url())
    page.get_by_text("Follow by mail").click()
    page.get_by_label("E-mail address").fill("kari@example.org")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("status")).to_contain_text("on its way to kari@example.org")
    send_next()
    [(to, asked)] = mailbox.letters
    assert to == "kari@example.org"

    page = sit_down(None)  # the mail is read in another browser
    page.goto(link_in(asked.get_content()))
    page.get_by_role("button", name="Yes, send them").click()
    expect(page.get_by_role("heading", name="You follow this discussion")).to_be_visible()

    comment = make_published("The ward saved my mother.", article=article)
    assert news.tell_followers() == 1
    send_next()
    letter = mailbox.letters[-1][1]
    assert letter["Subject"] == "A new comment on “Night ward to close”"
    assert "The ward saved my mother." in letter.get_content()
    page.goto(link_in(letter.get_content()))
    expect(page.locator(f"#c-{comment.public_id}")).to_be_visible()

    # A look at the address changes nothing; one click in the mail program ends it.
    stop = letter["List-Unsubscribe"].strip(" <>")
    page.goto(stop)
    expect(page.get_by_role("button", name="Stop them")).to_be_visible()
    assert Follow.objects.count() == 1
    answer = requests.post(stop, data={"List-Unsubscribe": "One-Click"}, timeout=10)
    assert answer.status_code == 200
    assert Follow.objects.count() == 0
    page.reload()
    expect(page.get_by_role("heading", name="These letters have ended")).to_be_visible()


def link_in(letter: str) -> str:
    """Return the first address in a letter."""
    found = re.search(r"https?://\S+", letter)
    assert found is not None
    return found[0]
