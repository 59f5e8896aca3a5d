"""A hint before posting, and what its reader did with it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comments.models.article import Article
from comments.models.comment import Comment


class HintGiven(models.Model):
    """Somebody was told, before posting a comment or an edit, that it would probably be held.

    Neither the text nor who wrote it is kept: ``digest`` is a keyed hash that tells whether the
    text was changed. ``comment`` is what was posted or edited in the end; empty where nothing was.
    ``submission_key`` names the form that came back.
    """

    submission_key = models.UUIDField(unique=True, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    labels = ArrayField(models.CharField(max_length=30), default=list)
    digest = models.CharField(max_length=32)
    given_at = models.DateTimeField(db_default=Now(), db_index=True)
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, related_name="+")
    is_changed = models.BooleanField(null=True)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hint before posting")
        verbose_name_plural = _("hints before posting")

    def __str__(self) -> str:
        return f"{', '.join(self.labels)}: {self.given_at:%Y-%m-%d %H:%M}"
