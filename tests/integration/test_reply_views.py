"""Answering a comment, as browsers do it."""

import re

import pytest
from django.test import Client

from comments.models import Article, Comment
from tests.make import (
    make_article,
    make_held,
    make_published,
    make_regular,
)
from tests.posting import HTMX, form_data, known_as, read, refused, send, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]

NOBODYS = "6f1f3c3e-8a55-4c9e-9d53-3f2f6f5f0a11"  # an id that nothing has
GONE = "The comment you answer is not there any more."


@pytest.fixture
def article() -> Article:
    return make_article()


def test_a_reply_link_works_without_scripts(client: Client) -> None:
    parent = make_published("What is > asked?", author=make_regular(name="Asker"))
    path = parent.article.get_absolute_url()
    assert f'href="?reply={parent.public_id}#write"' in read(client, path)
    page = read(client, f"{path}?reply={parent.public_id}")
    assert "Reply to Asker" in words_of(page)
    assert f'name="parent" value="{parent.public_id}"' in page
    assert page.index("What is &gt; asked?") < page.index('id="threads"')
    send(client, parent.article, "The answer", parent=parent.public_id)
    answer = Comment.objects.get(current_revision__body="The answer")
    assert (answer.parent, answer.root, answer.depth) == (parent, parent, 1)


def test_the_reply_link_of_a_thread_page_leads_to_the_form(client: Client) -> None:
    parent = make_published()
    response = client.get(f"{parent.get_absolute_url()}?reply={parent.public_id}")
    there = f"{parent.article.get_absolute_url()}?reply={parent.public_id}#write"
    assert (response.status_code, response["Location"]) == (302, there)
    response = client.get(f"{parent.get_absolute_url()}reply/")
    assert (response.status_code, response["Location"]) == (302, there)


def test_with_htmx_the_reply_form_comes_alone_and_its_answer_takes_its_place(
    client: Client,
) -> None:
    parent = make_published("Asked")
    response = client.get(f"{parent.get_absolute_url()}reply/", headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert f'name="parent" value="{parent.public_id}"' in html
    answer = send(client, parent.article, "Answered", parent=parent.public_id, headers=HTMX)
    html = answer.content.decode()
    assert '<article class="c d1 own"' in html
    assert "<form" not in html


@pytest.mark.parametrize("parent", ["nonsense", NOBODYS])
def test_a_reply_to_what_is_gone_keeps_its_text_and_may_stand_alone(
    client: Client, article: Article, parent: str
) -> None:
    response = send(client, article, "Keep this text", parent=parent)
    assert "The comment you answer is not there any more." in refused(response, status=409)
    assert 'name="parent"' not in response.content.decode()


def test_a_comment_of_another_article_cannot_be_answered_here(
    client: Client, article: Article
) -> None:
    elsewhere = make_published("Elsewhere")
    response = send(client, article, parent=elsewhere.public_id)
    assert response.status_code == 409
    page = read(client, f"{article.get_absolute_url()}?reply={elsewhere.public_id}")
    assert GONE in page
    assert 'name="parent"' not in page


def test_what_the_public_cannot_read_cannot_be_answered(client: Client) -> None:
    hidden = make_held("Nobody reads this")
    response = send(client, hidden.article, "An answer", parent=hidden.public_id)
    assert response.status_code == 409
    assert "Nobody reads this" not in response.content.decode()


def test_an_author_may_answer_their_own_waiting_comment() -> None:
    author = make_regular()
    mine = make_held("Waiting", author=author)
    client = known_as(author)
    assert send(client, mine.article, "PS", parent=mine.public_id).status_code == 303


@pytest.mark.parametrize("wanted", ["nonsense", NOBODYS])
def test_a_reply_to_nothing_leads_to_the_article_and_says_so(
    client: Client, article: Article, wanted: str
) -> None:
    path = article.get_absolute_url()
    page = read(client, f"{path}?reply={wanted}")
    assert GONE in page
    assert 'name="parent"' not in page
    assert GONE not in read(client, path)  # said once, and to nobody else


def test_a_reply_address_that_no_browser_sends_is_refused(client: Client, article: Article) -> None:
    assert client.get(f"{article.get_absolute_url()}?reply=%00").status_code == 400


def test_another_text_in_a_form_that_was_sent_is_not_mistaken_for_the_first(
    client: Client, article: Article
) -> None:
    # Back in the browser brings the old form with its old key; what is typed there is new.
    path, data = f"{article.get_absolute_url()}comments/", form_data("The first text")
    assert client.post(path, data).status_code == 303
    response = client.post(path, {**data, "body": "Quite another text"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Quite another text</textarea>" in page
    fresh = dict(re.findall(r'name="(submission_key|shown)" value="([^"]+)"', page))
    assert client.post(path, {**data, **fresh, "body": "Quite another text"}).status_code == 303
    bodies = article.comments.order_by("pk").values_list("current_revision__body", flat=True)
    assert list(bodies) == ["The first text", "Quite another text"]


def test_a_form_sent_again_after_an_edit_is_still_the_same_comment(
    client: Client, article: Article
) -> None:
    path, data = f"{article.get_absolute_url()}comments/", form_data("The first text")
    client.post(path, data)
    comment = article.comments.get()
    edit = {"body": "The second text", "seen_version": comment.version}
    assert client.post(f"{comment.get_absolute_url()}edit/", edit).status_code == 303
    assert client.post(path, data).status_code == 303
    assert article.comments.count() == 1
