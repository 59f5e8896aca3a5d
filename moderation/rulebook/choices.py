"""What the page of a rule offers to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments.models import Article, Section, Tag
from moderation.models import WordList
from moderation.rulebook.sentences import language_in_words

NEWEST_ARTICLES = 300
MOST_TAGS = 500
LANGUAGES = ("en", "de", "nb", "nn", "sv", "da", "fi", "fr", "es", "it", "nl", "pl", "pt", "und")
_SOURCES = {
    "article.section": "sections",
    "article.slug": "articles",
    "article.tags": "tags",
    "language": "languages",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """Key -> name, for each kind of thing that a rule names."""

    lists: Mapping[str, str]
    sections: Mapping[str, str]
    articles: Mapping[str, str]
    tags: Mapping[str, str]
    languages: Mapping[str, str]

    def source(self, fact: str) -> str:
        """Return the name of the list that belongs to a fact."""
        return _SOURCES[fact]

    def known(self, fact: str) -> Mapping[str, str] | None:
        """Return what a fact may be; None where more may come than is offered."""
        return None if fact == "language" else getattr(self, _SOURCES[fact])


def offered(*, articles: frozenset[str] = frozenset()) -> Offered:
    """Return what there is to choose. Articles are the newest, and those that are named."""
    newest = Article.objects.order_by("-published_at").values_list("slug", "title")
    named = Article.objects.filter(slug__in=articles).values_list("slug", "title")
    return Offered(
        lists=dict(WordList.objects.values_list("key", "name")),
        sections=dict(Section.objects.order_by("name").values_list("slug", "name")),
        articles={**dict(newest[:NEWEST_ARTICLES]), **dict(named)},
        tags=dict(Tag.objects.order_by("name").values_list("slug", "name")[:MOST_TAGS]),
        languages={code: language_in_words(code) for code in LANGUAGES},
    )
