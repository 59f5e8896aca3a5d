"""Rules as files: given to another site with their lists, and taken from one.

A file holds the entries of its lists (docs/rules/format.md). What is read is stored by its
content, so that a person can look at what would change before the draft is replaced.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from moderation.models import Rule, WordList, WordListSnapshot
from moderation.punctuation import quoted
from moderation.rule_sets import snapshot
from moderation.rulebook.drafts import LONGEST_KEY, DraftChanged, read_draft, replace_draft
from moderation.rules.conditions import InWordList
from moderation.rules.documents import (
    FORMAT,
    KEY,
    MOST_RULES,
    BadRule,
    BadRuleSet,
    conditions_of,
    lists_of,
    parse_rule,
    upgraded,
)
from moderation.rules.entries import MOST_ENTRIES, BadEntry, lines_of, parse_entry
from moderation.rules.evaluation import Rule as PureRule
from moderation.rules.exchanged import refuse_unknown, unsayable
from moderation.rules.hosts import parse_host

Document = Mapping[str, Any]
LARGEST_FILE = 30_000_000  # bytes: several lists with the most entries


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was read: the document as it is stored, and what its lists are called."""

    document: dict[str, Any]
    lists: Mapping[str, Mapping[str, str]]  # key -> name, use

    def written(self) -> str:
        """Return it in one line, to be read again by ``brought_again``."""
        return json.dumps({"document": self.document, "lists": self.lists})


def exported(document: Document, entries: Mapping[str, Sequence[str]] | None = None) -> Document:
    """Return a document with the entries of its lists in it, so that another site can take it."""
    document = upgraded(document)
    wanted = document.get("lists", {})
    known = dict(entries or {})
    for row in WordListSnapshot.objects.filter(pk__in=set(wanted.values()) - known.keys()):
        known[row.pk] = row.entries.splitlines()
    called = {row.key: row for row in WordList.objects.filter(key__in=wanted).defer("entries")}
    return {
        "format": FORMAT,
        "rules": [_without_automation(rule) for rule in document["rules"]],
        "lists": {
            key: {
                **({"name": called[key].name, "use": called[key].use} if key in called else {}),
                "entries": list(known.get(sha256, ())),
            }
            for key, sha256 in wanted.items()
        },
    }


def read_file(text: str) -> Brought:
    """Read an exchanged document and check everything. Raises BadRuleSet with the reason."""
    document = _loaded(text)
    if document.get("format") != FORMAT:
        raise BadRuleSet(_("It has to say “format”: %(n)d.") % {"n": FORMAT})
    rules = _rules(document.get("rules"))
    lists = document.get("lists", {})
    if not isinstance(lists, dict):
        raise BadRuleSet(_("“lists” has to be an object, with a list under each key."))
    as_words = {c.key for rule in rules for c in conditions_of(rule) if isinstance(c, InWordList)}
    wanted = {key: rule.name for rule in rules for key in lists_of(rule)}
    for key, name in wanted.items():
        if key not in lists:
            raise BadRuleSet(
                _("Rule “%(rule)s” asks for the list “%(list)s”, which is not in the file.")
                % {"rule": name, "list": key}
            )
    read = {key: _entries(key, lists[key], as_words=key in as_words) for key in wanted}
    return Brought(
        document={
            "format": FORMAT,
            "rules": _with_own_automations(document["rules"]),
            "lists": {key: snapshot(entries) for key, entries in read.items()},
        },
        lists={key: _called(key, lists[key]) for key in wanted},
    )


def brought_again(text: str) -> Brought:
    """Read what ``Brought.written`` wrote. Raises BadRuleSet."""
    kept = _loaded(text)
    document, lists = kept.get("document"), kept.get("lists")
    if not isinstance(document, dict) or not isinstance(lists, dict):
        raise BadRuleSet(_("What was read is gone. Choose the file again."))
    _rules(document.get("rules"))
    shas = document.get("lists")
    if not isinstance(shas, dict) or not all(isinstance(sha, str) for sha in shas.values()):
        raise BadRuleSet(_("What was read is gone. Choose the file again."))
    stored = WordListSnapshot.objects.filter(pk__in=set(shas.values())).count()
    if stored != len(set(shas.values())):
        raise BadRuleSet(_("What was read is gone. Choose the file again."))
    return Brought(document, {key: _called(key, said) for key, said in lists.items()})


