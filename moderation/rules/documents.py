"""Rule sets as they are stored and exchanged: a JSON document, read and checked.

Format 2 is ``{"format": 2, "rules": [RULE, ...], "lists": {key: sha256}}``; docs/rules/format.md
shows a rule. Versions that were published in the first format are read all the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from moderation.rules.conditions import (
    Answered,
    Chosen,
    Compared,
    Condition,
    Group,
    InWordList,
    LinksTo,
    Scope,
    condition_of,
)
from moderation.rules.evaluation import Mode, Rule, RuleAction, RuleSet
from moderation.rules.language import gettext as _
from moderation.rules.word_lists import Lists

FORMAT = 2
QUEUES = ("waiting", "escalated")
MOST_RULES = 500
MOST_CONDITIONS = 50  # of one rule
LONGEST_NAME = 80
LONGEST_LABEL = 40
MOST_LABELS = 5
MOST_URGENCY = 1000
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Document = Mapping[str, Any]
Entries = Callable[[str], Sequence[str]]


class BadRuleSet(ValueError):
    """A rule set that cannot be read; the message says which rule and why."""


class BadRule(ValueError):
    """A rule that cannot be read. ``where`` is the part of it that is wrong: "name", "when", ..."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(why)
        self.where = where


def parse_rule_set(*, number: int, document: Document, entries: Entries) -> RuleSet:
    """Read a stored document. ``entries`` returns the entries of a list by their sha256.

    Raises BadRuleSet.
    """
    document = upgraded(document)
    rules, names = [], set()
    for place, entry in enumerate(document.get("rules", ()), start=1):
        try:
            rule = parse_rule(entry)
        except BadRule as error:
            name = entry.get("name") if isinstance(entry, dict) else None
            told = {"rule": name or place, "number": number, "why": error}
            raise BadRuleSet(_("Rule “%(rule)s” of version %(number)s: %(why)s") % told) from error
        if rule.key in names:
            told = {"number": number, "key": rule.key}
            raise BadRuleSet(_("Two rules of version %(number)s have the key “%(key)s”.") % told)
        names.add(rule.key)
        rules.append(rule)
    wanted = document.get("lists", {})
    for rule in rules:
        for key in lists_of(rule):
            if key not in wanted:
                told = {"rule": rule.name, "list": key}
                raise BadRuleSet(
                    _("Rule “%(rule)s” asks for the list “%(list)s”, which is missing.") % told
                )
    on = tuple(rule for rule in rules if rule.mode is not Mode.OFF)
    asked = [c for rule in on for c in conditions_of(rule) if isinstance(c, InWordList | LinksTo)]
    used = {key: entries(wanted[key]) for key in sorted({c.key for c in asked})}
    words = {c.key for c in asked if isinstance(c, InWordList)}
    return RuleSet(number, on, Lists(used, words=words))


def parse_rule(entry: Any) -> Rule:
    """Read one rule of a document. Raises BadRule with the part and the reason, in words."""
    if not isinstance(entry, dict):
        raise BadRule("name", _("a rule is an object"))
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        most = {"n": LONGEST_NAME}
        raise BadRule("name", _("a rule has a name of at most %(n)d characters") % most)
    key = entry.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise BadRule("key", _("a key is made of small letters, digits and hyphens"))
    when = _group("when", entry.get("when"))
    unless = _group("unless", entry["unless"]) if entry.get("unless") else None
    if sum(1 for _c in _conditions(when, unless)) > MOST_CONDITIONS:
        raise BadRule("when", _("a rule has at most %(n)d conditions") % {"n": MOST_CONDITIONS})
    return Rule(
        key=key,
        name=name,
        when=when,
        unless=unless,
        mode=_one_of("mode", Mode, entry.get("mode", Mode.ON)),
        scope=_scope(entry.get("scope") or {}),
        automation=str(entry.get("automation") or ""),
        **_then(entry.get("then")),
    )


def lists_of(rule: Rule) -> list[str]:
    """Return the keys of the lists that a rule asks, each once."""
    keys = (
        c.key for c in _conditions(rule.when, rule.unless) if isinstance(c, InWordList | LinksTo)
    )
    return list(dict.fromkeys(keys))


def conditions_of(rule: Rule) -> list[Condition]:
    """Return every condition of a rule, those of its exceptions too."""
    return list(_conditions(rule.when, rule.unless))


def facts_of(rule: Rule) -> list[str]:
    """Return the keys of the facts by which a rule holds, each once; its exceptions left out."""
    return list(dict.fromkeys(map(_fact_of, _conditions(rule.when))))


def _fact_of(condition: Condition) -> str:
    if isinstance(condition, Compared | Answered | Chosen):
        return condition.fact
    if isinstance(condition, InWordList):
        return "words"
    return "hosts" if isinstance(condition, LinksTo) else "article.tags"


def _conditions(*groups: Group | None) -> Iterator[Condition]:
    for group in groups:
        for part in group.parts if group is not None else ():
            if isinstance(part, Group):
                yield from part.parts
            else:
                yield part


def _group(where: str, entry: Any, *, inner: bool = False) -> Group:
    if not isinstance(entry, dict) or len(entry) != 1 or not entry.keys() <= {"all", "any"}:
        raise BadRule(where, _("conditions are grouped under “all” or “any”"))
    ((takes, parts),) = entry.items()
    if not isinstance(parts, list) or not parts:
        raise BadRule(where, _("there must be at least one condition"))
    return Group(takes == "all", tuple(_part(where, part, inner=inner) for part in parts))


