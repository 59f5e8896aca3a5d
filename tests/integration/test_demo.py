"""``manage.py load_demo`` with the shipped classifier: every state of the desk is there to see."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from classifier.base import Unscored
from comments.models import Article, Author, Comment, Report, SiteSettings, Status
from integrations.demo import story
from moderation.models import (
    Action,
    Classification,
    Decision,
    DoubleReview,
    Look,
    MadeBy,
    Queue,
    QueuePromise,
    ReviewItem,
    RuleSet,
    SavedFilter,
    ScreeningJob,
    Trial,
    TrialState,
)
from moderation.review_items import recount


def load(**options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_demo", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demo, loaded once for this module and taken back after it."""
    media = str(tmp_path_factory.mktemp("media"))
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, SECURE=False),
        transaction.atomic(),
    ):
        with pytest.MonkeyPatch.context() as patch:
            # One removal in a few is drawn for a person: by chance, and of this one not here.
            patch.setattr("moderation.rulebook.audits.chances", lambda public_id: (0.999, 0.5))
            out, _err = load()
        yield out
        transaction.set_rollback(True)


def open_items(**filters: Any) -> Any:
    return ReviewItem.objects.filter(is_open=True, **filters)


class TestTheDesk:
    def test_there_are_second_looks_of_every_kind(self, demo: str) -> None:
        states = dict(DoubleReview.objects.values_list("state").annotate(Count("pk")))
        assert states[Look.WAITING] >= 4
        assert states[Look.AGREED] > states[Look.SETTLED] >= 1
        assert states[Look.DISAGREED] >= 1
        assert Decision.objects.exclude(taken_at=None).count() > 20

    def test_nothing_is_left_unscreened(self, demo: str) -> None:
        assert Comment.objects.count() >= 150
        assert not Comment.objects.filter(status=Status.SUBMITTED).exists()
        assert not ScreeningJob.objects.exists()
        assert not Classification.objects.filter(unscored=Unscored.FAILED).exists()

    @pytest.mark.parametrize("queue", Queue.values)
    def test_every_queue_has_something_in_it(self, demo: str, queue: str) -> None:
        assert open_items(queue=queue).count() >= 2

    def test_the_counts_are_right(self, demo: str) -> None:
        assert recount() == 0
        for article in Article.objects.all():
            published = article.comments.filter(status=Status.PUBLISHED).count()
            assert article.published_count == published

    @pytest.mark.parametrize(
        "fact",
        [
            *("words", "text.links", "author.published", "unscored"),
            *("article.pre_moderated", "author.muted"),
        ],
    )
    def test_every_kind_of_rule_holds_something(self, demo: str, fact: str) -> None:
        assert fact in self._facts_that_hold_open_items()

    def test_scores_hold_some_and_one_of_them_is_a_threat(self, demo: str) -> None:
        assert any(fact.startswith("own.") for fact in self._facts_that_hold_open_items())
        labels = set(open_items(top_score__gte=0.3).values_list("top_label", flat=True))
        assert "threat" in labels
        assert len(labels) >= 3

    def _facts_that_hold_open_items(self) -> set[str]:
        facts = {
            entry["name"]: entry["when"]["all"][0]["fact"]
            for rule_set in RuleSet.objects.all()
            for entry in rule_set.document["rules"]
        }
        waiting = open_items(queue__in=[Queue.WAITING, Queue.UNSCORED])
        held = Decision.objects.filter(
            comment__in=waiting.values("comment"), made_by=MadeBy.RULE, action=Action.HOLD
        )
        return {facts[match["rule"]] for decision in held for match in decision.matched}

    def test_norwegian_is_held_because_the_model_does_not_know_it(self, demo: str) -> None:
        said = Classification.objects.filter(unscored=Unscored.LANGUAGE)
        assert said.filter(revision__body__startswith="Dette er en skam").exists()

    def test_a_rule_removed_spam_and_moderators_removed_with_a_policy(self, demo: str) -> None:
        by_rule = Decision.objects.filter(made_by=MadeBy.RULE, action=Action.REMOVE)
        assert {d.policy.slug for d in by_rule.select_related("policy") if d.policy} == {"spam"}
        by_people = Decision.objects.filter(made_by=MadeBy.MODERATOR, action=Action.REMOVE)
        policies = by_people.values_list("policy__slug", flat=True)
        assert len(set(policies)) >= 5
        assert by_people.exclude(note="").exists()

    def test_a_rule_is_counted_in_shadow_and_a_draft_was_tried_on_the_past(self, demo: str) -> None:
        assert Decision.objects.filter(shadow__contains=[{"rule": "Shouting"}]).exists()
        trial = Trial.objects.get()
        assert trial.state == TrialState.DONE
        assert trial.surprises.exists()
        live = RuleSet.objects.order_by("-number")[0].document["rules"]
        assert "Too short to say anything" not in {rule["name"] for rule in live}

    def test_somebody_asked_a_senior_moderator_a_question(self, demo: str) -> None:
        assert open_items(queue=Queue.ESCALATED, reason__endswith="?").exists()

    def test_a_decision_was_undone_and_the_comment_is_public_again(self, demo: str) -> None:
        undone = Decision.objects.get(action=Action.UNDO)
        assert undone.supersedes is not None
        assert undone.supersedes.action == Action.REMOVE
        assert undone.comment.status == Status.PUBLISHED

    def test_a_comment_was_edited_and_one_withdrawn(self, demo: str) -> None:
        edited = Comment.objects.get(edited_at__isnull=False)
        assert edited.revisions.count() == 2
        assert edited.status == Status.PUBLISHED
        assert Comment.objects.get(withdrawn_at__isnull=False).status == Status.REMOVED

    def test_readers_reported_in_several_categories(self, demo: str) -> None:
        assert Report.objects.values("category").distinct().count() >= 2
        assert Report.objects.filter(resolved_at=None).exists()


