"""The rules: the draft, one rule, publishing, versions, changes, files."""

from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from moderation.models import Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import publish
from moderation.rulebook.drafts import change_rule, read_draft
from tests.desk_states.stage import Stage, post, state
from tests.rules_data import asks, make_rule

LINK = asks("text.links", "at_least", 3)
INSULT = asks("own.insult", "at_least", 0.8)


def _links(name: str, **fields: object) -> Rule:
    Rule.objects.filter(name=name).delete()
    return make_rule(name, LINK, **fields)


def _address(rule: Rule) -> str:
    return reverse("moderation:rule", args=[rule.key])


# --- The draft --------------------------------------------------------------------------------
@state("rules")
def the_draft_as_it_is_live(stage: Stage) -> None:
    if not Rule.objects.exists():
        _links("Links")
    publish(by=stage.user)
    stage.go(reverse("moderation:rules"))


@state("rules", by=Role.SITE_ADMIN)
def a_draft_that_differs(stage: Stage) -> None:
    _links("Shadow", mode="shadow")
    _links("Switched off", mode="off")
    _links("Friends", action="publish", then_labels=["a friend"])
    WordList.objects.filter(key="banned-words").update(entries="casino\nbonus")
    make_rule("Banned words again", asks("words", "in_list", "banned-words"))
    Rule.objects.filter(key="not-scored").delete()
    stage.go(reverse("moderation:rules"))
    stage.page.locator(".order-explained summary").click()
    stage.shows(".order-explained li")


@state("rules")
def a_rule_that_was_moved(stage: Stage) -> None:
    _links("To be moved")
    stage.go(reverse("moderation:rules"))
    stage.page.locator("#up-to-be-moved").click()
    expect(stage.page.locator(".rules-said")).to_contain_text("now stands at")


# --- One rule ----------------------------------------------------------------------------------
@state("new_rule")
def a_new_rule(stage: Stage) -> None:
    stage.go(reverse("moderation:new_rule"))


@state("rule")
def a_rule_with_everything(stage: Stage) -> None:
    trust = asks("author.trust", "one_of", ["new", "mixed"])
    inner = {"any": [LINK, asks("words", "in_list", "banned-words"), trust]}
    tags = asks("article.tags", "one_of", ["war"])
    rule = _links(
        "Everything",
        when={"all": [INSULT, inner, tags]},
        unless={"any": [asks("author.signed_in", "yes"), asks("comment.day", "below", 739_000)]},
        scope={"sections": ["news"], "languages": ["en"], "until": "2030-12-31"},
        then_urgency=200,
        then_labels=["look twice"],
    )
    stage.go(_address(rule))


@state("rule")
def a_rule_whose_fields_are_refused(stage: Stage) -> None:
    stage.go(_address(_links("Refused")))
    stage.page.locator("[name=name]").fill("")
    stage.page.locator("[name=c-0-value]").fill("-3")
    stage.page.locator("#add-when").click()
    stage.shows("[name=c-1-fact]")
    stage.page.locator(".rule-save").click()
    stage.shows(".invalid-feedback")


@state("rule")
def a_rule_that_somebody_else_changed(stage: Stage) -> None:
    rule = _links("Twice")
    stage.go(_address(rule))
    entry = {**rule.entry(), "mode": "shadow"}
    change_rule(key=rule.key, entry=entry, by=stage.colleague, seen=rule.edits)
    stage.page.locator("[name=urgency]").fill("7")
    stage.page.locator(".rule-save").click()
    stage.shows(".record-rules > .trouble")


@state("delete_rule")
def a_rule_that_is_about_to_be_deleted(stage: Stage) -> None:
    stage.go(reverse("moderation:delete_rule", args=[_links("Gone soon").key]))


# --- Publishing ---------------------------------------------------------------------------------
@state("publish_rules", by=Role.SITE_ADMIN)
def nothing_to_publish(stage: Stage) -> None:
    publish(by=stage.user)
    stage.go(reverse("moderation:publish_rules"))


@state("publish_rules", by=Role.SITE_ADMIN)
def what_is_asked_before_publishing(stage: Stage) -> None:
    publish(by=stage.user)
    Rule.objects.filter(name="Everything there is").delete()
    make_rule("Everything there is", asks("text.length", "at_least", 0))
    WordList.objects.filter(key="banned-words").update(entries="")
    _links("Changed", mode="shadow")
    stage.go(reverse("moderation:publish_rules"))
    stage.page.locator(".publish-form .rule-save").click()
    stage.shows("[role=alert]")


@state("publish_rules", by=Role.SITE_ADMIN)
def what_cannot_be_published(stage: Stage) -> None:
    Rule.objects.filter(name="No list").delete()
    rule = make_rule("No list", asks("words", "in_list", "no-such-list"))
    stage.go(reverse("moderation:publish_rules"))
    rule.delete()


@state("discard_rules")
def a_draft_that_is_about_to_go(stage: Stage) -> None:
    _links("Never mind")
    stage.go(reverse("moderation:discard_rules"))


# --- Versions, changes, files -----------------------------------------------------------------
@state("versions")
def versions(stage: Stage) -> None:
    publish(by=stage.user, note="A calmer evening")
    stage.go(reverse("moderation:versions"))


@state("version", by=Role.SITE_ADMIN)
def a_version(stage: Stage) -> None:
    _links("New in it")
    number = publish(by=stage.user).number
    stage.go(reverse("moderation:version", args=[number]))


@state("version_again", by=Role.SITE_ADMIN)
def a_version_that_shall_be_live_again(stage: Stage) -> None:
    _links("After it")
    publish(by=stage.user)
    first = RuleSet.objects.earliest("number").number
    stage.go(reverse("moderation:version_again", args=[first]))


@state("rule_changes")
def changes(stage: Stage) -> None:
    rule = _links("Much changed")
    for mode in ("shadow", "off"):
        entry = {**rule.entry(), "mode": mode}
        rule = change_rule(key=rule.key, entry=entry, by=stage.user, seen=rule.edits)
    RuleChange.objects.create(what="order", about=rule.key, before=["a", "b"], after=["b", "a"])
    RuleChange.objects.create(
        what="draft", about="draft", before=None, after=dict(read_draft().document)
    )
    stage.go(reverse("moderation:rule_changes"))


@state("exchange_rules")
def files(stage: Stage) -> None:
    stage.go(reverse("moderation:exchange_rules"))


@state("exchange_rules")
def a_file_that_is_refused(stage: Stage) -> None:
    stage.go(reverse("moderation:exchange_rules"))
    post(stage, reverse("moderation:exchange_rules"), {"text": ["{"]})
    stage.shows("[role=alert]")


@state("exchange_rules")
def a_file_that_would_change_the_draft(stage: Stage) -> None:
    stage.go(reverse("moderation:exchange_rules"))
    stage.page.locator("[name=text]").fill('{"format": 2, "rules": []}')
    stage.page.get_by_role("button", name="Look what would change").click()
    stage.shows(".rule-diff")


# --- Trust ---------------------------------------------------------------------------------------
@state("trust", by=Role.SITE_ADMIN)
def trust_in_authors(stage: Stage) -> None:
    stage.go(reverse("moderation:trust"))


@state("trust")
def trust_as_a_senior_reads_it(stage: Stage) -> None:
    stage.go(reverse("moderation:trust"))
