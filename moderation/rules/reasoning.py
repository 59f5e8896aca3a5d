"""What can be said of a rule without any comment: that it never holds, or always does. Pure.

Both err on the side of saying nothing: a rule of which neither is said may be either.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np

from moderation.rules.catalogue import BY_KEY, Is, Kind
from moderation.rules.conditions import Answered, Chosen, Compared, Condition, Group, Scope, Tagged
from moderation.rules.evaluation import Rule

MOST_WAYS = 512  # in which a rule can hold, looked through one by one

# What is known of every comment.
_ALWAYS_KNOWN = frozenset(
    {
        "text.length",
        "text.links",
        "author.published",
        "author.approved",
        "author.strikes",
        "author.comments_hour",
        "comment.depth",
        "comment.reports",
        "comment.edited",
        "author.signed_in",
        "article.pre_moderated",
        *(key for key in BY_KEY if key.startswith("repeats.")),
    }
)

Way = Sequence[Condition]  # conditions that hold together


def never_holds(rule: Rule) -> bool:
    """Whether no comment can ever be such as the rule asks."""
    ways = _ways(rule.when)
    if ways is None:
        return False
    inside = list(_as_conditions(rule.scope))
    return not any(
        _is_possible([*way, *inside])
        and not (rule.unless is not None and _follows(rule.unless, [*way, *inside]))
        for way in ways
    )


def always_holds(rule: Rule) -> bool:
    """Whether every comment is such as the rule asks."""
    return rule.unless is None and rule.scope.is_everywhere and _is_certain(rule.when)


def _ways(group: Group) -> list[Way] | None:
    """Return every combination of conditions by which a group holds; None: too many to look at."""
    of_parts = []
    for part in group.parts:
        found = _ways(part) if isinstance(part, Group) else [[part]]
        if found is None:
            return None
        of_parts.append(found)
    if not group.takes_all:
        return [way for ways in of_parts for way in ways]
    if math.prod(len(ways) for ways in of_parts) > MOST_WAYS:
        return None
    return [[c for way in chosen for c in way] for chosen in product(*of_parts)]


def _as_conditions(scope: Scope) -> Iterable[Condition]:
    for fact, values in (
        ("article.section", scope.sections),
        ("article.slug", scope.articles),
        ("language", scope.languages),
    ):
        if values:
            yield Chosen(fact, Is.ONE_OF, values)
    if scope.since is not None:
        yield Compared("comment.day", Is.AT_LEAST, scope.since)
    if scope.until is not None:
        yield Compared("comment.day", Is.BELOW, scope.until + 1)


def _is_possible(way: Way) -> bool:
    facts = {c.fact for c in way if isinstance(c, Compared | Answered | Chosen)}
    if "unscored" in facts and any(BY_KEY[fact].kind is Kind.SCORE for fact in facts):
        return False  # what has no scores reaches none and is below none
    return all(_is_possible_of(fact, way) for fact in facts) and _tags_are_possible(way)


def _is_possible_of(fact: str, way: Way) -> bool:
    known = BY_KEY[fact]
    if known.kind is Kind.YES_NO:
        return len({c.operator for c in way if isinstance(c, Answered) and c.fact == fact}) == 1
    if known.kind is Kind.CHOICE:
        return _is_chosen(fact, way)
    least, below = _bounds(fact, way)
    if known.kind is Kind.NUMBER and known.whole:
        least = math.ceil(least)
    return least < below and (known.kind is Kind.NUMBER or least <= 1)


def _bounds(fact: str, way: Way) -> tuple[float, float]:
    """Return (least, below) as the rules compare them."""
    of_fact = [c for c in way if isinstance(c, Compared) and c.fact == fact]
    at_least = [float(np.float32(c.value)) for c in of_fact if c.operator is Is.AT_LEAST]
    below = [float(np.float32(c.value)) for c in of_fact if c.operator is Is.BELOW]
    return max(at_least, default=0.0), min(below, default=math.inf)


def _is_chosen(fact: str, way: Way) -> bool:
    left = set(BY_KEY[fact].choices) or None  # None: any word
    for c in way:
        if isinstance(c, Chosen) and c.fact == fact and c.operator is Is.ONE_OF:
            left = set(c.values) if left is None else left & c.values
    if left is None:
        return True
    for c in way:
        if isinstance(c, Chosen) and c.fact == fact and c.operator is Is.NONE_OF:
            left -= c.values
    return bool(left)


def _tags_are_possible(way: Way) -> bool:
    refused = {
        tag for c in way if isinstance(c, Tagged) and c.operator is Is.NONE_OF for tag in c.values
    }
    wanted = [c.values for c in way if isinstance(c, Tagged) and c.operator is Is.ONE_OF]
    return all(values - refused for values in wanted)


def _follows(part: Condition, way: Way) -> bool:
    """Whether a condition or a group holds wherever all of some conditions do."""
    if isinstance(part, Group):
        parts = [_follows(inner, way) for inner in part.parts]
        return bool(parts) and (all(parts) if part.takes_all else any(parts))
    if part in way or _is_certain(part):
        return True
    if not isinstance(part, Compared) or part.fact not in {
        c.fact for c in way if isinstance(c, Compared)
    }:
        return False
    least, below = _bounds(part.fact, way)
    value = float(np.float32(part.value))
    return least >= value if part.operator is Is.AT_LEAST else below <= value


def _is_certain(part: Condition) -> bool:
    if isinstance(part, Group):
        if part.takes_all:
            return bool(part.parts) and all(map(_is_certain, part.parts))
        return any(map(_is_certain, part.parts)) or _leaves_nothing_out(part.parts)
    return (
        isinstance(part, Compared)
        and part.operator is Is.AT_LEAST
        and part.value == 0
        and part.fact in _ALWAYS_KNOWN
    )


def _leaves_nothing_out(parts: Sequence[Condition]) -> bool:
    """Whether any of some conditions holds of every comment: yes or no, at least 3 or below 5."""
    answered = [c for c in parts if isinstance(c, Answered) and c.fact in _ALWAYS_KNOWN]
    answers = {(c.fact, c.operator) for c in answered}
    if any((fact, Is.YES) in answers and (fact, Is.NO) in answers for fact, _is in answers):
        return True
    for fact in {c.fact for c in parts if isinstance(c, Compared)} & _ALWAYS_KNOWN:
        of_fact = [c for c in parts if isinstance(c, Compared) and c.fact == fact]
        least = min((c.value for c in of_fact if c.operator is Is.AT_LEAST), default=math.inf)
        below = max((c.value for c in of_fact if c.operator is Is.BELOW), default=0.0)
        if least <= below:
            return True
    return False
