"""The draft of the rules: one for the site, changed by seniors and site admins, never acted on.

Every change is written down with before and after. A rule is changed as it was read (``edits``):
whoever comes second is told, and writes over the first only when they say so.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from moderation.models import Rule, RuleChange, WordList, WordListSnapshot
from moderation.rule_sets import EMPTY, draft_document, fingerprint
from moderation.rules import evaluation
from moderation.rules.documents import MOST_RULES, parse_rule_set

LONGEST_KEY = 60
BODY = ("when", "unless", "scope", "then")
Entry = Mapping[str, Any]
Document = Mapping[str, Any]


class Changed(Exception):
    """Somebody changed the rule after it was read. ``rule`` is what it is now; None: deleted."""

    def __init__(self, rule: Rule | None) -> None:
        super().__init__("changed meanwhile")
        self.rule = rule


class DraftChanged(Exception):
    """Somebody changed the draft after it was looked at."""


class NameTaken(ValueError):
    """Another rule of the draft has this name."""


class TooManyRules(ValueError):
    """The draft is full."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft as it is now: a document, the entries of its lists, and one word for both."""

    document: Document
    entries: Mapping[str, Sequence[str]]  # by their sha256
    stamp: str  # differs when anything differs

    def parsed(self) -> evaluation.RuleSet:
        """Return it ready to evaluate. Raises BadRuleSet."""
        return parse_rule_set(
            number=EMPTY.number, document=self.document, entries=lambda sha: self.entries[sha]
        )


def read_draft() -> Draft:
    """Read the draft and store nothing."""
    entries: dict[str, Sequence[str]] = {}

    def keep(words: Sequence[str]) -> str:
        sha256 = fingerprint(words)
        entries[sha256] = words
        return sha256

    document = draft_document(keep=keep)
    return Draft(document, entries, stamp_of(document))


def stamp_of(document: Document) -> str:
    """Return a word that differs where documents do."""
    written = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def add_rule(*, entry: Entry, by: User) -> Rule:
    """Put a rule behind all others; its key is made from its name.

    Raises NameTaken, TooManyRules.
    """
    with transaction.atomic():
        _refuse_taken(entry["name"])
        taken = {rule.key for rule in _locked()}
        if len(taken) >= MOST_RULES:
            raise TooManyRules
        last = Rule.objects.aggregate(last=Max("position"))["last"]
        rule = Rule.objects.create(
            key=free_key(entry["name"], taken),
            name=entry["name"],
            mode=entry.get("mode", "on"),
            body=_body(entry),
            position=0 if last is None else last + 1,
            changed_by=by,
        )
        _write_down(rule.key, by=by, before=None, after=rule.entry())
    return rule


def change_rule(*, key: str, entry: Entry, by: User, seen: int) -> Rule:
    """Change a rule as it was read: its ``edits`` were ``seen``. Raises Changed, NameTaken."""
    with transaction.atomic():
        rule = _as_seen(key, seen)
        before = rule.entry()
        _refuse_taken(entry["name"], but=rule)
        rule.name, rule.mode, rule.body = entry["name"], entry.get("mode", rule.mode), _body(entry)
        if rule.entry() == before:
            return rule
        _save(rule, by=by)
        _write_down(key, by=by, before=before, after=rule.entry())
    return rule


def set_mode(*, key: str, mode: str, by: User, seen: int) -> Rule:
    """Switch a rule on, to shadow, or off. Raises Changed."""
    with transaction.atomic():
        rule = _as_seen(key, seen)
        before = rule.entry()
        if rule.mode == mode:
            return rule
        rule.mode = mode
        _save(rule, by=by)
        _write_down(key, by=by, before=before, after=rule.entry())
    return rule


def delete_rule(*, key: str, by: User, seen: int) -> None:
    """Take a rule out of the draft. Raises Changed."""
    with transaction.atomic():
        rule = _as_seen(key, seen)
        _write_down(key, by=by, before=rule.entry(), after=None)
        rule.delete()


