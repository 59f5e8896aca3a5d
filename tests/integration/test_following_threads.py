"""Following one thread by mail, and discussions in which nothing new can come."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import news
from comments.models import Article, CommentsMode, Follow
from moderation.decisions import database_now
from tests.follow_data import KARI, SITE, deliver, read_stop_link, removed, told
from tests.make import make_article, make_published, make_regular
from tests.posting import known_as, read, words_of
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


@pytest.fixture(autouse=True)
def _at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = SITE
    monkeypatch.setattr(news, "SETTLED_AFTER", timedelta(0))


@pytest.fixture
def article() -> Article:
    return make_article(title="Night ward to close")


def test_a_thread_is_followed_alone(client: Client, article: Article, mailbox: Mailbox) -> None:
    root = make_published(
        "What became of it?", article=article, author=make_regular(name="Bjørg H.")
    )
    answer = make_published("It was sold.", parent=root)
    thread_page = read(client, answer.get_absolute_url())
    path = f"{article.get_absolute_url()}follow/?thread={answer.public_id}"
    assert f'href="{path}"' in thread_page
    client.post(path, {"email": KARI})
    deliver()
    follow = Follow.objects.get()
    assert follow.thread == root
    thread = "the thread that Bjørg H. began under “Night ward to close”"
    _to, asked = mailbox.letters.pop()
    assert asked["Subject"].strip() == f"Do you want letters about {thread}?"
    assert f"about {thread}." in asked.get_content()
    [link] = re.findall(r"example\.org(/\S+)", asked.get_content())
    pages = [client.get(link), client.post(link)]
    assert all(f"Letters about {thread}" in words_of(page.content.decode()) for page in pages)
    assert "You follow this thread" in pages[1].content.decode()
    ago = timezone.now() - timedelta(seconds=1)
    Follow.objects.update(confirmed_at=ago, told_until=database_now())
    make_published("To whom?", parent=answer)
    make_published("Elsewhere.", article=article)
    [said] = told(mailbox)
    assert "To whom?" in said
    assert "Elsewhere." not in said
    assert mailbox.letters[0][1]["Subject"].strip() == f"A new comment in {thread}"
    stop = read_stop_link(follow)
    for page in (read(client, stop), read(known_to(follow), "/me/follows/")):
        assert f"etters about {thread}" in unescape(page)
    removed(root)  # nobody is named any more by what nobody can read
    assert "Letters about a thread under “Night ward to close”" in words_of(read(client, stop))
    stopped = client.post(stop).content.decode()
    assert "No more letters about a thread under “Night ward to close”" in words_of(stopped)


def known_to(follow: Follow) -> Client:
    """The browser of whoever follows."""
    reader = make_regular()
    Follow.objects.filter(pk=follow.pk).update(guest_key=reader.key)
    return known_as(reader)


@pytest.mark.parametrize("mode", [CommentsMode.CLOSED, CommentsMode.ARCHIVED])
def test_where_nothing_new_can_come_there_is_nothing_to_follow(
    client: Client, article: Article, mode: CommentsMode
) -> None:
    root = make_published("What became of it?", article=article)
    Article.objects.update(comments_mode=mode)
    path = f"{article.get_absolute_url()}follow/"
    for page in (article.get_absolute_url(), root.get_absolute_url()):
        assert path not in read(client, page)
    for address in (path, f"{path}?thread={root.public_id}"):
        page = read(client, address)
        assert "There is nothing to follow here any more" in page
        assert "<form method" not in page.partition("<main")[2]
    assert client.post(path, {"email": KARI}).status_code == 409
    assert not Follow.objects.exists()


def test_what_was_closed_before_it_was_confirmed_is_not_followed(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    client.post(f"{article.get_absolute_url()}follow/", {"email": KARI})
    deliver()
    [link] = re.findall(r"example\.org(/\S+)", mailbox.letters.pop()[1].get_content())
    Article.objects.update(comments_mode=CommentsMode.ARCHIVED)
    answers = [client.get(link), client.post(link)]
    assert [answer.status_code for answer in answers] == [200, 409]
    for answer in answers:
        assert "There is nothing to follow here any more" in answer.content.decode()
    assert Follow.objects.get().confirmed_at is None
