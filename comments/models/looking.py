"""What readers and editors keep about what they read: visits, mutes, disagreements, picks, reads.

A reader is named by ``reader_key`` as in reports: ``user:7`` for somebody signed in, ``guest:`` and
the key of the signed cookie for a guest.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.article import Article
from comments.models.author import Author
from comments.models.comment import Comment


class Visit(models.Model):
    """When a signed-in reader looked at a discussion last, and when the visit before ended.

    ``seen_at`` moves with every look; ``since`` when a new visit begins (``comments.visits``).
    Guests keep the same two moments in their own browser.
    """

    reader_key = models.CharField(max_length=64)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = (
            models.UniqueConstraint(fields=["reader_key", "article"], name="visit_once"),
        )
        indexes = (models.Index(fields=["seen_at"], name="visit_seen"),)

    def __str__(self) -> str:
        return f"{self.article_id}: {self.seen_at:%Y-%m-%d %H:%M}"


class Mute(models.Model):
    """A reader does not want to read another one. Nobody else is told, the muted least of all.

    The desk's mute, which holds an author's comments for everybody, is a ``Restriction``.
    """

    reader_key = models.CharField(max_length=64)
    muted = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mute by a reader")
        verbose_name_plural = _("mutes by readers")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["reader_key", "muted"], name="mute_once"),)

    def __str__(self) -> str:
        return f"{self.muted_id}"


class Disagreement(models.Model):
    """A reader disagrees with a comment: an opinion, never a report. The desk does not read it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="disagreements")
    reader_key = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")
        constraints = (
            models.UniqueConstraint(fields=["comment", "reader_key"], name="disagreement_once"),
        )
        indexes = (models.Index(fields=["reader_key"], name="disagreement_reader"),)

    def __str__(self) -> str:
        return f"{self.comment_id}"


class PickQuerySet(models.QuerySet["Pick"]):
    """Ways to narrow picks down."""

    def standing(self) -> "PickQuerySet":
        """Those that readers see now."""
        return self.filter(ended_at=None)


class Pick(models.Model):
    """The editors recommend a comment, until they take that back or it is not public any more.

    Rows stay as a record. ``ended_by`` is empty where the pick ended with the comment's being
    public (``comments.lifecycle``); readers never see who picked.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="picks")
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    picked_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar["models.Manager[Pick]"] = PickQuerySet.as_manager()

    class Meta:
        verbose_name = _("editors’ pick")
        verbose_name_plural = _("editors’ picks")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["comment"], condition=Q(ended_at=None), name="pick_standing_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.comment_id}, {self.picked_at:%Y-%m-%d %H:%M}"


class DiscussionRead(models.Model):
    """How many opened an article's discussion for the first time that day, in an hour of it.

    A number and nothing about anybody; ``comments.reads`` counts.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()
    readers = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("reads of a discussion")
        verbose_name_plural = _("reads of discussions")
        constraints = (
            models.UniqueConstraint(fields=["article", "hour"], name="discussion_read_once"),
        )

    def __str__(self) -> str:
        return f"{self.article_id}, {self.hour:%Y-%m-%d %H}: {self.readers}"
