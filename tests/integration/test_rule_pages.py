"""The draft and the form of a rule: written, refused beside the field, moved, switched, deleted."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Tag
from moderation.models import Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import publish
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_article, make_comment, make_held, screen_all
from tests.rule_forms import line, rule_fields
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db
PAGE, NEW = reverse("moderation:rules"), reverse("moderation:new_rule")
INSULT = line("own.insult", "at_least", "0.8")
LINK = line("text.links", "at_least", "1")


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def senior() -> User:
    return person(Role.SENIOR_MODERATOR, name="Signe Dahl")


@pytest.fixture
def desk(senior: User) -> Client:
    return client_of(senior)


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def page_of(rule: Rule) -> str:
    return reverse("moderation:rule", args=[rule.key])


def names() -> list[str]:
    return list(Rule.objects.order_by("position").values_list("name", flat=True))


class TestDraft:
    def test_every_rule_is_a_sentence_in_its_order_with_how_often_it_held(
        self, desk: Client
    ) -> None:
        make_held()
        shown = words(desk.get(PAGE))
        assert "When insult is at least 0.7, hold it in Waiting (urgency 100)." in shown
        assert shown.index("High insult") < shown.index("First comment of an author")
        assert "held for 1 comment in 7 days" in shown
        assert "did not hold in 7 days" in shown
        assert "The draft is what is live: version" in shown

    def test_shadow_rules_are_counted_too(self, desk: Client) -> None:
        make_rule("Ferries", asks("text.length", "at_least", 5), mode="shadow")
        publish(by=None)
        make_comment("The morning ferry is always full.")
        screen_all()
        shown = words(desk.get(PAGE))
        assert "held for 1 comment in 7 days" in shown
        assert "stopped" not in shown.partition("<ol")[2]

    def test_what_an_allow_rule_stops_is_counted(self, desk: Client) -> None:
        Rule.objects.update(position=2)
        make_rule("Ferries", asks("text.length", "at_least", 5), action="publish")
        Rule.objects.filter(name="Ferries").update(position=0)
        make_rule("Long", asks("text.length", "at_least", 10))
        publish(by=None)
        make_comment("The morning ferry is always full.")
        screen_all()
        assert "1 time stopped by an allow rule above" in words(desk.get(PAGE))

    def test_what_is_not_published_is_marked(self, desk: Client) -> None:
        make_rule("Ferries", asks("text.links", "at_least", 5))
        Rule.objects.filter(name="High insult").update(mode="off")
        Rule.objects.filter(name="Not scored").delete()
        shown = words(desk.get(PAGE))
        for mark in ("new, not published", "changed, not published", "Deleted, not published"):
            assert mark in shown
        assert "The draft differs from the live version." in shown

    def test_a_list_that_changed_is_marked(self, desk: Client) -> None:
        banned = WordList.objects.get(key="banned-words")
        make_rule("Banned", asks("words", "in_list", banned.key))
        publish(by=None)
        banned.entries = "casino\nbonus"
        banned.save()
        assert "<b>Banned words</b>: 2 added, 0 taken out" in words(desk.get(PAGE))

    def test_a_rule_is_switched_and_it_is_written_down(self, desk: Client, senior: User) -> None:
        rule = Rule.objects.get(name="High insult")
        address = reverse("moderation:switch_rule", args=[rule.key])
        answer = desk.post(address, {"mode": "shadow", "edits": "0"}, follow=True)
        assert "“High insult” is now: Shadow." in words(answer)
        change = RuleChange.objects.filter(what="rule").latest("id")
        assert (change.by, change.about) == (senior, rule.key)
        assert (change.before["mode"], change.after["mode"]) == ("on", "shadow")
        again = desk.post(address, {"mode": "off", "edits": "0"})
        assert again.status_code == 409
        assert "Signe Dahl changed “High insult” meanwhile." in words(again)
        assert Rule.objects.get(pk=rule.pk).mode == "shadow"

    @pytest.mark.parametrize(
        "fields", [{"mode": "loud", "edits": "0"}, {"mode": "off"}, {"mode": "off", "edits": "²"}]
    )
    def test_a_switch_that_there_is_not(self, fields: dict[str, str], desk: Client) -> None:
        rule = Rule.objects.get(name="High insult")
        answer = desk.post(reverse("moderation:switch_rule", args=[rule.key]), fields)
        assert answer.status_code == 422
        assert Rule.objects.get(pk=rule.pk).mode == "on"

    def test_rules_are_moved_and_it_is_written_down(self, desk: Client) -> None:
        first, second, third = Rule.objects.order_by("position")
        move = reverse("moderation:move_rule", args=[third.key])
        answer = desk.post(move, {"before": second.key}, follow=True)
        assert "“Not scored” now stands at 2 of 3." in words(answer)
        assert names() == [first.name, third.name, second.name]
        desk.post(move, {"before": ""})
        assert names() == [first.name, second.name, third.name]
        changes = RuleChange.objects.filter(what="order")
        assert [change.about for change in changes] == [third.key, third.key]
        assert changes[1].after == [first.key, third.key, second.key]

    def test_moving_above_itself_or_above_nothing_known_changes_nothing(self, desk: Client) -> None:
        rule = Rule.objects.get(name="High insult")
        for before in (rule.key, "nowhere"):
            desk.post(reverse("moderation:move_rule", args=[rule.key]), {"before": before})
        assert names()[0] == "High insult"
        assert not RuleChange.objects.filter(what="order").exists()

    def test_a_part_of_the_page_is_enough_for_htmx(self, desk: Client) -> None:
        rule = Rule.objects.get(name="Not scored")
        answer = desk.post(
            reverse("moderation:move_rule", args=[rule.key]),
            {"before": "high-insult"},
            headers={"HX-Request": "true", "HX-Target": "rules"},
        )
        shown = words(answer)
        assert shown.startswith('<section id="rules"')
        assert "now stands at 1 of 3" in shown

    def test_the_page_costs_the_same_with_many_rules(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            make_rule(f"Rule {number}", asks("article.section", "one_of", ["news"]))
        with django_assert_max_num_queries(22):
            assert desk.get(PAGE).status_code == 200

    def test_the_menu_names_it_for_seniors(self, desk: Client) -> None:
        decided = reverse("moderation:decided")
        assert f'href="{PAGE}"' in words(desk.get(decided))
        moderator = client_of(person(Role.MODERATOR))
        assert f'href="{PAGE}"' not in words(moderator.get(decided))


class TestWriting:
    def test_a_rule_is_written_and_stands_behind_the_others(
        self, desk: Client, senior: User
    ) -> None:
        guest = line("author.signed_in", "no", place="unless")
        fields = rule_fields("Links in insults", INSULT, LINK, guest, labels="look twice")
        assert "is kept in the draft" in words(desk.post(NEW, fields, follow=True))
        rule = Rule.objects.get(key="links-in-insults")
        assert names()[-1] == rule.name
        assert rule.changed_by == senior
        assert rule.body == {
            "when": {
                "all": [asks("own.insult", "at_least", 0.8), asks("text.links", "at_least", 1)]
            },
            "unless": {"any": [asks("author.signed_in", "no")]},
            "then": {
                "action": "hold",
                "queue": "waiting",
                "urgency": 100,
                "labels": ["look twice"],
            },
        }
        change = RuleChange.objects.latest("id")
        assert (change.before, change.after) == (None, rule.entry())
        assert RuleSet.objects.count() == 2, "writing publishes nothing"

    def test_what_was_written_is_shown_again_as_it_was(self, desk: Client) -> None:
        article = make_article(title="Ferry prices rise again")
        Tag.objects.create(slug="war", name="War")
        body = {
            "any": [
                asks("own.insult", "at_least", 0.8),
                {"all": [asks("article.tags", "one_of", ["war"]), asks("comment.edited", "yes")]},
                asks("author.trust", "one_of", ["new", "mixed"]),
                asks("comment.day", "at_least", 739_000),
                asks("words", "in_list", "banned-words"),
            ]
        }
        scope = {"sections": ["news"], "articles": [article.slug], "until": "2026-12-31"}
        rule = make_rule("All kinds", when=body, scope=scope, then_urgency=7)
        form = desk.get(page_of(rule)).context["written"]
        sent = {"edits": "0", "c-TOTAL_FORMS": str(len(form.lines.forms))}
        for one in (form.rule, *form.lines.forms):
            sent |= {field.html_name: field.value() for field in one}
        for block in form.blocks:
            sent |= {f"takes-{block.place}": block.takes}
            sent |= {f"takes-{p.place}": p.takes for p in block.parts if hasattr(p, "takes")}
        sent = {name: value for name, value in sent.items() if value not in (None, "")}
        assert desk.post(page_of(rule), sent).status_code == 302
        kept = Rule.objects.get(pk=rule.pk)
        assert kept.body["when"] == body
        assert kept.body["scope"] == scope
        assert kept.edits == 1, "the queue of a held comment is written out"

    def test_lines_come_and_go_and_keep_what_was_typed(self, desk: Client) -> None:
        fields = rule_fields("It", line("own.insult", "at_least", "zero"), LINK)
        more = desk.post(NEW, {**fields, "do": "add when"})
        assert more.status_code == 200
        lines = more.context["written"].lines.forms
        assert [form["fact"].value() for form in lines] == ["own.insult", "text.links", ""]
        assert 'value="zero"' in words(more)
        assert "Write a number" not in words(more)
        less = desk.post(NEW, {**fields, "do": "remove 0"}).context["written"].lines.forms
        assert [form["fact"].value() for form in less] == ["text.links"]
        group = desk.post(NEW, {**fields, "do": "group when"}).context["written"]
        assert [form["place"].value() for form in group.lines.forms] == ["when", "when", "when.1"]
        assert [block.place for block in group.blocks] == ["when", "unless"]
        none = desk.post(NEW, {**rule_fields("It", LINK), "do": "remove 0"})
        assert len(none.context["written"].lines.forms) == 1, "there is always a line to write"
        assert Rule.objects.count() == 3

    def test_another_fact_gets_other_fields(self, desk: Client) -> None:
        fields = rule_fields("It", line("own.insult", "at_least", "0.8"))
        fields["c-0-fact"] = "author.trust"
        [shown] = desk.post(NEW, {**fields, "do": "show"}).context["written"].lines.forms
        assert shown["comparison"].value() in (None, "")
        assert next(key for key, _name in shown.fields["value"].choices) == "new"

    @pytest.mark.parametrize("do", ["add", "add nowhere", "remove 9", "remove x", "dance"])
    def test_a_button_that_there_is_not_changes_nothing(self, do: str, desk: Client) -> None:
        answer = desk.post(NEW, {**rule_fields("It", INSULT), "do": do})
        [shown] = answer.context["written"].lines.forms
        assert shown["value"].value() == "0.8"

    def test_the_sentence_follows_what_is_typed(self, desk: Client) -> None:
        answer = desk.post(
            NEW,
            rule_fields("", INSULT, line("text.links", "at_least", "")),
            headers={"HX-Request": "true", "HX-Target": "sentence"},
        )
        assert "insult is at least 0.8 and it has at least … links, hold it" in words(answer)
        assert "<form" not in words(answer)

    def test_how_often_it_holds_of_late_stands_beside_its_sentence(self, desk: Client) -> None:
        make_held()
        for body in ("See https://a.example about it.", "The ferry is full."):
            make_comment(body)
        screen_all()
        htmx = {"HX-Request": "true", "HX-Target": "sentence"}
        answer = desk.post(NEW, rule_fields("", LINK), headers=htmx)
        assert "It holds for 1 of the newest 3 comments (33.3 %)." in words(answer)
        WordList.objects.filter(key="banned-words").update(entries="ferry\nfool")
        banned = rule_fields("", line("words", "in_list", "banned-words"))
        answer = desk.post(NEW, banned, headers=htmx)
        assert "It holds for 2 of the newest 3 comments (66.7 %)." in words(answer)
        WordList.objects.filter(key="banned-words").update(entries="ferry\n" * 40_000)
        assert "It holds for" not in words(desk.post(NEW, banned, headers=htmx))
        unfinished = rule_fields("", line("text.links", "at_least", ""))
        assert "It holds for" not in words(desk.post(NEW, unfinished, headers=htmx))

    def test_a_form_that_was_made_up_is_no_failure(self, desk: Client) -> None:
        for fields in (
            {},
            {"c-TOTAL_FORMS": "x"},
            {"c-TOTAL_FORMS": "99999"},
            {**rule_fields("It", line("own.insult", "at_least", "0.5", place="nowhere"))},
            {**rule_fields("It", line("no.fact", "at_least", "0.5"))},
            {**rule_fields("It", line("own.insult", "at_least", "nan"))},
        ):
            for do in ("save", "show", "add when"):
                assert desk.post(NEW, {**fields, "do": do}).status_code in (200, 422), fields
        assert Rule.objects.count() == 3


class TestTwoAtOnce:
    @pytest.fixture
    def rule(self) -> Rule:
        return make_rule("Links", asks("text.links", "at_least", 3))

    def test_the_second_is_told_who_when_and_what_and_may_save_over_it(
        self, rule: Rule, desk: Client
    ) -> None:
        ingrid = client_of(person(Role.SITE_ADMIN, name="Ingrid Moe"))
        four = rule_fields("Links", line("text.links", "at_least", "4"), edits="0")
        assert ingrid.post(page_of(rule), four).status_code == 302
        nine = rule_fields("Links", line("text.links", "at_least", "9"), edits="0")
        assert desk.post(page_of(rule), {**nine, "edits": "²"}).status_code == 409
        late = desk.post(page_of(rule), nine)
        shown = words(late)
        assert late.status_code == 409
        assert "Ingrid Moe changed this rule while you were writing." in shown
        assert "<b>Links</b> (On). When it has at least 4 links, hold it in Waiting" in shown
        assert "When it has at least 3 links, hold it in Waiting.</del>" in shown
        assert "When it has at least 9 links, hold it in Waiting (urgency 100)." in shown
        assert 'name="edits" value="1"' in shown
        assert Rule.objects.get(pk=rule.pk).body["when"]["all"][0]["value"] == 4
        assert desk.post(page_of(rule), {**nine, "edits": "1"}).status_code == 302
        assert Rule.objects.get(pk=rule.pk).body["when"]["all"][0]["value"] == 9

    def test_a_rule_that_was_deleted_meanwhile_can_be_saved_as_a_new_one(
        self, rule: Rule, desk: Client
    ) -> None:
        rule.delete()
        late = desk.post(page_of(rule), rule_fields("Links", LINK, edits="0"))
        assert late.status_code == 409
        assert "Somebody deleted this rule while you were writing." in words(late)
        assert f'action="{NEW}"' in words(late)
        assert desk.get(page_of(rule)).status_code == 404

    def test_deleting_asks_first_and_only_takes_what_was_seen(
        self, rule: Rule, desk: Client
    ) -> None:
        address = reverse("moderation:delete_rule", args=[rule.key])
        assert "Delete “Links”?" in words(desk.get(address))
        Rule.objects.filter(pk=rule.pk).update(edits=1)
        assert desk.post(address, {"edits": "0"}).status_code == 409
        answer = desk.post(address, {"edits": "1"}, follow=True)
        assert "“Links” is deleted from the draft." in words(answer)
        change = RuleChange.objects.latest("id")
        assert (change.before["name"], change.after) == ("Links", None)
