"""The discussion under one article, as the desk sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404

from accounts.models import User
from comments.models import Article, Comment, Status
from moderation.models import ReviewItem
from moderation.scope import articles_visible_to, items_visible_to
from moderation.selectors.queues import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article with how many comments stand where under it, and those that wait for a person.

    The oldest come first; the page after this one begins behind ``next_after`` (an item's id).
    """

    article: Article
    published: int
    removed: int
    waiting: int
    items: Sequence[ReviewItem]
    next_after: int | None


def article_record(
    *, user: User, slug: str, after: int | None = None, size: int = PAGE_SIZE
) -> ArticleRecord:
    """Return an article and what waits under it. Four queries. Raises Http404."""
    article = articles_visible_to(user).select_related("section").filter(slug=slug).first()
    if article is None:
        raise Http404
    numbers = Comment.objects.filter(article=article, withdrawn_at=None).aggregate(
        published=Count("pk", filter=Q(status=Status.PUBLISHED)),
        removed=Count("pk", filter=Q(status=Status.REMOVED)),
    )
    waiting = items_visible_to(user).filter(article=article, is_open=True)
    page = waiting if after is None else waiting.filter(pk__gt=after)
    items = list(page.select_related("comment__current_revision").order_by("pk")[: size + 1])
    return ArticleRecord(
        article=article,
        waiting=waiting.count(),
        items=items[:size],
        next_after=items[size - 1].pk if len(items) > size else None,
        **numbers,
    )
