"""The reply tree: order, pages, depth, what stands in for what is gone."""

import re
import time
import uuid
from collections.abc import Sequence

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from comments import threads
from comments.cookies import remember_guest
from comments.models import Article, Author, Comment, Status
from comments.submission import Writer, withdraw_comment
from comments.threads import Sort, discussion_page, thread_page
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy
from tests.make import (
    make_article,
    make_comment,
    make_held,
    make_published,
    make_regular,
    make_user,
)
from tests.posting import read, words_of

pytestmark = pytest.mark.django_db


def bodies(article: Article, **options: object) -> list[list[str]]:
    """Return the texts of a page, thread by thread; None of a text shows as a dash."""
    listing = discussion_page(
        article_id=article.pk,
        **{"sort": Sort.OLDEST, "page": 1, **options},  # type: ignore[arg-type]
    )
    return [
        [node.text.body if node.text else "-" for node in thread.nodes]
        for thread in listing.threads
    ]


def remove(comment: Comment) -> None:
    comment.refresh_from_db()
    author = comment.author
    withdraw_comment(
        comment=comment,
        writer=Writer(user=author.user, guest_key=None if author.user else author.key),
        seen_version=comment.version,
    )


def known_as(author: Author) -> Client:
    """Return the browser of a guest who wrote before."""
    client, response = Client(), HttpResponse()
    remember_guest(response, key=author.key)
    client.cookies.update(response.cookies)
    return client


def store_chain(article: Article, *, length: int) -> None:
    """Store a thread in which every comment answers the one before it."""
    author = make_regular()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) + 1 FROM comments_comment")
        first = cursor.fetchone()[0] or 1
        cursor.execute("SELECT setval('comments_comment_id_seq', %s)", [first + length])
        cursor.execute("SELECT setval('comments_commentrevision_id_seq', %s)", [first + length])
        cursor.execute(
            """
            INSERT INTO comments_comment (id, public_id, article_id, author_id, parent_id, root_id,
                depth, author_name, author_email, author_website, address_hash, status, version,
                current_revision_id, submitted_at)
            SELECT %s + n, gen_random_uuid(), %s, %s, CASE WHEN n > 0 THEN %s + n - 1 END,
                CASE WHEN n > 0 THEN %s END, n, 'Deep', '', '', '', 'published', 1, %s + n,
                now() + n * interval '1 second'
            FROM generate_series(0, %s) AS n
            """,
            [first, article.pk, author.pk, first, first, first, length - 1],
        )
        cursor.execute(
            """
            INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
            SELECT id, id, 1, 'at ' || depth, submitted_at FROM comments_comment
            WHERE article_id = %s
            """,
            [article.pk],
        )
    Article.objects.filter(pk=article.pk).update(published_count=length)


def test_replies_stand_under_what_they_answer_oldest_first() -> None:
    article, author = make_article(), make_regular()
    one = make_published("one", article=article, author=author)
    two = make_published("two", article=article, author=author)
    a = make_published("one a", parent=one, author=author)
    make_published("one b", parent=one, author=author)
    make_published("one a i", parent=a, author=author)
    make_published("two a", parent=two, author=author)
    assert bodies(article) == [["one", "one a", "one a i", "one b"], ["two", "two a"]]


def test_threads_come_newest_oldest_or_most_answered_first() -> None:
    article, author = make_article(), make_regular()
    roots = [make_published(name, article=article, author=author) for name in ("a", "b", "c")]
    make_published("b 1", parent=roots[1], author=author)
    assert [t[0] for t in bodies(article, sort=Sort.NEWEST)] == ["c", "b", "a"]
    assert [t[0] for t in bodies(article, sort=Sort.OLDEST)] == ["a", "b", "c"]
    assert [t[0] for t in bodies(article, sort=Sort.REPLIES)] == ["b", "c", "a"]


