"""What the views share: who may read what, and how answers are kept out of shared caches."""

import re
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from comments.models import Article, Comment, SiteSettings, Status
from comments.submission import Writer

_PAGE = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


def public_article(slug: str) -> Article:
    """Return an article that readers may open. Raises Http404."""
    found = (
        Article.objects.filter(published_at__lte=timezone.now(), slug=slug)
        .select_related("section")
        .first()
    )
    if found is None:
        raise Http404
    return found


def readable_comment(public_id: uuid.UUID, *, writer: Writer) -> Comment:
    """Return a comment that this writer may read. Raises Http404 for every other one.

    What is not public is readable by its author alone, until the author takes it out.
    """
    comment = (
        Comment.objects.filter(
            public_id=public_id, article__published_at__lte=timezone.now(), withdrawn_at=None
        )
        .select_related("article__section", "author", "current_revision", "parent")
        .first()
    )
    if comment is None or not (comment.status == Status.PUBLISHED or writer.wrote(comment)):
        raise Http404
    return comment


def written_comment(public_id: uuid.UUID, *, writer: Writer) -> Comment:
    """Return a comment of this writer's own, even one that is removed or that they took out.

    Raises Http404 for every other one.
    """
    comment = (
        Comment.objects.filter(public_id=public_id).select_related("article", "author").first()
    )
    if comment is None or not writer.wrote(comment):
        raise Http404
    return comment


def takes_comments(article: Article, *, site: SiteSettings) -> bool:
    """Whether the discussion takes comments now."""
    return article.takes_comments(settings=site, at=timezone.now())


def page_number(request: HttpRequest) -> int | None:
    """Return ``?page=``, or None where it is missing or no page number."""
    value = request.GET.get("page", "")
    return int(value) if _PAGE.fullmatch(value) else None


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page was asked for, by htmx. A boosted link asks for a whole one."""
    asked = request.headers
    return asked.get("HX-Request") == "true" and asked.get("HX-Boosted") != "true"


def for_one_reader(response: HttpResponse) -> HttpResponse:
    """Mark an answer that holds something of its reader's own: no shared cache may keep it."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response
