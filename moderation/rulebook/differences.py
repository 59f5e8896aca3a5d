"""What differs between two documents of rules, as people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from moderation.models import WordListSnapshot
from moderation.rules.documents import upgraded

Entry = Mapping[str, Any]
Document = Mapping[str, Any]
SHOWN_ENTRIES = 5
_SAID = ("when", "unless", "scope", "then")


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """One rule as it was and as it is; None where it was not, or is no more."""

    key: str
    before: Entry | None
    after: Entry | None

    @property
    def kind(self) -> str:
        """What happened: "added", "removed" or "changed"."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def name(self) -> str:
        """The name that it has, or had."""
        return str((self.after or self.before or {})["name"])

    @property
    def renamed(self) -> bool:
        """Whether it has another name."""
        return self._differs("name")

    @property
    def mode_changed(self) -> bool:
        """Whether it was switched."""
        return self._differs("mode")

    @property
    def says_else(self) -> bool:
        """Whether its sentence is another one."""
        return any(self._differs(part) for part in _SAID)

    def _differs(self, part: str) -> bool:
        if self.before is None or self.after is None:
            return False
        return bool(plain(self.before).get(part) != plain(self.after).get(part))


@dataclass(frozen=True, slots=True)
class ListDifference:
    """How the entries of a list changed, with the first of each."""

    key: str
    added: int
    removed: int
    first_added: Sequence[str] = ()
    first_removed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Rules that were added, removed or changed; those that stand elsewhere; lists."""

    rules: Sequence[RuleDifference]
    moved: Sequence[str]  # keys
    lists: Sequence[ListDifference]

    def __bool__(self) -> bool:
        return bool(self.rules or self.moved or self.lists)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all rules that differ or moved."""
        return frozenset({one.key for one in self.rules} | set(self.moved))


def differences(
    *, before: Document, after: Document, entries: Mapping[str, Sequence[str]] | None = None
) -> Differences:
    """Compare two documents. ``entries`` holds those of lists that are not stored, by sha256."""
    before = upgraded(aligned(before, like=after))
    after = upgraded(aligned(after, like=before))
    old = {rule["key"]: rule for rule in before.get("rules", ())}
    new = {rule["key"]: rule for rule in after.get("rules", ())}
    rules = [
        RuleDifference(key, old.get(key), rule)
        for key, rule in new.items()
        if key not in old or plain(old[key]) != plain(rule)
    ]
    rules += [RuleDifference(key, rule, None) for key, rule in old.items() if key not in new]
    return Differences(
        rules=rules,
        moved=_moved([key for key in old if key in new], [key for key in new if key in old]),
        lists=_lists(before.get("lists", {}), after.get("lists", {}), entries or {}),
    )


def aligned(document: Document, *, like: Document) -> Document:
    """Return a document of the first format with the keys that another one has for the same.

    Rules had no keys then: they are known by their names, and lists by their entries.
    """
    if "format" in document:
        return document
    old, other = upgraded(document), upgraded(like)
    keys = {rule["name"]: rule["key"] for rule in other.get("rules", ())}
    of_sha = {sha256: key for key, sha256 in other.get("lists", {}).items()}
    lists = {key: of_sha.get(sha256, key) for key, sha256 in old["lists"].items()}

    def renamed(condition: Entry) -> Entry:
        if condition["fact"] != "words":
            return condition
        return {**condition, "value": lists[condition["value"]]}

    rules = [
        {
            **rule,
            "key": keys.get(rule["name"], rule["key"]),
            "when": {"all": [renamed(condition) for condition in rule["when"]["all"]]},
        }
        for rule in old["rules"]
    ]
    return {**old, "rules": rules, "lists": {lists[key]: sha for key, sha in old["lists"].items()}}


def plain(entry: Entry) -> dict[str, Any]:
    """Return a rule without what says nothing: empty parts, and what is meant without being said.

    Two rules that mean the same are the same.
    """
    then = {"queue": "waiting", "urgency": 0, **(entry.get("then") or {})}
    scope = {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in (entry.get("scope") or {}).items()
        if value
    }
    said = {
        "name": entry.get("name"),
        "mode": entry.get("mode", "on"),
        "when": entry.get("when"),
        "unless": entry.get("unless") or None,
        "scope": scope or None,
        "then": {name: value for name, value in then.items() if value not in ("", [], None)},
        "automation": entry.get("automation") or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the fewest that have to be moved to get from one order to the other."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in new[block.b : block.b + block.size]}
    return [key for key in new if key not in stayed]


def _lists(
    old: Mapping[str, str], new: Mapping[str, str], known: Mapping[str, Sequence[str]]
) -> list[ListDifference]:
    keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    wanted = {sha for key in keys for sha in (old.get(key), new.get(key)) if sha} - known.keys()
    stored = {
        row.pk: row.entries.splitlines() for row in WordListSnapshot.objects.filter(pk__in=wanted)
    }
    found = []
    for key in keys:
        was, now = (
            list(known[sha] if sha in known else stored.get(sha, ())) if sha else []
            for sha in (old.get(key), new.get(key))
        )
        before, after = set(was), set(now)
        added = [entry for entry in now if entry not in before]
        removed = [entry for entry in was if entry not in after]
        found.append(
            ListDifference(
                key,
                len(added),
                len(removed),
                added[:SHOWN_ENTRIES],
                removed[:SHOWN_ENTRIES],
            )
        )
    return found
