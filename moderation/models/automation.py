"""Rules that decide by themselves because they have proven how right they are, and their audits."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, CommentRevision, Section
from moderation.models.decision import Decision
from moderation.models.policy import Policy


class Automation(models.Model):
    """A wish to have comments removed by a score alone, and what came of it.

    ``key`` is that of its rule, too. ``evidence`` is what was found when it was last asked for (see
    ``moderation.rulebook.evidence``): the curve, the decisions that granted it, what a day brings.
    ``threshold`` is None until it is granted. ``since`` is when it was: audits count from then on.
    """

    class State(models.TextChoices):
        REFUSED = "refused", _("Refused")
        GRANTED = "granted", _("Granted")
        PAUSED = "paused", _("Paused")
        OFF = "off", _("Off")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(_("score"), max_length=20)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("section")
    )
    target = models.FloatField(_("right at least"), default=0.98)
    confidence = models.FloatField(_("certainty"), default=0.95)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    threshold = models.FloatField(_("from"), null=True)
    evidence = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="refused")
                | models.Q(threshold__isnull=False, since__isnull=False),
                name="automation_granted_from",
            ),
        )

    def __str__(self) -> str:
        return self.key


class AuditDraw(models.Model):
    """A comment that rules would have removed and that a person was shown instead, blind.

    ``matched`` and ``shadow`` are what a decision keeps of the rules; the decision itself holds
    neither, so that no page can show them before the person has decided. ``rules`` are the keys
    of those that would have removed it, ``probability`` how likely it was drawn. What came of it
    is the last word of people about that text (``moderation.rulebook.audits``). A database trigger
    refuses updates and deletes.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="audit")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(
        CommentRevision, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rules = ArrayField(models.CharField(max_length=60))
    probability = models.FloatField()
    matched = models.JSONField()
    shadow = models.JSONField()
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        indexes = (GinIndex(fields=["rules"], name="audit_rules"),)

    def __str__(self) -> str:
        return f"{self.comment_id}: {', '.join(self.rules)}"
