"""Rules and word lists to measure with: as many and as long as the largest newsroom's, seeded."""

import random
from typing import Any

from moderation.rules.catalogue import FACTS, Fact, Is, Kind
from moderation.rules.documents import parse_rule
from moderation.rules.evaluation import RuleSet
from moderation.rules.word_lists import Lists

RULES = 200
ENTRIES = 100_000  # in the lists of words together
LISTS = 5
HOSTS = 1_000
SECTIONS = ("news", "sport", "culture", "economy", "letters")
LANGUAGES = ("en", "nb", "und")


def lists(*, seed: int = 1) -> dict[str, list[str]]:
    """Return lists of words, phrases among them, and one of hosts: none stands in a text."""
    chance = random.Random(seed)

    def word() -> str:
        return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(5, 12)))

    size = ENTRIES // LISTS
    words = {
        f"words-{n}": [word() if k % 4 else f"{word()} {word()}" for k in range(size)]
        for n in range(LISTS)
    }
    return {**words, "hosts": [f"{word()}.example" for _ in range(HOSTS)]}


def entries(number: int = RULES, *, seed: int = 1) -> list[dict[str, Any]]:
    """Return rules as a document holds them, each of some conditions over the whole catalogue.

    As on a real site each holds for few comments; so many rules hold for some all the same.
    """
    chance = random.Random(seed)
    return [_rule(n, chance) for n in range(number)]


def rule_set(number: int = RULES) -> RuleSet:
    """Return them ready to evaluate, with the lists."""
    rules = tuple(parse_rule(entry) for entry in entries(number))
    known = lists()
    return RuleSet(1, rules, Lists(known, words=known.keys() - {"hosts"}))


def _rule(number: int, chance: random.Random) -> dict[str, Any]:
    parts = [_condition(chance) for _ in range(chance.randint(2, 4))]
    action = chance.choice(["hold", "hold", "remove", "publish"])
    return {
        "key": f"rule-{number}",
        "name": f"Rule {number}",
        "mode": chance.choice(["on", "on", "on", "shadow"]),
        "when": {"all": [parts[0], {chance.choice(["all", "any"]): parts[1:]}]},
        "unless": {"any": [_condition(chance)]} if chance.random() < 0.3 else None,
        "scope": {"sections": chance.sample(SECTIONS, 2)} if chance.random() < 0.3 else {},
        "then": {"action": action, "policy": "insults", "urgency": number},
    }


def _condition(chance: random.Random) -> dict[str, Any]:
    fact = chance.choice(FACTS)
    # What is below a number, and what is none of some words, is most of all.
    operator = fact.operators[0] if chance.random() < 0.9 else chance.choice(fact.operators)
    condition = {"fact": fact.key, "is": operator.value}
    if operator in (Is.YES, Is.NO):
        return condition
    return {**condition, "value": _value(fact, chance)}


def _value(fact: Fact, chance: random.Random) -> Any:
    match fact.kind:
        case Kind.SCORE | Kind.SHARE:
            return round(chance.uniform(0.6, 1), 2)
        case Kind.NUMBER:
            return chance.randint(10, 24)
        case Kind.WORDS:
            return f"words-{chance.randrange(LISTS)}"
        case Kind.HOSTS:
            return "hosts"
        case _:
            known = fact.choices or (SECTIONS if fact.key == "article.section" else LANGUAGES)
            return chance.sample(known, 2)
