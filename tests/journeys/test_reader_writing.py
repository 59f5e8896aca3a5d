"""A reader at the keyboard, with scripts and without: comment, answer, report, mistakes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from comments.models import Article, Comment, Report
from moderation.models import RuleSet
from tests.make import make_article, make_regular, make_user
from tests.posting import publish
from tests.running_site import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

People = Callable[..., BrowserContext]


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE = settings.COMMENTS_PER_HOUR = 1000
    settings.REPORTS_PER_HOUR = 1000


@pytest.fixture
def article() -> Article:
    return make_article(title="Night ward to close", body="<p>The ward closes in May.</p>")


def fill_in(place: Any, body: str, *, name: str = "Marit Vik") -> None:
    if place.locator('[name="name"]').count():
        place.locator('[name="name"]').fill(name)
        place.locator('[name="email"]').fill("marit@example.org")
    place.locator("textarea").fill(body)


def write(page: Page, article: Article, body: str) -> None:
    page.goto(article.get_absolute_url())
    fill_in(page.locator("#write"), body)
    page.get_by_role("button", name="Send").click()


def test_a_comment_appears_in_place_and_the_form_is_empty_again(
    page: Page, article: Article
) -> None:
    page.goto(article.get_absolute_url())
    page.evaluate("window.sameDocument = true")
    fill_in(page.locator("#write"), "The ward saved *my* mother.")
    page.get_by_role("button", name="Send").click()
    mine = page.locator("#own .c")
    expect(mine).to_contain_text("The ward saved my mother.")
    expect(page.get_by_text("Thank you. Your comment has arrived.")).to_be_visible()
    expect(page.get_by_text("Nobody has written yet.")).to_be_hidden()
    expect(page.locator("#write textarea")).to_have_value("")
    assert page.evaluate("window.sameDocument") is True
    # The note follows what becomes of the comment, without anybody asking.
    expect(mine.get_by_role("status")).to_contain_text("Waiting for a moderator")
    page.reload()
    expect(page.locator("#own .c")).to_contain_text("Waiting for a moderator")


def test_a_double_click_is_one_comment(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    fill_in(page.locator("#write"), "Clicked twice.")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator("#own .c")).to_have_count(1)
    assert Comment.objects.count() == 1


def test_back_without_scripts_and_the_same_words_again_are_one_comment(
    new_context: People, article: Article
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    write(page, article, "Sent, and sent again.")
    expect(page.locator("#own")).to_contain_text("Sent, and sent again.")
    before = Comment.objects.get().submission_key
    page.go_back()
    # It is the page as a reader who is known now gets it, with another key.
    expect(page.locator('#write [name="submission_key"]')).not_to_have_value(str(before))
    fill_in(page.locator("#write"), "Sent, and sent again.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_have_text(
        "You sent exactly this a few minutes ago. It is here once and was not stored again."
    )
    expect(page.locator(".c")).to_have_count(1)
    expect(page.locator(".c")).to_contain_text("Sent, and sent again.")
    page.get_by_text("The whole discussion").click()
    expect(page.locator(".c")).to_have_count(1)
    assert Comment.objects.count() == 1


def test_the_same_words_again_are_answered_in_place(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    for _ in range(2):
        fill_in(page.locator("#write"), "Sent, and sent again.")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#write .thanks")).to_be_visible()
        expect(page.locator("#write textarea")).to_have_value("")
    expect(page.locator("#write .thanks")).to_contain_text("You sent exactly this")
    expect(page.locator("#own .c")).to_have_count(1)
    page.locator("#write").get_by_text("Show it").click()
    expect(page.locator(".c")).to_contain_text("Sent, and sent again.")


def test_everything_works_without_scripts(new_context: People, article: Article) -> None:
    parent = publish("What became of it?", article=article, author=make_regular())
    page = new_context(java_script_enabled=False).new_page()
    write(page, article, "")
    expect(page).to_have_url(re.compile(r"/comments/#write$"))  # where it says what is wrong
    expect(page.get_by_text("Write something first.")).to_be_visible()
    write(page, article, "Written without scripts.")
    expect(page).to_have_url(re.compile(r"#c-[0-9a-f-]{36}$"))
    expect(page.locator("#own")).to_contain_text("Written without scripts.")

    page.locator(f"#c-{parent.public_id}").get_by_text("Reply", exact=True).click()
    form = page.locator(".write-reply")
    expect(form).to_contain_text("What became of it?")
    fill_in(form, "It was sold.")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_text("It was sold.")).to_be_visible()
    answer = Comment.objects.get(current_revision__body="It was sold.")
    assert answer.parent == parent

    page.locator(f"#c-{parent.public_id}").get_by_text("Report", exact=True).click()
    page.get_by_label("Insults or harassment").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("A moderator will look at this comment.")).to_be_visible()
    assert Report.objects.get().comment == parent

    page.goto(answer.get_absolute_url())
    page.get_by_text("Withdraw", exact=True).click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator("#discussion")).to_contain_text("Your comment has been taken out.")
    expect(page.get_by_text("It was sold.")).to_have_count(0)


def test_a_reply_is_written_under_the_comment_it_answers(page: Page, article: Article) -> None:
    parent = publish("What became of it?", article=article, author=make_regular())
    page.goto(article.get_absolute_url())
    comment = page.locator(f"#c-{parent.public_id}")
    reply = comment.get_by_text("Reply", exact=True)
    reply.click()
    form = comment.locator("form")
    expect(form.locator('[name="name"]')).to_be_focused()
    reply.click()
    expect(form).to_have_count(0)
    reply.click()
    expect(form.locator("textarea")).to_be_visible()
    fill_in(form, "It was sold.")
    form.get_by_role("button", name="Send").click()
    own = comment.locator(".own")
    expect(own).to_contain_text("It was sold.")
    expect(form).to_have_count(0)
    # One goes on where one wrote, and the next time with what is not known yet.
    expect(own).to_be_focused()
    reply.first.click()
    expect(comment.locator("form textarea")).to_be_focused()
    expect(own).to_be_visible()
    assert Comment.objects.get(current_revision__body="It was sold.").parent == parent


def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(
    page: Page, article: Article
) -> None:
    page.goto(article.get_absolute_url())
    box = page.locator("#write textarea")
    box.fill("x" * 5214)
    expect(page.get_by_text("Characters too many: 214")).to_be_visible()
    page.locator('[name="email"]').fill("nobody")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your comment is 214 characters too long.")).to_be_visible()
    expect(page.get_by_text("Write an address such as name@example.org.")).to_be_visible()
    expect(box).to_have_value("x" * 5214)
    expect(page.locator('[name="name"]')).to_be_focused()
    fill_in(page.locator("#write"), "Short enough.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#own .c")).to_contain_text("Short enough.")


def test_when_nothing_comes_back_the_text_stays_and_the_page_says_so(
    page: Page, article: Article
) -> None:
    page.goto(article.get_absolute_url())
    fill_in(page.locator("#write"), "Kept while the line was down.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your comment could not be sent just now.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#write textarea")).to_have_value("Kept while the line was down.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#own .c")).to_contain_text("Kept while the line was down.")
    assert Comment.objects.count() == 1


def test_a_server_that_fails_is_said_beside_the_text(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    page.route("**/comments/", lambda route: route.fulfill(status=503, body="<h1>down</h1>"))
    fill_in(page.locator("#write"), "Kept while the archive was away.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your comment could not be sent just now.")).to_be_visible()
    expect(page.locator("#write textarea")).to_have_value("Kept while the archive was away.")


def test_a_page_from_before_signing_in_shows_the_text_and_what_to_do(
    page: Page, article: Article
) -> None:
    page.goto(article.get_absolute_url())
    fill_in(page.locator("#write"), "Typed before I signed in elsewhere.")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Please send that once more")).to_be_visible()
    kept = page.get_by_label("Your text")
    expect(kept).to_have_value(re.compile("Typed before I signed in elsewhere."))


def test_a_report_is_made_under_the_comment(page: Page, article: Article) -> None:
    comment = publish("Look at this", article=article, author=make_regular())
    page.goto(article.get_absolute_url())
    place = page.locator(f"#c-{comment.public_id}")
    place.get_by_text("Report", exact=True).click()
    place.get_by_role("button", name="Send the report").click()
    expect(place.get_by_text("Choose what is wrong with it.")).to_be_visible()
    place.get_by_label("Spam or advertising").check()
    place.get_by_role("button", name="Send the report").click()
    expect(place.get_by_role("status")).to_contain_text("A moderator will look at this comment.")
    assert Report.objects.get().category == "spam"


def test_somebody_signed_in_writes_with_the_keyboard_alone(page: Page, article: Article) -> None:
    user = make_user(name="Ola Keyboard")
    page.goto(f"/accounts/sign-in/?next={article.get_absolute_url()}")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type("a long enough secret")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You write as Ola Keyboard.")).to_be_visible()
    page.locator("#write textarea").focus()
    page.keyboard.type("Typed without a mouse.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#own .c")).to_contain_text("Typed without a mouse.")
    assert Comment.objects.get().author.user == user


def test_an_author_edits_and_reads_the_new_text_at_once(page: Page, article: Article) -> None:
    write(page, article, "As it was.")
    expect(page.locator("#own .c")).to_contain_text("Waiting for a moderator")
    page.locator("#own").get_by_text("Edit", exact=True).click()
    page.locator("textarea").fill("As it is.")
    page.get_by_role("button", name="Send the new text").click()
    expect(page.locator("#own .c")).to_contain_text("As it is.")


def test_a_comment_that_is_published_turns_into_one_while_its_author_looks(
    page: Page, article: Article
) -> None:
    """A regular's comment is held by no rule: a second later it is there for all."""
    user = make_user()
    author = make_regular(user=user)
    page.goto(f"/accounts/sign-in/?next={article.get_absolute_url()}")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#write textarea").fill("Nothing wrong with this.")
    page.get_by_role("button", name="Send").click()
    wait_until(lambda: Comment.objects.filter(author=author, status="published").exists())
    comment = page.locator("#own .c")
    expect(comment.get_by_text("Being checked")).to_have_count(0)
    expect(comment.get_by_text("Reply", exact=True)).to_be_visible()
    for of_others in ("Report", "Mute"):
        expect(comment.get_by_text(of_others, exact=True)).to_be_hidden()
    assert RuleSet.objects.exists()
