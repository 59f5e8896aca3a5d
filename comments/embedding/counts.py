"""How many comments stand under many pages, in one answer that caches may keep."""

from collections.abc import Iterable
from typing import TypedDict

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from comments.models import Article
from comments.origins import page_address

MOST = 100


class Count(TypedDict):
    """A number, and the words for it."""

    number: int
    words: str


def counts_of(names: Iterable[str], *, on: str) -> dict[str, Count]:
    """Return the counts of published comments by the names that were asked for. One query.

    A name is an article's slug, the address of its page, or the path of a page of the site ``on``.
    What is not there, or not published yet, is left out.
    """
    pages, slugs = {}, []
    for name in dict.fromkeys(names):
        address = f"{on}{name}" if name.startswith("/") else name
        if "/" not in name:
            slugs.append(name)
        elif (page := page_address(address)) is not None:
            pages[name] = page
    articles = Article.objects.filter(
        Q(slug__in=slugs) | Q(page_url__in=set(pages.values())), published_at__lte=timezone.now()
    )
    rows = articles.values_list("slug", "page_url", "published_count")
    found = {key: number for slug, page, number in rows for key in (slug, page)}
    named = {**dict(zip(slugs, slugs, strict=True)), **pages}
    return {name: _count(found[key]) for name, key in named.items() if key in found}


def _count(number: int) -> Count:
    words = ngettext("%(count)d comment", "%(count)d comments", number) % {"count": number}
    return {"number": number, "words": words}
