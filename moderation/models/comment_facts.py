"""What the rules were told about a comment when it was screened, for rules that are tried later."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import Article, CommentRevision, Section

UNKNOWN = -1.0  # in ``numbers``: no fact is below 0, and every row is as long as every other


class RealField(models.FloatField):  # type: ignore[type-arg]
    """Four bytes: as exact as rules compare."""

    def db_type(self, connection: object) -> str:
        """Name PostgreSQL's type."""
        return "real"


class CommentFacts(models.Model):
    """The facts of one revision, as ``moderation.facts.Facts`` had them.

    ``numbers`` are in the catalogue's order (``moderation.rules.catalogue.NUMBERS``), UNKNOWN where
    a fact was not known; a row that was stored before a fact was invented is shorter. ``folded``
    is the text with evasion undone, which word lists are looked for in. Tags are the article's of
    now.
    """

    revision = models.OneToOneField(
        CommentRevision, on_delete=models.CASCADE, primary_key=True, related_name="facts"
    )
    written_at = models.DateTimeField()
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=8)
    unscored = models.CharField(max_length=10, blank=True)
    trust = models.CharField(max_length=15, blank=True)
    muted = models.CharField(max_length=10, blank=True)
    numbers = ArrayField(RealField())
    hosts = ArrayField(models.TextField(), default=list)
    folded = models.TextField()

    class Meta:
        verbose_name = _("facts of a comment")
        verbose_name_plural = _("facts of comments")
        indexes = (models.Index(fields=["written_at", "revision"], name="facts_written"),)

    def __str__(self) -> str:
        return str(self.revision_id)
