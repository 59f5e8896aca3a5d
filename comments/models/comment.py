"""A comment, every revision of its text, and the ways to ask for comments."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.models.article import Article, CommentsMode, SiteSettings
from comments.models.author import Author


class Status(models.TextChoices):
    """Where a comment stands. Only ``comments.lifecycle`` changes it."""

    SUBMITTED = "submitted", _("Being screened")
    HELD = "held", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    REMOVED = "removed", _("Removed")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Ways to narrow comments down."""

    def published(self) -> "CommentQuerySet":
        """What the public may read."""
        return self.filter(status=Status.PUBLISHED)


class Comment(models.Model):
    """One comment under an article.

    ``version`` grows with every edit and every decision; whoever decides names the version that
    was read, so that nobody decides on something else than they saw. ``public_since`` is when it
    became public the last time; it is empty in rows that came public from elsewhere.
    ``approved_by_person``: it is public, and people's last word about its text approves it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        db_index=False,
    )
    root = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="thread",
        db_index=False,
    )
    depth = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    author_name = models.CharField(_("name"), max_length=80)
    author_email = models.EmailField(_("e-mail address"), blank=True)
    author_website = models.URLField(_("website"), blank=True)
    address_hash = models.CharField(max_length=32, blank=True, editable=False)
    network_hash = models.CharField(max_length=32, blank=True, editable=False, db_default="")
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.SUBMITTED
    )
    status_changed_at = models.DateTimeField(null=True, editable=False)
    public_since = models.DateTimeField(null=True, editable=False)
    approved_by_person = models.BooleanField(default=False, db_default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    current_revision = models.OneToOneField(
        "CommentRevision", on_delete=models.PROTECT, related_name="+", editable=False
    )
    submission_key = models.UUIDField(null=True, unique=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"))
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    imported_from = models.CharField(  # noqa: DJ001, unique where it is set
        max_length=250, null=True, blank=True, editable=False
    )

    objects: ClassVar["models.Manager[Comment]"] = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = (
            models.UniqueConstraint(
                fields=["imported_from"],
                condition=models.Q(imported_from__isnull=False),
                name="comment_imported_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="comment_status_known"
            ),
        )
        # No index names the status: a change of status then touches the row alone (PostgreSQL's
        # heap-only update) and not each of these.
        indexes = (
            models.Index(fields=["article", "root"], name="comment_article_root"),
            models.Index(
                fields=["root", "id"],
                condition=models.Q(root__isnull=False),
                name="comment_thread",
            ),
            models.Index(
                fields=["parent"],
                condition=models.Q(parent__isnull=False),
                name="comment_parent",
            ),
            models.Index(fields=["author", "-id"], name="comment_author"),
            models.Index(fields=["address_hash", "submitted_at"], name="comment_address"),
            models.Index(
                fields=["network_hash", "submitted_at"],
                name="comment_network",
                condition=~models.Q(network_hash=""),
            ),
            models.Index(fields=["-submitted_at"], name="comment_submitted"),
        )

    def __str__(self) -> str:
        return f"{self.author_name}, {self.submitted_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("comments:comment", args=[self.public_id])

    @property
    def root_pk(self) -> int:
        """Primary key of the top-level comment of this thread, itself included."""
        return self.root_id or self.pk

    @property
    def is_off_the_page(self) -> bool:
        """Whether somebody other than its author keeps it from the page, or has yet to look."""
        return self.status in (Status.HELD, Status.REMOVED) and self.withdrawn_at is None

    def editable_until(self, *, settings: SiteSettings) -> datetime | None:
        """When its author's time to edit it ends, or None where nobody may edit."""
        if not settings.edit_minutes or self.article.comments_mode == CommentsMode.ARCHIVED:
            return None
        return self.submitted_at + timedelta(minutes=settings.edit_minutes)


class CommentRevision(models.Model):
    """The text of a comment as it was typed, once for each time it was sent."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(default=1)
    body = models.TextField(_("comment"))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("comment_id", "number")
        constraints = (
            models.UniqueConstraint(fields=["comment", "number"], name="revision_number_once"),
        )
        # Words as they were typed, in any language: no stems and no stop words.
        indexes = (GinIndex(SearchVector("body", config="simple"), name="revision_words"),)

    def __str__(self) -> str:
        return self.body[:60]
