"""Conditions: what holds for which comments of a table, and why, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from moderation.rules import reasons
from moderation.rules.asked import Asked, Held
from moderation.rules.catalogue import BY_KEY, Is, Kind
from moderation.rules.hosts import HostMatcher
from moderation.rules.language import gettext as _


class Condition(Protocol):
    """Something that holds for a comment or does not."""

    def holds(self, asked: Asked) -> Held:
        """Return for which comments it holds, shape (n,). A fact that is not known never does."""
        ...

    def why(self, asked: Asked, row: int) -> str:
        """Return why it holds for the comment in a row, in words that follow the rule's name."""
        ...


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of the catalogue is at least a value, or below it."""

    fact: str
    operator: Is
    value: float

    def holds(self, asked: Asked) -> Held:
        # Compared as they are stored, so that 0.7 reaches 0.7.
        column, value = asked.table.number(self.fact), np.float32(self.value)
        return column >= value if self.operator is Is.AT_LEAST else column < value

    def why(self, asked: Asked, row: int) -> str:
        return reasons.of_number(self.fact, float(asked.table.number(self.fact)[row]))


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the catalogue is answered with yes, or with no."""

    fact: str
    operator: Is

    def holds(self, asked: Asked) -> Held:
        held: Held = asked.table.number(self.fact) == (1.0 if self.operator is Is.YES else 0.0)
        return held

    def why(self, asked: Asked, row: int) -> str:
        return reasons.of_answer(self.fact, yes=self.operator is Is.YES)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A word of the catalogue is one of some, or known and none of them."""

    fact: str
    operator: Is
    values: frozenset[str]

    def holds(self, asked: Asked) -> Held:
        column = asked.choice(self.fact)
        if self.operator is Is.ONE_OF:
            return column.where(self.values.__contains__)
        return column.where(lambda word: word != "" and word not in self.values)

    def why(self, asked: Asked, row: int) -> str:
        return reasons.of_word(self.fact, str(asked.choice(self.fact)[row]))


@dataclass(frozen=True, slots=True)
class Tagged:
    """One of the article's tags is among some, or none is."""

    operator: Is
    values: frozenset[str]

    def holds(self, asked: Asked) -> Held:
        none = asked.tags.where(self.values.isdisjoint)
        return none if self.operator is Is.NONE_OF else ~none

    def why(self, asked: Asked, row: int) -> str:
        return reasons.of_tags(sorted(self.values & asked.tags[row]))


@dataclass(frozen=True, slots=True)
class InWordList:
    """An entry of a list stands in the text."""

    key: str

    def holds(self, asked: Asked) -> Held:
        return asked.in_texts[self.key]

    def why(self, asked: Asked, row: int) -> str:
        found = asked.lists.find(asked.table.typed()[row], keys=(self.key,))
        return reasons.of_entries(list(dict.fromkeys(hit.entry for hit in found)))


@dataclass(frozen=True, slots=True)
class LinksTo:
    """A link leads to a host of a list, or to one outside it."""

    operator: Is
    key: str

    def holds(self, asked: Asked) -> Held:
        matcher = asked.lists.hosts(self.key)
        return asked.hosts.where(lambda hosts: bool(self._which(hosts, matcher)))

    def why(self, asked: Asked, row: int) -> str:
        return reasons.of_hosts(self._which(asked.hosts[row], asked.lists.hosts(self.key)))

    def _which(self, hosts: Sequence[str], matcher: HostMatcher) -> list[str]:
        inside = self.operator is Is.IN_LIST
        return [host for host in hosts if matcher.matches(host) is inside]


