"""What a new site starts with: policies, empty word lists, and a first live rule set."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from classifier.base import Label
from classifier.thresholds import proposed_thresholds
from moderation.models import Policy, Rule, RuleSet, WordList
from moderation.rule_sets import publish
from moderation.rules.evaluation import RuleAction
from moderation.transparency.eu_format import HARMFUL_SPEECH, OTHER_VIOLATION

POLICIES = (
    ("insults", "Insults", "Disagree as sharply as you like, but do not insult other people."),
    ("hate", "Hate", "We do not publish contempt for people because of who they are."),
    ("threats", "Threats", "We do not publish threats or calls for violence."),
    ("spam", "Spam", "We do not publish advertising or the same text again and again."),
    ("sexual", "Sexual content", "Sexually explicit comments do not belong here."),
    ("privacy", "Personal information", "Do not publish what is private about other people."),
    ("off-topic", "Off topic", "Keep to the subject of the article or of the comment you answer."),
    ("illegal", "Against the law", "We remove what the law forbids us to publish."),
    ("other", "Other", "This comment broke our rules in another way."),
)

# What a removal under a policy says of the scores; the others say nothing about a text alone.
SAYS = {
    "insults": [Label.INSULT.value, Label.TOXICITY.value],
    "hate": [Label.IDENTITY_ATTACK.value, Label.TOXICITY.value],
    "threats": [Label.THREAT.value, Label.TOXICITY.value],
    "spam": [Label.SPAM.value],
    "sexual": [Label.SEXUALLY_EXPLICIT.value],
}
# What the EU transparency database calls them: a category, and keywords; else another violation.
EU_NAMES = {
    "insults": ("STATEMENT_CATEGORY_CYBER_VIOLENCE", ["KEYWORD_CYBER_HARASSMENT"]),
    "hate": (HARMFUL_SPEECH, ["KEYWORD_HATE_SPEECH"]),
    "threats": ("STATEMENT_CATEGORY_VIOLENCE", ["KEYWORD_INCITEMENT_VIOLENCE_HATRED"]),
    "privacy": ("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", []),
    "illegal": (HARMFUL_SPEECH, []),
}
ILLEGAL = "illegal"
# What a score alone removes: the rule's name, and the policy that the author is told.
REMOVES = {
    Label.SEVERE_TOXICITY: ("Beyond doubt severe", "insults"),
    Label.SPAM: ("Beyond doubt spam", "spam"),
}
HOLDS = {
    Label.TOXICITY: "Toxic language",
    Label.SEVERE_TOXICITY: "Severely toxic language",
    Label.INSULT: "Insults",
    Label.THREAT: "Threats",
    Label.IDENTITY_ATTACK: "Attacks on a group",
    Label.PROFANITY: "Profanity",
    Label.SEXUALLY_EXPLICIT: "Sexual content",
    Label.SPAM: "Likely spam",
}
MOST_LINKS = 2
# Empty lists that the first rules ask, and hosts that hide where a link leads.
LISTS: dict[WordList.Use, tuple[str, ...]] = {
    WordList.Use.BANNED: (),
    WordList.Use.SUSPECT: (),
    WordList.Use.SHORTENERS: (
        *("bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy"),
        *("rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "v.gd"),
    ),
}


def install() -> None:
    """Give a site its first policies, lists, rules and live version; does nothing on any other."""
    if RuleSet.objects.exists():
        return
    with transaction.atomic():
        for position, (slug, name, text) in enumerate(POLICIES, start=1):
            Policy.objects.get_or_create(
                slug=slug,
                defaults={
                    "name": name,
                    "text": text,
                    "position": position,
                    "labels": SAYS.get(slug, []),
                    "is_illegal": slug == ILLEGAL,
                    "eu_category": EU_NAMES.get(slug, (OTHER_VIOLATION, []))[0],
                    "eu_keywords": EU_NAMES.get(slug, (OTHER_VIOLATION, []))[1],
                },
            )
        for use, entries in LISTS.items():
            WordList.objects.get_or_create(
                key=slugify(str(use.label)),
                defaults={"name": str(use.label), "use": use, "entries": "\n".join(entries)},
            )
        for position, (name, body) in enumerate(_rules()):
            Rule.objects.get_or_create(
                key=slugify(name), defaults={"name": name, "body": body, "position": position}
            )
        publish(by=None, note="The rules that every site starts with")


def _rules() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the body of each rule, in their order."""
    thresholds = proposed_thresholds()
    for label, (name, policy) in REMOVES.items():
        remove = thresholds[label].remove
        if remove is not None:
            then = {"action": RuleAction.REMOVE.value, "policy": policy}
            yield name, {"when": _when(f"own.{label}", "at_least", remove), "then": then}
    for label, name in HOLDS.items():
        yield name, _hold(_when(f"own.{label}", "at_least", thresholds[label].hold), urgency=100)
    yield "Banned words", _hold(_when("words", "in_list", "banned-words"), urgency=300)
    yield "Suspect words", _hold(_when("words", "in_list", "suspect-words"), urgency=50)
    yield "Many links", _hold(_when("text.links", "at_least", MOST_LINKS + 1))
    yield "First comment of an author", _hold(_when("author.published", "below", 1))
    yield "Not scored", _hold(_when("unscored", "one_of", ["language", "empty", "failed"]))
    yield "Pre-moderated article", _hold(_when("article.pre_moderated", "yes"))
    yield "Muted author", _hold(_when("author.muted", "one_of", ["ban", "mute", "new_name"]))


def _when(fact: str, operator: str, value: Any = None) -> dict[str, Any]:
    condition = {"fact": fact, "is": operator}
    return {"all": [condition if value is None else condition | {"value": value}]}


def _hold(when: dict[str, Any], *, urgency: int = 0) -> dict[str, Any]:
    return {"when": when, "then": {"action": RuleAction.HOLD.value, "urgency": urgency}}
