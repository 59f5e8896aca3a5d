"""Under pre-moderation nothing undecided is readable by the public: every address is asked."""

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from accounts.models import Role
from comments.models import Article, Comment, ModerationMode, Status
from comments.submission import Writer, edit_comment
from moderation.decisions import database_now, decide
from moderation.models import Action
from tests.make import (
    make_article,
    make_comment,
    make_held,
    make_published,
    make_regular,
    make_user,
    screen_all,
)
from tests.posting import HTMX, read

pytestmark = pytest.mark.django_db

SECRET = "Seventeen herons stood there"
WRITER = "Undecided Writer"


@pytest.fixture
def article() -> Article:
    return make_article(moderation_mode=ModerationMode.PRE)


def submitted(article: Article) -> Comment:
    return make_comment(SECRET, article=article, author=make_regular(name=WRITER))


def held(article: Article) -> Comment:
    comment = submitted(article)
    screen_all()
    comment.refresh_from_db()
    assert comment.status == Status.HELD
    return comment


def removed(article: Article) -> Comment:
    comment = held(article)
    Comment.objects.filter(pk=comment.pk).update(status=Status.REMOVED)
    return comment


def edited(article: Article) -> Comment:
    """A published comment whose author put the secret in afterwards."""
    comment = make_comment("Harmless.", article=article, author=make_regular(name=WRITER))
    approve(comment)
    comment.refresh_from_db()
    edit_comment(
        comment=comment,
        writer=Writer(guest_key=comment.author.key),
        body=SECRET,
        seen_version=comment.version,
    )
    return comment


def approve(comment: Comment) -> None:
    screen_all()
    comment.refresh_from_db()
    decide(
        comment=comment,
        action=Action.APPROVE,
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
    )


@pytest.fixture(params=[submitted, held, removed, edited], ids=lambda make: make.__name__)
def undecided(request: pytest.FixtureRequest, article: Article) -> Comment:
    make: Callable[[Article], Comment] = request.param
    return make(article)


def public_addresses(article: Article) -> Iterator[str]:
    here = article.get_absolute_url()
    yield from ("/", "/feed/", "/sitemap.xml", "/sitemap-articles.xml", "/robots.txt")
    yield from (article.section.get_absolute_url(), f"/sections/{article.section.slug}/feed/")
    yield from (here, f"{here}feed/", f"{here}?page=2")
    yield from (f"{here}?sort={sort}" for sort in ("newest", "oldest", "replies", "other"))


def test_no_page_feed_or_list_shows_it(client: Client, undecided: Comment) -> None:
    for address in public_addresses(undecided.article):
        page = read(client, address)
        for trace in (SECRET, WRITER, str(undecided.public_id)):
            assert trace not in page, address
        # Once more, from whatever cache the first answer filled.
        assert SECRET not in read(client, address)


@pytest.mark.parametrize("verb", ["", "reply/", "report/", "edit/", "withdraw/", "state/"])
def test_none_of_its_own_addresses_is_there(client: Client, undecided: Comment, verb: str) -> None:
    address = f"{undecided.get_absolute_url()}{verb}"
    for headers in ({}, HTMX):
        assert client.get(address, headers=headers).status_code == 404
    if verb in ("report/", "edit/", "withdraw/"):
        assert client.post(address, {"category": "spam", "body": "x"}).status_code == 404


def test_a_reply_form_does_not_quote_it(client: Client, undecided: Comment) -> None:
    address = f"{undecided.article.get_absolute_url()}?reply={undecided.public_id}"
    page = read(client, address)
    assert SECRET not in page
    assert 'name="parent"' not in page  # as for a comment that never was


def test_it_is_in_no_count(client: Client, undecided: Comment) -> None:
    page = read(client, undecided.article.get_absolute_url())
    assert '"commentCount": 0' in page
    assert "1 comment" not in page
    assert "1 comment" not in read(client, "/")


def test_signing_in_or_being_another_guest_does_not_open_it(undecided: Comment) -> None:
    client = Client()
    client.force_login(make_user())
    assert SECRET not in read(client, undecided.article.get_absolute_url())
    assert client.get(undecided.get_absolute_url()).status_code == 404


def test_structured_data_holds_published_comments_alone(client: Client, article: Article) -> None:
    open_one = make_comment("Open to all", article=article)
    approve(open_one)
    held(article)
    page = read(client, article.get_absolute_url())
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert "Open to all" in data
    assert SECRET not in data
    assert '"commentCount": 1' in data


def test_a_decision_is_there_on_the_next_request_and_so_is_its_taking_back() -> None:
    newcomer, article = Client(), make_article()
    comment = make_published(SECRET, article=article)
    path = article.get_absolute_url()
    known = Client()
    known.force_login(make_user())
    for reader in (newcomer, known):
        assert SECRET in read(reader, path)
    moderator = make_user(Role.SENIOR_MODERATOR)
    for action, is_there in ((Action.HOLD, False), (Action.APPROVE, True), (Action.HOLD, False)):
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=action,
            actor=moderator,
            seen_version=comment.version,
            at=database_now(),
        )
        for reader in (newcomer, known):
            assert (SECRET in read(reader, path)) is is_there
            assert (SECRET in read(reader, f"{path}feed/")) is is_there


def test_a_held_answer_to_a_published_comment_stays_out_of_its_thread(client: Client) -> None:
    root = make_published("A published start")
    make_held(SECRET, parent=root)
    assert SECRET not in read(client, root.get_absolute_url())


def test_comments_of_an_unpublished_article_have_no_address(client: Client) -> None:
    comment = make_published(SECRET)
    Article.objects.filter(pk=comment.article_id).update(published_at=None)
    for address in (comment.get_absolute_url(), comment.article.get_absolute_url()):
        assert client.get(address).status_code == 404
    assert client.get(f"{comment.article.get_absolute_url()}feed/").status_code == 404


def test_the_feed_of_comments_is_atom_and_holds_what_is_published(
    client: Client, article: Article
) -> None:
    shown = make_comment("In the feed", article=article)
    approve(shown)
    held(article)
    feed = ET.fromstring(read(client, f"{article.get_absolute_url()}feed/"))
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == 1
    summary = entries[0].find("{http://www.w3.org/2005/Atom}summary")
    assert summary is not None
    assert summary.text == "<p>In the feed</p>"
