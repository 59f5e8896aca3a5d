"""What a file of rules has to keep to beyond what is stored: nothing unknown or unsayable. Pure.

A part that nobody knows is most likely a misspelt one, such as "unles": passed over in silence, the
rule would act without its exceptions.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moderation.rules.documents import BadRule
from moderation.rules.language import gettext as _

_RULE = frozenset({"key", "name", "mode", "when", "unless", "scope", "then", "automation"})
_SCOPE = frozenset({"sections", "articles", "languages", "from", "until"})
_THEN = frozenset({"action", "policy", "queue", "urgency", "labels"})
_CONDITION = frozenset({"fact", "is", "value"})


def refuse_unknown(entry: Mapping[str, Any]) -> None:
    """Raise BadRule where a rule that can be read has a part that nobody knows."""
    _only(_RULE, entry, of=_("the rule"))
    for name, known in (("scope", _SCOPE), ("then", _THEN)):
        _only(known, entry.get(name) or {}, of=_("“%(words)s”") % {"words": name})
    for side in ("when", "unless"):
        for condition in _conditions(entry.get(side) or {}):
            _only(_CONDITION, condition, of=_("a condition"))


def unsayable(document: Any) -> Iterator[str]:
    """Yield the texts in a document that no database keeps, in a form that can be shown.

    They hold a NUL, or half a surrogate pair.
    """
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str):
            shown = part.replace("\x00", "\N{REPLACEMENT CHARACTER}")
            shown = shown.encode(errors="replace").decode()
            if shown != part:
                yield shown


def _conditions(group: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for parts in group.values():
        for part in parts:
            yield from [part] if "fact" in part else _conditions(part)


def _only(known: frozenset[str], entry: Mapping[str, Any], *, of: str) -> None:
    unknown = sorted(entry.keys() - known)
    if unknown:
        told = {"whole": of, "part": unknown[0]}
        raise BadRule(unknown[0], _("%(whole)s has no part called “%(part)s”") % told)