@dataclass(frozen=True, slots=True)
class Group:
    """All of some conditions hold, or any of them does. One without parts never holds."""

    takes_all: bool
    parts: tuple[Condition, ...]

    def holds(self, asked: Asked) -> Held:
        if not self.parts:
            return np.zeros(len(asked.table), dtype=bool)
        columns = [part.holds(asked) for part in self.parts]
        if len(columns) == 1:
            return columns[0]
        held: Held = (np.logical_and if self.takes_all else np.logical_or).reduce(columns)
        return held

    def why(self, asked: Asked, row: int) -> str:
        one = asked.row(row)
        # Asked only where it holds: then all of its parts do, or some must be found.
        holding = self.parts if self.takes_all else [p for p in self.parts if p.holds(one)[0]]
        return reasons.together([part.why(one, 0) for part in holding])


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a rule applies; an empty part leaves nothing out. Days are ordinals."""

    sections: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None  # the last day

    @property
    def is_everywhere(self) -> bool:
        """Whether it leaves nothing out."""
        return self == Scope()

    def holds(self, asked: Asked) -> Held:
        """Return which comments are inside, shape (n,)."""
        inside = np.ones(len(asked.table), dtype=bool)
        for fact, values in (
            ("article.section", self.sections),
            ("article.slug", self.articles),
            ("language", self.languages),
        ):
            if values:
                inside &= asked.choice(fact).where(values.__contains__)
        day = asked.table.number("comment.day")
        if self.since is not None:
            inside &= day >= self.since
        if self.until is not None:
            inside &= day <= self.until
        return inside


def condition_of(entry: Any) -> Condition:
    """Read ``{"fact", "is", "value"}``. Raises ValueError with what is wrong with it, in words."""
    if not isinstance(entry, dict):
        raise ValueError(_("a condition is an object with a fact, a comparison and a value"))
    fact = BY_KEY.get(str(entry.get("fact")))
    if fact is None:
        raise ValueError(_("there is no fact called “%(key)s”") % {"key": entry.get("fact")})
    try:
        operator = Is(str(entry.get("is")))
    except ValueError:
        told = _("there is no comparison called “%(key)s”") % {"key": entry.get("is")}
        raise ValueError(told) from None
    if operator not in fact.operators:
        named = {"fact": fact.key, "comparison": operator.value}
        raise ValueError(_("%(fact)s cannot be compared by “%(comparison)s”") % named)
    return _BUILDERS[fact.kind](fact.key, operator, entry.get("value"))


def _compared(key: str, operator: Is, value: Any) -> Condition:
    fact = BY_KEY[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_("%(fact)s is compared with a number") % {"fact": key})
    if not fact.least <= value <= fact.most:
        ends = {"least": f"{fact.least:g}", "most": f"{fact.most:.12g}"}
        raise ValueError(_("%(fact)s lies between %(least)s and %(most)s") % {"fact": key, **ends})
    return Compared(key, operator, float(value))


def _chosen(key: str, operator: Is, value: Any) -> Condition:
    values = _words(key, value)
    known = BY_KEY[key].choices
    for word in sorted(values):
        if known and word not in known:
            raise ValueError(_("%(fact)s is never “%(word)s”") % {"fact": key, "word": word})
    return Chosen(key, operator, values)


def _words(key: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not value:
        raise ValueError(_("%(fact)s is compared with a list of words") % {"fact": key})
    if not all(isinstance(word, str) and word for word in value):
        raise ValueError(_("%(fact)s is compared with words") % {"fact": key})
    return frozenset(value)


def _list_key(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(_("%(fact)s is compared with a list, by its name") % {"fact": key})
    return value


_BUILDERS: dict[Kind, Callable[[str, Is, Any], Condition]] = {
    Kind.SCORE: _compared,
    Kind.SHARE: _compared,
    Kind.NUMBER: _compared,
    Kind.YES_NO: lambda key, operator, value: Answered(key, operator),
    Kind.CHOICE: _chosen,
    Kind.TAGS: lambda key, operator, value: Tagged(operator, _words(key, value)),
    Kind.WORDS: lambda key, operator, value: InWordList(_list_key(key, value)),
    Kind.HOSTS: lambda key, operator, value: LinksTo(operator, _list_key(key, value)),
}
