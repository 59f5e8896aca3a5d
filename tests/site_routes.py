"""Every address of the site, as its URLconf has them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse


class Route(NamedTuple):
    """An address: its name, or how it is written where it has none, and what stands for something
    in it, also in the beginning that it shares with others."""

    name: str
    pattern: URLPattern
    parts: list[str]


def routes(
    patterns: list[Any] | None = None, *, app: str = "", shared: Sequence[str] = ()
) -> Iterator[Route]:
    """Every address of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        parts = [*shared, *names_in(pattern)]
        if isinstance(pattern, URLResolver):
            name = f"{pattern.namespace}:" if pattern.namespace else app
            yield from routes(pattern.url_patterns, app=name, shared=parts)
        else:
            plain = re.match(r"\^?(\w+)", str(pattern.pattern))
            name = pattern.name or (plain[1] if plain else str(pattern.pattern))
            yield Route(f"{app}{name}", pattern, parts)


def names_in(pattern: URLPattern | URLResolver) -> list[str]:
    """The parts of a pattern that stand for something."""
    regex = pattern.pattern.regex  # type: ignore[attr-defined]
    return list(regex.groupindex)


def path_to(route: str, pattern: URLPattern, values: dict[str, Any]) -> str:
    """Where a route leads with these values in the place of its parts."""
    if pattern.name:
        return reverse(route, kwargs=values)
    return f"/{route}" + "".join(f"/{value}" for value in values.values())
