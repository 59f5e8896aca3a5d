"""What the outcome of an appeal teaches: figures, trials and the model, but never the audits."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from comments.models import Comment, Status
from moderation.decisions import database_now
from moderation.learning import settled_decisions
from moderation.models import Action, Decision, MadeBy
from moderation.periods import Days
from moderation.rulebook import audits, evidence
from moderation.rulebook.truth import people_decided
from moderation.selectors import own
from moderation.selectors.appeal_figures import Overturned, appeal_figures
from tests.appeal_data import REASON, appealed, removed, removed_by_rule, settled
from tests.audit_data import REMOVES, audit, blind_item, decide_item, publish_a_removal
from tests.author_data import impose
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_regular

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def page(user: object, name: str, *args: object) -> str:
    answer = client_of(user).get(reverse(f"moderation:{name}", args=args))  # type: ignore[arg-type]
    return answer.content.decode()


class TestTruth:
    def test_an_overturned_removal_was_wrong(self) -> None:
        decision = removed()
        settled(appealed(decision), overturns=True)
        (word,) = people_decided([decision.revision_id]).values()
        assert not word.removed

    def test_a_rules_removal_that_stands_is_a_persons(self) -> None:
        decision = removed_by_rule()
        assert people_decided([decision.revision_id]) == {}
        appeal = appealed(decision)
        assert people_decided([decision.revision_id]) == {}
        settled(appeal, overturns=False)
        (word,) = people_decided([decision.revision_id]).values()
        assert (word.removed, word.decision_id) == (True, decision.pk)

    def test_a_later_word_of_a_person_counts_more(self) -> None:
        decision = removed_by_rule()
        settled(appealed(decision), overturns=False)
        comment = Comment.objects.get(pk=decision.comment_id)
        client_of(person()).post(
            reverse("moderation:decide_comment", args=[comment.public_id]),
            {"action": "approve", "version": str(comment.version)},
        )
        (word,) = people_decided([decision.revision_id]).values()
        assert not word.removed

    def test_where_a_share_is_estimated_appeals_do_not_count(self) -> None:
        """Authors pick what they appeal: chance did not, and an audit is chance's."""
        publish_a_removal()
        decision = decide_item(blind_item(), person())
        by_rule = removed_by_rule("Nobody asked you, fool.")
        overturned_rule = removed_by_rule("Go away, fool.")
        since = database_now() - MONTH
        before = evidence._decided("insult", None, database_now())
        key = REMOVES.lower().replace(" ", "-")
        assert [one.is_right for one in audits.audits_of(key, since=since).decided] == [True]
        settled(appealed(decision), overturns=True)
        settled(appealed(by_rule), overturns=False)
        settled(appealed(overturned_rule), overturns=True)
        assert [one.is_right for one in audits.audits_of(key, since=since).decided] == [True]
        assert evidence._decided("insult", None, database_now()) == before
        audit(0)


def test_the_model_learns_from_the_last_word() -> None:
    decision = removed()
    settled(appealed(decision), overturns=True)
    (lesson,) = settled_decisions()
    assert (lesson.action, lesson.revision_id) == (Action.APPROVE, decision.revision_id)
    upheld = removed(body="Only a fool would pay.")
    settled(appealed(upheld), overturns=False)
    assert settled_decisions()[0] == upheld


class TestFigures:
    def test_ones_own_day_says_what_was_overturned_on_appeal_and_why(self) -> None:
        first = person()
        settled(appealed(removed(first)), overturns=True)
        settled(appealed(removed(first, "Only a fool would pay.")), overturns=False)
        appealed(removed(first, "Only a fool waits."))
        senior = person(Role.SENIOR_MODERATOR)
        settled(appealed(impose(make_regular(), by=senior)), overturns=True)
        since = database_now() - MONTH
        assert own.overturned_on_appeal(user=first, since=since) == (1, 2)
        assert own.overturned_on_appeal(user=senior, since=since) == (1, 1)
        assert own.overturned_count(user=first, since=since) == (1, 3)
        shown = page(first, "your_day")
        assert "overturned on appeal in 30 days" in shown
        assert REASON in shown

    def test_rules_and_policies_that_are_overturned_stand_out_for_seniors(self) -> None:
        settled(appealed(removed_by_rule()), overturns=True)
        settled(appealed(removed()), overturns=False)
        senior = person(Role.SENIOR_MODERATOR)
        found = appeal_figures(user=senior, days=Days.latest(1, at=database_now()))
        assert (found.filed, found.decided, found.overturned) == (2, 2, 1)
        assert found.kinds == [
            Overturned("Insults", REMOVES, 1, 1),
            Overturned("Insults", "", 1, 0),
        ]
        assert REMOVES in page(senior, "quality")
        assert "Appeals by policy" not in page(person(), "quality")

    def test_the_history_of_the_comment_tells_it(self) -> None:
        decision = removed()
        appeal = appealed(decision)
        comment = Comment.objects.get(pk=decision.comment_id)
        assert "Its author appealed" in page(person(), "comment", comment.public_id)
        settled(appeal, overturns=True, by=person(name="Kari Moe"))
        shown = page(decision.actor, "comment", comment.public_id)
        assert "Kari Moe overturned the decision" in shown
        assert REASON in shown


def test_a_restored_comment_counts_as_decided_by_people() -> None:
    decision = removed_by_rule()
    settled(appealed(decision), overturns=True)
    newest = Decision.objects.latest("id")
    assert (newest.made_by, newest.to_status) == (MadeBy.MODERATOR, Status.PUBLISHED)
