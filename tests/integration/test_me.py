"""The reader's own place: their comments, each with where it stands, and nobody else's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from comments.models import Author
from comments.submission import Writer, withdraw_comment
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
from tests.posting import known_as, read, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


def one_in_each_state(author: Author) -> None:
    article = make_article()
    removed = make_published("Taken down", article=article, author=author)
    decide(
        comment=removed,
        action=Action.REMOVE,
        policy=Policy.objects.first(),
        actor=make_user(Role.MODERATOR),
        seen_version=removed.version,
        at=database_now(),
    )
    withdrawn = make_published("Taken back", article=article, author=author)
    writer = Writer(user=author.user, guest_key=None if author.user else author.key)
    withdraw_comment(comment=withdrawn, writer=writer, seen_version=withdrawn.version)
    make_published("Out there", article=article, author=author)
    make_held("Only a fool would wait.", article=article, author=author)
    make_comment("Just sent", article=article, author=author)


@pytest.mark.parametrize("signs_in", [True, False])
def test_a_reader_sees_where_each_of_their_comments_stands(signs_in: bool) -> None:
    user = make_user() if signs_in else None
    author = make_regular(user=user)
    make_published("Somebody else's words")
    one_in_each_state(author)
    client = known_as(author)
    if user is not None:
        client = Client()
        client.force_login(user)
    words = words_of(read(client, "/me/"))
    states = [
        "Being checked",
        "Waiting for a moderator",
        "Published",
        "Withdrawn by you",
        "Removed",
    ]
    bodies = ["Just sent", "Only a fool", "Out there", "Taken back", "Taken down"]
    found = [words.index(one) for pair in zip(states, bodies, strict=True) for one in pair]
    assert found == sorted(found)
    assert "Somebody else" not in words


def test_whoever_has_neither_account_nor_cookie_sees_nobodys_comments(client: Client) -> None:
    make_held("Only a fool would wait.")
    words = words_of(read(client, "/me/"))
    assert "We know of no comment of yours on this device." in words
    assert "Only a fool" not in words


def test_the_page_costs_the_same_for_one_comment_and_for_many() -> None:
    author = make_regular()
    client, costs = known_as(author), []
    for number in (1, 22):
        for _ in range(number):
            make_held("Only a fool would wait.", author=author)
        read(client, "/me/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/me/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert page.content.count(b'class="mine"') == 20
    assert read(client, "/me/?page=2").count('class="mine"') == 3
    assert client.get("/me/?page=3").status_code == 404
    assert "private" in page["Cache-Control"]
