"""Differences and changes of rules, as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.models import RuleChange
from moderation.rulebook.differences import Differences, RuleDifference
from moderation.rulebook.list_words import list_in_words
from moderation.rulebook.names import Names, names_for
from moderation.rulebook.rule_words import MODES
from moderation.rulebook.sentences import sentence

Entry = Mapping[str, Any]
MOST_LENGTH = 300  # characters of a value that the page of changes shows


@dataclass(frozen=True, slots=True)
class Told:
    """One rule that differs: what happened to it, and its sentence before and after."""

    name: str
    kind: str  # "added", "removed" or "changed"
    what: Sequence[str]  # beside the sentence: name, mode
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the audit log: what was changed, and what it was and is, in lines."""

    row: RuleChange
    what: str
    before: Sequence[str]
    after: Sequence[str]


def tell(found: Differences, names: Names) -> list[Told]:
    """Return the rules that differ, in words."""
    return [_told(one, names) for one in found.rules]


def _told(one: RuleDifference, names: Names) -> Told:
    what = []
    if one.renamed and one.before:
        what.append(_("it was called “%(name)s”") % {"name": one.before["name"]})
    if one.mode_changed and one.before and one.after:
        what.append(
            _("%(before)s → %(after)s") % {"before": _mode(one.before), "after": _mode(one.after)}
        )
    elif one.kind == "added" and one.after:
        what.append(_mode(one.after))
    says = one.kind != "changed" or one.says_else
    return Told(
        name=one.name,
        kind=one.kind,
        what=what,
        before=sentence(one.before, names) if one.before and says else "",
        after=sentence(one.after, names) if one.after and says else "",
    )


def changes_in_words(rows: Sequence[RuleChange]) -> list[Change]:
    """Return lines of the audit log, in words. The names are asked for once."""
    entries = [
        side
        for row in rows
        for side in (row.before, row.after)
        if row.what == RuleChange.What.RULE and isinstance(side, dict)
    ]
    names = names_for(entries)
    return [
        Change(row, _happened(row), _lines(row, row.before, names), _lines(row, row.after, names))
        for row in rows
    ]


def _happened(row: RuleChange) -> str:
    if row.what in (RuleChange.What.VERSION, RuleChange.What.ORDER):
        return ""
    if row.before is None:
        return _("made")
    return _("deleted") if row.after is None else _("changed")


def _lines(row: RuleChange, side: Any, names: Names) -> list[str]:
    if side is None:
        return []
    match row.what:
        case RuleChange.What.RULE if isinstance(side, dict):
            return [f"{side.get('name')} ({_mode(side)})", sentence(side, names)]
        case RuleChange.What.ORDER if isinstance(side, list):
            place = side.index(row.about) + 1 if row.about in side else 0
            at = _("at %(place)s of %(all)s") % {"place": place, "all": len(side)}
            return [at, ", ".join(str(key) for key in side)]
        case RuleChange.What.DRAFT if isinstance(side, dict):
            return _of_document(side)
        case RuleChange.What.LIST if isinstance(side, dict):
            return list_in_words(side)
        case RuleChange.What.VERSION if isinstance(side, dict):
            return [_("version %(n)s") % {"n": side.get("version")}]
        case _:
            return _plain(side)


def _of_document(document: Entry) -> list[str]:
    rules = document.get("rules") or ()
    count = ngettext("%(n)d rule", "%(n)d rules", len(rules)) % {"n": len(rules)}
    return [count, ", ".join(str(rule.get("name")) for rule in rules)]


def _plain(side: Any) -> list[str]:
    if not isinstance(side, dict):
        return [_short(side)]
    return [f"{str(key).replace('_', ' ')}: {_short(value)}" for key, value in side.items()]


def _short(value: Any) -> str:
    if isinstance(value, dict):
        value = ", ".join(f"{key} {_short(inner)}" for key, inner in value.items())
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    text = str(value)
    return text if len(text) <= MOST_LENGTH else f"{text[:MOST_LENGTH]}…"


def _mode(entry: Entry) -> str:
    mode = str(entry.get("mode", "on"))
    return str(MODES.get(mode, mode))
