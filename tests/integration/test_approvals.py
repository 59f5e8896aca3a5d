"""What a person approved, counted apart from what stands because no rule held it."""

from importlib import import_module

import pytest
from django.db import connection

from accounts.models import User
from comments.models import Author, Comment
from moderation.decisions import database_now, decide, undo
from moderation.models import Action, Decision, Policy
from tests.desk_data import person, publish_plain_rules
from tests.make import make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


@pytest.fixture
def moderator() -> User:
    return person()


@pytest.fixture
def author() -> Author:
    return make_regular()


def counted(author: Author) -> int:
    author.refresh_from_db()
    return author.approved_count


def published_by_rules(author: Author, text: str = "The ferry is late.") -> Comment:
    comment = make_comment(text, author=author)
    screen_all()
    comment.refresh_from_db()
    assert comment.status == "published"
    return comment


def decided(comment: Comment, action: Action, by: User) -> Decision:
    comment.refresh_from_db()
    policy = Policy.objects.get(slug="insults") if action == Action.REMOVE else None
    return decide(
        comment=comment,
        action=action,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=policy,
    )


def test_what_nobody_saw_is_published_and_not_approved(author: Author, moderator: User) -> None:
    comment = published_by_rules(author)
    assert (counted(author), author.published_count) == (0, 6)
    decided(comment, Action.APPROVE, moderator)
    assert (counted(author), author.published_count) == (1, 6)
    decided(comment, Action.FLAG, moderator)
    assert counted(author) == 1
    decided(comment, Action.REMOVE, moderator)
    assert counted(author) == 0


def test_what_comes_back_is_approved_only_if_it_was(author: Author, moderator: User) -> None:
    seen, unseen = published_by_rules(author), published_by_rules(author, "It rains.")
    approval = decided(seen, Action.APPROVE, moderator)
    for comment in (seen, unseen):
        removal = decided(comment, Action.REMOVE, moderator)
        undo(decision=removal, actor=moderator, at=database_now())
    assert (counted(author), author.published_count) == (1, 7)
    assert list(Comment.objects.filter(approved_by_person=True)) == [seen]
    again = decided(seen, Action.APPROVE, moderator)
    undo(decision=again, actor=moderator, at=database_now())
    assert counted(author) == 1, "the approval before it stands"
    assert approval.pk != again.pk


def test_what_people_approved_before_it_was_counted_is_counted_alike(
    author: Author, moderator: User
) -> None:
    kept = [published_by_rules(author, f"The ferry is late, no. {n}.") for n in range(4)]
    for comment in kept[1:]:
        decided(comment, Action.APPROVE, moderator)
    decided(kept[2], Action.REMOVE, moderator)
    undo(
        decision=Decision.objects.get(comment=kept[3], actor=moderator),
        actor=moderator,
        at=database_now(),
    )
    was = set(Comment.objects.filter(approved_by_person=True))
    assert (was, counted(author)) == ({kept[1]}, 1)
    Comment.objects.update(approved_by_person=False)
    Author.objects.update(approved_count=0)
    migration = import_module("moderation.migrations.0038_approved_by_people")
    with connection.cursor() as cursor:
        cursor.execute(migration._COMMENTS)
        cursor.execute(migration._AUTHORS)
    assert set(Comment.objects.filter(approved_by_person=True)) == was
    assert counted(author) == 1
