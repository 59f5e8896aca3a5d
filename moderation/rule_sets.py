"""Publishing rules, and the published version that screening uses."""

import hashlib
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from moderation import rules
from moderation.models import Rule, RuleSet, WordListSnapshot
from moderation.rules import Kind
from moderation.word_lists import WordMatcher

EMPTY = rules.RuleSet(number=0, rules=())


def publish(*, by: User | None, note: str = "") -> RuleSet:
    """Make what the rules and word lists say now the live version.

    The document is ``{"rules": [{"name", "when": {"kind", ...}, "then": {"action", "policy",
    "urgency"}}]}`` in the order of evaluation; word lists stand in it by the sha256 of their
    entries. Raises BadRuleSet before anything is stored.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE moderation_ruleset IN SHARE ROW EXCLUSIVE MODE")
        document = {"rules": [_entry(rule) for rule in _rules_in_order() if rule.is_on]}
        last = RuleSet.objects.order_by("-number").values_list("number", flat=True).first() or 0
        _parsed(number=last + 1, document=document)
        return RuleSet.objects.create(
            number=last + 1,
            document=document,
            note=note,
            published_at=timezone.now(),
            published_by=by,
        )


def live() -> tuple[int | None, rules.RuleSet]:
    """Return (primary key, rule set) of the live version; what it holds is kept in memory."""
    newest = RuleSet.objects.order_by("-number").values_list("pk", flat=True).first()
    return newest, published(newest)


def published(pk: int | None) -> rules.RuleSet:
    """Return a version by its primary key; None is a site that never published one."""
    return EMPTY if pk is None else _load(pk)


@lru_cache(maxsize=4)
def _load(pk: int) -> rules.RuleSet:
    stored = RuleSet.objects.get(pk=pk)
    return _parsed(number=stored.number, document=stored.document)


def _parsed(*, number: int, document: dict[str, Any]) -> rules.RuleSet:
    wanted = [r["when"]["words"] for r in document["rules"] if "words" in r["when"]]
    return rules.parse_rule_set(
        number=number, document=document, word_lists={sha: _matcher(sha) for sha in wanted}
    )


@lru_cache(maxsize=16)
def _matcher(sha256: str) -> WordMatcher:
    return WordMatcher(WordListSnapshot.objects.get(pk=sha256).entries.splitlines())


def _rules_in_order() -> list[Rule]:
    return list(Rule.objects.select_related("policy", "word_list").order_by("position", "id"))


def _entry(rule: Rule) -> dict[str, Any]:
    then: dict[str, Any] = {"action": rule.action, "urgency": rule.urgency}
    if rule.policy is not None:
        then["policy"] = rule.policy.slug
    return {"name": rule.name, "when": _when(rule), "then": then}


def _when(rule: Rule) -> dict[str, Any]:
    match rule.kind:
        case Kind.SCORE:
            return {"kind": rule.kind, "label": rule.label, "threshold": rule.threshold}
        case Kind.LINKS:
            return {"kind": rule.kind, "number": rule.number}
        case Kind.WORDS if rule.word_list is not None:
            return {"kind": rule.kind, "words": _snapshot(rule.word_list.words())}
        case _:
            return {"kind": rule.kind}


def _snapshot(words: list[str]) -> str:
    entries = "\n".join(words)
    sha256 = hashlib.sha256(entries.encode()).hexdigest()
    WordListSnapshot.objects.get_or_create(sha256=sha256, defaults={"entries": entries})
    return sha256
