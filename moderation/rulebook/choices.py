"""What the page of a rule offers to choose from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.models import User
from comments.models import Article, Section, Tag
from moderation.models import WordList
from moderation.rulebook.sentences import language_in_words
from moderation.scope import articles_visible_to, sections_visible_to

NEWEST_ARTICLES = 300
LANGUAGES = ("en", "de", "nb", "nn", "sv", "da", "fi", "fr", "es", "it", "nl", "pl", "pt", "und")
_SOURCES = {
    "article.section": "sections",
    "article.slug": "articles",
    "article.tags": "tags",
    "language": "languages",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """Key -> name, for each kind of thing that a rule names.

    Rules are for the whole site, so that any section and article may be named; those that a
    person is offered are the ones they work with.
    """

    lists: Mapping[str, str]
    sections: Mapping[str, str]
    articles: Mapping[str, str]
    tags: Mapping[str, str]
    languages: Mapping[str, str]
    shown_sections: Mapping[str, str]
    shown_articles: Mapping[str, str]

    def source(self, fact: str) -> str:
        """Return the name of the list that belongs to a fact."""
        return _SOURCES[fact]

    def known(self, fact: str) -> Mapping[str, str] | None:
        """Return what a fact may be; None where more may come than is offered."""
        return None if fact == "language" else getattr(self, _SOURCES[fact])


def offered(user: User, *, named: Collection[str] = ()) -> Offered:
    """Return what there is to choose. Articles are the newest, and those that are named."""
    newest = articles_visible_to(user).order_by("-published_at").values_list("slug", "title")
    shown_articles = dict(newest[:NEWEST_ARTICLES])
    known = Article.objects.filter(slug__in=named).values_list("slug", "title")
    return Offered(
        lists=dict(WordList.objects.values_list("key", "name")),
        sections=dict(Section.objects.order_by("name").values_list("slug", "name")),
        articles={**shown_articles, **dict(known)},
        tags=dict(Tag.objects.order_by("name").values_list("slug", "name")),
        languages={code: language_in_words(code) for code in LANGUAGES},
        shown_sections=dict(sections_visible_to(user).order_by("name").values_list("slug", "name")),
        shown_articles=shown_articles,
    )
