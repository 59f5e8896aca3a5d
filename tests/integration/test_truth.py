"""What people decided, as trials and automations count it."""

import pytest

from accounts.models import Role
from comments.models import Comment
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch
from moderation.decisions import database_now, decide, undo
from moderation.double_review import settle
from moderation.models import Action, Correction, Decision, RuleChange
from moderation.rulebook.corrections import call_wrong, take_back
from moderation.rulebook.truth import Word, people_decided
from tests.desk_data import held_item, person, publish_plain_rules
from tests.quality_data import decided, looked_at, policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def word_about(decision: Decision) -> Word | None:
    """What people said of the text that a decision is about."""
    return people_decided([decision.revision_id]).get(decision.revision_id)


def again(decision: Decision, action: Action) -> Decision:
    """Somebody else decides about the same comment."""
    comment = Comment.objects.get(pk=decision.comment_id)
    return decide(
        comment=comment,
        action=action,
        actor=person(),
        seen_version=comment.version,
        at=database_now(),
        policy=policy() if action == Action.REMOVE else None,
    )


def test_the_last_approval_or_removal_counts_and_what_rules_did_does_not() -> None:
    waits = held_item()
    assert people_decided([waits.comment.current_revision_id]) == {}
    first = decided(person())
    word = word_about(first)
    assert word is not None
    assert (word.decision_id, word.removed, word.in_bulk) == (first.pk, False, False)
    second = again(first, Action.REMOVE)
    again(second, Action.FLAG)
    word = word_about(first)
    assert word is not None
    assert (word.decision_id, word.removed) == (second.pk, True)


def test_what_was_taken_back_does_not_count_and_what_stood_before_does() -> None:
    first = decided(person())
    second = again(first, Action.REMOVE)
    undo(decision=second, actor=person(), at=database_now())
    word = word_about(first)
    assert word is not None
    assert (word.decision_id, word.removed) == (first.pk, False)
    undo(decision=decided(person()), actor=person(), at=database_now())
    newest = Decision.objects.order_by("-id")[0]
    assert word_about(newest) is None


def test_a_decision_called_wrong_counts_as_its_opposite_until_that_is_taken_back() -> None:
    decision, senior = decided(person()), person(Role.SENIOR_MODERATOR)
    status = decision.comment.status
    for _ in range(2):
        call_wrong(decision=decision, by=senior)
    word = word_about(decision)
    assert word is not None
    assert (word.removed, word.corrected) == (True, True)
    take_back(decision=decision, by=senior)
    word = word_about(decision)
    assert word is not None
    assert (word.removed, word.corrected) == (False, False)
    assert not Correction.objects.exists()
    decision.comment.refresh_from_db()
    assert decision.comment.status == status
    changes = RuleChange.objects.filter(what=RuleChange.What.CORRECTION).order_by("id")
    assert [(c.by, c.about, c.before, c.after) for c in changes] == [
        (senior, str(decision.public_id), None, {"wrong": "approve"}),
        (senior, str(decision.public_id), {"wrong": "approve"}, None),
    ]


def test_a_correction_says_nothing_of_a_later_decision() -> None:
    first = decided(person())
    call_wrong(decision=first, by=person(Role.SENIOR_MODERATOR))
    again(first, Action.REMOVE)
    word = word_about(first)
    assert word is not None
    assert (word.removed, word.corrected) == (True, False)


def test_where_a_senior_settled_a_second_look_that_answer_counts() -> None:
    first, second, senior = person(), person(), person(Role.SENIOR_MODERATOR)
    review = looked_at(first, second, Action.APPROVE, Action.REMOVE)
    word = word_about(review.decision)
    assert word is not None
    assert not word.removed
    settle(
        review=review,
        senior=senior,
        action=Action.REMOVE,
        policy=policy(),
        at=database_now(),
    )
    word = word_about(review.decision)
    assert word is not None
    assert word.removed


def test_what_was_decided_in_bulk_is_told_apart() -> None:
    item = held_item()
    start_batch(
        comments=Comment.objects.filter(pk=item.comment_id),
        action=Action.APPROVE,
        by=person(),
        criterion={},
    )
    while take_chunk():
        pass
    (word,) = people_decided([item.comment.current_revision_id]).values()
    assert word.in_bulk
