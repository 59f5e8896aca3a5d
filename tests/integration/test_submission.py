"""What an author does to a comment, down to the rows."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comments.models import Author, Comment, CommentRevision, CommentsMode, Status
from comments.submission import (
    ChangedMeanwhile,
    DiscussionClosed,
    Draft,
    NotTheAuthor,
    ParentGone,
    Writer,
    edit_comment,
    report_comment,
    submit_comment,
    withdraw_comment,
)
from moderation.models import Queue, ReviewItem, ScreeningJob
from tests.make import (
    make_article,
    make_comment,
    make_held,
    make_published,
    make_regular,
    make_user,
    screen_all,
)

DRAFT = Draft(body="It rains.", name="Kari", email="kari@example.org")


def submit(**fields: object) -> Comment:
    fields.setdefault("writer", Writer())
    fields.setdefault("submission_key", uuid.uuid4())
    return submit_comment(draft=DRAFT, **fields).comment


@pytest.mark.django_db
class TestSubmitting:
    def test_a_comment_is_stored_with_its_revision_and_its_screening_job(self) -> None:
        comment = submit(article=make_article())
        stored = Comment.objects.select_related("current_revision").get()
        assert (stored.pk, stored.status, stored.version) == (comment.pk, Status.SUBMITTED, 1)
        assert stored.current_revision.body == "It rains."
        assert ScreeningJob.objects.get().revision == stored.current_revision

    def test_a_reply_knows_its_thread(self) -> None:
        root = make_published()
        reply = make_published(parent=root)
        deeper = make_published(parent=reply)
        assert (deeper.root_id, deeper.depth, deeper.parent_id) == (root.pk, 2, reply.pk)

    def test_a_closed_discussion_takes_nothing(self) -> None:
        closed = make_article(comments_mode=CommentsMode.CLOSED)
        old = make_article(published_at=timezone.now() - timedelta(days=8), close_after_days=7)
        for article in (closed, old):
            with pytest.raises(DiscussionClosed):
                submit(article=article)
        assert not Comment.objects.exists()

    def test_a_reply_to_what_the_public_cannot_read_is_refused(self) -> None:
        held = make_held()
        with pytest.raises(ParentGone):
            submit(article=held.article, parent=held)

    def test_a_reply_to_a_comment_under_another_article_is_refused(self) -> None:
        elsewhere = make_published()
        with pytest.raises(ParentGone):
            submit(article=make_article(), parent=elsewhere)

    def test_the_same_submission_key_is_the_same_comment(self) -> None:
        article, key = make_article(), uuid.uuid4()
        first = submit_comment(article=article, writer=Writer(), draft=DRAFT, submission_key=key)
        second = submit_comment(article=article, writer=Writer(), draft=DRAFT, submission_key=key)
        assert (first.created, second.created) == (True, False)
        assert first.comment.pk == second.comment.pk
        assert (Comment.objects.count(), Author.objects.count()) == (1, 1)

    def test_somebody_elses_submission_key_shows_nothing(self) -> None:
        article, key = make_article(), uuid.uuid4()
        submit(article=article, submission_key=key, writer=Writer(user=make_user()))
        with pytest.raises(NotTheAuthor):
            submit(article=article, submission_key=key)

    def test_two_guests_with_one_address_are_two_authors(self) -> None:
        article = make_article()
        one, other = submit(article=article), submit(article=article)
        assert one.author_id != other.author_id

    def test_a_guest_with_a_cookie_stays_the_same_author(self) -> None:
        author = make_regular()
        comment = submit(article=make_article(), writer=Writer(guest_key=author.key))
        assert comment.author == author

    def test_the_cookie_of_a_signed_in_author_is_worth_nothing_to_a_guest(self) -> None:
        author = Author.objects.create(name="Kari", user=make_user())
        assert Writer(guest_key=author.key).author() is None


@pytest.mark.django_db(transaction=True)
def test_fifty_posts_at_once_with_one_key_are_one_comment() -> None:
    article, key = make_article(), uuid.uuid4()

    def post(_: int) -> int:
        try:
            return submit(article=article, submission_key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        seen = set(pool.map(post, range(50)))
    assert seen == {Comment.objects.get().pk}
    assert (CommentRevision.objects.count(), ScreeningJob.objects.count()) == (1, 1)
    assert Author.objects.count() == 1


@pytest.mark.django_db
class TestOnesOwnComment:
    def test_an_edit_is_a_new_revision_that_is_screened_before_it_is_read(self) -> None:
        comment = make_published("First words.")
        edit_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            body="Second words.",
            seen_version=comment.version,
        )
        comment.refresh_from_db()
        assert comment.status == Status.SUBMITTED
        assert [r.body for r in comment.revisions.all()] == ["First words.", "Second words."]
        screen_all()
        comment.refresh_from_db()
        assert (comment.status, comment.current_revision.number) == (Status.PUBLISHED, 2)

    def test_an_edit_takes_a_held_comment_off_the_desk_until_it_is_screened_again(self) -> None:
        comment = make_held()
        edit_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            body="I see it differently.",
            seen_version=comment.version,
        )
        assert not ReviewItem.objects.filter(is_open=True).exists()

    def test_nobody_else_may_edit_or_withdraw(self) -> None:
        comment, stranger = make_published(), Writer(guest_key=make_regular().key)
        with pytest.raises(NotTheAuthor):
            edit_comment(comment=comment, writer=stranger, body="Ha.", seen_version=2)
        with pytest.raises(NotTheAuthor):
            withdraw_comment(comment=comment, writer=stranger, seen_version=2)

    def test_an_edit_of_what_was_decided_meanwhile_is_refused(self) -> None:
        comment = make_published()
        with pytest.raises(ChangedMeanwhile):
            edit_comment(
                comment=comment,
                writer=Writer(guest_key=comment.author.key),
                body="Ha.",
                seen_version=comment.version - 1,
            )
        assert comment.revisions.count() == 1

    def test_a_withdrawn_comment_is_gone_and_counted_out(self) -> None:
        comment = make_published()
        withdraw_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            seen_version=comment.version,
        )
        comment.refresh_from_db()
        comment.article.refresh_from_db()
        assert (comment.status, comment.article.published_count) == (Status.REMOVED, 0)


@pytest.mark.django_db
class TestReporting:
    def test_a_report_brings_a_published_comment_to_the_desk_once(self) -> None:
        comment = make_published()
        for _ in range(2):
            report_comment(comment=comment, category="abuse", words="", reporter_key="a")
        report_comment(comment=comment, category="spam", words="Again!", reporter_key="b")
        assert comment.reports.count() == 2
        assert ReviewItem.objects.get(is_open=True).queue == Queue.REPORTED

    def test_a_report_on_what_waits_already_leaves_it_in_its_queue(self) -> None:
        comment = make_held()
        report_comment(comment=comment, category="abuse", words="", reporter_key="a")
        assert ReviewItem.objects.get(is_open=True).queue == Queue.WAITING


@pytest.mark.django_db
def test_submitting_costs_a_fixed_number_of_queries(django_assert_max_num_queries) -> None:
    article, author = make_article(), make_regular()
    parent = make_comment(article=article, author=author)
    with django_assert_max_num_queries(10):
        submit(article=article, writer=Writer(guest_key=author.key), parent=parent)