def _part(where: str, entry: Any, *, inner: bool) -> Condition:
    if isinstance(entry, dict) and entry.keys() & {"all", "any"}:
        if inner:
            raise BadRule(where, _("a group inside a group holds conditions alone"))
        return _group(where, entry, inner=True)
    try:
        return condition_of(entry)
    except ValueError as error:
        raise BadRule(where, str(error)) from None


def _then(entry: Any) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise BadRule("then", _("a rule says what to do then"))
    action = _one_of("action", RuleAction, entry.get("action"))
    policy = entry.get("policy") or ""
    if not isinstance(policy, str) or (action is RuleAction.REMOVE and not policy):
        raise BadRule("policy", _("a rule that removes names the policy that the author is told"))
    queue = entry.get("queue") or "waiting"
    if queue not in QUEUES:
        told = _("there is no queue called “%(key)s” for held comments") % {"key": queue}
        raise BadRule("queue", told)
    urgency = entry.get("urgency", 0)
    if (
        isinstance(urgency, bool)
        or not isinstance(urgency, int)
        or not 0 <= urgency <= MOST_URGENCY
    ):
        most = {"n": MOST_URGENCY}
        raise BadRule("urgency", _("urgency is a whole number from 0 to %(n)d") % most)
    return {
        "action": action,
        "policy": policy,
        "queue": queue,
        "urgency": urgency,
        "labels": _labels(entry.get("labels") or []),
    }


def _labels(entry: Any) -> tuple[str, ...]:
    if not isinstance(entry, list) or len(entry) > MOST_LABELS:
        raise BadRule("labels", _("a rule adds at most %(n)d labels") % {"n": MOST_LABELS})
    for label in entry:
        if not isinstance(label, str) or not 0 < len(label.strip()) <= LONGEST_LABEL:
            most = {"n": LONGEST_LABEL}
            raise BadRule("labels", _("a label has 1 to %(n)d characters") % most)
    return tuple(dict.fromkeys(label.strip() for label in entry))


def _scope(entry: Any) -> Scope:
    if not isinstance(entry, dict):
        raise BadRule("scope", _("a scope names sections, articles, languages or days"))
    since, until = _day("from", entry.get("from")), _day("until", entry.get("until"))
    if since is not None and until is not None and until < since:
        raise BadRule("until", _("the last day lies before the first"))
    return Scope(
        sections=_names("sections", entry),
        articles=_names("articles", entry),
        languages=_names("languages", entry),
        since=since,
        until=until,
    )


def _names(where: str, entry: Mapping[str, Any]) -> frozenset[str]:
    names = entry.get(where) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadRule(where, _("“%(part)s” is a list of names") % {"part": where})
    return frozenset(names)


def _day(where: str, entry: Any) -> int | None:
    if not entry:
        return None
    try:
        day = date.fromisoformat(entry)
    except (TypeError, ValueError):
        day = None
    if day is None or day.isoformat() != entry:  # other spellings do not fit the field of a form
        told = _("“%(text)s” is no day; write it as 2026-12-31") % {"text": entry}
        raise BadRule(where, told)
    return day.toordinal()


def _one_of(where: str, kind: Any, entry: Any) -> Any:
    try:
        return kind(entry)
    except ValueError:
        told = _("“%(part)s” is never “%(word)s”") % {"part": where, "word": entry}
        raise BadRule(where, told) from None


def upgraded(document: Document) -> Document:
    """Return a document of the first format in the second; any other as it is.

    Raises BadRuleSet for a format that this version of the program does not know.
    """
    if document.get("format") == FORMAT:
        return document
    if "format" in document:
        format_ = {"format": document["format"]}
        raise BadRuleSet(_("Format %(format)s of rules is not known here.") % format_)
    rules, lists = [], {}
    for place, entry in enumerate(document.get("rules", ()), start=1):
        when = dict(entry["when"])
        if "words" in when:
            lists[when["words"][:12]] = when["words"]
        condition = first_format_condition(when, list_key=str(when.get("words", ""))[:12])
        if condition is None:
            told = {"rule": entry.get("name"), "kind": when.get("kind")}
            raise BadRuleSet(_("Rule “%(rule)s”: “%(kind)s” is not known.") % told)
        rules.append(
            {
                "key": f"rule-{place}",
                "name": entry["name"],
                "mode": "on",
                "when": {"all": [condition]},
                "then": dict(entry["then"]),
            }
        )
    return {"format": FORMAT, "rules": rules, "lists": lists}


def first_format_condition(when: Mapping[str, Any], *, list_key: str) -> dict[str, Any] | None:
    """Return the condition of a rule in the first format as one of the second; None if unknown."""
    match when.get("kind"):
        case "score":
            fact, value = f"own.{when['label']}", float(when["threshold"])
            return {"fact": fact, "is": "at_least", "value": value}
        case "words":
            return {"fact": "words", "is": "in_list", "value": list_key}
        case "links":
            return {"fact": "text.links", "is": "at_least", "value": int(when["number"]) + 1}
        case "first_comment":
            return {"fact": "author.published", "is": "below", "value": 1}
        case "unscored":
            return {"fact": "unscored", "is": "one_of", "value": ["language", "empty", "failed"]}
        case "pre_moderated":
            return {"fact": "article.pre_moderated", "is": "yes"}
        case "author_muted":
            return {"fact": "author.muted", "is": "one_of", "value": ["ban", "mute", "new_name"]}
        case _:
            return None
