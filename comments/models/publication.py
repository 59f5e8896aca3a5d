"""When a text first became public, and whether it was taken back since."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.article import Article
from comments.models.comment import Comment, CommentRevision


class Publication(models.Model):
    """A revision that the public has read. One row a revision, however often it came back.

    ``is_first``: the comment was public for the first time, so it is news to whoever follows.
    ``taken_back_at`` is set while the revision is not public because the site held or removed it
    again, so that a history never shows what was taken out for a reason. An author who edits or
    withdraws leaves it empty. Kept by ``comments.lifecycle``.
    """

    revision = models.OneToOneField(
        CommentRevision, on_delete=models.CASCADE, primary_key=True, related_name="publication"
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="publications")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_first = models.BooleanField()
    published_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        indexes = (
            models.Index(
                fields=["article", "published_at"],
                condition=Q(is_first=True),
                name="publication_news",
            ),
        )

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.published_at:%Y-%m-%d %H:%M}"
