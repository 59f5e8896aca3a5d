"""What a name carries beside it, and keeping that true when somebody's role changes."""

from collections.abc import Collection
from typing import Any

from django.db.models import F

from comments.models import Article, Comment

_ROLE = frozenset({"role", "is_active"})


def follow_role(
    sender: object,
    instance: Any,
    created: bool,
    update_fields: Collection[str] | None = None,
    **_: Any,
) -> None:
    """Show discussions anew in which somebody wrote whose role may have changed (``post_save``)."""
    if created or (update_fields is not None and not _ROLE.intersection(update_fields)):
        return
    written = Comment.objects.published().filter(author__user=instance.pk)
    Article.objects.filter(pk__in=written.values("article_id")).update(
        discussion_version=F("discussion_version") + 1
    )
