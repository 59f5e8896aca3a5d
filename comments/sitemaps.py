"""Sitemaps: the articles and sections that readers may open. Comments are found on their pages."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.utils import timezone

from comments.models import Article, Section


class _OnThisSite:
    """Addresses begin as SITE_URL does, whatever host was asked."""

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return http or https."""
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        """Return the host."""
        return urlsplit(settings.SITE_URL).netloc


class ArticleSitemap(_OnThisSite, Sitemap):  # type: ignore[type-arg]
    """Every published article."""

    limit = 5000

    def items(self) -> QuerySet[Article]:
        """Return the published articles, latest first."""
        return Article.objects.filter(published_at__lte=timezone.now(), is_listed=True).only(
            "slug", "updated_at", "published_at"
        )

    def lastmod(self, item: Article) -> datetime:
        """Return when the article itself was last changed."""
        return item.updated_at


class SectionSitemap(_OnThisSite, Sitemap):  # type: ignore[type-arg]
    """Every section."""

    def items(self) -> QuerySet[Section]:
        """Return the sections in their order."""
        return Section.objects.all()


SITEMAPS = {"articles": ArticleSitemap, "sections": SectionSitemap}
