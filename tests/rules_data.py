"""Rules as tests write them."""

from typing import Any

from moderation.models import Rule
from moderation.rules.documents import parse_rule
from moderation.rules.evaluation import Rule as PureRule


def asks(fact: str, operator: str, value: Any = None) -> dict[str, Any]:
    """A condition, as a document holds it."""
    condition = {"fact": fact, "is": operator}
    return condition if value is None else condition | {"value": value}


def rule_entry(
    name: str, *conditions: dict[str, Any], action: str = "hold", **fields: Any
) -> dict[str, Any]:
    """A rule as a document holds it; ``then_…`` go into "then", the rest beside it."""
    then = {k.removeprefix("then_"): fields.pop(k) for k in list(fields) if k.startswith("then_")}
    if action == "remove":
        then.setdefault("policy", "insults")
    return {
        "key": fields.pop("key", name.lower().replace(" ", "-")),
        "name": name,
        "mode": fields.pop("mode", "on"),
        "when": fields.pop("when", {"all": list(conditions)}),
        "then": {"action": action, **then},
        **fields,
    }


def pure_rule(name: str, *conditions: dict[str, Any], **fields: Any) -> PureRule:
    """The same, ready to evaluate."""
    return parse_rule(rule_entry(name, *conditions, **fields))


def make_rule(name: str, *conditions: dict[str, Any], **fields: Any) -> Rule:
    """The same as a row of the draft, behind all others."""
    entry = rule_entry(name, *conditions, **fields)
    key, name, mode = entry.pop("key"), entry.pop("name"), entry.pop("mode")
    return Rule.objects.create(
        key=key, name=name, mode=mode, body=entry, position=Rule.objects.count()
    )


def set_threshold(label: str, threshold: float) -> None:
    """Change from where the draft holds for a score."""
    for rule in Rule.objects.filter(body__then__action="hold"):
        (condition, *more) = rule.body["when"]["all"]
        if condition["fact"] == f"own.{label}" and not more:
            condition["value"] = threshold
            rule.save()
