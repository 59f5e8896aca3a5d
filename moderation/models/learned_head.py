"""What was learned from moderators' decisions, and what of it is in use. Rows are never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.decision import Decision


class LearnedHead(models.Model):
    """A version of what was learned, good enough to be used or not.

    ``document`` is what ``classifier.head.Head.from_json`` reads; it fits the model named ``base``
    and no other. ``figures`` says what it was learned from and how good it is, in the shape that
    ``moderation.learning`` writes. ``newest_decision`` was the last of all decisions of people.
    """

    name = models.CharField(_("name"), max_length=40)
    base = models.CharField(_("learned for the model"), max_length=80)
    document = models.JSONField(_("document"))
    is_good = models.BooleanField(_("good enough"))
    figures = models.JSONField(_("figures"))
    decisions = models.PositiveIntegerField(_("decisions"))
    newest_decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    fitted_at = models.DateTimeField(_("learned at"))

    class Meta:
        verbose_name = _("learned version")
        verbose_name_plural = _("learned versions")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class HeadSwitch(models.Model):
    """Somebody put a version to use, or took all of them out (no ``head``). The newest row counts.

    Without ``made_by`` it was the nightly run, which uses what is good enough and takes out what
    is that no longer; ``why`` then says for which reason. What people switched off stays off.
    """

    class Why(models.TextChoices):
        """Why the nightly run took a version out."""

        NOT_BETTER = "not_better", _("no longer better than the model as it was shipped")
        TOO_FEW = "too_few", _("too few decisions are left to judge it by")

    head = models.ForeignKey(LearnedHead, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    why = models.CharField(_("reason"), max_length=20, choices=Why, blank=True, default="")

    class Meta:
        verbose_name = _("switch of learned versions")
        verbose_name_plural = _("switches of learned versions")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.head or '–'}, {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def is_taking_out(self) -> bool:
        """Whether the nightly run took out what was in use, and no person did."""
        return self.head_id is None and self.made_by_id is None
