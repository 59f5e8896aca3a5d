"""What the things that rules name by a key are called: lists, policies, sections, articles."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comments.models import Article, Section, Tag
from moderation.models import Policy, WordList

NAMED_BY = {"article.section": "sections", "article.slug": "articles", "article.tags": "tags"}


@dataclass(frozen=True, slots=True)
class Names:
    """Key -> name. What is not in it is gone, and called by its key."""

    lists: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def of_fact(self, fact: str, key: str) -> str:
        """Return what a value of a fact is called."""
        return str(getattr(self, NAMED_BY[fact]).get(key, key)) if fact in NAMED_BY else key


def names_for(entries: Iterable[Mapping[str, Any]]) -> Names:
    """Return the names that some rules, as documents hold them, need. Five queries at most."""
    slugs: dict[str, set[str]] = {"sections": set(), "articles": set(), "tags": set()}
    for entry in entries:
        for name in ("sections", "articles"):
            slugs[name].update(_words((entry.get("scope") or {}).get(name)))
        for condition in conditions_in(entry):
            if condition.get("fact") in NAMED_BY:
                slugs[NAMED_BY[condition["fact"]]].update(_words(condition.get("value")))
    return Names(
        lists=dict(WordList.objects.values_list("key", "name")),
        policies=dict(Policy.objects.values_list("slug", "name")),
        sections=_named(Section, "name", slugs["sections"]),
        articles=_named(Article, "title", slugs["articles"]),
        tags=_named(Tag, "name", slugs["tags"]),
    )


def conditions_in(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every condition of a rule as a document holds it, however odd the rest of it is."""
    found, waiting = [], [entry.get("when"), entry.get("unless")]
    while waiting:
        part = waiting.pop(0)
        if not isinstance(part, dict):
            continue
        if "fact" in part:
            found.append(part)
            continue
        for inner in part.values():
            waiting.extend(inner if isinstance(inner, list) else [])
    return found


def _named(model: Any, name: str, slugs: Collection[str]) -> dict[str, str]:
    if not slugs:
        return {}
    return dict(model.objects.filter(slug__in=slugs).values_list("slug", name))


def _words(value: Any) -> list[str]:
    if not isinstance(value, list):
        return []
    return [word for word in value if isinstance(word, str)]
