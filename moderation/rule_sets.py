"""Publishing rules, and the published version that screening uses."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from moderation.models import Rule, RuleChange, RuleSet, WordList, WordListSnapshot
from moderation.rules import evaluation
from moderation.rules.documents import FORMAT, facts_of, lists_of, parse_rule, parse_rule_set

EMPTY = evaluation.RuleSet(number=0, rules=())


def publish(*, by: User | None, note: str = "") -> RuleSet:
    """Make the draft, as it is now, the live version.

    Raises BadRuleSet before anything is stored.
    """
    with transaction.atomic():
        lock()
        return publish_document(draft_document(), by=by, note=note)


def publish_document(document: Mapping[str, Any], *, by: User | None, note: str) -> RuleSet:
    """Make a document the live version. Raises BadRuleSet. Call it with the lock (``lock``)."""
    last = RuleSet.objects.order_by("-number").first()
    number = last.number + 1 if last else 1
    _parsed(number=number, document=document)
    version = RuleSet.objects.create(
        number=number,
        document=document,
        note=note,
        published_at=timezone.now(),
        published_by=by,
    )
    RuleChange.objects.create(
        by=by,
        what=RuleChange.What.VERSION,
        about=str(number),
        before={"version": last.number} if last else None,
        after={"version": number},
        note=note,
    )
    return version


def lock() -> None:
    """Keep everybody else from publishing until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE moderation_ruleset IN SHARE ROW EXCLUSIVE MODE")


def draft_document(*, keep: Callable[[Sequence[str]], str] | None = None) -> dict[str, Any]:
    """Return the draft as a document; the lists that its rules ask are stored as they are now.

    ``keep`` takes the entries of a list in the place of storing them, and returns their sha256. A
    rule that cannot be read asks no list: whoever parses the document is told.
    """
    keep = keep or snapshot
    entries = [rule.entry() for rule in Rule.objects.order_by("position", "id")]
    wanted = {key for entry in entries for key in lists_asked(entry)}
    lists = WordList.objects.filter(key__in=wanted)
    return {
        "format": FORMAT,
        "rules": entries,
        "lists": {one.key: keep(one.words()) for one in lists},
    }


def live() -> tuple[int | None, evaluation.RuleSet]:
    """Return (primary key, rule set) of the live version; what it holds is kept in memory."""
    newest = RuleSet.objects.order_by("-number").values_list("pk", flat=True).first()
    return newest, published(newest)


def published(pk: int | None) -> evaluation.RuleSet:
    """Return a version by its primary key; None is a site that never published one."""
    return EMPTY if pk is None else _load(pk)


@lru_cache(maxsize=4)
def facts_asked(pk: int | None) -> Mapping[str, list[str]]:
    """Return what each rule of a version holds by: keys of facts, by the rule's key."""
    return {rule.key: facts_of(rule) for rule in published(pk).rules}


def parsed_document(document: Mapping[str, Any]) -> evaluation.RuleSet:
    """Return a document that is not published, ready to evaluate. Raises BadRuleSet."""
    return _parsed(number=0, document=document)


@lru_cache(maxsize=4)
def _load(pk: int) -> evaluation.RuleSet:
    stored = RuleSet.objects.get(pk=pk)
    return _parsed(number=stored.number, document=stored.document)


def _parsed(*, number: int, document: Mapping[str, Any]) -> evaluation.RuleSet:
    return parse_rule_set(number=number, document=document, entries=_entries)


def lists_asked(entry: Mapping[str, Any]) -> list[str]:
    """Return the keys of the lists that a rule of a document asks; none if it cannot be read."""
    try:
        return lists_of(parse_rule(entry))
    except ValueError:
        return []


@lru_cache(maxsize=16)
def _entries(sha256: str) -> Sequence[str]:
    return WordListSnapshot.objects.get(pk=sha256).entries.splitlines()


def snapshot(words: Sequence[str]) -> str:
    """Store the entries of a list once for each content; returns their sha256."""
    sha256 = fingerprint(words)
    WordListSnapshot.objects.get_or_create(sha256=sha256, defaults={"entries": "\n".join(words)})
    return sha256


def fingerprint(words: Sequence[str]) -> str:
    """Return the sha256 of a list's entries, by which documents name them."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
