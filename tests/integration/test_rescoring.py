"""Scoring a past period again: everything once, readers first, nothing decided."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Role
from classifier.base import Label, Scores, Text, Unscored
from comments.models import Comment, Section, Status
from comments.submission import Writer, edit_comment, withdraw_comment
from moderation import rescoring
from moderation.decisions import database_now, decide, undo
from moderation.models import (
    Action,
    Classification,
    Decision,
    Policy,
    Rescoring,
    RescoringState,
    ReviewItem,
    ScreeningJob,
)
from moderation.rescoring import NothingToScore, Period, rescore_chunk
from moderation.selectors import focus_on
from tests.desk_data import open_item_of, person, publish_plain_rules
from tests.make import StandIn, make_article, make_comment, make_held, make_regular, screen_all
from tests.rescoring_data import EVER, LONG_AGO, Newer, many, run_through, scored_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


class TestEverythingOnce:
    def test_every_comment_of_the_period_is_scored_once_and_none_outside_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rescoring, "CHUNK", 4)
        made = many(14)
        day = LONG_AGO + timedelta(days=100)
        # Ids and times in opposite order, some posted in the same instant, two outside.
        for n, comment in enumerate(reversed(made)):
            posted = day + timedelta(minutes=(n // 3) * 3)
            Comment.objects.filter(pk=comment.pk).update(submitted_at=posted)
        Comment.objects.filter(pk=made[0].pk).update(submitted_at=day + timedelta(days=1))
        Comment.objects.filter(pk=made[1].pk).update(submitted_at=day - timedelta(seconds=1))
        rescoring.start(period=Period(day, day + timedelta(days=1)), by=None)
        run = run_through()
        assert scored_by("stand-in-2") == sorted(c.current_revision_id for c in made[2:])
        assert (run.total, run.done, run.skipped, run.failed) == (12, 12, 0, 0)
        assert run.state == RescoringState.DONE
        assert run.finished_at is not None

    def test_a_section_narrows_it(self) -> None:
        many(2)
        war = make_article(section=Section.objects.create(name="War", slug="war"))
        inside = make_comment(article=war)
        screen_all()
        period = Period(EVER.start, EVER.end, war.section_id)
        assert rescoring.start(period=period, by=None).total == 1
        run_through()
        assert scored_by("stand-in-2") == [inside.current_revision_id]

    def test_what_the_version_has_read_is_passed_over(self) -> None:
        many(3)
        rescoring.start(period=EVER, by=None)
        run_through()
        rescoring.start(period=EVER, by=None)
        run = run_through()
        assert (run.done, run.skipped) == (0, 3)
        assert Classification.objects.count() == 6

    def test_scores_that_failed_before_are_made_up_for(self) -> None:
        make_comment()
        screen_all(StandIn(says=lambda _t: Scores(model="stand-in-2", unscored=Unscored.FAILED)))
        rescoring.start(period=EVER, by=None)
        assert run_through().done == 1

    def test_what_is_posted_after_the_start_is_not_part_of_it(self) -> None:
        many(1)
        run = rescoring.start(period=EVER, by=None)
        assert run.period_to <= database_now()
        late = make_comment("Later.")
        ScreeningJob.objects.all().delete()
        run_through()
        assert late.current_revision_id not in scored_by("stand-in-2")

    def test_the_model_is_shown_what_a_comment_answers_and_under_what(self) -> None:
        parent = many(1, "What the parent says")[0]
        parent.refresh_from_db()
        parent.article.lead, parent.article.body = "All full.", "<p>Said the captain.</p>"
        parent.article.save()
        make_comment("An answer.", parent=parent, author=make_regular())
        screen_all()
        seen: list[Text] = []

        def says(text: Text) -> Scores:
            seen.append(text)
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

        rescoring.start(period=EVER, by=None)
        run_through(Newer(says))
        assert seen[-1] == Text(
            body="An answer.",
            parent="What the parent says, 0.",
            article_title="Ferry prices rise again",
            article="All full.\n Said the captain.",
        )

    def test_a_period_without_comments_is_refused(self) -> None:
        with pytest.raises(NothingToScore):
            rescoring.start(period=Period(LONG_AGO, LONG_AGO + timedelta(days=1)), by=None)

    def test_a_chunk_costs_the_same_number_of_queries_at_5_comments_and_at_50(
        self, django_assert_max_num_queries: Any, django_assert_num_queries: Any
    ) -> None:
        many(5, "You fool")
        rescoring.start(period=EVER, by=None)
        with django_assert_max_num_queries(24) as few:
            rescore_chunk(classifier=Newer(fool=0.9))
        run_through()
        many(50, "You fool")
        rescoring.start(period=EVER, by=None)
        with django_assert_num_queries(len(few)):
            rescore_chunk(classifier=Newer(fool=0.9))


class TestMeanwhile:
    def test_an_edit_in_the_middle_leaves_the_old_text_alone_and_is_counted(self) -> None:
        first, second = many(2)

        def says(text: Text) -> Scores:
            if text.body.endswith("0."):
                edit_comment(
                    comment=Comment.objects.get(pk=first.pk),
                    writer=Writer(user=None, guest_key=first.author.key),
                    body="Another text.",
                    seen_version=2,
                )
            return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

        old = first.current_revision_id
        rescoring.start(period=EVER, by=None)
        rescore_chunk(classifier=Newer(says))
        run = Rescoring.objects.get()
        assert scored_by("stand-in-2") == [second.current_revision_id]
        assert old not in scored_by("stand-in-2")
        assert (run.done, run.skipped) == (1, 1)

    def test_what_its_author_withdrew_is_not_read_again(self) -> None:
        gone, stays = many(2)
        withdraw_comment(
            comment=Comment.objects.get(pk=gone.pk),
            writer=Writer(user=None, guest_key=gone.author.key),
            seen_version=2,
        )
        rescoring.start(period=EVER, by=None)
        run = run_through()
        assert scored_by("stand-in-2") == [stays.current_revision_id]
        assert run.skipped == 1

    def test_nothing_is_decided_and_no_status_changes(self) -> None:
        made = [*many(2, "You fool"), make_held()]
        before = list(Comment.objects.order_by("id").values_list("status", "version"))
        decisions, items = Decision.objects.count(), ReviewItem.objects.count()
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.99))
        assert list(Comment.objects.order_by("id").values_list("status", "version")) == before
        assert (Decision.objects.count(), ReviewItem.objects.count()) == (decisions, items)
        assert len(scored_by("stand-in-2")) == len(made)

    def test_open_items_show_the_new_scores_and_closed_ones_stay(self) -> None:
        waits, closed = make_held("You fool."), make_held("You clown.")
        item = open_item_of(closed)
        decide(
            comment=closed,
            action=Action.APPROVE,
            actor=person(),
            seen_version=closed.version,
            at=database_now(),
        )
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.95, clown=0.2))
        refreshed = open_item_of(waits)
        assert (refreshed.top_label, refreshed.top_score) == ("insult", 0.95)
        assert refreshed.urgency == 580  # as it was: nothing becomes less urgent
        item.refresh_from_db()
        assert item.top_score == 0.8


class TestWhatChanged:
    def test_crossings_are_counted_both_ways_and_the_furthest_are_named(self) -> None:
        calm = many(2, "Calm words")
        up = many(1, "You fool")[0]
        down = make_held("You clown.")
        rescoring.start(period=EVER, by=None)
        run = run_through(Newer(fool=0.9, clown=0.1))
        assert run.changes == {"below>below": len(calm), "below>hold": 1, "hold>below": 1}
        assert [(m[0], m[2]) for m in run.moved] == [(up.pk, "insult"), (down.pk, "insult")]

    def test_not_scored_before_and_now_are_told_apart_from_below(self) -> None:
        make_comment("Dette er norsk.")
        language = Scores(model="stand-in-1", language="nb", unscored=Unscored.LANGUAGE)
        screen_all(StandIn(says=lambda _text: language))
        rescoring.start(period=EVER, by=None)
        assert run_through().changes == {"unscored>below": 1}

    def test_the_speed_of_the_last_run_is_known_to_the_next(self) -> None:
        assert rescoring.comments_per_second() is None
        many(3)
        rescoring.start(period=EVER, by=None)
        run_through()
        assert rescoring.comments_per_second() > 0


class TestWhatTheDeskShows:
    def test_a_decided_comment_shows_the_scores_that_it_was_decided_by(self) -> None:
        comment = make_held("You fool.")
        item = open_item_of(comment)
        decide(
            comment=comment,
            action=Action.REMOVE,
            actor=person(),
            seen_version=comment.version,
            at=database_now(),
            policy=Policy.objects.first(),
        )
        item.refresh_from_db()
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.2))
        shown = focus_on(user=person(), comment_id=comment.pk, item=item).classification
        assert shown is not None
        assert shown.own["insult"] == 0.8

    def test_a_waiting_comment_shows_the_newest_and_the_decision_keeps_those(self) -> None:
        comment = make_held("You fool.")
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.2))
        item = open_item_of(comment)
        shown = focus_on(user=person(), comment_id=comment.pk, item=item).classification
        decision = decide(
            comment=comment,
            action=Action.APPROVE,
            actor=person(Role.SENIOR_MODERATOR),
            seen_version=comment.version,
            at=database_now(),
        )
        assert shown is not None
        assert shown.own["insult"] == 0.2
        assert decision.classification == shown
        assert comment.decisions.earliest("id").classification.own["insult"] == 0.8

    def test_what_is_flagged_or_taken_back_waits_under_the_newest_scores(self) -> None:
        comment = make_held("You fool.")
        anna = person(Role.SENIOR_MODERATOR)
        flagged = decide(
            comment=comment,
            action=Action.APPROVE,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
        rescoring.start(period=EVER, by=None)
        run_through(Newer(fool=0.2))
        undo(decision=flagged, actor=anna, at=database_now())
        assert open_item_of(comment).top_score == 0.2
        comment.refresh_from_db()
        assert comment.status == Status.HELD
        decide(
            comment=comment,
            action=Action.FLAG,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
        assert open_item_of(comment).top_score == 0.2
