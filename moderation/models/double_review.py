"""Second looks: a decision that somebody else is asked to make again without knowing the first."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Comment
from moderation.models.decision import Action, Decision
from moderation.models.policy import Policy


class Look(models.TextChoices):
    """How far a second look is."""

    WAITING = "waiting", _("Waiting for a second moderator")
    AGREED = "agreed", _("Both decided the same")
    DISAGREED = "disagreed", _("They differ: waiting for a senior moderator")
    SETTLED = "settled", _("Settled by a senior moderator")


ANSWERS = (
    (Action.APPROVE.value, Action.APPROVE.label),
    (Action.REMOVE.value, Action.REMOVE.label),
)


class DoubleReview(models.Model):
    """A decision that was drawn for a second look, with what came of it.

    The second answer changes nothing about the comment. ``same_action`` and ``same_policy`` say
    whether the two agree; the policy counts only where both removed. Where they differ, a senior
    moderator gives the answer that the others can be measured by: the reference.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="second_look")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=Look.choices, default=Look.WAITING)
    drawn_at = models.DateTimeField(_("drawn at"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    claimed_until = models.DateTimeField(null=True)
    skipped_by = ArrayField(models.BigIntegerField(), default=list)  # users who left it to others

    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="second_looks"
    )
    second_action = models.CharField(max_length=10, choices=ANSWERS, blank=True)
    second_policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)
    same_action = models.BooleanField(null=True)
    same_policy = models.BooleanField(null=True)

    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reference_action = models.CharField(max_length=10, choices=ANSWERS, blank=True)
    reference_policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.CharField(_("note for both"), max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=Look.WAITING, answered_at=None, second_by=None)
                | Q(
                    ~Q(state=Look.WAITING),
                    answered_at__isnull=False,
                    second_by__isnull=False,
                    same_action__isnull=False,
                ),
                name="second_look_answered",
            ),
            models.CheckConstraint(
                condition=Q(state=Look.SETTLED, settled_by__isnull=False, settled_at__isnull=False)
                | Q(~Q(state=Look.SETTLED), settled_by=None, settled_at=None),
                name="second_look_settled",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], condition=Q(state=Look.WAITING), name="second_look_waiting"
            ),
            models.Index(
                fields=["id"], condition=Q(state=Look.DISAGREED), name="second_look_differs"
            ),
            models.Index(
                fields=["answered_at"],
                condition=Q(answered_at__isnull=False),
                name="second_look_answered_at",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.comment_id}"
