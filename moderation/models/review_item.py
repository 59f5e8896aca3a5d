"""What waits for a person, who is looking at it, and how much there is."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Article, Comment, Section

# The labels in the order of ``ReviewItem.scores``. A new one goes to the end.
SCORED = (
    *("toxicity", "severe_toxicity", "insult", "threat"),
    *("identity_attack", "profanity", "sexually_explicit", "spam"),
)


class Queue(models.TextChoices):
    """Why something waits for a person."""

    WAITING = "waiting", _("Waiting")
    REPORTED = "reported", _("Reported")
    ESCALATED = "escalated", _("Escalated")
    UNSCORED = "unscored", _("Not scored")


class ReviewItem(models.Model):
    """A comment that a person must look at. A comment has at most one that is open.

    ``urgency`` orders the queue (0 to 1000, see ``moderation.urgency``); ``readers`` is how many
    had read the comment when that was last counted into it.
    Article, section and the strongest label are copied here so that a queue is filtered by one
    index. ``scores`` holds, while the item is open, what the model said last of the author's own
    words: in ten-thousandths, in the order of ``SCORED``; None where there is no score.

    A blind item checks the rules: neither scores nor reason are on it, and as long as it is open no
    page shows them (``moderation.blind``).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="review_items")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    queue = models.CharField(_("queue"), max_length=10, choices=Queue.choices)
    urgency = models.PositiveSmallIntegerField(_("urgency"), default=0)
    readers = models.PositiveIntegerField(_("read by"), default=0, db_default=0, editable=False)
    top_label = models.CharField(_("strongest label"), max_length=20, blank=True)
    top_score = models.FloatField(_("its score"), null=True)
    scores = ArrayField(models.SmallIntegerField(null=True), null=True, editable=False)
    reason = models.CharField(_("why it is here"), max_length=500, blank=True)
    is_blind = models.BooleanField(_("shown without scores"), default=False, db_default=False)
    is_open = models.BooleanField(_("open"), default=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)  # since when, through renewals
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("review item")
        verbose_name_plural = _("review items")
        constraints = (
            models.UniqueConstraint(
                fields=["comment"], condition=Q(is_open=True), name="review_item_open_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["queue", "-urgency", "-id"], condition=Q(is_open=True), name="review_urgent"
            ),
            models.Index(fields=["queue", "-id"], condition=Q(is_open=True), name="review_newest"),
            models.Index(
                fields=["article", "queue", "-id"], condition=Q(is_open=True), name="review_article"
            ),
            models.Index(
                fields=["section", "queue", "-urgency", "-id"],
                condition=Q(is_open=True),
                name="review_section",
            ),
            models.Index(
                fields=["section", "queue", "-id"],
                condition=Q(is_open=True),
                name="review_section_newest",
            ),
            models.Index(
                fields=["queue", "top_label", "-id"], condition=Q(is_open=True), name="review_label"
            ),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="review_closed"
            ),
            models.Index(fields=["comment", "-id"], name="review_comment"),
            models.Index(
                fields=["comment"], condition=Q(is_open=True, is_blind=True), name="review_blind"
            ),
            models.Index(fields=["queue", "opened_at"], name="review_arrived"),
        )

    def __str__(self) -> str:
        return f"{self.get_queue_display()}: {self.comment_id}"


class QueueCount(models.Model):
    """How many items are open in a queue of a section, kept where items open and close.

    ``changes`` counts how often any did: two that make up for each other are seen, too.
    """

    queue = models.CharField(max_length=10, choices=Queue.choices)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    open_items = models.IntegerField(default=0)
    changes = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("queue count")
        verbose_name_plural = _("queue counts")
        constraints = (
            models.UniqueConstraint(fields=["queue", "section"], name="queue_count_once"),
        )

    def __str__(self) -> str:
        return f"{self.queue}: {self.open_items}"
