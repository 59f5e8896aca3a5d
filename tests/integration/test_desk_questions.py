"""A flag asks a senior moderator; the one who asked hears the answer."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from comments.submission import Writer, withdraw_comment
from moderation import questions
from moderation.decisions import database_now, undo
from moderation.models import Action, Decision, ReviewItem
from moderation.review import resolve
from tests.desk_data import client_of, decision_fields, held_item, held_items, open_item_of, person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "focus"}


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


@pytest.fixture
def ingrid() -> User:
    return person(Role.SENIOR_MODERATOR, name="Ingrid Moe")


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def decide_as(user: User, item: ReviewItem, action: Action, note: str = "") -> Decision:
    item.comment.refresh_from_db()
    return resolve(
        item=item,
        moderator=user,
        action=action,
        seen_version=item.comment.version,
        at=database_now(),
        note=note,
    )


def asked_by(user: User, note: str = "Is this an insult?") -> ReviewItem:
    item = held_item()
    decide_as(user, item, Action.FLAG, note)
    return open_item_of(item.comment)


def flag(user: User, item: ReviewItem, **fields: str) -> Any:
    address = reverse("moderation:decide_item", args=[item.public_id])
    return client_of(user).post(address, decision_fields(item, "flag", **fields), headers=HTMX)


def page_of(user: User) -> str:
    return words(client_of(user).get(reverse("moderation:questions")))


def test_a_flag_without_a_question_is_asked_for_one(anna: User) -> None:
    item = held_item()
    answer = flag(anna, item, note="  ")
    assert answer.status_code == 422
    assert "Ask the senior moderator something, or pick a question." in words(answer)
    assert not Decision.objects.filter(action=Action.FLAG).exists()


def test_a_ready_question_is_asked_by_its_digit(anna: User) -> None:
    item = held_item()
    flag(anna, item, ready="2", note="")
    assert Decision.objects.get(action=Action.FLAG).note == str(questions.READY[1])


@pytest.mark.parametrize("ready", ["0", "99", "x"])
def test_a_ready_question_that_does_not_exist_asks_nothing(anna: User, ready: str) -> None:
    assert flag(anna, held_item(), ready=ready).status_code == 422


def test_the_senior_sees_the_question_and_has_a_place_for_the_answer(
    anna: User, ingrid: User
) -> None:
    item = asked_by(anna)
    queue = reverse("moderation:queue", args=["escalated"])
    shown = client_of(ingrid).get(queue, {"item": str(item.public_id)})
    assert "Flagged by Anna Lie : Is this an insult?" in words(shown)
    assert "Your answer to Anna Lie, who sees it with your decision" in words(shown)


def test_the_one_who_asked_sees_the_answer_as_new_once(anna: User, ingrid: User) -> None:
    item = asked_by(anna)
    assert "Waits for a senior moderator." in page_of(anna)
    assert questions.unseen(anna) == 0
    decide_as(ingrid, item, Action.APPROVE, "Sharp, and still about the matter.")
    assert questions.unseen(anna) == 1
    bar = words(client_of(anna).get(reverse("moderation:queue", args=["waiting"])))
    assert "Your questions 1 new" in bar
    first = page_of(anna)
    for piece in ("New answer", "Is this an insult?", "Ingrid Moe approved this", "Sharp, and"):
        assert piece in first
    assert "New answer" not in page_of(anna)
    assert questions.unseen(anna) == 0


def test_an_answer_that_is_taken_back_is_news(anna: User, ingrid: User) -> None:
    item = asked_by(anna)
    answer = decide_as(ingrid, item, Action.APPROVE)
    page_of(anna)
    undo(decision=answer, actor=ingrid, at=database_now())
    assert questions.unseen(anna) == 1
    assert "Ingrid Moe took the last decision back" in page_of(anna)


def test_one_taking_back_ones_own_question_is_no_answer(anna: User) -> None:
    item = asked_by(anna)
    undo(decision=Decision.objects.latest("id"), actor=anna, at=database_now())
    assert questions.unseen(anna) == 0
    page = page_of(anna)
    assert item.comment.author_name in page
    assert "You took this question back." in page
    assert "Waits for a senior moderator." not in page


def test_what_is_asked_again_is_answered_once(anna: User, ingrid: User) -> None:
    asked_by(anna)
    first = Decision.objects.latest("id")
    undo(decision=first, actor=anna, at=database_now())
    decide_as(anna, open_item_of(first.comment), Action.FLAG, "Is this satire?")
    assert page_of(anna).count("Waits for a senior moderator.") == 1
    decide_as(ingrid, open_item_of(first.comment), Action.APPROVE)
    assert questions.unseen(anna) == 1
    assert page_of(anna).count("Ingrid Moe approved this") == 1


def test_a_question_about_what_its_author_withdrew_waits_no_more(anna: User) -> None:
    item = asked_by(anna)
    comment = item.comment
    comment.refresh_from_db()
    writer = Writer(guest_key=comment.author.key)
    withdraw_comment(comment=comment, writer=writer, seen_version=comment.version)
    page = page_of(anna)
    assert "Waits no more: the comment was changed, withdrawn or decided meanwhile." in page
    assert "Waits for a senior moderator." not in page


def test_the_questions_of_others_are_not_on_the_list(anna: User, ingrid: User) -> None:
    decide_as(ingrid, asked_by(anna), Action.APPROVE)
    other = person(name="Jonas Berg")
    assert questions.unseen(other) == 0
    assert "You have not asked anything yet." in page_of(other)


def test_the_list_costs_the_same_for_more_questions(anna: User, ingrid: User) -> None:
    def cost() -> int:
        client = client_of(anna)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("moderation:questions")).status_code == 200
        return len(queries)

    for item in held_items(2):
        decide_as(anna, item, Action.FLAG, "Why?")
        decide_as(ingrid, open_item_of(item.comment), Action.APPROVE)
    cost()
    few = cost()
    for item in held_items(12):
        decide_as(anna, item, Action.FLAG, "Why?")
        decide_as(ingrid, open_item_of(item.comment), Action.APPROVE)
    assert cost() == few
