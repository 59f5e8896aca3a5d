"""Saying "I disagree": an opinion about a comment, kept apart from reports.

One for each reader and comment, and it can be taken back. Nothing in moderation reads it: a comment
that many disagree with is a comment that many disagree with. Whether the number is shown is a
setting of the site (``SiteSettings.disagreeing``); only where it is do pages change with it.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comments.models import Article, Comment, Disagreeing, Disagreement, SiteSettings


def disagree(*, comment: Comment, reader_key: str, site: SiteSettings) -> None:
    """Store that a reader disagrees; a second time changes nothing."""
    with transaction.atomic():
        _row, created = Disagreement.objects.get_or_create(
            comment=comment, reader_key=reader_key, defaults={"made_at": timezone.now()}
        )
        if created:
            _show_again(comment, site)


def agree_again(*, comment: Comment, reader_key: str, site: SiteSettings) -> None:
    """Take back that a reader disagrees."""
    with transaction.atomic():
        found = Disagreement.objects.filter(comment=comment, reader_key=reader_key)
        if found.delete()[0]:
            _show_again(comment, site)


def disagrees(*, comment: Comment, reader_key: str) -> bool:
    """Whether a reader said so about a comment."""
    return Disagreement.objects.filter(comment=comment, reader_key=reader_key).exists()


def number_of(*, comment: Comment, site: SiteSettings) -> int | None:
    """Return how many disagree, or None where the site does not show it."""
    if site.disagreeing != Disagreeing.SHOWN:
        return None
    return comment.disagreements.count()


def _show_again(comment: Comment, site: SiteSettings) -> None:
    if site.disagreeing == Disagreeing.SHOWN:
        Article.objects.filter(pk=comment.article_id).update(
            discussion_version=F("discussion_version") + 1
        )