def take(*, brought: Brought, by: User, seen_draft: str) -> None:
    """Make the draft what a file says. Raises DraftChanged where it is not as it was seen."""
    with transaction.atomic():
        list(Rule.objects.order_by("id").select_for_update())
        if read_draft().stamp != seen_draft:
            raise DraftChanged
        replace_draft(
            document=brought.document,
            lists=brought.lists,
            by=by,
            note=_("Taken from a file"),
        )


def _with_own_automations(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules of a file; those that an automation of this site owns stay as they are here.

    Nothing but its own evidence may change what such a rule does.
    """
    own = {row.key: row.entry() for row in Rule.objects.exclude(automation="")}
    names = {entry["name"] for entry in own.values()}
    rules = [
        own.pop(rule["key"]) if rule["key"] in own else _without_automation(rule)
        for rule in given
        if rule["key"] in own or rule["name"] not in names
    ]
    return [*rules, *own.values()]


def _loaded(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as bad:
        place = {"line": bad.lineno, "n": bad.colno}
        told = _("It is no JSON: it cannot be read from line %(line)d, character %(n)d.") % place
        raise BadRuleSet(told) from None
    except (ValueError, RecursionError):
        raise BadRuleSet(_("It is no JSON.")) from None
    if not isinstance(document, dict):
        raise BadRuleSet(_("It has to be an object with “format” and “rules”."))
    for text in unsayable(document):
        raise BadRuleSet(_("“%(text)s” holds a character that no text has.") % {"text": text[:80]})
    return document


def _refuse_constant(word: str) -> None:
    raise ValueError(word)


def _rules(entries: Any) -> list[PureRule]:
    if not isinstance(entries, list):
        raise BadRuleSet(_("“rules” has to be a list of rules."))
    if len(entries) > MOST_RULES:
        raise BadRuleSet(_("%(n)d rules are the most.") % {"n": MOST_RULES})
    rules: list[PureRule] = []
    keys, names = set(), set()
    for place, entry in enumerate(entries, start=1):
        name = entry.get("name") if isinstance(entry, dict) else None
        called = quoted(name) if isinstance(name, str) and name else str(place)
        try:
            rule = parse_rule(entry)
            refuse_unknown(entry)
        except BadRule as bad:
            raise BadRuleSet(_("Rule %(rule)s: %(why)s.") % {"rule": called, "why": bad}) from None
        if len(rule.key) > LONGEST_KEY:
            raise BadRuleSet(_("Rule %(rule)s: its key is too long.") % {"rule": called})
        if rule.key in keys or rule.name in names:
            raise BadRuleSet(
                _("Rule %(rule)s: another rule has this key or this name.") % {"rule": called}
            )
        keys.add(rule.key)
        names.add(rule.name)
        rules.append(rule)
    return rules


def _entries(key: str, given: Any, *, as_words: bool) -> list[str]:
    entries = given.get("entries") if isinstance(given, dict) else None
    well = isinstance(entries, list) and all(isinstance(entry, str) for entry in entries)
    if not well or not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise BadRuleSet(
            _("List “%(list)s”: it has to have a key of small letters, and “entries”.")
            % {"list": key}
        )
    lines = [line for entry in entries or () for _place, line in lines_of(entry)]
    if len(lines) > MOST_ENTRIES:
        raise BadRuleSet(
            _("List “%(list)s” has more than %(n)d entries.") % {"list": key, "n": MOST_ENTRIES}
        )
    for line in lines:
        try:
            parse_entry(line) if as_words else parse_host(line)
        except BadEntry:
            raise BadRuleSet(
                _("List “%(list)s”: “%(entry)s” cannot be looked for.")
                % {"list": key, "entry": line[:80]}
            ) from None
    return list(dict.fromkeys(lines))


def _called(key: str, given: Any) -> dict[str, str]:
    given = given if isinstance(given, dict) else {}
    name, use = given.get("name"), given.get("use")
    return {
        "name": name[:50] if isinstance(name, str) and name.strip() else key,
        "use": use if isinstance(use, str) else "",
    }


def _without_automation(rule: Mapping[str, Any]) -> dict[str, Any]:
    """An automation belongs to a site: what it has learned there says nothing elsewhere."""
    return {name: value for name, value in rule.items() if name != "automation"}
