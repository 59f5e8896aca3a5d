"""What a new site starts with: policies, empty word lists, and a first live rule set."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from classifier.base import Label
from classifier.thresholds import proposed_thresholds
from moderation.models import Policy, Rule, RuleSet, WordList
from moderation.rule_sets import publish
from moderation.rules.evaluation import RuleAction
from moderation.transparency.eu_format import HARMFUL_SPEECH, OTHER_VIOLATION

# Slugs and keys are the same on every site: rules, the model and files name them. What people read
# is stored in the site's language.
POLICIES: tuple[tuple[str, Promise, Promise], ...] = (
    (
        "insults",
        pgettext_lazy("policy", "Insults"),
        _("Disagree as sharply as you like, but do not insult other people."),
    ),
    (
        "hate",
        pgettext_lazy("policy", "Hate"),
        _("We do not publish contempt for people because of who they are."),
    ),
    (
        "threats",
        pgettext_lazy("policy", "Threats"),
        _("We do not publish threats or calls for violence."),
    ),
    (
        "spam",
        pgettext_lazy("policy", "Spam"),
        _("We do not publish advertising or the same text again and again."),
    ),
    (
        "sexual",
        pgettext_lazy("policy", "Sexual content"),
        _("Sexually explicit comments do not belong here."),
    ),
    (
        "privacy",
        pgettext_lazy("policy", "Personal information"),
        _("Do not publish what is private about other people."),
    ),
    (
        "off-topic",
        pgettext_lazy("policy", "Off topic"),
        _("Keep to the subject of the article or of the comment you answer."),
    ),
    (
        "illegal",
        pgettext_lazy("policy", "Against the law"),
        _("We remove what the law forbids us to publish."),
    ),
    (
        "other",
        pgettext_lazy("policy", "Other"),
        _("This comment broke our rules in another way."),
    ),
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
# What a score alone removes: the rule's key and name, and the policy that the author is told.
REMOVES: dict[Label, tuple[str, Promise, str]] = {
    Label.SEVERE_TOXICITY: ("beyond-doubt-severe", _("Beyond doubt severe"), "insults"),
    Label.SPAM: ("beyond-doubt-spam", _("Beyond doubt spam"), "spam"),
}
HOLDS: dict[Label, tuple[str, Promise]] = {
    Label.TOXICITY: ("toxic-language", _("Toxic language")),
    Label.SEVERE_TOXICITY: ("severely-toxic-language", _("Severely toxic language")),
    Label.INSULT: ("insults", pgettext_lazy("rule", "Insults")),
    Label.THREAT: ("threats", pgettext_lazy("rule", "Threats")),
    Label.IDENTITY_ATTACK: ("attacks-on-a-group", _("Attacks on a group")),
    Label.PROFANITY: ("profanity", _("Profanity")),
    Label.SEXUALLY_EXPLICIT: ("sexual-content", pgettext_lazy("rule", "Sexual content")),
    Label.SPAM: ("likely-spam", _("Likely spam")),
}
MOST_LINKS = 2
BANNED, SUSPECT, SHORTENERS = "banned-words", "suspect-words", "link-shorteners"
# Empty lists that the first rules ask, and hosts that hide where a link leads.
LISTS: dict[str, tuple[WordList.Use, tuple[str, ...]]] = {
    BANNED: (WordList.Use.BANNED, ()),
    SUSPECT: (WordList.Use.SUSPECT, ()),
    SHORTENERS: (
        WordList.Use.SHORTENERS,
        (
            *("bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy"),
            *("rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "v.gd"),
        ),
    ),
}


def install() -> None:
    """Give a site its first policies, lists, rules and live version; does nothing on any other.

    They are in the site's language, also where ``migrate``, which speaks none, installs them.
    Raises BadThresholds, and gives it nothing, where the model's proposals cannot be read: first
    rules without scores would publish whatever a regular writes.
    """
    if RuleSet.objects.exists():
        return
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        for position, (slug, name, text) in enumerate(POLICIES, start=1):
            Policy.objects.get_or_create(
                slug=slug,
                defaults={
                    "name": str(name),
                    "text": str(text),
                    "position": position,
                    "labels": SAYS.get(slug, []),
                    "is_illegal": slug == ILLEGAL,
                    "eu_category": EU_NAMES.get(slug, (OTHER_VIOLATION, []))[0],
                    "eu_keywords": EU_NAMES.get(slug, (OTHER_VIOLATION, []))[1],
                },
            )
        for key, (use, entries) in LISTS.items():
            WordList.objects.get_or_create(
                key=key,
                defaults={"name": str(use.label), "use": use, "entries": "\n".join(entries)},
            )
        for position, (key, name, body) in enumerate(_rules()):
            Rule.objects.get_or_create(
                key=key, defaults={"name": str(name), "body": body, "position": position}
            )
        publish(by=None, note=gettext("The rules that every site starts with"))


def _rules() -> Iterator[tuple[str, Promise, dict[str, Any]]]:
    """Yield the key, the name and the body of each rule, in their order."""
    thresholds = proposed_thresholds()
    for label, (key, name, policy) in REMOVES.items():
        remove = thresholds[label].remove
        if remove is not None:
            then = {"action": RuleAction.REMOVE.value, "policy": policy}
            yield key, name, {"when": _when(f"own.{label}", "at_least", remove), "then": then}
    for label, (key, name) in HOLDS.items():
        when = _when(f"own.{label}", "at_least", thresholds[label].hold)
        yield key, name, _hold(when, urgency=100)
    yield BANNED, _("Banned words"), _hold(_when("words", "in_list", BANNED), urgency=300)
    yield SUSPECT, _("Suspect words"), _hold(_when("words", "in_list", SUSPECT), urgency=50)
    for key, name, when in (
        ("many-links", _("Many links"), _when("text.links", "at_least", MOST_LINKS + 1)),
        (
            "first-comment-of-an-author",
            _("First comment of an author"),
            _when("author.published", "below", 1),
        ),
        (
            "not-scored",
            _("Not scored"),
            _when("unscored", "one_of", ["language", "empty", "failed"]),
        ),
        (
            "pre-moderated-article",
            _("Pre-moderated article"),
            _when("article.pre_moderated", "yes"),
        ),
        (
            "muted-author",
            _("Muted author"),
            _when("author.muted", "one_of", ["ban", "mute", "new_name"]),
        ),
    ):
        yield key, name, _hold(when)


def _when(fact: str, operator: str, value: Any = None) -> dict[str, Any]:
    condition = {"fact": fact, "is": operator}
    return {"all": [condition if value is None else condition | {"value": value}]}


def _hold(when: dict[str, Any], *, urgency: int = 0) -> dict[str, Any]:
    return {"when": when, "then": {"action": RuleAction.HOLD.value, "urgency": urgency}}
