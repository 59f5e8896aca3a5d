"""Deciding at the desk: what is done, what is refused, and what a person is told."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from comments.models import Comment, Status
from comments.submission import Writer, edit_comment, withdraw_comment
from moderation.decisions import database_now, decide
from moderation.models import Action, Decision, Policy, ReviewItem
from moderation.review import claim
from tests.desk_data import (
    client_of,
    decision_fields,
    held_item,
    held_items,
    open_item_of,
    person,
)
from tests.make import screen_all

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "focus"}


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


@pytest.fixture
def jonas() -> User:
    return person(name="Jonas Berg")


def post(
    user: User, route: str, item: ReviewItem, fields: dict[str, str] | None = None, **headers: str
) -> Any:
    address = reverse(f"moderation:{route}", args=[item.public_id])
    return client_of(user).post(f"{address}?queue=waiting", fields or {}, headers=headers)


def words(answer: HttpResponse) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def status_of(item: ReviewItem) -> str:
    return Comment.objects.get(pk=item.comment_id).status


def test_approving_publishes_and_goes_on_to_the_next(anna: User) -> None:
    first, second = held_items(2)
    answer = post(anna, "decide_item", second, decision_fields(second, "approve"))
    assert status_of(second) == Status.PUBLISHED
    assert answer.status_code == 302
    assert f"item={first.public_id}" in answer["Location"]


def test_removing_stores_policy_and_note(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "remove", policy="insults", note="Again"))
    decision = Decision.objects.latest("id")
    assert status_of(item) == Status.REMOVED
    assert (decision.policy, decision.note) == (Policy.objects.get(slug="insults"), "Again")
    assert decision.actor == anna


def test_flagging_hands_the_question_to_seniors(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "flag", note="Is this hate?"))
    escalated = open_item_of(item.comment)
    assert escalated.queue == "escalated"
    address = reverse("moderation:queue", args=["escalated"])
    page = client_of(anna).get(address, {"item": str(escalated.public_id)})
    assert "Flagged by Anna Lie : Is this hate?" in words(page)


def test_a_removal_without_a_policy_is_asked_for_one_beside_the_buttons(anna: User) -> None:
    item = held_item()
    fields = decision_fields(item, "remove", note="What I typed")
    for headers in ({}, HTMX):
        answer = post(anna, "decide_item", item, fields, **headers)
        assert answer.status_code == 422
        assert "Choose the policy that the author is told about." in words(answer)
        assert "What I typed" in answer.content.decode()
    assert status_of(item) == Status.HELD


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "publish"},
        {"action": ""},
        {"version": "0"},
        {"version": "x"},
        {"version": str(2**40)},
        {"action": "remove", "policy": "no-such"},
        {"note": "\0"},
        {"note": "x" * 2001},
    ],
)
def test_a_form_that_cannot_be_read_decides_nothing(anna: User, wrong: dict[str, str]) -> None:
    item = held_item()
    answer = post(anna, "decide_item", item, {**decision_fields(item, "approve"), **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert status_of(item) == Status.HELD


def test_a_note_that_is_too_long_says_how_much_and_keeps_it(anna: User) -> None:
    item = held_item()
    fields = decision_fields(item, "flag", note="x" * 2001)
    answer = post(anna, "decide_item", item, fields, **HTMX)
    assert "2001 characters; 2000 are kept" in words(answer)
    assert "x" * 2001 in answer.content.decode()


def test_the_second_moderator_is_told_who_decided_what(anna: User, jonas: User) -> None:
    item = held_item()
    late = decision_fields(item, "approve", note="Fine by me")
    policy = Policy.objects.get(slug="insults")
    decide(
        comment=item.comment,
        action=Action.REMOVE,
        actor=anna,
        seen_version=item.comment.version,
        at=database_now(),
        policy=policy,
    )
    for headers in ({}, HTMX):
        answer = post(jonas, "decide_item", item, late, **headers)
        assert answer.status_code == 409
        assert "Anna Lie removed this: Insults, at" in words(answer)
        assert "Fine by me" in words(answer)
    assert status_of(item) == Status.REMOVED
    assert Decision.objects.filter(comment=item.comment, actor=jonas).count() == 0


def test_a_decision_on_an_old_text_is_refused_and_the_new_one_offered(anna: User) -> None:
    item = held_item()
    seen = decision_fields(item, "approve")
    writer = Writer(guest_key=item.comment.author.key)
    edit_comment(
        comment=item.comment,
        writer=writer,
        body="Only a fool would say that. Twice.",
        seen_version=item.comment.version,
    )
    screen_all()
    answer = post(anna, "decide_item", item, seen, **HTMX)
    assert answer.status_code == 409
    assert "The author changed the text at" in words(answer)
    assert 'data-key="n"' in answer.content.decode()


def test_the_offered_new_state_shows_the_new_text(anna: User) -> None:
    item = held_item()
    writer = Writer(guest_key=item.comment.author.key)
    edit_comment(
        comment=item.comment,
        writer=writer,
        body="Only a fool would say that. Twice.",
        seen_version=item.comment.version,
    )
    screen_all()
    address = reverse("moderation:item", args=[item.public_id])
    shown = client_of(anna).get(f"{address}?queue=waiting", headers=HTMX)
    assert "Only a fool would say that. Twice." in words(shown)


def test_a_comment_its_author_withdrew_stays_out(anna: User) -> None:
    item = held_item()
    seen = decision_fields(item, "approve")
    writer = Writer(guest_key=item.comment.author.key)
    withdraw_comment(comment=item.comment, writer=writer, seen_version=item.comment.version)
    answer = post(anna, "decide_item", item, seen, **HTMX)
    assert answer.status_code == 409
    assert "The author withdrew this comment at" in words(answer)
    address = reverse("moderation:decide_comment", args=[item.comment.public_id])
    again = client_of(anna).post(address, decision_fields(item, "approve"))
    assert again.status_code == 409
    assert status_of(item) == Status.REMOVED


def test_opening_a_comment_claims_it_and_the_next_moderator_sees_whose_it_is(
    anna: User, jonas: User
) -> None:
    item = held_item()
    address = reverse("moderation:queue", args=["waiting"])
    opened = client_of(anna).get(address, {"item": str(item.public_id)})
    assert "Yours until" in words(opened)
    seen = client_of(jonas).get(address, {"item": str(item.public_id)})
    assert "Anna Lie has this one until" in words(seen)
    assert reverse("moderation:decide_item", args=[item.public_id]) not in seen.content.decode()


def test_who_opens_a_queue_gets_a_comment_that_nobody_has(anna: User, jonas: User) -> None:
    older, newer = held_items(2)
    address = reverse("moderation:queue", args=["waiting"])
    client_of(anna).get(address)
    client_of(jonas).get(address)
    newer.refresh_from_db()
    older.refresh_from_db()
    assert (newer.claimed_by, older.claimed_by) == (anna, jonas)


def test_deciding_what_another_has_claimed_is_refused_with_the_name(
    anna: User, jonas: User
) -> None:
    item = held_item()
    claim(item=item, moderator=anna, at=database_now())
    for headers in ({}, HTMX):
        answer = post(jonas, "decide_item", item, decision_fields(item, "approve"), **headers)
        assert answer.status_code == 423
        assert "Anna Lie has this one until" in words(answer)
    assert post(jonas, "claim_item", item, **HTMX).status_code == 423
    assert status_of(item) == Status.HELD


def test_a_claim_that_ran_out_is_free_for_others(anna: User, jonas: User) -> None:
    item = held_item()
    claim(item=item, moderator=anna, at=database_now() - timedelta(hours=1))
    assert post(jonas, "claim_item", item).status_code == 302
    item.refresh_from_db()
    assert item.claimed_by == jonas


def test_one_card_is_in_hand_at_a_time(anna: User) -> None:
    first, second = held_items(2)
    claim(item=first, moderator=anna, at=database_now())
    address = reverse("moderation:queue", args=["waiting"])
    client_of(anna).get(address, {"item": str(second.public_id)})
    first.refresh_from_db()
    assert first.claimed_by is None


def test_looking_ahead_claims_nothing(anna: User) -> None:
    item = held_item()
    address = reverse("moderation:queue", args=["waiting"])
    client = client_of(anna)
    client.get(address, {"item": str(item.public_id)}, headers={"Sec-Purpose": "prefetch"})
    client.head(address, {"item": str(item.public_id)})
    item.refresh_from_db()
    assert item.claimed_by is None


def test_skipping_gives_the_comment_back_and_goes_on(anna: User) -> None:
    older, newer = held_items(2)
    claim(item=newer, moderator=anna, at=database_now())
    answer = post(anna, "release_item", newer, {"then": "next"})
    assert f"item={older.public_id}" in answer["Location"]
    newer.refresh_from_db()
    assert newer.claimed_by is None


def test_a_page_that_is_left_does_not_give_back_a_claim_that_was_renewed(anna: User) -> None:
    item = claim(item=held_item(), moderator=anna, at=database_now())
    old = item.claimed_until
    assert old is not None
    claim(item=item, moderator=anna, at=database_now())
    assert post(anna, "release_item", item, {"lease": old.isoformat()}).status_code == 204
    item.refresh_from_db()
    assert item.claimed_by == anna
    assert item.claimed_until is not None
    post(anna, "release_item", item, {"lease": item.claimed_until.isoformat()})
    item.refresh_from_db()
    assert item.claimed_by is None


def undo(client: Client, decision: Decision, **options: Any) -> Any:
    address = reverse("moderation:undo_decision", args=[decision.public_id])
    return client.post(f"{address}?queue=waiting", **options)


def test_undoing_puts_the_comment_back_where_it_was(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "remove", policy="spam"))
    answer = undo(client_of(anna), Decision.objects.latest("id"), headers=HTMX)
    assert answer.status_code == 200
    assert status_of(item) == Status.HELD
    reopened = open_item_of(item.comment)
    assert (reopened.queue, reopened.claimed_by) == ("waiting", anna)
    assert "Taken back: the comment of" in words(answer)
    assert reopened.reason == item.reason


def test_undoing_what_was_overtaken_says_by_what(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "approve"))
    first = Decision.objects.latest("id")
    undo(client_of(anna), first)
    for headers in ({}, HTMX):
        answer = undo(client_of(anna), first, headers=headers)
        assert answer.status_code == 409
        assert "Anna Lie took the last decision back" in words(answer)


def test_undoing_from_a_list_goes_back_to_that_list_and_to_no_other_site(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "approve"))
    decision = Decision.objects.latest("id")
    answer = undo(client_of(anna), decision, data={"next": "/desk/decided/?action=approve"})
    assert answer["Location"] == "/desk/decided/?action=approve"
    post(anna, "decide_item", open_item_of(item.comment), decision_fields(item, "approve"))
    answer = undo(
        client_of(anna), Decision.objects.latest("id"), data={"next": "https://elsewhere.example/"}
    )
    assert "elsewhere" not in answer["Location"]


def test_where_undoing_goes_back_to_is_an_address_and_not_a_name(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "approve"))
    answer = undo(client_of(anna), Decision.objects.latest("id"), data={"next": "somewhere"})
    assert answer.status_code == 302


def test_the_last_decision_stays_at_the_foot_with_its_undo(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "remove", policy="insults"))
    page = client_of(anna).get(reverse("moderation:queue", args=["waiting"]))
    assert "Removed: Insults. Hidden, and Marit Vik is told why. Undo u" in words(page)


def test_a_removed_comment_can_be_approved_from_its_history(anna: User) -> None:
    item = held_item()
    post(anna, "decide_item", item, decision_fields(item, "remove", policy="insults"))
    address = reverse("moderation:decide_comment", args=[item.comment.public_id])
    answer = client_of(anna).post(address, decision_fields(item, "approve"))
    assert answer.status_code == 302
    assert status_of(item) == Status.PUBLISHED


def test_the_filters_stay_with_the_moderator_after_a_decision(anna: User) -> None:
    _older, newer = held_items(2)
    address = reverse("moderation:decide_item", args=[newer.public_id])
    answer = client_of(anna).post(
        f"{address}?queue=waiting&sort=newest&label=insult&min=0.5",
        decision_fields(newer, "approve"),
    )
    assert "sort=newest" in answer["Location"]
    assert "label=insult" in answer["Location"]
    assert "min=0.5" in answer["Location"]


def test_with_htmx_the_next_card_comes_with_everything_that_changed(anna: User) -> None:
    older, newer = held_items(2)
    answer = post(anna, "decide_item", newer, decision_fields(newer, "approve"), **HTMX)
    text = answer.content.decode()
    assert older.comment.current_revision.body in words(answer)
    assert f'id="state-{newer.comment.public_id}"' in text
    for part in ("context", "queues", "done"):
        assert f'id="{part}" hx-swap-oob="innerHTML"' in text
    older.refresh_from_db()
    assert older.claimed_by == anna
