"""Finding or making what has a name and an address part: sections, tags, articles."""

from typing import TypeVar

from django.utils.text import slugify

from comments.models import Article, Section, Tag

Named = TypeVar("Named", Section, Tag)


def named(model: type[Named], name: str, *, slug: str = "") -> Named:
    """Return the section or tag of that name, whatever its case, or make it.

    ``slug`` is the address part to use if it is free.
    """
    name = " ".join(name.split())[:60]
    manager = model._default_manager
    found = manager.filter(name__iexact=name).first()
    if found is not None:
        return found
    return manager.create(name=name, slug=free_slug(model, slug or name, longest=60))


def free_slug(
    model: type[Article] | type[Section] | type[Tag], wanted: str, *, longest: int
) -> str:
    """Return ``wanted`` as an address part that nothing else of this kind has."""
    base = slugify(wanted)[:longest].strip("-") or model.__name__.lower()
    slug, number = base, 1
    while model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{base[: longest - 5]}-{number}"
    return slug
