"""Atom feeds: the site's articles, a section's, and the published comments under an article."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import strip_tags
from django.utils.translation import gettext

from comments.article_html import clean_article_html
from comments.models import Article, Comment, Section, SiteSettings
from comments.permalinks import discussion_link, permalink
from comments.rendering import clean_text, render_body
from comments.views.common import public_article

ITEMS = 50


class _Asked(Feed):  # type: ignore[type-arg]
    """A feed that caches keep only to ask again: it has a date, and they would guess from that."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, and say so."""
        response: HttpResponse = super().__call__(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)
        return response


class SiteFeed(_Asked):
    """The latest articles of the site. XML holds no control characters: ``clean_text``."""

    feed_type = Atom1Feed

    def title(self, obj: Any = None) -> str:
        """Return the name of the site."""
        return SiteSettings.current().name

    def link(self, obj: Any = None) -> str:
        """Return the page that the feed follows."""
        return f"{settings.SITE_URL}{reverse('comments:index')}"

    def items(self, obj: Any = None) -> Iterable[Article]:
        """Return the latest published articles."""
        return self._latest()

    def item_title(self, item: Any) -> str:
        """Return the headline."""
        return clean_text(item.title)

    def item_description(self, item: Any) -> str:
        """Return the lead, or the first words of the body where there is none."""
        text = item.lead or strip_tags(clean_article_html(item.body))[:300]
        return clean_text(text)

    def item_link(self, item: Any) -> str:
        """Return the article's address."""
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_author_name(self, item: Any) -> str:
        """Return the byline."""
        return clean_text(item.byline)

    def item_pubdate(self, item: Any) -> datetime | None:
        """Return when it was published."""
        published: datetime | None = item.published_at
        return published

    def item_updateddate(self, item: Any) -> datetime:
        """Return when it was last changed."""
        updated: datetime = item.updated_at
        return updated

    def _latest(self, **narrowed: Any) -> Iterable[Article]:
        found = Article.objects.filter(published_at__lte=timezone.now(), is_listed=True, **narrowed)
        return found.select_related("section")[:ITEMS]


class SectionFeed(SiteFeed):
    """The latest articles of one section."""

    def get_object(self, request: HttpRequest, slug: str) -> Section:
        """Return the section. Raises Http404."""
        return get_object_or_404(Section, slug=slug)

    def title(self, obj: Any = None) -> str:
        """Return the names of site and section."""
        return f"{SiteSettings.current().name}: {obj.name}"

    def link(self, obj: Any = None) -> str:
        """Return the section's page."""
        return f"{settings.SITE_URL}{obj.get_absolute_url()}"

    def items(self, obj: Any = None) -> Iterable[Article]:
        """Return the latest published articles of the section."""
        return self._latest(section=obj)


class _Item(NamedTuple):
    """A comment with its full address."""

    comment: Comment
    address: str


class ArticleFeed(_Asked):
    """The latest published comments under one article."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Article:
        """Return the article. Raises Http404."""
        return public_article(slug)

    def title(self, obj: Article) -> str:
        """Say which article is discussed."""
        return gettext("Comments on “%(title)s”") % {"title": clean_text(obj.title)}

    def link(self, obj: Article) -> str:
        """Return the page that shows the discussion."""
        return discussion_link(article=obj, site=SiteSettings.current())

    def items(self, obj: Article) -> Iterable[_Item]:
        """Return the latest published comments; text and status come in one statement."""
        published = obj.comments.filter(status="published").select_related("current_revision")
        site = SiteSettings.current()
        return [
            _Item(comment, permalink(comment=comment, article=obj, site=site))
            for comment in published.order_by("-submitted_at", "-pk")[:ITEMS]
        ]

    def item_title(self, item: _Item) -> str:
        """Say who wrote."""
        return clean_text(item.comment.author_name)

    def item_description(self, item: _Item) -> str:
        """Return the comment as the page shows it."""
        return str(render_body(item.comment.current_revision.body))

    def item_link(self, item: _Item) -> str:
        """Return the permalink."""
        return item.address

    def item_author_name(self, item: _Item) -> str:
        """Return the name that the author gave. The address is nobody's business."""
        return clean_text(item.comment.author_name)

    def item_pubdate(self, item: _Item) -> datetime:
        """Return when it was submitted."""
        return item.comment.submitted_at

    def item_updateddate(self, item: _Item) -> datetime:
        """Return when its text was last changed."""
        return item.comment.edited_at or item.comment.submitted_at
