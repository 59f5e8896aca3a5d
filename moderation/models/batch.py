"""Many comments decided as one: the batch, and each comment in it as it was when it began."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from comments.models import Comment
from moderation.models.decision import Action, Decision
from moderation.models.policy import Policy


class BatchState(models.TextChoices):
    """How far a batch is, there or back."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being taken back")
    UNDO_STOPPED = "undo_stop", _("Taking back stopped")
    UNDONE = "undone", _("Taken back")


BATCHES_UNDER_WAY = (BatchState.RUNNING, BatchState.UNDOING)


class Outcome(models.TextChoices):
    """What became of one comment of a batch."""

    LEFT = "left", _("Still to come")
    DECIDED = "decided", _("Decided")
    SKIPPED = "skipped", _("Passed over")
    UNDONE = "undone", _("Taken back")
    KEPT = "kept", _("Decided, and not taken back")


class Why(models.TextChoices):
    """Why a comment was passed over, or why its decision stays."""

    DECIDED = "decided", _("somebody else decided first")
    CHANGED = "changed", _("its author changed the text")
    WITHDRAWN = "withdrawn", _("its author withdrew it")
    CLAIMED = "claimed", _("somebody else has it in hand")
    SENIOR = "senior", _("a senior moderator decides it")
    ELSEWHERE = "elsewhere", _("it is in a section of others")
    FAILED = "failed", _("it could not be decided")


class Batch(models.Model):
    """One action on many comments, carried out by workers, a chunk at a time.

    Which comments, and each as it was when the batch began, stands in ``BatchComment``; how they
    were found is kept in ``criterion`` for people to read (see ``moderation.selection``), and in
    ``sections`` the ids of those that it reached into.
    ``decided`` and ``skipped`` count what is behind it, ``undone`` and ``kept`` what is behind its
    undoing; they change in the transaction of the decisions that they count.

    ``public_id`` comes from the page on which the batch was confirmed, so that a form that is sent
    twice begins it once. ``attempts`` counts the failures of the chunk that comes next, which then
    rests until ``rests_until``; after one, ``alone`` comments are taken one by one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.CharField(
        _("action"),
        max_length=10,
        choices=[(a.value, a.label) for a in (Action.APPROVE, Action.REMOVE)],
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), max_length=2000, blank=True)
    criterion = models.JSONField(default=dict)
    sections = ArrayField(models.BigIntegerField(), default=list)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches"
    )
    started_at = models.DateTimeField(db_default=models.functions.Now())
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stepped_at = models.DateTimeField(null=True)  # when a worker last had it in hand
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.RUNNING)
    matched = models.PositiveIntegerField()
    decided = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    busy_seconds = models.FloatField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    alone = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided__lte=F("matched") - F("skipped")), name="batch_counts_add_up"
            ),
            models.CheckConstraint(
                condition=~Q(action=Action.REMOVE) | Q(policy__isnull=False),
                name="batch_removal_has_policy",
            ),
        )
        indexes = (
            models.Index(
                fields=["stepped_at"],
                condition=Q(state__in=BATCHES_UNDER_WAY),
                name="batch_under_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()}, {self.matched}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether workers take it up."""
        return self.state in BATCHES_UNDER_WAY

    @property
    def goes_back(self) -> bool:
        """Whether it is being taken back, or was."""
        return self.state in (BatchState.UNDOING, BatchState.UNDO_STOPPED, BatchState.UNDONE)

    @property
    def left(self) -> int:
        """How many comments are still to come, there or back."""
        if self.goes_back:
            return self.decided - self.undone - self.kept
        return self.matched - self.decided - self.skipped

    @property
    def whole(self) -> int:
        """How many there are to take, there or back."""
        return self.decided if self.goes_back else self.matched

    @property
    def taken(self) -> int:
        """How many are behind it, there or back."""
        return self.whole - self.left

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped with something left."""
        return self.state in (BatchState.STOPPED, BatchState.UNDO_STOPPED) and self.left > 0

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything to take back that is not being taken back already."""
        return not self.goes_back and self.decided > 0


class BatchComment(models.Model):
    """One comment of a batch, with the version in which it is to be decided.

    ``decision`` is the batch's own, or the one of somebody else that stands in its stead;
    ``holder`` is who had the comment in hand. Rows are taken in the order of their ids.
    """

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.LEFT)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("comment of a batch")
        verbose_name_plural = _("comments of batches")
        constraints = (
            models.UniqueConstraint(fields=["batch", "comment"], name="batch_comment_once"),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.DECIDED, Outcome.UNDONE])
                | Q(decision__isnull=False),
                name="batch_comment_has_decision",
            ),
        )
        indexes = (models.Index(fields=["batch", "outcome", "id"], name="batch_comment_outcome"),)

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.outcome}"
