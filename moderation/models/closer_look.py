"""What each word of a text added to its scores, worked out when a moderator asks for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.classification import Classification

MOST_ATTEMPTS = 3  # of a text that kills the process that reads it


class CloserLook(models.Model):
    """A closer look at one classification: asked for first, made by a worker later, then final.

    ``spans`` has the shape of ``Classification.spans``; a weight is the fall of the label's logit
    when the words are left out. ``model`` names the version that was asked, which is not that of
    the classification where a newer one took its place. A worker that has it in hand writes
    ``leased_until`` and counts the attempt.
    """

    classification = models.OneToOneField(
        Classification, on_delete=models.PROTECT, related_name="closer_look"
    )
    asked_at = models.DateTimeField(_("asked at"), db_default=models.functions.Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(_("made at"), null=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    spans = models.JSONField(default=list)

    class Meta:
        verbose_name = _("closer look")
        verbose_name_plural = _("closer looks")
        indexes = (
            models.Index(
                fields=["attempts", "id"],
                name="closer_look_due",
                condition=models.Q(made_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.classification_id}: {self.made_at or _('asked for')}"
