"""A reader's word that something is wrong with a comment."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class ReportCategory(models.TextChoices):
    """What a reader may report. Disagreeing is not on the list."""

    SPAM = "spam", _("Spam or advertising")
    ABUSE = "abuse", _("Insults or harassment")
    HATE = "hate", _("Hate against a group")
    PERSONAL_DATA = "personal_data", _("Personal information about somebody")
    ILLEGAL = "illegal", _("Against the law")
    OTHER = "other", _("Something else")


class Outcome(models.TextChoices):
    """What a moderator made of a report."""

    AGREED = "agreed", _("Agreed")
    DISAGREED = "disagreed", _("Disagreed")


class Report(models.Model):
    """One report. The same reader reports a comment once (``reporter_key``).

    ``outcome`` is empty until it is answered; ``resolved_by`` is empty where a rule did.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="reports")
    category = models.CharField(_("what is wrong"), max_length=20, choices=ReportCategory.choices)
    words = models.TextField(_("in your words"), blank=True, max_length=1000)
    reporter_key = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["comment", "reporter_key"], name="report_once"),
        )
        indexes = (
            models.Index(
                fields=["reporter_key", "outcome"],
                condition=~models.Q(outcome=""),
                name="report_record",
            ),
        )

    def __str__(self) -> str:
        return self.get_category_display()
