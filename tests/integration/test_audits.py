"""A share of what rules would remove is shown to people instead, who must not know it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Status
from moderation.automation.watch import Audit
from moderation.batches import NothingToDecide, start_batch
from moderation.decisions import database_now, undo
from moderation.models import Action, AuditDraw, Decision, DeskPreferences, Queue, ReviewItem, Rule
from moderation.rule_sets import publish
from moderation.rulebook import audits
from moderation.rulebook.corrections import call_wrong
from moderation.selectors import QueueFilters
from moderation.selectors.by_score import score_counts
from moderation.selectors.search import search_page
from moderation.selectors.search_terms import SearchFilters
from tests.audit_data import (
    BODY,
    REMOVES,
    audit,
    blind_item,
    decide_item,
    insult,
    publish_a_removal,
)
from tests.automation_data import audited, submitted
from tests.desk_data import client_of, held_item, open_item_of, person, publish_plain_rules
from tests.make import make_comment, screen_all
from tests.posting import words_of
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db

KEY = "beyond-doubt-an-insult"


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()
    publish_a_removal()


@pytest.fixture
def moderator() -> User:
    return person(name="Anna Berg")


def said(since_minutes: int = 60) -> audits.Audits:
    return audits.audits_of(KEY, since=database_now() - timedelta(minutes=since_minutes))


class TestDrawing:
    def test_what_is_drawn_is_held_and_keeps_what_the_rules_wanted_apart(self) -> None:
        item = blind_item()
        drawn = AuditDraw.objects.get()
        decision = drawn.decision
        assert (item.comment.status, item.queue, item.is_blind) == (
            Status.HELD,
            Queue.WAITING,
            True,
        )
        assert (item.reason, item.top_label, item.top_score, item.scores) == ("", "", None, None)
        assert (decision.action, decision.reason, decision.policy) == (Action.HOLD, "", None)
        assert (decision.matched, decision.shadow) == ([], [])
        assert [match["rule"] for match in drawn.matched] == ["High insult", REMOVES]
        assert (drawn.rules, drawn.probability) == ([KEY], 1.0)

    def test_what_is_not_drawn_is_removed(self) -> None:
        audit(50)  # every comment of a test has the chance 0.999
        comment = make_comment(BODY)
        screen_all(insult())
        comment.refresh_from_db()
        assert comment.status == Status.REMOVED
        assert not AuditDraw.objects.exists()

    def test_what_rules_hold_is_never_drawn(self) -> None:
        audit(100)
        comment = make_comment(BODY)
        screen_all(insult(0.8))
        assert not open_item_of(comment).is_blind

    def test_every_rule_that_would_remove_is_audited_but_none_that_is_stopped(self) -> None:
        make_rule("The same", asks("own.insult", "at_least", 0.9), action="remove")
        from moderation.rule_sets import publish

        publish(by=None)
        blind_item()
        assert AuditDraw.objects.get().rules == [KEY, "the-same"]

    def test_its_place_in_the_queue_says_nothing_of_its_score(self) -> None:
        assert blind_item().urgency == 300  # 600 times its second chance, which is 0.5 in tests

    def test_a_draw_is_never_changed(self) -> None:
        blind_item()
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditDraw.objects.update(probability=0.5)
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditDraw.objects.all().delete()


class TestOutcomes:
    def test_what_a_person_decides_is_what_the_rule_is_measured_by(self, moderator: User) -> None:
        decide_item(blind_item(), moderator, Action.REMOVE)
        decide_item(blind_item("Another fool."), moderator, Action.APPROVE)
        blind_item("A third fool.")
        assert said() == audits.Audits(
            decided=[Audit(is_right=True, probability=1.0), Audit(is_right=False, probability=1.0)],
            waiting=1,
        )

    def test_undoing_takes_it_back_and_the_comment_waits_blind_again(self, moderator: User) -> None:
        decision = decide_item(blind_item(), moderator, Action.APPROVE)
        undo(decision=decision, actor=moderator, at=database_now())
        again = open_item_of(decision.comment)
        assert (again.is_blind, again.top_score, again.scores) == (True, None, None)
        assert said() == audits.Audits(decided=[], waiting=1)

    def test_whoever_is_asked_judges_as_blindly(self, moderator: User) -> None:
        item = blind_item()
        decide_item(item, moderator, Action.FLAG, note="Is this fair comment?")
        asked = open_item_of(item.comment)
        assert (asked.queue, asked.is_blind, asked.top_score) == (Queue.ESCALATED, True, None)
        decide_item(asked, person(Role.SENIOR_MODERATOR), Action.REMOVE)
        assert [one.is_right for one in said().decided] == [True]

    def test_a_decision_called_wrong_counts_as_its_opposite(self, moderator: User) -> None:
        decision = decide_item(blind_item(), moderator, Action.APPROVE)
        call_wrong(decision=decision, by=person(Role.SITE_ADMIN))
        assert [one.is_right for one in said().decided] == [True]

    def test_what_was_drawn_before_is_left_out(self, moderator: User) -> None:
        decide_item(blind_item(), moderator)
        assert said(since_minutes=0) == audits.Audits(decided=[], waiting=0)


TELLS = ("0.97", "insult", "Insult", REMOVES, "<mark", "High insult", "hidden behind")


class TestNothingTells:
    """No page of the desk shows what the rules made of it, as long as nobody decided."""

    @pytest.fixture
    def client(self, moderator: User) -> Client:
        return client_of(moderator)

    def shown(self, client: Client, address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        page = answer.content.decode()
        start = page.index('<main id="main"')
        # Policies and filters name every label, whatever the comment is.
        text = page[start:]
        assert "fool" in text
        return text

    def test_the_card(self, client: Client) -> None:
        item = blind_item()
        page = self.shown(client, reverse("moderation:queue", args=["waiting"]))
        card = page[page.index('id="evidence"') : page.index('id="actions"')]
        assert "Shown without scores: this one checks the rules." in card
        assert not [word for word in TELLS if word in card]
        assert "Urgency" not in card
        rows = page[page.index(f'id="row-{item.comment.public_id}"') :]
        rows = rows[: rows.index("</li>")]
        assert "shown without scores" in rows
        assert not [word for word in TELLS if word in rows]

    def test_nothing_is_told_of_what_became_of_its_like(self, client: Client) -> None:
        words = "The fool who runs the ferry has lost the timetable again this week, people."
        make_comment(words)
        screen_all(insult())
        item = blind_item(words)
        address = reverse("moderation:alike", args=[item.comment.public_id])
        page = client.get(address).content.decode()
        assert "removed" not in page[page.index('<main id="main"') :].lower()

    def test_the_context_beside_the_card_does_not_say_that_rules_held_it(
        self, client: Client
    ) -> None:
        blind_item()
        page = self.shown(client, reverse("moderation:queue", args=["waiting"]))
        assert "Nothing was decided yet." in page

    def test_its_history(self, client: Client) -> None:
        item = blind_item()
        page = self.shown(client, reverse("moderation:comment", args=[item.comment.public_id]))
        events = page[page.index('class="events"') : page.index("</ol>")]
        assert not [word for word in (*TELLS, "Scores of") if word in events]

    def test_what_waits_under_its_article(self, client: Client) -> None:
        item = blind_item()
        page = self.shown(client, reverse("moderation:article", args=[item.article.slug]))
        lines = page[page.index('class="lines"') : page.index("</ol>")]
        assert "shown without scores" in lines
        assert not [word for word in TELLS if word in lines]

    def test_what_was_decided(self, client: Client) -> None:
        blind_item()
        page = self.shown(client, reverse("moderation:decided"))
        lines = page[page.index('class="lines"') :]
        assert not [word for word in TELLS if word in lines]

    def test_its_author(self, client: Client) -> None:
        item = blind_item()
        page = self.shown(client, reverse("moderation:author", args=[item.comment.author.key]))
        lines = page[page.index('class="lines"') : page.index("</ol>")]
        assert not [word for word in TELLS if word in lines]

    def test_a_search(self, client: Client) -> None:
        blind_item()
        page = self.shown(client, reverse("moderation:search") + "?words=fool")
        lines = page[page.index('class="lines"') : page.index("</ol>")]
        assert not [word for word in TELLS if word in lines and word != "<mark"]

    def test_a_search_as_a_file(self, client: Client) -> None:
        blind_item()
        answer = client.get(reverse("moderation:search_export") + "?words=fool")
        text = b"".join(answer.streaming_content).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [(row["strongest score"], row["its value"], row["reason"]) for row in rows] == [
            ("", "", "")
        ]

    def test_searching_by_score_or_by_rule(self, moderator: User) -> None:
        blind_item()
        for filters in (SearchFilters(label="insult", min_score=0.9), SearchFilters(rule=REMOVES)):
            assert search_page(user=moderator, filters=filters).found == []

    def test_filtering_a_queue_by_score(self, client: Client) -> None:
        blind_item()
        page = client.get(reverse("moderation:queue", args=["waiting"]) + "?label=insult")
        assert b"fool" not in page.content

    def test_the_histogram_leaves_it_out(self) -> None:
        blind_item()
        held_item()
        counted = score_counts(ReviewItem.objects.filter(is_open=True), label="insult")
        assert counted == {80: 1}

    def test_a_closer_look_is_not_taken(self, client: Client) -> None:
        item = blind_item()
        client.post(reverse("moderation:look_closer", args=[item.public_id]))
        from moderation.models import CloserLook

        assert not CloserLook.objects.exists()

    def test_it_is_not_blurred_for_its_score(self, client: Client, moderator: User) -> None:
        DeskPreferences.objects.create(user=moderator, blurs=True, hard_from=0.5)
        blind_item()
        page = self.shown(client, reverse("moderation:queue", args=["waiting"]))
        assert 'class="veil"' not in page

    def test_late_scores_do_not_reach_it(self) -> None:
        from moderation.review_items import refresh_items

        item = blind_item()
        refresh_items({item.comment_id: ("insult", 0.99, 594)})
        item.refresh_from_db()
        assert (item.top_label, item.top_score, item.scores, item.urgency) == ("", None, None, 300)

    def test_no_batch_takes_it(self, moderator: User) -> None:
        item = blind_item()
        with pytest.raises(NothingToDecide):
            start_batch(
                by=moderator,
                action=Action.APPROVE,
                comments=type(item.comment).objects.all(),
                criterion={},
            )

    def test_everything_is_told_once_it_is_decided(self, client: Client, moderator: User) -> None:
        item = blind_item()
        decide_item(item, moderator)
        page = self.shown(client, reverse("moderation:comment", args=[item.comment.public_id]))
        assert "Drawn to check the rules, which would have removed it:" in page
        assert f"<b>{REMOVES}</b>: insult 0.97" in page
        assert Decision.objects.filter(made_by="moderator").exists()


def test_the_queue_costs_as_much_with_a_blind_one(
    moderator: User, django_assert_max_num_queries
) -> None:
    """The same selectors, and nothing more for each blind one."""
    from moderation.selectors import queue_page

    for number in range(3):
        blind_item(f"Fool number {number}.")
    with django_assert_max_num_queries(3):
        page = queue_page(user=moderator, filters=QueueFilters(), at=database_now())
        assert [item.is_blind for item in page.items] == [True] * 3


class TestOfARule:
    """A rule that somebody wrote and that removes by itself has its own chart of audits."""

    def page(self, client: Client) -> str:
        return words_of(client.get(reverse("moderation:rule", args=[KEY])).content.decode())

    def test_its_page_shows_them_since_it_reads_like_this(self, moderator: User) -> None:
        senior = client_of(person(Role.SENIOR_MODERATOR))
        audit(100)
        audited(moderator, 4, wrong=1)
        submitted(0.98, 1)
        shown = self.page(senior)
        assert "audits decided 4 of these wrong 1 audits waiting 1" in shown
        assert "right, by audits alone 75 % (19.4 to 99.4 %)" in shown
        assert "4 75 % 19.4 % 99.3 % 3" in shown, "the newest rows of the table"

        written = Rule.objects.get(key=KEY)
        written.name = "Called otherwise"
        written.save()
        publish(by=None)
        assert "audits decided 4" in self.page(senior)
        written.body["when"]["all"][0]["value"] = 0.96
        written.save()
        publish(by=None)
        assert "audits decided 0" in self.page(senior)

    def test_a_rule_that_removes_nothing_by_itself_has_none(self) -> None:
        Rule.objects.filter(key=KEY).update(mode="shadow")
        publish(by=None)
        assert "audits decided" not in self.page(client_of(person(Role.SENIOR_MODERATOR)))
