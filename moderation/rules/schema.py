"""The JSON Schema of rules as sites exchange them, made from the catalogue. Pure."""

from typing import Any

from moderation.rules.catalogue import BY_LIST, FACTS, WITHOUT_VALUE, Fact, Kind
from moderation.rules.documents import (
    FORMAT,
    KEY,
    LONGEST_LABEL,
    LONGEST_NAME,
    MOST_CONDITIONS,
    MOST_LABELS,
    MOST_RULES,
    MOST_URGENCY,
    QUEUES,
)
from moderation.rules.entries import LONGEST_ENTRY, MOST_ENTRIES
from moderation.rules.evaluation import ACTIONS, Mode, RuleAction

Schema = dict[str, Any]
_WORD: Schema = {"type": "string", "minLength": 1}
_WORDS: Schema = {"type": "array", "items": _WORD, "minItems": 1}
_KEY: Schema = {"type": "string", "pattern": f"^{KEY.pattern}$"}
_DAY: Schema = {"type": "string", "format": "date"}


def schema(*, address: str = "") -> Schema:
    """Return the schema; ``address`` is where it is found."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **({"$id": address} if address else {}),
        "title": "Rules of a comment desk",
        **_object(
            {
                "format": {"const": FORMAT},
                "rules": {
                    "type": "array",
                    "items": {"$ref": "#/$defs/rule"},
                    "maxItems": MOST_RULES,
                },
                "lists": {
                    "type": "object",
                    "propertyNames": _KEY,
                    "additionalProperties": {"$ref": "#/$defs/list"},
                },
            },
            needs=("format", "rules"),
        ),
        "$defs": {
            "rule": _rule(),
            "conditions": _group({"anyOf": [_ref("condition"), _ref("inner")]}),
            "inner": _group(_ref("condition")),
            "condition": {"anyOf": [_condition(fact) for fact in FACTS]},
            "list": _object(
                {
                    "name": _WORD,
                    "use": _WORD,
                    "entries": {
                        "type": "array",
                        "items": {"type": "string", "maxLength": LONGEST_ENTRY},
                        "maxItems": MOST_ENTRIES,
                    },
                },
                needs=("entries",),
            ),
        },
    }


def _rule() -> Schema:
    scope = _object(
        {
            "sections": {"type": "array", "items": _WORD},
            "articles": {"type": "array", "items": _WORD},
            "languages": {"type": "array", "items": _WORD},
            "from": _DAY,
            "until": _DAY,
        }
    )
    then = _object(
        {
            "action": {"enum": [action.value for action in ACTIONS]},
            "policy": {"type": "string"},
            "queue": {"enum": list(QUEUES)},
            "urgency": {"type": "integer", "minimum": 0, "maximum": MOST_URGENCY},
            "labels": {
                "type": "array",
                "items": {**_WORD, "maxLength": LONGEST_LABEL},
                "maxItems": MOST_LABELS,
            },
        },
        needs=("action",),
    )
    then["if"] = {"properties": {"action": {"const": RuleAction.REMOVE.value}}}
    then["then"] = {"properties": {"policy": _WORD}, "required": ["policy"]}
    return _object(
        {
            "key": _KEY,
            "name": {**_WORD, "maxLength": LONGEST_NAME},
            "mode": {"enum": [mode.value for mode in Mode]},
            "when": _ref("conditions"),
            "unless": _ref("conditions"),
            "scope": scope,
            "then": then,
            "automation": {"type": "string"},
        },
        needs=("key", "name", "when", "then"),
    )


def _condition(fact: Fact) -> Schema:
    without = [one.value for one in fact.operators if one in WITHOUT_VALUE]
    properties: Schema = {
        "fact": {"const": fact.key},
        "is": {"enum": [one.value for one in fact.operators]},
    }
    if without:
        return _object(properties, needs=("fact", "is"))
    return _object({**properties, "value": _value(fact)}, needs=("fact", "is", "value"))


def _value(fact: Fact) -> Schema:
    if fact.kind in (Kind.SCORE, Kind.SHARE, Kind.NUMBER):
        return {"type": "number", "minimum": fact.least, "maximum": fact.most}
    if any(one in BY_LIST for one in fact.operators):
        return _WORD
    return {**_WORDS, "items": {"enum": list(fact.choices)}} if fact.choices else _WORDS


def _group(part: Schema) -> Schema:
    parts = {"type": "array", "items": part, "minItems": 1, "maxItems": MOST_CONDITIONS}
    return {"oneOf": [_object({takes: parts}, needs=(takes,)) for takes in ("all", "any")]}


def _object(properties: Schema, *, needs: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(needs),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