def move_rule(*, key: str, before: str, by: User) -> None:
    """Put a rule directly above another; above nothing is the end.

    Does nothing where one of the two is gone, or where it stands there already.
    """
    with transaction.atomic():
        rules = sorted(_locked(), key=lambda rule: (rule.position, rule.pk))
        keys = [rule.key for rule in rules]
        if key not in keys or (before and before not in keys) or key == before:
            return
        wanted = [other for other in keys if other != key]
        wanted.insert(wanted.index(before) if before else len(wanted), key)
        if wanted == keys:
            return
        _renumber(rules, wanted)
        RuleChange.objects.create(
            by=by, what=RuleChange.What.ORDER, about=key, before=keys, after=wanted
        )


def replace_draft(*, document: Document, lists: Mapping[str, Entry], by: User, note: str) -> None:
    """Make the draft what a checked document of the present format says.

    ``lists`` holds name and use of lists that may have to be made again. Lists that no rule of the
    document asks stay as they are. Call it in a transaction.
    """
    before = read_draft().document
    _set_lists(document.get("lists", {}), lists, by=by)
    kept = {rule.key: rule for rule in _locked()}
    entries = document["rules"]
    Rule.objects.exclude(key__in=[entry["key"] for entry in entries]).delete()
    for position, entry in enumerate(entries):
        rule = kept.get(entry["key"]) or Rule(key=entry["key"])
        was = (rule.entry(), rule.position) if rule.pk else None
        rule.name, rule.mode = entry["name"], entry.get("mode", "on")
        rule.body, rule.position = _body(entry), position
        rule.automation = entry.get("automation", "")
        if was != (rule.entry(), position):
            _save(rule, by=by)
    after = read_draft().document
    if after != before:
        RuleChange.objects.create(
            by=by,
            what=RuleChange.What.DRAFT,
            about="draft",
            before=before,
            after=after,
            note=note[:500],
        )


def free_key(name: str, taken: set[str]) -> str:
    """Return a key made from a name that no other rule has."""
    stem = slugify(name).replace("_", "-").strip("-")[: LONGEST_KEY - 4].strip("-") or "rule"
    stem = "-".join(part for part in stem.split("-") if part)
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


def _locked() -> list[Rule]:
    """Hold every rule, always in the same order: nobody waits for somebody who waits for them."""
    return list(Rule.objects.order_by("id").select_for_update())


def _as_seen(key: str, seen: int) -> Rule:
    rule = Rule.objects.select_for_update().filter(key=key).first()
    if rule is None or rule.edits != seen:
        raise Changed(rule)
    return rule


def _save(rule: Rule, *, by: User) -> None:
    rule.edits += 1
    rule.changed_by = by
    rule.save()


def _body(entry: Entry) -> dict[str, Any]:
    return {name: entry[name] for name in BODY if entry.get(name)}


def _refuse_taken(name: str, *, but: Rule | None = None) -> None:
    others = Rule.objects.filter(name=name)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise NameTaken(name)


def _renumber(rules: Sequence[Rule], wanted: Sequence[str]) -> None:
    place = {key: position for position, key in enumerate(wanted)}
    for rule in rules:
        rule.position = place[rule.key]
    Rule.objects.bulk_update(rules, ["position"])


def _write_down(key: str, *, by: User, before: Entry | None, after: Entry | None) -> None:
    RuleChange.objects.create(
        by=by, what=RuleChange.What.RULE, about=key, before=before, after=after
    )


def _set_lists(wanted: Mapping[str, str], known: Mapping[str, Entry], *, by: User) -> None:
    rows = {
        row.key: row
        for row in WordList.objects.filter(key__in=wanted).order_by("id").select_for_update()
    }
    for key, sha256 in wanted.items():
        row = rows.get(key)
        if row is not None and fingerprint(row.words()) == sha256:
            continue
        entries = WordListSnapshot.objects.get(pk=sha256).entries
        if row is None:
            said = known.get(key, {})
            row = WordList(key=key, name=_free_name(said.get("name") or key), use=_use(said))
        row.entries, row.changed_by, row.edits = entries, by, row.edits + 1
        row.save()


def _free_name(name: str) -> str:
    taken = set(WordList.objects.filter(name__startswith=name).values_list("name", flat=True))
    numbered = (name if n == 1 else f"{name} ({n})" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _use(said: Entry) -> str:
    asked = said.get("use")
    return str(asked) if asked in WordList.Use.values else WordList.Use.values[0]
