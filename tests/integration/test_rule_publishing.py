"""Publishing: what is told before, who may, two at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from moderation.models import Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import live, publish
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_article, make_comment, make_held, make_regular, screen_all
from tests.publish_page import EVERYTHING, LONG, PAGE, seen, version, words
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def admin() -> User:
    return person(Role.SITE_ADMIN, name="Ingrid Moe")


@pytest.fixture
def desk(admin: User) -> Client:
    return client_of(admin)


def findings(desk: Client) -> dict[str, str]:
    """What is told about each rule, by its name, with its weight."""
    found = desk.get(PAGE).context["findings"]
    return {one.name: f"{one.weight}: {one.said}" for one in found}


class TestPublishing:
    def test_the_difference_is_read_and_published_with_a_note(
        self, desk: Client, admin: User
    ) -> None:
        make_rule("Long", LONG, mode="shadow")
        Rule.objects.filter(name="High insult").update(
            body={
                "when": {"all": [asks("own.insult", "at_least", 0.9)]},
                "then": {"action": "hold"},
            }
        )
        Rule.objects.filter(name="Not scored").delete()
        shown = words(desk.get(PAGE))
        assert "When insult is at least 0.7, hold it in Waiting (urgency 100)." in shown
        assert "When insult is at least 0.9, hold it in Waiting." in shown
        assert "When it is at least 400 characters long, hold it in Waiting." in shown
        for mark in ("added", "removed", "changed"):
            assert f'<span class="rule-mark">{mark}</span>' in shown
        answer = desk.post(PAGE, seen(desk, note="A calmer evening"), follow=True)
        number, rules = live()[1].number, live()[1].rules
        assert f"Version {number} is live" in words(answer)
        assert [rule.name for rule in rules] == [
            "High insult",
            "First comment of an author",
            "Long",
        ]
        row = RuleSet.objects.get(number=number)
        assert (row.published_by, row.note) == (admin, "A calmer evening")
        assert RuleChange.objects.latest("id").what == "version"
        assert "There is nothing to publish" in words(desk.get(PAGE))

    def test_an_order_alone_is_something_to_publish(self, desk: Client) -> None:
        Rule.objects.filter(name="Not scored").update(position=0)
        Rule.objects.filter(name="High insult").update(position=9)
        assert "These stand elsewhere: <b>High insult</b>" in words(desk.get(PAGE)) or (
            "These stand elsewhere: <b>Not scored" in words(desk.get(PAGE))
        )

    def test_a_list_that_rules_ask_is_part_of_it(self, desk: Client) -> None:
        make_rule("Banned", asks("words", "in_list", "banned-words"))
        publish(by=None)
        WordList.objects.filter(key="banned-words").update(entries="casino\nbonus")
        shown = words(desk.get(PAGE))
        assert "2 added, 0 removed" in shown
        assert "casino, bonus" in shown

    def test_whoever_published_first_is_named_and_nothing_is_lost(self, desk: Client) -> None:
        make_rule("Long", LONG)
        mine = seen(desk, note="Mine")
        make_rule("Links", asks("text.links", "at_least", 9))
        publish(by=person(Role.SITE_ADMIN, name="Bo Lund"))
        make_rule("Later", asks("text.links", "at_least", 5))
        late = desk.post(PAGE, mine)
        assert late.status_code == 409
        assert "Bo Lund published version" in words(late)
        assert 'value="Mine"' in words(late)
        assert "<b>Later</b>" in words(late)
        assert Rule.objects.filter(name="Later").exists()

    def test_a_draft_that_changed_meanwhile_is_looked_at_again(self, desk: Client) -> None:
        make_rule("Long", LONG)
        mine = seen(desk)
        make_rule("Links", asks("text.links", "at_least", 9))
        late = desk.post(PAGE, mine)
        assert late.status_code == 409
        assert "Somebody changed the draft after you opened this page." in words(late)
        assert RuleSet.objects.count() == 2

    def test_a_note_that_is_too_long(self, desk: Client) -> None:
        make_rule("Long", LONG)
        assert desk.post(PAGE, seen(desk, note="x" * 251)).status_code == 422
        assert RuleSet.objects.count() == 2

    def test_seniors_read_versions_and_are_not_offered_to_publish(self, admin: User) -> None:
        make_rule("Long", LONG)
        senior = client_of(person(Role.SENIOR_MODERATOR))
        assert PAGE not in words(senior.get(reverse("moderation:rules")))
        assert senior.post(PAGE).status_code == 403
        number = live()[1].number
        assert version(number, "version_again") not in words(senior.get(version(number)))


class TestChecks:
    def test_what_cannot_be_stands_in_the_way(self, desk: Client) -> None:
        make_rule("Gone", asks("words", "in_list", "no-such-list"))
        make_rule("Removes", LONG, action="remove", then_policy="no-such-policy")
        make_rule("Broken").__class__.objects.filter(name="Broken").update(body={"when": {}})
        told = findings(desk)
        assert told["Gone"] == "stops: It asks for the list “no-such-list”, which is gone."
        assert told["Removes"].startswith("stops: It names the policy “no-such-policy”")
        assert told["Broken"].startswith("stops: ")
        answer = desk.post(PAGE, seen(desk))
        assert answer.status_code == 422
        assert "It cannot be published yet" in words(answer)
        assert RuleSet.objects.count() == 2

    def test_what_is_surely_not_meant_is_told(self, desk: Client) -> None:
        article = make_article()
        two = [asks("own.insult", "at_least", 0.9), asks("own.insult", "below", 0.5)]
        make_rule("Never", *two)
        make_rule("Over", LONG, scope={"until": "2020-01-01"})
        make_rule("Twin", asks("own.insult", "at_least", 0.7), then_urgency=100)
        make_rule("Empty", asks("words", "in_list", "banned-words"))
        make_rule("Nowhere", LONG, scope={"sections": ["gone"], "articles": [article.slug]})
        WordList.objects.filter(key="suspect-words").update(entries="/(/\nfine")
        make_rule("Regex", asks("words", "in_list", "suspect-words"))
        assert findings(desk) == {
            "Never": "tells: It can never hold: what it asks contradicts itself.",
            "Over": "tells: Its last day is over: it holds no more.",
            "Twin": "tells: It says the same as “High insult”.",
            "Empty": "tells: The list “Banned words” is empty.",
            "Nowhere": "tells: It asks for the section “gone”, which is gone.",
            "Regex": "tells: Of the list “Suspect words” 1 cannot be looked for: “/(/”",
        }

    def test_a_rule_for_everything_is_asked_about_twice(self, desk: Client) -> None:
        make_rule("All", EVERYTHING)
        assert findings(desk)["All"] == "asks: It holds every comment."
        once = desk.post(PAGE, seen(desk))
        assert once.status_code == 422
        assert "say below that you mean it" in words(once)
        assert RuleSet.objects.count() == 2
        assert desk.post(PAGE, seen(desk, sure="yes")).status_code == 302
        assert RuleSet.objects.count() == 3

    def test_a_rule_for_everything_in_shadow_is_only_told(self, desk: Client) -> None:
        make_rule("All", EVERYTHING, mode="shadow")
        assert findings(desk)["All"] == "tells: It holds every comment."

    def test_what_stands_below_a_rule_that_allows_all(self, desk: Client) -> None:
        rule = make_rule("Allow", EVERYTHING, action="publish")
        Rule.objects.filter(pk=rule.pk).update(position=0)
        Rule.objects.filter(name="High insult").update(position=1)
        told = findings(desk)
        assert told["Allow"] == "asks: It allows every comment: no rule below it acts."
        assert told["High insult"].startswith("tells: It never acts: “Allow” above it")

    def test_what_it_would_have_done_stands_beside_what_the_live_version_did(
        self, desk: Client
    ) -> None:
        author = make_regular()
        for number in range(20):
            make_comment(f"The ferry of {number} o'clock is full.", author=author)
        screen_all()
        make_held("Only a fool would say that.")
        make_rule("Ferries", asks("text.length", "at_least", 27))
        page = desk.get(PAGE)
        impact = page.context["impact"]
        assert (impact.live.published, impact.live.held, impact.live.removed) == (20, 1, 0)
        assert (impact.draft.published, impact.draft.held) == (0, 21)
        assert impact.moves == {("publish", "hold"): 20}
        shown = words(page)
        assert "held instead of published: <b>20</b>" in shown
        assert "21 of 21 comments of late (100 %)." in shown
        told = findings(desk)
        assert told["Ferries"] == "asks: It would have held most comments, or all."
        assert told[""] == "asks: The draft would have held or removed most comments, or all."
        assert desk.post(PAGE, seen(desk)).status_code == 422

    def test_lists_of_the_draft_and_of_the_live_version_are_looked_for_apart(
        self, desk: Client
    ) -> None:
        WordList.objects.filter(key="banned-words").update(entries="ferry")
        WordList.objects.filter(key="suspect-words").update(entries="bridge")
        make_rule("Banned", asks("words", "in_list", "banned-words"))
        make_rule("Suspect", asks("words", "in_list", "suspect-words"))
        author = make_regular()
        for body in ("The ferry is full.", "The tunnel is full.", "The bridge is full."):
            make_comment(body, author=author)
        screen_all()
        publish(by=None)
        WordList.objects.filter(key="banned-words").update(entries="tunnel")
        impact = desk.get(PAGE).context["impact"]
        assert (impact.live.held, impact.draft.held) == (2, 2)
        assert impact.moves == {("publish", "hold"): 1, ("hold", "publish"): 1}
        assert (impact.held["banned"], impact.held["suspect"]) == (1, 1)

    def test_the_page_costs_the_same_with_many_rules(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            make_rule(f"Rule {number}", asks("article.section", "one_of", ["news"]), LONG)
        with django_assert_max_num_queries(32):
            assert desk.get(PAGE).status_code == 200
