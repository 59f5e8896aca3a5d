"""Every address of the desk, those of included parts too."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver

from moderation.urls import urlpatterns


def desk_routes(
    patterns: Iterable[URLPattern | URLResolver] = urlpatterns,
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of each and the kinds of its parts: ``("item", {"item_id": "uuid"})``."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from desk_routes(one.url_patterns)
        else:
            parts = one.pattern.converters
            kinds = {
                n: type(c).__name__.removesuffix("Converter").lower() for n, c in parts.items()
            }
            yield str(one.name), kinds
