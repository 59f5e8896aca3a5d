"""What an article says, as plain text: a comment that repeats it quotes it."""

from collections.abc import Collection
from html import unescape

from django.utils.html import strip_tags

from comments.models import Article


def article_words(article_ids: Collection[int]) -> dict[int, str]:
    """Return lead and body of the articles without their tags. One query, none for no articles."""
    if not article_ids:
        return {}
    rows = Article.objects.filter(pk__in=set(article_ids)).values_list("id", "lead", "body")
    return {pk: _words(lead, body) for pk, lead, body in rows}


def words_of(article: Article) -> str:
    """Return the same of one article that is at hand. No query."""
    return _words(article.lead, article.body)


def _words(lead: str, body: str) -> str:
    return f"{lead}\n{_plain(body)}".strip()


def _plain(html: str) -> str:
    # A tag ends a word: "<p>One</p><p>Two</p>" are two.
    return unescape(strip_tags(html.replace("<", " <")))