def test_pages_share_the_threads_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "THREADS_ON_PAGE", 2)
    article, author = make_article(), make_regular()
    for name in "abcde":
        make_published(name, article=article, author=author)
    assert [bodies(article, page=page) for page in (1, 2, 3)] == [
        [["a"], ["b"]],
        [["c"], ["d"]],
        [["e"]],
    ]
    beyond = discussion_page(article_id=article.pk, sort=Sort.OLDEST, page=99)
    assert (beyond.page, beyond.pages) == (3, 3)


def test_an_article_without_comments_has_one_empty_page() -> None:
    listing = discussion_page(article_id=make_article().pk, sort=Sort.NEWEST, page=1)
    assert listing == ([], 1, 1)


def test_what_is_gone_leaves_a_line_where_something_hangs_under_it(client: Client) -> None:
    article, author = make_article(), make_regular()
    gone = make_published("gone", article=article, author=author)
    make_published("answers", parent=gone, author=author)
    childless = make_published("leaves no trace", article=article, author=author)
    remove(gone)
    remove(childless)
    assert bodies(article) == [["-", "answers"]]
    words = words_of(read(client, article.get_absolute_url()))
    assert "This comment was removed." in words
    assert "answers" in words
    assert "leaves no trace" not in words


def test_two_gone_comments_above_each_other_still_carry_what_is_below() -> None:
    author = make_regular()
    top = make_published("top", author=author)
    middle = make_published("middle", parent=top, author=author)
    make_published("low", parent=middle, author=author)
    remove(middle)
    remove(top)
    assert bodies(top.article) == [["-", "-", "low"]]


def test_the_line_of_a_held_parent_says_removed_from_the_moment_it_is(client: Client) -> None:
    author = make_regular()
    parent = make_held("held parent", author=author)
    answer = make_published("a published answer", parent=parent, author=author)
    page = read(client, answer.article.get_absolute_url())
    assert "This comment is not published." in page
    moderator = make_user(Role.MODERATOR)
    decide(
        comment=parent,
        action=Action.REMOVE,
        actor=moderator,
        seen_version=parent.version,
        at=database_now(),
        policy=Policy.objects.first(),
    )
    page = read(client, answer.article.get_absolute_url())
    assert "This comment was removed." in page


def test_a_long_thread_ends_in_a_link_to_the_rest(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "REPLIES_IN_THREAD", 2)
    author = make_regular()
    root = make_published("root", author=author)
    for number in range(5):
        make_published(f"answer {number}", parent=root, author=author)
    page = read(client, root.article.get_absolute_url())
    words = words_of(page)
    assert "answer 1" in words
    assert "answer 2" not in words
    assert "5 replies" in words
    assert f'<a href="{root.get_absolute_url()}">Show 3 more replies</a>' in page
    assert "answer 4" in words_of(read(client, root.get_absolute_url()))


def test_three_levels_are_indented_and_deeper_ones_say_whom_they_answer(client: Client) -> None:
    parent = make_published("level 0", author=make_regular(name="Writer 0"))
    article = parent.article
    for level in range(1, 6):
        parent = make_published(
            f"level {level}", parent=parent, author=make_regular(name=f"Writer {level}")
        )
    page = read(client, article.get_absolute_url())
    assert re.findall(r'<article class="c (d\d)"', page) == ["d0", "d1", "d2", "d3", "d3", "d3"]
    assert re.findall(r"in reply to (\w+ \d)", words_of(page)) == ["Writer 3", "Writer 4"]


def test_ten_thousand_replies_deep_is_a_page_like_any_other(client: Client) -> None:
    article = make_article()
    store_chain(article, length=10_000)
    deepest = Comment.objects.get(article=article, depth=9_999)
    for path in (article.get_absolute_url(), deepest.get_absolute_url()):
        start = time.perf_counter()
        page = read(client, path)
        assert time.perf_counter() - start < 5  # under a second on a quiet machine
        assert page.count("<article class=") < 300
    assert "at 9999" in page
    assert "Page 50 of 50" in words_of(page)
    assert "Show 9949 more replies" in words_of(read(client, article.get_absolute_url()))


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        read(client, path)
    return len(captured)


