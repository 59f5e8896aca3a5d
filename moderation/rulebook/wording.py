"""Differences and changes of rules, as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.models import Automation, RuleChange
from moderation.punctuation import two_decimals
from moderation.rulebook.automation_words import percent
from moderation.rulebook.differences import Differences, RuleDifference, differences
from moderation.rulebook.list_words import list_in_words
from moderation.rulebook.names import Names, names_for
from moderation.rulebook.rule_words import MODES
from moderation.rulebook.sentences import sentence

Entry = Mapping[str, Any]
MOST_LENGTH = 300  # characters of a value that the page of changes shows
MOST_RULES = 20  # of those that differ between two drafts


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
    sides = {row.pk: _sides(row) for row in rows}
    names = names_for(entry for pair in sides.values() for side in pair for entry in side)
    return [
        Change(
            row,
            _happened(row),
            _lines(row, row.before, sides[row.pk][0], names),
            [*_lines(row, row.after, sides[row.pk][1], names), *_other_lists(row, names)],
        )
        for row in rows
    ]


def _sides(row: RuleChange) -> tuple[list[Entry], list[Entry]]:
    """Return the rules that a change is about, as they were and as they are."""
    if row.what == RuleChange.What.RULE:
        sides = (row.before, row.after)
        before, after = ([side] if isinstance(side, dict) else [] for side in sides)
        return [*before], [*after]
    if row.what != RuleChange.What.DRAFT:
        return [], []
    found = differences(before=_rules_alone(row.before), after=_rules_alone(row.after)).rules
    return [one.before for one in found if one.before], [one.after for one in found if one.after]


def _rules_alone(side: Any) -> Entry:
    """Return the rules of a document, without reading its lists."""
    return {"format": 2, "rules": (side or {}).get("rules") or []}


def _other_lists(row: RuleChange, names: Names) -> list[str]:
    """Name the lists that hold other entries in the new draft than in the one before."""
    if row.what != RuleChange.What.DRAFT or not row.before or not row.after:
        return []
    old, new = (side.get("lists") or {} for side in (row.before, row.after))
    keys = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    called = ", ".join(names.lists.get(key, key) for key in keys)
    return [_("Lists that changed: %(lists)s") % {"lists": called}] if keys else []


def _happened(row: RuleChange) -> str:
    if row.what in (RuleChange.What.VERSION, RuleChange.What.ORDER):
        return ""
    if row.before is None:
        return _("made")
    return _("deleted") if row.after is None else _("changed")


def _lines(row: RuleChange, side: Any, rules: Sequence[Entry], names: Names) -> list[str]:
    if side is None:
        return []
    match row.what:
        case RuleChange.What.RULE if isinstance(side, dict):
            return _rule_lines(side, names)
        case RuleChange.What.ORDER if isinstance(side, list):
            place = side.index(row.about) + 1 if row.about in side else 0
            at = _("at %(place)s of %(all)s") % {"place": place, "all": len(side)}
            return [at, ", ".join(str(key) for key in side)]
        case RuleChange.What.DRAFT if isinstance(side, dict):
            return _of_draft(side, rules, names)
        case RuleChange.What.LIST if isinstance(side, dict):
            return list_in_words(side)
        case RuleChange.What.VERSION if isinstance(side, dict):
            return [_("version %(n)s") % {"n": side.get("version")}]
        case RuleChange.What.AUTOMATION if isinstance(side, dict):
            return _of_automation(side)
        case RuleChange.What.AUDITS if isinstance(side, dict):
            share = percent(float(side.get("percent") or 0) / 100)
            return [_("%(share)s of what rules remove") % {"share": share}]
        case _:
            return _plain(side)


def _rule_lines(entry: Entry, names: Names) -> list[str]:
    return [f"{entry.get('name')} ({_mode(entry)})", sentence(entry, names)]


def _of_draft(document: Entry, differing: Sequence[Entry], names: Names) -> list[str]:
    """Say how many rules a draft has, and those that differ from the other side."""
    number, more = len(document.get("rules") or ()), len(differing) - MOST_RULES
    lines = [ngettext("%(n)d rule", "%(n)d rules", number) % {"n": number}]
    for entry in differing[:MOST_RULES]:
        lines += _rule_lines(entry, names)
    if more > 0:
        lines.append(_("and %(n)d more that differ") % {"n": more})
    return lines


def _of_automation(side: Entry) -> list[str]:
    states, at = dict(Automation.State.choices), side.get("threshold")
    lines = [
        str(states.get(side.get("state", ""), side.get("state"))),
        _("asked for %(target)s") % {"target": percent(float(side.get("target") or 0))},
    ]
    return lines if at is None else [*lines, _("from a score of %(at)s") % {"at": two_decimals(at)}]


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
