"""What rules add to a comment on its way, and what is kept of what they were told."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Role
from comments.models import Comment, Status
from comments.submission import report_comment
from moderation import rule_sets
from moderation.decisions import database_now, decide
from moderation.models import UNKNOWN, Action, Queue, Rule
from moderation.review_items import recount
from moderation.rules.catalogue import NUMBERS
from tests.desk_data import client_of, open_item_of, person
from tests.make import make_article, make_comment, screen_all
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db


def screened(body: str, **fields: Any) -> Comment:
    comment = make_comment(body, **fields)
    screen_all()
    comment.refresh_from_db()
    return comment


def test_labels_and_the_queue_that_a_rule_chose_are_on_the_desk() -> None:
    make_rule(
        "Ask a senior",
        asks("text.length", "at_least", 10),
        then_queue="escalated",
        then_labels=["needs a fact check"],
    )
    rule_sets.publish(by=None)
    comment = screened("The minister took the money.")
    item = open_item_of(comment)
    assert item.queue == Queue.ESCALATED
    senior = client_of(person(Role.SENIOR_MODERATOR))
    page = senior.get(f"{reverse('moderation:queue', args=['escalated'])}?item={item.public_id}")
    assert "needs a fact check" in page.content.decode()


def test_what_an_allow_rule_stopped_is_on_the_record_and_says_so() -> None:
    Rule.objects.all().delete()
    make_rule("Regulars", asks("author.published", "at_least", 0), action="publish")
    make_rule("Long", asks("text.length", "at_least", 5))
    make_rule("Tried", asks("text.length", "at_least", 5), mode="shadow", action="remove")
    rule_sets.publish(by=None)
    comment = screened("A long remark.")
    decision = comment.decisions.get()
    assert comment.status == Status.PUBLISHED
    assert [(m["rule"], m.get("stopped")) for m in decision.matched] == [
        ("Regulars", None),
        ("Long", True),
    ]
    assert [m["rule"] for m in decision.shadow] == ["Tried"]
    page = client_of(person()).get(reverse("moderation:comment", args=[comment.public_id]))
    assert "Only counted, in shadow:" in page.content.decode()
    assert "stopped by a rule above that allows" in page.content.decode()


def test_the_facts_are_stored_as_the_rules_were_told_them() -> None:
    article = make_article()
    comment = screened("SEE https://a.example and F.O.O.L", article=article)
    stored = comment.current_revision.facts
    told = dict(zip(NUMBERS, stored.numbers, strict=True))
    assert told["text.links"] == 1
    assert told["author.published"] == 5
    assert told["address.comments_hour"] == UNKNOWN
    assert (stored.article, stored.section) == (article, article.section)
    assert stored.hosts == ["a.example"]
    assert stored.folded.endswith("fool")


def reported(comment: Comment, *, times: int) -> Comment:
    for number in range(times):
        report_comment(comment=comment, category="abuse", words="", reporter_key=f"r{number}")
    comment.refresh_from_db()
    return comment


class TestReportedTooOften:
    @pytest.fixture(autouse=True)
    def three_reports_hide(self) -> None:
        Rule.objects.all().delete()
        make_rule("Reported often", asks("comment.reports", "at_least", 3), action="remove")
        rule_sets.publish(by=None)

    def test_the_third_report_hides_it_until_a_person_has_looked(self) -> None:
        comment = screened("The minister took the money.")
        assert reported(comment, times=2).status == Status.PUBLISHED
        assert reported(comment, times=3).status == Status.HELD
        item = open_item_of(comment)
        assert (item.queue, item.reason) == (Queue.REPORTED, "Reported often: reported 3 times")
        decision = comment.decisions.latest("id")
        assert (decision.made_by, decision.action) == ("rule", "hold")
        assert recount() == 0

    def test_what_a_person_let_stand_stays_public_and_comes_back_to_people(self) -> None:
        comment = screened("The minister took the money.")
        decide(
            comment=comment,
            action=Action.APPROVE,
            actor=person(),
            seen_version=comment.version,
            at=database_now(),
        )
        assert reported(comment, times=3).status == Status.PUBLISHED
        assert open_item_of(comment).queue == Queue.REPORTED

    def test_a_rule_in_shadow_hides_nothing(self) -> None:
        Rule.objects.update(mode="shadow")
        rule_sets.publish(by=None)
        assert reported(screened("The money."), times=3).status == Status.PUBLISHED
