"""Versions: going back to one, read and listed; the draft thrown away; the log of changes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from moderation.models import Policy, Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import draft_document, live, publish
from tests.desk_data import client_of, person, publish_plain_rules
from tests.publish_page import EVERYTHING, LONG, PAGE, seen, version, words
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db
DISCARD = reverse("moderation:discard_rules")
VERSIONS, CHANGES = reverse("moderation:versions"), reverse("moderation:rule_changes")


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def admin() -> User:
    return person(Role.SITE_ADMIN, name="Ingrid Moe")


@pytest.fixture
def desk(admin: User) -> Client:
    return client_of(admin)


class TestVersions:
    def test_an_old_version_is_live_again_and_the_draft_is_the_same(
        self, desk: Client, admin: User
    ) -> None:
        WordList.objects.filter(key="banned-words").update(entries="casino")
        make_rule("Banned", asks("words", "in_list", "banned-words"))
        old = publish(by=None)
        Rule.objects.all().delete()
        WordList.objects.all().delete()
        make_rule("Long", LONG)
        publish(by=None)
        again = version(old.number, "version_again")
        shown = words(desk.get(again))
        assert "When something of the list “banned-words” stands in it" in shown
        answer = desk.post(again, {"live": str(old.number + 1), "note": ""}, follow=True)
        assert f"the rules of version {old.number} again" in words(answer)
        newest = RuleSet.objects.latest("number")
        assert newest.document == old.document
        assert (newest.note, newest.published_by) == (f"Back to version {old.number}", admin)
        assert [rule.name for rule in Rule.objects.order_by("position")][-1] == "Banned"
        assert WordList.objects.get(key="banned-words").entries == "casino"
        assert "There is nothing to publish" in words(desk.get(PAGE))
        change = RuleChange.objects.filter(what="draft").latest("id")
        assert [rule["name"] for rule in change.before["rules"]] == ["Long"]
        logged = words(desk.get(CHANGES, {"what": "draft"}))
        assert "<del>Long (On)</del>" in logged
        assert "<del>When it is at least 400 characters long, hold it in Waiting.</del>" in logged
        assert "<ins>When something of the list “Banned words” stands in it" in logged or (
            "<ins>When something of the list “banned-words” stands in it" in logged
        )
        assert "<ins>Lists that changed: banned-words</ins>" in logged

    def test_an_old_version_is_checked_as_a_draft_is(self, desk: Client) -> None:
        make_rule("Removes", LONG, action="remove", then_policy="spam")
        make_rule("All", EVERYTHING)
        old = publish(by=None)
        Rule.objects.exclude(name="High insult").delete()
        newest = publish(by=None)
        again, sent = version(old.number, "version_again"), {"live": str(newest.number)}
        Policy.objects.filter(slug="spam").update(is_active=False)
        assert "stands in the way" in words(desk.get(again))
        answer = desk.post(again, {**sent, "sure": "yes"})
        assert answer.status_code == 422
        assert "It cannot be published yet" in words(answer)
        Policy.objects.filter(slug="spam").update(is_active=True)
        once = desk.post(again, sent)
        assert once.status_code == 422
        assert "It holds every comment." in words(once)
        assert "say below that you mean it" in words(once)
        assert RuleSet.objects.latest("number").pk == newest.pk
        assert desk.post(again, {**sent, "sure": "yes", "note": "Why\0"}).status_code == 302
        assert RuleSet.objects.latest("number").note == "Why"

    def test_what_is_live_already_or_seen_too_long_ago_is_not_published(self, desk: Client) -> None:
        make_rule("Long", LONG)
        newest = publish(by=person(Role.SITE_ADMIN, name="Bo Lund"))
        live_already = version(newest.number, "version_again")
        assert desk.post(live_already, {"live": str(newest.number)}).status_code == 409
        late = desk.post(version(newest.number - 1, "version_again"), {"live": "1"})
        assert late.status_code == 409
        assert "Bo Lund published version" in words(late)
        assert RuleSet.objects.latest("number").pk == newest.pk

    def test_versions_are_listed_and_read(self, desk: Client, admin: User) -> None:
        make_rule("Long", LONG)
        publish(by=admin, note="Because of the long ones")
        listed = words(desk.get(VERSIONS))
        assert "Because of the long ones" in listed
        assert "Ingrid Moe" in listed
        number = live()[1].number
        shown = words(desk.get(version(number)))
        assert "When it is at least 400 characters long, hold it in Waiting." in shown
        assert "Nothing: it says the same." not in shown
        assert desk.get(version(999)).status_code == 404

    def test_many_versions_are_paged(self, desk: Client) -> None:
        document = RuleSet.objects.latest("number").document
        for _ in range(51):
            number = RuleSet.objects.latest("number").number + 1
            RuleSet.objects.create(
                number=number, document=document, published_at="2026-01-01T00:00:00Z"
            )
        first = desk.get(VERSIONS)
        assert len(first.context["versions"]) == 50
        rest = desk.get(VERSIONS, {"before": first.context["next_before"]})
        assert [row.number for row, _n in rest.context["versions"]] == [3, 2, 1]

    def test_a_version_of_the_first_format_can_be_read_and_made_live(self, desk: Client) -> None:
        rule = {
            "name": "Links",
            "when": {"kind": "links", "number": 2},
            "then": {"action": "hold", "urgency": 5},
        }
        RuleSet.objects.create(
            number=77, document={"rules": [rule]}, published_at="2026-01-01T00:00:00Z"
        )
        assert "When it has at least 3 links, hold it in Waiting" in words(desk.get(version(77)))
        make_rule("Long", LONG)
        publish(by=None)
        assert desk.post(version(77, "version_again"), {"live": "78"}).status_code == 302
        assert live()[1].number == 79

    def test_a_live_version_of_the_first_format_is_the_draft_that_it_became(
        self, desk: Client
    ) -> None:
        Rule.objects.all().delete()
        WordList.objects.filter(key="banned-words").update(entries="casino")
        make_rule("Banned", asks("words", "in_list", "banned-words"), then_urgency=5)
        make_rule("Links", asks("text.links", "at_least", 3))
        sha256 = draft_document()["lists"]["banned-words"]
        words_rule = {
            "name": "Banned",
            "when": {"kind": "words", "words": sha256},
            "then": {"action": "hold", "urgency": 5},
        }
        links = {
            "name": "Links",
            "when": {"kind": "links", "number": 2},
            "then": {"action": "hold", "urgency": 0},
        }
        RuleSet.objects.create(
            number=77, document={"rules": [words_rule, links]}, published_at="2026-01-01T00:00:00Z"
        )
        assert "There is nothing to publish" in words(desk.get(PAGE))
        Rule.objects.filter(name="Links").delete()
        page = desk.get(DISCARD)
        assert desk.post(DISCARD, {"draft": page.context["draft"].stamp}).status_code == 302
        assert list(Rule.objects.values_list("key", flat=True)) == ["banned", "rule-2"]
        assert "There is nothing to publish" in words(desk.get(PAGE))

    def test_the_draft_is_thrown_away_after_a_look(self, desk: Client) -> None:
        make_rule("Long", LONG)
        page = desk.get(DISCARD)
        assert "<b>Long</b>" in words(page)
        assert desk.post(DISCARD, {"draft": "stale"}).status_code == 409
        answer = desk.post(DISCARD, {"draft": page.context["draft"].stamp}, follow=True)
        assert "The draft is what is live again." in words(answer)
        assert not Rule.objects.filter(name="Long").exists()
        assert RuleSet.objects.count() == 2


class TestChanges:
    def test_every_change_is_read_with_before_and_after(self, desk: Client, admin: User) -> None:
        rule = Rule.objects.get(name="High insult")
        desk.post(reverse("moderation:switch_rule", args=[rule.key]), {"mode": "off", "edits": "0"})
        desk.post(reverse("moderation:move_rule", args=[rule.key]), {"before": ""})
        desk.post(PAGE, seen(desk, note="Quiet"))
        RuleChange.objects.create(
            what="list",
            about="banned-words",
            before={"name": "Banned", "use": "banned", "number": 3},
            after={"name": "Banned", "use": "banned", "number": 5},
        )
        shown = words(desk.get(CHANGES))
        for said in (
            "High insult (On)",
            "High insult (Off)",
            "When insult is at least 0.7, hold it in Waiting (urgency 100).",
            "first-comment-of-an-author, not-scored, high-insult",
            "Banned (Banned words): 3 entries",
            "Quiet",
            "Ingrid Moe",
            "The site",
        ):
            assert said in shown, said
        only = words(desk.get(CHANGES, {"what": "order"}))
        assert "High insult (On)" not in only
        assert desk.get(CHANGES, {"what": "nothing", "before": "x"}).status_code == 200

    def test_many_changes_are_paged_at_the_same_cost(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        entry = Rule.objects.get(name="High insult").entry()
        for _ in range(60):
            RuleChange.objects.create(what="rule", about="x", before=None, after=entry)
        with django_assert_max_num_queries(20):
            first = desk.get(CHANGES, {"what": "rule"})
        assert len(first.context["changes"]) == 50
        rest = desk.get(CHANGES, {"what": "rule", "before": first.context["next_before"]})
        assert len(rest.context["changes"]) >= 10