@pytest.mark.parametrize("who", ["newcomer", "author"])
def test_fifty_comments_cost_as_many_queries_as_five(who: str) -> None:
    counts = {}
    for number in (5, 50):
        article, author = make_article(), make_regular()
        client = known_as(author) if who == "author" else Client()
        root = make_published("root", article=article, author=author)
        for index in range(number - 1):
            make_published(f"c{index}", article=article, author=author,
                           parent=root if index % 2 else None)  # fmt: skip
        counts[number] = [
            queries_of(client, path)
            for path in (article.get_absolute_url(), root.get_absolute_url())
        ]
    assert counts[5] == counts[50]
    assert max(counts[50]) <= 13


def test_a_comment_has_a_page_with_its_thread_and_is_marked_there(client: Client) -> None:
    author = make_regular()
    root = make_published("the root", author=author)
    reply = make_published("the reply", parent=root, author=author)
    make_published("another thread", article=root.article, author=author)
    page = read(client, reply.get_absolute_url())
    assert "the root" in page
    assert "another thread" not in page
    assert f'class="c d1 focus" id="c-{reply.public_id}"' in page
    canonical = f"{settings.SITE_URL}{root.article.get_absolute_url()}"
    assert f'<link rel="canonical" href="{canonical}">' in page


def test_there_is_no_page_for_a_comment_that_does_not_exist(client: Client) -> None:
    assert client.get(f"/comments/{uuid.uuid4()}/").status_code == 404


def test_a_comment_published_while_the_page_is_put_together_is_never_half_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between finding a comment and reading its text it is taken back: the text stays out."""
    author = make_regular()
    comment = make_published("seen for a moment", author=author)
    read_texts = threads._texts

    def take_back_first(ids: Sequence[int], counts_disagreement: bool) -> object:
        remove(comment)
        return read_texts(ids, counts_disagreement)

    monkeypatch.setattr(threads, "_texts", take_back_first)
    assert bodies(comment.article) == [["-"]]


def test_own_comments_stand_where_they_will_stand_once_published() -> None:
    regular, other = make_regular(), make_regular()
    root = make_published("root text", author=other)
    make_published("older answer", parent=root, author=other)
    waiting = make_held("my waiting answer", parent=root, author=regular)
    make_comment("my answer to myself", parent=waiting, author=regular)
    make_published("the next thread", article=root.article, author=other)
    words = words_of(read(known_as(regular), f"{root.article.get_absolute_url()}?sort=oldest"))
    order = ("root text", "older answer", "my waiting answer", "my answer to myself", "the next")
    places = [words.index(text) for text in order]
    assert places == sorted(places)
    assert "Waiting for a moderator" in words


def test_an_own_removed_comment_is_said_so_to_its_author_alone(client: Client) -> None:
    regular = make_regular()
    comment = make_held("about to be removed", author=regular)
    Comment.objects.filter(pk=comment.pk).update(status=Status.REMOVED)
    path = comment.article.get_absolute_url()
    assert "This comment was removed: it went against the rules" in read(known_as(regular), path)
    for other in (client, known_as(make_regular())):
        assert "about to be removed" not in read(other, path)


def test_a_comment_that_its_author_took_out_is_gone_for_the_author_too() -> None:
    regular = make_regular()
    comment = make_published("taken out by me", author=regular)
    remove(comment)
    mine = known_as(regular)
    assert "taken out by me" not in read(mine, comment.article.get_absolute_url())
    assert mine.get(comment.get_absolute_url()).status_code == 404


def test_a_thread_page_without_anything_published_shows_the_author_their_own() -> None:
    regular = make_regular()
    comment = make_held("alone and waiting", author=regular)
    assert thread_page(root_id=comment.pk, focus_id=None, page=None) is None
    assert "alone and waiting" in read(known_as(regular), comment.get_absolute_url())
