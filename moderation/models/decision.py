"""Every decision ever made about a comment. Rows are never changed and never deleted."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, CommentRevision, Status
from moderation.models.classification import Classification
from moderation.models.policy import Policy
from moderation.models.review_item import Queue
from moderation.models.rule_set import RuleSet


class Action(models.TextChoices):
    """What was decided."""

    APPROVE = "approve", _("Approved")
    HOLD = "hold", _("Held")
    REMOVE = "remove", _("Removed")
    FLAG = "flag", _("Flagged for a senior moderator")
    UNDO = "undo", _("Undone")


class MadeBy(models.TextChoices):
    """Who decided."""

    MODERATOR = "moderator", _("A moderator")
    RULE = "rule", _("A rule")
    IMPORT = "import", _("The system it was imported from")


class Decision(models.Model):
    """One decision about one revision, with what it rested on.

    ``matched`` lists every rule that held (name, action, sentence) at the time, ``shadow`` those
    that were only counted; the scores are those of ``classification``, which never changes either.
    ``from_queue`` is where the item lay, so that an undo can put it back. ``batch`` is set where it
    was one of many made at once, and on its undoing where they were taken back at once. A database
    trigger refuses updates and deletes.
    """

    public_id = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    revision = models.ForeignKey(
        CommentRevision, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=Action.choices)
    from_status = models.CharField(max_length=10, choices=Status.choices)
    to_status = models.CharField(max_length=10, choices=Status.choices)
    from_queue = models.CharField(max_length=10, choices=Queue.choices, blank=True)
    made_by = models.CharField(max_length=10, choices=MadeBy.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        db_index=False,
    )
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    classification = models.ForeignKey(
        Classification, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    matched = models.JSONField(default=list)
    shadow = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=500, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by", db_index=False
    )
    batch = models.ForeignKey(
        "moderation.Batch",
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        db_index=False,
    )
    decided_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # when the card came into the person's hand

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            # The version grows with every move: two decisions on the same state cannot both be.
            models.UniqueConstraint(
                fields=["comment", "version"], name="decision_once_per_version"
            ),
            # A batch decides a comment once, and takes that back once.
            models.UniqueConstraint(
                fields=["batch", "comment", "action"],
                condition=models.Q(batch__isnull=False),
                name="decision_once_per_batch",
            ),
        )
        # Most rows are a rule's: what only people's decisions need is indexed for those alone.
        indexes = (
            models.Index(
                fields=["actor", "-id"],
                condition=models.Q(actor__isnull=False),
                name="decision_actor",
            ),
            models.Index(
                fields=["actor", "-id"], condition=models.Q(action="flag"), name="decision_flags"
            ),
            models.Index(
                fields=["supersedes"],
                condition=models.Q(supersedes__isnull=False),
                name="decision_supersedes",
            ),
            models.Index(
                fields=["-id"], condition=models.Q(made_by="moderator"), name="decision_by_people"
            ),
            models.Index(
                fields=["from_queue", "decided_at"],
                condition=models.Q(made_by="moderator"),
                name="decision_from_queue",
            ),
            # What people said about a text, among all the texts that rules alone decided.
            models.Index(
                fields=["revision"],
                condition=models.Q(made_by="moderator"),
                name="decision_about_text",
            ),
            # Rows are added in the order of their time: a summary of each stretch finds a period.
            BrinIndex(fields=["decided_at"], autosummarize=True, name="decision_time"),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.comment_id}"
