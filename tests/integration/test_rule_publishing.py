"""Publishing: what is told before, who may, two at once, going back; the log of changes."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from moderation.models import Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import draft_document, live, publish
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_article, make_comment, make_held, make_regular, screen_all
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db
PAGE, DISCARD = reverse("moderation:publish_rules"), reverse("moderation:discard_rules")
VERSIONS, CHANGES = reverse("moderation:versions"), reverse("moderation:rule_changes")
EVERYTHING = asks("text.length", "at_least", 0)
LONG = asks("text.length", "at_least", 400)


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def admin() -> User:
    return person(Role.SITE_ADMIN, name="Ingrid Moe")


@pytest.fixture
def desk(admin: User) -> Client:
    return client_of(admin)


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def seen(desk: Client, **more: str) -> dict[str, str]:
    """What the page's form sends, as it is now."""
    context = desk.get(PAGE).context
    return {"live": str(context["live"].number), "draft": context["draft"].stamp, **more}


def version(number: int, name: str = "version") -> str:
    return reverse(f"moderation:{name}", args=[number])


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

    def test_the_page_costs_the_same_with_many_rules(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            make_rule(f"Rule {number}", asks("article.section", "one_of", ["news"]), LONG)
        with django_assert_max_num_queries(32):
            assert desk.get(PAGE).status_code == 200


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
