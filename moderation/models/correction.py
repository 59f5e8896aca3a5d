"""What somebody of the rules says about people's decisions: they were wrong."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.decision import Decision


class Correction(models.Model):
    """A person's decision that a senior calls wrong, while it stands here.

    It counts where decisions are evidence: see ``moderation.rulebook.truth``. The comment stays as
    it is, and so does the decision. Taking it back deletes the row; that both happened stands in
    ``RuleChange``.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="correction")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("decision called wrong")
        verbose_name_plural = _("decisions called wrong")

    def __str__(self) -> str:
        return f"{self.decision_id}"
