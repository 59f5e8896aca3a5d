"""What a new site starts with: policies, empty word lists, and a first live rule set."""

from typing import Any

from django.db import transaction

from classifier.base import Label
from classifier.thresholds import proposed_thresholds
from moderation.models import Policy, Rule, RuleSet, WordList
from moderation.rule_sets import publish
from moderation.rules import Kind, RuleAction

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


def install() -> None:
    """Give a site its first policies, lists, rules and live version; does nothing on any other."""
    if RuleSet.objects.exists():
        return
    with transaction.atomic():
        policies = {
            slug: Policy.objects.get_or_create(
                slug=slug,
                defaults={
                    "name": name,
                    "text": text,
                    "position": position,
                    "labels": SAYS.get(slug, []),
                },
            )[0]
            for position, (slug, name, text) in enumerate(POLICIES, start=1)
        }
        for position, fields in enumerate(_rules(policies)):
            Rule.objects.get_or_create(
                name=fields.pop("name"), defaults={"position": position * 10, **fields}
            )
        publish(by=None, note="The rules that every site starts with")


def _rules(policies: dict[str, Policy]) -> list[dict[str, Any]]:
    hold, remove = RuleAction.HOLD.value, RuleAction.REMOVE.value
    lists = {
        use: WordList.objects.get_or_create(name=f"{use.label} words", defaults={"use": use})[0]
        for use in WordList.Use
    }
    thresholds = proposed_thresholds()
    return [
        *(
            {
                "name": name,
                "kind": Kind.SCORE,
                "label": label.value,
                "threshold": thresholds[label].remove,
                "action": remove,
                "policy": policies[policy],
            }
            for label, (name, policy) in REMOVES.items()
            if thresholds[label].remove is not None
        ),
        *(
            {
                "name": name,
                "kind": Kind.SCORE,
                "label": label.value,
                "threshold": thresholds[label].hold,
                "action": hold,
                "urgency": 100,
            }
            for label, name in HOLDS.items()
        ),
        {
            "name": "Banned words",
            "kind": Kind.WORDS,
            "word_list": lists[WordList.Use.BANNED],
            "action": hold,
            "urgency": 300,
        },
        {
            "name": "Suspect words",
            "kind": Kind.WORDS,
            "word_list": lists[WordList.Use.SUSPECT],
            "action": hold,
            "urgency": 50,
        },
        {"name": "Many links", "kind": Kind.LINKS, "number": MOST_LINKS, "action": hold},
        {"name": "First comment of an author", "kind": Kind.FIRST_COMMENT, "action": hold},
        {"name": "Not scored", "kind": Kind.UNSCORED, "action": hold},
        {"name": "Pre-moderated article", "kind": Kind.PRE_MODERATED, "action": hold},
        {"name": "Muted author", "kind": Kind.AUTHOR_MUTED, "action": hold},
    ]
