"""From a stored comment to a decision, in batches, whatever the model does."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import Role
from classifier.base import Label, Scores, Span, Text, Unscored
from comments.models import Comment, ModerationMode, Section, Status
from comments.submission import Writer, edit_comment
from moderation import rule_sets
from moderation.decisions import decide
from moderation.defaults import install
from moderation.jobs import jobs_are_due
from moderation.models import (
    Action,
    Classification,
    Decision,
    MadeBy,
    Priority,
    Queue,
    ReviewItem,
    Rule,
    RuleSet,
    ScreeningJob,
    WordList,
)
from moderation.review_items import refresh_items
from moderation.rules.evaluation import evaluate_each
from moderation.screening import screen_batch
from moderation.tasks import screen_pending
from tests.make import (
    StandIn,
    make_article,
    make_comment,
    make_regular,
    make_user,
    screen_all,
)
from tests.rules_data import set_threshold

pytestmark = pytest.mark.django_db


def screened(body: str, classifier: Any = None, **fields: Any) -> Comment:
    comment = make_comment(body, **fields)
    screen_all(classifier or StandIn())
    comment.refresh_from_db()
    return comment


class Broken:
    version = "broken-1"

    def score(self, texts: list[Text]) -> list[Scores]:
        raise RuntimeError("out of order")


def forget_leases() -> None:
    ScreeningJob.objects.update(leased_until=F("leased_until") - timedelta(hours=1))


class TestOutcomes:
    def test_a_calm_comment_of_a_regular_is_published_at_once(self) -> None:
        comment = screened("The morning ferry is always full.")
        decision = comment.decisions.get()
        assert comment.status == Status.PUBLISHED
        assert (decision.made_by, decision.action) == (MadeBy.RULE, Action.APPROVE)
        assert decision.rule_set == RuleSet.objects.get()
        assert not ScreeningJob.objects.exists()

    def test_a_middling_score_is_held_and_says_why(self) -> None:
        comment = screened("You fool.", StandIn({"fool": {Label.INSULT: 0.81}}))
        item = ReviewItem.objects.get(comment=comment, is_open=True)
        assert comment.status == Status.HELD
        assert (item.queue, item.top_label) == (Queue.WAITING, Label.INSULT)
        assert item.reason == "Insults: insult 0.81"

    def test_very_severe_toxicity_is_removed_with_its_policy(self) -> None:
        comment = screened("…", StandIn({"…": {Label.SEVERE_TOXICITY: 1.0}}))
        assert comment.status == Status.REMOVED
        assert comment.decisions.get().policy.slug == "insults"

    def test_the_model_is_told_what_the_article_says(self) -> None:
        told: list[Text] = []

        def says(text: Text) -> Scores:
            told.append(text)
            return Scores(model="stand-in-1", language="en", own=dict.fromkeys(Label, 0.0))

        article = make_article(
            title="Late", lead="Late again.", body="<p>One.</p><p>A &amp; B.</p>"
        )
        make_comment("Hello all.", article=article)
        screen_batch(classifier=StandIn(says=says))
        (text,) = told
        assert (text.article_title, text.article.split()) == (
            "Late",
            ["Late", "again.", "One.", "A", "&", "B."],
        )

    def test_the_first_comment_of_an_author_is_held(self) -> None:
        comment = screened("Hello all.", author=make_regular(published_count=0))
        assert ReviewItem.objects.get(comment=comment).reason.startswith("First comment")

    @pytest.mark.parametrize("where", ["article", "section", "site"])
    def test_pre_moderation_holds_everything_wherever_it_is_set(self, where: str) -> None:
        from comments.models import SiteSettings

        section = Section.objects.create(
            name="War",
            slug="war",
            moderation_mode=ModerationMode.PRE if where == "section" else "inherit",
        )
        if where == "site":
            SiteSettings.objects.create(pk=1, moderation_mode=ModerationMode.PRE)
        article = make_article(
            section=section,
            moderation_mode=ModerationMode.PRE if where == "article" else "inherit",
        )
        assert screened("Calm words.", article=article).status == Status.HELD

    def test_three_links_are_held(self) -> None:
        links = " ".join(f"https://site{n}.example" for n in range(3))
        assert screened(f"See {links}").status == Status.HELD

    def test_a_banned_word_is_held_in_every_spelling_once_the_list_is_published(self) -> None:
        WordList.objects.filter(use="banned").update(entries="cialis\n")
        rule_sets.publish(by=None)
        assert screened("Cheap c1alis here").status == Status.HELD
        assert screened("My specialist disagrees").status == Status.PUBLISHED

    def test_an_unknown_language_waits_as_not_scored(self) -> None:
        says = lambda text: Scores(model="m", language="nb", unscored=Unscored.LANGUAGE)  # noqa: E731
        comment = screened("Dette er norsk.", StandIn(says=says))
        classification = Classification.objects.get()
        assert ReviewItem.objects.get(comment=comment).queue == Queue.UNSCORED
        assert (classification.own, classification.unscored) == ({}, "language")

    def test_what_a_comment_quotes_is_recorded_but_not_held_against_it(self) -> None:
        def says(text: Text) -> Scores:
            calm, ugly = dict.fromkeys(Label, 0.02), dict.fromkeys(Label, 0.97)
            return Scores(model="m", language="en", own=calm, quoted=ugly)

        comment = screened(
            "> You are all vermin\n\nThat is an ugly thing to say.", StandIn(says=says)
        )
        assert comment.status == Status.PUBLISHED
        assert Classification.objects.get().quoted["insult"] == 0.97

    def test_spans_are_stored_as_offsets_into_the_text(self) -> None:
        def says(text: Text) -> Scores:
            span = Span(start=4, end=8, label=Label.INSULT, weight=1.5)
            return Scores(model="m", own=dict.fromkeys(Label, 0.5), spans=(span,))

        screened("You fool.", StandIn(says=says))
        assert Classification.objects.get().spans == [[4, 8, "insult", 1.5]]


class TestBatches:
    def test_one_batch_screens_many_and_counts_are_right(self) -> None:
        article = make_article()
        for number in range(30):
            make_comment("A fool's word" if number % 3 == 0 else "A word", article=article)
        taken = screen_batch(classifier=StandIn({"fool": {Label.INSULT: 0.9}}), limit=64)
        article.refresh_from_db()
        assert taken == 30
        assert article.published_count == 20
        assert ReviewItem.objects.filter(is_open=True).count() == 10
        assert Decision.objects.count() == Classification.objects.count() == 30

    def test_the_number_of_queries_does_not_grow_with_the_batch(
        self, django_assert_max_num_queries: Any
    ) -> None:
        article = make_article()
        for _ in range(40):
            make_comment("A fool's word", article=article)
        with django_assert_max_num_queries(26):
            screen_batch(classifier=StandIn({"fool": {Label.INSULT: 0.9}}), limit=64)

    def test_nothing_to_do_is_zero(self) -> None:
        assert screen_batch(classifier=StandIn()) == 0
        assert not jobs_are_due()


class TestTrouble:
    def test_a_job_that_somebody_has_is_left_alone_until_its_lease_ends(self) -> None:
        make_comment()
        ScreeningJob.objects.update(
            attempts=1, lease=ScreeningJob.new_lease(), leased_until=timezone.now() + timedelta(1)
        )
        assert screen_batch(classifier=StandIn()) == 0
        ScreeningJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert screen_batch(classifier=StandIn()) == 1

    def test_a_failing_model_gives_the_comment_to_people_after_three_attempts(self) -> None:
        comment = make_comment()
        for _ in range(3):
            with pytest.raises(RuntimeError):
                screen_batch(classifier=Broken())
            forget_leases()
        assert screen_batch(classifier=Broken()) == 1
        comment.refresh_from_db()
        item = ReviewItem.objects.get(comment=comment)
        assert (comment.status, item.queue) == (Status.HELD, Queue.UNSCORED)
        assert item.reason == "Not scored: the model could not be asked"

    def test_a_poison_comment_does_not_stop_the_others(self) -> None:
        poison = make_comment("poison")
        calm = [make_comment(f"Calm word {n}") for n in range(5)]

        def says(text: Text) -> Scores:
            if text.body == "poison":
                raise RuntimeError("boom")
            return Scores(model="m", own=dict.fromkeys(Label, 0.01))

        for _ in range(12):
            try:
                screen_batch(classifier=StandIn(says=says))
            except RuntimeError:
                forget_leases()
        assert set(Comment.objects.filter(pk__in=[c.pk for c in calm]).values_list("status")) == {
            (Status.PUBLISHED,)
        }
        poison.refresh_from_db()
        assert poison.status == Status.HELD

    def test_a_model_that_always_fails_keeps_nobody_waiting_for_long(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Each run is a sweep: they come every five seconds.
        monkeypatch.setattr("moderation.screening.current_classifier", Broken)
        for n in range(12):
            make_comment(f"Calm word {n}")
        for _ in range(4):
            screen_pending()
            forget_leases()
        assert set(Comment.objects.values_list("status")) == {(Status.HELD,)}
        assert not jobs_are_due()

    def test_a_score_that_comes_after_a_persons_decision_changes_nothing(self) -> None:
        comment = make_comment()
        moderator = make_user(Role.MODERATOR)

        def decides_meanwhile(text: Text) -> Scores:
            decide(
                comment=Comment.objects.get(),
                action=Action.APPROVE,
                actor=moderator,
                seen_version=1,
                at=timezone.now(),
            )
            return Scores(model="m", own=dict.fromkeys(Label, 0.99))

        screen_batch(classifier=StandIn(says=decides_meanwhile))
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED
        assert comment.decisions.get().actor == moderator
        assert Classification.objects.count() == 1

    def test_a_score_of_a_revision_that_was_edited_meanwhile_decides_nothing(self) -> None:
        comment = make_comment("First words.")

        def edits_meanwhile(text: Text) -> Scores:
            if text.body == "First words.":
                edit_comment(
                    comment=Comment.objects.get(),
                    writer=Writer(guest_key=comment.author.key),
                    body="Second words.",
                    seen_version=1,
                )
            return Scores(model="m", own=dict.fromkeys(Label, 0.01))

        classifier = StandIn(says=edits_meanwhile)
        screen_batch(classifier=classifier)
        comment.refresh_from_db()
        assert (comment.status, comment.decisions.count()) == (Status.SUBMITTED, 0)
        screen_batch(classifier=classifier)
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED
        assert comment.decisions.get().revision.body == "Second words."

    def test_a_lost_lease_stores_nothing(self) -> None:
        make_comment()

        def takes_too_long(text: Text) -> Scores:
            ScreeningJob.objects.update(lease=ScreeningJob.new_lease())
            return Scores(model="m", own=dict.fromkeys(Label, 0.01))

        screen_batch(classifier=StandIn(says=takes_too_long))
        assert not Decision.objects.exists()
        assert ScreeningJob.objects.count() == 1

    def test_late_scores_reach_the_open_item_of_a_comment_that_was_held_before(self) -> None:
        comment = screened(
            "You fool.", StandIn(says=lambda _: Scores("m", unscored=Unscored.FAILED))
        )
        ScreeningJob.objects.create(revision=comment.current_revision)
        screen_all(StandIn({"fool": {Label.INSULT: 0.9}}))
        item = ReviewItem.objects.get(comment=comment, is_open=True)
        assert (item.top_label, item.top_score, item.urgency) == ("insult", 0.9, 540)
        assert comment.decisions.count() == 1

    def test_the_same_model_classifies_a_revision_once(self) -> None:
        comment = screened("You fool.")
        ScreeningJob.objects.create(revision=comment.current_revision)
        screen_all()
        assert Classification.objects.count() == 1

    def test_readers_go_before_a_backlog(self) -> None:
        first = make_comment("An imported comment.")
        ScreeningJob.objects.update(priority=Priority.BACKLOG)
        second = make_comment("A reader waits.")
        screen_batch(classifier=StandIn(), limit=1)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == (Status.SUBMITTED, Status.PUBLISHED)


class TestRuleSets:
    @pytest.fixture(autouse=True)
    def a_known_threshold(self) -> None:
        set_threshold("insult", 0.7)
        rule_sets.publish(by=None)

    def test_a_published_version_is_used_by_the_next_batch_and_named_by_its_decisions(self) -> None:
        before = screened("You fool.", StandIn({"fool": {Label.INSULT: 0.6}}))
        set_threshold("insult", 0.5)
        version = rule_sets.publish(by=None, note="Stricter on insults")
        after = screened("You fool!", StandIn({"fool": {Label.INSULT: 0.6}}))
        assert (before.status, after.status) == (Status.PUBLISHED, Status.HELD)
        assert after.decisions.get().rule_set == version

    def test_a_version_published_in_the_middle_of_a_batch_waits_for_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It comes while the rules judge the batch: too late for every comment of it."""
        insulting = StandIn({"fool": {Label.INSULT: 0.6}})
        began = rule_sets.live()[0]
        for n in range(4):
            make_comment(f"You fool {n}.")

        def publishes(rule_set: Any, facts: Any) -> Any:
            set_threshold("insult", 0.5)
            rule_sets.publish(by=None)
            return evaluate_each(rule_set, facts)

        monkeypatch.setattr("moderation.verdicts.evaluate_each", publishes)
        screen_batch(classifier=insulting)
        judged = Decision.objects.values_list("rule_set", "to_status")
        assert list(judged) == [(began, Status.PUBLISHED)] * 4
        monkeypatch.undo()
        assert screened("You fool 5.", insulting).decisions.get().rule_set_id != began

    def test_a_rule_that_is_off_is_not_published(self) -> None:
        Rule.objects.update(mode="off")
        rule_sets.publish(by=None)
        assert rule_sets.live()[1].rules == ()

    def test_versions_count_up_and_the_old_ones_stay(self) -> None:
        third = rule_sets.publish(by=None)
        assert list(RuleSet.objects.values_list("number", flat=True)) == [3, 2, 1]
        assert rule_sets.live()[0] == third.pk


@pytest.mark.django_db(transaction=True)
def test_late_scores_and_a_moderator_never_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install()
    held = screened("You fool.", StandIn({"fool": {Label.INSULT: 0.8}}))
    ScreeningJob.objects.create(revision=held.current_revision, priority=Priority.BACKLOG)
    make_comment("You fool, again.", article=held.article)
    moderator, decided = make_user(Role.MODERATOR), threading.Event()

    def decides() -> None:
        decide(
            comment=held,
            action=Action.APPROVE,
            actor=moderator,
            seen_version=held.version,
            at=timezone.now(),
        )
        connection.close()
        decided.set()

    def meanwhile(scored: Any) -> None:
        threading.Thread(target=decides).start()
        assert decided.wait(timeout=5)
        refresh_items(scored)

    monkeypatch.setattr("moderation.screening.refresh_items", meanwhile)
    assert screen_batch(classifier=StandIn({"fool": {Label.INSULT: 0.9}})) == 2
    held.refresh_from_db()
    assert held.status == Status.PUBLISHED
