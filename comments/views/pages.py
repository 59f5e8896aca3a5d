"""Pages that list articles, and what machines ask for at fixed addresses."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments.models import Article, Section, Tag
from comments.views.common import for_one_reader, page_number

FRONT_PAGE = 40  # articles read for the front page
TOP = 5  # of them above the sections
IN_SECTION = 4
ON_PAGE = 20


class Column(NamedTuple):
    """A section on the front page with its latest articles."""

    section: Section
    articles: list[Article]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The front page: the latest articles large, the next ones by section."""
    page = page_number(request) or 1
    if page > 1:
        return _listing(request, "comments/older.html", {}, {}, page=page)
    found = Article.objects.filter(published_at__lte=timezone.now(), is_listed=True).select_related(
        "section"
    )
    latest = list(found[: FRONT_PAGE + 1])
    context = {
        "lead": latest[0] if latest else None,
        "top": latest[1:TOP],
        "columns": _columns(latest[TOP:FRONT_PAGE]),
        "has_older": len(latest) > FRONT_PAGE,
    }
    return for_one_reader(render(request, "comments/index.html", context))


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """A section's articles, latest first."""
    found = get_object_or_404(Section, slug=slug)
    page = page_number(request) or 1
    return _listing(
        request, "comments/section.html", {"section": found}, {"section": found}, page=page
    )


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles with a tag, latest first."""
    found = get_object_or_404(Tag, slug=slug)
    page = page_number(request) or 1
    return _listing(request, "comments/tag.html", {"tag": found}, {"tags": found}, page=page)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone: forms and rooms that are not theirs."""
    lines = (
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/accounts/", "/admin/", "/desk/", "/embed/", "/me/")),
        *(f"Disallow: /comments/*/{page}/" for page in ("reply", "report", "edit", "withdraw")),
        "Disallow: /*?*reply=",
        f"Sitemap: {settings.SITE_URL}{reverse('comments:sitemap')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers that do not read the page's link ask here."""
    return redirect(static("favicon.svg"), permanent=False)


def _columns(articles: Sequence[Article]) -> list[Column]:
    columns: dict[int, Column] = {}
    for article in articles:
        column = columns.setdefault(article.section_id, Column(article.section, []))
        if len(column.articles) < IN_SECTION:
            column.articles.append(article)
    return sorted(
        columns.values(), key=lambda column: (column.section.position, column.section.name)
    )


def _listing(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    narrowed: dict[str, object],
    *,
    page: int,
) -> HttpResponse:
    """Render a page of articles; one more than shown tells whether there is a next page."""
    found = Article.objects.filter(published_at__lte=timezone.now(), is_listed=True, **narrowed)
    start = (page - 1) * ON_PAGE
    articles = list(found.select_related("section")[start : start + ON_PAGE + 1])
    if page > 1 and not articles:
        raise Http404
    context |= {
        "articles": articles[:ON_PAGE],
        "page": page,
        "next_page": page + 1 if len(articles) > ON_PAGE else None,
    }
    return for_one_reader(render(request, template, context))
