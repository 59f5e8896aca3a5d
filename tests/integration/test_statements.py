"""Every restriction states its reasons once, with the decision, and so does every end of one."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role
from classifier.base import Label
from comments.models import Comment, RestrictionKind, Status
from comments.submission import Writer, report_comment, withdraw_comment
from moderation.author_acts import Measures, Terms, restrict, take_back
from moderation.decisions import database_now, decide, undo
from moderation.models import (
    Action,
    Automated,
    Decision,
    Policy,
    PolicyVersion,
    Source,
    Statement,
    StatementKind,
)
from moderation.rule_sets import publish
from tests.make import (
    StandIn,
    make_article,
    make_comment,
    make_held,
    make_published,
    make_regular,
    make_user,
    screen_all,
)
from tests.races import drift
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db

SPAM = {"buy": {Label.SPAM: 0.9999}}


def decide_now(comment: Comment, action: Action, **fields: object) -> Decision:
    comment.refresh_from_db()
    if action == Action.REMOVE:
        fields.setdefault("policy", Policy.objects.get(slug="insults"))
    return decide(
        comment=comment,
        action=action,
        actor=make_user(Role.SENIOR_MODERATOR),
        seen_version=comment.version,
        at=database_now(),
        **fields,
    )


def unstated() -> list[str]:
    return [told for told in drift() if "stated" in told]


def kinds(comment: Comment) -> list[str]:
    return list(comment.statements.order_by("id").values_list("kind", flat=True))


class TestOfComments:
    def test_a_removal_by_a_person_says_what_it_rests_on(self) -> None:
        comment = make_held()
        decision = decide_now(comment, Action.REMOVE)
        said = Statement.objects.get()
        assert (said.kind, said.decision, said.revision) == (
            StatementKind.REMOVED,
            decision,
            comment.current_revision,
        )
        assert said.policy_version == PolicyVersion.objects.get(policy=decision.policy)
        assert said.automated_detection is True  # a rule had found an insult in it
        assert said.automated_decision == Automated.NOT
        assert (said.source, said.reports) == (Source.OWN_INITIATIVE, {})

    def test_a_machine_that_removes_says_so_in_one_query_for_a_batch(self) -> None:
        article, author = make_article(), make_regular()
        comments = [
            make_comment(f"Please buy this, {n}.", article=article, author=author) for n in range(5)
        ]
        kind = make_comment(article=article, author=author)
        sells = asks("own.spam", "at_least", 0.99)
        make_rule("Adverts", sells, action="remove", then_policy="spam")
        publish(by=None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            screen_all(StandIn(SPAM))
        written = [q for q in queries if "moderation_statement" in q["sql"]]
        assert len(written) == 1
        assert Statement.objects.count() == len(comments)
        assert kinds(kind) == []
        for said in Statement.objects.all():
            assert said.kind == StatementKind.REMOVED
            assert said.automated_decision == Automated.FULLY
            assert said.automated_detection is True
            assert said.policy_version.policy.slug == "spam"

    def test_who_waits_only_for_being_new_was_found_by_nobody(self) -> None:
        comment = make_comment(author=make_regular(published_count=0))
        screen_all()
        decide_now(comment, Action.REMOVE)
        assert Statement.objects.get().automated_detection is False

    def test_reports_that_a_removal_answers_are_counted_without_their_words(self) -> None:
        comment = make_published()
        for key, category in (("a", "abuse"), ("b", "abuse"), ("c", "hate")):
            report_comment(comment=comment, category=category, words="He!", reporter_key=key)
        decide_now(comment, Action.REMOVE)
        said = Statement.objects.get()
        assert (said.source, said.reports) == (Source.REPORT, {"abuse": 2, "hate": 1})

    @pytest.mark.parametrize("how", ["undo", "approve"])
    def test_whatever_ends_a_removal_says_so(self, how: str) -> None:
        comment = make_held()
        decision = decide_now(comment, Action.REMOVE)
        if how == "undo":
            undo(decision=decision, actor=decision.actor, at=database_now())
        else:
            decide_now(comment, Action.APPROVE)
        removed, restored = Statement.objects.order_by("id")
        assert restored.kind == StatementKind.RESTORED
        assert (restored.about, restored.policy_version) == (removed, removed.policy_version)
        # What waits again and is approved was told already.
        if how == "undo":
            decide_now(comment, Action.APPROVE)
        assert kinds(comment) == ["removed", "restored"]
        assert unstated() == []

    def test_an_undone_approval_is_the_removal_again_under_its_policy(self) -> None:
        comment = make_held()
        decide_now(comment, Action.REMOVE, policy=Policy.objects.get(slug="hate"))
        approval = decide_now(comment, Action.APPROVE)
        undo(decision=approval, actor=approval.actor, at=database_now())
        assert kinds(comment) == ["removed", "restored", "removed"]
        assert Statement.objects.latest("id").policy_version.policy.slug == "hate"

    def test_what_leaves_the_page_until_somebody_looks_is_stated_and_so_is_its_return(self) -> None:
        comment = make_held()
        approval = decide_now(comment, Action.APPROVE)
        undo(decision=approval, actor=approval.actor, at=database_now())
        decide_now(comment, Action.APPROVE)
        assert kinds(comment) == ["hidden", "restored"]
        assert unstated() == []

    def test_what_its_author_takes_out_needs_no_reasons(self) -> None:
        comment = make_published()
        withdraw_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            seen_version=comment.version,
        )
        comment.refresh_from_db()
        assert comment.status == Status.REMOVED
        assert kinds(comment) == []


class TestOfAuthors:
    def test_a_mute_that_comes_with_a_removal_goes_with_it(self) -> None:
        comment = make_held()
        decision = decide_now(comment, Action.REMOVE, also=Measures(mute=timedelta(days=2)))
        undo(decision=decision, actor=decision.actor, at=database_now())
        said = list(Statement.objects.order_by("id"))
        assert sorted(one.kind for one in said) == ["lifted", "muted", "removed", "restored"]
        muted, lifted = (next(s for s in said if s.kind == kind) for kind in ("muted", "lifted"))
        assert (muted.automated_detection, muted.act.restriction.kind) == (True, "mute")
        assert (lifted.about, lifted.policy_version) == (muted, muted.policy_version)
        assert unstated() == []

    def test_a_ban_is_lifted_and_imposed_again(self) -> None:
        author, senior = make_regular(), make_user(Role.SENIOR_MODERATOR)
        terms = Terms(
            kind=RestrictionKind.BAN, until=None, policy=Policy.objects.get(slug="threats")
        )
        act = restrict(author=author, by=senior, terms=terms, at=timezone.now(), seen=0)
        lifting = take_back(act=act, by=senior, at=timezone.now())
        take_back(act=lifting, by=senior, at=timezone.now())
        said = Statement.objects.filter(author=author).order_by("id")
        assert [one.kind for one in said] == ["banned", "lifted", "banned"]
        assert {one.policy_version.policy.slug for one in said} == {"threats"}


def test_the_database_lets_a_statement_be_told_once_and_nothing_else() -> None:
    decide_now(make_held(), Action.REMOVE)
    said = Statement.objects.filter()
    for change in ({"kind": "restored"}, {"reports": {"abuse": 9}}, {"policy_version": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            said.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        said.delete()
    said.update(told_at=timezone.now(), letter=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        said.update(letter=False)