class TestTheReadersSide:
    def test_the_long_angry_civil_comment_is_public_and_no_score_held_it(self, demo: str) -> None:
        comment = Comment.objects.get(
            current_revision__body__startswith="I am angry, and I will try"
        )
        assert comment.status == Status.PUBLISHED
        assert len(comment.current_revision.body) > 1500
        (decision,) = Decision.objects.filter(comment=comment, made_by=MadeBy.RULE)
        assert decision.action == Action.APPROVE
        assert decision.matched == []

    def test_hardly_a_civil_comment_was_held_for_a_score(self, demo: str) -> None:
        rude = {r.say.strip() for r in _remarks() if r.then in {"leave", "remove"}}
        held = Decision.objects.filter(made_by=MadeBy.RULE, action=Action.HOLD)
        wrong = [
            (d.revision.body[:60], d.reason)
            for d in held.select_related("revision", "classification")
            if d.revision.body not in rude and _held_by_score(d)
        ]
        # A model makes mistakes, and the next one makes others: three in 140 are let pass.
        assert len(wrong) <= 3, wrong

    def test_threads_are_deep_in_one_article_and_absent_in_another(self, demo: str) -> None:
        assert max(Comment.objects.values_list("depth", flat=True)) >= 8
        counts = Article.objects.annotate(n=Count("comments")).values_list("n", flat=True)
        assert max(counts) >= 60
        assert min(counts) == 0

    def test_established_readers_need_no_moderator(self, demo: str) -> None:
        published = Comment.objects.filter(status=Status.PUBLISHED)
        by_rule = Decision.objects.filter(made_by=MadeBy.RULE, action=Action.APPROVE)
        assert by_rule.filter(comment__in=published).count() > published.count() / 3

    def test_the_account_of_a_reader_has_a_public_and_a_waiting_comment(self, demo: str) -> None:
        author = Author.objects.get(user__email="reader@example.org")
        assert author.published_count >= 2
        assert author.comments.filter(status=Status.HELD).exists()

    def test_pictures_are_stored_with_their_sizes(self, demo: str) -> None:
        for article in Article.objects.all():
            assert default_storage.exists(article.picture.name)
            assert (article.picture_width, article.picture_height) == (1600, 900)

    def test_the_paper_has_a_name(self, demo: str) -> None:
        assert SiteSettings.current().name == "The Fjord Courier"


class TestTimes:
    def test_everything_lies_in_the_past_in_its_order(self, demo: str) -> None:
        now = timezone.now()
        comments = Comment.objects.select_related("article", "parent", "current_revision")
        for comment in comments:
            assert comment.article.published_at is not None
            assert comment.article.published_at < comment.submitted_at < now
            if comment.parent is not None:
                assert comment.parent.submitted_at < comment.submitted_at
        for decision in Decision.objects.select_related("comment"):
            assert decision.comment.submitted_at < decision.decided_at < now

    def test_decisions_of_a_comment_are_dated_in_their_order(self, demo: str) -> None:
        for comment in Comment.objects.prefetch_related("decisions"):
            made = sorted(comment.decisions.all(), key=lambda decision: decision.pk)
            dates = [decision.decided_at for decision in made]
            assert dates == sorted(dates)

    def test_what_waits_has_waited_since_it_was_written(self, demo: str) -> None:
        for item in open_items(queue=Queue.WAITING).select_related("comment"):
            waited = item.opened_at - item.comment.submitted_at
            assert 0 <= waited.total_seconds() < 60


class TestAgain:
    def test_a_filter_and_a_search_are_shared_and_a_queue_is_promised(self, demo: str) -> None:
        shared = SavedFilter.objects.filter(is_shared=True)
        assert set(shared.values_list("queue", flat=True)) == {"waiting", ""}
        assert QueuePromise.objects.filter(queue="waiting").exists()

    def test_loading_it_again_does_nothing_and_says_so(self, demo: str) -> None:
        before = (Comment.objects.count(), Decision.objects.count(), User.objects.count())
        out, err = load()
        assert "The demo is here already. Nothing was changed." in err
        assert (Comment.objects.count(), Decision.objects.count(), User.objects.count()) == before
        assert out == demo

    def test_the_accounts_are_told_and_open(self, demo: str) -> None:
        for person in story.people():
            assert person.email in demo
        roles = set(User.objects.values_list("role", flat=True))
        assert roles == {"reader", "moderator", "senior_moderator", "site_admin"}
        user = User.objects.get(email="senior@example.org")
        assert user.check_password("ordstyrer-demo")


@pytest.mark.django_db
class TestOnTheInternet:
    def test_a_password_that_everybody_knows_is_refused(self) -> None:
        with override_settings(SECURE=True), pytest.raises(CommandError, match="--password"):
            load()
        assert not User.objects.exists()
        assert not Article.objects.filter(Q(imported_from__startswith="demo:")).exists()


def _remarks() -> list[story.Remark]:
    now = timezone.now()
    return [r for one in story.stories() for r in story.remarks(story=one, now=now)]


def _held_by_score(decision: Decision) -> bool:
    document = decision.rule_set.document if decision.rule_set else {"rules": []}
    about_scores = {
        e["name"] for e in document["rules"] if e["when"]["all"][0]["fact"].startswith("own.")
    }
    return any(match["rule"] in about_scores for match in decision.matched)
