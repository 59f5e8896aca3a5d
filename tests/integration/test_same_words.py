"""The same words sent again in another form: Back without scripts, or somebody who means it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client

from comments.models import Article, Author, Comment, CommentRevision
from comments.submission import (
    SAME_WORDS_WITHIN,
    Draft,
    Submitted,
    Writer,
    edit_comment,
    submit_comment,
    withdraw_comment,
)
from moderation.models import ScreeningJob
from tests.make import make_article, make_published, make_regular, make_user
from tests.posting import HTMX, read, send, words_of

DRAFT = Draft(body="It rains.", name="Kari", email="kari@example.org")
SAID_BEFORE = "You sent exactly this a few minutes ago. It is here once and was not stored again."


@pytest.fixture
def writer() -> Writer:
    return Writer(guest_key=make_regular().key)


def submit(writer: Writer, article: Article, draft: Draft = DRAFT, **fields: Any) -> Submitted:
    fields.setdefault("submission_key", uuid.uuid4())
    return submit_comment(article=article, writer=writer, draft=draft, **fields)


@pytest.mark.django_db
class TestTheSameWords:
    def test_in_another_form_they_are_the_comment_that_is_there(self, writer: Writer) -> None:
        article = make_article()
        first, again = submit(writer, article), submit(writer, article)
        assert (first.created, first.said_before) == (True, False)
        assert (again.created, again.said_before) == (False, True)
        assert again.comment.pk == first.comment.pk
        assert (CommentRevision.objects.count(), ScreeningJob.objects.count()) == (1, 1)

    def test_in_the_same_form_they_are_a_retry(self, writer: Writer) -> None:
        article, key = make_article(), uuid.uuid4()
        submit(writer, article, submission_key=key)
        again = submit(writer, article, submission_key=key)
        assert (again.created, again.said_before) == (False, False)

    def test_of_somebody_signed_in_they_are_known_too(self) -> None:
        article, writer = make_article(), Writer(user=make_user())
        assert [submit(writer, article).created for _ in range(2)] == [True, False]

    def test_of_two_people_they_are_two_comments(self, writer: Writer) -> None:
        article, other = make_article(), Writer(guest_key=make_regular().key)
        assert submit(writer, article).created
        assert submit(other, article).created
        assert submit(Writer(), article).created  # somebody new, who has no cookie yet
        assert submit(Writer(), article).created

    def test_elsewhere_they_are_another_comment(self, writer: Writer) -> None:
        article = make_article()
        one, other = make_published(article=article), make_published(article=article)
        places = [(make_article(), None), (article, None), (article, one), (article, other)]
        stored = [submit(writer, at, parent=parent).created for at, parent in places]
        assert stored == [True] * 4
        assert not submit(writer, article, parent=one).created

    @pytest.mark.parametrize(
        "draft",
        [
            Draft(body="It rains!", name="Kari", email="kari@example.org"),
            Draft(body="It rains.", name="Kari Vik", email="kari@example.org"),
            Draft(body="It rains.", name="Kari", email="kari.vik@example.org"),
            Draft(body="It rains.", name="Kari", email="kari@example.org", website="https://a.no"),
        ],
        ids=["body", "name", "email", "website"],
    )
    def test_a_letter_that_differs_makes_another_comment(
        self, writer: Writer, draft: Draft
    ) -> None:
        article = make_article()
        submit(writer, article)
        assert submit(writer, article, draft).created

    @pytest.mark.parametrize(
        ("age", "is_stored"),
        [
            (SAME_WORDS_WITHIN - timedelta(minutes=1), False),
            (SAME_WORDS_WITHIN + timedelta(minutes=1), True),
        ],
    )
    def test_later_they_are_meant(self, writer: Writer, age: timedelta, is_stored: bool) -> None:
        article = make_article()
        submit(writer, article)
        Comment.objects.update(submitted_at=F("submitted_at") - age)
        assert submit(writer, article).created == is_stored

    def test_after_a_withdrawal_they_are_meant(self, writer: Writer) -> None:
        article = make_article()
        first = submit(writer, article).comment
        withdraw_comment(comment=first, writer=writer, seen_version=first.version)
        assert submit(writer, article).created

    def test_after_an_edit_it_is_the_new_text_that_is_there(self, writer: Writer) -> None:
        article = make_article()
        first = submit(writer, article).comment
        edit_comment(comment=first, writer=writer, body="It snows.", seen_version=first.version)
        assert submit(writer, article).created
        snow = Draft(body="It snows.", name="Kari", email="kari@example.org")
        assert submit(writer, article, snow).comment.pk == first.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["a guest", "somebody signed in for the first time"])
def test_forms_sent_at_once_with_the_same_words_are_one_comment(who: str) -> None:
    article = make_article()
    guest = who == "a guest"
    writer = Writer(guest_key=make_regular().key) if guest else Writer(user=make_user())

    def post(_: int) -> Submitted:
        try:
            return submit(writer, article)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(post, range(32)))
    assert {answer.comment.pk for answer in answers} == {Comment.objects.get().pk}
    assert sum(answer.created for answer in answers) == 1
    assert ScreeningJob.objects.count() == Author.objects.count() == 1


@pytest.fixture
def _no_hurry(settings: Any) -> None:
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE = settings.COMMENTS_PER_HOUR = 1000


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_hurry")
class TestWhatTheReaderIsTold:
    def test_they_are_led_to_the_comment_and_told_that_it_is_there(self, client: Client) -> None:
        article = make_article()
        send(client, article, "It rains.")
        response = send(client, article, "It rains.")
        address = article.comments.get().get_absolute_url()
        assert response.status_code == 303
        assert response["Location"].partition("#")[0] == address
        page = read(client, address)
        assert SAID_BEFORE in words_of(page)
        assert page.count("<p>It rains.</p>") == 1

    def test_one_that_was_removed_is_shown_as_that(self, client: Client) -> None:
        article = make_article()
        send(client, article, "It rains.")
        comment = article.comments.get()
        Comment.objects.update(status="removed")
        assert send(client, article, "It rains.").status_code == 303
        page = words_of(read(client, comment.get_absolute_url()))
        assert "This comment was removed" in page
        assert article.comments.count() == 1

    def test_with_htmx_the_empty_form_says_so_and_nothing_is_put_into_the_page(
        self, client: Client
    ) -> None:
        article = make_article()
        send(client, article, "It rains.")
        html = send(client, article, "It rains.", headers=HTMX).content.decode()
        assert SAID_BEFORE in words_of(html)
        assert f'href="{article.comments.get().get_absolute_url()}#c-' in html
        assert "hx-swap-oob" not in html
        assert "It rains." not in html
        assert "<textarea" in html

    def test_with_htmx_a_reply_is_not_put_there_again(self, client: Client) -> None:
        parent = make_published()
        for _ in range(2):
            response = send(
                client, parent.article, "It rains.", parent=parent.public_id, headers=HTMX
            )
        html = response.content.decode()
        assert SAID_BEFORE in words_of(html)
        assert "<article" not in html
        assert "<form" not in html
